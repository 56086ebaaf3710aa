"""The coverage in the admin: findings first, every number computed, snapshots by those who may."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse

from catalog.coverage import ColumnCoverage, Coverage, TableCoverage, coverage, restored
from catalog.models import CoverageSnapshot
from runs.admin import coverage as page
from tests.admin.conftest import client_of, staff, texts

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

HERE = reverse("admin:catalog_coveragesnapshot_changelist")
TAKE = reverse("admin:catalog_coveragesnapshot_take")
ALL_READ = "Every legacy table and column is read, or left behind with a reason."
REFUSAL = "The legacy database cannot be read just now"
VIEW, ADD = "catalog.view_coveragesnapshot", "catalog.add_coveragesnapshot"


def moment(url):
    return reverse("admin:catalog_coveragesnapshot_change", args=[url])


@pytest.fixture
def viewer():
    return client_of(staff("viewer", VIEW))


@pytest.fixture
def taker():
    return client_of(staff("taker", VIEW, ADD))


@pytest.fixture
def unreachable(monkeypatch):
    def refuse(**_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connections["legacy"], "cursor", refuse)
    monkeypatch.setattr(connections["legacy"], "ensure_connection", refuse)


def made_up(unexplained=1, left=2, read=5, rows=None, values=None, unknown=()):
    """One table with so many columns."""
    columns = (
        *(ColumnCoverage(f"read_{n}", ("orders",)) for n in range(read)),
        *(ColumnCoverage(f"left_{n}", (), "Nobody <ever> filled it.", values) for n in range(left)),
        *(ColumnCoverage(f"open_{n}", ()) for n in range(unexplained)),
    )
    return Coverage([TableCoverage("dispatch_instruction", "clinical", columns, rows=rows)], unknown)


@pytest.fixture
def shown(monkeypatch):
    """The page shows this coverage."""

    def show(found):
        monkeypatch.setattr(page, "coverage", lambda **_: found)

    return show


# The page ----------------------------------------------------------------------------------------------------------


def test_before_the_first_snapshot_the_page_says_how_to_take_one(viewer):
    assert "manage.py coverage --save" in texts(viewer.get(HERE))


def test_all_that_is_declared_is_shown_with_its_denominators(viewer):
    words, total = texts(viewer.get(HERE)), coverage().total
    assert ALL_READ in words
    assert f"<b>{total.migrated:,} of {total.columns:,}</b> columns read" in words
    assert len(re.findall(r'id="(business|clinical|communications|technical)"', words)) == 4
    assert "<code>access_token</code>" in words
    assert "Values not counted" in words


def test_findings_come_first_and_are_drawn(viewer, shown):
    shown(made_up(unknown=["Table x has no mirror."]))
    words = texts(viewer.get(HERE))
    assert words.index("Table x has no mirror.") < words.index("By domain")
    assert words.index("Of table dispatch_instruction nothing reads open_0") < words.index("By domain")
    assert ALL_READ not in words
    assert "1 table or column of the live database" in words
    assert 'class="m-read" style="flex-basis: 62.5%"' in words
    assert 'class="m-left" style="flex-basis: 25.0%"' in words
    assert 'class="m-unexplained" style="flex-basis: 12.5%"' in words
    assert "Unexplained: <code>open_0</code>" in words
    assert "Nobody &lt;ever&gt; filled it." in words


def test_a_column_of_the_live_database_is_a_finding(viewer, legacy_db):
    legacy_db.execute("ALTER TABLE dispatch_note ADD COLUMN colour text")
    try:
        words = texts(viewer.get(HERE))
    finally:
        legacy_db.execute("ALTER TABLE dispatch_note DROP COLUMN colour")
    assert "Column dispatch_note.colour (text) has no field in the mirror" in words
    assert ALL_READ not in words


def test_without_the_legacy_database_the_declarations_are_shown(boss, unreachable):
    words = texts(boss.get(HERE))
    assert REFUSAL in words
    assert ALL_READ not in words
    assert "<code>access_token</code>" in words
    assert TAKE not in words


def test_links_lead_only_where_the_reader_may_go(boss, viewer):
    script, rows = reverse("admin:catalog_migrationscript_change", args=[5]), reverse("admin:legacy_note_changelist")
    words = texts(boss.get(HERE))
    assert f'<a href="{script}">orders</a>' in words
    assert f'<a href="{rows}">dispatch_note</a>' in words
    words = texts(viewer.get(HERE))
    assert script not in words
    assert rows not in words


def test_the_sidebar_leads_to_the_page(viewer):
    assert HERE in texts(viewer.get(reverse("admin:index")))


# Snapshots ---------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_taken_and_counts_the_values_left_behind(taker, legacy_db):
    legacy_db.execute("INSERT INTO dispatch_globalsetting (id, access_token) VALUES (1, 'x'), (2, '')")
    response = taker.post(TAKE, follow=True)
    words = texts(response)
    assert "A snapshot was taken." in words
    assert "1 of 2 rows hold a value" in words
    assert "0 of 2 rows hold a value" in words
    taken = CoverageSnapshot.objects.get()
    assert restored(taken.data).total == coverage().total
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id) == ("taker", str(taken.pk))


def test_the_button_is_for_those_who_may(taker, viewer):
    assert TAKE in texts(taker.get(HERE))
    assert TAKE not in texts(viewer.get(HERE))


@pytest.mark.parametrize("permissions", [[], [VIEW], [ADD]])
def test_others_are_refused(permissions):
    assert client_of(staff("other", *permissions)).post(TAKE).status_code == 403
    assert not CoverageSnapshot.objects.exists()


def test_strangers_see_neither_the_page_nor_a_snapshot():
    taken = CoverageSnapshot.objects.create(data=made_up().as_dict())
    for address in (HERE, moment(taken.pk)):
        assert client_of(staff(f"other{len(address)}")).get(address).status_code == 403
        assert "login" in Client().get(address).url


def test_only_a_post_with_a_token_takes_one(taker):
    assert taker.get(TAKE).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = taker.cookies
    assert strict.post(TAKE).status_code == 403
    assert not CoverageSnapshot.objects.exists()


def test_none_is_taken_without_the_legacy_database(taker, unreachable):
    words = texts(taker.post(TAKE, follow=True))
    assert "so no snapshot was taken" in words
    assert not CoverageSnapshot.objects.exists()


def test_the_history_tells_what_changed_since_the_one_before(viewer):
    for found in (made_up(unexplained=4, left=0), made_up(unexplained=1, left=2, read=1006)):
        CoverageSnapshot.objects.create(data=found.as_dict())
    words = texts(viewer.get(HERE)).partition("Snapshots</h2>")[2].partition("</table>")[0]
    figures = re.findall(r'<td class="m-number">(.*?)</td>', words)
    changed = [re.sub(r"<.*?>", "", figure) for figure in figures]
    assert changed == ["1", "1,006 +1,001", "2 +2", "1,009 +1,000", "1", "5", "0", "9"]


def test_fewer_findings_have_a_minus(viewer):
    for found in (made_up(unknown=["a", "b"]), made_up(unknown=["a"])):
        CoverageSnapshot.objects.create(data=found.as_dict())
    assert "−1</i>" in texts(viewer.get(HERE))


def test_the_history_is_short(viewer):
    CoverageSnapshot.objects.bulk_create(CoverageSnapshot(data=made_up(left=n).as_dict()) for n in range(20))
    words = texts(viewer.get(HERE))
    assert len(re.findall(r"/coveragesnapshot/\d+/change/", words)) == 12
    assert words.count("+1</i>") == 24


def test_a_snapshot_is_shown_as_it_was(viewer, unreachable):
    taken = CoverageSnapshot.objects.create(data=made_up(rows=1200, values=7).as_dict())
    words = texts(viewer.get(moment(taken.pk)))
    assert "Findings on" in words
    assert "Of table dispatch_instruction nothing reads open_0" in words
    assert "7 of 1,200 rows hold a value" in words
    assert REFUSAL not in words
    assert HERE in words


def test_a_snapshot_that_is_not_there_leads_back(viewer):
    assert viewer.get(moment(99)).status_code == 302


def test_nobody_changes_or_deletes_a_snapshot(boss):
    taken = CoverageSnapshot.objects.create(data=made_up().as_dict())
    assert boss.get(reverse("admin:catalog_coveragesnapshot_add")).status_code == 403
    delete = reverse("admin:catalog_coveragesnapshot_delete", args=[taken.pk])
    assert boss.post(delete, {"post": "yes"}).status_code == 403
    boss.post(moment(taken.pk), {"data": "{}"})
    assert restored(CoverageSnapshot.objects.get().data) == restored(taken.data)
