"""The roles that the migration makes, and what a viewer gets to see."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from runs import roles
from tests.admin.conftest import LEGACY_VALUES, client_of

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

OWN = ("operate_run", "undo_run", "dismiss_in_bulk", "handle_finding", "view_legacy_values")


def in_role(name, *given):
    user = User.objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=given))
    return user


@pytest.mark.parametrize(
    "role, may",
    [
        ("Viewer", set()),
        ("Operator", {"operate_run"}),
        ("Approver", {"undo_run", "dismiss_in_bulk", "handle_finding"}),
        ("Privacy", {"view_legacy_values"}),
        ("Clinical sign-off", set()),
        ("Finance sign-off", set()),
    ],
)
def test_what_each_role_may(role, may):
    user = in_role("ada", role)
    assert {name for name in OWN if user.has_perm(f"runs.{name}")} == may
    assert user.has_perms(["runs.view_run", "ledger.view_failedrecord", "catalog.view_migrationscript"])
    assert user.has_perm("target.view_patient") is (role == "Privacy")
    assert user.has_perm("legacy.view_patient") is (role == "Privacy")


def test_signing_belongs_to_its_own_roles():
    clinic, finance = in_role("c", "Clinical sign-off"), in_role("f", "Finance sign-off")
    assert clinic.has_perm("runs.sign_off_clinical") and not clinic.has_perm("runs.sign_off_finance")
    assert finance.has_perm("runs.sign_off_finance") and not finance.has_perm("runs.sign_off_clinical")


def test_no_role_may_change_what_is_not_its_own():
    user = in_role("ada", *roles.ROLES)
    changing = {one for one in user.get_all_permissions() if re.search(r"\.(add|change|delete)_", one)}
    assert changing == {"catalog.add_coveragesnapshot", "catalog.change_migrationscript"}
    assert not any(one.startswith(("auth.", "admin.", "sessions.")) for one in user.get_all_permissions())


def test_making_them_again_restores_what_is_missing_and_leaves_the_rest_alone():
    user, operator = in_role("ada", "Operator"), Group.objects.get(name="Operator")
    own = Group.objects.get(name="Approver").permissions.get(codename="undo_run")
    before = operator.permissions.count()
    operator.permissions.filter(codename="operate_run").delete()
    operator.permissions.add(own)
    roles.make("default")
    assert operator.permissions.count() == before + 1
    assert list(user.groups.all()) == [operator]


def test_only_roles_that_nobody_has_are_removed():
    in_role("ada", "Operator")
    own = Group.objects.create(name="Our own")
    roles.remove("default")
    assert set(Group.objects.values_list("name", flat=True)) == {"Operator", own.name}


def test_a_viewer_sees_runs_and_masked_failures_and_no_button(world):
    """Buttons are absent for those who may not, and direct requests are refused."""
    client = client_of(in_role("vera", "Viewer"))
    run = client.get(reverse("admin:runs_run_change", args=[world.run.pk])).content.decode()
    assert "Balances." in run
    assert set(re.findall(r'id="do-(\w+)"', run)) == {"report"}
    failed = client.get(reverse("admin:ledger_failedrecord_change", args=[world.failed.pk])).content.decode()
    assert "Unknown code" in failed
    assert not any(value in failed for value in LEGACY_VALUES)
    home = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:runs_run_start") not in home
    for name in ("pause", "resume", "cancel", "retry", "validate"):
        assert client.post(reverse("admin:runs_run_act", args=[world.run.pk, name])).status_code == 403
    for name in ("start", "undo"):
        for answer in (client.get, client.post):
            assert answer(reverse(f"admin:runs_run_{name}")).status_code == 403
    assert client.post(reverse("admin:runs_run_schedules")).status_code == 403


def test_a_superuser_gives_a_new_account_its_roles_at_once(boss):
    roles_given = Group.objects.filter(name__in=["Operator", "Approver"])
    new = {"username": "olga", "password1": "correct horse battery", "password2": "correct horse battery"}
    form = {**new, "usable_password": "true", "is_staff": "on", "groups": [role.pk for role in roles_given]}
    assert boss.post(reverse("admin:auth_user_add"), form).status_code == 302
    olga = User.objects.get(username="olga")
    assert olga.is_staff and olga.has_perms(["runs.operate_run", "runs.undo_run"])
    assert "Approver, Operator" in boss.get(reverse("admin:auth_user_changelist")).content.decode()
