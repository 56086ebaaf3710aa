"""How far a script is, derived from runs written by hand."""

import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from catalog.models import MigrationScript
from runs.inventory import Status, Tally, progress
from runs.models import EntityRun, Run
from runs.states import State

pytestmark = pytest.mark.django_db


def ran(entity, state=State.SUCCEEDED, *, ids=None, dry_run=False, in_scope=100, **counts):
    """A run of one entity that is all over, with its counts."""
    run = Run.objects.create(
        requested_by="ann", dry_run=dry_run, options={"batch_size": 500, "limit": None, "ids": ids}
    )
    return EntityRun.objects.create(run=run, entity=entity, position=1, state=state, in_scope=in_scope, **counts)


def script(number):
    return progress([MigrationScript.objects.get(number=number)])[0]


ORDERS, DOCTORS = 5, 3  # one entity, two entities


def test_a_script_without_runs_is_not_started():
    assert script(ORDERS).status == Status.NOT_STARTED
    assert script(ORDERS).tally is None


def test_a_dry_run_and_a_planned_run_start_nothing():
    ran("orders", dry_run=True, created=100)
    ran("orders", State.PLANNED, in_scope=None)
    assert script(ORDERS).status == Status.NOT_STARTED


@pytest.mark.parametrize(
    ("state", "in_scope", "status"),
    [
        (State.RUNNING, None, Status.RUNNING),
        (State.UNDOING, 100, Status.RUNNING),
        (State.SUCCEEDED, 100, Status.COMPLETE),
        (State.COMPLETED_WITH_FAILURES, 100, Status.COMPLETE_WITH_FAILURES),
        (State.INTERRUPTED, None, Status.INCOMPLETE),
        (State.BLOCKED, None, Status.INCOMPLETE),
        (State.BROKEN, None, Status.INCOMPLETE),
        (State.BROKEN, 100, Status.INCOMPLETE),
        (State.UNDONE, 100, Status.ROLLED_BACK),
    ],
)
def test_the_newest_run_decides(state, in_scope, status):
    ran("orders", state, in_scope=in_scope, created=97, failed=3)
    if state == State.SUCCEEDED:
        EntityRun.objects.update(created=100, failed=0)
    assert script(ORDERS).status == status


def test_books_that_were_closed_and_do_not_balance_are_a_failed_validation():
    ran("orders", State.BROKEN, created=97, failed=3, summary={"failures": [], "resolutions": []})
    assert script(ORDERS).status == Status.VALIDATION_FAILED


def test_a_script_of_several_entities_is_complete_when_all_are():
    ran("doctors", created=100)
    assert script(DOCTORS).status == Status.INCOMPLETE
    ran("doctor_offices", State.COMPLETED_WITH_FAILURES, created=90, failed=10)
    found = script(DOCTORS)
    assert found.status == Status.COMPLETE_WITH_FAILURES
    assert found.tally == Tally(190, 200)
    assert found.tally.rate == Decimal("95.00")
    assert found.entities == ["doctors", "doctor_offices"]


def test_one_running_entity_makes_the_script_run():
    ran("doctors", created=100)
    ran("doctor_offices", State.RUNNING, in_scope=None)
    assert script(DOCTORS).status == Status.RUNNING


def test_rows_of_earlier_runs_count_as_migrated():
    ran("orders", State.COMPLETED_WITH_FAILURES, created=60, failed=40)
    ran("orders", in_scope=110, expanded=10, created=15, matched=5, unchanged=80, updated=20)
    found = script(ORDERS)
    assert found.status == Status.COMPLETE
    assert found.tally == Tally(120, 120)


def test_rows_brought_in_by_their_ids_afterwards_count_and_do_not_shrink_the_scope():
    ran("orders", State.COMPLETED_WITH_FAILURES, created=97, failed=3)
    ran("orders", ids=["7", "8"], in_scope=2, created=2)
    found = script(ORDERS)
    assert (found.tally, found.failed) == (Tally(99, 100), 1)
    assert found.status == Status.COMPLETE_WITH_FAILURES
    ran("orders", ids=["9"], in_scope=1, created=1)
    assert script(ORDERS).status == Status.COMPLETE


def test_chosen_rows_alone_do_not_complete_a_script():
    ran("orders", ids=["7"], in_scope=1, created=1)
    assert script(ORDERS).status == Status.INCOMPLETE
    assert script(ORDERS).tally is None


def test_rows_beyond_the_limit_leave_it_incomplete():
    ran("orders", created=40, not_reached=60)
    found = script(ORDERS)
    assert (found.status, found.tally) == (Status.INCOMPLETE, Tally(40, 100))


def test_the_last_run_that_ended_gives_the_rate_while_a_new_one_was_interrupted():
    ran("orders", created=100)
    ran("orders", State.INTERRUPTED, in_scope=None, unchanged=30)
    found = script(ORDERS)
    assert (found.status, found.tally) == (Status.INCOMPLETE, Tally(100, 100))


def test_when_the_newest_run_was_undone_the_one_before_counts():
    ran("orders", State.COMPLETED_WITH_FAILURES, created=97, failed=3)
    ran("orders", State.UNDONE, created=3, unchanged=97, taken_back=3)
    found = script(ORDERS)
    assert (found.status, found.tally) == (Status.COMPLETE_WITH_FAILURES, Tally(97, 100))


