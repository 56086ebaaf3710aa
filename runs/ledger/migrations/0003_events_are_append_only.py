"""Events of failed records can be written and read, and neither changed nor deleted: the database sees to it."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION migration_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % can neither be changed nor deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER migration_record_events_append_only BEFORE UPDATE OR DELETE ON migration_record_events
FOR EACH ROW EXECUTE FUNCTION migration_append_only();
"""
BACKWARDS = """
DROP TRIGGER migration_record_events_append_only ON migration_record_events;
DROP FUNCTION migration_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_operate")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
