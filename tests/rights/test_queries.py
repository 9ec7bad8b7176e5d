"""Reading what proposals are tied to, and what articles proposals are tied to."""

from __future__ import annotations

import pytest

from app.accounts.models import Account
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations.models import Deliberation
from app.proposals import acts as proposals
from app.proposals.models import Proposal
from app.rights import acts, queries
from app.rights.models import View
from app.rights.tags import Direction, Tag
from tests import given
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("app")

HOME = "icescr-11"
COMPLETE = {"A1": ["water"], "A2": "better", "A3": ["everyone"], "A4": "no", "A5": "no", "A6": "no", "A7": "led"}


@pytest.fixture
def water() -> Deliberation:
    return given.deliberation("Who keeps the water on?", round=RoundKind.PROPOSE)


@pytest.fixture
def ada() -> Account:
    return given.resident("Ada")


@pytest.fixture
def visits(water, ada) -> Proposal:
    return given.proposal(water, by=ada, title="A visit before any shut-off")


def tie(who: Account, proposal: Proposal, article: str = HOME, direction: Direction = Direction.ADVANCES):
    return acts.tag(who, proposal, said=Tag(article, direction, ("renters",)), lang="en", explanation="It does.")


def test_dangers_come_first_among_tags(ada, visits) -> None:
    tie(ada, visits)
    tie(ada, visits, "iccpr-17", Direction.ENDANGERS)
    tags = queries.tags_of(db.session(), [visits.id])[visits.id]
    assert [tag.direction for tag in tags] == [Direction.ENDANGERS, Direction.ADVANCES]
    assert (tags[1].groups, tags[1].explanation, tags[1].view) == (("renters",), "It does.", View.AUTHOR)
    assert tags[1].article.id == HOME
    assert tags[0].lacks_mitigation
    assert not tags[1].lacks_mitigation


def test_tags_of_many_proposals_take_one_statement(ada, water, visits) -> None:
    others = [given.proposal(water, by=ada, title=f"Idea {number}") for number in range(3)]
    for one in (visits, *others):
        tie(ada, one)
    with counted() as statements:
        found = queries.tags_of(db.session(), [visits.id, *(one.id for one in others)])
    assert len(found) == 4
    assert len(statements) == 1


def test_what_was_taken_back_is_tied_no_more(ada, water, visits) -> None:
    acts.withdraw_tag(ada, tie(ada, visits))
    assert queries.tags_of(db.session(), [visits.id]) == {}
    assert queries.tied_to(db.session(), HOME) == []
    assert queries.proposals_tagged(db.session(), water.id, HOME) == ()
    assert queries.counts_by_article(db.session()) == {}


def test_an_article_knows_its_proposals_in_every_deliberation(ada, visits) -> None:
    trees = given.deliberation("Where do we plant trees?", round=RoundKind.PROPOSE)
    oaks = given.proposal(trees, by=ada)
    tie(ada, visits)
    tie(ada, oaks, direction=Direction.BOTH)
    found = queries.tied_to(db.session(), HOME)
    assert [(one.question, one.total) for one in found] == [(trees.question, 1), ("Who keeps the water on?", 1)]
    assert [one.title for one in found[1].proposals] == ["A visit before any shut-off"]
    assert found[0].proposals[0].said == ((Direction.BOTH, View.AUTHOR),)


def test_author_and_reviewer_are_told_apart_and_the_proposal_counted_once(ada, visits) -> None:
    tie(ada, visits)
    tie(given.reviewer(), visits, direction=Direction.ENDANGERS)
    [water] = queries.tied_to(db.session(), HOME)
    assert water.total == 1
    assert water.proposals[0].said == ((Direction.ADVANCES, View.AUTHOR), (Direction.ENDANGERS, View.REVIEWER))
    assert queries.counts_by_article(db.session()) == {HOME: 1}


def test_hidden_and_withdrawn_proposals_are_not_shown_at_articles(ada, water, visits) -> None:
    other = given.proposal(water, by=ada, title="No fee for turning it on again")
    tie(ada, visits)
    tie(ada, other)
    proposals.hide(given.facilitator(), visits, reason="Names a neighbor.")
    proposals.withdraw(ada, other, reason="Merged with another.")
    assert queries.tied_to(db.session(), HOME) == []
    assert queries.counts_by_article(db.session()) == {}


def test_where_many_are_tied_the_youngest_are_listed_and_all_are_counted(ada, water, visits) -> None:
    others = [given.proposal(water, by=ada, title=f"Idea {number}") for number in range(3)]
    for one in (visits, *others):
        tie(ada, one)
    [found] = queries.tied_to(db.session(), HOME, most=2)
    assert found.total == 4
    assert [one.title for one in found.proposals] == ["Idea 2", "Idea 1"]


def test_an_article_that_the_catalogue_lost_is_named_by_its_id() -> None:
    assert queries.article("icescr-99") is None
    assert queries.article("") is None


def test_a_draft_gives_its_tags_as_they_will_stand() -> None:
    content = {
        "lang": "es",
        "tags": [{"article": "iccpr-17", "direction": "endangers", "groups": ["renters"], "mitigation": "Límites."}],
    }
    [tag] = queries.drafted_tags(content)
    assert (tag.id, tag.article_id, tag.direction, tag.groups) == (None, "iccpr-17", "endangers", ("renters",))
    assert (tag.mitigation, tag.lang, tag.view) == ("Límites.", "es", View.AUTHOR)
    assert queries.drafted_tags({}) == []


def test_only_a_finished_checklist_leaves_the_draft() -> None:
    assert queries.drafted_answers({"answers": COMPLETE})["A2"] == ["better"]
    assert queries.drafted_answers({"answers": {**COMPLETE, "A4": []}}) == {}
    assert queries.drafted_answers({"answers": {**COMPLETE, "A2": "splendid"}}) == {}
    assert queries.drafted_answers({}) == {}
