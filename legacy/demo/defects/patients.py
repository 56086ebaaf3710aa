"""Defects of patients."""

from legacy.demo.planter import Planter, migrated, resolved


def status_unmapped(plant: Planter) -> None:
    """A status outside of 1..11. Of the original scripts one called it 'consultation', another 'active'."""
    for value in (0, 42):
        plant.spoil(
            "patient_status_unmapped",
            "dispatch_patient",
            plant.share(2),
            "status",
            value,
            resolved("patients", "status", "unmapped_code"),
            resolved("cases", "status", "unmapped_code"),
        )


def sex_unmapped(plant: Planter) -> None:
    """A sex outside of 0, 1, 2, which the original turned into 'unknown'."""
    plant.spoil(
        "patient_sex_unmapped",
        "dispatch_patient",
        plant.share(2),
        "sex",
        9,
        resolved("patients", "sex", "unmapped_code"),
    )


def suffix_long(plant: Planter) -> None:
    """A suffix longer than the ten characters that the original's table had for it."""
    plant.spoil(
        "patient_suffix_long",
        "dispatch_patient",
        plant.share(2),
        "suffix",
        "00BB-MOVED-2021",
        migrated("patients"),
    )


def birthdate_impossible(plant: Planter) -> None:
    """Dates of birth that nobody has: the first year, and years to come."""
    for value in ("0001-01-01", "2999-12-31", "1899-12-30"):
        plant.spoil(
            "patient_birthdate_impossible",
            "dispatch_patient",
            plant.share(3),
            "birthdate",
            value,
            resolved("patients", "birthdate", "out_of_range"),
        )


def schemes_invalid(plant: Planter) -> None:
    """Schemes that are no JSON, or hold escapes that stand for no character: the original kept {} or failed."""
    for value in ("upper: aligner", '{"upper": "aligner",}', "{'upper': 1}"):
        plant.spoil(
            "patient_schemes_not_json",
            "dispatch_patient",
            plant.share(4),
            "schemes",
            value,
            resolved("patients", "schemes", "not_json"),
        )
    for value in ('{"memo": "\\u0000"}', '{"memo": "\\ud83d"}', '{"memo": "\\udc00\\u0041"}'):
        plant.spoil(
            "patient_schemes_invalid_unicode",
            "dispatch_patient",
            plant.share(2),
            "schemes",
            value,
            resolved("patients", "schemes", "invalid_unicode"),
        )


def office_gone(plant: Planter) -> None:
    """Patients of an office that is gone; the original left 3,197 patients without one for another reason."""
    plant.lose("patient_office_gone", "dispatch_patient", plant.share(5), "office_id", "dispatch_office", "office")


def archived_or_suspended(plant: Planter) -> None:
    """Archived patients without a suffix (1,305), suspended ones, flags that are NULL: patients like any other."""
    outcomes = migrated("patients"), migrated("cases")
    for amount, column, value in ((100, "suffix", ""), (20, "suspended", True), (20, "archived", None)):
        plant.spoil(
            "patient_soft_deleted", "dispatch_patient", plant.share(amount), column, value, *outcomes, where="archived"
        )


def names_in_japanese(plant: Planter) -> None:
    """Names in Japanese, which must not lose a character."""
    plant.spoil(
        "japanese_text",
        "auth_user",
        plant.share(100),
        "last_name",
        "長谷川",
        migrated("profiles"),
        where="EXISTS (SELECT FROM dispatch_patient p WHERE p.user_id = t.id)",
    )


DEFECTS = (
    status_unmapped,
    sex_unmapped,
    suffix_long,
    birthdate_impossible,
    schemes_invalid,
    office_gone,
    archived_or_suspended,
    names_in_japanese,
)
