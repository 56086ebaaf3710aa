import pytest

from catalog.entities.business.courses import CourseMigration
from tests.catalog.transforming import run


@pytest.mark.parametrize(
    ("code", "kind"),
    list(enumerate(["main", "refinement", "any", "replacement", "invoice", "merchandise"], start=1)),
)
def test_every_type_has_its_meaning(code: int, kind: str):
    (course,), _, _ = run(CourseMigration.spec, {"id": 1, "name": "x", "type": code})
    assert course == {"course_number": "CRS-000001", "name": "x", "course_type": kind, "customization": None}


@pytest.mark.parametrize(("code", "problem"), [(9, "unmapped_code"), (None, "required")])
def test_a_type_without_meaning_fails(code: int | None, problem: str):
    _, (rejected,), _ = run(CourseMigration.spec, {"id": 1, "name": "x", "type": code})
    assert (rejected.field, rejected.code) == ("course_type", problem)
