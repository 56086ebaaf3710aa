"""manage.py failures: failed records by cause, one by one, and as a spreadsheet to correct them in."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.ledger.models import FailedRecord
from runs.management.base import OK, MigratorCommand
from runs.management.report import print_json
from runs.management.verbs import add_reveal, look, print_table, verbs, write
from runs.services.declared import blamed_for
from runs.shapes import shown
from runs.sheets import CorrectionSheet

STATES = [*FailedRecord.State.values, "any"]


class Command(MigratorCommand):
    help = (
        "Failed records: `groups` by cause, `list` one by one with the shapes of their values, `export` to a file that "
        "can be corrected and imported in the admin. Exit codes: 0 done, 1 wrong usage, 3 could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verb = verbs(parser)
        for name, words in (
            ("groups", "one line for each cause"),
            ("list", "one line for each record"),
            ("export", "a file with a line for each column to blame, to write corrected values in"),
        ):
            one = verb.add_parser(name, help=words)
            if name == "export":
                one.add_argument("file", type=Path, metavar="FILE", help="its name ends in .csv or .xlsx")
            one.add_argument("--entity", default="", help="only those of this entity")
            one.add_argument("--fingerprint", default="", help="only those of this group")
            one.add_argument("--state", choices=STATES, default="open", help="default: open")
            one.add_argument("--stage", choices=FailedRecord.Stage.values, default="", help="only from this stage")
            one.add_argument("--text", default="", help="only with this text in message, code or field")
            if name == "export":
                add_reveal(one)
                continue
            one.add_argument("--json", action="store_true", help="as JSON")
            if name == "list":
                one.add_argument("--limit", type=int, default=50, help="at most so many; default: 50")

    def run(self, **options: Any) -> int:
        names = ("entity", "text", "stage", "fingerprint")
        state = "" if options["state"] == "any" else options["state"]
        wanted = services.Filter(state=state, **{name: options[name] for name in names})
        getattr(self, f"_{options['verb']}")(wanted, options)
        return OK

    def _groups(self, wanted: services.Filter, options: dict[str, Any]) -> None:
        found = services.groups(wanted)
        if options["json"]:
            print_json(self.out, [asdict(group) | {"remedy": group.cause.advice} for group in found])
            return
        print_table(
            self,
            ("group", "entity", "field", "rows", "share", "runs", "cause", "message"),
            (
                (
                    group.fingerprint,
                    group.entity,
                    group.field,
                    group.rows,
                    f"{group.share:.1%}",
                    f"{group.first_run} to {group.last_run}",
                    group.cause.title,
                    group.message,
                )
                for group in found
            ),
        )
        self.stdout.write(f"{sum(group.rows for group in found):,} failed records in {len(found):,} groups.")

    def _list(self, wanted: services.Filter, options: dict[str, Any]) -> None:
        rows = wanted.rows().order_by("entity", "pk")
        found = [_as_dict(record) for record in rows[: max(options["limit"], 0)]]
        if options["json"]:
            print_json(self.out, found)
            return
        headings = ("entity", "legacy_id", "state", "code", "field", "attempts", "run", "values")
        print_table(self, headings, ([_words(one[name]) for name in headings] for one in found))
        self.stdout.write(f"{len(found):,} of {rows.count():,} failed records.")

    def _export(self, wanted: services.Filter, options: dict[str, Any]) -> None:
        rows = wanted.rows().order_by("entity", "pk")
        words = f"Exported {rows.count()} source rows by a command."
        reveal = look(options["with_values"], FailedRecord, words)
        write(options["file"], CorrectionSheet(reveal=reveal).export(rows))
        hidden = "" if reveal else " Values are hidden, so that it cannot be imported as corrections (--with-values)."
        self.stdout.write(f"Wrote {rows.count():,} failed records to {options['file']}.{hidden}")


def _as_dict(record: FailedRecord) -> dict[str, Any]:
    """A record for everybody: the columns to blame with the shapes of what they hold."""
    masked = shown(record.source, False)
    return {
        "entity": record.entity,
        "legacy_id": record.legacy_id,
        "state": record.state,
        "stage": record.stage,
        "code": record.code,
        "field": record.field,
        "message": record.message,
        "fingerprint": record.fingerprint,
        "attempts": record.attempts,
        "run": record.run,
        "assignee": record.assignee,
        "values": {path: masked[path] for path in blamed_for(record)},
    }


def _words(cell: Any) -> Any:
    return ", ".join(f"{path}: {shape}" for path, shape in cell.items()) if isinstance(cell, dict) else cell
