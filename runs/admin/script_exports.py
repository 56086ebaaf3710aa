"""The inventory as a spreadsheet: all of it goes out, and only the notes of staff come back in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from import_export import fields, resources
from import_export.results import Error
from import_export.widgets import DecimalWidget

from catalog.models import MigrationScript
from runs.inventory import Progress, progress
from runs.sheets import FORMULA, harmless

NOTE = "staff_note"


def tidy(text: str) -> str:
    """A note as it is stored, whichever form or file it came from: a line ends in one character, the text in none."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class ScriptResource(resources.ModelResource):
    """One line for each script: what was recorded, how far it is, and the note."""

    domain = fields.Field(attribute="domain_id", column_name="domain")
    recorded_rate = fields.Field(attribute="recorded_rate", column_name="recorded_rate", widget=DecimalWidget())
    depends_on = fields.Field(column_name="depends_on")
    entities = fields.Field(column_name="entities")
    status = fields.Field(column_name="status")
    migrated = fields.Field(column_name="migrated")
    in_scope = fields.Field(column_name="in_scope")
    rate = fields.Field(column_name="rate", widget=DecimalWidget())
    failed = fields.Field(column_name="failed")

    class Meta:
        model = MigrationScript
        name = "Scripts"
        recorded = "recorded_total recorded_migrated recorded_rate recorded_note"
        ours = "entities status migrated in_scope rate failed"
        fields = (*f"number file_name title category domain kind {recorded} depends_on {ours}".split(), NOTE)
        export_order = fields

    def before_export(self, queryset: QuerySet[MigrationScript], **kwargs: Any) -> None:
        self.found: dict[int, Progress] = {one.script.number: one for one in progress(queryset)}

    def get_queryset(self) -> QuerySet[MigrationScript]:
        return MigrationScript.objects.prefetch_related("depends_on")

    def dehydrate_depends_on(self, script: MigrationScript) -> str:
        return " ".join(str(needed.number) for needed in script.depends_on.all())

    def dehydrate_entities(self, script: MigrationScript) -> str:
        return " ".join(self.found[script.number].entities)

    def dehydrate_status(self, script: MigrationScript) -> str:
        return self.found[script.number].status.label

    def dehydrate_migrated(self, script: MigrationScript) -> int | None:
        tally = self.found[script.number].tally
        return tally.migrated if tally else None

    def dehydrate_in_scope(self, script: MigrationScript) -> int | None:
        tally = self.found[script.number].tally
        return tally.whole if tally else None

    def dehydrate_rate(self, script: MigrationScript) -> Any:
        tally = self.found[script.number].tally
        return tally.rate if tally else None

    def dehydrate_failed(self, script: MigrationScript) -> int:
        return self.found[script.number].failed

    def dehydrate_staff_note(self, script: MigrationScript) -> str:
        return harmless(script.staff_note)


class Plain(Error):
    """What is wrong with a file, for the person who made it: without the traceback that the page would show."""

    traceback = ""


class NoteResource(resources.ModelResource):
    """The notes of an exported inventory. Other columns are ignored, and no script comes or goes."""

    class Meta:
        model = MigrationScript
        name = "Notes"
        fields = ("number", NOTE)
        import_id_fields = ("number",)
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    @classmethod
    def get_error_result_class(cls) -> type[Error]:
        return Plain

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        missing = [name for name in self._meta.fields if name not in (dataset.headers or [])]
        if missing:
            raise ValueError(
                f"The file has no column {' and no column '.join(missing)}: export the inventory, write the notes into "
                "that file, and import it."
            )

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        if not row.keys() >= set(self._meta.fields):
            raise ValidationError("A column is missing.")
        if not str(row["number"]).strip().isdecimal():
            raise ValidationError("The column number must hold the number of a script.")
        note = str(row[NOTE] or "")
        quoted = note.startswith("'") and FORMULA.match(note[1:])
        row[NOTE] = tidy(note[1:] if quoted else note)

    def init_instance(self, row: dict[str, Any] | None = None) -> MigrationScript:
        number = row["number"] if row else ""
        raise ValidationError(f"The inventory has no script {number}.")

    def do_instance_save(self, instance: MigrationScript, is_create: bool) -> None:
        instance.save(update_fields=[NOTE])
