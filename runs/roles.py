"""Roles: groups of accounts with what each may do. An account may have several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

#: Apps whose tables everybody with a role may look at. Failed records and the like show no values by themselves.
BROWSED = ("runs", "ledger", "catalog", "django_q")
#: Apps whose tables show what the legacy database held, or what became of it: patients, by name.
PERSONAL = ("legacy", "target")

#: Role → what it may do beside looking at the tables of `BROWSED`, as "app label.codename".
ROLES: dict[str, tuple[str, ...]] = {
    "Viewer": (),
    "Operator": ("runs.operate_run", "catalog.change_migrationscript", "catalog.add_coveragesnapshot"),
    "Approver": ("runs.undo_run", "runs.dismiss_in_bulk", "runs.handle_finding"),
    "Privacy": ("runs.view_legacy_values",),
    "Clinical sign-off": ("runs.sign_off_clinical",),
    "Finance sign-off": ("runs.sign_off_finance",),
}
#: The role that may look at the tables of `PERSONAL` as well; each such look is recorded.
SEES_VALUES = "Privacy"


def make(using: str) -> None:
    """Makes the roles, or gives those that there are what they lack. Who has a role is left alone."""
    for label in (*BROWSED, *PERSONAL):
        # Permissions are otherwise made after the last migration only.
        create_permissions(apps.get_app_config(label), verbosity=0, interactive=False, using=using)
    for role, more in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=role)
        labels = (*BROWSED, *PERSONAL) if role == SEES_VALUES else BROWSED
        group.permissions.add(*_permissions(using, [*_views(labels), *more]))


def remove(using: str) -> None:
    """Removes the roles that nobody has."""
    Group.objects.using(using).filter(name__in=ROLES, user=None).delete()


def _views(labels: Iterable[str]) -> Iterator[str]:
    for label in labels:
        for model in apps.get_app_config(label).get_models():
            if "view" in model._meta.default_permissions:
                yield f"{label}.view_{model._meta.model_name}"


def _permissions(using: str, names: Iterable[str]) -> list[Permission]:
    wanted = set(names)
    found = Permission.objects.using(using).select_related("content_type")
    chosen = [one for one in found if f"{one.content_type.app_label}.{one.codename}" in wanted]
    assert len(chosen) == len(wanted), "a role names a permission that no model has"
    return chosen
