"""Taking a repair back: the target is as it was before, to the last value and to the constraint's definition."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from legacy import models as legacy
from runs import services, sql_repairs
from runs.errors import UsageError
from runs.execution import Watch
from runs.ledger.models import BeforeImage, FailedRecord, Page
from runs.models import EntityRun, Run
from runs.states import State
from tests.databases import plain_connection
from tests.runs.conftest import CORE, Insert, order
from tests.runs.repairs import NAME, constraint, dump, execute, order_of, spoil, valid_afterwards, wrong  # noqa: F401
from tests.runs.undoing import part
from tests.runs.undoing import undo as take_back

pytestmark = pytest.mark.usefixtures("people", "valid_afterwards")

Runner = Callable[..., Run]


class Killed(BaseException):
    """Stands in for a process that ends."""


@pytest.fixture
def orders(insert: Insert, run_entities: Runner) -> None:
    """Six orders, 41 to 46, of which 41 to 45 have a profile for a doctor."""
    insert(legacy.Instruction, *(order(number) for number in range(41, 47)))
    run_entities(*CORE, "orders")
    spoil(range(41, 46))


def undo(run: Run, *names: str, **options: Any) -> EntityRun:
    take_back(run, *names, **options)
    return part(run, NAME)


def test_everything_is_as_it_was(orders: None, run_entities: Runner):
    before = dump(), constraint()
    run = run_entities(NAME)
    assert wrong() == 0 and constraint()[2] is True
    assert (undo(run).state, run.state, run.problem) == (State.UNDONE, State.UNDONE, "")
    assert (dump(), constraint()) == before
    assert not Page.objects.filter(run=run.pk, undone_at=None).exists()


def test_the_constraint_still_refuses_new_wrong_rows(orders: None, run_entities: Runner):
    undo(run_entities(NAME))
    with pytest.raises(Exception, match="violates foreign key constraint"):
        execute("UPDATE orders SET doctor_id = gen_random_uuid(); SET CONSTRAINTS ALL IMMEDIATE")


def test_it_can_be_repaired_again_and_taken_back_again(orders: None, run_entities: Runner):
    before = dump(), constraint()
    undo(run_entities(NAME))
    run = run_entities(NAME)
    assert (run.entity_runs.get().updated, wrong(), constraint()[2]) == (5, 0, True)
    undo(run)
    assert (dump(), constraint()) == before


def test_a_row_that_was_edited_since_stays_and_is_named(orders: None, run_entities: Runner):
    run = run_entities(NAME)
    execute("UPDATE orders SET doctor_id = NULL WHERE id = %s", order_of(43).pk)
    (plan,) = services.undo_plan(services.Undo(run.pk)).parts
    assert (plan.restore, plan.keep, plan.edited_ids) == (4, 1, ["43"])
    problem = undo(run).problem
    assert "1 rows of orders were edited or deleted" in problem and "legacy ids 43." in problem
    assert run.problem == problem
    assert order_of(43).doctor_id is None and wrong() == 4


def test_an_edit_of_another_column_is_no_obstacle(orders: None, run_entities: Runner):
    run = run_entities(NAME)
    execute("UPDATE orders SET notes = 'by hand' WHERE id = %s", order_of(43).pk)
    assert undo(run).problem == ""
    assert order_of(43).notes == "by hand" and wrong() == 5


def test_overwrite_restores_edited_rows_too(orders: None, run_entities: Runner):
    before = dump()
    run = run_entities(NAME)
    execute("UPDATE orders SET doctor_id = NULL WHERE id = %s", order_of(43).pk)
    assert undo(run, take_edited=True).problem == ""
    assert dump() == before


def test_a_row_that_was_deleted_since_is_named(orders: None, run_entities: Runner):
    run = run_entities(NAME)
    execute("DELETE FROM orders WHERE id = %s", order_of(43).pk)
    assert "legacy ids 43." in undo(run, take_edited=True).problem
    assert wrong() == 4


def test_its_failed_records_are_closed_as_undone(orders: None, run_entities: Runner, legacy_db: Any):
    legacy_db.execute("DELETE FROM dispatch_instruction WHERE id = 42")
    before = dump(), constraint()
    run = run_entities(NAME)
    assert run.state == State.COMPLETED_WITH_FAILURES
    undo(run)
    assert FailedRecord.objects.get(entity=NAME).state == FailedRecord.State.UNDONE
    assert (dump(), constraint()) == before


def test_a_repair_that_only_validated_is_taken_back_too(orders: None, run_entities: Runner):
    execute("UPDATE orders SET doctor_id = NULL")
    before = dump(), constraint()
    run = run_entities(NAME)
    assert (run.entity_runs.get().in_scope, constraint()[2]) == (0, True)
    undo(run)
    assert (dump(), constraint()) == before


def test_an_interrupted_repair_is_taken_back(orders: None, monkeypatch: pytest.MonkeyPatch):
    before = dump(), constraint()
    run = _interrupted(monkeypatch)
    assert run.state == State.INTERRUPTED and wrong() == 3
    undo(run)
    assert (dump(), constraint(), run.state) == (*before, State.UNDONE)
    with pytest.raises(UsageError, match="nothing left to resume"):
        services.resume(run.pk)


def test_stopped_in_the_middle_it_goes_on_where_it_was(orders: None, monkeypatch: pytest.MonkeyPatch):
    before = dump(), constraint()
    run = services.execute(services.resume(_interrupted(monkeypatch).pk))
    restore, calls = sql_repairs.restore_page, iter(range(9))

    def once(*args: Any) -> int:
        if next(calls) == 1:
            raise Killed
        return restore(*args)

    with monkeypatch.context() as broken:
        broken.setattr(sql_repairs, "restore_page", once)
        with pytest.raises(Killed):
            take_back(run)
    run.refresh_from_db()
    assert (run.state, wrong()) == (State.UNDOING, 1)
    assert constraint() == before[1]
    done = take_back(run)
    assert (dump(), constraint(), run.state) == (*before, State.UNDONE)
    assert (part(done, NAME).restored, Run.objects.filter(kind=Run.Kind.UNDO).count()) == (5, 1)


def _interrupted(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run with pages of two rows that ended after the first."""

    class Stop(Watch):
        def page_committed(self, entity_run: Any, page: Page) -> None:
            raise Killed

    monkeypatch.setattr(services.choosing, "SMALLEST", 1)
    run = services.start(services.chosen([NAME]), services.Options(batch_size=2))
    with pytest.raises(Killed):
        services.execute(run, Stop())
    run.refresh_from_db()
    return run


