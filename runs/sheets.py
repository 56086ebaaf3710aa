"""Failed records as a spreadsheet in which people write what the values should have been, and that file read again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from import_export import fields, resources

from legacy.looks import SEE_VALUES
from runs.cells import FORMULA, harmless
from runs.engine.readable import text
from runs.ledger.models import Correction, FailedRecord
from runs.services.declared import blamed_for
from runs.shapes import secret, shape

#: As much text as a cell of XLSX holds.
CELL = 32_767

#: What a cell says that stands for NULL, as an empty one says nothing.
NULL = "NULL"
VALUE, HIDDEN, CORRECTED = "value", "value (hidden)", "corrected value"
COLUMNS = ("entity", "legacy_id", "stage", "code", "field", "message", "path", VALUE, CORRECTED, "reason")


def said(cell: Any) -> str:
    """What somebody wrote into a cell: whole numbers without decimals, days without a time, no guard of a formula."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    found = str(cell)
    return found[1:] if found.startswith("'") and FORMULA.match(found[1:]) else found


def same(cell: Any, value: Any) -> bool:
    """Whether a cell still says what was exported; programs rewrite line ends, and cut what is too long for them."""
    return _lines(said(cell)) == _lines(said(_exported(value)))


def _exported(value: Any) -> str:
    return harmless(text(value) or "")[:CELL]


def _lines(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")


class Line(NamedTuple):
    """One source column of a failed record: what it says, and room for what it should have said."""

    entity: str
    legacy_id: str
    stage: str
    code: str
    field: str
    message: str
    path: str
    value: str
    corrected: str = ""
    reason: str = ""


def lines(record: FailedRecord, reveal: bool) -> Iterator[Line]:
    """A line for each column to blame; where none is known, one in which a column can be named."""
    about = (record.entity, record.legacy_id, record.stage, record.code, record.field, record.message)
    paths = [path for path in blamed_for(record) if not secret(path)]
    for path in paths or [""]:
        value = record.source.get(path)
        shown = _exported(value) if reveal else shape(value) if path else ""
        yield Line._make([*map(harmless, about), path, shown, "", ""])


class CorrectionSheet(resources.ModelResource):
    """Failed records to be corrected, a line for each column to blame.

    Without `reveal` the values are shapes, in a column of another name, and the file cannot be read as corrections.
    """

    entity = fields.Field("entity", "entity")
    legacy_id = fields.Field("legacy_id", "legacy_id")
    stage = fields.Field("stage", "stage")
    code = fields.Field("code", "code")
    field = fields.Field("field", "field")
    message = fields.Field("message", "message")
    path = fields.Field("path", "path")
    value = fields.Field("value", HIDDEN)
    corrected = fields.Field("corrected", CORRECTED)
    reason = fields.Field("reason", "reason")

    class Meta:
        model = FailedRecord
        name = "Sheet to write corrections in"
        fields = Line._fields
        export_order = Line._fields

    def __init__(self, reveal: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reveal = reveal
        if reveal:
            self.fields["value"].column_name = VALUE

    def iter_queryset(self, queryset: Any) -> Iterator[Line]:
        for record in super().iter_queryset(queryset):
            yield from lines(record, self.reveal)


class CorrectionList(resources.ModelResource):
    """The corrections themselves. Without `reveal` old and new values are shapes."""

    class Meta:
        model = Correction
        name = "Corrections"
        columns = "id entity legacy_id field path old new target_id reason author fingerprint"
        fields = (*columns.split(), "created_at", "revoked_at", "revoked_by")
        export_order = fields

    def __init__(self, reveal: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reveal = reveal

    def _value(self, value: str | None) -> str:
        if not self.reveal:
            return shape(value)
        return NULL if value is None else harmless(value)

    def dehydrate_old(self, made: Correction) -> str:
        return self._value(made.old)

    def dehydrate_new(self, made: Correction) -> str:
        return "" if made.target_id else self._value(made.new)

    def dehydrate_reason(self, made: Correction) -> str:
        return harmless(made.reason)

    def dehydrate_legacy_id(self, made: Correction) -> str:
        return harmless(made.legacy_id)


def may_import(user: Any) -> bool:
    """Who may read such a file: who may correct records and sees what they hold."""
    return bool(user.has_perms(["runs.operate_run", SEE_VALUES]))
