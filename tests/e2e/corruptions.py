"""Ways in which a finished migration can be spoilt, each with what validation has to say about it.

A corruption is a function that spoils something by plain SQL and returns what has to be found: (check, code, field) →
the legacy ids that the finding names, or None where it can name none. Rows are picked by what they hold, so that the
suite works at every scale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Expected = dict[tuple[str, str, str], set[str] | None]


class Row(NamedTuple):
    """A migrated row."""

    legacy_id: str
    id: Any


class Side:
    """A database that may be spoilt."""

    def __init__(self, run: Callable[..., Any]) -> None:
        #: run(statement, params) → a cursor.
        self.run = run

    def one(self, statement: str, *params: Any) -> Any:
        return self.run(statement, params).fetchone()[0]

    def rows(self, entity: str, where: str = "true", number: int = 2, table: str = "") -> list[Row]:
        """The first migrated rows of an entity that meet a condition on `t`."""
        found = self.run(
            f"""
            SELECT m.legacy_id, t.id FROM migration_mappings m JOIN "{table or entity}" t ON t.id = m.target_id
            WHERE m.entity = %s AND ({where}) ORDER BY length(m.legacy_id), m.legacy_id LIMIT {number}
            """,
            [entity],
        ).fetchall()
        assert len(found) == number, f"{entity} has no {number} rows where {where}"
        return [Row(*one) for one in found]


class Corruption(NamedTuple):
    """`entity` is validated after `spoil`; `legacy`: it spoils the legacy side, by committed statements."""

    name: str
    entity: str
    spoil: Callable[[Side], Expected]
    legacy: bool


CORRUPTIONS: list[Corruption] = []


def corruption(entity: str, legacy: bool = False) -> Callable[[Callable[[Side], Expected]], Any]:
    def register(spoil: Callable[[Side], Expected]) -> Callable[[Side], Expected]:
        CORRUPTIONS.append(Corruption(spoil.__name__, entity, spoil, legacy))
        return spoil

    return register


def ids(*rows: Row) -> set[str]:
    return {row.legacy_id for row in rows}


def change(db: Side, table: str, assignment: str, *rows: Row) -> None:
    db.run(f'UPDATE "{table}" SET {assignment} WHERE id = ANY (%s)', [[row.id for row in rows]])


def swap(db: Side, table: str, column: str, one: Row, other: Row) -> None:
    db.run(
        f'UPDATE "{table}" t SET {column} = o.{column} FROM "{table}" o'
        " WHERE (t.id, o.id) IN ((%(one)s, %(other)s), (%(other)s, %(one)s))",
        {"one": one.id, "other": other.id},
    )


def unlike(db: Side, entity: str, column: str) -> tuple[Row, Row]:
    """Two rows that differ in a column, which is filled in both."""
    (one,) = db.rows(entity, f"t.{column} IS NOT NULL", 1)
    (other,) = db.rows(entity, f"t.{column} <> (SELECT {column} FROM {entity} WHERE id = '{one.id}')", 1)
    return one, other


# References --------------------------------------------------------------------------------------------------------


@corruption("offers")
def two_foreign_keys_swapped(db: Side) -> Expected:
    one, other = unlike(db, "offers", "product_id")
    swap(db, "offers", "product_id", one, other)
    return {("references", "wrong_row", "product"): ids(one, other)}


@corruption("orders")
def reference_to_another_row_that_exists(db: Side) -> Expected:
    one, other = unlike(db, "orders", "patient_id")
    change(db, "orders", f"patient_id = (SELECT patient_id FROM orders WHERE id = '{other.id}')", one)
    return {("references", "wrong_row", "patient"): ids(one)}


@corruption("patients")
def reference_emptied(db: Side) -> Expected:
    (row,) = db.rows("patients", "t.primary_doctor_id IS NOT NULL", 1)
    change(db, "patients", "primary_doctor_id = NULL", row)
    return {("references", "lost_link", "primary_doctor"): ids(row)}


@corruption("payments")
def policy_unrecorded(db: Side) -> Expected:
    legacy_id = db.one(
        "DELETE FROM migration_resolutions WHERE id = (SELECT id FROM migration_resolutions"
        " WHERE entity = 'payments' AND field = 'order' LIMIT 1) RETURNING legacy_id"
    )
    return {("references", "unexplained", "order"): {legacy_id}}


# Values ------------------------------------------------------------------------------------------------------------


@corruption("orders")
def timestamp_shifted_by_an_hour(db: Side) -> Expected:
    (row,) = db.rows("orders", "t.submitted_at IS NOT NULL", 1)
    change(db, "orders", "submitted_at = submitted_at + interval '1 hour'", row)
    return {
        ("values", "different", "submitted_at"): ids(row),
        ("lossy", "shifted_undeclared", "submitted_at"): ids(row),
    }


@corruption("comments")
def text_cut_by_a_character(db: Side) -> Expected:
    (row,) = db.rows("comments", "length(t.content) > 3", 1)
    change(db, "comments", "content = left(content, -1)", row)
    return {
        ("values", "different", "content"): ids(row),
        ("lossy", "cut_undeclared", "content"): ids(row),
        ("continuity", "other_text", ""): ids(row),
    }


@corruption("profiles")
def name_in_lower_case(db: Side) -> Expected:
    (row,) = db.rows("profiles", "t.first_name <> lower(t.first_name)", 1)
    change(db, "profiles", "first_name = lower(first_name)", row)
    return {
        ("values", "different", "first_name"): ids(row),
        ("lossy", "case_undeclared", "first_name"): ids(row),
    }


@corruption("comments")
def white_space_added(db: Side) -> Expected:
    (row,) = db.rows("comments", "true", 1)
    change(db, "comments", "content = content || ' '", row)
    return {("lossy", "whitespace_undeclared", "content"): ids(row)}


@corruption("comments")
def characters_replaced(db: Side) -> Expected:
    (row,) = db.rows("comments", "length(t.content) > 3 AND t.content NOT LIKE '%%?%%'", 1)
    change(db, "comments", "content = overlay(content placing '?' from 2 for 1)", row)
    return {("lossy", "replaced_undeclared", "content"): ids(row)}


@corruption("comments")
def two_texts_swapped(db: Side) -> Expected:
    one, other = unlike(db, "comments", "content")
    swap(db, "comments", "content", one, other)
    return {
        ("values", "different", "content"): ids(one, other),
        ("continuity", "other_text", ""): ids(one, other),
    }


@corruption("orders")
def json_changed(db: Side) -> Expected:
    (row,) = db.rows("orders", "jsonb_typeof(t.exports) = 'object'", 1)
    change(db, "orders", """exports = exports || '{"added": 1}'""", row)
    return {("values", "different", "exports"): ids(row), ("lossy", "altered_undeclared", "exports"): ids(row)}


@corruption("orders")
def code_changed(db: Side) -> Expected:
    (row,) = db.rows("orders", "t.status = 'submitted'", 1)
    change(db, "orders", "status = 'approved'", row)
    return {("values", "different", "status"): ids(row), ("distributions", "frequencies", "status"): None}


@corruption("discounts")
def one_value_emptied(db: Side) -> Expected:
    (row,) = db.rows("discounts", "t.percent IS NOT NULL", 1)
    change(db, "discounts", "percent = NULL", row)
    return {
        ("values", "different", "percent"): ids(row),
        ("lossy", "emptied_undeclared", "percent"): ids(row),
    }


# Columns as a whole ------------------------------------------------------------------------------------------------


@corruption("offices")
def column_emptied(db: Side) -> Expected:
    db.run("UPDATE offices SET city = NULL")
    return {("distributions", "emptied", "city"): None}


@corruption("offices")
def column_made_constant(db: Side) -> Expected:
    db.run("UPDATE offices SET country = 'Everywhere'")
    return {("distributions", "constant", "country"): None}


@corruption("messages")
def latest_moment_moved(db: Side) -> Expected:
    db.run("UPDATE messages SET created_at = '2199-01-01Z' WHERE created_at = (SELECT max(created_at) FROM messages)")
    return {("distributions", "greatest", "created_at"): None}


# Money -------------------------------------------------------------------------------------------------------------


@corruption("payments")
def cent_moved_from_one_row_to_another(db: Side) -> Expected:
    one, other = db.rows("payments", "t.paid_amount > 1")
    change(db, "payments", "paid_amount = paid_amount + 0.01", one)
    change(db, "payments", "paid_amount = paid_amount - 0.01", other)
    return {("values", "different", "paid_amount"): ids(one, other)}


@corruption("purchases")
def cent_added(db: Side) -> Expected:
    (row,) = db.rows("purchases", "t.price > 1", 1)
    change(db, "purchases", "price = price + 0.01", row)
    run = db.one("SELECT run FROM migration_pages WHERE entity = 'purchases' AND created > 0")
    return {
        ("values", "different", "price"): ids(row),
        ("money", "sum", "price"): None,
        ("money", "page_total", f"price in page 1 of run {run}"): None,
    }


@corruption("offers")
def money_column_zeroed(db: Side) -> Expected:
    db.run("UPDATE offers SET price_lower = 0")
    return {("money", "sum", "price_lower"): None, ("distributions", "constant", "price_lower"): None}


@corruption("payment_operations")
def amount_moved_to_another_month(db: Side) -> Expected:
    (row,) = db.rows("payment_operations", "t.amount > 0 AND t.made_at IS NOT NULL", 1)
    month, code = db.run(
        "SELECT to_char(made_at, 'YYYY-MM'), operation_type FROM payment_operations WHERE id = %s", [row.id]
    ).fetchone()
    change(db, "payment_operations", "made_at = '2199-01-01Z'", row)
    return {
        ("money", "sum_of_group", f"amount [{code}, {month}]"): None,
        ("money", "sum_of_group", f"amount [{code}, 2199-01]"): None,
    }


@corruption("purchases")
def control_total_of_a_page_changed(db: Side) -> Expected:
    run = db.one(
        """UPDATE migration_pages SET totals = '{"price": "1.00"}' WHERE entity = 'purchases' AND created > 0"""
        " RETURNING run"
    )
    return {("money", "page_total", f"price in page 1 of run {run}"): None}


# Rows, mappings and the ledger -------------------------------------------------------------------------------------


@corruption("discounts")
def row_deleted(db: Side) -> Expected:
    (row,) = db.rows("discounts", "true", 1)
    db.run("DELETE FROM discounts WHERE id = %s", [row.id])
    return {("accounting", "row_gone", ""): ids(row)}


@corruption("discounts")
def row_doubled(db: Side) -> Expected:
    (row,) = db.rows("discounts", "true", 1)
    copy = db.one(
        "INSERT INTO discounts SELECT (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid()))).*"
        " FROM discounts d WHERE id = %s RETURNING id",
        row.id,
    )
    return {
        ("accounting", "unnamed_row", ""): {f"target:{copy}"},
        ("accounting", "copied_row", ""): {f"target:{copy}"},
    }


@corruption("discounts")
def mapping_removed(db: Side) -> Expected:
    (row,) = db.rows("discounts", "true", 1)
    db.run("DELETE FROM migration_mappings WHERE entity = 'discounts' AND legacy_id = %s", [row.legacy_id])
    return {("accounting", "lost", ""): ids(row), ("accounting", "unnamed_row", ""): {f"target:{row.id}"}}


@corruption("discounts")
def mapping_pointed_to_another_row(db: Side) -> Expected:
    one, other = unlike(db, "discounts", "percent")
    db.run(
        "UPDATE migration_mappings SET target_id = %s WHERE entity = 'discounts' AND legacy_id = %s",
        [other.id, one.legacy_id],
    )
    return {
        ("accounting", "shared_row", ""): ids(one, other),
        ("accounting", "unnamed_row", ""): {f"target:{one.id}"},
        ("values", "different", "percent"): ids(one),
    }


@corruption("discounts")
def two_mappings_swapped(db: Side) -> Expected:
    one, other = unlike(db, "discounts", "percent")
    db.run(
        "UPDATE migration_mappings SET target_id = CASE legacy_id WHEN %s THEN %s::uuid ELSE %s::uuid END"
        " WHERE entity = 'discounts' AND legacy_id = ANY (%s)",
        [one.legacy_id, other.id, one.id, [one.legacy_id, other.legacy_id]],
    )
    return {("values", "different", "percent"): ids(one, other)}


@corruption("discounts")
def failed_record_removed(db: Side) -> Expected:
    legacy_id = db.one(
        "DELETE FROM migration_failed_records WHERE id ="
        " (SELECT min(id) FROM migration_failed_records WHERE entity = 'discounts') RETURNING legacy_id"
    )
    return {("accounting", "lost", ""): {legacy_id}}


@corruption("discounts")
def counter_of_a_page_doubled(db: Side) -> Expected:
    run = db.one(
        "UPDATE migration_pages SET created = 2 * created WHERE entity = 'discounts' AND created > 0 RETURNING run"
    )
    return {("accounting", "page_count", f"page 1 of run {run}"): None}


@corruption("purchase_orders")
def page_removed(db: Side) -> Expected:
    rows = db.rows("purchase_orders", "true", 20)
    db.run("DELETE FROM migration_pages WHERE entity = 'purchase_orders'")
    return {("accounting", "page_gone", ""): ids(*rows)}


# Conversations -----------------------------------------------------------------------------------------------------

#: Two messages of a conversation that followed each other.
_PAIR = """
    WITH written AS (
        SELECT m.legacy_id, t.*, m.legacy_id::int AS key FROM migration_mappings m JOIN messages t ON t.id = m.target_id
        WHERE m.entity = 'messages' AND t.target_type_id IS NOT NULL
    ), followed AS (
        SELECT *, lead(id) OVER (PARTITION BY target_type_id, target_key ORDER BY created_at, key) AS next FROM written
    )
    SELECT f.legacy_id, f.id, s.legacy_id, s.id FROM followed f JOIN written s ON s.id = f.next
    WHERE s.created_at > f.created_at ORDER BY f.key LIMIT 1
