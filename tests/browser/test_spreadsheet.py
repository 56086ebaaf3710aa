"""Failed records leave as a spreadsheet, are mended there, and come back as corrections."""

import re

import openpyxl
from playwright.sync_api import expect

from tests.browser.steps import ended, menu, said, to_group

ORDERS = "SELECT legacy_id FROM migration_mappings WHERE entity = 'orders' ORDER BY legacy_id LIMIT 3"


def mend(path, rights, path_name):
    """Writes these values into the first records of the file, as somebody would in a spreadsheet; their legacy ids."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    assert {"legacy_id", "value", "corrected value", "reason"} <= set(heads)
    mended = []
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, heads["path"]).value == path_name and len(mended) < len(rights):
            sheet.cell(row, heads["corrected value"]).value = int(rights[len(mended)])
            sheet.cell(row, heads["reason"]).value = "Found in the paper files."
            mended.append(str(sheet.cell(row, heads["legacy_id"]).value))
    book.save(path)
    return mended


def test_three_values_mended_in_a_spreadsheet_are_three_failures_less(enter, shoot, site, tmp_path):
    with site.installation.connection("target") as db:
        orders = [key for (key,) in db.execute(ORDERS).fetchall()]
    page = enter(site, "paul")
    to_group(page, "tasks", "order", "Value missing")
    before = int(page.locator(".m-facts dd").filter(has_text="% of all").inner_text().split(",")[0])
    assert before > 3

    page.get_by_role("link", name="Export").click()
    page.get_by_label("Resource").select_option(label="Sheet to write corrections in")
    page.get_by_label("Format").select_option(label="xlsx")
    shoot(page, "export")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Export|Submit")).click()
    file = tmp_path / "failed.xlsx"
    download.value.save_as(file)
    mended = mend(file, orders, "instruction_id")
    assert len(set(mended)) == 3

    menu(page, "Corrections")
    page.get_by_role("link", name="Import").click()
    shoot(page, "import-form")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Format").select_option(label="xlsx")
    page.get_by_role("button", name=re.compile("Import|Submit")).click()
    shoot(page, "import-preview")
    expect(page.get_by_role("row").filter(has_text="Found in the paper files.")).to_have_count(3)
    page.get_by_role("button", name=re.compile("Confirm import")).click()
    said(page, "3 corrections in force.")
    page.get_by_role("button", name="Retry these records").click()
    ended(page, "succeeded")
    expect(page.locator("article#tasks")).to_contain_text(re.compile(r"3 in scope\s*=\s*3 created"))

    to_group(page, "tasks", "order", "Value missing")
    expect(page.get_by_text(f"{before - 3} open").first).to_be_visible()
    with site.installation.connection("target") as db:
        left = db.execute(
            "SELECT legacy_id FROM migration_failed_records WHERE entity = 'tasks' AND state = 'closed'"
        ).fetchall()
    assert sorted(key for (key,) in left) == sorted(mended)
