"""Corrections: what staff say that legacy values should have been, kept as data and replayed in every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from catalog.declare import Reference, Spec
from catalog.registry import parent
from catalog.registry import spec as entity_spec
from catalog.repair import repairs
from runs import actors, sql
from runs.engine.readable import NotReadable, as_read, text
from runs.errors import UsageError
from runs.ledger.models import Correction, FailedRecord, RecordEvent
from runs.services.declared import blamed, corrected_as, declaration, row_id
from runs.services.reviewing import record_events
from runs.services.selecting import Selection
from runs.shapes import secret

State = FailedRecord.State


@dataclass(frozen=True)
class Wanted:
    """A correction that somebody asks for.

    `old` is the text of the legacy value that is wrong and `new` what to read instead, None for NULL; or `target_id`
    names the row of the target that the key `old` means. `legacy_id` "" is a rule: it holds for all rows of the entity.
    """

    entity: str
    path: str
    old: str | None
    new: str | None = None
    target_id: UUID | str | None = None
    legacy_id: str = ""
    #: The target field that it is made for; default: the first one that the path fills.
    field: str = ""
    reason: str = ""
    #: The group of failures that it is made for.
    fingerprint: str = ""


def correct(wanted: Wanted) -> Correction:
    """Puts a correction in force, in the name of whoever acts. Runs that are under way go on without it.

    Raises `UsageError` for what cannot be: an unknown column, a value that the column cannot hold, a target row that
    does not exist, a correction that contradicts one in force, a missing reason.
    """
    if not wanted.reason.strip():
        raise UsageError("A correction needs a reason: who reads it later wants to know why.")
    made = drafted(wanted)
    try:
        with transaction.atomic(using=sql.ALIAS):
            made.save(force_insert=True)
            record_events(concerned(made), RecordEvent.Action.CORRECT, _words(made))
    except IntegrityError:
        raise UsageError(_taken(made)) from None
    return made


def correct_group(
    fingerprint: str,
    old: str | None,
    *,
    new: str | None = None,
    target_id: UUID | str | None = None,
    path: str = "",
    reason: str = "",
) -> Correction:
    """One rule for all open records of a group whose column says `old`, and for all such rows to come.

    `path` has to be given only where more than one column fills the field that failed. Raises like `correct`.
    """
    return correct(group_rule(fingerprint, old, new=new, target_id=target_id, path=path, reason=reason))


def group_rule(
    fingerprint: str,
    old: str | None,
    *,
    new: str | None = None,
    target_id: UUID | str | None = None,
    path: str = "",
    reason: str = "",
) -> Wanted:
    """The correction that `correct_group` would make. Raises `UsageError` if no open record says so."""
    first = Selection(fingerprint=fingerprint).rows(State.OPEN).first()
    if first is None:
        raise UsageError(f"No open failed record has the fingerprint {fingerprint}.")
    if not path:
        paths = blamed(declaration(first.entity), first.field)
        if len(paths) != 1:
            choice = f"one of {', '.join(paths)}" if paths else "which one"
            raise UsageError(
                f"More than one column, or none, is behind these failures: say {choice} is to be corrected."
            )
        path = paths[0]
    field = first.field if first.field in declaration(first.entity).recipes else ""
    wanted = Wanted(first.entity, path, old, new, target_id, "", field, reason, fingerprint)
    if not _saying(Selection(fingerprint=fingerprint).rows(State.OPEN), path, old):
        raise UsageError(f"No open failed record of this group has that value in {path}.")
    return wanted


def drafted(wanted: Wanted) -> Correction:
    """The correction as it would be kept, checked and not saved. Raises `UsageError`."""
    entity = corrected_as(wanted.entity)
    spec = entity_spec(entity)
    fills = [name for name, one in spec.recipes.items() if wanted.path in one.paths]
    field = wanted.field if wanted.field in fills else next(iter(fills), "")
    if wanted.path not in (*spec.paths, *(spec.each.gives if spec.each else ())):
        raise UsageError(f"{entity} reads no column {wanted.path}: it reads {', '.join(spec.paths)}.")
    if secret(wanted.path):
        raise UsageError(f"{wanted.path} is a credential, and nobody writes one by hand.")
    if spec.each and wanted.path in spec.each.columns and wanted.legacy_id != row_id(spec, wanted.legacy_id):
        raise UsageError(
            f"{wanted.path} is what the row is split by: correct it for row {row_id(spec, wanted.legacy_id)}."
        )
    if wanted.target_id is not None:
        target_id = _target(spec, field, wanted)
    elif wanted.new == wanted.old:
        raise UsageError(f"The corrected value of {wanted.path} is the value that the row has.")
    else:
        target_id = None
        _check_value(spec, wanted)
    return Correction(
        entity=entity,
        legacy_id=wanted.legacy_id,
        field=field,
        path=wanted.path,
        old=wanted.old,
        new=wanted.new,
        target_id=target_id,
        reason=wanted.reason.strip(),
        author=actors.current().name,
        fingerprint=wanted.fingerprint,
    )


def revoke(number: int, reason: str = "") -> Correction:
    """Takes a correction out of force; rows that arrived with it stay as they are. Raises `UsageError`.

    The reason is added to that of the correction.
    """
    made = Correction.objects.filter(pk=number).first()
    if made is None:
        raise UsageError(f"There is no correction {number}.")
    who = actors.current().name
    with transaction.atomic(using=sql.ALIAS):
        changes: dict[str, Any] = {"revoked_at": timezone.now(), "revoked_by": who}
        said = f" Revoked: {reason.strip()}" if reason.strip() else ""
        if said:
            changes["reason"] = f"{made.reason}{said}"
        if not Correction.objects.filter(pk=number, revoked_at=None).update(**changes):
            raise UsageError(f"Correction {number} was revoked by {made.revoked_by} already.")
        record_events(concerned(made), RecordEvent.Action.REVOKE, f"Correction {number} ({made.path}).{said}")
    made.refresh_from_db()
    return made


def corrections(*, entity: str = "", fingerprint: str = "", revoked: bool | None = False) -> QuerySet[Correction]:
    """The corrections, latest first. `revoked`: those in force (False), those that are not (True), or all (None)."""
    found = Correction.objects.order_by("-pk")
    if revoked is not None:
        found = found.filter(revoked_at__isnull=not revoked)
    if entity:
        found = found.filter(entity=corrected_as(entity))
    return found.filter(fingerprint=fingerprint) if fingerprint else found


def concerned(made: Correction) -> list[FailedRecord]:
    """The open failed records that a correction speaks of, also those of repairs of its entity."""
    names = [made.entity, *(repair.name for repair in repairs() if repair.entity.name == made.entity)]
    rows = FailedRecord.objects.filter(entity__in=names, state=State.OPEN).order_by("pk")
    return _saying(rows.filter(legacy_id=made.legacy_id) if made.legacy_id else rows, made.path, made.old)


def _saying(rows: QuerySet[FailedRecord], path: str, old: str | None) -> list[FailedRecord]:
    """The records with this text in a source column."""
    rows = rows.annotate(said=KeyTextTransform(path, "source"))
    # JSON writes yes and no in its own way.
    rows = rows.filter(said__isnull=True) if old is None else rows.filter(said__in=[old, old.lower()])
    return [record for record in rows if path in record.source and text(record.source[path]) == old]


def _check_value(spec: Spec, wanted: Wanted) -> None:
    try:
        if wanted.new is not None:
            as_read(spec, wanted.path, wanted.new)
        # What a split gave is converted like the values of the rows that are known.
        if spec.each and wanted.path in spec.each.gives:
            selection = Selection(entity=wanted.entity, legacy_ids=[wanted.legacy_id] if wanted.legacy_id else None)
            for record in _saying(selection.rows(State.OPEN), wanted.path, wanted.old)[:1]:
                as_read(spec, wanted.path, wanted.new, record.source[wanted.path])
    except NotReadable as error:
        raise UsageError(str(error)) from None


def _target(spec: Spec, field: str, wanted: Wanted) -> UUID:
    recipe = spec.recipes.get(field)
    if not isinstance(recipe, Reference) or wanted.path not in recipe.columns:
        raise UsageError(
            f"{wanted.path} is no key of a reference: give a corrected value instead of a row of the target."
        )
    if wanted.new is not None:
        raise UsageError("Give a corrected value or a row of the target, not both.")
    if wanted.old is None:
        raise UsageError(f"Rows that say nothing in {wanted.path} cannot all mean one row of the target.")
    entity = parent(spec, field)
    assert entity is not None, f"{spec.name}.{field} refers to no entity"
    try:
        target_id = UUID(str(wanted.target_id))
        there = entity.target._default_manager.filter(pk=target_id).exists()
    except (ValueError, ValidationError):
        raise UsageError("The row of the target is named by its UUID.") from None
    if not there:
        raise UsageError(f"{entity.target._meta.db_table} has no row {target_id}.")
    return target_id


def _taken(made: Correction) -> str:
    same = Correction.objects.filter(
        entity=made.entity, legacy_id=made.legacy_id, path=made.path, old=made.old, revoked_at=None
    ).first()
    known = f"Correction {same.pk} of {same.author}" if same else "A correction"
    return f"{known} speaks of this value of {made.path} already: revoke it first."


def _words(made: Correction) -> str:
    scope = "this row" if made.legacy_id else "all rows with this value"
    return f"Correction {made.pk} ({made.path}), for {scope}: {made.reason}"
