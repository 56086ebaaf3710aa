"""Taking rows back: the target and the ledger are as they were before, and nothing of anybody else's is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from catalog.target import models as target
from legacy import models as legacy
from runs import services, sql_undo
from runs.errors import Busy, Refused, UsageError
from runs.execution import Watch
from runs.ledger.models import FailedRecord, Mapping, Page, RemovedRow
from runs.models import Run
from runs.states import State
from tests.databases import plain_connection
from tests.runs.conftest import CORE, Insert, order
from tests.runs.repairs import execute, order_of
from tests.runs.undoing import dump, part, undo

pytestmark = pytest.mark.usefixtures("people", "committed")

Runner = Callable[..., Run]


class Killed(BaseException):
    """Stands in for a process that ends."""


@pytest.fixture
def orders(insert: Insert, run_entities: Runner) -> Run:
    """A run of four orders, 41 to 44, whose parents came with an earlier one."""
    insert(legacy.Instruction, *(order(number) for number in range(41, 45)))
    run_entities(*CORE)
    return run_entities("orders")


def test_the_target_and_the_ledger_are_as_they_were_at_each_step(insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(41), order(42))
    empty = dump()
    first = run_entities(*CORE, "orders")
    before = dump()
    insert(legacy.Instruction, order(43), order(44, patient_id=99))
    second = run_entities(*CORE, "orders")
    assert undo(second).state == State.SUCCEEDED
    assert dump() == before
    done = undo(first)
    assert dump() == empty
    assert (first.state, second.state, done.undoes_id) == (State.UNDONE, State.UNDONE, first.pk)
    assert not Page.objects.filter(run__in=[first.pk, second.pk], undone_at=None).exists()


def test_it_balances_and_is_counted_on_the_run_it_takes_back(orders: Run):
    done = part(undo(orders), "orders")
    assert (done.in_scope, done.deleted, done.kept, done.balance, done.problem) == (4, 4, 0, 0, "")
    assert (part(orders, "orders").state, part(orders, "orders").taken_back) == (State.UNDONE, 4)


def test_rows_get_the_same_uuids_again(orders: Run, run_entities: Runner):
    before = dump()
    undo(orders)
    run_entities("orders")
    assert dump() == before


def test_a_row_that_was_there_before_stays_with_its_values(insert: Insert, run_entities: Runner):
    """Three legacy rows: one is in the target already, one fails, one is made."""
    target.Office.objects.create(office_number="OFF-000003", country="AT")
    insert(legacy.Office, {"id": 4, "name": "Zweigstelle"}, {"id": 6, "city": "x" * 200})
    before = dump()
    run = run_entities("offices")
    assert [getattr(run.entity_runs.get(), name) for name in ("created", "matched", "failed")] == [1, 1, 1]
    done = undo(run).entity_runs.get()
    assert (done.deleted, done.released, done.balance) == (1, 1, 0)
    assert dump() == before and target.Office.objects.get().country == "AT"
    assert FailedRecord.objects.get().state == FailedRecord.State.UNDONE


def test_dependants_stop_it_and_are_named_with_their_number(orders: Run):
    first = Run.objects.earliest("pk")
    before = dump()
    with pytest.raises(Refused, match=rf"Undo of patients: 4 rows of orders \(run {orders.pk}\) refer to them; --with"):
        undo(first, "patients")
    assert dump() == before and not Run.objects.filter(kind=Run.Kind.UNDO).exists()
    plan = services.undo_plan(services.Undo(first.pk, ["patients"]))
    assert [(one.name, one.run, one.rows) for one in plan.dependants] == [("orders", orders.pk, 4)]


def test_dependants_are_taken_back_as_well_on_request(orders: Run):
    first = Run.objects.earliest("pk")
    done = undo(first, "patients", dependants="include")
    assert list(done.entity_runs.values_list("entity", "deleted")) == [("orders", 4), ("patients", 1)]
    assert not target.Order.objects.exists() and not target.Patient.objects.exists()
    assert not Mapping.objects.filter(entity__in=["orders", "patients"]).exists()
    orders.refresh_from_db()
    assert (orders.state, part(orders, "orders").taken_back) == (State.SUCCEEDED, 4)
    told = orders.events.get(what="undo")
    assert (told.entity, told.why) == ("orders", f"Run {done.pk} took back 4 rows of it.")
    assert (first.state, part(first, "patients").state) == (State.SUCCEEDED, State.UNDONE)


def test_dependants_and_what_they_need_are_kept_on_request(orders: Run):
    first = Run.objects.earliest("pk")
    before = dump()
    done = undo(first, dependants="keep")
    assert dump()["orders"] == before["orders"] and target.Patient.objects.count() == 1
    assert part(done, "patients").kept == 1
    assert "1 rows of patients stay: 1 are needed by rows that stay; legacy ids 5." in first.problem
    assert done.state == State.COMPLETED_WITH_FAILURES and first.state == State.UNDONE


@pytest.fixture
def undeclared(orders: Run) -> Iterator[None]:
    """A table by hand, in a schema of its own, whose row refers to order 42."""
    execute("CREATE SCHEMA reports")
    execute("CREATE TABLE reports.pinned (id serial PRIMARY KEY, pinned uuid REFERENCES orders ON DELETE CASCADE)")
    execute("INSERT INTO reports.pinned (pinned) VALUES (%s)", order_of(42).pk)
    yield
    execute("DROP SCHEMA reports CASCADE")


def test_rows_that_nobody_migrated_are_respected(orders: Run, undeclared: None):
    with pytest.raises(Refused, match=r"1 rows of reports.pinned \(made in the new system\) refer to them; --keep-dep"):
        undo(orders)
    done = undo(orders, dependants="include")
    assert (part(done, "orders").deleted, part(done, "orders").kept) == (3, 1)
    assert execute("SELECT count(*) FROM reports.pinned p JOIN orders o ON o.id = p.pinned") == [(1,)]
    assert Mapping.objects.filter(entity="orders").values_list("legacy_id", flat=True).get() == "42"


def test_a_row_that_comes_to_be_needed_at_the_last_moment_is_kept(orders: Run, undeclared: None):
    execute("DELETE FROM reports.pinned")
    run = services.undo(services.Undo(orders.pk))

    class Late(Watch):
        def entity_started(self, entity_run: Any, rows: int) -> None:
            execute("INSERT INTO reports.pinned (pinned) VALUES (%s)", order_of(43).pk)

    services.execute(run, Late())
    assert (part(run, "orders").deleted, part(run, "orders").kept, run.state) == (3, 1, State.COMPLETED_WITH_FAILURES)
    assert order_of(43)


def test_what_comes_to_depend_on_it_before_it_begins_stops_it(orders: Run, undeclared: None):
    execute("DELETE FROM reports.pinned")
    before = dump()
    run = services.undo(services.Undo(orders.pk))
    execute("INSERT INTO reports.pinned (pinned) VALUES (%s)", order_of(43).pk)
    services.execute(run)
    orders.refresh_from_db()
    assert (run.state, orders.state, dump()) == (State.UNDO_REFUSED, State.SUCCEEDED, before)
    assert "1 rows of reports.pinned" in run.problem


def test_rows_edited_since_are_named_and_left_with_all_that_they_need(orders: Run):
    execute("UPDATE orders SET notes = 'by hand' WHERE id = %s", order_of(43).pk)
    plan = services.undo_plan(services.Undo(orders.pk))
    assert [(one.delete, one.keep, one.edited, one.edited_ids) for one in plan.parts] == [(3, 1, 1, ["43"])]
    first = Run.objects.earliest("pk")
    undo(orders)
    assert orders.problem == "1 rows of orders stay: 1 were edited since; legacy ids 43."
    assert (order_of(43).notes, target.Order.objects.count(), RemovedRow.objects.count()) == ("by hand", 1, 0)
    undo(first, dependants="keep")
    assert order_of(43).patient.profile and target.Office.objects.exists()


def test_rows_edited_since_are_taken_on_request_and_their_content_is_stored(orders: Run):
    edited = order_of(43).pk
    execute("UPDATE orders SET notes = 'by hand' WHERE id = %s", edited)
    done = undo(orders, take_edited=True)
    assert (done.state, target.Order.objects.count()) == (State.SUCCEEDED, 0)
    removed = RemovedRow.objects.get()
    assert (removed.legacy_id, removed.target_id, removed.run) == ("43", edited, done.pk)
    assert removed.content["notes"] == "by hand"


def test_rows_that_stayed_can_be_taken_later(orders: Run):
    execute("UPDATE orders SET notes = 'by hand' WHERE id = %s", order_of(43).pk)
    undo(orders)
    undo(orders, take_edited=True)
    assert (orders.state, orders.problem, target.Order.objects.count()) == (State.UNDONE, "", 0)
    with pytest.raises(UsageError, match="has been taken back already"):
        undo(orders)


def test_an_edit_between_the_plan_and_the_page_is_seen(orders: Run):
    run = services.undo(services.Undo(orders.pk))

    class Editing(Watch):
        def entity_started(self, entity_run: Any, rows: int) -> None:
            execute("UPDATE orders SET notes = 'by hand' WHERE id = %s", order_of(43).pk)

    services.execute(run, Editing())
    assert (part(run, "orders").kept, order_of(43).notes) == (1, "by hand")


def test_in_another_table_than_the_one_it_was_written_to_every_row_counts_as_edited(orders: Run):
    """As after a dump and restore, where versions say nothing."""
    execute("CREATE TABLE other (LIKE orders INCLUDING ALL); INSERT INTO other SELECT * FROM orders")
    execute("ALTER TABLE orders RENAME TO was; ALTER TABLE other RENAME TO orders")
    try:
        assert services.undo_plan(services.Undo(orders.pk)).parts[0].edited == 4
    finally:
        execute("ALTER TABLE orders RENAME TO other; ALTER TABLE was RENAME TO orders; DROP TABLE other")
    assert services.undo_plan(services.Undo(orders.pk)).parts[0].edited == 0


def test_a_row_that_somebody_deleted_is_forgotten(orders: Run):
    execute("DELETE FROM orders WHERE id = %s", order_of(42).pk)
    assert services.undo_plan(services.Undo(orders.pk)).parts[0].gone == 1
    done = part(undo(orders), "orders")
    assert (done.deleted, done.released, done.balance) == (3, 1, 0)
    assert not Mapping.objects.filter(entity="orders").exists()


def test_by_ids_of_an_entity(orders: Run):
    undo(None, "orders", ids=["42", "44"])
    assert list(Mapping.objects.filter(entity="orders").order_by("legacy_id").values_list("legacy_id", flat=True)) == [
        "41",
        "43",
    ]
    orders.refresh_from_db()
    assert (orders.state, part(orders, "orders").taken_back) == (State.SUCCEEDED, 2)
    with pytest.raises(UsageError, match="Nothing of orders came from these legacy ids"):
        undo(None, "orders", ids=["42"])
    with pytest.raises(UsageError, match="list of ids is empty"):
        undo(None, "orders", ids=[])
    with pytest.raises(UsageError, match="Ids belong to one entity"):
        undo(None, "orders", "patients", ids=["1"])


def test_by_script_and_by_domain_whatever_run_made_the_rows(orders: Run, insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(45))
    later = run_entities("orders")
    undo(scripts=[5])
    assert not target.Order.objects.exists()
    assert [Run.objects.get(pk=run.pk).state for run in (orders, later)] == [State.UNDONE] * 2
    undo(domains=["clinical"])
    assert not target.Patient.objects.exists() and target.Course.objects.exists()


def test_killed_between_two_pages_it_goes_on_where_it_was(orders: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runs.engine.undo.SIZE", 1)

    class Kill(Watch):
        def page_committed(self, entity_run: Any, page: Page) -> None:
            raise Killed

    for left in (3, 2):
        with pytest.raises(Killed):
            services.execute(services.undo(services.Undo(orders.pk)), Kill())
        assert target.Order.objects.count() == Mapping.objects.filter(entity="orders").count() == left
        orders.refresh_from_db()
        assert orders.state == State.UNDOING
    done = undo(orders)
    assert (done.pk, part(done, "orders").deleted, part(done, "orders").balance) == (done.pk, 4, 0)
    assert Run.objects.filter(kind=Run.Kind.UNDO).count() == 1
    assert (orders.state, target.Order.objects.count()) == (State.UNDONE, 0)


def test_paused_after_its_last_page_it_still_balances(orders: Run):
    execute("UPDATE orders SET notes = 'by hand' WHERE id = %s", order_of(43).pk)

    class Pause(Watch):
        def page_committed(self, entity_run: Any, page: Page) -> None:
            self.stop = State.PAUSED

    run = services.execute(services.undo(services.Undo(orders.pk)), Pause())
    assert run.state == State.PAUSED
    run = services.execute(services.resume(run.pk))
    done = part(run, "orders")
    assert (run.state, done.in_scope, done.kept, done.balance) == (State.COMPLETED_WITH_FAILURES, 4, 1, 0)


def test_a_migration_of_the_entity_has_to_wait(orders: Run):
    services.undo(services.Undo(orders.pk))
    Run.objects.filter(kind=Run.Kind.UNDO).update(state=State.QUEUED)
    with pytest.raises(Busy, match="orders"):
        services.start(services.chosen(["orders"]), services.Options())


@pytest.fixture
def refusing(orders: Run) -> Iterator[None]:
    """A trigger that raises when order 42 is deleted."""
    execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id = "
        f"'{order_of(42).pk}' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN OLD; END $$"
    )
    execute("CREATE TRIGGER refuse BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION refuse()")
    yield
    execute("DROP FUNCTION refuse CASCADE")


def test_a_delete_that_raises_stops_it_and_a_second_undo_goes_on(
    orders: Run, refusing: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("runs.engine.undo.SIZE", 1)
    out = StringIO()
    with pytest.raises(SystemExit) as code:
        call_command("undo_run", orders.pk, yes=True, stdout=out)
    assert code.value.code == 3 and "SQLSTATE P0001" in out.getvalue()
    assert target.Order.objects.count() == 2
    execute("DROP FUNCTION refuse CASCADE; CREATE FUNCTION refuse() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    call_command("undo_run", orders.pk, yes=True, stdout=out)
    orders.refresh_from_db()
    assert (target.Order.objects.count(), orders.state) == (0, State.UNDONE)


def test_children_that_cannot_go_keep_their_parents(orders: Run, refusing: None):
    done = undo(scripts=[5, 4])
    assert [part(done, name).state for name in ("orders", "patients")] == [State.BROKEN, State.BLOCKED]
    assert target.Patient.objects.count() == 1


def test_a_row_that_somebody_else_holds_is_named_with_what_to_do(orders: Run, monkeypatch: pytest.MonkeyPatch):
    lock = sql_undo.lock

    def impatient(*args: Any) -> Any:
        execute("SET LOCAL lock_timeout = '1ms'")
        return lock(*args)

    with plain_connection(connections["target"].settings_dict["NAME"]) as other, other.transaction():
        other.execute("SELECT FROM orders WHERE id = %s FOR UPDATE", [order_of(42).pk])
        monkeypatch.setattr(sql_undo, "lock", impatient)
        done = undo(orders)
    assert "Somebody has held rows or the table of orders" in part(done, "orders").problem
    assert f"resume_run {done.pk}" in part(done, "orders").problem


def command(*args: Any, **options: Any) -> tuple[int, str]:
    """Exit code and output of `manage.py undo_run`."""
    out = StringIO()
    try:
        call_command("undo_run", *args, stdout=out, no_progress=True, **options)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_by_its_exit_code_what_became_of_it(orders: Run):
    first = Run.objects.earliest("pk")
    code, out = command(first.pk, "patients", plan=True)
    assert code == 3 and "It would be refused. Undo of patients: 4 rows of orders" in out
    execute("UPDATE orders SET notes = 'by hand' WHERE id = %s", order_of(43).pk)
    code, out = command(orders.pk, plan=True, json=True)
    (plan,) = json.loads(out)["parts"]
    assert (code, plan["delete"], plan["edited_ids"], target.Order.objects.count()) == (0, 3, ["43"], 4)
    code, out = command(orders.pk, yes=True)
    assert code == 2 and "1 rows of orders stay: 1 were edited since; legacy ids 43." in out
    code, out = command(entity=["orders"], ids="43", take_edited=True, yes=True, json=True)
    assert (code, json.loads(out)["state"], target.Order.objects.count()) == (0, "succeeded", 0)


def test_what_cannot_be_taken_back_is_said(orders: Run, run_entities: Runner):
    for run, words in ((99, "There is no run 99"), (run_entities("orders", dry_run=True).pk, "was a dry run")):
        with pytest.raises(UsageError, match=words):
            services.undo(services.Undo(run))
    with pytest.raises(UsageError, match="has no part invoices"):
        undo(orders, "invoices")
    with pytest.raises(UsageError, match="Name a run, or an entity"):
        undo()
    with pytest.raises(UsageError, match="is an undo"):
        undo(undo(orders))
