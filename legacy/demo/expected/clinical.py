"""Expectations of the clinical domain."""

from legacy.demo.expected.vocabulary import Entity, optional, required

#: A user who acts as a doctor, whatever the user's groups say.
IS_DOCTOR = """(t.id IN (SELECT user_id FROM dispatch_doctorsetting)
    OR t.id IN (SELECT user_id FROM dispatch_office_doctors)
    OR t.id IN (SELECT doctor_id FROM dispatch_patient)
    OR t.id IN (SELECT user_id FROM auth_user_groups WHERE group_id = 2))"""
_INSTRUCTION = "LEFT JOIN dispatch_instruction i ON i.id = t.instruction_id"
_HAS_INSTRUCTION = "t.instruction_id IS NOT NULL"
_IS_APPOINTMENT = "(t.patient_id IS NOT NULL AND t.start IS NOT NULL)"
_MASK = "'^[0-9]{16}$'"
_MARKS = """CROSS JOIN LATERAL (
    SELECT mark || '-' || n AS part FROM (VALUES ('bond', t.bond_teeth), ('extract', t.extract_teeth)) v(mark, mask),
    generate_series(1, 16) n WHERE substr(mask, n, 1) <> '0') m"""

ENTITIES = (
    Entity("profiles", "auth_user"),
    Entity("doctors", "auth_user", (required("profile", "profiles", "id"),), where=IS_DOCTOR),
    Entity(
        "doctor_offices",
        "dispatch_office_doctors",
        (required("doctor", "doctors", "user_id"), required("office", "offices", "office_id")),
    ),
    Entity(
        "patients",
        "dispatch_patient",
        (
            required("profile", "profiles", "user_id"),
            optional("primary_doctor", "doctors", "doctor_id"),
            optional("office", "offices", "office_id"),
        ),
    ),
    Entity(
        "orders",
        "dispatch_instruction",
        (
            required("patient", "patients", "patient_id"),
            optional("doctor", "doctors", "p.doctor_id"),
            optional("office", "offices", "p.office_id"),
            optional("course", "courses", "course_id"),
        ),
        joins="LEFT JOIN dispatch_patient p ON p.id = t.patient_id",
    ),
    Entity(
        "impressions",
        "dispatch_instruction",
        (required("order", "orders", "id"),),
        where=r"(t.model IS NOT NULL OR t.scanner IS NOT NULL OR t.scanner_notes ~ '\S' OR t.cbct IS NOT NULL)",
    ),
    Entity(
        "jaws",
        "dispatch_jaw",
        (required("order", "orders", "u.id", "l.id"), optional("product", "products", "product_id")),
        joins="LEFT JOIN dispatch_instruction u ON u.upper_jaw_id = t.id"
        " LEFT JOIN dispatch_instruction l ON l.lower_jaw_id = t.id",
    ),
    Entity(
        "tooth_markings",
        "dispatch_jaw",
        (required("jaw", "jaws", "id"),),
        joins=_MARKS,
        label="t.id || ':' || m.part",
        where=f"t.bond_teeth ~ {_MASK} AND t.extract_teeth ~ {_MASK}",
    ),
    Entity("projects", "dispatch_project", (optional("creator", "profiles", "creator_id"),)),
    Entity(
        "treatment_plans",
        "dispatch_plan",
        (required("project", "projects", "project_id"), optional("order", "orders", "instruction_id")),
    ),
    Entity(
        "cases",
        "dispatch_patient",
        (
            required("patient", "patients", "id"),
            optional("doctor", "doctors", "doctor_id"),
            optional("office", "offices", "office_id"),
        ),
    ),
    Entity(
        "case_states",
        "dispatch_state",
        (required("case", "cases", "i.patient_id"), optional("changed_by", "profiles", "actor_id")),
        joins=_INSTRUCTION,
    ),
    Entity(
        "order_states",
        "dispatch_state",
        (required("order", "orders", "instruction_id"), optional("changed_by", "profiles", "actor_id")),
    ),
    Entity(
        "case_files",
        "dispatch_file",
        (required("case", "cases", "i.patient_id"), required("file", "files", "id")),
        where=_HAS_INSTRUCTION,
        joins=_INSTRUCTION,
    ),
    Entity(
        "order_files",
        "dispatch_file",
        (required("order", "orders", "instruction_id"), required("file", "files", "id")),
        where=_HAS_INSTRUCTION,
    ),
    Entity("brackets", "dispatch_bracket", (optional("project", "projects", "project_id"),)),
    Entity(
        "appointments",
        "dispatch_event",
        (
            required("patient", "patients", "patient_id"),
            optional("order", "orders", "instruction_id"),
            optional("creator", "profiles", "creator_id"),
        ),
        where=_IS_APPOINTMENT,
    ),
    Entity(
        "events",
        "dispatch_event",
        (
            optional("patient", "patients", "patient_id"),
            optional("order", "orders", "instruction_id"),
            optional("creator", "profiles", "creator_id"),
        ),
        where=f"NOT {_IS_APPOINTMENT}",
    ),
    Entity(
        "tasks",
        "dispatch_task",
        (
            required("order", "orders", "instruction_id", "pl.instruction_id"),
            optional("treatment_plan", "treatment_plans", "plan_id"),
            optional("purchase_order", "purchase_orders", "order_id"),
            optional("template", "templates", "template_id"),
            optional("assigned_to", "profiles", "actor_id"),
            optional("file", "files", "file_id"),
        ),
        joins="LEFT JOIN dispatch_plan pl ON pl.id = t.plan_id",
    ),
)
