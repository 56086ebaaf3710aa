"""manage.py corrections: what staff say that legacy values should have been."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.errors import UsageError
from runs.ledger.models import Correction
from runs.management.base import OK, MigratorCommand
from runs.management.report import print_json
from runs.management.verbs import add_reveal, look, print_table, verbs, write
from runs.shapes import shape
from runs.sheets import NULL, CorrectionList


class Command(MigratorCommand):
    help = (
        "Corrections of legacy values: `list`, `add`, `revoke`, `export`. They hold in every later run until they are "
        "revoked. Exit codes: 0 done, 1 wrong usage, 3 could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verb = verbs(parser)
        for name, words in (("list", "those in force, latest first"), ("export", "the same as a file")):
            one = verb.add_parser(name, help=words)
            if name == "export":
                one.add_argument("file", type=Path, metavar="FILE", help="its name ends in .csv or .xlsx")
                add_reveal(one)
            else:
                one.add_argument("--json", action="store_true", help="as JSON")
            one.add_argument("--entity", default="", help="only those of this entity")
            one.add_argument("--all", action="store_true", help="also those that were revoked")
        add = verb.add_parser("add", help="put one in force")
        add.add_argument("entity", metavar="ENTITY")
        add.add_argument("--path", required=True, help="the legacy column, as the declaration names it")
        add.add_argument("--old", required=True, help=f"the wrong value as text; {NULL} for none")
        add.add_argument("--new", help=f"what to read instead; {NULL} for none")
        add.add_argument("--target", metavar="UUID", help="the row of the target that the key means")
        add.add_argument("--id", default="", help="only in this legacy row; default: a rule for all rows")
        add.add_argument("--reason", required=True, help="why; kept with the correction")
        add.add_argument("--dry-run", action="store_true", help="only say what it would bring")
        add.add_argument("--json", action="store_true", help="as JSON")
        revoke = verb.add_parser("revoke", help="take one out of force; rows that arrived with it stay as they are")
        revoke.add_argument("number", type=int, metavar="NUMBER", help="as listed")

    def run(self, **options: Any) -> int:
        getattr(self, f"_{options['verb']}")(options)
        return OK

    def _list(self, options: dict[str, Any]) -> None:
        found = [_as_dict(made) for made in _chosen(options)]
        if options["json"]:
            print_json(self.out, found)
            return
        headings = ("id", "entity", "legacy_id", "path", "old", "new", "author", "created_at", "reason")
        print_table(self, headings, ([one[name] for name in headings] for one in found))
        self.stdout.write(f"{len(found):,} corrections.")

    def _export(self, options: dict[str, Any]) -> None:
        found = _chosen(options)
        reveal = look(options["with_values"], Correction, f"Exported {found.count()} corrections by a command.")
        write(options["file"], CorrectionList(reveal=reveal).export(found))
        self.stdout.write(f"Wrote {found.count():,} corrections to {options['file']}.")

    def _add(self, options: dict[str, Any]) -> None:
        if options["new"] is None and options["target"] is None:
            raise UsageError(f"Say what it should have been: --new, or --target; --new {NULL} for no value.")
        wanted = services.Wanted(
            entity=options["entity"],
            path=options["path"],
            old=_null(options["old"]),
            new=_null(options["new"]),
            target_id=options["target"],
            legacy_id=options["id"],
            reason=options["reason"],
        )
        rehearsed = services.rehearse(wanted)
        made = rehearsed.draft if options["dry_run"] else services.correct(wanted)
        facts = {"rows": rehearsed.rows, "tried": rehearsed.tried, "through": rehearsed.through}
        if options["json"]:
            print_json(self.out, _as_dict(made) | facts)
            return
        tried = "" if rehearsed.tried == rehearsed.rows else f" of {rehearsed.tried:,} that were tried"
        self.stdout.write(
            f"It speaks of {rehearsed.rows:,} open failed records; {rehearsed.through:,}{tried} would go through."
        )
        if options["dry_run"]:
            self.stdout.write("Nothing was kept.")
        else:
            self.stdout.write(f"Correction {made.pk} is in force. Next: `manage.py retry_failed {made.entity}`.")

    def _revoke(self, options: dict[str, Any]) -> None:
        made = services.revoke(options["number"])
        self.stdout.write(f"Correction {made.pk} of {made.entity} is revoked.")


def _chosen(options: dict[str, Any]) -> Any:
    return services.corrections(entity=options["entity"], revoked=None if options["all"] else False)


def _null(text: str | None) -> str | None:
    return None if text == NULL else text


def _as_dict(made: Correction) -> dict[str, Any]:
    """A correction for everybody: shapes instead of values."""
    return {
        "id": made.pk,
        "entity": made.entity,
        "legacy_id": made.legacy_id or "all rows",
        "field": made.field,
        "path": made.path,
        "old": shape(made.old),
        "new": f"row {made.target_id}" if made.target_id else shape(made.new),
        "author": made.author,
        "created_at": made.created_at and made.created_at.strftime("%Y-%m-%d %H:%M"),
        "reason": made.reason,
        "revoked_by": made.revoked_by,
    }
