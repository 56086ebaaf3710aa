from catalog.entities.technical.permissions import PermissionMigration
from tests.catalog.resolving import causes, migrate

PERMISSION = {"id": 3, "codename": "change_patient", "name": "Can change patient", "content_type_id": 11}


def test_a_permission():
    outcome = migrate(PermissionMigration.spec, PERMISSION, known={"content_types": {11}})
    assert outcome.good == [
        {"codename": "change_patient", "name": "Can change patient", "content_type": "content_types 11"}
    ]


def test_a_content_type_that_is_gone_is_noted():
    outcome = migrate(PermissionMigration.spec, PERMISSION, known={})
    assert outcome.good[0]["content_type"] is None
    assert [(r.field, r.rule) for r in outcome.resolved] == [("content_type", "set_null: missing_parent")]


def test_a_permission_without_a_code_name_is_refused():
    outcome = migrate(PermissionMigration.spec, PERMISSION | {"codename": ""}, known={})
    assert causes(outcome) == [("3", "codename", "required")]
