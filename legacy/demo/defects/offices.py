"""Defects of offices, and of who works where."""

from legacy.demo.defects.people import IDLE_DOCTOR
from legacy.demo.planter import Planter, failed, migrated, resolved

_IDLE_OFFICE = """NOT EXISTS (SELECT FROM dispatch_office_doctors o WHERE o.office_id = t.id)
    AND NOT EXISTS (SELECT FROM dispatch_patient p WHERE p.office_id = t.id)"""
_LINKS = "dispatch_office_doctors"


def office_name_blank(plant: Planter) -> None:
    """Offices without a name, for which the original made one up. Nothing is there, so nothing is written."""
    plant.spoil(
        "office_name_blank",
        "dispatch_office",
        plant.share(4),
        "name",
        "  ",
        migrated("offices"),
        where=_IDLE_OFFICE,
    )


def office_name_null_text(plant: Planter) -> None:
    """Offices whose name is the text 'null': left out, and the omission is recorded. One of them is in use."""
    kind, outcome = "office_name_null_text", resolved("offices", "name", "placeholder_text")
    plant.spoil(kind, "dispatch_office", plant.share(2), "name", "null", outcome, where=_IDLE_OFFICE)
    few = "(SELECT count(*) FROM dispatch_patient p WHERE p.office_id = t.id)"
    ids = plant.pick(kind, "dispatch_office", 1, f"{few} > 0", first=few)
    plant.change("dispatch_office", ids, "name", "null")
    plant.expect(kind, "dispatch_office", ids, outcome, note="dispatch_office.name of an office in use")


def office_tax_out_of_range(plant: Planter) -> None:
    """Tax rates that are no percentage. The original divided and capped at 0.9999; such a rate is left out."""
    for value in ("1025.0000", "-7.2500"):
        plant.spoil(
            "office_tax_out_of_range",
            "dispatch_office",
            plant.share(2),
            "tax_rate",
            value,
            resolved("offices", "tax_percent", "out_of_range"),
        )


def office_foreign(plant: Planter) -> None:
    """Offices abroad, whose postcode and phone the original stripped to digits, country set to 'US'."""
    ids = plant.pick("office_foreign", "dispatch_office", plant.share(338), "country <> 'USA' AND valid")
    plant.expect(
        "office_foreign", "dispatch_office", ids, migrated("offices"), note="zip, phone and country stay as written"
    )


def office_not_valid(plant: Planter) -> None:
    """Offices marked as not valid: dropped by the original (39 %), though patients and payments named them."""
    ids = plant.pick("office_not_valid", "dispatch_office", plant.share(20), "NOT valid")
    plant.expect("office_not_valid", "dispatch_office", ids, migrated("offices"), note="valid is false")
    ids = plant.pick("office_not_valid", "dispatch_office", plant.share(3))
    plant.change("dispatch_office", ids, "valid", None)
    plant.expect("office_not_valid", "dispatch_office", ids, migrated("offices"), note="valid is NULL")


def doctor_office_missing(plant: Planter) -> None:
    """Who works where, with a doctor or an office that is gone. Nobody loses a sound office by it."""
    office = plant.store.one("SELECT min(id) FROM dispatch_office")
    for column, parent, field in (("user_id", "auth_user", "doctor"), ("office_id", "dispatch_office", "office")):
        users = plant.pick("doctor_office_missing", "auth_user", plant.share(1), IDLE_DOCTOR)
        ids = _link(plant, [(office, user) for user in users])
        plant.dangle(_LINKS, ids, column, parent)
        plant.blame("doctor_office_missing", _LINKS, ids, field, f"{_LINKS}.{column} dangles")


def doctor_office_twice(plant: Planter) -> None:
    """The same doctor in the same office twice: the second pair meets the unique constraint."""
    kind = "doctor_office_twice"
    sound = plant.pick(kind, _LINKS, plant.share(3))
    pairs = plant.store.run(
        f"SELECT office_id, user_id FROM {_LINKS} WHERE id = ANY(%s) ORDER BY id", [sound]
    ).fetchall()
    ids = _link(plant, pairs)
    plant.expect(kind, _LINKS, ids, failed("doctor_offices", "", "23505", "load"), note="doctor_offices_pair")


def _link(plant: Planter, pairs: list[tuple[int, int]]) -> list[int]:
    """Add pairs of office and user; returns the new rows' ids."""
    top = plant.store.one(f"SELECT max(id) FROM {_LINKS}")
    ids = [top + n for n in range(1, len(pairs) + 1)]
    offices, users = zip(*pairs, strict=True)
    plant.store.run(
        f"INSERT INTO {_LINKS} (id, office_id, user_id) SELECT * FROM unnest(%s::int[], %s::int[], %s::int[])",
        [ids, list(offices), list(users)],
    )
    plant.take(_LINKS, ids)
    return ids


DEFECTS = (
    office_name_blank,
    office_name_null_text,
    office_tax_out_of_range,
    office_foreign,
    office_not_valid,
    doctor_office_missing,
    doctor_office_twice,
)
