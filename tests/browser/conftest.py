"""A real browser on the demo city.

`city` is a server of the test module's own, on a fresh copy of the demo city. `browser_page(width)` opens a page
in Chromium which fails its test if a script failed, the security policy was broken, or another host was called.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from tests.browser.city import DESKTOP, City, serving
from tests.components import skip_without, system_chromium

if TYPE_CHECKING:
    from app.accounts.models import Account

ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to start as root with it; the only pages it sees are ours
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
EXPECTED_ON_THE_CONSOLE = "Failed to load resource: the server responded with a status of 4"
"""What Chromium says of a page with status 4xx, which tests ask for on purpose."""


@pytest.fixture(scope="module")
def city(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demo city on a server of the test module's own."""
    folder = tmp_path_factory.mktemp("city") / "instance"
    shutil.copytree(demo_template, folder)
    with serving(folder) as city:
        yield city


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The distribution's Chromium, or else the one that Playwright installed."""
    program = system_chromium() or Path(playwright.chromium.executable_path)
    if not program.exists():
        skip_without("Chromium")
    browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
    yield browser
    browser.close()


class Windows:
    """Browser windows of one test. Calling it opens one; each has cookies of its own."""

    def __init__(self, chromium: Browser, city: City) -> None:
        self.chromium = chromium
        self.city = city
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(
        self,
        width: int = DESKTOP,
        *,
        as_: Account | None = None,
        javascript: bool = True,
        locale: Literal["en", "es"] = "en",
        scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        """Open a page, signed in as somebody if `as_` says so. Its `goto` takes paths."""
        context = self.chromium.new_context(
            base_url=self.city.address,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            locale=f"{locale}-US",
            color_scheme=scheme,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        if as_ is not None:
            self._sign_in(context, as_)
        page = context.new_page()
        page.on("request", self._called)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self._said)
        return page

    def _sign_in(self, context: BrowserContext, account: Account) -> None:
        cookie = self.city.client(account).get_cookie(self.city.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.city.address}])

    def _called(self, request: Request) -> None:
        if not request.url.startswith((self.city.address, "data:", "blob:", "about:")):
            self.complaints.append(f"another host was called: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED_ON_THE_CONSOLE):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")


@pytest.fixture
def browser_page(chromium: Browser, city: City) -> Iterator[Windows]:
    """Open pages: `browser_page(PHONE, as_=ada, javascript=False, locale="es", scheme="dark")`."""
    windows = Windows(chromium, city)
    yield windows
    for context in windows.contexts:
        context.close()
    assert windows.complaints == []


@pytest.fixture
def found_by_axe() -> Callable[[Page], list[str]]:
    """What axe finds on a page, best practices included, in words."""
    axe = Axe()

    def look(page: Page) -> list[str]:
        return [
            f"{one['id']} ({one['impact']}): {one['help']}\n    "
            + "\n    ".join(f"{node['target']} {node['html'][:200]}" for node in one["nodes"][:5])
            for one in axe.run(page).response["violations"]
        ]

    return look


@pytest.fixture
def assert_no_axe_violations(found_by_axe: Callable[[Page], list[str]]) -> Callable[[Page], None]:
    """Insist that axe finds nothing on the page."""

    def check(page: Page) -> None:
        found = found_by_axe(page)
        assert not found, f"axe on {page.url}, {page.viewport_size}:\n" + "\n".join(found)

    return check


@pytest.fixture
def assert_fits() -> Callable[[Page], None]:
    """Insist that the page needs no scrolling sideways."""

    def check(page: Page) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        seen = page.evaluate("document.documentElement.clientWidth")
        assert wide <= seen, f"{page.url} is {wide} px wide in a window of {seen} px"

    return check
