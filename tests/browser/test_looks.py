"""Each main page at both widths and in both themes, for people to look at; none is wider than its window."""

import pytest
from playwright.sync_api import expect

#: Name of the picture → address.
PAGES = {
    "dashboard": "/admin/",
    "runs": "/admin/runs/run/",
    "scripts": "/admin/catalog/migrationscript/",
    "schedules": "/admin/runs/run/schedules/",
    "failed-records": "/admin/ledger/failedrecord/",
    "pending-references": "/admin/ledger/pendingreference/",
    "mappings": "/admin/ledger/mapping/",
    "findings": "/admin/runs/finding/",
    "sign-offs": "/admin/runs/signoff/",
    "coverage": "/admin/catalog/coveragesnapshot/",
    "look-up": "/admin/lookup/?q=1",
    "look-up-of-one": "/admin/lookup/?q=orders 1",
    "report": "/admin/report/",
    "report-of-run": "/admin/report/?of=run-1",
}


@pytest.fixture
def validated(site):
    """Findings to look at."""
    site.installation.manage("validate_entity", "orders", "projects", "invoices")
    return site


def test_each_page_fits_its_window(enter, shoot, validated):
    page = enter(validated, "root")
    for name, address in PAGES.items():
        answer = page.goto(address)
        assert answer.status == 200, name
        shoot(page, name)
    page.goto(PAGES["pending-references"])
    expect(page.get_by_role("row").filter(has_text="987654")).to_contain_text("categories")