def test_rows_that_a_later_run_found_go_away_with_the_run_that_made_them():
    ran("orders", State.UNDONE, created=100, taken_back=100)
    ran("orders", unchanged=100)
    assert script(ORDERS).status == Status.ROLLED_BACK
    ran("orders", created=10, unchanged=90)
    found = script(ORDERS)
    assert (found.status, found.tally) == (Status.INCOMPLETE, Tally(10, 100))


def test_rows_that_an_undo_left_count_as_migrated():
    ran("orders", State.UNDONE, created=100, taken_back=60)
    ran("orders", created=60, unchanged=40)
    found = script(ORDERS)
    assert (found.status, found.tally) == (Status.COMPLETE, Tally(100, 100))


def test_rows_that_were_taken_back_by_their_ids_are_missing():
    first = ran("orders", created=100, taken_back=2)
    found = script(ORDERS)
    assert (found.status, found.tally) == (Status.INCOMPLETE, Tally(98, 100))
    Run.objects.filter(pk=ran("orders", deleted=2, in_scope=2).run_id).update(kind=Run.Kind.UNDO)
    assert script(ORDERS).parts[0].ended == first


def test_a_repair_counts_what_all_its_runs_mended():
    assert script(41).entities == ["repair_order_doctors"]
    ran("repair_order_doctors", State.COMPLETED_WITH_FAILURES, in_scope=50, updated=40, failed=10)
    assert script(41).tally == Tally(40, 50)
    ran("repair_order_doctors", ids=["aa"], in_scope=1, updated=1)
    assert script(41).tally == Tally(41, 50)
    ran("repair_order_doctors", in_scope=9, updated=9)
    found = script(41)
    assert (found.status, found.tally) == (Status.COMPLETE, Tally(50, 50))


def test_a_validation_stands_or_fails_by_its_findings_and_has_no_rate():
    assert script(42).entities == ["validate_offers_discounts"]
    ran("validate_offers_discounts", unchanged=100)
    assert (script(42).status, script(42).tally) == (Status.COMPLETE, None)
    ran("validate_offers_discounts", State.COMPLETED_WITH_FAILURES, unchanged=100)
    assert script(42).status == Status.VALIDATION_FAILED
    ran("validate_offers_discounts", State.BLOCKED, in_scope=None)
    assert script(42).status == Status.INCOMPLETE


def test_a_script_that_declares_nothing_is_known_by_its_file():
    ran("differential_migration", State.COMPLETED_WITH_FAILURES, unchanged=99, failed=1)
    assert script(43).status == Status.COMPLETE_WITH_FAILURES


@pytest.mark.parametrize(
    ("migrated", "whole", "rate"),
    [(7853, 7854, "99.99"), (0, 5, "0.00"), (999_999, 1_000_000, "99.99"), (5, 5, "100.00"), (393, 788, "49.87")],
)
def test_rates_have_two_decimals_and_100_means_all(migrated, whole, rate):
    assert Tally(migrated, whole).rate == Decimal(rate)


def test_no_rows_have_no_rate():
    assert Tally(0, 0).rate is None


def test_the_whole_inventory_takes_few_queries(django_assert_max_num_queries):
    for entity in ("orders", "doctors", "offers"):
        ran(entity, created=100)
    with django_assert_max_num_queries(8):
        assert len(progress(MigrationScript.objects.all())) == 43


# manage.py migration_scripts -------------------------------------------------------------------------------------


def listed(capsys, *arguments):
    call_command("migration_scripts", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_the_command_lists_all_scripts_with_both_rates(capsys):
    ran("orders", State.COMPLETED_WITH_FAILURES, created=97, failed=3)
    scripts = {one["number"]: one for one in listed(capsys)}
    assert len(scripts) == 43
    assert scripts[43]["status"] == "not_started"
    orders = scripts[ORDERS]
    assert orders["entities"] == ["orders"]
    assert (orders["kind"], orders["domain"], orders["category"]) == ("migrate", "clinical", "core")
    assert orders["status"] == "complete_with_failures"
    assert (orders["recorded"]["migrated"], orders["recorded"]["of"]) == (23050, 23272)
    assert orders["recorded"]["rate"] == "99.05"
    assert orders["ours"] == {"migrated": 97, "of": 100, "rate": "97.00", "failed": 3}


def test_the_command_shows_one_domain(capsys):
    assert {one["number"] for one in listed(capsys, "--domain", "communications")} == {10, 11, 12, 13, 14}


def test_the_command_prints_a_table(capsys):
    call_command("migration_scripts")
    assert "Differential migration" in capsys.readouterr().out


def test_an_unknown_domain_is_named():
    with pytest.raises(CommandError, match=r"no data domain .medical.*clinical"):
        call_command("migration_scripts", "--domain", "medical")


def test_an_empty_inventory_says_what_to_do():
    MigrationScript.objects.all().delete()
    with pytest.raises(CommandError, match="sync_catalog"):
        call_command("migration_scripts")
