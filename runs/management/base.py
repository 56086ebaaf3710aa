"""What the commands share: exit codes, and errors in one line."""

from __future__ import annotations

import getpass
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NoReturn, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from runs.actors import Actor, acting
from runs.errors import MigratorError, UsageError
from runs.execution import describe
from runs.models import Run
from runs.states import State

OK, USAGE, FAILURES, NOT_RUN = 0, 1, 2, 3

EXIT_CODES = {State.SUCCEEDED: OK, State.COMPLETED_WITH_FAILURES: FAILURES}


def exit_code(run: Run) -> int:
    """0 all in, 2 completed with failed records, 3 anything else."""
    return EXIT_CODES.get(State(run.state), NOT_RUN)


class MigratorCommand(BaseCommand, ABC):
    """A door: subclasses parse in `add_arguments`, call one service in `run` and return an exit code."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)

        def error(message: str) -> NoReturn:
            # Raised as a CommandError while parsing, it would be shown with a traceback.
            parser.exit(USAGE, f"{message} (see `manage.py {subcommand} --help`)\n")

        parser.error = error  # type: ignore[method-assign]
        return parser

    @abstractmethod
    def run(self, **options: Any) -> int:
        """Carries the command out and returns its exit code."""

    @property
    def out(self) -> TextIO:
        """Where the results go, for libraries that write by themselves."""
        return cast(TextIO, self.stdout._out)

    @property
    def err(self) -> TextIO:
        """The plain stream behind stderr, for live displays."""
        return cast(TextIO, self.stderr._out)

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(Actor(getpass.getuser(), "command")):
            code = translated(lambda: self.run(**options))
        if code:
            raise SystemExit(code)


def translated(action: Callable[[], int]) -> int:
    """The action's exit code. What a person has to decide becomes a `CommandError`, never a traceback."""
    try:
        return action()
    except KeyboardInterrupt:
        raise CommandError(
            "Stopped at once. What was committed stays; `manage.py resume_run RUN` goes on.",
            returncode=NOT_RUN,
        ) from None
    except UsageError as error:
        raise CommandError(str(error), returncode=USAGE) from None
    except MigratorError as error:
        raise CommandError(str(error), returncode=NOT_RUN) from None
    except Error as error:
        raise CommandError(
            f"A database refused to go on: {describe(error)}. Is it reachable, and has `manage.py migrate` been run "
            "for `default` and `target`?",
            returncode=NOT_RUN,
        ) from None
