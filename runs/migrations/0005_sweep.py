"""The sweep is due each minute: background runs whose worker died are found by it."""

from django.db import migrations


def plan(apps, schema_editor):
    # Its successes are not kept: they would push out the results of runs.
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        func="runs.tasks.sweep",
        defaults={
            "name": "sweep",
            "schedule_type": "I",
            "minutes": 1,
            "repeats": -1,
            "kwargs": repr({"q_options": {"save": False, "task_name": "sweep"}}),
        },
    )


def unplan(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(func="runs.tasks.sweep").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0004_roles"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]
    operations = [migrations.RunPython(plan, unplan)]
