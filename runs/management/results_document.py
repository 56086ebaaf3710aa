"""The results of a migration as a Markdown document. No figure is made here: `runs.results` counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from catalog.models import MigrationScript
from catalog.repair import RepairSpec
from catalog.validation import ValidationSpec
from runs.causes import Cause
from runs.inventory import Progress, Tally
from runs.models import Finding, Severity
from runs.results import Remaining, Results, seconds

NONE = "–"
MINUS = "\N{MINUS SIGN}"


def document(results: Results) -> str:
    """The whole text."""
    sections = (_head, _scripts, _entities, _remaining, _policies, _money, _findings, _tables, _environment)
    return "\n".join(line for section in sections for line in (*section(results), "")).rstrip() + "\n"


def _head(results: Results) -> Iterator[str]:
    run, time = results.run, seconds(results.run)
    parts = list(run.entity_runs.all())
    read, made = sum(e.read for e in parts), sum(e.created + e.matched for e in parts)
    yield "# Results"
    yield ""
    yield "`manage.py migration_results` wrote this from the databases: no figure in it is typed."
    yield ""
    yield from _list(
        [
            f"Legacy database: {sum(results.tables.values()):,} rows in {len(results.tables)} tables.",
            f"Run {run.pk} of {run.started_at:%Y-%m-%d}, {run.get_state_display()}: {read:,} legacy rows read, "
            f"{made:,} rows brought to the target, in {time:,.0f} seconds: "
            f"{read / time if time else 0:,.0f} legacy rows a second.",
            f"Open failed records: {sum(one.rows for one in results.remaining):,} "
            f"for {len(results.remaining):,} causes. References left empty or waiting: {results.unresolved.total():,}.",
        ]
    )


def _scripts(results: Results) -> Iterator[str]:
    yield "## Scripts"
    yield ""
    yield (
        "*Recorded* is what the original scripts wrote down, *here* is what this database holds: rows in the target of "
        "all rows in scope, where a legacy row that becomes several counts as several. *Unresolved* are references "
        "that a policy left empty, or that wait, although the legacy row has a key; their rows count as arrived."
    )
    yield ""
    headings = [
        "",
        "script",
        "status",
        "recorded",
        "rate",
        "here",
        "rate",
        "against the record",
        "failed",
        "unresolved",
    ]
    yield from _table(
        headings,
        (
            [
                one.script.number,
                one.script.title,
                one.status.label,
                _recorded(one.script),
                _percent(one.script.recorded_rate),
                _of(one.tally),
                _percent(one.tally.rate if one.tally else None),
                _points(one),
                one.failed if one.tally else NONE,
                results.unresolved_of(one) if one.tally else NONE,
            ]
            for one in results.scripts
        ),
        left=(1, 2),
    )
    notes = [f"{one.script.number}: {one.script.recorded_note}" for one in results.scripts if one.script.recorded_note]
    if notes:
        yield ""
        yield "What is odd about the record:"
        yield ""
        yield from _list(notes)


def _entities(results: Results) -> Iterator[str]:
    yield "## Entities"
    yield ""
    yield "Seconds and rows a second are those of the last run over the whole table; rows are legacy rows read."
    yield ""
    headings = [
        "entity",
        "domain",
        "script",
        "arrived of in scope",
        "rate",
        "failed",
        "unresolved",
        "seconds",
        "rows/s",
    ]
    rows = []
    for part in results.parts:
        if part.spec and part.tally and part.ended and not isinstance(part.spec, ValidationSpec):
            time = part.ended.seconds
            rows.append(
                [
                    f"{part.name} (rows repaired)" if isinstance(part.spec, RepairSpec) else part.name,
                    part.spec.domain,
                    part.spec.script,
                    _of(part.tally),
                    _percent(part.tally.rate),
                    part.failed,
                    results.unresolved[part.name],
                    f"{time:,.1f}",
                    f"{part.ended.read / time:,.0f}" if time else NONE,
                ]
            )
    yield from _table(headings, rows, left=(0, 1))


def _remaining(results: Results) -> Iterator[str]:
    yield "## What failed, and what helps"
    yield ""
    if not results.remaining:
        yield "Nothing."
        return
    rows = ([one.rows, _place(one), one.cause.title, f"`{_code(one)}`", _parents(one)] for one in results.remaining)
    yield from _table(["rows", "entity and field", "cause", "code", "the parents"], rows, left=(1, 2, 3, 4))
    causes: Counter[Cause] = Counter()
    for one in results.remaining:
        causes[one.cause] += one.rows
    yield ""
    yield from _list(f"**{cause.title}** ({_rows(rows)}). {cause.advice}" for cause, rows in causes.most_common())


def _place(one: Remaining | Finding) -> str:
    return f"{one.entity}.{one.field}" if one.field else one.entity


def _code(one: Remaining) -> str:
    return f"{one.stage}/{one.code}{f', {one.constraint}' if one.constraint else ''}"


def _parents(one: Remaining) -> str:
    """Why parents are missing: nobody can mend here what the old system does not have."""
    if one.dangling is None:
        return ""
    words = []
    if one.dangling:
        words.append(f"{one.dangling:,} not in the legacy database either")
    if others := one.rows - one.dangling:
        words.append(f"{others:,} failed or out of scope")
    return ", ".join(words)


def _policies(results: Results) -> Iterator[str]:
    yield "## What policies settled"
    yield ""
    if not results.policies:
        yield "Nothing."
        return
    yield "Each of these is a recorded resolution; the row itself arrived."
    yield ""
    rows = ([one.rows, f"{one.entity}.{one.field}", one.rule.replace("_", " ")] for one in results.policies)
    yield from _table(["values", "entity and field", "policy and reason"], rows, left=(1, 2))


def _money(results: Results) -> Iterator[str]:
    yield "## Money"
    yield ""
    yield (
        "The sum of each money column on both sides, over the rows that arrived. No currency was ever recorded, and "
        "nothing is added across columns or tables: the same money stands in several of them."
    )
    yield ""
    headings = ["legacy column", "target column", "rows", "legacy sum", "target sum", "difference"]
    rows = (
        [one.column, f"{one.table}.{one.field}", one.sum.rows, *map(_amount, one.sum[1:]), _amount(one.sum.difference)]
        for one in results.amounts
    )
    yield from _table(headings, rows, left=(0, 1))


def _findings(results: Results) -> Iterator[str]:
    validations = [part for part in results.parts if isinstance(part.spec, ValidationSpec)]
    yield "## Validation"
    yield ""
    for part in validations:
        rows = f", {part.ended.read:,} legacy rows compared" if part.ended else ""
        yield f"{part.name} (script {part.spec.script if part.spec else NONE}): {part.status.label}{rows}."
    yield ""
    severities = Counter(finding.severity for finding in results.findings)
    words = ", ".join(f"{severities[one]:,} {one}" for one in reversed(Severity) if severities[one])
    yield f"Open findings of all validations so far: {words or 'none'}."
    wrong = [finding for finding in results.findings if finding.severity != Severity.INFO]
    if wrong:
        yield ""
        headings = ["rows", "severity", "entity and field", "finding", "origin"]
        rows_of = ([f.rows, f.severity, _place(f), f.message, f.origin] for f in wrong)
        yield from _table(headings, rows_of, left=(1, 2, 3, 4))


def _tables(results: Results) -> Iterator[str]:
    yield "## The legacy database"
    yield ""
    rows = sorted(results.tables.items(), key=lambda item: (-item[1], item[0]))
    yield from _table(["table", "rows"], ([name, number] for name, number in rows), left=(0,))


def _environment(results: Results) -> Iterator[str]:
    yield "## Environment"
    yield ""
    yield from _list(f"{name}: {value}" for name, value in results.machine.items())


# Words and tables ------------------------------------------------------------------------------------------


def _recorded(script: MigrationScript) -> str:
    migrated, whole = script.recorded_migrated, script.recorded_total
    if migrated is None:
        return NONE
    return f"{migrated:,} of {whole:,}" if whole is not None else f"{migrated:,}"


def _of(tally: Tally | None) -> str:
    return f"{tally.migrated:,} of {tally.whole:,}" if tally else NONE


def _percent(rate: Decimal | None) -> str:
    return NONE if rate is None else f"{rate} %"


def _points(one: Progress) -> str:
    recorded, rate = one.script.recorded_rate, one.tally.rate if one.tally else None
    return NONE if recorded is None or rate is None else f"{rate - recorded:+}".replace("-", MINUS)


def _amount(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace("-", MINUS)


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"


def _list(lines: Iterable[str]) -> Iterator[str]:
    return (f"- {line}" for line in lines)


def _table(headings: Sequence[str], rows: Iterable[Sequence[Any]], left: Sequence[int] = ()) -> Iterator[str]:
    """A table whose columns are numbers, but for the `left` ones."""
    yield _row(headings)
    yield _row([":--" if place in left else "--:" for place in range(len(headings))])
    for row in rows:
        yield _row([f"{cell:,}" if isinstance(cell, int) else str(cell).replace("|", "\\|") for cell in row])


def _row(cells: Iterable[Any]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
