"""Defects of courses and products."""

from legacy.demo.planter import Planter, failed, migrated, resolved

_BAD_JSON = '{"jaws": 2, "trays": tru'
_SURROGATE = '{"memo": "\\ud83d"}'


def course_type_unmapped(plant: Planter) -> None:
    """A course with a type outside of the code list. Products and orders that name it lose their course, and say so."""
    kind = "course_type_unmapped"
    plant.store.run("INSERT INTO dispatch_course (id, name, type, customization) VALUES (6, 'Pilot', 9, '{}')")
    plant.take("dispatch_course", [6])
    plant.expect(kind, "dispatch_course", [6], failed("courses", "course_type", "unmapped_code"), note="type 9")
    for table, amount in (("dispatch_product", 1), ("dispatch_instruction", plant.share(30))):
        ids = plant.pick(kind, table, amount, "deleted" if table == "dispatch_product" else "status = 1")
        plant.change(table, ids, "course_id", 6)
        plant.blame(kind, table, ids, "course", "course 6 does not arrive")


def customization_invalid(plant: Planter) -> None:
    """Customization that is no JSON, or JSON with half a character. The original wrote {} instead.

    The courses are two that were tried once and never ordered.
    """
    plant.store.run(
        "INSERT INTO dispatch_course (id, name, type, customization)"
        " VALUES (9, 'Trial', 3, '{}'), (10, '試作', 3, '{}')"
    )
    for table, entity, where in (
        ("dispatch_course", "courses", "id IN (9, 10)"),
        ("dispatch_product", "products", "true"),
    ):
        plant.spoil(
            "customization_not_json",
            table,
            1,
            "customization",
            _BAD_JSON,
            resolved(entity, "customization", "not_json"),
            where=where,
        )
        plant.spoil(
            "customization_invalid_unicode",
            table,
            1,
            "customization",
            _SURROGATE,
            resolved(entity, "customization", "invalid_unicode"),
            where=where,
        )


def product_name_blank(plant: Planter) -> None:
    """A given up product without a name, which is required."""
    plant.spoil(
        "product_name_blank", "dispatch_product", 1, "name", "", failed("products", "name", "required"), where="deleted"
    )


def products_deleted(plant: Planter) -> None:
    """Products that were given up: left out by the original, so that jaws and template products lost theirs."""
    ids = plant.pick("products_deleted", "dispatch_product", 2, "deleted")
    plant.expect("products_deleted", "dispatch_product", ids, migrated("products"), note="deleted is true")


DEFECTS = (course_type_unmapped, product_name_blank, products_deleted, customization_invalid)
