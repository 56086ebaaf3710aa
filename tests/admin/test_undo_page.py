"""Weighing and ordering a rollback."""

import re

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from catalog.models import MigrationScript
from runs import sql_versions
from runs.ledger.models import Mapping, Outcome, Page
from runs.models import Run
from runs.states import State
from tests.admin.conftest import client_of, staff, texts

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

UNDO = reverse("admin:runs_run_undo")


@pytest.fixture
def approver(db):
    return client_of(staff("alma", "runs.view_run", "runs.undo_run", "ledger.view_mapping"))


@pytest.fixture(autouse=True)
def page(world):
    """The mapping of the world belongs to the run's part for offices, and nobody has touched its row since."""
    part = world.run.entity_runs.get(entity="offices")
    stamp = sql_versions.stamp("offices", [world.office.pk])
    made = Page.objects.create(
        **{"entity_run": part.pk, "run": world.run.pk, "entity": "offices", "number": 1, "first_key": "31"},
        **{"last_key": "31", "read": 1, "created": 1, "versions": stamp.versions, "place": stamp.place},
    )
    Mapping.objects.filter(pk=world.mapping.pk).update(page=made)
    return made


@pytest.fixture
def created(world):
    """An office that the run made, and that a row of doctor_offices refers to which nobody migrated."""
    Mapping.objects.filter(pk=world.mapping.pk).update(outcome=Outcome.CREATED)
    return world.office


def plain(response):
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def of(run, **more):
    return {"run": run.pk, "dependants": "refuse", **more}


def test_the_plan_says_what_would_become_of_each_row(approver, world):
    page = plain(approver.get(UNDO, {"run": world.run.pk}))
    assert "Were there before us and stay 1" in page
    assert re.search(r"offices \d+ 0 0 1 0", page)
    assert f"Type undo run {world.run.pk}" in page
    assert not Run.objects.filter(kind=Run.Kind.UNDO).exists()


@pytest.mark.parametrize("typed", ["", "yes", "undo", "undo run 4711", "undo run"])
def test_without_the_typed_confirmation_nothing_happens(approver, world, typed):
    page = plain(approver.post(UNDO, of(world.run, undo="1", confirmation=typed)))
    assert f"Nothing was done. Type “undo run {world.run.pk}” to confirm." in page
    assert not Run.objects.filter(kind=Run.Kind.UNDO).exists()


def test_with_it_the_undo_is_handed_to_a_worker(approver, world):
    typed = f" Undo  run {world.run.pk} "
    response = approver.post(UNDO, of(world.run, undo="1", confirmation=typed, note="The wrong day."), follow=True)
    run = Run.objects.get(kind=Run.Kind.UNDO)
    assert f"Run {run.pk} is queued" in texts(response)
    assert (run.state, run.undoes, run.note, run.requested_by) == (State.QUEUED, world.run, "The wrong day.", "alma")
    assert [task.group() for task in OrmQ.objects.all()] == [f"run {run.pk}"]


def test_asking_twice_makes_one_undo(approver, world):
    for _ in range(2):
        approver.post(UNDO, of(world.run, undo="1", confirmation=f"undo run {world.run.pk}"))
    assert Run.objects.filter(kind=Run.Kind.UNDO).count() == 1
    assert OrmQ.objects.count() == 1


def test_dependants_are_named_and_nothing_is_offered_to_confirm(approver, world, created):
    page = plain(approver.get(UNDO, {"run": world.run.pk}))
    assert "Other rows are in the way" in page
    assert "1 doctor_offices made in the new system" in page
    assert "Type undo run" not in page


def test_dependants_in_the_way_refuse_a_direct_request_too(approver, world, created):
    page = plain(approver.post(UNDO, of(world.run, undo="1", confirmation=f"undo run {world.run.pk}")))
    assert "1 rows of doctor_offices (made in the new system)" in page
    assert not Run.objects.filter(kind=Run.Kind.UNDO).exists()


def test_they_may_be_kept_with_what_they_need(approver, world, created):
    page = plain(approver.post(UNDO, of(world.run, dependants="keep", plan="1")))
    assert "Stay as they are 1" in page
    assert f"Type undo run {world.run.pk}" in page


