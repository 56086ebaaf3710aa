"""What people do about failed records: try them again, let them go, hand them on, take note of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db import transaction

from runs import actors, events, sql
from runs.errors import UsageError
from runs.ledger.models import FailedRecord, RecordEvent
from runs.models import Run
from runs.services.choosing import Options, chosen
from runs.services.declared import by_entity, declaration, row_id, source_key
from runs.services.selecting import Selection, counted
from runs.services.starting import start

State, Action = FailedRecord.State, RecordEvent.Action

#: Records that one retry takes. Beyond, reading the whole entity costs less than naming its rows.
MOST = 50_000


def retry(selection: Selection, note: str = "", *, batch_size: int = Options.batch_size, dry_run: bool = False) -> Run:
    """A run of the open records of the selection and of no other rows, for `execute` or `enqueue`.

    It goes the way of every migration: parents first, with the corrections in force. What arrives is closed, what
    fails again has one attempt more, and the run can be taken back like any other. Raises `UsageError` if no record
    is open, `Refused`, `Busy`.
    """
    wanted, left_out = retryable(selection)
    ids: dict[str, list[str]] = {}
    for entity, records in by_entity(wanted).items():
        spec = declaration(entity)
        ids[entity] = list(dict.fromkeys(row_id(spec, record.legacy_id) for record in records))
    options = Options(batch_size=batch_size, ids=ids, dry_run=dry_run)
    run = start(chosen(ids), options, note=note, kind=Run.Kind.RETRY)
    words = f"{counted(len(wanted))} of {selection}."
    if left_out:
        words += f" {counted(left_out)} left out: closed, dismissed or undone, or without a legacy row."
    events.record(run, "retry", words)
    if not dry_run:
        record_events(wanted, Action.RETRY, f"Run {run.pk}. {note}".strip())
    return run


def retryable(selection: Selection) -> tuple[list[FailedRecord], int]:
    """The records that a retry of the selection takes, and how many it leaves out. Raises `UsageError` for none."""
    rows = selection.rows()
    taken = rows.filter(state=State.OPEN).defer("source")
    if (number := taken.count()) > MOST:
        entities = " ".join(sorted(set(taken.order_by().values_list("entity", flat=True))))
        raise UsageError(
            f"{number:,} failed records are more than the {MOST:,} that one retry takes: migrate the entities again "
            f"(`manage.py migrate_entity {entities}`), which tries all of their failed rows."
        )
    specs = {entity: declaration(entity) for entity in set(taken.order_by().values_list("entity", flat=True))}
    found = [record for record in taken if source_key(specs[record.entity], record.legacy_id) is not None]
    left_out = rows.count() - len(found)
    if not found:
        raise UsageError(
            f"No failed record of the selection can be tried again: {left_out:,} are closed, dismissed or undone, or "
            "have no legacy row."
            if left_out
            else "There is no such failed record."
        )
    return found, left_out


def dismiss(selection: Selection, reason: str) -> int:
    """Decides that the open records need not come; returns how many. Doors ask for another permission above one."""
    return _decide(selection, State.OPEN, State.DISMISSED, Action.DISMISS, _said(reason, "Say why they need not come."))


def reopen(selection: Selection, reason: str = "") -> int:
    """Takes a dismissal back; returns how many records are open again."""
    return _decide(selection, State.DISMISSED, State.OPEN, Action.REOPEN, reason.strip())


def assign(selection: Selection, login: str) -> int:
    """Hands the records to a colleague, or with "" to nobody; returns how many. Raises `UsageError`."""
    known = get_user_model()._default_manager.filter(username=login, is_active=True, is_staff=True)
    if login and not known.exists():
        raise UsageError(f"Nobody of the staff has the login {login!r}.")
    with transaction.atomic(using=sql.ALIAS):
        found = _locked(selection)
        FailedRecord.objects.filter(pk__in=[record.pk for record in found]).update(assignee=login)
        record_events(found, Action.ASSIGN, f"To {login}." if login else "To nobody.")
    return _some(found)


def note(selection: Selection, text: str) -> int:
    """Writes a note on the records; returns how many."""
    said = _said(text, "The note is empty.")
    found = list(selection.rows().defer("source"))
    record_events(found, Action.NOTE, said)
    return _some(found)


def _decide(selection: Selection, old: str, new: str, action: str, reason: str) -> int:
    with transaction.atomic(using=sql.ALIAS):
        found = _locked(selection, old)
        FailedRecord.objects.filter(pk__in=[record.pk for record in found]).update(state=new)
        record_events(found, action, reason)
    return _some(found, State(old).label.lower())


def _locked(selection: Selection, *states: str) -> list[FailedRecord]:
    """The records, which nobody else can change before this transaction ends."""
    return list(selection.rows(*states).defer("source").select_for_update())


def _said(text: str, otherwise: str) -> str:
    if not text.strip():
        raise UsageError(otherwise)
    return text.strip()


def _some(found: list[FailedRecord], state: str = "") -> int:
    if not found:
        raise UsageError(f"No {state + ' ' if state else ''}failed record is selected.")
    return len(found)


def record_events(records: Iterable[FailedRecord], action: str, text: str) -> None:
    """Notes for each record what whoever acts has done."""
    who = actors.current().name
    RecordEvent.objects.bulk_create(
        (
            RecordEvent(entity=record.entity, legacy_id=record.legacy_id, action=action, who=who, text=text)
            for record in records
        ),
        batch_size=5_000,
    )
