from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.charter.act_words import DONE, TO_DO
from app.charter.actions import Action
from app.charter.rules import RULES
from app.civic.charter import groups
from tests.html import parse


@pytest.mark.parametrize("action", Action)
def test_every_act_has_words_for_doing_and_for_done(action: Action) -> None:
    assert TO_DO[action] != DONE[action]


def test_the_charter_shows_every_act_once() -> None:
    shown = [row.action for group in groups() for row in group.rows]
    assert sorted(shown) == sorted(Action)


def test_the_charter_says_what_the_rule_says(browser: FlaskClient) -> None:
    page = parse(browser.get("/charter").text)
    for action in Action:
        row = page.first("tr", id=action.value)
        assert RULES[action].because in row.text


def test_the_charter_names_the_rounds_of_an_act(browser: FlaskClient) -> None:
    page = parse(browser.get("/charter").text)
    assert [cell.text for cell in page.first("tr", id="ballot.cast").all("td")][1] == "Vote"
    assert [cell.text for cell in page.first("tr", id="account.registered").all("td")][1] == "At any time"


def test_an_act_that_takes_two_people_says_so() -> None:
    rows = {row.action: row for group in groups() for row in group.rows}
    assert any("second person" in why for why in rows[Action.SEAL_ROUND].otherwise)
    assert any("themself" in why for why in rows[Action.VERIFY_RESIDENT].otherwise)
