"""Who may open which page and do what: every address and every action of the admin, by every role."""

from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from tests.admin.roles import (
    APPROVERS,
    BOSS,
    EVERYBODY,
    NOBODY,
    OPERATORS,
    SEEING,
    accounts,
    allowed,
    names,
    request_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

STAFF = EVERYBODY | {"newcomer"}
ALL = STAFF | {"anonymous"}
BULK = APPROVERS
CLINIC, FINANCE = frozenset({"clinic", "boss"}), frozenset({"finance", "boss"})

#: The app of a table → who may look at its list and its rows.
LOOK = {
    **dict.fromkeys(("runs", "ledger", "catalog", "django_q"), EVERYBODY),
    **dict.fromkeys(("legacy", "target"), SEEING),
    **dict.fromkeys(("auth", "admin"), BOSS),
}
#: Who may add, change and delete rows of a table in Django's own forms. Nobody, where it is not named.
ADD = {"auth_user": BOSS, "auth_group": BOSS}
CHANGE = {
    **ADD,
    "catalog_migrationscript": OPERATORS,
    "catalog_coveragesnapshot": EVERYBODY,  # shows its page, whatever is sent to it
}
DELETE = ADD


class Page(NamedTuple):
    """An address that is no list, row or form of Django's own: who may open it, and who may send something to it."""

    opens: frozenset[str]
    sends: frozenset[str] = NOBODY
    args: tuple[Any, ...] = ()
    data: dict[str, Any] = {}


WHATEVER = ALL, ALL
FINGERPRINT = "aaaaaaaaaaaaaaaa"

#: Name, and a word to tell several cases of it apart → who may. A new address needs a line.
PAGES = {
    # Django's and the theme's own
    "index": Page(STAFF, STAFF),
    "login": Page(*WHATEVER),
    "logout": Page(frozenset({"anonymous"}), ALL),
    "password_change": Page(STAFF, STAFF),
    "password_change_done": Page(STAFF),
    "auth_user_password_change": Page(BOSS, BOSS, (1,)),
    "autocomplete": Page(NOBODY, NOBODY),
    "jsi18n": Page(STAFF),
    "search": Page(STAFF, STAFF),
    "view_on_site": Page(STAFF, STAFF, (0, 0)),
    "app_list": Page(STAFF, STAFF, ("runs",)),  # not found, for who may see none of its tables
    # Look-up and reports
    "lookup": Page(EVERYBODY, EVERYBODY),
    "report": Page(EVERYBODY, EVERYBODY, data={"of": "of nothing"}),
    # Runs
    "runs_run_now": Page(EVERYBODY, EVERYBODY),
    "runs_run_start": Page(OPERATORS, OPERATORS),
    "runs_run_schedules": Page(EVERYBODY, OPERATORS),
    "runs_run_undo": Page(APPROVERS, APPROVERS),
    "runs_run_progress": Page(EVERYBODY, EVERYBODY, ("run",)),
    "runs_run_act pause": Page(NOBODY, OPERATORS, ("run", "pause")),
    "runs_run_act resume": Page(NOBODY, OPERATORS, ("run", "resume")),
    "runs_run_act cancel": Page(NOBODY, OPERATORS, ("run", "cancel")),
    "runs_run_act retry": Page(NOBODY, OPERATORS, ("run", "retry")),
    "runs_run_act validate": Page(NOBODY, OPERATORS, ("run", "validate")),
    "runs_finding_export": Page(EVERYBODY, EVERYBODY),
    # Failed records and corrections
    "ledger_failedrecord_groups": Page(EVERYBODY, EVERYBODY),
    "ledger_failedrecord_group": Page(EVERYBODY, EVERYBODY, (FINGERPRINT,)),
    "ledger_failedrecord_correct_group": Page(OPERATORS, OPERATORS, (FINGERPRINT,)),
    "ledger_failedrecord_act_on_group dismiss": Page(NOBODY, BULK, (FINGERPRINT, "dismiss")),
    "ledger_failedrecord_act_on_group reopen": Page(NOBODY, BULK, (FINGERPRINT, "reopen")),
    "ledger_failedrecord_act_on_group retry": Page(NOBODY, OPERATORS, (FINGERPRINT, "retry")),
    "ledger_failedrecord_act_on_group assign": Page(NOBODY, OPERATORS, (FINGERPRINT, "assign")),
    "ledger_failedrecord_act_on_group note": Page(NOBODY, OPERATORS, (FINGERPRINT, "note")),
    "ledger_failedrecord_correct": Page(OPERATORS, OPERATORS, ("failed",)),
    "ledger_failedrecord_act retry": Page(NOBODY, OPERATORS, ("failed", "retry")),
    "ledger_failedrecord_act dismiss": Page(NOBODY, OPERATORS, ("failed", "dismiss")),
    "ledger_failedrecord_act reopen": Page(NOBODY, OPERATORS, ("failed", "reopen")),
    "ledger_failedrecord_act assign": Page(NOBODY, OPERATORS, ("failed", "assign")),
    "ledger_failedrecord_act note": Page(NOBODY, OPERATORS, ("failed", "note")),
    "ledger_failedrecord_export": Page(EVERYBODY, EVERYBODY),
    "ledger_correction_retry": Page(NOBODY, OPERATORS),
    "ledger_correction_revoke": Page(NOBODY, OPERATORS, (1,)),
    "ledger_correction_import": Page(BOSS, BOSS),
    "ledger_correction_process_import": Page(NOBODY, BOSS),
    "ledger_correction_export": Page(EVERYBODY, EVERYBODY),
    # The inventory, coverage, sign-offs
    "catalog_migrationscript_import": Page(OPERATORS, OPERATORS),
    "catalog_migrationscript_process_import": Page(NOBODY, OPERATORS),
    "catalog_migrationscript_export": Page(EVERYBODY, EVERYBODY),
    "catalog_coveragesnapshot_take": Page(NOBODY, OPERATORS),
    "runs_signoff_sign clinical": Page(NOBODY, CLINIC, data={"role": "clinical"}),
    "runs_signoff_sign finance": Page(NOBODY, FINANCE, data={"role": "finance"}),
    "runs_signoff_revoke clinical": Page(NOBODY, CLINIC, data={"role": "clinical"}),
    "runs_signoff_revoke finance": Page(NOBODY, FINANCE, data={"role": "finance"}),
}
#: Table → what can be done to rows that are ticked in its list → who may. A new action needs an entry.
ACTIONS: dict[str, dict[str, frozenset[str]]] = {
    "auth_user": {"delete_selected": BOSS},
    "auth_group": {"delete_selected": BOSS},
    "ledger_mapping": {"undo": APPROVERS},
    "runs_finding": {
        "export_admin_action": EVERYBODY,
        **dict.fromkeys(("acknowledge", "waive", "reopen"), APPROVERS),
    },
    "ledger_failedrecord": {
        "export_admin_action": EVERYBODY,
        **dict.fromkeys(("retry", "assign", "note"), OPERATORS),
        **dict.fromkeys(("dismiss", "reopen"), OPERATORS | APPROVERS),
    },
}
STANDARD = ("changelist", "add", "change", "delete", "history")


@pytest.fixture
def people(world):
    return accounts()


def tables():
    return [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]


def who(people, url, method="get", data=None):
    return {name for name, user in people.items() if allowed(user, url, method, data)}


def test_every_address_has_an_entry():
    standard = {f"{table}_{page}" for table in tables() for page in STANDARD}
    assert {name for name in names() if name not in standard} == {case.partition(" ")[0] for case in PAGES}


@pytest.mark.parametrize("app", sorted(LOOK))
def test_tables_are_looked_at_and_changed_by_those_who_may(people, app):
    wrong = {}
    for table in _sample(app):
        expected = {
            ("changelist", "get"): LOOK[app],
            ("change", "get"): LOOK[app],
            ("add", "post"): ADD.get(table, NOBODY),
            ("change", "post"): CHANGE.get(table, NOBODY),
            ("delete", "post"): DELETE.get(table, NOBODY),
        }
        for (page, method), may in expected.items():
            args = () if page in ("changelist", "add") else (0,)
            found = who(people, reverse(f"admin:{table}_{page}", args=args), method)
            if found != may:
                wrong[f"{method} {table}_{page}"] = sorted(found)
    assert wrong == {}


def _sample(app):
    """The tables of an app; where one class serves many of them, a few."""
    found = [table for table in tables() if table.startswith(f"{app}_")]
    if app not in ("legacy", "target"):
        return found
    assert len({type(one) for model, one in admin.site._registry.items() if model._meta.app_label == app}) == 1
    return found[::20]


@pytest.mark.parametrize("app", ["legacy", "target"])
def test_every_table_with_personal_data_is_for_those_who_may_see_it(people, app):
    requests = {name: request_of(user, "/") for name, user in people.items()}
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label == app:
            assert {name for name, one in requests.items() if model_admin.has_view_permission(one)} == LOOK[app]


def test_the_history_of_a_row_is_for_those_who_may_see_the_row(people, world):
    for table, row, may in (("runs_run", world.run, EVERYBODY), ("target_office", world.office, SEEING)):
        assert who(people, reverse(f"admin:{table}_history", args=[row.pk])) == may


@pytest.mark.parametrize("case", PAGES)
def test_pages_are_opened_and_sent_to_by_those_who_may(people, world, case):
    page = PAGES[case]
    args = [str(getattr(world, one).pk) if one in ("run", "failed") else one for one in page.args]
    url = _url(case.partition(" ")[0], args)
    assert who(people, url, "get", page.data) == page.opens
    assert who(people, url, "post", page.data) == page.sends


def _url(name, args):
    try:
        return reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return reverse(name, args=args)


@pytest.mark.parametrize("table", tables())
def test_actions_on_ticked_rows_are_offered_to_those_who_may(people, table):
    """An action that is not offered is refused by Django itself, also if it is sent all the same."""
    (model_admin,) = [one for model, one in admin.site._registry.items() if _name(model) == table]
    offered: dict[str, set[str]] = {}
    for name, user in people.items():
        if name != "anonymous":
            for action in model_admin.get_actions(request_of(user, "/")):
                offered.setdefault(action, set()).add(name)
    assert offered == ACTIONS.get(table, {})


def _name(model):
    return f"{model._meta.app_label}_{model._meta.model_name}"
