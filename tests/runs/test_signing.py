"""Sign-offs: they accept totals, and are stale as soon as the totals are others."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connections

from catalog.registry import spec
from runs import services
from runs.actors import Actor, acting
from runs.errors import Busy, UsageError
from runs.models import EntityRun, SignOff
from runs.reporting.digest import digest
from runs.reporting.signatures import Signature, Validity, totals
from runs.reporting.standing import Amount, Standing


def state(entity: str, role: str) -> tuple[str, list[str]]:
    (one,) = [one for one in services.sign_offs() if (one.entity, one.role) == (entity, role)]
    return str(one.validity), one.changes


def sign(entity: str = "orders", role: str = "finance", **given: str) -> None:
    with acting(Actor("ada", "admin")):
        services.sign_off(entity, role, **given)


def test_a_signature_stands_until_the_totals_change_or_it_is_revoked(migrated: None):
    assert state("orders", "finance") == ("missing", [])
    sign(note="Checked against the books.")
    assert (state("orders", "finance"), state("orders", "clinical")) == (("signed", []), ("missing", []))
    with pytest.raises(UsageError, match="ada has signed orders for finance already, with the same totals"):
        sign()

    with connections["target"].cursor() as cursor:
        cursor.execute(
            "UPDATE orders SET amount = amount + 0.01 WHERE id ="
            " (SELECT target_id FROM migration_mappings WHERE entity = 'orders' AND legacy_id = '41')"
        )
    changes = ["money, amount, target: 30.00 at the time, 30.01 at this moment"]
    assert state("orders", "finance") == ("stale", changes)
    report = services.report(domain="clinical").figures
    (told,) = [one for one in report["sign_offs"] if one["state"] != "missing"]
    assert (told["entity"], told["role"], told["state"], told["who"]) == ("orders", "finance", "stale", "ada")
    sign()
    assert state("orders", "finance") == ("signed", [])

    with acting(Actor("bob", "admin")):
        services.revoke_sign_off("orders", "finance")
    assert state("orders", "finance") == ("missing", [])
    assert set(SignOff.objects.values_list("who", "revoked_by")) == {("ada", "bob")}
    with pytest.raises(UsageError, match="nothing to revoke"):
        services.revoke_sign_off("orders", "finance")


def test_what_cannot_be_signed(migrated: None):
    with pytest.raises(UsageError, match="Nothing of payments has arrived"):
        sign("payments")
    with pytest.raises(UsageError, match="There is no entity 'ordrs'"):
        sign("ordrs")
    with pytest.raises(UsageError, match="There is no role 'marketing'"):
        sign(role="marketing")
    with pytest.raises(UsageError, match="have changed since you were shown them"):
        sign(seen="0" * 64)
    EntityRun.objects.filter(entity="orders").update(state="running")
    with pytest.raises(Busy, match="orders is being migrated by run"):
        sign()
    assert not SignOff.objects.exists()


def test_a_signature_says_what_has_changed():
    def standing(arrived: int, cents: str) -> Standing:
        amounts = {"amount": Amount("dispatch_instruction.price", *[Decimal(cents)] * 3)}
        return Standing(spec("orders"), 10, 10, 10, arrived, 0, 10 - arrived, 0, amounts, {})

    before, after = totals(standing(9, "1.00")), standing(8, "1.01")
    changed = Signature(after, "finance", SignOff(totals=before, digest=digest(before)))
    assert changed.validity == Validity.STALE
    assert changed.changes == [
        "arrived: 9 at the time, 8 at this moment",
        "failed: 1 at the time, 2 at this moment",
        *(
            f"money, amount, {side}: 1.00 at the time, 1.01 at this moment"
            for side in ("in scope", "arrived", "target")
        ),
    ]
