"""The form with which people choose what is to be run: scripts, domains, entities, or all of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldBooleanWidget,
)

from catalog.models import DataDomain, MigrationScript
from catalog.plan import ordered
from catalog.repair import RepairSpec, repairs
from catalog.validation import ValidationSpec, validations
from catalog.work import Work
from runs import services
from runs.errors import Refused, UsageError
from runs.services.choosing import LARGEST, SMALLEST

#: The fields that say what is meant; the others say how.
WHAT = ("everything", "domains", "scripts", "parts")


class WorkForm(forms.Form):
    """What is to be run and how. `work` are its parts in their order, once the form has been found valid."""

    everything = forms.BooleanField(
        label="All entities, repairs and validations", required=False, widget=UnfoldBooleanWidget
    )
    domains = forms.MultipleChoiceField(required=False, widget=UnfoldAdminSelect2MultipleWidget)
    scripts = forms.TypedMultipleChoiceField(required=False, coerce=int, widget=UnfoldAdminSelect2MultipleWidget)
    parts = forms.MultipleChoiceField(
        label="Entities, repairs and validations", required=False, widget=UnfoldAdminSelect2MultipleWidget
    )
    validate_only = forms.BooleanField(
        label="Only validate",
        required=False,
        widget=UnfoldBooleanWidget,
        help_text="Compares both sides and changes neither.",
    )
    dry_run = forms.BooleanField(
        label="Dry run", required=False, widget=UnfoldBooleanWidget, help_text="Does everything, and keeps nothing."
    )
    batch_size = forms.IntegerField(
        min_value=SMALLEST,
        max_value=LARGEST,
        initial=settings.BATCH_SIZE,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=f"Legacy rows in a page, which is one transaction: {SMALLEST} to {LARGEST}.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work: list[Work] = []
        self._offer("domains", list(DataDomain.objects.values_list("code", "name")))
        everything: list[Work] = [*ordered(), *repairs(), *validations()]
        with_parts = {one.script for one in everything}
        scripts = MigrationScript.objects.filter(number__in=with_parts)
        self._offer("scripts", [(script.number, str(script)) for script in scripts])
        self._offer(
            "parts",
            [
                ("Entities, in the order of the plan", [(spec.name, spec.name) for spec in ordered()]),
                ("Repairs", [(spec.name, spec.name) for spec in repairs()]),
                ("Validations", [(spec.name, spec.name) for spec in validations()]),
            ],
        )

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in WHAT]

    @property
    def how(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in WHAT]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            self.work = self.choice(given)
            self.check(given)
        except Refused as refusal:
            for problem in refusal.problems:
                self.add_error(None, problem)
        except UsageError as error:
            self.add_error(None, str(error))
        return given

    def choice(self, given: dict[str, Any]) -> list[Work]:
        """The parts that are meant. Raises `UsageError`."""
        if not any(given[name] for name in WHAT):
            raise UsageError("Choose at least one domain, script or entity, or all of them.")
        if given["everything"] and any(given[name] for name in WHAT[1:]):
            raise UsageError("Either all, or some of them: take back one of the two choices.")
        found = services.chosen(
            given["parts"], scripts=given["scripts"], domains=given["domains"], everything=given["everything"]
        )
        if not given["validate_only"]:
            return found
        if given["dry_run"]:
            raise UsageError("A validation changes nothing: leave out the dry run.")
        compared: list[Work] = [one for one in found if not isinstance(one, RepairSpec)]
        if not compared:
            raise UsageError("A repair has no rows of its own to validate: choose the entity that it repairs.")
        return compared

    def check(self, given: dict[str, Any]) -> None:
        """What else has to hold. Raises `UsageError` or `Refused`."""


def kind_of(work: Work) -> str:
    """What a part of a run is, in a word."""
    return {RepairSpec: "repair", ValidationSpec: "validation"}.get(type(work), "entity")
