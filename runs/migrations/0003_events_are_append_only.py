"""Events of runs can be written and read, and neither changed nor deleted: the database sees to it."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION runs_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % can neither be changed nor deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER runs_runevent_append_only BEFORE UPDATE OR DELETE ON runs_runevent
FOR EACH ROW EXECUTE FUNCTION runs_append_only();
"""
BACKWARDS = "DROP TRIGGER runs_runevent_append_only ON runs_runevent; DROP FUNCTION runs_append_only();"


class Migration(migrations.Migration):
    dependencies = [("runs", "0002_operate")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
