"""What the stories do again and again."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

#: Milliseconds within which a background worker has come to the end of a run, on a slow machine that is shared.
LONG = 600_000


def menu(page: Page, title: str) -> None:
    """Opens a page from the sidebar. The name of a link there begins with that of its icon."""
    page.locator("#nav-sidebar").get_by_role("link", name=re.compile(rf"\b{title}$")).click()


def to_group(page: Page, entity: str, field: str, title: str) -> None:
    """From the menu to the group of one cause."""
    menu(page, "Failed records")
    group = page.locator("article.m-group").filter(has_text=re.compile(rf"{entity}\s*›\s*{field}\b"))
    group.filter(has_text=title).get_by_role("link", name=title).click()


def run_number(page: Page) -> int:
    """The number of the run whose page this is."""
    page.wait_for_url(re.compile(r"/runs/run/\d+/change/"))
    return int(page.url.rstrip("/").split("/")[-2])


def ended(page: Page, state: str) -> None:
    """Waits, without a reload, until the run of this page is in this state, in which it does not refresh itself."""
    expect(page.locator("#run[data-refresh]")).to_have_count(0, timeout=LONG)
    expect(head(page)).to_contain_text(state)


def head(page: Page) -> Locator:
    """The first card of a run's page: what it is, its state, its buttons."""
    return page.locator("#run > .m-card").first


def card(page: Page, title: str | re.Pattern[str]) -> Locator:
    """The card with this heading."""
    return page.locator(".m-card").filter(has=page.get_by_role("heading", name=title))


def said(page: Page, words: str | re.Pattern[str]) -> None:
    """The page says so."""
    expect(page.get_by_text(words).first).to_be_visible()


def confirm_next(page: Page) -> None:
    """Agrees to the question that the browser asks next."""
    page.once("dialog", lambda dialog: dialog.accept())
