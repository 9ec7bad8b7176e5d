"""A result explained in terms of rights."""

from __future__ import annotations

import pytest

from app.charter.rounds import RoundKind
from app.database import db
from app.proposals import acts as proposals
from app.rights import acts
from app.rights.deciding import Point, decided
from app.rights.findings import FindingAnswerKind
from app.rights.queries.deciding import points
from app.rights.tags import Direction, Tag
from tests import given
from tests.queries import counted

HOME = Point(1, "icescr-11", Direction.ADVANCES)
PRIVACY = Point(1, "iccpr-17", Direction.ENDANGERS)
SCHOOL = Point(2, "icescr-13", Direction.ADVANCES)


def test_it_says_which_articles_the_outcome_advances_most_first() -> None:
    found = decided([SCHOOL, HOME, Point(2, "icescr-11", Direction.BOTH)], carried=[1, 2], lost=[])
    assert found.advanced == (("icescr-11", 2), ("icescr-13", 1))


def test_an_article_counts_once_for_a_proposal_however_many_say_it() -> None:
    assert decided([HOME, HOME], carried=[1], lost=[]).advanced == (("icescr-11", 1),)


def test_only_the_dangers_of_what_was_carried_are_risks_of_the_outcome() -> None:
    assert decided([HOME, PRIVACY], carried=[1], lost=[]).dangers == (PRIVACY,)
    assert decided([HOME, PRIVACY], carried=[], lost=[1]).dangers == ()


@pytest.mark.parametrize(
    ("point", "met"),
    [
        (PRIVACY, False),
        (Point(1, "iccpr-17", Direction.ENDANGERS, "Ask first."), True),
        (Point(1, "iccpr-17", Direction.ENDANGERS, " ", answers=(FindingAnswerKind.DISPUTED,)), True),
    ],
)
def test_a_risk_is_met_by_a_safeguard_or_an_answer(point, met) -> None:
    assert point.met is met


def test_what_the_minority_asked_for_is_told_with_what_nothing_else_advances() -> None:
    found = decided([HOME, SCHOOL, Point(2, "icescr-11", Direction.ADVANCES)], carried=[1], lost=[2])
    assert found.asked_in_vain == ((2, ("icescr-13", "icescr-11")),)
    assert found.left_alone == ("icescr-13",)


@pytest.fixture
def visits(app):
    place = given.deliberation(round=RoundKind.PROPOSE)
    made = given.proposal(place)
    said = Tag("iccpr-17", Direction.ENDANGERS, ("migrants",), "Ask first.")
    acts.tag(given.reviewer(), made, said=said, lang="en")
    return made


def test_what_was_said_is_read_in_two_statements(visits) -> None:
    with counted() as statements:
        (found,) = points(db.session(), [visits.id])
    assert len(statements) == 2
    assert (found.article, found.mitigation, found.met) == ("iccpr-17", "Ask first.", True)


def test_nothing_is_told_of_a_hidden_proposal(visits) -> None:
    proposals.hide(given.facilitator(), visits, reason="Names a neighbor.")
    assert points(db.session(), [visits.id]) == []
