"""What the documents promise is there."""

from __future__ import annotations

import re

import pytest

from tests.house.source import APP, ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text())
    assert [one for one in targets if not (document.parent / one).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_documents_name_exist(document) -> None:
    """Anything in backticks that looks like a path of the project is one."""
    named = re.findall(
        r"`((?:app|docs|tests|templates|static|scripts|migrations|benchmarks)/[\w./-]+)`", document.read_text()
    )
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_architecture_tells_of_every_room() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text()
    rooms = [path.name for path in sorted(APP.iterdir()) if not path.name.startswith("__")]
    assert [name for name in rooms if name not in told] == []


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in"])
def test_every_direct_dependency_is_there_for_a_reason(file: str) -> None:
    lines = (line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines())
    direct = [re.split(r"[\s<>=!~;]", line)[0] for line in lines if line and not line.startswith("-")]
    rows = [row for row in (ROOT / "docs" / "dependencies.md").read_text().splitlines() if row.startswith("|")]
    told = {name.replace("\\", "").strip() for row in rows for name in row.split("|")[1].split(",")}
    assert [name for name in direct if name not in told] == []


def test_locked_requirements_have_hashes_and_name_no_index() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / file).read_text()
        pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==.*$", text, re.MULTILINE)
        assert pins, file
        assert all(pin.endswith("\\") for pin in pins), f"{file}: a pin without a hash"
        assert not re.search(r"^(-i|--(extra-)?index-url|--find-links|--trusted-host)", text, re.MULTILINE), file


def test_make_help_tells_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    told = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert phony - told == {"translations", "components"}, "steps of other commands, of no use alone"
