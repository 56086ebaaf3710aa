"""Django system checks over invariants, conversations and overlapping amounts. Ids: catalog.E09x and W09x."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.core import checks

from catalog import conversations, invariants, money
from catalog.checks import readable
from catalog.columns import money_columns
from catalog.invariants import Invariant
from catalog.registry import specs


def register() -> None:
    """Makes the checks part of `manage.py check`."""
    checks.register(declared, "catalog")


def declared(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """What is wrong with the rules that validations go by."""
    if not readable(app_configs):
        return []
    return [*rules(invariants.INVARIANTS, date.today()), *_names()]


def rules(found: Iterable[Invariant], today: date) -> list[checks.CheckMessage]:
    """What is wrong with these invariants, or out of date."""
    found = list(found)
    known, times = {spec.name for spec in specs()}, Counter(one.name for one in found)
    messages: list[checks.CheckMessage] = []
    for one in found:
        wrong = list(_rule(one, known))
        if times[one.name] > 1:
            wrong.append(("E090", "has the name of another one.", "Give it a name of its own."))
        messages += [
            checks.Error(f"The invariant {one.name} {text}", hint=hint, id=f"catalog.{number}")
            for number, text, hint in wrong
        ]
        if one.waiver and one.waiver.reason and not one.waived(today):
            hint = "Have its owner decide again: prolong the waiver, or remove it."
            messages.append(
                checks.Warning(f"The waiver of the invariant {one.name} is over.", hint=hint, id="catalog.W090")
            )
    return messages


def _rule(one: Invariant, known: set[str]) -> Iterator[tuple[str, str, str]]:
    if one.entity not in known:
        yield "E091", f"is about {one.entity}, which is no entity.", "Name a declared entity."
    if one.severity not in invariants.SEVERITIES:
        choices = ", ".join(invariants.SEVERITIES)
        yield "E092", f"has the severity {one.severity!r}.", f"Choose one of {choices}."
    if not one.rule.strip() or not one.owner.strip():
        yield "E093", "does not say what it demands, or whom to ask.", "Fill in rule and owner."
    for statement in (one.legacy, one.target.as_string()):
        if not statement.startswith("SELECT ") or any(sign in statement for sign in ";%"):
            yield (
                "E094",
                "has a statement that is no plain SELECT.",
                "Write one SELECT that yields ids, without a semicolon or per cent sign.",
            )
    if one.waiver and not one.waiver.reason.strip():
        yield "E095", "is waived without a reason.", "Write down why, or remove the waiver."


def _names() -> Iterator[checks.CheckMessage]:
    """Names in the other declarations that nothing has."""
    known = {spec.name: spec for spec in specs()}
    amounts = {f"{spec.name}.{name}" for spec in specs() for name in money_columns(spec)}
    for conversation in conversations.CONVERSATIONS:
        sames = [*conversation.thread, conversation.author, conversation.at, conversation.text]
        names = {conversation.entity, *(same.of for same in sames if same and same.of)}
        for name in sorted(names - known.keys()):
            yield checks.Error(
                f"The conversation of {conversation.entity} names {name}, which is no entity.",
                hint="Correct the name in catalog/conversations.py.",
                id="catalog.E096",
            )
    for name in sorted({name for group in money.SAME_MONEY for name in group} - amounts):
        yield checks.Error(
            f"SAME_MONEY names {name}, which is no field with amounts.",
            hint="Write entity.field, of a field that `money` fills, in catalog/money.py.",
            id="catalog.E097",
        )
