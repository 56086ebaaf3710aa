"""Corrections that staff made, applied to what a declaration reads, as if the legacy rows said so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from catalog.declare import Spec
from runs.engine.readable import NotReadable, as_read, text
from runs.engine.rows import Batch, Resolved
from runs.ledger.models import Correction


class Fix(NamedTuple):
    """One correction of one legacy value: what to read instead, or the target row that a reference means by it."""

    key: Any
    field: str
    new: str | None
    target_id: str | None


@dataclass
class Path:
    """The corrections of one source column: by legacy id and wrong text, and by wrong text for all rows."""

    rows: dict[str, dict[str | None, Fix]] = field(default_factory=lambda: defaultdict(dict))
    rules: dict[str | None, Fix] = field(default_factory=dict)

    def fixes(self, ids: list[str], values: list[Any], rules: bool) -> Iterable[tuple[int, Fix]]:
        """Positions and what applies to them. What is said of one row goes before what is said of all."""
        for position, (legacy_id, value) in enumerate(zip(ids, values, strict=True)):
            own = self.rows.get(legacy_id)
            fix = own.get(text(value)) if own else None
            if fix is None and rules:
                fix = self.rules.get(text(value))
            if fix is not None:
                yield position, fix


class Corrections:
    """The corrections of one entity that are in force. Empty for most entities, and then they cost nothing."""

    def __init__(self, spec: Spec, found: Iterable[Correction] = ()) -> None:
        self.spec = spec
        self._paths: dict[str, Path] = defaultdict(Path)
        for one in found:
            target_id = None if one.target_id is None else str(one.target_id)
            fix = Fix(one.pk, one.field, one.new, target_id)
            path = self._paths[one.path]
            (path.rows[one.legacy_id] if one.legacy_id else path.rules)[one.old] = fix

    def applied(self, batch: Batch) -> Batch:
        """The batch with the corrected values, each application noted. Rows that are split are corrected before.

        The legacy values stay known to the batch: a row that fails all the same is recorded as it was read.
        """
        for name, path in self._paths.items():
            if name in batch.source:
                self._apply(name, path, batch, rules=True)
        return batch

    def applied_to_parts(self, batch: Batch) -> Batch:
        """The same for the parts of split rows: rules for what the split gave, and what is said of single parts."""
        assert self.spec.each is not None
        for name, path in self._paths.items():
            if name in batch.source:
                self._apply(name, path, batch, rules=name in self.spec.each.gives)
        return batch

    def _apply(self, name: str, path: Path, batch: Batch, rules: bool) -> None:
        values = batch.source[name]
        for position, fix in list(path.fixes(batch.ids, values, rules)):
            old, legacy_id = values[position], batch.ids[position]
            if fix.target_id is not None:
                batch.meant[fix.field, name, legacy_id] = fix.target_id
            else:
                try:
                    new = as_read(self.spec, name, fix.new, old)
                except NotReadable:
                    continue  # the mirror has changed since it was made; the row is judged as it is
                if batch.source[name] is values:
                    batch.source[name] = list(values)
                batch.source[name][position] = new
                batch.replaced[name].setdefault(legacy_id, old)
            to = fix.new if fix.target_id is None else fix.target_id
            batch.resolved.append(Resolved(legacy_id, fix.field, f"correction: {fix.key}", text(old), to))


def live(spec: Spec, entity: str = "") -> Corrections:
    """The corrections in force for the entity (default: the declaration's own), by one query."""
    found = Correction.objects.filter(entity=entity or spec.name, revoked_at=None)
    return Corrections(spec, found.order_by("pk"))


def merged(resolved: Iterable[Resolved]) -> list[Resolved]:
    """One record for each field of a row, where a correction and a policy (or two corrections) met in it."""
    found: dict[tuple[str, str], Resolved] = {}
    for one in resolved:
        before = found.get((one.legacy_id, one.field))
        if before is not None:
            one = one._replace(rule=f"{before.rule}; {one.rule}"[:100], old=before.old)
        found[one.legacy_id, one.field] = one
    return list(found.values())
