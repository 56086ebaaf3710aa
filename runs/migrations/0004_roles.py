"""The roles, with what each may do. Who has them is up to the administrators."""

from typing import Any

from django.db import migrations

from runs import roles


def make(apps: Any, schema_editor: Any) -> None:
    roles.make(schema_editor.connection.alias)


def remove(apps: Any, schema_editor: Any) -> None:
    roles.remove(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0003_events_are_append_only"),
        ("catalog", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make, remove)]
