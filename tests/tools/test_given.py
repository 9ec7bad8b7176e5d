"""What tests begin with: people who can do what they should, on either database, and a visitor who can press."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.charter.roles import Role
from app.charter.rounds import RoundKind, RoundState, state_at
from app.charter.rules import Refused
from tests import given
from tests.pages import CheckedClient, Visitor

pytestmark = pytest.mark.usefixtures("app")


def test_residents_propose_and_unverified_people_comment() -> None:
    ada = given.resident("Ada")
    trees = given.deliberation(round=RoundKind.PROPOSE)
    oaks = given.proposal(trees, by=ada, title="Plant oaks")
    said = given.comment(oaks)
    assert oaks.author_id == ada.id
    assert said.proposal_id == oaks.id


def test_nobody_given_here_stands_above_the_rules() -> None:
    trees = given.deliberation(round=RoundKind.PROPOSE)
    with pytest.raises(Refused):
        given.proposal(trees, by=given.unverified())


@pytest.mark.parametrize("role", Role)
def test_officials_hold_their_office(role: Role) -> None:
    assert [grant.role for grant in given.official(role, "Olga").roles] == [role]


def test_a_frozen_clock_moves_only_when_told(frozen) -> None:
    trees = given.deliberation()
    talk = given.planned_round(trees, RoundKind.DISCUSS, opens_at=frozen + timedelta(days=1))
    assert state_at(talk.facts(), clock.now()) is RoundState.PLANNED
    clock.travel(timedelta(days=2))
    assert state_at(talk.facts(), clock.now()) is RoundState.OPEN


def test_a_visitor_signs_in_by_the_form(page: Visitor) -> None:
    given.resident("Ada")
    page.get("/sign-in")
    page.press("Sign in", email=given.email("Ada"), password=given.PASSWORD)
    assert "Ada" in page.get("/you")


def test_browsers_do_not_share_who_is_signed_in(client: CheckedClient) -> None:
    client.sign_in(given.resident("Ada"))
    stranger = client.application.test_client()
    assert client.get("/you").status_code == 200
    assert stranger.get("/you").status_code == 302


def test_a_visitor_cannot_type_where_there_is_no_field(page: Visitor) -> None:
    page.get("/sign-in")
    with pytest.raises(LookupError, match="no field"):
        page.press("Sign in", shoe_size="42")
