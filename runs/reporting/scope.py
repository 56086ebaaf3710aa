"""What a report is about: a run, a data domain, or the whole migration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from catalog.declare import Spec
from catalog.plan import ordered
from catalog.registry import specs
from catalog.repair import RepairSpec, repairs
from catalog.validation import ValidationSpec, validations
from catalog.work import Work
from runs.errors import UsageError
from runs.models import Run


@dataclass(frozen=True)
class Scope:
    """`run` None and `domain` empty: the whole migration."""

    run: Run | None = None
    domain: str = ""

    @property
    def title(self) -> str:
        if self.run:
            return f"Run {self.run.pk}"
        return f"The domain {self.domain}" if self.domain else "The whole migration"

    @property
    def slug(self) -> str:
        """Names the report's file."""
        return f"run-{self.run.pk}" if self.run else self.domain or "migration"

    @cached_property
    def works(self) -> list[Work]:
        """Everything that it covers and that is still declared, in the order of a run."""
        everything: list[Work] = [*ordered(), *repairs(), *validations()]
        if self.run:
            names = set(self.run.entity_runs.values_list("entity", flat=True))
            return [one for one in everything if one.name in names]
        return [one for one in everything if not self.domain or one.domain == self.domain]

    @cached_property
    def entities(self) -> list[Spec]:
        return [one for one in self.works if isinstance(one, Spec)]

    @cached_property
    def repairs(self) -> list[RepairSpec]:
        return [one for one in self.works if isinstance(one, RepairSpec)]

    @cached_property
    def validations(self) -> list[ValidationSpec]:
        return [one for one in self.works if isinstance(one, ValidationSpec)]

    @cached_property
    def names(self) -> list[str]:
        return [one.name for one in self.works]


def domains() -> list[str]:
    return sorted({spec.domain for spec in specs()})


def scoped(run: int | None = None, domain: str = "") -> Scope:
    """The scope of these words. Raises `UsageError` for what there is no report about."""
    if run is not None and domain:
        raise UsageError("A report is about a run or about a domain: name one of them.")
    if domain and domain not in domains():
        raise UsageError(f"There is no domain {domain!r}. Domains: {', '.join(domains())}.")
    if run is None:
        return Scope(domain=domain)
    found = Run.objects.filter(pk=run).first()
    if found is None:
        raise UsageError(f"There is no run {run}: `manage.py migration_status` lists the latest.")
    if found.dry_run:
        raise UsageError(f"Run {run} was a dry run, of which nothing is kept: there is nothing to report.")
    return Scope(run=found)
