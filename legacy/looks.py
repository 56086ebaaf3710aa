"""Who may see legacy values, and the record of every time that somebody did."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

SEE_VALUES = "runs.view_legacy_values"
#: Beside Django's 1, 2 and 3 for addition, change and deletion.
LOOKED = 4


def may_see_values(request: HttpRequest) -> bool:
    return request.user.has_perm(SEE_VALUES)


def record_look(request: HttpRequest, model: type[Model], what: str, obj: Model | None = None) -> None:
    """Notes that the user was shown legacy values. `what` says where, without a value."""
    record_look_of(cast(User, request.user), model, what, obj)


def record_look_of(user: User, model: type[Model], what: str, obj: Model | None = None) -> None:
    """The same for somebody who came in by another door than the admin."""
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(model, for_concrete_model=False),
        object_id=None if obj is None else str(obj.pk),
        object_repr=_short(str(obj or model._meta.verbose_name_plural)),
        action_flag=LOOKED,
        change_message=what,
    )


def _short(text: Any) -> str:
    return str(text)[:200]


class RecordsLooks(ModelAdmin):
    """An admin whose pages show legacy values to those who may see them, and put every such look on record."""

    #: What the list and the detail page show of legacy values; empty where they show none.
    list_shows: str = ""
    row_shows: str = ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if self.list_shows and response.status_code == 200 and may_see_values(request):
            record_look(request, self.model, f"Looked at {self.list_shows}.")
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if self.row_shows and response.status_code == 200 and may_see_values(request):
            record_look(request, self.model, f"Looked at {self.row_shows}.", self.get_object(request, object_id))
        return response