def test_the_repair_of_a_run_that_did_more_can_be_named(orders: None, run_entities: Runner):
    before = dump(), constraint()
    run = run_entities("orders", NAME)
    undo(run, NAME)
    assert (dump(), constraint(), run.state) == (*before, State.SUCCEEDED)
    with pytest.raises(UsageError, match="has been taken back already"):
        take_back(run, NAME)


def test_what_a_repair_and_its_undo_write_does_not_count_as_edited(orders: None, run_entities: Runner):
    first = Run.objects.earliest("pk")
    # As if the run itself had left them like this.
    execute(
        "UPDATE migration_pages SET versions = (SELECT jsonb_agg(DISTINCT xmin::text) FROM orders)"
        " WHERE entity = 'orders'"
    )
    repaired = run_entities(NAME)
    assert services.undo_plan(services.Undo(first.pk)).parts[0].edited == 0
    undo(repaired)
    assert services.undo_plan(services.Undo(first.pk)).parts[0].edited == 0


def test_an_edit_before_the_repair_is_still_seen_after_it(orders: None, run_entities: Runner):
    first = Run.objects.earliest("pk")
    assert services.undo_plan(services.Undo(first.pk)).parts[0].edited_ids == ["41", "42", "43", "44", "45"]
    repaired = run_entities(NAME)
    assert {"41", "45"} <= set(services.undo_plan(services.Undo(first.pk)).parts[0].edited_ids)
    undo(repaired)
    assert {"41", "45"} <= set(services.undo_plan(services.Undo(first.pk)).parts[0].edited_ids)


def test_a_table_that_somebody_uses_is_named_with_what_to_do(
    orders: None, run_entities: Runner, monkeypatch: pytest.MonkeyPatch
):
    run = run_entities(NAME)
    with monkeypatch.context() as impatient, plain_connection(connections["target"].settings_dict["NAME"]) as other:
        impatient.setattr(sql_repairs, "wait_for_locks", lambda seconds: execute("SET LOCAL lock_timeout = '1ms'"))
        with other.transaction():
            other.execute("SELECT FROM orders")
            done = take_back(run)
    assert (done.state, wrong()) == (State.BROKEN, 0)
    assert f"held rows or the table of {NAME}" in part(done, NAME).problem
    assert take_back(run).state == State.SUCCEEDED and wrong() == 5


def test_the_command_asks_first(orders: None, run_entities: Runner, monkeypatch: pytest.MonkeyPatch):
    before = dump(), constraint()
    run = run_entities(NAME)
    out = StringIO()
    monkeypatch.setattr("builtins.input", lambda prompt: "n")
    with pytest.raises(SystemExit) as code:
        call_command("undo_run", run.pk, stdout=out)
    assert code.value.code == 3 and "repair_order_doctors" in out.getvalue() and wrong() == 0
    monkeypatch.setattr("builtins.input", lambda prompt: (_ for _ in ()).throw(EOFError()))
    with pytest.raises(CommandError, match="add --yes"):
        call_command("undo_run", run.pk, stdout=out)
    call_command("undo_run", run.pk, yes=True, stdout=out)
    assert (dump(), constraint()) == before
    assert BeforeImage.objects.filter(restored_at=None).count() == 0
