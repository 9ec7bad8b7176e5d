"""Every action has one rule and one act, and every act has its place in the table."""

from __future__ import annotations

import importlib

import pytest

from app import acts
from app.charter.actions import Action
from app.charter.rules import RULES
from tests.house.source import modules, short


@pytest.fixture(scope="module", autouse=True)
def _every_act_is_loaded() -> None:
    for path in modules("app"):
        if path.stem == "acts" or path.parent.name == "acts":
            importlib.import_module(short(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def test_every_action_has_a_rule_with_a_sentence_for_those_refused() -> None:
    assert set(RULES) == set(Action)
    assert [action for action, rule in RULES.items() if not rule.because.strip()] == []


def test_every_action_has_an_act() -> None:
    """That none has two is held where acts are made: the second one raises."""
    assert [action.name for action in Action if action not in acts.REGISTERED] == []


def test_acts_say_what_they_do_by_a_docstring_or_a_telling_name() -> None:
    """One word such as `submit` is enough where the module gives the noun; `do` or `handle` isn't."""
    vague = {"do", "handle", "process", "run", "execute", "perform", "update", "save"}
    assert [action.name for action, act in acts.REGISTERED.items() if act.__name__ in vague] == []
