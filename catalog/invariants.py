"""Rules that hold for the rows of an entity whatever system they are in, written twice: for the old tables and the new.

Each statement yields, as `id`, the rows that break the rule. A row that breaks it on both sides has inherited that; one
that breaks it only in the new system got it on its way. The legacy statements keep to what PostgreSQL, MySQL and SQLite
have in common. No statement holds a per cent sign or a semicolon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from psycopg.sql import SQL

CLINIC, FINANCE = "clinic", "finance"
SEVERITIES = ("warning", "error", "critical")


@dataclass(frozen=True)
class Waiver:
    """Why a rule does not count for now. From the day `until` on it counts again."""

    reason: str
    until: date


@dataclass(frozen=True)
class Invariant:
    """A rule about an entity's rows. `severity`: of rows that break it by our doing; `owner`: who decides on them."""

    name: str
    entity: str
    severity: str
    owner: str
    rule: str
    legacy: str
    target: SQL
    waiver: Waiver | None = None

    def waived(self, today: date) -> bool:
        return self.waiver is not None and today < self.waiver.until


#: A tooth has a digit other than 0 in both masks.
_BOTH_MARKED = " OR ".join(
    f"(substr(bond_teeth, {place}, 1) BETWEEN '1' AND '9' AND substr(extract_teeth, {place}, 1) BETWEEN '1' AND '9')"
    for place in range(1, 17)
)

CLINICAL = (
    Invariant(
        "patient_after_birth",
        "patients",
        "error",
        CLINIC,
        "A patient is born before the treatment is asked for.",
        "SELECT id FROM dispatch_patient WHERE CAST(submitted_at AS date) < birthdate",
        SQL("SELECT id FROM patients WHERE CAST(submitted_at AS date) < birthdate"),
    ),
    Invariant(
        "order_after_birth",
        "orders",
        "error",
        CLINIC,
        "An order is placed after the patient was born.",
        "SELECT i.id FROM dispatch_instruction i JOIN dispatch_patient p ON p.id = i.patient_id"
        " WHERE CAST(i.submitted_at AS date) < p.birthdate",
        SQL(
            "SELECT o.id FROM orders o JOIN patients p ON p.id = o.patient_id"
            " WHERE CAST(o.submitted_at AS date) < p.birthdate"
        ),
    ),
    Invariant(
        "appointment_after_birth",
        "appointments",
        "error",
        CLINIC,
        "An appointment takes place after the patient was born.",
        "SELECT e.id FROM dispatch_event e JOIN dispatch_patient p ON p.id = e.patient_id"
        " WHERE CAST(e.start AS date) < p.birthdate",
        SQL(
            "SELECT a.id FROM appointments a JOIN patients p ON p.id = a.patient_id"
            " WHERE CAST(a.starts_at AS date) < p.birthdate"
        ),
    ),
    Invariant(
        "appointment_ends_after_start",
        "appointments",
        "warning",
        CLINIC,
        "An appointment does not end before it starts.",
        "SELECT id FROM dispatch_event WHERE finish < start",
        SQL("SELECT id FROM appointments WHERE ends_at < starts_at"),
    ),
    Invariant(
        "one_case_per_person",
        "cases",
        "critical",
        CLINIC,
        "A person has one case.",
        "SELECT p.id FROM dispatch_patient p JOIN dispatch_patient o ON o.user_id = p.user_id AND o.id <> p.id",
        SQL(
            "SELECT c.id FROM cases c JOIN patients p ON p.id = c.patient_id WHERE EXISTS (SELECT FROM cases o"
            " JOIN patients q ON q.id = o.patient_id WHERE q.profile_id = p.profile_id AND o.id <> c.id)"
        ),
    ),
    Invariant(
        "patient_is_not_the_doctor",
        "patients",
        "error",
        CLINIC,
        "Nobody is the doctor who treats them.",
        "SELECT id FROM dispatch_patient WHERE user_id = doctor_id",
        SQL(
            "SELECT p.id FROM patients p JOIN doctors d ON d.id = p.primary_doctor_id WHERE d.profile_id = p.profile_id"
        ),
    ),
    Invariant(
        "shipped_was_submitted",
        "orders",
        "error",
        CLINIC,
        "An order that was approved or shipped had been submitted.",
        "SELECT id FROM dispatch_instruction WHERE status IN (2, 4) AND submitted_at IS NULL",
        SQL("SELECT id FROM orders WHERE status IN ('approved', 'shipped') AND submitted_at IS NULL"),
    ),
    Invariant(
        "order_updated_after_submission",
        "orders",
        "warning",
        CLINIC,
        "An order is not updated for the last time before it is submitted.",
        "SELECT id FROM dispatch_instruction WHERE updated_at < submitted_at",
        SQL("SELECT id FROM orders WHERE updated_at < submitted_at"),
    ),
    Invariant(
        "tooth_is_bonded_or_extracted",
        "jaws",
        "error",
        CLINIC,
        "No tooth is to be bonded and extracted.",
        f"SELECT id FROM dispatch_jaw WHERE {_BOTH_MARKED}",
        SQL(f"SELECT id FROM jaws WHERE {_BOTH_MARKED}"),
    ),
    Invariant(
        "task_belongs_to_its_plan",
        "tasks",
        "error",
        CLINIC,
        "A task belongs to the order that its treatment plan belongs to.",
        "SELECT t.id FROM dispatch_task t JOIN dispatch_plan p ON p.id = t.plan_id"
        " WHERE t.instruction_id <> p.instruction_id",
        SQL(
            "SELECT t.id FROM tasks t JOIN treatment_plans p ON p.id = t.treatment_plan_id"
            " WHERE t.order_id <> p.order_id"
        ),
    ),
    Invariant(
        "message_after_joining",
        "messages",
        "warning",
        CLINIC,
        "Nobody writes a message before joining.",
        "SELECT r.id FROM dispatch_record r JOIN auth_user u ON u.id = r.author_id WHERE r.created_at < u.date_joined",
        SQL("SELECT m.id FROM messages m JOIN profiles p ON p.id = m.sender_id WHERE m.created_at < p.joined_at"),
    ),
)

