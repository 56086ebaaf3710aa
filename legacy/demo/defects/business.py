"""Defects of payments, purchases, offers and discounts. Offers and discounts are the same at every scale."""

from legacy.demo.business import NULL_DOCTOR, WITHOUT_DOCTOR
from legacy.demo.planter import Planter, failed, migrated, resolved

_USABLE = """EXISTS (SELECT FROM dispatch_instruction i JOIN dispatch_patient p ON p.id = i.patient_id
    WHERE NOT i.deleted AND p.doctor_id = t.doctor_id)"""
_OFFER_IS_USABLE = (
    f"EXISTS (SELECT FROM dispatch_offer o WHERE o.id = t.offer_id AND {_USABLE.replace('t.doctor_id', 'o.doctor_id')})"
)


def payment_orphaned(plant: Planter) -> None:
    """Three payments without an order, skipped by the original; the money is there all the same."""
    ids = plant.pick("payment_orphaned", "dispatch_payment", plant.share(1))
    plant.change("dispatch_payment", ids, "instruction_id", None)
    plant.expect("payment_orphaned", "dispatch_payment", ids, migrated("payments"), note="instruction_id is NULL")
    plant.lose(
        "payment_orphaned", "dispatch_payment", plant.share(2), "instruction_id", "dispatch_instruction", "order"
    )


def payment_people_gone(plant: Planter) -> None:
    """Payers and offices that are gone."""
    plant.lose("payment_doctor_gone", "dispatch_payment", plant.share(10), "doctor_id", "auth_user", "doctor")
    plant.lose("payment_office_gone", "dispatch_payment", plant.share(10), "office_id", "dispatch_office", "office")


def payment_tax_out_of_range(plant: Planter) -> None:
    """A tax rate that is no percentage."""
    plant.spoil(
        "payment_tax_out_of_range",
        "dispatch_payment",
        plant.share(3),
        "tax_rate",
        "887.5000",
        resolved("invoices", "tax_percent", "out_of_range"),
    )


def installments_invalid(plant: Planter) -> None:
    """Installments that are no JSON list: the bill arrives without their number, the installments themselves cannot."""
    for value in ("[{due: 30}]", '{"due": 30}'):
        plant.spoil(
            "installments_invalid",
            "dispatch_payment",
            plant.share(3),
            "installments",
            value,
            resolved("invoices", "installment_count", "not_json"),
            failed("installments", "", "not_json"),
        )


def operations(plant: Planter) -> None:
    """Card transactions of a payment that is gone, and of a kind that is neither payment nor refund."""
    plant.lose(
        "operation_payment_gone", "dispatch_operation", plant.share(5), "payment_id", "dispatch_payment", "payment"
    )
    plant.spoil(
        "operation_type_unmapped",
        "dispatch_operation",
        plant.share(2),
        "type",
        3,
        failed("payment_operations", "operation_type", "unmapped_code"),
    )


def purchases(plant: Planter) -> None:
    """Lines of an order that is gone, and of a product that is gone; orders of an instruction that is gone."""
    plant.lose(
        "purchase_order_gone", "dispatch_purchase", plant.share(6), "order_id", "dispatch_order", "purchase_order"
    )
    plant.lose(
        "purchase_product_gone", "dispatch_purchase", plant.share(6), "product_id", "dispatch_product", "product"
    )
    plant.lose(
        "purchase_order_instruction_gone",
        "dispatch_order",
        plant.share(5),
        "instruction_id",
        "dispatch_instruction",
        "order",
    )


def offers_unusable(plant: Planter) -> None:
    """395 of 788 offers that the original lost: 372 doctors without orders, 22 gone, one never filled in."""
    plant.lose(
        "offer_doctor_gone",
        "dispatch_offer",
        WITHOUT_DOCTOR,
        "doctor_id",
        "auth_user",
        "doctor",
        where=f"NOT {_USABLE}",
    )
    ids = plant.pick("offer_doctor_null", "dispatch_offer", NULL_DOCTOR, f"NOT {_USABLE}")
    plant.change("dispatch_offer", ids, "doctor_id", None)
    plant.expect("offer_doctor_null", "dispatch_offer", ids, migrated("offers"), note="doctor_id is NULL")
    ids = plant.pick("offer_doctor_without_orders", "dispatch_offer", 1_000, f"NOT {_USABLE}")
    plant.expect(
        "offer_doctor_without_orders", "dispatch_offer", ids, migrated("offers"), note="an offer needs no order"
    )


def discounts_unusable(plant: Planter) -> None:
    """16 of 151 discounts whose offer the original had lost. Of one it is gone altogether; one takes off too much."""
    where = f"NOT {_OFFER_IS_USABLE}"
    plant.lose("discount_offer_gone", "dispatch_discount", 1, "offer_id", "dispatch_offer", "offer", where=where)
    plant.spoil(
        "discount_out_of_range",
        "dispatch_discount",
        1,
        "percent",
        130,
        resolved("discounts", "percent", "out_of_range"),
        where=where,
    )
    ids = plant.pick("discount_offer_unusable", "dispatch_discount", 1_000, where)
    plant.expect("discount_offer_unusable", "dispatch_discount", ids, migrated("discounts"), note="its offer arrives")


def wares(plant: Planter) -> None:
    """Wares made for an order that is gone."""
    plant.lose("ware_order_gone", "dispatch_ware", plant.share(15), "instruction_id", "dispatch_instruction", "order")


DEFECTS = (
    payment_orphaned,
    payment_people_gone,
    payment_tax_out_of_range,
    installments_invalid,
    operations,
    purchases,
    offers_unusable,
    discounts_unusable,
    wares,
)
