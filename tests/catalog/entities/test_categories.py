from catalog.entities.technical.categories import CategoryMigration
from tests.catalog.resolving import causes, migrate


def test_a_root_needs_no_parent():
    outcome = migrate(CategoryMigration.spec, {"id": 1, "name": " Intake "}, known={})
    assert outcome.good == [{"name": "Intake", "parent": None}]
    assert outcome.pending == []


def test_a_child_waits_for_its_parent():
    outcome = migrate(CategoryMigration.spec, {"id": 2, "name": "Intake 1", "parent_id": 30}, known={})
    assert outcome.good == [{"name": "Intake 1", "parent": None}]
    assert [(p.legacy_id, p.field, p.parent_entity, p.parent_legacy_id) for p in outcome.pending] == [
        ("2", "parent", "categories", "30")
    ]


def test_a_category_without_a_name_is_refused():
    assert causes(migrate(CategoryMigration.spec, {"id": 1, "name": " "}, known={})) == [("1", "name", "required")]