FINANCIAL = (
    Invariant(
        "invoice_is_its_parts",
        "invoices",
        "critical",
        FINANCE,
        "An invoice's total is what it lists: subtotal, additions and tax, less the credit used.",
        "SELECT id FROM dispatch_payment WHERE total_price <> subtotal_price + COALESCE(additional_price, 0)"
        " + COALESCE(tax_value, 0) - COALESCE(used_credit, 0)",
        SQL(
            "SELECT id FROM invoices WHERE total <> subtotal + COALESCE(additional_amount, 0)"
            " + COALESCE(tax_amount, 0) - COALESCE(used_credit, 0)"
        ),
    ),
    Invariant(
        "refund_within_payment",
        "payment_operations",
        "critical",
        FINANCE,
        "What is given back of a payment is not more than what was paid.",
        "SELECT o.id FROM dispatch_operation o JOIN dispatch_payment p ON p.id = o.payment_id WHERE o.type = 2 AND"
        " (SELECT SUM(r.price) FROM dispatch_operation r WHERE r.type = 2 AND r.payment_id = p.id) > p.paid_price",
        SQL(
            "SELECT o.id FROM payment_operations o JOIN payments p ON p.id = o.payment_id"
            " WHERE o.operation_type = 'refund' AND (SELECT SUM(r.amount) FROM payment_operations r"
            " WHERE r.operation_type = 'refund' AND r.payment_id = p.id) > p.paid_amount"
        ),
    ),
    Invariant(
        "operation_is_not_negative",
        "payment_operations",
        "error",
        FINANCE,
        "A card transaction moves an amount that is not negative.",
        "SELECT id FROM dispatch_operation WHERE price < 0",
        SQL("SELECT id FROM payment_operations WHERE amount < 0"),
    ),
    Invariant(
        "payment_is_not_negative",
        "payments",
        "error",
        FINANCE,
        "What is paid is not negative.",
        "SELECT id FROM dispatch_payment WHERE paid_price < 0",
        SQL("SELECT id FROM payments WHERE paid_amount < 0"),
    ),
    Invariant(
        "completed_payment_has_a_date",
        "payments",
        "error",
        FINANCE,
        "A completed payment was made at some time.",
        "SELECT id FROM dispatch_payment WHERE paid AND NOT COALESCE(canceled, FALSE) AND made_at IS NULL",
        SQL("SELECT id FROM payments WHERE status = 'completed' AND made_at IS NULL"),
    ),
    Invariant(
        "offer_is_not_negative",
        "offers",
        "error",
        FINANCE,
        "No price is negative.",
        "SELECT id FROM dispatch_offer WHERE price_both < 0 OR price_upper < 0 OR price_lower < 0",
        SQL("SELECT id FROM offers WHERE price_both < 0 OR price_upper < 0 OR price_lower < 0"),
    ),
    Invariant(
        "discount_between_0_and_100",
        "discounts",
        "error",
        FINANCE,
        "A discount takes off between 0 and 100 percent.",
        "SELECT id FROM dispatch_discount WHERE percent < 0 OR percent > 100",
        SQL('SELECT id FROM discounts WHERE "percent" < 0 OR "percent" > 100'),
    ),
    Invariant(
        "discount_ends_after_start",
        "discounts",
        "warning",
        FINANCE,
        "A discount does not end before it starts.",
        "SELECT id FROM dispatch_discount WHERE finish < start",
        SQL("SELECT id FROM discounts WHERE valid_until < valid_from"),
    ),
    Invariant(
        "discount_within_its_uses",
        "discounts",
        "warning",
        FINANCE,
        "A discount is not used more often than it may be.",
        "SELECT id FROM dispatch_discount WHERE used > count",
        SQL("SELECT id FROM discounts WHERE used_count > max_uses"),
    ),
)

INVARIANTS = CLINICAL + FINANCIAL
