from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.config import ROOT
from app.web.assets import digest, stylesheet
from tests.html import parse

STATIC = ROOT / "static"
PARTS = sorted((STATIC / "css").rglob("*.css"))


def test_a_page_asks_for_one_stylesheet_and_one_script(browser: FlaskClient) -> None:
    page = parse(browser.get("/privacy").text)
    assert len(page.all("link", rel="stylesheet")) == len(page.all("script")) == 1


def test_whatever_a_page_asks_for_is_there_and_kept_for_a_year(browser: FlaskClient) -> None:
    page = parse(browser.get("/privacy").text)
    asked = [one.get("href") for one in page.all("link", "use")] + [one["src"] for one in page.all("script")]
    for address in {one.partition("#")[0] for one in asked}:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', (STATIC / "img" / "icons.svg").read_text()))
    templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    used = set(re.findall(r'icon\("([\w-]+)"\)|icons_url }}#([\w-]+)', templates))
    assert {one or other for one, other in used} <= drawn


def test_an_old_page_still_gets_the_new_stylesheet_but_not_for_long(browser: FlaskClient) -> None:
    answer = browser.get("/assets/0123456789ab/css/main.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_nothing_outside_the_folder_is_served(browser: FlaskClient) -> None:
    for path in ("../app/config.py", "%2e%2e/app/config.py", "css/../../app/config.py"):
        assert browser.get(f"/assets/x/{path}").status_code == 404


def test_the_address_changes_with_the_content(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, text in ((before, "a"), (after, "b")):
        folder.mkdir()
        (folder / "main.js").write_text(text)
    assert digest(before) != digest(after)


def test_the_stylesheet_begins_with_the_order_of_its_layers() -> None:
    said = re.sub(rb"/\*.*?\*/", b"", stylesheet(STATIC), flags=re.DOTALL).strip()
    assert said.startswith(b"@layer reset, tokens, base, layout, parts, pages, overrule;")


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_every_rule_is_in_a_layer_and_fights_no_other(path: Path) -> None:
    said = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL).strip()
    assert "!important" not in said
    assert not re.search(r"#[\w-]+\s*[{,:>\[]", said), "an id is not for looks"
    assert "http" not in said
    outside = re.sub(r"@layer \w+ \{.*?\n\}", "", said, flags=re.DOTALL).strip()
    assert outside == "" or path.name == "layers.css"


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_colours_have_their_names_in_the_tokens(path: Path) -> None:
    if path.name not in ("tokens.css", "overrule.css"):
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", path.read_text())


def test_a_first_visit_is_light(browser: FlaskClient) -> None:
    """The issue allows 60 KB over the wire; the frame takes a small part of it, so that pages can hold much."""
    page = browser.get("/patterns")
    scripts = sum(len(gzip.compress(path.read_bytes())) for path in (STATIC / "js").glob("*.js"))
    images = sum(len(gzip.compress(path.read_bytes())) for path in (STATIC / "img").glob("*.svg"))
    whole = len(gzip.compress(page.data)) + len(gzip.compress(stylesheet(STATIC))) + scripts + images
    assert whole < 25_000
