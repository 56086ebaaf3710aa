"""Defects of orders: first those whose people are missing, then those of their own values."""

from collections.abc import Sequence

from legacy.demo.people import DOCTOR_71
from legacy.demo.planter import Planter, failed, migrated, resolved

#: Undeleted orders of which the original scripts found no patient or no doctor, of 23,272.
LOST_ORDERS = 222
#: Those among them that were still missing at the end: their patient is not there.
WITHOUT_PATIENT = 16
_UNDELETED = "NOT t.deleted"


def lost(order: str) -> str:
    """SQL: whether the original scripts miss one of the order's people, or take the doctor for something else."""
    return f"""({order}.patient_id IS NULL OR NOT EXISTS (
        SELECT FROM dispatch_patient p
        JOIN auth_user u ON u.id = p.user_id JOIN auth_user d ON d.id = p.doctor_id
        WHERE p.id = {order}.patient_id AND d.id <> {DOCTOR_71}))"""


#: Patients with undeleted orders, and how many. Lost orders never got far, so those with the fewest tasks come first.
_CANDIDATES = """
    SELECT i.patient_id, count(*) FILTER (WHERE NOT i.deleted) FROM dispatch_instruction i
    LEFT JOIN (SELECT instruction_id, count(*) AS tasks FROM dispatch_task GROUP BY instruction_id) k
        ON k.instruction_id = i.id
    GROUP BY i.patient_id HAVING count(*) FILTER (WHERE NOT i.deleted) > 0
    ORDER BY coalesce(sum(k.tasks), 0), md5(i.patient_id::text || %s), i.patient_id LIMIT 1000"""

Candidates = list[tuple[int, int]]


