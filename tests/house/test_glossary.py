"""The glossary speaks of things that are there, by the names they have."""

from __future__ import annotations

import ast
import re

from app.charter.actions import Action
from app.charter.roles import Role
from app.charter.rounds import RoundKind, RoundState
from tests.house.source import ROOT, modules, tree

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in GLOSSARY.splitlines() if line.startswith("| ")]


def _defined() -> set[str]:
    """The names of all classes and constants of the application."""
    found = set()
    for path in modules("app"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
    return found


def test_every_class_the_glossary_names_exists() -> None:
    named = set(re.findall(r"`([A-Z][A-Za-z]+)(?:\.\w+)?`", GLOSSARY)) - {"Model"}
    assert sorted(named - _defined()) == []


def test_every_row_has_a_word_its_spanish_a_meaning_and_a_place() -> None:
    words = [row for row in ROWS if row[0] not in ("word", "not") and len(row) == 4]
    assert len(words) > 60
    assert [row[0] for row in words if not all(row)] == []


def test_no_word_is_explained_twice() -> None:
    words = [row[0] for row in ROWS if len(row) == 4 and row[0] != "word"]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_every_kind_and_state_of_a_round_and_every_role_is_told() -> None:
    for one in (*RoundKind, *RoundState, *Role):
        assert one.value in GLOSSARY


def test_every_act_the_glossary_names_is_one() -> None:
    nouns = "|".join(sorted({action.value.split(".")[0] for action in Action}))
    named = set(re.findall(rf"`((?:{nouns})\.[a-z_]+)`", GLOSSARY))
    assert {one for one in named if not one.startswith("accounts.")} <= {action.value for action in Action}
