"""The look-up: from whatever somebody has in hand to the row, on both sides."""

from __future__ import annotations

import pytest
from django.utils import timezone

from catalog.registry import specs
from catalog.target.models import Office
from legacy import models as legacy
from runs import services
from runs.errors import UsageError
from runs.ledger.models import Correction, FailedRecord, Mapping, RecordEvent
from runs.looking.wanted import wanted
from runs.models import Finding, Run
from tests.runs.conftest import COMPARED, Insert, order

UUID = "c44b8e7d-2640-5bda-8eb2-fc8175c709be"
SECRET = "Marchetti"


@pytest.mark.parametrize("text", ["orders 41", "orders:41", " Orders  #41 ", '"orders 41"', "ORDERS:41"])
def test_an_entity_and_a_legacy_id(text: str):
    found = wanted(text)
    assert ([one.name for one in found.entities], found.legacy_id, found.target_id) == (["orders"], "41", None)


def test_a_legacy_table_means_all_that_is_made_of_it():
    assert {one.name for one in wanted("dispatch_instruction 41").entities} == {"orders", "impressions"}


@pytest.mark.parametrize("text", [UUID, UUID.upper(), f"orders {UUID}", UUID.replace("-", ""), f"{{{UUID}}}"])
def test_a_uuid(text: str):
    assert str(wanted(text).target_id) == UUID


@pytest.mark.parametrize("text", ["41", "#41", "12:bond-3", "it's 41"[-2:]])
def test_a_bare_id_may_be_of_any_entity(text: str):
    found = wanted(text)
    assert (len(found.entities), found.legacy_id) == (len(specs()), text.lstrip("#"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  ", "Type what you are looking for"),
        ("4" * 301, "too long"),
        ("ordrs 41", "There is no entity or table 'ordrs'. Did you mean orders"),
    ],
)
def test_what_cannot_be_looked_up(text: str, message: str):
    with pytest.raises(UsageError, match=message):
        wanted(text)


def test_everything_that_is_known_of_a_row(migrated: None):
    mapping = Mapping.objects.get(entity="orders", legacy_id="41")
    Correction.objects.create(
        entity="orders", legacy_id="41", field="amount", path="price", old=SECRET, new=SECRET, reason="R", author="ada"
    )
    facts = {"check_name": "values", "severity": "error", "message": "Something.", "origin": "introduced"}
    Finding.objects.create(entity="orders", code="a", sample=["40", "41"], **facts)
    Finding.objects.create(entity="orders", code="b", sample=["4"], **facts)
    Finding.objects.create(entity="offers", code="a", sample=["41"], **facts)

    found = services.look_up("orders 41")
    place = found["place"]
    assert [(one["entity"], one["legacy_id"]) for one in found["places"]] == [("orders", "41")]
    assert (place["legacy_table"], place["there"], place["in_scope"]) == ("dispatch_instruction", True, True)
    assert place["target_id"] == place["expected_id"] == str(mapping.target_id)
    assert (place["target_there"], place["mapping"]["page"]) == (True, mapping.page_id)
    assert not place["mapping"]["changed"]
    patient = Mapping.objects.get(entity="patients", legacy_id="5")
    (told,) = [one for one in place["parents"] if one["field"] == "patient"]
    assert told["holds"] == str(patient.target_id)
    assert told["keys"] == [{"legacy_id": "5", "target_id": str(patient.target_id), "state": "arrived"}]
    assert [one["column"] for one in place["corrections"]] == ["price"]
    assert [one["severity"] for one in place["findings"]] == ["error"]
    assert [one["run"] for one in place["runs"]] == [Run.objects.get().pk]
    assert SECRET not in str(found)

    assert services.look_up(str(mapping.target_id))["place"]["legacy_id"] == "41"
    children = services.look_up("patients 5")["place"]["children"]
    assert {"entity": "orders", "field": "patient", "attname": "patient_id", "rows": 3} in children
    several = services.look_up("1")
    assert several["place"] is None
    assert {"courses", "offers", "products"} <= {one["entity"] for one in several["places"]}


def test_rows_that_are_not_on_both_sides(people: None, insert: Insert, run_entities):
    insert(legacy.Instruction, order(1), order(2, status=3))
    run_entities(*COMPARED)
    RecordEvent.objects.create(entity="orders", legacy_id="2", action="note", who="ada", text="Asked the clinic.")
    failed = services.look_up("orders 2")["place"]
    assert (failed["mapping"], failed["failure"]["cause"], failed["failure"]["field"]) == (
        None,
        "Unknown code",
        "status",
    )
    assert len(failed["attempts"]) == 1 and [one["who"] for one in failed["events"]] == ["ada"]
    assert [one["field"] for one in failed["parents"]] == ["patient", "doctor", "office", "course"]

    order_1 = Mapping.objects.get(entity="orders", legacy_id="1")
    order_1.target_id, gone = Office.objects.create(name="Theirs").pk, order_1.target_id
    order_1.save()
    assert services.look_up("orders 1")["place"]["target_there"] is False
    (stray,) = services.look_up(str(gone))["strays"]
    assert (stray["table"], stray["target_id"]) == ("orders", str(gone))
    FailedRecord.objects.filter(legacy_id="2").update(last_failed_at=timezone.now())
    nothing = services.look_up("orders 99999999999999999999")
    assert (nothing["places"], nothing["place"], nothing["strays"]) == ([], None, [])
