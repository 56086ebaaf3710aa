"""A headless Chromium over a whole installation. Screenshots of what the tests see are kept in .data/screenshots."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.browser.planted import plant
from tests.browser.site import PASSWORD, Site, serving
from tests.e2e.conftest import blank, data_dir, install  # noqa: F401  (fixtures)
from tests.e2e.installation import ROOT, Installation, create

SHOTS = ROOT / ".data" / "screenshots"
WIDTHS = (1400, 800)
THEMES = ("light", "dark")
TALL = 2000
#: Milliseconds that anything may take to appear: generous, as machines are shared and slow.
PATIENCE = 60_000

Enter = Callable[..., Page]
Shoot = Callable[[Page, str], None]

_OPENED: pytest.StashKey[list[Page]] = pytest.StashKey()
expect.set_options(timeout=PATIENCE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """What the people of a failed test saw last is kept beside the other pictures."""
    report = yield
    if report.when == "call" and report.failed:
        for number, page in enumerate(item.stash.get(_OPENED, [])):
            with suppress(Error):
                page.screenshot(path=SHOTS / f"failed-{item.name}-{number}.png", full_page=True)
    return report


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
def planted(blank: Installation) -> str:  # noqa: F811
    """The demo's legacy database with some more rows spoilt: `tests.browser.planted` says which."""
    name = create("legacy_planted", blank.legacy)
    plant(name)
    return name


@pytest.fixture
def empty_site(install: Callable[..., Installation], planted: str) -> Iterator[Site]:  # noqa: F811
    """An installation of which nothing has been migrated yet, for one test."""
    with serving(install(legacy=planted)) as made:
        yield made


@pytest.fixture(scope="session")
def site(install: Callable[..., Installation], planted: str) -> Iterator[Site]:  # noqa: F811
    """Everything has been migrated, as run 1. All stories share it: each has failed records of its own."""
    installation = install(legacy=planted)
    installation.migrate("--all")
    with serving(installation) as made:
        yield made


@pytest.fixture
def enter(chromium: Browser, shots: Path, request: pytest.FixtureRequest) -> Iterator[Enter]:
    """enter(site, "otto"): a fresh browser window in which this person has logged in."""
    opened = request.node.stash[_OPENED] = []

    def enter(site: Site, name: str) -> Page:
        size = {"width": WIDTHS[0], "height": 900}
        page = chromium.new_context(viewport=size, base_url=site.url, accept_downloads=True).new_page()
        opened.append(page)
        page.set_default_timeout(PATIENCE)
        page.goto("/admin/login/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    yield enter
    for page in opened:
        page.context.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    return SHOTS


@pytest.fixture
def shoot(shots: Path) -> Shoot:
    """shoot(page, "run"): the page in tall windows, wide and narrow, light and dark. It may not be wider than these."""

    def shoot(page: Page, name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": TALL})
            for theme in THEMES:
                page.evaluate("dark => document.documentElement.classList.toggle('dark', dark)", theme == "dark")
                page.screenshot(path=shots / f"{name}-{width}-{theme}.png")
            spare = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert spare <= 0, f"{name} is {spare} pixels wider than a window of {width}"
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.evaluate("document.documentElement.classList.remove('dark')")

    return shoot
