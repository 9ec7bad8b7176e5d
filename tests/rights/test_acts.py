"""What people say of a proposal in terms of rights, and what of it the log shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.acts import Conflict
from app.charter.rounds import RoundKind
from app.charter.rules import Refused
from app.database import db
from app.deliberations import acts as deliberations
from app.deliberations.models import Deliberation
from app.proposals import acts as proposals
from app.proposals.models import Proposal
from app.rights import acts, queries
from app.rights.models import ArticleTag, Assessment, View
from app.rights.tags import Direction, Tag
from tests import given
from tests.entries import bodies, entries

pytestmark = pytest.mark.usefixtures("app")

WORRY = "I worry that a visit becomes an inspection."
SAFEGUARD = "The visitor stays outside unless invited in."
ANSWERS = {
    "A1": ["water"],
    "A2": ["better"],
    "A3": ["low_income"],
    "A4": ["no"],
    "A5": ["no"],
    "A6": ["no"],
    "A7": ["led"],
    "A8": [WORRY],
}
HOME = Tag("icescr-11", Direction.ADVANCES, ("low_income",))
PRIVACY = Tag("iccpr-17", Direction.ENDANGERS, ("low_income",), SAFEGUARD)


@pytest.fixture
def water() -> Deliberation:
    return given.deliberation(round=RoundKind.PROPOSE)


@pytest.fixture
def ada() -> Account:
    return given.resident("Ada")


@pytest.fixture
def visits(water, ada) -> Proposal:
    return given.proposal(water, by=ada, title="A visit before any shut-off")


def assess(author: Account, proposal: Proposal, tags=(HOME, PRIVACY), lang: str = "en", **answers) -> Assessment:
    return acts.assess(author, proposal, answers=ANSWERS | answers, tags=tags, lang=lang)


def standing(proposal: Proposal) -> list[str]:
    return sorted(tag.article_id for tag in queries.tags_of(db.session(), [proposal.id]).get(proposal.id, []))


def test_an_author_answers_the_checklist_and_ties_articles(ada, visits) -> None:
    made = assess(ada, visits)
    assert (made.checklist, made.checklist_version, made.revision_number) == ("quick", 1, 1)
    assert queries.assessment(db.session(), visits.id).answers == ANSWERS
    assert standing(visits) == ["iccpr-17", "icescr-11"]


def test_the_log_tells_the_articles_and_no_word_that_somebody_wrote(ada, visits) -> None:
    assess(ada, visits)
    assert entries("assessment.made")[0]["facts"] == {
        "checklist": "quick-1",
        "revision": 1,
        "articles": {"icescr-11": "advances", "iccpr-17": "endangers"},
    }
    rosa = given.reviewer("Rosa")
    said = replace(PRIVACY, article_id="udhr-12")
    tag = acts.tag(rosa, visits, said=said, lang="en", explanation="A stranger comes to the door.")
    acts.withdraw_tag(rosa, tag)
    everything = b"\n".join(bodies()).decode()
    for words in (WORRY, SAFEGUARD, "A stranger comes"):
        assert words not in everything


def test_answers_in_ones_own_words_keep_their_language(ada, visits) -> None:
    assert assess(ada, visits, lang="es").lang == "es"
    assert {tag.lang for tag in db.session.scalars(select(ArticleTag))} == {"es"}


def test_new_answers_take_the_place_of_the_earlier_ones_which_stay_in_the_record(ada, visits) -> None:
    first = assess(ada, visits)
    second = assess(ada, visits, tags=(HOME,), A2=["mixed"])
    assert queries.assessment(db.session(), visits.id).id == second.id
    assert db.session.get(Assessment, first.id).replaced_at is not None
    assert standing(visits) == ["icescr-11"]
    assert len(db.session.scalars(select(ArticleTag)).all()) == 3


def test_answering_again_can_leave_the_tags_as_they_stand(ada, visits) -> None:
    assess(ada, visits)
    before = [tag.id for tag in queries.tags_of(db.session(), [visits.id])[visits.id]]
    assess(ada, visits, tags=None, A2=["worse"])
    assert [tag.id for tag in queries.tags_of(db.session(), [visits.id])[visits.id]] == before
    assert "articles" not in entries("assessment.made")[-1]["facts"]


def test_new_answers_of_the_author_do_not_touch_the_reviewers_tags(ada, visits) -> None:
    acts.tag(given.reviewer(), visits, said=PRIVACY, lang="en")
    assess(ada, visits, tags=(HOME,))
    assert standing(visits) == ["iccpr-17", "icescr-11"]


def test_answers_name_the_revision_they_are_about(ada, visits) -> None:
    assess(ada, visits)
    proposals.revise(ada, visits, title="A visit and a plan", body="First somebody knocks.", lang="en", note="Plan.")
    assert queries.assessment(db.session(), visits.id).revision_number == 1
    assert assess(ada, visits).revision_number == 2


def test_nobody_answers_for_the_author(visits) -> None:
    for other in (given.resident("Bo"), given.reviewer()):
        with pytest.raises(Refused):
            assess(other, visits)


def test_a_hidden_proposal_is_not_assessed_or_tagged(ada, visits) -> None:
    proposals.hide(given.facilitator(), visits, reason="Names a neighbor.")
    with pytest.raises(Refused):
        assess(ada, visits)
    with pytest.raises(Refused):
        acts.tag(given.reviewer(), visits, said=PRIVACY, lang="en")


def test_between_rounds_nothing_is_tied_and_nothing_taken_back(ada, water, visits) -> None:
    made = acts.tag(ada, visits, said=HOME, lang="en")
    deliberations.close_round(given.facilitator(), water.rounds[0], reason="Enough proposals.")
    with pytest.raises(Refused):
        acts.tag(ada, visits, said=PRIVACY, lang="en")
    with pytest.raises(Refused):
        acts.withdraw_tag(ada, made)
    assert standing(visits) == ["icescr-11"]


def test_each_view_says_whose_it_is(ada, visits) -> None:
    assert acts.tag(ada, visits, said=HOME, lang="en").view is View.AUTHOR
    assert acts.tag(given.reviewer(), visits, said=HOME, lang="en").view is View.REVIEWER
    assert [one["facts"]["view"] for one in entries("article.tagged")] == ["author", "reviewer"]


def test_other_residents_do_not_tag(visits) -> None:
    with pytest.raises(Refused):
        acts.tag(given.resident("Bo"), visits, said=HOME, lang="en")


def test_nobody_ties_a_proposal_to_one_article_twice(ada, visits) -> None:
    made = acts.tag(ada, visits, said=HOME, lang="en")
    with pytest.raises(Conflict):
        acts.tag(ada, visits, said=replace(HOME, direction=Direction.BOTH), lang="en")
    acts.withdraw_tag(ada, made)
    acts.tag(ada, visits, said=replace(HOME, direction=Direction.BOTH), lang="en")
    assert [tag.direction for tag in queries.tags_of(db.session(), [visits.id])[visits.id]] == [Direction.BOTH]


def test_only_whoever_set_a_tag_takes_it_back(ada, visits) -> None:
    made = acts.tag(given.reviewer("Rosa"), visits, said=PRIVACY, lang="en")
    for other in (ada, given.reviewer("Remy"), given.facilitator()):
        with pytest.raises(Refused):
            acts.withdraw_tag(other, made)
    assert standing(visits) == ["iccpr-17"]
