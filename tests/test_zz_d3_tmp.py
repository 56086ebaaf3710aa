import pytest
from django.apps import apps
from django.db import connections, transaction
from catalog.registry import specs
def test_ddl(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        c=connections["target"]
        have=set(c.introspection.table_names())
        with transaction.atomic(using="target"):
            with c.schema_editor() as e:
                for m in apps.get_app_config("target").get_models():
                    if m._meta.db_table not in have: e.create_model(m)
            have2=set(c.introspection.table_names())
            assert all(s.target._meta.db_table in have2 for s in specs())
            transaction.set_rollback(True, using="target")
        for s in specs():
            q=s.source.objects.using("legacy").annotate(**s.annotate)
            if s.where is not None: q=q.filter(s.where)
            assert list(q.values_list(*s.paths)[:1])==[]
            if s.where is not None: s.source.objects.using("legacy").exclude(s.where).count()
