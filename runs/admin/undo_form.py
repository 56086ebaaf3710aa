"""What an approver says of a rollback: of what, what becomes of rows in its way, and the typed confirmation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from runs import services
from runs.engine.undo_set import Dependants

WAYS = {
    Dependants.REFUSE: "Do nothing as long as other rows depend on these.",
    Dependants.INCLUDE: "Take the rows that depend on these back as well.",
    Dependants.KEEP: "Leave the rows that depend on these, and those that they need.",
}
SEVERAL = ("entities", "scripts", "domains")


class UndoForm(forms.Form):
    """The subject comes with the address or as hidden fields. Nothing is chosen by default but the careful way."""

    run = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    entities = forms.CharField(required=False, widget=forms.HiddenInput)
    scripts = forms.RegexField(r"^[\d,]*$", required=False, widget=forms.HiddenInput)
    domains = forms.CharField(required=False, widget=forms.HiddenInput)
    ids = forms.CharField(
        label="Legacy ids",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Only these rows, separated by commas; empty for all of them. For one entity at a time.",
    )
    dependants = forms.ChoiceField(
        label="Rows that depend on them",
        choices=[(way.value, words) for way, words in WAYS.items()],
        initial=Dependants.REFUSE.value,
        widget=UnfoldAdminRadioSelectWidget,
    )
    take_edited = forms.BooleanField(
        label="Take back rows that were edited since as well",
        required=False,
        widget=UnfoldBooleanWidget,
        help_text="Otherwise they stay as they are. What they hold is kept before they are deleted.",
    )
    note = forms.CharField(
        label="Why",
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Kept with the run.",
    )
    confirmation = forms.CharField(
        required=False, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"})
    )

    @classmethod
    def of(cls, given: QueryDict) -> UndoForm:
        """The form as it was sent, or with what a link to the page names: `?run=12&entity=orders`."""
        data = {name: given.get(name, "") for name in cls.base_fields}
        data |= {name: ",".join(given.getlist(name)) for name in SEVERAL}
        data["entities"] = ",".join(filter(None, [data["entities"], *given.getlist("entity")]))
        data["dependants"] = data["dependants"] or Dependants.REFUSE.value
        return cls(data)

    @property
    def wanted(self) -> services.Undo:
        given = self.cleaned_data
        return services.Undo(
            run=given["run"],
            entities=_listed(given["entities"]),
            scripts=[int(number) for number in _listed(given["scripts"])],
            domains=_listed(given["domains"]),
            ids=_listed(given["ids"]) or None,
            dependants=given["dependants"],
            take_edited=given["take_edited"],
        )

    @property
    def subject(self) -> str:
        """What is to be taken back, in words."""
        wanted = self.wanted
        words = [*wanted.entities, *(f"script {number}" for number in wanted.scripts)]
        words += [f"domain {code}" for code in wanted.domains]
        rows = f"{len(wanted.ids)} rows of " if wanted.ids else ""
        what = f"{rows}{', '.join(words)}"
        if wanted.run is None:
            return what
        return f"{what} of run {wanted.run}" if what else f"run {wanted.run}"

    @property
    def phrase(self) -> str:
        """What has to be typed."""
        return f"undo {self.subject}"

    @property
    def confirmed(self) -> bool:
        typed: str = self.cleaned_data["confirmation"]
        return " ".join(typed.split()).casefold() == self.phrase.casefold()

    @property
    def one_entity(self) -> bool:
        wanted = self.wanted
        return len(wanted.entities) == 1 and not wanted.scripts and not wanted.domains


def _listed(text: str) -> list[Any]:
    return [one for one in map(str.strip, text.split(",")) if one]
