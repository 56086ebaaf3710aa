"""Browsing the old system in the admin: for those who may see its values, and to look at only."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from legacy import admin as legacy_admin
from legacy.looks import LOOKED
from legacy.models import Patient

MIRRORS = list(apps.get_app_config("legacy").get_models())
LIST = "admin:legacy_patient_changelist"
ROW = "admin:legacy_patient_change"

pytestmark = pytest.mark.django_db(databases=["default", "legacy", "target"])


def person(*permissions: str) -> User:
    user = User.objects.create_user("staff", is_staff=True)
    for permission in permissions:
        app_label, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return user


@pytest.fixture
def patients(legacy_db):
    """Two patients; the doctor of the second does not exist."""
    legacy_db.execute(
        "INSERT INTO auth_user VALUES (3, 'ann', 'Ann', 'Ito', '', 'pbkdf2-of-ann', false, false, true, now())"
    )
    legacy_db.execute(
        "INSERT INTO dispatch_patient (id, user_id, doctor_id, suffix, schemes)"
        " VALUES (41, 11, 3, '00BB', '{\"a\": 1}'), (52, 12, 404404, '00CC', NULL)"
    )


@pytest.fixture
def superuser_client(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_every_mirror_is_registered_for_looking_only(rf):
    request = rf.get("/")
    request.user = User.objects.create_superuser("root")
    for model in MIRRORS:
        page = admin.site.get_model_admin(model)
        assert page.has_view_permission(request)
        assert not page.has_add_permission(request)
        assert not page.has_change_permission(request)
        assert not page.has_delete_permission(request)
        assert not page.get_actions(request)


@pytest.mark.parametrize("model", MIRRORS, ids=lambda model: model._meta.db_table)
def test_a_superuser_sees_each_list(superuser_client, legacy_db, model):
    assert superuser_client.get(reverse(f"admin:legacy_{model._meta.model_name}_changelist")).status_code == 200


def test_a_superuser_sees_the_row_with_the_bare_id_of_a_missing_parent(superuser_client, patients):
    page = superuser_client.get(reverse(ROW, args=[52])).content.decode()
    assert "404404" in page
    assert "00CC" in page
    assert 'name="_save"' not in page


def test_the_list_needs_no_query_per_row(superuser_client, patients):
    with CaptureQueriesContext(connections["legacy"]) as queries:
        page = superuser_client.get(reverse(LIST)).content.decode()
    assert "404404" in page
    selects = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len(selects) == 2
    assert "LIMIT 10000" in selects[0]


def test_credentials_are_not_shown(superuser_client, patients):
    page = superuser_client.get(reverse("admin:legacy_user_change", args=[3])).content.decode()
    assert "Ito" in page
    assert "pbkdf2-of-ann" not in page
    fields = [admin.site.get_model_admin(model).fields for model in MIRRORS]
    assert not {"password", "access_token"} & {name for names in fields for name in names}


@pytest.mark.parametrize(("term", "found"), [("41", [41]), (" 52 ", [52]), ("4", []), ("00BB", []), ("9" * 30, [])])
def test_search_finds_by_id_only(superuser_client, patients, term, found):
    response = superuser_client.get(reverse(LIST), {"q": term})
    assert [row.pk for row in response.context["cl"].result_list] == found


def test_rows_are_counted_up_to_a_limit(legacy_db, monkeypatch):
    monkeypatch.setattr(legacy_admin, "COUNT_LIMIT", 3)
    legacy_db.execute("INSERT INTO dispatch_language (id, name) SELECT i, 'x' FROM generate_series(1, 5) i")
    language = apps.get_model("legacy", "Language")
    paginator = legacy_admin.BoundedPaginator(language.objects.order_by("pk"), 2)
    assert paginator.count == 3
    assert paginator.num_pages == 2


def test_who_may_see_values_and_the_table_sees_the_pages(client, patients):
    client.force_login(person("runs.view_legacy_values", "legacy.view_patient"))
    assert client.get(reverse(LIST)).status_code == 200
    assert client.get(reverse(ROW, args=[41])).status_code == 200
    assert reverse(LIST) in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("permissions", [(), ("legacy.view_patient",), ("runs.view_legacy_values",)])
def test_who_lacks_one_of_both_permissions_is_refused(client, patients, permissions):
    client.force_login(person(*permissions))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse(ROW, args=[41])).status_code == 403
    assert client.get(reverse("admin:legacy_patient_history", args=[41])).status_code == 403
    assert client.get(reverse("admin:app_list", args=["legacy"])).status_code in {403, 404}
    assert reverse(LIST) not in client.get(reverse("admin:index")).content.decode()


def test_nothing_can_be_added_changed_or_deleted(superuser_client, patients):
    assert superuser_client.get(reverse("admin:legacy_patient_add")).status_code == 403
    assert superuser_client.post(reverse(ROW, args=[41]), {"suffix": "X"}).status_code == 403
    assert superuser_client.post(reverse("admin:legacy_patient_delete", args=[41]), {"post": "yes"}).status_code == 403
    assert Patient.objects.get(pk=41).suffix == "00BB"


def test_every_look_is_on_record(superuser_client, patients):
    superuser_client.get(reverse(LIST))
    superuser_client.get(reverse(ROW, args=[41]))
    looks = LogEntry.objects.filter(action_flag=LOOKED).order_by("pk")
    assert [look.change_message for look in looks] == ["Looked at the list.", "Looked at the row."]
    assert looks[1].object_id == "41"
