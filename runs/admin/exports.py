"""Failed records as a spreadsheet."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from import_export import fields, resources
from import_export.admin import ExportActionMixin
from import_export.widgets import Widget

from runs.causes import cause
from runs.ledger.models import FailedRecord
from runs.shapes import shown
from runs.sheets import harmless


class ExportsSelection(ExportActionMixin):
    """Whoever may look at a list may export its ticked rows."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[int]:
        """The selected rows: by default the keys of the whole table would be offered as choices."""
        return [int(key) for key in request.POST.getlist("export_items") if key.isdecimal()]


class FailedRecordResource(resources.ModelResource):
    """One line for each failed record. `reveal`: with the source values instead of their shapes."""

    cause = fields.Field(column_name="cause")
    first_failed_at = fields.Field(attribute="first_failed_at", widget=Widget())
    last_failed_at = fields.Field(attribute="last_failed_at", widget=Widget())

    class Meta:
        model = FailedRecord
        name = "Failed records"
        columns = "entity legacy_id state stage code cause field constraint message source fingerprint run attempts"
        fields = (*columns.split(), "first_failed_at", "last_failed_at")
        export_order = fields

    def __init__(self, reveal: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reveal = reveal

    def dehydrate_legacy_id(self, record: FailedRecord) -> str:
        return harmless(record.legacy_id)

    def dehydrate_cause(self, record: FailedRecord) -> str:
        return cause(record.stage, record.code).title

    def dehydrate_source(self, record: FailedRecord) -> str:
        return json.dumps(shown(record.source, self.reveal))

    def dehydrate_first_failed_at(self, record: FailedRecord) -> str:
        return record.first_failed_at.isoformat(" ", "seconds")

    def dehydrate_last_failed_at(self, record: FailedRecord) -> str:
        return record.last_failed_at.isoformat(" ", "seconds")
