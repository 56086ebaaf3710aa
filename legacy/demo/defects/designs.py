"""Defects of jaws, projects, plans, states, brackets and the calendar."""

from legacy.demo.defects.orders import lost
from legacy.demo.planter import Planter, failed, migrated

_TREATMENT_PLAN = "t.type = 3"
#: An order of sound people with an upper jaw: what is broken here is its only defect.
_UPPER = f"t.upper_jaw_id IS NOT NULL AND t.lower_jaw_id IS NULL AND NOT {lost('t')}"


def jaw_without_order(plant: Planter) -> None:
    """Jaws that no order points at (343 jaws had no order): neither order nor side can be told."""
    orders = plant.pick("jaw_without_order", "dispatch_instruction", plant.share(120), _UPPER)
    jaws = plant.store.column("SELECT upper_jaw_id FROM dispatch_instruction WHERE id = ANY(%s) ORDER BY id", [orders])
    plant.change("dispatch_instruction", orders, "upper_jaw_id", None)
    plant.take("dispatch_jaw", jaws)
    plant.blame("jaw_without_order", "dispatch_jaw", jaws, "order", "no instruction points at it")


def jaw_of_two_orders(plant: Planter) -> None:
    """A jaw that two orders claim: whose it is, nobody can tell, and the other order's own jaw is left alone."""
    kind = "jaw_of_two_orders"
    first, second = plant.pick(kind, "dispatch_instruction", 2, _UPPER)
    claimed, left = (
        plant.store.one("SELECT upper_jaw_id FROM dispatch_instruction WHERE id = %s", [pk]) for pk in (first, second)
    )
    plant.change("dispatch_instruction", [second], "upper_jaw_id", claimed)
    plant.take("dispatch_jaw", [claimed, left])
    plant.expect(
        kind, "dispatch_jaw", [claimed], failed("jaws", "side", "ambiguous_source"), note="two instructions point at it"
    )
    plant.blame(kind, "dispatch_jaw", [left], "order", "its instruction points at another jaw")


def jaw_values(plant: Planter) -> None:
    """A reason outside of 1..3, a mask that is not sixteen digits, a product that is gone."""
    plant.spoil(
        "jaw_reason_unmapped",
        "dispatch_jaw",
        plant.share(6),
        "reason",
        7,
        failed("jaws", "replacement_reason", "unmapped_code"),
    )
    plant.spoil(
        "jaw_mask_short",
        "dispatch_jaw",
        plant.share(6),
        "bond_teeth",
        "1101",
        failed("tooth_markings", "", "out_of_range"),
    )
    plant.lose("jaw_product_gone", "dispatch_jaw", plant.share(40), "product_id", "dispatch_product", "product")


def project_type_unmapped(plant: Planter) -> None:
    """Types without a meaning, which the original skipped; one of them is in use, so that its plans fail with it."""
    outcome = failed("projects", "project_type", "unmapped_code")
    plant.spoil(
        "project_type_unmapped", "dispatch_project", plant.share(20), "type", 7, outcome, where=f"NOT {_TREATMENT_PLAN}"
    )
    plant.spoil("project_type_unmapped", "dispatch_project", plant.share(2), "type", 99, outcome, where=_TREATMENT_PLAN)


def project_values(plant: Planter) -> None:
    """A status without a meaning, which the original called 'draft'; a creator who is gone, whom it replaced by a
    system account."""
    plant.spoil(
        "project_status_unmapped",
        "dispatch_project",
        plant.share(5),
        "status",
        9,
        failed("projects", "status", "unmapped_code"),
        where=f"NOT {_TREATMENT_PLAN}",
    )
    plant.lose("project_creator_gone", "dispatch_project", plant.share(100), "creator_id", "auth_user", "creator")


def plans_share_project(plant: Planter) -> None:
    """Several plans of one project: half of them were lost until a unique constraint was dropped."""
    ids = plant.pick("plans_share_project", "dispatch_plan", plant.share(200), "t.number > 1")
    project = plant.store.one("SELECT project_id FROM dispatch_plan WHERE id = %s", [ids[0]])
    plant.change("dispatch_plan", ids[: len(ids) // 4 + 1], "project_id", project)
    plant.expect(
        "plans_share_project",
        "dispatch_plan",
        ids,
        migrated("treatment_plans"),
        note="not the only plan of its project",
    )


def plan_parents_gone(plant: Planter) -> None:
    """Plans of an order that is gone keep their project; without a project there is no plan."""
    plant.lose("plan_order_gone", "dispatch_plan", plant.share(80), "instruction_id", "dispatch_instruction", "order")
    plant.lose("plan_project_missing", "dispatch_plan", plant.share(6), "project_id", "dispatch_project", "project")
    ids = plant.pick("plan_project_missing", "dispatch_plan", plant.share(3))
    plant.change("dispatch_plan", ids, "project_id", None)
    plant.blame("plan_project_missing", "dispatch_plan", ids, "project", "dispatch_plan.project_id is NULL")


def state_order_missing(plant: Planter) -> None:
    """199 states without a case: the order is not named, or is gone."""
    kind, total = "state_order_missing", plant.share(199, least=2)
    ids = plant.pick(kind, "dispatch_state", total * 41 // 222 + 1)
    plant.change("dispatch_state", ids, "instruction_id", None)
    for field in ("order", "case"):
        plant.blame(kind, "dispatch_state", ids, field, "dispatch_state.instruction_id is NULL")
    plant.lose(kind, "dispatch_state", total - len(ids), "instruction_id", "dispatch_instruction", "order", "case")


def state_values(plant: Planter) -> None:
    """Actors who are gone (195), and a state without its code."""
    plant.lose("state_actor_gone", "dispatch_state", plant.share(195), "actor_id", "auth_user", "changed_by")
    plant.spoil(
        "state_code_null",
        "dispatch_state",
        plant.share(2),
        "status",
        None,
        failed("case_states", "state_code", "required"),
        failed("order_states", "state_code", "required"),
    )


def brackets(plant: Planter) -> None:
    """Brackets that look like somebody's trials (293), one without a name, some of a project that is gone."""
    ids = plant.pick("bracket_for_trial", "dispatch_bracket", plant.share(100), "t.name LIKE 'test%%'")
    plant.expect("bracket_for_trial", "dispatch_bracket", ids, migrated("brackets"), note="data like any other")
    plant.spoil("bracket_for_trial", "dispatch_bracket", plant.share(5), "name", "", migrated("brackets"))
    plant.lose("bracket_project_gone", "dispatch_bracket", plant.share(12), "project_id", "dispatch_project", "project")


def calendar(plant: Planter) -> None:
    """Appointments of a patient who is gone, entries whose creator is gone."""
    plant.lose(
        "event_patient_gone",
        "dispatch_event",
        plant.share(4),
        "patient_id",
        "dispatch_patient",
        "patient",
        where="start IS NOT NULL",
    )
    plant.lose("event_creator_gone", "dispatch_event", plant.share(10), "creator_id", "auth_user", "creator")


ORDERS_LOSE_JAWS = (jaw_without_order, jaw_of_two_orders)
DEFECTS = (
    jaw_values,
    project_type_unmapped,
    project_values,
    plans_share_project,
    plan_parents_gone,
    state_order_missing,
    state_values,
    brackets,
    calendar,
)
