"""The map of a deliberation: what its proposals do to rights, for whom, and what nobody has spoken of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.acts import CITY
from app.adoptions import acts as adoptions
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.database import db
from app.proposals import acts as proposals
from app.rights import acts, catalogue
from app.rights.models import ArticleTag
from app.rights.tags import Direction, Tag
from tests import given
from tests.adoptions.test_register import SAID
from tests.queries import counted

HOME = Tag("icescr-11", Direction.ADVANCES, ("low_income",))
PRIVACY = Tag("iccpr-17", Direction.ENDANGERS, ("migrants",))


@pytest.fixture
def place(app):
    return given.deliberation(round=RoundKind.PROPOSE)


@pytest.fixture
def rosa(app):
    return given.reviewer("Rosa")


@pytest.fixture
def visits(place, rosa):
    made = given.proposal(place, title="A visit before any shut-off")
    for tag in (HOME, PRIVACY):
        acts.tag(rosa, made, said=tag, lang="en")
    return made


def at(place) -> str:
    return f"/deliberations/{place.slug}/rights"


def test_it_says_how_many_proposals_advance_or_endanger_a_right_and_for_whom(page, place, visits) -> None:
    shown = page.get(at(place))
    rows = {line.first("th").text: line.text for line in shown.main.first("tbody").all("tr")}
    home = catalogue.load().clusters_of("icescr-11")[0].label.en
    assert "1 advances it" in rows[home]
    assert "1 endangers it (1 without a safeguard)" in shown
    assert "For these groups a right is endangered, and none is advanced." in shown


def test_the_picture_says_in_words_that_the_table_has_the_same(page, place, visits) -> None:
    picture = page.get(at(place)).main.first("svg", role="img")
    assert "The table below says the same in words." in picture.first("title").text
    assert {"+1", "−1!"} <= {one.text for one in picture.all("text")}


def test_a_tag_taken_back_leaves_the_map_at_once(page, place, rosa, visits) -> None:
    assert "1 endangers it" in page.get(at(place))
    made = db.session.scalars(select(ArticleTag).where(ArticleTag.article == "iccpr-17")).one()
    acts.withdraw_tag(rosa, made)
    assert "1 endangers it" not in page.get(at(place))


def test_a_hidden_proposal_leaves_the_map_at_once(page, place, visits) -> None:
    page.get(at(place))
    proposals.hide(given.official(Role.FACILITATOR, "Fay"), visits, reason="Names a neighbor.")
    assert "Nothing to map yet" in page.get(at(place))


def test_a_measure_of_the_city_that_no_proposal_touches_is_named(page, place, visits) -> None:
    clerk = given.clerk()
    adoptions.enter(clerk, CITY, said=replace(SAID, title="Equal services"))
    adoptions.enter(clerk, CITY, said=replace(SAID, title="A home for all", instrument="icescr", articles=()))
    shown = page.get(at(place))
    assert "Equal services" in shown
    assert "A home for all" not in shown


def test_the_map_takes_as_many_statements_for_many_proposals_as_for_one(client, place, rosa, visits) -> None:
    with counted() as first:
        client.get(at(place))
    for number in range(4):
        more = given.proposal(place, by=given.resident(f"Resident {'abcd'[number]}"), title=f"Shade {number}")
        acts.tag(rosa, more, said=HOME, lang="en")
    with counted() as then:
        assert "5 advance it" in client.get(at(place)).get_data(as_text=True)
    assert len(then) <= len(first)
    assert len(first) <= 15, first


def test_a_proposals_page_has_its_paragraph_and_its_matrix(page, place, visits) -> None:
    shown = page.get(f"/deliberations/{place.slug}/proposals/{visits.id}/rights")
    assert "Others see a danger to ICCPR 17." in shown
    assert "endangers it (no safeguard recorded)" in shown
