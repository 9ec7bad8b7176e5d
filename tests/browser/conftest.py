"""A real browser on a real server, serving the demo city.

`address` is a server of the test module's own, on a fresh copy of the demo city. `browser_page(width)` opens a
page in Chromium which fails its test if a script failed, the security policy was broken, or another host called.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, Request, sync_playwright
from werkzeug.serving import make_server

from tests.components import skip_without, system_chromium
from tests.databases import leave, settings_for

PHONE = 360
DESKTOP = 1280
ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to start as root with it; the only pages it sees are ours
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

OpenPage = Callable[..., Page]
Scheme = Literal["light", "dark"]


# ---------------------------------------------------------------- the server


@pytest.fixture(scope="module")
def address(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo city is served, such as http://127.0.0.1:40123."""
    folder = tmp_path_factory.mktemp("city") / "instance"
    shutil.copytree(demo_template, folder)
    with _serving(folder) as where:
        yield where


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    from app import create_app

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for every request would bury what failed
    server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
    where = f"http://127.0.0.1:{server.port}"
    app = create_app(replace(settings_for(folder), base_url=where))  # mailed links name the real port
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield where
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            leave()


# ---------------------------------------------------------------- the browser


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


@pytest.fixture
def browser_page(chromium: Browser, address: str) -> Iterator[OpenPage]:
    """Open a page: `browser_page(PHONE, javascript=False, locale="es", scheme="dark")`.

    Its `goto` takes paths. Each call is another person: cookies aren't shared.
    """
    opened: list[tuple[Page, list[str]]] = []

    def open_page(
        width: int = DESKTOP, *, javascript: bool = True, locale: str = "en", scheme: Scheme = "light"
    ) -> Page:
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            locale={"en": "en-US", "es": "es-US"}[locale],
            color_scheme=scheme,
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        opened.append((page, _complaints(page, address)))
        return page

    yield open_page
    for page, _ in opened:
        page.context.close()
    assert [one for _, complaints in opened for one in complaints] == []


def _complaints(page: Page, address: str) -> list[str]:
    """A list that fills with what a careful visitor would complain about."""
    found: list[str] = []

    def called(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:", "about:")):
            found.append(f"{page.url} called {request.url}")

    page.on("request", called)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            # A page with status 4xx is reported as an error too; tests ask for such pages on purpose.
            found.append(f"{page.url}: {message.text}")
            if message.type == "error" and "Failed to load resource: the server responded with" not in message.text
            else None
        ),
    )
    return found


# ---------------------------------------------------------------- what to expect of a page


@pytest.fixture
def assert_no_axe_violations() -> Callable[[Page], None]:
    """Insist that axe finds nothing on the page, best practices included."""

    def check(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        told = [
            f"{one['id']} ({one['impact']}): {one['help']}\n    "
            + "\n    ".join(f"{node['target']} {node['html'][:200]}" for node in one["nodes"][:5])
            for one in found
        ]
        assert not told, f"axe on {page.url}, {page.viewport_size}:\n" + "\n".join(told)

    return check


@pytest.fixture
def assert_fits() -> Callable[[Page], None]:
    """Insist that the page needs no scrolling sideways."""

    def check(page: Page) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        seen = page.evaluate("document.documentElement.clientWidth")
        assert wide <= seen, f"{page.url} is {wide} px wide in a window of {seen} px"

    return check
