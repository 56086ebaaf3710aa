"""Only one run of an entity is active, and a dead one stands in nobody's way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction

from runs import services
from runs.errors import Busy, UsageError
from runs.models import EntityRun, Run
from runs.states import State
from tests.databases import plain_connection


@pytest.fixture
def elsewhere(committed: None) -> Iterator[psycopg.Connection[Any]]:
    """Another session on the target database: another process, as far as locks are concerned."""
    with plain_connection(connections["target"].settings_dict["NAME"]) as db:
        yield db


def begin(*names: str) -> Run:
    return services.start(services.chosen(names), services.Options())


def test_while_a_run_lives_its_entities_are_taken(elsewhere: psycopg.Connection[Any]):
    run = begin("offices", "courses")
    elsewhere.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"run:{run.key}"])
    with pytest.raises(Busy, match=f"offices is being migrated by run {run.pk}"):
        begin("offices")
    with pytest.raises(Busy):
        services.execute(run)
    with pytest.raises(Busy):
        services.resume(run.pk)
    assert begin("links").pk != run.pk


def test_a_dead_run_is_taken_over_without_a_reset(elsewhere: psycopg.Connection[Any]):
    dead = begin("offices")
    dead.move(State.RUNNING)
    dead.entity_runs.get().move(State.RUNNING)
    new = begin("offices")
    dead.refresh_from_db()
    assert (dead.state, dead.entity_runs.get().state) == (State.INTERRUPTED, State.INTERRUPTED)
    assert services.execute(new).state == State.SUCCEEDED
    assert services.execute(services.resume(dead.pk)).state == State.SUCCEEDED


def test_the_database_itself_allows_one_active_run_of_an_entity(committed: None):
    one, two = (Run.objects.create(requested_by="test") for _ in range(2))
    EntityRun.objects.create(run=one, entity="offices", position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntityRun.objects.create(run=two, entity="offices", position=1)


def test_a_finished_run_has_nothing_to_resume(committed: None):
    run: Callable[[], Run] = lambda: services.execute(begin("links"))  # noqa: E731
    with pytest.raises(UsageError, match="nothing left"):
        services.resume(run().pk)
    with pytest.raises(UsageError, match="no run"):
        services.resume(987654)
