"""Failed records are reviewed by cause: a group is corrected by one rule and retried, an approver takes that back."""

import re

from playwright.sync_api import expect

from tests.browser.planted import MORE, STATUS
from tests.browser.steps import card, ended, menu, run_number, said, to_group

GROUP = MORE + 1


def test_a_group_is_corrected_by_one_rule_and_that_is_taken_back(enter, shoot, site):
    page = enter(site, "paul")
    menu(page, "Failed records")
    said(page, re.compile(r"\d+ failed records of \d+ causes"))
    shoot(page, "groups")
    to_group(page, "projects", "status", "Unknown code")
    expect(page.get_by_text(f"{GROUP} open").first).to_be_visible()
    shoot(page, "group")

    rule = page.locator("#correct")
    wrong = rule.locator(".m-choices label", has_text=re.compile(rf"status\s+{STATUS}\s+{GROUP}"))
    wrong.get_by_role("radio").check()
    rule.get_by_label("The right value").fill("77")
    rule.get_by_label("Reason").fill("The code book of 2019 says so.")
    rule.get_by_role("button", name="See what it would bring").click()
    said(page, f"0 of {GROUP} failed records would go through")
    page.get_by_role("link", name="Back").click()
    wrong.get_by_role("radio").check()
    rule.get_by_label("The right value").fill("1")
    rule.get_by_label("Reason").fill("The code book of 2019 says so.")
    rule.get_by_role("button", name="See what it would bring").click()
    said(page, f"{GROUP} of {GROUP} failed records would go through")
    shoot(page, "correction-preview")
    page.get_by_role("button", name="Put it in force and retry the group").click()
    number = run_number(page)
    ended(page, "succeeded")
    expect(page.locator("article#projects")).to_contain_text(re.compile(rf"{GROUP} in scope\s*=\s*{GROUP} created"))
    shoot(page, "run-retry")
    menu(page, "Failed records")
    expect(page.locator("article.m-group").filter(has_text=re.compile(r"projects\s*›\s*status"))).to_have_count(0)
    menu(page, "Corrections")
    expect(page.get_by_role("row").filter(has_text="The code book of 2019 says so.")).to_contain_text("in force")
    shoot(page, "corrections")

    anna = enter(site, "anna")
    anna.goto(f"/admin/runs/run/{number}/change/")
    anna.get_by_role("link", name="Undo…").first.click()
    expect(card(anna, "What it would do")).to_contain_text(re.compile(rf"To be deleted\s*{GROUP}"))
    shoot(anna, "undo-plan")
    anna.get_by_label("Why").fill("The code book was the wrong one.")
    anna.get_by_label(f"Type undo run {number}").fill("undo it")
    anna.get_by_role("button", name="Undo", exact=False).last.click()
    said(anna, f"Nothing was done. Type “undo run {number}” to confirm.")
    anna.get_by_label(f"Type undo run {number}").fill(f"undo run {number}")
    anna.get_by_role("button", name="Undo", exact=False).last.click()
    assert run_number(anna) > number
    ended(anna, "succeeded")
    shoot(anna, "run-undo")
    anna.get_by_role("link", name=f"Run {number}", exact=True).click()
    expect(anna.locator("#run")).to_contain_text("undone")
    to_group(anna, "projects", "status", "Unknown code")
    expect(anna.get_by_text(f"{GROUP} open").first).to_be_visible()


def test_one_record_is_noted_assigned_dismissed_and_reopened(enter, shoot, site):
    page = enter(site, "otto")
    to_group(page, "jaws", "side", "Ambiguous")
    page.locator("#records").get_by_role("link", name=re.compile(r"^jaws \d+$")).click()
    shoot(page, "record")
    deeds = page.locator(".m-deeds")

    def do(title, label, what, button):
        deeds.locator("summary", has_text=title).click()
        field = deeds.get_by_label(label)
        field.select_option(what) if label == "Assigned to" else field.fill(what)
        deeds.get_by_role("button", name=button).click()

    do("Write note", "Note", "The laboratory was asked.", "Write note")
    said(page, "The note was written on 1 failed record.")
    do("Assign", "Assigned to", "paul", "Assign")
    said(page, "1 failed record assigned to paul.")
    do("Dismiss", "Reason", "A test case of 2014.", "Dismiss")
    said(page, "1 failed record dismissed.")
    expect(deeds.get_by_role("button", name="Retry")).to_have_count(0)
    do("Reopen", "Reason", "It was a patient after all.", "Reopen")
    said(page, "1 failed record open again.")
    history = page.locator("#history li")
    expect(history).to_have_count(4)
    for line, words in enumerate(("It was a patient", "A test case", "paul", "The laboratory was asked.")):
        expect(history.nth(line)).to_contain_text("otto")
        expect(history.nth(line)).to_contain_text(words)
    shoot(page, "record-history")
