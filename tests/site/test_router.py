"""Which database an app lives in, and that the legacy one refuses to be written."""

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connections
from psycopg import sql

from legacy.models import Link
from migrator_site.router import Router, alias_of


def test_every_app_has_one_home():
    homes = {config.label: alias_of(config.label) for config in apps.get_app_configs()}
    assert {label for label, alias in homes.items() if alias == "target"} == {"target", "ledger"}
    assert {label for label, alias in homes.items() if alias == "legacy"} == {"legacy"}
    assert homes["catalog"] == homes["runs"] == homes["auth"] == homes["django_q"] == "default"


def test_reads_and_writes_go_home():
    user = get_user_model()
    assert Router().db_for_read(user) == Router().db_for_write(user) == "default"


@pytest.mark.parametrize(
    ("alias", "label", "allowed"),
    [
        ("default", "runs", True),
        ("default", "ledger", False),
        ("target", "ledger", True),
        ("target", "target", True),
        ("target", "runs", False),
        ("legacy", "legacy", False),
        ("default", "legacy", False),
    ],
)
def test_tables_are_made_at_home(alias, label, allowed):
    assert Router().allow_migrate(alias, label) is allowed


def test_one_database_under_two_aliases_gets_the_tables_of_both(monkeypatch):
    monkeypatch.setitem(settings.DATABASES["target"], "NAME", settings.DATABASES["default"]["NAME"])
    assert Router().allow_migrate("default", "ledger")
    assert Router().allow_migrate("target", "runs")
    assert not Router().allow_migrate("target", "legacy")


@pytest.mark.django_db(databases=["default", "target"])
def test_tables_are_where_the_router_says():
    tables = {alias: set(connections[alias].introspection.table_names()) for alias in ("default", "target")}
    for label, alias in (("runs", "default"), ("catalog", "default"), ("target", "target"), ("ledger", "target")):
        own = {model._meta.db_table for model in apps.get_app_config(label).get_models()}
        other = {"default": "target", "target": "default"}[alias]
        assert own <= tables[alias]
        assert not own & tables[other]


@pytest.mark.django_db(databases=["legacy"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "DROP TABLE {}", "TRUNCATE {}", "UPDATE {} SET id = 1"])
def test_legacy_refuses_to_be_written(statement):
    table = next(iter(apps.get_app_config("legacy").get_models()))._meta.db_table
    with pytest.raises(DatabaseError) as refusal, connections["legacy"].cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))
    assert isinstance(refusal.value.__cause__, psycopg.errors.ReadOnlySqlTransaction)


@pytest.mark.django_db(databases=["legacy"])
def test_legacy_transactions_are_snapshots(legacy_db):
    legacy_db.execute("INSERT INTO dispatch_link (id, name) VALUES (1, 'before')")
    with connections["legacy"].cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
    assert Link.objects.count() == 1
    legacy_db.execute("INSERT INTO dispatch_link (id, name) VALUES (2, 'meanwhile')")
    assert Link.objects.count() == 1


def test_the_fixture_empties_the_legacy_tables(legacy_db):
    assert legacy_db.execute("SELECT count(*) FROM dispatch_link").fetchone() == (0,)
