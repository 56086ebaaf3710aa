"""Staff, and a ledger after one real run and one dry run."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from catalog.target.models import Doctor, DoctorOffice, Office, Profile
from runs.ledger.models import FailedRecord, Mapping, Outcome, Page, PendingReference, Resolution
from runs.models import EntityRun, Run
from runs.states import State

LEGACY_VALUES = ("Ms Marchetti", "marchetti at clinic", "pbkdf2-of-marchetti")


def staff(name: str, *permissions: str) -> User:
    """A member of staff with these permissions, such as "ledger.view_failedrecord"."""
    user = User.objects.create_user(name, is_staff=True)
    for permission in permissions:
        app_label, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def texts(response: Any) -> str:
    """The page's words with every run of white space as one blank."""
    return " ".join(response.content.decode().split())


@pytest.fixture
def boss() -> Client:
    return client_of(User.objects.create_superuser("boss"))


@pytest.fixture
def reviewer() -> Client:
    """May see the ledger and the runs, and no legacy value."""
    models = ("failedrecord", "resolution", "mapping", "page", "pendingreference")
    return client_of(staff("reviewer", "runs.view_run", *(f"ledger.view_{model}" for model in models)))


@pytest.fixture
def seer() -> Client:
    """The same with the permission to see legacy values, and nothing else of the old system."""
    models = ("failedrecord", "resolution")
    return client_of(staff("seer", "runs.view_legacy_values", *(f"ledger.view_{model}" for model in models)))


@dataclass
class World:
    run: Run
    dry_run: Run
    page: Page
    orders: EntityRun
    failed: FailedRecord
    duplicate: FailedRecord
    resolution: Resolution
    mapping: Mapping
    office: Office
    doctor_office: DoctorOffice
    pending: PendingReference = field(init=False)


def entity_run(run: Run, entity: str, position: int, **counters: Any) -> EntityRun:
    return EntityRun.objects.create(
        run=run, entity=entity, position=position, **{"state": State.SUCCEEDED, "seconds": 75, **counters}
    )


def failed_record(page: Page, legacy_id: str, **changes: Any) -> FailedRecord:
    given: dict[str, Any] = {
        "entity": "orders",
        "stage": "transform",
        "code": "unmapped_code",
        "field": "status",
        "message": "The code has no agreed meaning.",
        "source": {"id": 7, "status": 4711, "notes": LEGACY_VALUES[0], "patient__user__password": LEGACY_VALUES[2]},
        "fingerprint": "aaaaaaaaaaaaaaaa",
        "run": page.run,
        "entity_run": page.entity_run,
        "page": page,
    }
    return FailedRecord.objects.create(legacy_id=legacy_id, **{**given, **changes})


@pytest.fixture
def world(db: None) -> World:
    run = Run.objects.create(
        requested_by="ada",
        state=State.COMPLETED_WITH_FAILURES,
        options={"batch_size": 2000, "limit": None},
        environment={"databases": {"target": "platform at db2"}, "code": "v1-abc123"},
    )
    dry_run = Run.objects.create(requested_by="bob", state=State.SUCCEEDED, dry_run=True)
    entity_run(run, "offices", 1, total=12, in_scope=10, created=6, matched=4)
    orders = entity_run(
        run, "orders", 2, state=State.COMPLETED_WITH_FAILURES, total=1500, in_scope=1200, created=1198, failed=2
    )
    orders.summary = {
        "failures": [{"stage": "transform", "code": "unmapped_code", "field": "status", "constraint": "", "rows": 2}],
        "resolutions": [{"field": "doctor", "rule": "set_null: missing_parent", "rows": 3}],
    }
    orders.save()
    page = Page.objects.create(
        entity_run=orders.pk, run=run.pk, entity="orders", number=1, first_key="1", last_key="99", read=99, created=97
    )
    office = Office.objects.create(name="Practice")
    made = World(
        run=run,
        dry_run=dry_run,
        page=page,
        orders=orders,
        failed=failed_record(page, "7"),
        duplicate=failed_record(
            page, "8", stage="load", code="23505", field="", constraint="orders_key", fingerprint="bbbbbbbbbbbbbbbb"
        ),
        resolution=_resolution(page),
        mapping=Mapping.objects.create(
            entity="offices", legacy_id="31", target_id=office.pk, outcome=Outcome.MATCHED, page=page, source_hash="ff"
        ),
        office=office,
        doctor_office=_doctor_office(office),
    )
    made.pending = PendingReference.objects.create(
        entity="orders", legacy_id="5", field="parent", parent_entity="orders", parent_legacy_id="6", page=page
    )
    return made


def _resolution(page: Page) -> Resolution:
    return Resolution.objects.create(
        entity="profiles",
        legacy_id="3",
        field="email",
        rule="set_null: not_email",
        old=LEGACY_VALUES[1],
        run=page.run,
        page=page,
    )


def _doctor_office(office: Office) -> DoctorOffice:
    profile = Profile.objects.create(
        profile_type="doctor",
        username="dr",
        password_hash="never-shown",
        is_active=True,
        is_staff=False,
        is_superuser=False,
        joined_at="2020-01-01T00:00Z",
    )
    doctor = Doctor.objects.create(profile=profile, doctor_number="D1", is_active=True, joined_at="2020-01-01T00:00Z")
    return DoctorOffice.objects.create(doctor=doctor, office=office)


def mappings(page: Page, rows: int) -> list[UUID]:
    """Some mappings of offices, legacy ids from 1001."""
    made = Mapping.objects.bulk_create(
        Mapping(
            entity="offices",
            legacy_id=str(1001 + n),
            target_id=uuid4(),
            outcome=Outcome.CREATED,
            page=page,
            source_hash="0",
        )
        for n in range(rows)
    )
    return [mapping.target_id for mapping in made]
