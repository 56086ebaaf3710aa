from catalog.entities.technical.order_files import OrderFileMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run

ROW = {"id": 30, "instruction_id": 7, "type": 6}


def test_a_file_of_an_order_keeps_the_code_of_its_type():
    (values,), rejected, _ = run(OrderFileMigration.spec, ROW)
    assert (values, rejected) == ({"type_code": 6}, [])
    (pair,), _, _ = references(OrderFileMigration.spec, {"orders": {7}, "files": {30}}, ROW)
    assert pair == {"order": "orders 7", "file": "files 30"}


def test_an_order_that_was_not_migrated_is_a_failure():
    good, (rejected,), _ = references(OrderFileMigration.spec, {"files": {30}}, ROW)
    assert (good, rejected.field, rejected.code) == ([], "order", "missing_parent")
