"""A headless Chromium over a whole installation. Screenshots of what the tests see are kept in .data/screenshots."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.site import PASSWORD, Site, serving
from tests.e2e.conftest import blank, data_dir, install, migrated  # noqa: F401  (fixtures)
from tests.e2e.installation import ROOT, Installation

SHOTS = ROOT / ".data" / "screenshots"
WIDTHS = (1400, 800)
THEMES = ("light", "dark")

Shoot = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """Begins after the databases were made and ends before they go: Django refuses to work beside Playwright's loop."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.exit("No Chromium on this machine: install it (Debian: apt-get install chromium).", returncode=3)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(install: Callable[..., Installation]) -> Iterator[Site]:  # noqa: F811
    """An installation of which nothing has been migrated yet."""
    with serving(install()) as made:
        yield made


@pytest.fixture
def enter(chromium: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """enter("otto"): a fresh browser window in which this person has logged in."""
    contexts = []

    def enter(name: str) -> Page:
        context = chromium.new_context(viewport={"width": WIDTHS[0], "height": 900}, base_url=site.url)
        contexts.append(context)
        page = context.new_page()
        page.goto("/admin/login/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    return SHOTS


@pytest.fixture
def shoot(shots: Path) -> Shoot:
    """shoot(page, "run"): the page as it is, wide and narrow, light and dark. No page may be wider than its window."""

    def shoot(page: Page, name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for theme in THEMES:
                page.evaluate("dark => document.documentElement.classList.toggle('dark', dark)", theme == "dark")
                page.screenshot(path=shots / f"{name}-{width}-{theme}.png", full_page=True)
            spare = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert spare <= 0, f"{name} is {spare} pixels wider than a window of {width}"
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.evaluate("document.documentElement.classList.remove('dark')")

    return shoot