"""


def pair(db: Side) -> tuple[Row, Row]:
    one, first, other, second = db.run(_PAIR).fetchone()
    return Row(one, first), Row(other, second)


@corruption("messages")
def thread_reordered(db: Side) -> Expected:
    one, other = pair(db)
    swap(db, "messages", "created_at", one, other)
    return {("continuity", "order", ""): ids(other), ("continuity", "other_time", ""): ids(one, other)}


@corruption("messages")
def message_moved_to_another_conversation(db: Side) -> Expected:
    (row,) = db.rows("messages", "t.target_key IS NOT NULL", 1)
    change(db, "messages", "target_key = target_key + 1", row)
    return {("continuity", "other_thread", ""): ids(row)}


@corruption("messages")
def authors_swapped(db: Side) -> Expected:
    one, other = unlike(db, "messages", "sender_id")
    swap(db, "messages", "sender_id", one, other)
    return {
        ("continuity", "other_author", ""): ids(one, other),
        ("references", "wrong_row", "sender"): ids(one, other),
    }


@corruption("treatment_discussions")
def comment_moved_to_another_plan(db: Side) -> Expected:
    one, other = unlike(db, "treatment_discussions", "treatment_plan_id")
    plan = f"(SELECT treatment_plan_id FROM treatment_discussions WHERE id = '{other.id}')"
    change(db, "treatment_discussions", f"treatment_plan_id = {plan}", one)
    return {("continuity", "other_thread", ""): ids(one)}


# Structure ---------------------------------------------------------------------------------------------------------


@corruption("orders")
def not_null_dropped(db: Side) -> Expected:
    db.run("ALTER TABLE orders ALTER COLUMN patient_id DROP NOT NULL")
    return {("constraints", "may_be_null", "patient"): None, ("schema", "null_changed", "orders.patient_id"): None}


@corruption("offers")
def triggers_disabled(db: Side) -> Expected:
    db.run("ALTER TABLE offers DISABLE TRIGGER ALL")
    return {("constraints", "trigger_off", constraint_on(db, "offers", "doctor_id")): None}


@corruption("offers")
def index_dropped(db: Side) -> Expected:
    name = db.one("SELECT indexname FROM pg_indexes WHERE tablename = 'offers' AND indexdef LIKE '%%(doctor_id)'")
    db.run(f'DROP INDEX "{name}"')
    return {("constraints", "no_index", "doctor"): None}


@corruption("offers")
def foreign_key_dropped(db: Side) -> Expected:
    db.run(f'ALTER TABLE offers DROP CONSTRAINT "{constraint_on(db, "offers", "doctor_id")}"')
    return {("constraints", "no_foreign_key", "doctor"): None}


@corruption("offers")
def foreign_key_not_validated(db: Side) -> Expected:
    db.run(f'ALTER TABLE offers DROP CONSTRAINT "{constraint_on(db, "offers", "doctor_id")}"')
    db.run("ALTER TABLE offers ADD CONSTRAINT hasty FOREIGN KEY (doctor_id) REFERENCES doctors NOT VALID")
    return {("constraints", "not_valid", "hasty"): None}


@corruption("courses")
def unique_dropped(db: Side) -> Expected:
    db.run(f'ALTER TABLE courses DROP CONSTRAINT "{constraint_on(db, "courses", "course_number")}"')
    return {("constraints", "not_unique", "course_number"): None}


@corruption("orders")
def check_dropped(db: Side) -> Expected:
    db.run("ALTER TABLE orders DROP CONSTRAINT orders_amount_not_negative")
    return {("constraints", "no_check", "orders_amount_not_negative"): None}


@corruption("courses")
def unique_index_left_invalid(db: Side) -> Expected:
    name = constraint_on(db, "courses", "course_number")
    db.run("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [f'"{name}"'])
    return {("constraints", "invalid_index", name): None}


@corruption("offices")
def type_changed(db: Side) -> Expected:
    db.run("ALTER TABLE offices ALTER COLUMN city TYPE text")
    return {("constraints", "wrong_type", "city"): None, ("schema", "type_changed", "offices.city"): None}


@corruption("offices")
def column_added(db: Side) -> Expected:
    db.run("ALTER TABLE offices ADD COLUMN fax text")
    return {("schema", "column_added", "offices.fax"): None}


def constraint_on(db: Side, table: str, column: str) -> str:
    """The name of the constraint over one column."""
    return db.one(
        "SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid"
        " WHERE c.conrelid = %s::regclass AND c.contype IN ('f', 'u') AND c.conkey = ARRAY[a.attnum]"
        " AND a.attname = %s",
        table,
        column,
    )


# Rules -------------------------------------------------------------------------------------------------------------


@corruption("invoices")
def invoice_that_is_not_its_parts(db: Side) -> Expected:
    (row,) = db.rows("invoices", "t.total > 0", 1)
    change(db, "invoices", "total = total + 100", row)
    return {("invariants", "invoice_is_its_parts", ""): ids(row), ("money", "sum", "total"): None}


@corruption("orders")
def shipped_without_being_submitted(db: Side) -> Expected:
    (row,) = db.rows("orders", "t.status = 'shipped' AND t.submitted_at IS NOT NULL", 1)
    change(db, "orders", "submitted_at = NULL", row)
    return {("invariants", "shipped_was_submitted", ""): ids(row)}


# The legacy side ---------------------------------------------------------------------------------------------------


@corruption("offers", legacy=True)
def legacy_row_changed(db: Side) -> Expected:
    key = db.one(
        "UPDATE dispatch_offer SET price_both = price_both + 1 WHERE id = (SELECT min(id) FROM dispatch_offer)"
        " RETURNING id"
    )
    return {("values", "changed", "price_both"): {str(key)}, ("money", "sum_changed", "price_both"): None}


@corruption("discounts", legacy=True)
def legacy_row_deleted(db: Side) -> Expected:
    key = db.one("DELETE FROM dispatch_discount WHERE id = (SELECT max(id) FROM dispatch_discount) RETURNING id")
    return {("accounting", "no_legacy_row", ""): {str(key)}}


@corruption("discounts", legacy=True)
def legacy_row_added(db: Side) -> Expected:
    key = db.one(
        "INSERT INTO dispatch_discount (id, percent, offer_id) SELECT max(id) + 1000, 10, min(offer_id)"
        " FROM dispatch_discount RETURNING id"
    )
    return {("accounting", "to_come", ""): {str(key)}}


@corruption("discounts", legacy=True)
def legacy_key_doubled(db: Side) -> Expected:
    db.run("ALTER TABLE dispatch_discount DROP CONSTRAINT dispatch_discount_pkey")
    db.run(
        "INSERT INTO dispatch_discount SELECT * FROM dispatch_discount"
        " WHERE id = (SELECT min(id) FROM dispatch_discount)"
    )
    return {("accounting", "legacy_key", ""): None}


@corruption("discounts", legacy=True)
def legacy_column_added(db: Side) -> Expected:
    db.run("ALTER TABLE dispatch_discount ADD COLUMN approved_by integer")
    return {("schema", "column_added", "dispatch_discount.approved_by"): None}


@corruption("messages", legacy=True)
def legacy_text_changed(db: Side) -> Expected:
    key = db.one(
        "UPDATE dispatch_record SET text = text || '!' WHERE id = (SELECT min(id) FROM dispatch_record"
        " WHERE text <> '') RETURNING id"
    )
    return {("values", "changed", "content"): {str(key)}}