def people_missing(plant: Planter) -> None:
    """222 orders without patient or doctor, as the original found them: no patient key, a patient or a user that is
    gone, a doctor that is gone or was never filled in, and the patients of doctor 71."""
    candidates: Candidates = plant.store.run(_CANDIDATES, [str(plant.world.seed)]).fetchall()
    left = plant.share(LOST_ORDERS, least=8)
    direct = max(2, left * WITHOUT_PATIENT // LOST_ORDERS)
    left -= direct
    left -= _patients_lose(plant, candidates, "patient_user_missing", min(left, 2), "user_id", at_most=1)
    left -= _patients_lose(plant, candidates, "patient_doctor_missing", max(2, left // 3), "doctor_id")
    left -= _doctor_never_filled_in(plant, candidates, max(1, left // 8))
    left -= _patients_of_71(plant, candidates, left)
    _orders_lose_patient(plant, direct + left)


def _take_patients(plant: Planter, candidates: Candidates, orders: int, at_most: int = 10_000) -> tuple[list[int], int]:
    """Patients who have together not more than so many undeleted orders; and how many they have."""
    chosen: list[int] = []
    left = orders
    for pk, amount in [*candidates]:
        if amount <= left and len(chosen) < at_most:
            candidates.remove((pk, amount))
            chosen.append(pk)
            left -= amount
    plant.take("dispatch_patient", chosen)
    _take_orders(plant, chosen)
    return chosen, orders - left


def _take_orders(plant: Planter, patients: Sequence[int]) -> None:
    """Their orders have one defect now, and shall not get a second."""
    plant.take(
        "dispatch_instruction",
        plant.store.column("SELECT id FROM dispatch_instruction WHERE patient_id = ANY(%s)", [list(patients)]),
    )


def _patients_lose(
    plant: Planter, candidates: Candidates, kind: str, orders: int, column: str, at_most: int = 10_000
) -> int:
    ids, amount = _take_patients(plant, candidates, orders, at_most)
    plant.dangle("dispatch_patient", ids, column, "auth_user")
    field = {"user_id": "profile", "doctor_id": "primary_doctor"}[column]
    plant.blame(kind, "dispatch_patient", ids, field, f"dispatch_patient.{column} dangles")
    return amount


def _doctor_never_filled_in(plant: Planter, candidates: Candidates, orders: int) -> int:
    ids, amount = _take_patients(plant, candidates, orders)
    plant.change("dispatch_patient", ids, "doctor_id", None)
    plant.expect("patient_doctor_null", "dispatch_patient", ids, migrated("patients"), note="doctor_id is NULL")
    return amount


def _patients_of_71(plant: Planter, candidates: Candidates, orders: int) -> int:
    """They move to an office of that doctor, too."""
    ids, amount = _take_patients(plant, candidates, orders)
    office = plant.store.one("SELECT min(office_id) FROM dispatch_office_doctors WHERE user_id = %s", [DOCTOR_71])
    plant.change("dispatch_patient", ids, "doctor_id", DOCTOR_71)
    plant.change("dispatch_patient", ids, "office_id", office)
    plant.expect("doctor_typed_as_master", "dispatch_patient", ids, migrated("patients"), note="a patient of user 71")
    orders_of_71 = plant.store.column("SELECT id FROM dispatch_instruction WHERE patient_id = ANY(%s)", [ids])
    plant.expect(
        "doctor_typed_as_master", "dispatch_instruction", orders_of_71, migrated("orders"), note="an order of user 71"
    )
    return amount


def _orders_lose_patient(plant: Planter, amount: int) -> None:
    """Some have no patient key, the others one that leads nowhere. They never went into production."""
    ids = plant.pick(
        "order_patient_missing",
        "dispatch_instruction",
        amount,
        _UNDELETED,
        first="(SELECT count(*) FROM dispatch_task k WHERE k.instruction_id = t.id)",
    )
    empty, dangling = ids[: amount // 2], ids[amount // 2 :]
    plant.change("dispatch_instruction", empty, "patient_id", None)
    plant.dangle("dispatch_instruction", dangling, "patient_id", "dispatch_patient")
    plant.blame("order_patient_missing", "dispatch_instruction", ids, "patient", "patient_id is NULL or dangles")


def status_unmapped(plant: Planter) -> None:
    """Status 3 and 9, which no two of the original scripts read alike."""
    for value in (3, 9):
        plant.spoil(
            "order_status_unmapped",
            "dispatch_instruction",
            plant.share(4),
            "status",
            value,
            failed("orders", "status", "unmapped_code"),
            where=_UNDELETED,
        )


def status_null(plant: Planter) -> None:
    """An order without a status, which is required."""
    plant.spoil(
        "order_status_null",
        "dispatch_instruction",
        plant.share(2),
        "status",
        None,
        failed("orders", "status", "required"),
        where=_UNDELETED,
    )


def suffix_too_long(plant: Planter) -> None:
    """A suffix longer than ten characters."""
    plant.spoil(
        "order_suffix_too_long",
        "dispatch_instruction",
        plant.share(2),
        "suffix",
        "REFINEMENT-UPPER",
        failed("orders", "suffix", "too_long"),
        where=_UNDELETED,
    )


def exports_invalid(plant: Planter) -> None:
    """Exports that are no JSON, or hold escapes that stand for no character: in the original the row failed."""
    for value in ("{stl: true}", "[1, 2"):
        plant.spoil(
            "order_exports_not_json",
            "dispatch_instruction",
            plant.share(10),
            "exports",
            value,
            resolved("orders", "exports", "not_json"),
        )
    for value in ('{"label": "\\u0000"}', '{"label": "\\ud800"}'):
        plant.spoil(
            "order_exports_invalid_unicode",
            "dispatch_instruction",
            plant.share(4),
            "exports",
            value,
            resolved("orders", "exports", "invalid_unicode"),
        )


def course_gone(plant: Planter) -> None:
    """An order of a course that is gone."""
    ids = plant.pick("order_course_gone", "dispatch_instruction", plant.share(3))
    plant.change("dispatch_instruction", ids, "course_id", 99)
    plant.blame("order_course_gone", "dispatch_instruction", ids, "course", "course_id dangles")


def deleted(plant: Planter) -> None:
    """Deleted orders, and orders where nobody said: they arrive, marked as they were."""
    ids = plant.pick("order_soft_deleted", "dispatch_instruction", plant.share(100), "t.deleted")
    plant.expect("order_soft_deleted", "dispatch_instruction", ids, migrated("orders"), note="deleted is true")
    ids = plant.pick("order_soft_deleted", "dispatch_instruction", plant.share(12), "t.deleted")
    plant.change("dispatch_instruction", ids, "deleted", None)
    plant.expect("order_soft_deleted", "dispatch_instruction", ids, migrated("orders"), note="deleted is NULL")


def in_japanese(plant: Planter) -> None:
    """Complaints in Japanese."""
    plant.spoil(
        "japanese_text",
        "dispatch_instruction",
        plant.share(100),
        "complaint",
        "下顎前歯の叢生が気になる",
        migrated("orders"),
    )


MISSING_PEOPLE = (people_missing,)
DEFECTS = (status_unmapped, status_null, suffix_too_long, exports_invalid, course_gone, deleted, in_japanese)
