"""Which row of which table becomes a row of which entity, and which of its references decide over its fate.

Read from top to bottom: a parent stands above its children, so that what fails above cascades below. Where a
declaration changes its policy, this table changes with it; the manifest follows by itself.
"""

from dataclasses import dataclass

#: A user who acts as a doctor, whatever the user's groups say.
IS_DOCTOR = """(t.id IN (SELECT user_id FROM dispatch_doctorsetting) OR t.id IN (SELECT user_id FROM dispatch_office_doctors)
    OR t.id IN (SELECT doctor_id FROM dispatch_patient) OR t.id IN (SELECT user_id FROM auth_user_groups WHERE group_id = 2))"""
IS_TECHNICIAN = "t.id IN (SELECT user_id FROM auth_user_groups WHERE group_id = 11)"
_INSTRUCTION = "LEFT JOIN dispatch_instruction i ON i.id = t.instruction_id"


@dataclass(frozen=True)
class Ref:
    """A reference: target field, parent entity, SQL of the legacy key; required ones fail the row, others become NULL."""

    field: str
    parent: str
    key: str
    required: bool = True


@dataclass(frozen=True)
class Entity:
    """A target table and its source: the legacy table as `t`, joins that keep every row, and the scope."""

    name: str
    table: str
    refs: tuple[Ref, ...] = ()
    where: str = "true"
    joins: str = ""


def _optional(field: str, parent: str, key: str) -> Ref:
    return Ref(field, parent, key, required=False)


def _pair(name: str, table: str, left: tuple[str, str, str], right: tuple[str, str, str]) -> Entity:
    return Entity(name, table, (Ref(*left), Ref(*right)))


_TEMPLATE = ("template", "templates", "t.template_id")

ENTITIES = (
    Entity("offices", "dispatch_office"),
    Entity("profiles", "auth_user"),
    Entity("doctors", "auth_user", (Ref("profile", "profiles", "t.id"),), where=IS_DOCTOR),
    Entity("doctor_offices", "dispatch_office_doctors",
           (Ref("doctor", "doctors", "t.user_id"), Ref("office", "offices", "t.office_id"))),
    Entity("patients", "dispatch_patient", (
        Ref("profile", "profiles", "t.user_id"),
        _optional("primary_doctor", "doctors", "t.doctor_id"),
        _optional("office", "offices", "t.office_id"),
    )),
    Entity("courses", "dispatch_course"),
    Entity("products", "dispatch_product", (_optional("course", "courses", "t.course_id"),)),
    Entity("orders", "dispatch_instruction", (
        Ref("patient", "patients", "t.patient_id"),
        _optional("doctor", "doctors", "p.doctor_id"),
        _optional("office", "offices", "p.office_id"),
        _optional("course", "courses", "t.course_id"),
    ), joins="LEFT JOIN dispatch_patient p ON p.id = t.patient_id"),
    Entity("jaws", "dispatch_jaw", (
        Ref("order", "orders", "coalesce(u.id, l.id)"),
        _optional("product", "products", "t.product_id"),
    ), joins="LEFT JOIN dispatch_instruction u ON u.upper_jaw_id = t.id LEFT JOIN dispatch_instruction l ON l.lower_jaw_id = t.id"),
    Entity("projects", "dispatch_project", (_optional("creator", "profiles", "t.creator_id"),)),
    Entity("treatment_plans", "dispatch_plan", (
        Ref("project", "projects", "t.project_id"),
        _optional("order", "orders", "t.instruction_id"),
    )),
    Entity("categories", "dispatch_category", (_optional("parent", "categories", "t.parent_id"),)),
    Entity("templates", "dispatch_template", (_optional("category", "categories", "t.category_id"),)),
    Entity("teams", "auth_group"),
    Entity("roles", "dispatch_role", (_optional("profile", "profiles", "t.user_id"), _optional("team", "teams", "t.group_id"))),
    Entity("files", "dispatch_file"),
    Entity("tasks", "dispatch_task", (
        Ref("order", "orders", "coalesce(t.instruction_id, pl.instruction_id)"),
        _optional("template", "templates", "t.template_id"),
        _optional("assigned_to", "profiles", "t.actor_id"),
        _optional("file", "files", "t.file_id"),
        _optional("treatment_plan", "treatment_plans", "t.plan_id"),
    ), joins="LEFT JOIN dispatch_plan pl ON pl.id = t.plan_id"),
)
