from catalog.entities.technical.templates import TemplateMigration
from tests.catalog.resolving import causes, migrate

TEMPLATE = {
    "id": 3,
    "category_id": 1,
    "task_name": "Check scans",
    "action_name": "check",
    "text_name": "",
    "function": "step_1",
    "status": 0,
    "duration": 45,
    "extensions": ".stl,.ply",
    "predefined": True,
    "read_only": False,
    "alerts": None,
    "separate": True,
}


def test_a_template_active_or_not():
    outcome = migrate(TemplateMigration.spec, TEMPLATE, known={"categories": {1}})
    assert outcome.good == [
        {
            "category": "categories 1",
            "task_name": "Check scans",
            "action_name": "check",
            "text_name": None,
            "function_name": "step_1",
            "status_code": 0,
            "duration_minutes": 45,
            "extensions": ".stl,.ply",
            "is_predefined": True,
            "is_read_only": False,
            "has_alerts": None,
            "is_separate": True,
        }
    ]


def test_no_name_is_made_up():
    (template,) = migrate(TemplateMigration.spec, {"id": 4}, known={}).good
    assert set(template.values()) == {None}


def test_a_category_that_is_gone_is_noted():
    outcome = migrate(TemplateMigration.spec, TEMPLATE, known={})
    assert outcome.good[0]["category"] is None
    assert [(r.field, r.rule) for r in outcome.resolved] == [("category", "set_null: missing_parent")]


def test_a_name_that_does_not_fit_is_refused():
    outcome = migrate(TemplateMigration.spec, TEMPLATE | {"action_name": "x" * 256}, known={"categories": {1}})
    assert causes(outcome) == [("3", "action_name", "too_long")]
