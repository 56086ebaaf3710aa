"""Expectations of the business domain."""

from legacy.demo.expected.vocabulary import Entity, optional, pair, required

_PROFILE = optional("profile", "profiles", "user_id")

ENTITIES = (
    Entity("offices", "dispatch_office"),
    Entity("courses", "dispatch_course"),
    Entity("products", "dispatch_product", (optional("course", "courses", "course_id"),)),
    pair(
        "product_roles",
        "dispatch_product_roles",
        required("product", "products", "product_id"),
        required("role", "roles", "role_id"),
    ),
    pair(
        "product_successors",
        "dispatch_product_successors",
        required("product", "products", "from_product_id"),
        required("successor", "products", "to_product_id"),
    ),
    Entity(
        "purchase_orders",
        "dispatch_order",
        (
            optional("order", "orders", "instruction_id"),
            optional("patient", "patients", "patient_id"),
            optional("course", "courses", "course_id"),
        ),
    ),
    Entity(
        "purchases",
        "dispatch_purchase",
        (required("purchase_order", "purchase_orders", "order_id"), optional("product", "products", "product_id")),
    ),
    Entity(
        "payments",
        "dispatch_payment",
        (
            optional("order", "orders", "instruction_id"),
            optional("purchase_order", "purchase_orders", "order_id"),
            optional("doctor", "doctors", "doctor_id"),
            optional("office", "offices", "office_id"),
        ),
    ),
    Entity("invoices", "dispatch_payment", (required("payment", "payments", "id"),)),
    Entity(
        "installments",
        "dispatch_payment",
        (required("invoice", "invoices", "id"),),
        where="t.installments IS NOT NULL AND t.installments NOT IN ('', '[]')",
    ),
    Entity("payment_operations", "dispatch_operation", (optional("payment", "payments", "payment_id"),)),
    Entity(
        "offers",
        "dispatch_offer",
        (optional("doctor", "doctors", "doctor_id"), optional("product", "products", "product_id")),
    ),
    Entity("discounts", "dispatch_discount", (required("offer", "offers", "offer_id"),)),
    Entity("doctor_accounts", "dispatch_doctorsetting", (required("doctor", "doctors", "user_id"),)),
    Entity("agents", "dispatch_agent", (_PROFILE,)),
    Entity("clients", "dispatch_client", (_PROFILE,)),
    Entity("storages", "dispatch_storage"),
    Entity(
        "wares",
        "dispatch_ware",
        (optional("storage", "storages", "storage_id"), optional("order", "orders", "instruction_id")),
    ),
)
