"""Every page of the admin opens for those who may see it, and for nobody else."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django_q.models import Schedule, Task

from catalog.target.models import Office
from runs.ledger.models import FailedRecord, Mapping, Page, PendingReference, Resolution
from runs.models import Finding, Run
from tests.admin.conftest import client_of, staff, texts

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

READ_ONLY = [Run, Finding, Mapping, Page, FailedRecord, Resolution, PendingReference, Office]


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_the_list_of_every_table_outside_of_legacy_opens(boss, world, monkeypatch):
    # The sidebar, which links to all tables, takes most of the time of a page.
    monkeypatch.setattr("migrator_site.navigation.GROUPS", {"Migrate": []})
    monkeypatch.setattr("migrator_site.navigation.TABLES", {})
    models = [model for model in admin.site._registry if model._meta.app_label != "legacy"]
    assert len(models) > 80
    refused = [model for model in models if boss.get(url(model, "changelist")).status_code != 200]
    assert refused == []


@pytest.mark.parametrize(
    "name", ["run", "dry_run", "page", "failed", "duplicate", "resolution", "mapping", "pending", "office"]
)
def test_the_detail_page_opens(boss, world, name):
    row = getattr(world, name)
    assert boss.get(url(type(row), "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_nobody_may_write(boss, model):
    model_admin = admin.site.get_model_admin(model)
    request = boss.get("/admin/").wsgi_request
    assert not model_admin.has_add_permission(request)
    assert not model_admin.has_change_permission(request)
    assert not model_admin.has_delete_permission(request)
    assert boss.get(url(model, "add")).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY)
def test_staff_without_the_permission_is_refused(model):
    client = client_of(staff("newcomer"))
    assert client.get(url(model, "changelist")).status_code == 403


def test_the_detail_and_the_export_are_refused_too(world):
    client = client_of(staff("newcomer"))
    assert client.get(url(FailedRecord, "change", world.failed.pk)).status_code == 403
    assert client.get(url(FailedRecord, "export")).status_code == 403
    assert client.post(url(FailedRecord, "export"), {"format": "0", "resource": "0"}).status_code == 403


def test_a_target_row_leads_to_the_rows_that_it_refers_to_and_shows_no_credential(boss, world):
    page = texts(boss.get(url(type(world.doctor_office), "change", world.doctor_office.pk)))
    assert url(Office, "change", world.office.pk) in page
    profile = world.doctor_office.doctor.profile
    assert "never-shown" not in texts(boss.get(url(type(profile), "change", profile.pk)))


@pytest.mark.parametrize("term, found", [("dr", True), ("D1", False)])
def test_target_rows_are_found_by_their_unique_columns(boss, world, term, found):
    profile = world.doctor_office.doctor.profile
    response = boss.get(url(type(profile), "changelist"), {"q": term})
    assert (str(profile.pk) in texts(response)) is found


def test_background_tasks_and_access_have_the_theme(boss):
    Schedule.objects.create(func="f", name="nightly")
    Task.objects.create(id="a", name="t", func="f", started="2020-01-01T00:00Z", stopped="2020-01-01T00:01Z", success=0)
    Group.objects.create(name="Reviewers")
    for page in ("django_q/schedule", "django_q/failure", "auth/group", "auth/user", "auth/user/add"):
        response = boss.get(f"/admin/{page}/")
        assert response.status_code == 200
        assert "Legacy → UUID migrator" in texts(response)
    assert boss.get(url(User, "change", User.objects.get(username="boss").pk)).status_code == 200


def test_after_the_login_comes_the_dashboard(db):
    User.objects.create_superuser("ada", password="correct horse")
    response = Client().post("/admin/login/", {"username": "ada", "password": "correct horse"})
    assert response.url == reverse("admin:index")
