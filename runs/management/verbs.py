"""Commands of several verbs ("failures list"), and what they write: tables for a terminal, files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser
from django.db.models import Model
from import_export.formats.base_formats import CSV, XLSX
from rich.console import Console
from rich.table import Table

from legacy.looks import SEE_VALUES, record_look_of
from runs.errors import UsageError
from runs.management.base import USAGE, MigratorCommand

FORMATS = {".csv": CSV, ".xlsx": XLSX}


class VerbParser(CommandParser):
    """The arguments of one verb; what is wrong with them ends the command like any wrong usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{message} (see `{self.prog} --help`)\n")


def verbs(parser: CommandParser) -> Any:
    """Where the verbs of a command are added, each with `add_parser`; the chosen one is the option `verb`."""
    return parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=VerbParser)


def add_reveal(parser: CommandParser) -> None:
    parser.add_argument(
        "--with-values",
        metavar="LOGIN",
        help="legacy values instead of their shapes, in the name of this account of the site, which must be allowed to "
        "see them; the look is recorded",
    )


def look(login: str | None, model: type[Model], what: str) -> bool:
    """Whether values may be shown; a look is recorded before it is had. Raises `UsageError` for who may not."""
    if login is None:
        return False
    user = get_user_model()._default_manager.filter(username=login, is_active=True).first()
    if user is None or not user.has_perm(SEE_VALUES):
        raise UsageError(f"{login!r} is no account of the site that may see legacy values.")
    record_look_of(user, model, what)
    return True


def write(path: Path, dataset: Any) -> None:
    """Writes a dataset to a file whose name says the format. Raises `UsageError`."""
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"{path} is neither a .csv nor a .xlsx file.")
    content = FORMATS[path.suffix.lower()]().export_data(dataset)
    try:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None


def print_table(command: MigratorCommand, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Numbers to the right, all else to the left."""
    console = Console(file=command.out, width=None if command.out.isatty() else 160, highlight=False)
    found = [list(row) for row in rows]
    table = Table()
    for place, heading in enumerate(headings):
        number = bool(found) and all(isinstance(row[place], int) for row in found)
        table.add_column(heading, justify="right" if number else "left")
    for row in found:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    console.print(table, markup=False)
