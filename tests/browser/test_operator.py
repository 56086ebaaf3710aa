"""An operator starts a run, watches it, stops it, lets it go on, and sees what became of it."""

import re

from playwright.sync_api import expect

from tests.browser.steps import card, ended, head, menu, run_number, said


def test_a_run_is_started_watched_paused_and_resumed(enter, shoot, empty_site):
    page = enter(empty_site, "otto")
    menu(page, "Runs")
    page.get_by_role("link", name="Start a run").click()
    page.get_by_role("button", name="Show what will run").click()
    said(page, "Choose at least one domain, script or entity, or all of them.")
    page.get_by_label("All entities, repairs and validations").check()
    page.get_by_label("Batch size").fill("500")
    page.get_by_label("Note").fill("The first run of all.")
    shoot(page, "start-form")
    page.get_by_role("button", name="Show what will run").click()
    expect(card(page, "What will run, in this order").get_by_role("row")).not_to_have_count(0)
    shoot(page, "start-preview")
    page.get_by_role("button", name="Start run").click()
    number = run_number(page)
    said(page, f"Run {number} is queued: a background worker will take it up.")

    page.evaluate("window.loaded = 'once'")
    rows = page.locator(".m-pace span", has_text=re.compile(r"^[\d,]+( of [\d,]+)? rows$"))
    expect(rows).to_be_visible()
    expect(head(page)).to_contain_text("running")
    before = rows.inner_text()
    expect(rows).not_to_have_text(before)
    assert page.evaluate("window.loaded") == "once"

    page.get_by_role("button", name="Pause").click()
    said(page, re.compile(rf"Run {number} (will pause after its page|is paused)\."))
    ended(page, "paused")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    said(page, f"Run {number} is queued: a background worker goes on at the next page.")
    shoot(page, "run-running")
    ended(page, "completed with failures")
    shoot(page, "run-ended")

    happened = card(page, "What happened")
    happened.locator("summary", has_text="earlier event").click()
    lines = happened.get_by_role("row")
    # A run that waits for its next worker is paused at once, any other after its page.
    for what in ("requested →", re.compile("→ paus(ing|ed)")):
        expect(lines.filter(has_text=what).filter(has_text="otto, admin").first).to_be_visible()
    for what in ("→ running", "→ completed with failures"):
        expect(lines.filter(has_text=what).filter(has_text="otto, worker").first).to_be_visible()
    orders = page.locator("article#orders")
    expect(orders).to_contain_text(re.compile(r"[\d,]+ in scope\s*=\s*[\d,]+ created"))
    expect(orders.locator(".m-verdict")).to_have_class(re.compile("m-good"))
    for name in ("Pause", "Resume", "Cancel"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
