"""What each role is not shown, and what it is refused when it asks all the same."""

import pytest
from playwright.sync_api import expect

from tests.browser.planted import NAME
from tests.browser.steps import menu

START, UNDO = "/admin/runs/run/start/", "/admin/runs/run/undo/?run=1"
IMPORT = "/admin/ledger/correction/import/"
PAUSE, VALIDATE = "/admin/runs/run/1/pause/do/", "/admin/runs/run/1/validate/do/"
RECORD = "/admin/ledger/failedrecord/{pk}/"
GROUP = "/admin/ledger/failedrecord/groups/{fingerprint}/"

RECORDS = """
SELECT id, fingerprint FROM migration_failed_records WHERE entity = 'projects' AND source->>'name' = %s ORDER BY id
"""

#: Login → addresses that it may not get, and addresses that it may not send anything to.
REFUSED = {
    "vera": (
        [START, UNDO, IMPORT],
        [START, UNDO, PAUSE, VALIDATE, f"{RECORD}do/note/", f"{RECORD}correct/", f"{GROUP}do/retry/"],
    ),
    "otto": ([UNDO, IMPORT], [UNDO, f"{GROUP}do/dismiss/"]),
    "anna": ([START, IMPORT], [START, PAUSE, f"{RECORD}correct/", f"{GROUP}do/retry/", f"{GROUP}correct/"]),
}


@pytest.fixture
def record(site):
    """A failed record whose source holds the planted name: its number and its group's fingerprint."""
    with site.installation.connection("target") as db:
        query = (
            "SELECT id, fingerprint FROM migration_failed_records WHERE source->>'name' = %s AND entity = 'projects'"
        )
        pk, fingerprint = db.execute(f"{query} ORDER BY id LIMIT 1", [NAME]).fetchone()
    return {"pk": pk, "fingerprint": fingerprint}


@pytest.mark.parametrize("name", REFUSED)
def test_who_may_not_is_refused_whatever_is_sent(enter, site, record, name):
    page = enter(site, name)
    gets, posts = REFUSED[name]
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    sent = {"csrfmiddlewaretoken": token, "start": "1", "undo": "1", "run": "1", "text": "x", "reason": "x"}
    answers = {f"GET {path}": page.request.get(path) for path in gets}
    answers |= {f"POST {path}": page.request.post(path.format(**record), form=sent) for path in posts}
    assert {path: answer.status for path, answer in answers.items()} == dict.fromkeys(answers, 403)
    # A request without its token would be refused to everybody.
    assert not [path for path, answer in answers.items() if "CSRF" in answer.text()]
    page.goto("/admin/runs/run/1/change/")
    expect(page.locator("#run")).to_be_visible()
    expect(page.locator("#do-undo")).to_have_count(1 if name == "anna" else 0)
    expect(page.locator("#do-validate")).to_have_count(1 if name == "otto" else 0)


def test_a_value_is_shown_to_those_who_may_see_it_and_that_look_is_recorded(enter, shoot, site, record):
    path = RECORD.format(**record) + "change/"
    vera = enter(site, "vera")
    for address in (path, GROUP.format(**record), "/admin/ledger/failedrecord/?entity=projects"):
        vera.goto(address)
        assert NAME not in vera.content(), address
    vera.goto(path)
    expect(vera.get_by_text("Values are hidden")).to_be_visible()
    expect(vera.locator("#source")).to_contain_text(f"text of {len(NAME)} characters")
    expect(vera.locator(".m-deeds, #correct")).to_have_count(0)
    shoot(vera, "record-masked")

    paul = enter(site, "paul")
    paul.goto(path)
    expect(paul.locator("#source")).to_contain_text(NAME)
    shoot(paul, "record-shown")
    root = enter(site, "root")
    menu(root, "Record of actions")
    look = root.get_by_role("row").filter(has_text="Looked at the source row.").filter(has_text="paul")
    expect(look.first).to_be_visible()
    expect(root.get_by_role("row").filter(has_text="Looked at the source row.").filter(has_text="vera")).to_have_count(
        0
    )
    shoot(root, "record-of-actions")
