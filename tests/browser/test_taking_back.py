"""An approver takes a whole run back: refused while other rows depend on it, and then with those."""

import re

from playwright.sync_api import expect

from tests.browser.steps import card, ended, menu, run_number, said


def counts(site):
    """Rows of the target, and mappings."""
    with site.installation.connection("target") as db:
        tables = ("patients", "orders", "migration_mappings")
        return [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def test_a_run_that_others_depend_on_is_taken_back_with_them_or_not_at_all(enter, shoot, empty_site):
    empty_site.installation.migrate("offices", "profiles", "doctors", "courses", "patients")
    empty_site.installation.migrate("orders")
    patients, orders, mappings = counts(empty_site)
    assert patients and orders
    page = enter(empty_site, "anna")
    menu(page, "Runs")
    page.get_by_role("link", name="Run 1", exact=True).click()
    page.locator("#do-undo").click()
    expect(card(page, "Other rows are in the way")).to_contain_text("nothing would be undone")
    line = page.get_by_role("row").filter(has=page.get_by_role("cell", name="orders", exact=True))
    expect(line).to_contain_text(f"{orders:,}")
    expect(line).to_contain_text("Run 2")
    expect(page.get_by_label("Type undo run 1")).to_have_count(0)
    shoot(page, "undo-refused")
    assert counts(empty_site) == [patients, orders, mappings]

    page.get_by_label("Take the rows that depend on these back as well.").check()
    page.get_by_role("button", name="Show what it would do").click()
    plan = card(page, "What it would do")
    expect(plan).to_contain_text(re.compile(rf"To be deleted\s*{mappings:,}"))
    expect(plan.get_by_role("row").filter(has_text="depends on what was chosen")).to_contain_text(f"{orders:,}")
    shoot(page, "undo-plan-with-dependants")
    page.get_by_label("Type undo run 1").fill("undo run 2")
    page.locator("button[name=undo]").click()
    said(page, "Nothing was done. Type “undo run 1” to confirm.")
    assert counts(empty_site) == [patients, orders, mappings]
    page.get_by_label("Type undo run 1").fill("undo run 1")
    page.locator("button[name=undo]").click()
    assert run_number(page) == 3
    ended(page, "succeeded")
    assert counts(empty_site) == [0, 0, 0]
    page.get_by_role("link", name="Run 1", exact=True).click()
    ended(page, "undone")
    expect(page.locator("#do-undo")).to_have_count(0)
    page.goto("/admin/runs/run/2/change/")
    expect(page.locator("article#orders")).to_contain_text(f"{orders:,} rows of it were taken back since.")
