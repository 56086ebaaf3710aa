"""An edited spreadsheet of failed records, read as corrections: all of its lines, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.html import escape
from import_export import resources
from import_export.exceptions import ImportError as UnreadableFile
from import_export.results import Result

from runs.actors import Actor, acting
from runs.engine.readable import text
from runs.errors import UsageError
from runs.ledger.models import Correction, FailedRecord
from runs.services.correcting import Wanted, correct, drafted
from runs.services.trying import Outcome, trial
from runs.sheets import CORRECTED, HIDDEN, NULL, VALUE, may_import, said, same

NEEDED = ("entity", "legacy_id", "path", VALUE, CORRECTED, "reason")
#: What the preview shows of each line.
PREVIEW = ("entity", "legacy_id", "path", VALUE, CORRECTED, "reason", "outcome")
#: Lines that are tried at once.
PAGE = 2_000


@dataclass
class Planned:
    """A line of the file: the correction that it asks for, or what is wrong with it by column, or neither."""

    wanted: Wanted | None = None
    draft: Correction | None = None
    problems: Mapping[str, str] | None = None
    outcome: Outcome | None = None


class Preview:
    """The cells of a line in the preview."""

    def __init__(self, resource: CorrectionImport, instance: Any, new: bool) -> None:
        self.planned = resource.now

    def compare_with(self, resource: CorrectionImport, instance: Any) -> None:
        """Nothing: the planned line knows what will be."""

    def as_html(self) -> list[str]:
        wanted, outcome = self.planned.wanted, self.planned.outcome
        if wanted is None or outcome is None:
            return ["" for _ in PREVIEW]
        old, new = (NULL if value is None else value for value in (wanted.old, wanted.new))
        cells = (wanted.entity, wanted.legacy_id, wanted.path, old, new, wanted.reason, outcome.message)
        return [escape(cell) for cell in cells]


class CorrectionImport(resources.ModelResource):
    """Lines of a `CorrectionSheet` with a corrected value become corrections; lines without one are skipped.

    A line whose record is unknown or not open, or whose value is not what the record holds, is refused by column, and
    a file with such a line is refused as a whole. Every line of the preview says whether its row would go through.
    """

    class Meta:
        model = Correction
        name = "Corrections from an edited sheet"
        fields = ()
        import_id_fields = ()
        force_init_instance = True
        skip_unchanged = False
        report_skipped = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan: dict[int, Planned] = {}
        self.now = Planned()

    def import_data(self, dataset: Any, *args: Any, **kwargs: Any) -> Result:
        """`user`: who imports; has to be given, and has to have both permissions. Raises `PermissionDenied`."""
        user = kwargs.get("user")
        if user is None or not may_import(user):
            raise PermissionDenied("Corrections are imported by who may correct records and see legacy values.")
        with acting(Actor(user.get_username(), "admin", user.pk)):
            return super().import_data(dataset, *args, **kwargs)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        headers = dataset.headers or []
        if HIDDEN in headers and VALUE not in headers:
            raise UnreadableFile(
                "This file was exported without legacy values, so nobody can tell what is corrected: export it again "
                "with the permission to see legacy values."
            )
        if missing := [name for name in NEEDED if name not in headers]:
            raise UnreadableFile(f"The file lacks the column {', '.join(missing)}: keep the columns as exported.")
        rows = [dict(zip(headers, row, strict=True)) for row in dataset]
        records = _records(rows)
        self.plan = {number: _planned(row, records) for number, row in enumerate(rows, start=1)}
        _try(list(self.plan.values()))

    def before_import_row(self, row: Any, row_number: int = 0, **kwargs: Any) -> None:
        self.now = self.plan[row_number]
        if self.now.problems:
            raise ValidationError(dict(self.now.problems))

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return self.now.wanted is None

    def do_instance_save(self, instance: Correction, is_create: bool) -> None:
        assert self.now.wanted is not None
        try:
            instance.__dict__.update(correct(self.now.wanted).__dict__)
        except UsageError as error:
            raise ValidationError({CORRECTED: str(error)}) from None

    def get_diff_headers(self) -> list[str]:
        return list(PREVIEW)

    @classmethod
    def get_diff_class(cls) -> type[Preview]:
        return Preview


def _records(rows: list[dict[str, Any]]) -> dict[tuple[str, str], FailedRecord]:
    """The failed records that the lines name, by entity and legacy id; one query for each entity."""
    ids: dict[str, set[str]] = {}
    for row in rows:
        ids.setdefault(said(row["entity"]), set()).add(said(row["legacy_id"]))
    found: dict[tuple[str, str], FailedRecord] = {}
    for entity, some in ids.items():
        for record in FailedRecord.objects.filter(entity=entity, legacy_id__in=some):
            found[entity, record.legacy_id] = record
    return found


def _planned(row: dict[str, Any], records: Mapping[tuple[str, str], FailedRecord]) -> Planned:
    corrected, path = said(row[CORRECTED]), said(row["path"]).strip()
    if not corrected.strip():
        return Planned()
    record = records.get((said(row["entity"]), said(row["legacy_id"])))
    if problems := _problems(row, record, path):
        return Planned(problems=problems)
    assert record is not None
    wanted = Wanted(
        entity=record.entity,
        path=path,
        old=text(record.source[path]),
        new=None if corrected == NULL else corrected,
        legacy_id=record.legacy_id,
        field=record.field if "," not in record.field else "",
        reason=said(row["reason"]).strip(),
        fingerprint=record.fingerprint,
    )
    try:
        return Planned(wanted, drafted(wanted))
    except UsageError as error:
        return Planned(problems={CORRECTED: str(error)})


def _problems(row: dict[str, Any], record: FailedRecord | None, path: str) -> dict[str, str]:
    """What is wrong with a line, by column, without values."""
    if record is None:
        return {"legacy_id": "There is no failed record of this entity and legacy id."}
    if record.state != FailedRecord.State.OPEN:
        return {"legacy_id": f"The failed record is {record.get_state_display().lower()}: reopen it first."}
    if path not in record.source:
        return {"path": f"Name a column that {record.entity} reads: {', '.join(record.source)}."}
    if not same(row[VALUE], record.source[path]):
        return {
            VALUE: "This is not what the record holds: the column was changed, or the row has failed with another "
            "value since. Export the records anew."
        }
    return {} if said(row["reason"]).strip() else {"reason": "Say why: who reads it later wants to know."}


def _try(planned: list[Planned]) -> None:
    """What would become of the rows with all the corrections of the file."""
    drafts = [one for one in planned if one.draft is not None]
    for entity in {one.wanted.entity for one in drafts if one.wanted}:
        mine = [one for one in drafts if one.wanted and one.wanted.entity == entity]
        for start in range(0, len(mine), PAGE):
            some = mine[start : start + PAGE]
            ids = [one.wanted.legacy_id for one in some if one.wanted]
            outcomes = trial(entity, ids, [one.draft for one in some if one.draft]).outcomes
            for one in some:
                one.outcome = outcomes[one.wanted.legacy_id] if one.wanted else None
