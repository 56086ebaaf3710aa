from catalog.entities.technical.case_files import CaseFileMigration
from tests.catalog.resolving import references

MIGRATED = {"cases": {17}, "files": {30, 31, 32}}


def test_a_file_is_in_the_case_of_the_patient_of_its_order():
    (pair,), rejected, _ = references(CaseFileMigration.spec, MIGRATED, {"id": 30, "instruction__patient_id": 17})
    assert pair == {"case": "cases 17", "file": "files 30"}
    assert rejected == []


def test_a_file_of_an_order_without_a_case_is_a_failure():
    good, rejected, _ = references(
        CaseFileMigration.spec, MIGRATED, {"id": 31}, {"id": 32, "instruction__patient_id": 18}
    )
    assert good == []
    assert [(r.legacy_id, r.field, r.stage, r.code) for r in rejected] == [
        ("31", "case", "transform", "required"),
        ("32", "case", "resolve", "missing_parent"),
    ]


def test_a_file_whose_order_is_gone_is_in_scope():
    spec = CaseFileMigration.spec
    sql = str(spec.source.objects.filter(spec.where).values_list(*spec.paths).query)
    assert "INNER JOIN" not in sql
