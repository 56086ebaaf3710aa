"""Who may see legacy values, and the record of every time that somebody did."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest

SEE_VALUES = "runs.view_legacy_values"
#: Beside Django's 1, 2 and 3 for addition, change and deletion.
LOOKED = 4


def may_see_values(request: HttpRequest) -> bool:
    return request.user.has_perm(SEE_VALUES)


def record_look(request: HttpRequest, model: type[Model], what: str, obj: Model | None = None) -> None:
    """Notes that the user was shown legacy values. `what` says where, without a value."""
    LogEntry.objects.create(
        user=cast(User, request.user),
        content_type=ContentType.objects.get_for_model(model, for_concrete_model=False),
        object_id=None if obj is None else str(obj.pk),
        object_repr=_short(str(obj or model._meta.verbose_name_plural)),
        action_flag=LOOKED,
        change_message=what,
    )


def _short(text: Any) -> str:
    return str(text)[:200]
