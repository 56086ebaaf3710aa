"""The review of failed records from the command line: words, exit codes, JSON, and no legacy value unasked."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.core.management.base import CommandError

from legacy import models as legacy
from runs.ledger.models import Correction, FailedRecord
from runs.models import Run
from tests.runs.conftest import CORE, Insert, order

Runner = Callable[..., Run]

SECRET = "Frau Huber persönlich"


@pytest.fixture
def failed(people: None, insert: Insert, run_entities: Runner) -> str:
    """Three orders with unknown codes and one with a text that is too long; the fingerprint of the three."""
    insert(legacy.Instruction, *(order(i, status=3) for i in (41, 42, 43)), order(61, suffix=SECRET))
    run_entities(*CORE, "orders")
    return FailedRecord.objects.get(legacy_id="41").fingerprint


def said(*args: Any) -> tuple[int, str]:
    """The exit code of a command and what it wrote."""
    out = StringIO()
    try:
        call_command(*map(str, args), stdout=out, stderr=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def test_groups_are_listed_with_their_remedy(failed: str):
    code, words = said("failures", "groups")
    assert code == 0 and failed in words and "75.0%" in words and "4 failed records in 2 groups" in words
    groups = json.loads(said("failures", "groups", "--json")[1])
    assert [(group["rows"], group["code"]) for group in groups] == [(3, "unmapped_code"), (1, "too_long")]
    assert "extend the declaration" in groups[0]["remedy"]
    assert "1 failed records in 1 groups" in said("failures", "groups", "--text", "longer than")[1]


def test_records_are_listed_with_the_shapes_of_their_values(failed: str):
    code, words = said("failures", "list", "--entity", "orders")
    assert code == 0 and "text of 21 characters" in words and "Huber" not in words
    assert "2 of 3 failed records" in said("failures", "list", "--fingerprint", failed, "--limit", 2)[1]
    listed = json.loads(said("failures", "list", "--json")[1])
    assert {one["legacy_id"] for one in listed} == {"41", "42", "43", "61"}
    assert "Huber" not in str(listed)


def test_an_export_shows_values_only_to_an_account_that_may_see_them(failed: str, tmp_path: Path):
    file = tmp_path / "failures.csv"
    code, words = said("failures", "export", file)
    assert code == 0 and "4 failed records" in words and "hidden" in words
    assert "Huber" not in file.read_text()
    assert not LogEntry.objects.exists()

    User.objects.create_user("bob", is_staff=True)
    assert said("failures", "export", file, "--with-values", "bob")[0] == 1
    ada = User.objects.create_user("ada", is_staff=True)
    ada.user_permissions.add(Permission.objects.get(codename="view_legacy_values"))
    assert said("failures", "export", file, "--with-values", "ada")[0] == 0
    assert SECRET in [row["value"] for row in csv.DictReader(file.read_text().splitlines())]
    look = LogEntry.objects.get()
    assert (look.user, look.change_message) == (ada, "Exported 4 source rows by a command.")


@pytest.mark.parametrize(
    "args",
    [
        ("failures",),
        ("failures", "list", "--state", "lost"),
        ("failures", "export", "failures.pdf"),
        ("failures", "export", "/nowhere/failures.csv"),
        ("retry_failed",),
        ("retry_failed", "orders", "--ids", ","),
        ("retry_failed", "orders", "patients", "--ids", "1"),
        ("corrections", "add", "orders", "--path", "status", "--old", "3", "--reason", "known"),
        ("corrections", "add", "orders", "--path", "colour", "--old", "3", "--new", "2", "--reason", "known"),
        ("corrections", "revoke", "17"),
    ],
)
def test_wrong_usage_ends_with_one(args: tuple[str, ...], committed: None):
    assert said(*args)[0] == 1


def test_a_rule_is_tried_added_listed_retried_exported_and_revoked(failed: str, tmp_path: Path):
    rule = ("corrections", "add", "orders", "--path", "status", "--old", "3", "--new", "2", "--reason", "as agreed")
    code, words = said(*rule, "--dry-run")
    assert code == 0 and "3 open failed records; 3 would go through" in words
    assert not Correction.objects.exists()
    assert "retry_failed orders" in said(*rule)[1]
    made = Correction.objects.get()
    listed = json.loads(said("corrections", "list", "--json")[1])
    assert [(one["id"], one["old"], one["reason"]) for one in listed] == [(made.pk, "text of 1 character", "as agreed")]
    code, words = said("retry_failed", "--fingerprint", failed, "--json")
    told = json.loads(words)
    assert (code, told["state"], told["entities"][0]["created"]) == (0, "succeeded", 3)
    assert said("retry_failed", "orders", "--ids", "61", "--dry-run")[0] == 2
    file = tmp_path / "corrections.xlsx"
    assert said("corrections", "export", file, "--all")[0] == 0 and file.stat().st_size
    assert said("corrections", "revoke", made.pk)[0] == 0
    assert "0 corrections" in said("corrections", "list")[1]
    assert "1 corrections" in said("corrections", "list", "--all")[1]


def test_a_retry_says_what_it_left_out(failed: str):
    FailedRecord.objects.filter(legacy_id="41").update(state="dismissed")
    code, words = said("retry_failed", "orders")
    assert code == 2 and "1 failed record left out" in words
    assert said("retry_failed", "orders", "--ids", "41")[0] == 1
