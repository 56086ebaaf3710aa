from catalog.entities.technical.technician_roles import TechnicianRoleMigration
from tests.catalog.resolving import causes, migrate

SPEC = TechnicianRoleMigration.spec


def test_each_role_goes_to_its_own_user():
    rows = [{"id": 2, "user_id": 70}, {"id": 3, "user_id": 71}]
    outcome = migrate(SPEC, *rows, known={"roles": {2, 3}, "technicians": {70, 71}})
    assert outcome.good == [
        {"technician": "technicians 70", "role": "roles 2"},
        {"technician": "technicians 71", "role": "roles 3"},
    ]


def test_nobody_else_takes_the_role_of_a_user_who_is_no_technician():
    outcome = migrate(SPEC, {"id": 2, "user_id": 99}, {"id": 3, "user_id": 70}, known={"technicians": {70}})
    assert outcome.good == []
    assert causes(outcome) == [("2", "technician", "missing_parent"), ("3", "role", "missing_parent")]
