import pytest

from catalog.registry import specs
from catalog.scope import has_key
from legacy.models import File
from legacy.reader import Selection


def test_a_key_of_a_parent_that_is_gone_stays_in_scope_when_the_parent_is_read():
    sql = str(File.objects.filter(has_key("instruction_id")).values_list("id", "instruction__patient_id").query)
    assert "LEFT OUTER JOIN" in sql and "INNER JOIN" not in sql
    assert '"dispatch_file"."instruction_id" IS NOT NULL' in sql


@pytest.mark.parametrize("spec", specs(), ids=str)
def test_no_entity_hides_rows_behind_a_join(spec):
    rows = Selection(spec.source, spec.paths, spec.where, spec.annotate).in_scope().annotate(**spec.annotate)
    assert "INNER JOIN" not in str(rows.values_list(*spec.paths).query)
