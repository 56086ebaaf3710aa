"""Money: price lists and discounts, purchase orders and their lines, payments and card transactions."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from legacy.demo import words
from legacy.demo.world import END, Order, World, moment

#: Offers that the original scripts could load, and the sum of their highest prices in cents, as recorded.
USABLE_OFFERS, USABLE_SUM = 393, 36_600_200
#: The others: the doctor has no order, or is missing, or was never filled in.
WITHOUT_ORDER, WITHOUT_DOCTOR, NULL_DOCTOR = 372, 22, 1
#: Discounts that hang on a usable offer, and the sum of their percentages (88.89 on average).
USABLE_DISCOUNTS, PERCENT_SUM = 135, 12_000
_TOP_PRICE = 199_500


def money(cents: int) -> Decimal:
    """Cents as an amount."""
    return Decimal(cents).scaleb(-2)


def purchase_orders(world: World) -> None:
    """The second kind of order, which payments, tasks and purchases may point at, and the lines of it."""
    rng = world.rng("order")
    kept = [order for order in world.orders if not order.deleted and order.status]
    chosen = sorted(rng.sample(kept, min(world.count("order"), len(kept))))
    ids = world.ids("order", len(chosen))
    world.purchase_orders = {order.id: pk for pk, order in zip(ids, chosen, strict=True)}
    world.put(
        "dispatch_order",
        "id instruction_id patient_id course_id",
        ((pk, order.id, order.patient, order.course) for pk, order in zip(ids, chosen, strict=True)),
    )
    lines = world.ids("purchase", world.count("purchase"))
    world.put(
        "dispatch_purchase",
        "id quantity price order_id product_id",
        (
            (
                pk,
                rng.randint(1, 3),
                money(rng.randint(900, 200_000)),
                ids[n * len(ids) // len(lines)],
                rng.choice(world.products[:10]),
            )
            for n, pk in enumerate(lines)
        ),
    )


def prices(world: World) -> None:
    """788 offers and 151 discounts at every scale, so that the recorded sums hold at every scale.

    393 offers belong to doctors with orders, and all the other doctors' offers were lost by the original scripts.
    """
    rng = world.rng("offer")
    # The busier half of the doctors: they keep orders whatever is planted later.
    busy = Counter(order.doctor for order in world.orders if not order.deleted)
    with_orders = [doctor for doctor, _ in busy.most_common(len(busy) // 2)]
    idle = sorted({doctor.id for doctor in world.doctors if not doctor.offices})
    usable = set(rng.sample(range(world.count("offer")), USABLE_OFFERS))
    highest = iter(_amounts(rng, USABLE_OFFERS, USABLE_SUM, _TOP_PRICE))
    ids = world.ids("offer", world.count("offer"))
    rows = []
    for n, pk in enumerate(ids):
        top = next(highest) if n in usable else rng.randint(0, _TOP_PRICE // 50) * 50
        single = top * rng.randint(40, 70) // 100
        rows.append(
            (
                pk,
                money(top),
                money(single),
                money(single - single % 100),
                rng.choice(with_orders if n in usable else idle),
                rng.choice(world.products[:10]),
            )
        )
    world.put("dispatch_offer", "id price_both price_upper price_lower doctor_id product_id", rows)
    _discounts(world, [ids[n] for n in sorted(usable)], [pk for n, pk in enumerate(ids) if n not in usable])


def _amounts(rng: Random, amount: int, total: int, top: int) -> list[int]:
    """`amount` whole numbers from 0 to `top` that add up to `total`, mostly multiples of 50."""
    values = [rng.randint(0, top // 50) * 50 for _ in range(amount)]
    while difference := total - sum(values):
        index = rng.randrange(amount)
        room = top - values[index] if difference > 0 else -values[index]
        step = min(difference, room) if difference > 0 else max(difference, room)
        values[index] += step if abs(step) <= 20_000 else (20_000 if step > 0 else -20_000)
    return values


def _discounts(world: World, usable: list[int], useless: list[int]) -> None:
    rng = world.rng("discount")
    percents = [100] * USABLE_DISCOUNTS
    while (excess := sum(percents) - PERCENT_SUM) > 0:
        index = rng.randrange(USABLE_DISCOUNTS)
        percents[index] -= min(rng.randint(1, 87), excess, percents[index] - 13)
    offers = [*rng.sample(usable, USABLE_DISCOUNTS), *rng.sample(useless, world.count("discount") - USABLE_DISCOUNTS)]
    percents += [rng.choice((13, 25, 50, 100)) for _ in offers[USABLE_DISCOUNTS:]]
    pairs = list(zip(offers, percents, strict=True))
    rng.shuffle(pairs)
    world.put(
        "dispatch_discount",
        "id percent reason count start finish total used offer_id",
        (
            (
                pk,
                percent,
                rng.choice(words.REASONS) if rng.random() < 0.7 else "",
                rng.choice((None, 1, 5, 20)),
                moment(n / 200).date() if n % 3 else None,
                moment(n / 160).date() if n % 3 and n % 2 else None,
                n % 5 == 0,
                rng.choice((None, 0, 1)),
                offer,
            )
            for n, (pk, (offer, percent)) in enumerate(zip(world.ids("discount", len(pairs)), pairs, strict=True))
        ),
    )


def payments(world: World) -> None:
    """Payments of orders by their doctors, to the cent; card transactions for the paid ones."""
    rng = world.rng("payment")
    kept = [order for order in world.orders if not order.deleted and order.cents]
    chosen = sorted(rng.choices(kept, k=world.count("payment")))
    paid: list[tuple[int, Any, Decimal]] = []
    rows = []
    for pk, order in zip(world.ids("payment", len(chosen)), chosen, strict=True):
        row, total = _payment(rng, world, pk, order)
        rows.append(row)
        if row[14] and total:
            paid.append((pk, row[5], total))
    world.put(
        "dispatch_payment",
        "id instruction_id order_id doctor_id office_id made_at subtotal_price total_price paid_price additional_price"
        " used_credit tax_value tax_rate free paid canceled netsuite installments custom_price",
        rows,
    )
    _operations(world, paid)


def _payment(rng: Random, world: World, pk: int, order: Order) -> tuple[tuple[Any, ...], Decimal]:
    """A row of dispatch_payment and its total."""
    canceled, free = rng.random() < 0.008, rng.random() < 0.04
    settled = not canceled and rng.random() < 0.997
    rate = rng.choice(("0.0000", "0.0000", "7.2500", "8.8750", "10.2500"))
    cents = 0 if free else order.cents
    tax = int(cents * Decimal(rate) / 100)
    extra = 1_550 if rng.random() < 0.05 else 0
    total = money(cents + tax + extra)
    made = min(order.at + timedelta(days=rng.randint(0, 40), minutes=rng.randint(0, 600)), END) if settled else None
    half = str(total / 2)
    installments = (
        json.dumps([{"due": 30, "amount": half}, {"due": 60, "amount": half}])
        if rng.random() < 0.05
        else rng.choice(("", "[]"))
    )
    return (
        pk,
        order.id,
        world.purchase_orders.get(order.id),
        order.doctor,
        order.office,
        made,
        money(cents),
        total,
        total if settled else money(0),
        money(extra),
        money(0),
        money(tax),
        rate,
        free,
        settled,
        canceled,
        rng.random() < 0.3,
        installments,
        money(cents) if rng.random() < 0.02 else None,
    ), total


def _operations(world: World, paid: list[tuple[int, Any, Decimal]]) -> None:
    rng = world.rng("operation")
    chosen = sorted(rng.choices(range(len(paid)), k=world.count("operation")))

    def row(pk: int, n: int) -> tuple[Any, ...]:
        payment, at, total = paid[n]
        refund = rng.random() < 0.04
        number = f"{rng.getrandbits(60):X}"
        return (
            pk,
            2 if refund else 1,
            at,
            total,
            f"SO{number}",
            f"SP{number}",
            f"SR{number}" if refund else None,
            rng.choice(("VISA", "MASTERCARD", "JCB", "AMEX")),
            f"{rng.randint(400000, 559999)}",
            f"{rng.randint(0, 9999):04d}",
            rng.random() < 0.3,
            payment,
            rng.choice((1, 1, 1, 2)),
        )

    world.put(
        "dispatch_operation",
        "id type made_at price sq_order_id sq_payment_id sq_refund_id card_brand card_bin card_last"
        " office_card payment_id attempts",
        (row(pk, n) for pk, n in zip(world.ids("operation", len(chosen)), chosen, strict=True)),
    )