def test_rows_edited_since_are_counted_and_spared_unless_asked_for(approver, world, created, page):
    """A row of a version that the ledger does not know has been edited by somebody."""
    world.doctor_office.delete()
    Page.objects.filter(pk=page.pk).update(versions=["1"])
    spared = plain(approver.post(UNDO, of(world.run, plan="1")))
    assert "Stay as they are 1" in spared and "Were edited since 1" in spared and "legacy ids 31" in spared
    taken = plain(approver.post(UNDO, of(world.run, take_edited="on", plan="1")))
    assert "To be deleted 1" in taken and "Stay as they are" not in taken.partition("How")[0]


@pytest.mark.parametrize(
    "given, phrase",
    [
        ({"entity": "offices"}, "undo offices"),
        ({"entity": "offices", "ids": "31"}, "undo 1 rows of offices"),
        ({"scripts": "1"}, "undo script 1"),
        ({"domains": "business"}, "undo domain business"),
    ],
)
def test_other_subjects_have_their_own_phrase(approver, world, given, phrase):
    assert f"Type {phrase}" in plain(approver.get(UNDO, given))


def test_a_part_of_a_run(approver, world):
    phrase = f"undo offices of run {world.run.pk}"
    assert f"Type {phrase}" in plain(approver.get(UNDO, {"run": world.run.pk, "entity": "offices"}))
    approver.post(UNDO, of(world.run, entities="offices", undo="1", confirmation=phrase))
    undo = Run.objects.get(kind=Run.Kind.UNDO)
    assert [one.entity for one in undo.entity_runs.all()] == ["offices"]


@pytest.mark.parametrize(
    "given, words",
    [
        ({}, "Name a run, or an entity, a script or a domain"),
        ({"run": "4711"}, "There is no run 4711"),
        ({"run": "x"}, "Undo is reached from the page of a run"),
        ({"entity": "unicorns"}, "There is no entity"),
        ({"scripts": "99"}, "No entity belongs to script 99"),
    ],
)
def test_what_cannot_be_undone_is_said(approver, world, given, words):
    assert words in plain(approver.get(UNDO, given))


def test_a_dry_run_left_nothing(approver, world):
    assert "was a dry run" in plain(approver.get(UNDO, {"run": world.dry_run.pk}))


def test_it_is_reached_from_scripts_domains_and_chosen_mappings(boss, approver, world):
    script = boss.get(reverse("admin:catalog_migrationscript_change", args=[1])).content.decode()
    assert f"{UNDO}?scripts=1" in script and f"{reverse('admin:runs_run_start')}?scripts=1" in script
    domain = MigrationScript.objects.get(number=1).domain_id
    assert (
        f"{UNDO}?domains={domain}"
        in boss.get(reverse("admin:catalog_datadomain_change", args=[domain])).content.decode()
    )
    chosen = {"action": "undo", "_selected_action": [world.mapping.pk]}
    response = approver.post(reverse("admin:ledger_mapping_changelist"), chosen)
    assert response.url == f"{UNDO}?entity=offices&ids=31"


def test_chosen_mappings_have_to_be_of_one_entity(approver, world):
    other = Mapping.objects.create(
        entity="orders", legacy_id="1", target_id=world.office.pk, outcome="created", page=world.page, source_hash="0"
    )
    chosen = {"action": "undo", "_selected_action": [world.mapping.pk, other.pk]}
    page = texts(approver.post(reverse("admin:ledger_mapping_changelist"), chosen, follow=True))
    assert "Choose rows of one entity: these are of offices, orders." in page


def test_only_approvers_get_there(reviewer, world):
    operator = client_of(staff("olga", "runs.view_run", "runs.operate_run"))
    for client in (reviewer, operator):
        assert client.get(UNDO, {"run": world.run.pk}).status_code == 403
        confirmed = of(world.run, undo="1", confirmation=f"undo run {world.run.pk}")
        assert client.post(UNDO, confirmed).status_code == 403
