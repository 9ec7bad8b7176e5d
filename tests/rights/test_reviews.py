"""Three views kept apart: reviewers who are free to judge, what residents add, and an answer to each finding."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.acts import Conflict
from app.audit import sequencer
from app.charter.rounds import RoundKind
from app.charter.rules import Refused
from app.database import db
from app.deliberations import acts as deliberations
from app.deliberations.models import Deliberation
from app.notifications import notices
from app.notifications.models import Notice
from app.proposals import acts as proposals
from app.proposals.models import Proposal
from app.rights import acts, queries
from app.rights.findings import FindingAnswerKind
from app.rights.models import ArticleTag, AssessmentDraft, Concern, ConcernKind, Review, View
from app.rights.queries import assessed, findings
from app.rights.tags import Direction, Tag
from app.writing import private_write
from tests import given
from tests.entries import bodies, entries
from tests.queries import MOST, counted
from tests.rights.test_assessing import HOME, PRIVACY, SOUND

pytestmark = pytest.mark.usefixtures("app")

ANSWERS = {key: [said] if isinstance(said, str) else said for key, said in SOUND.items()}
SAID = "It would drive my mother out."


@pytest.fixture
def streets() -> Deliberation:
    made = given.deliberation(round=RoundKind.PROPOSE)
    given.open_round(made, RoundKind.REVIEW, independent_reviews=2)
    return made


@pytest.fixture
def ada() -> Account:
    return given.resident("Ada")


@pytest.fixture
def femi(streets) -> Account:
    return given.facilitator("Femi", of=streets)


@pytest.fixture
def visits(streets, ada) -> Proposal:
    return given.proposal(streets, by=ada, title="A visit before any shut-off")


@pytest.fixture
def rosa() -> Account:
    return given.reviewer("Rosa")


@pytest.fixture
def ravi() -> Account:
    return given.reviewer("Ravi")


def at(streets: Deliberation, proposal: Proposal, more: str = "") -> str:
    return f"/deliberations/{streets.slug}/proposals/{proposal.id}/rights{more}"


def filled_in(who: Account, proposal: Proposal, **changes: list[str]) -> None:
    with private_write() as session:
        session.add(
            AssessmentDraft(
                account_id=who.id, proposal_id=proposal.id, checklist="full", checklist_version=1,
                revision_number=proposal.revision_number, answers={**ANSWERS, **changes},
            )
        )  # fmt: skip


def handed_in(femi: Account, who: Account, proposal: Proposal, **changes: list[str]) -> Review:
    review = acts.assign_reviewer(femi, proposal, reviewer=who)
    acts.accept_review(who, review)
    filled_in(who, proposal, **changes)
    return acts.hand_in_review(who, review)


def reviewers_say(proposal: Proposal) -> list[tuple[str, int | None]]:
    tags = queries.tags_on(db.session(), proposal.id)
    return sorted((tag.article_id, tag.set_by_id) for tag in tags if tag.view is View.REVIEWER)


def challenge(who: Account, proposal: Proposal, *, unnamed: bool = False) -> Concern:
    said = acts.Raised(ConcernKind.CHALLENGE, SAID, "en", "icescr-12", Direction.ENDANGERS, ("older",))
    return acts.raise_concern(who, proposal, said=said, unnamed=unnamed)


def told(who: Account) -> list[str]:
    sequencer.after_commit()  # on PostgreSQL entries get their place a moment after the act
    notices.catch_up()
    return list(db.session.scalars(select(Notice.kind).where(Notice.account_id == who.id).order_by(Notice.id)))


# ---------------------------------------------------------------- reviews


def test_two_independent_reviews_are_opened_together(femi, rosa, ravi, visits) -> None:
    first = acts.assign_reviewer(femi, visits, reviewer=rosa)
    second = acts.assign_reviewer(femi, visits, reviewer=ravi)
    for who, review in ((rosa, first), (ravi, second)):
        acts.accept_review(who, review)
        filled_in(who, visits)
    acts.hand_in_review(rosa, first)
    assert reviewers_say(visits) == []
    assert entries("review.handed_in")[0]["facts"]["opened"] == 0
    acts.hand_in_review(ravi, second)
    assert reviewers_say(visits) == sorted((article, who.id) for article in (HOME, PRIVACY) for who in (rosa, ravi))
    assert len(assessed.assessments(db.session(), visits.id)) == 2
    assert db.session.scalars(select(AssessmentDraft)).all() == []


def test_one_alone_waits_until_a_second_reviewer_is_asked_or_a_facilitator_says_why_not(femi, rosa, visits) -> None:
    handed_in(femi, rosa, visits)
    assert reviewers_say(visits) == []
    acts.open_reviews(femi, visits, reason="Nobody else is free before the vote.")
    assert len(reviewers_say(visits)) == 2
    with pytest.raises(Conflict, match="No review waits"):
        acts.open_reviews(femi, visits, reason="Again.")


def test_where_the_round_asks_for_one_it_is_opened_at_once(ada, rosa) -> None:
    parks = given.deliberation("Which parks?", round=RoundKind.PROPOSE)
    oaks = given.proposal(parks, by=ada)
    handed_in(given.facilitator("Fay", of=parks), rosa, oaks)
    assert len(reviewers_say(oaks)) == 2


def test_what_was_handed_in_is_in_no_page_and_no_entry_before_it_is_opened(client, streets, femi, rosa, visits) -> None:
    handed_in(femi, rosa, visits)
    client.sign_in(given.reviewer("Ravi"))
    seen = client.get(at(streets, visits, "/views")).text
    assert "It can be read once the others are in." in seen
    assert "Full assessments" in seen
    assert "The housing office" not in seen
    assert not any("icescr" in body.decode() for body in bodies())


def test_a_reviewer_under_way_cannot_say_it_by_a_tag_either(femi, rosa, visits) -> None:
    acts.assign_reviewer(femi, visits, reviewer=rosa)
    with pytest.raises(Conflict, match="Say it in your review"):
        acts.tag(rosa, visits, said=Tag(HOME, Direction.ADVANCES), lang="en")


def test_nobody_reviews_without_declaring_to_be_free_of_conflicts(femi, rosa, visits) -> None:
    review = acts.assign_reviewer(femi, visits, reviewer=rosa)
    filled_in(rosa, visits)
    with pytest.raises(Refused):
        acts.hand_in_review(rosa, review)
    acts.accept_review(rosa, review)
    acts.hand_in_review(rosa, review)
    with pytest.raises(Refused):
        acts.hand_in_review(rosa, review)


def test_an_incomplete_review_is_not_handed_in(femi, rosa, visits) -> None:
    review = acts.assign_reviewer(femi, visits, reviewer=rosa)
    acts.accept_review(rosa, review)
    filled_in(rosa, visits, A3=[])
    with pytest.raises(Conflict, match="still missing"):
        acts.hand_in_review(rosa, review)


def test_who_steps_back_says_why_and_others_are_not_kept_waiting(femi, rosa, ravi, visits) -> None:
    third = given.reviewer("Rita")
    gone = acts.assign_reviewer(femi, visits, reviewer=third)
    handed_in(femi, rosa, visits)
    handed_in(femi, ravi, visits)
    assert reviewers_say(visits) == []
    acts.step_back(third, gone, reason="My brother wrote it with Ada.")
    assert len(reviewers_say(visits)) == 4


def test_only_reviewers_who_did_not_write_it_are_asked_and_once(femi, ada, rosa, visits) -> None:
    with pytest.raises(Conflict, match="is not a human rights reviewer"):
        acts.assign_reviewer(femi, visits, reviewer=ada)
    acts.assign_reviewer(femi, visits, reviewer=rosa)
    with pytest.raises(Conflict, match="asked already"):
        acts.assign_reviewer(femi, visits, reviewer=rosa)
    with pytest.raises(Refused):
        acts.assign_reviewer(rosa, visits, reviewer=rosa)


def test_reviewers_and_authors_are_told(femi, ada, rosa, visits) -> None:
    handed_in(femi, rosa, visits)
    assert "review_asked" in told(rosa)
    assert "reviewed" not in told(ada)
    acts.open_reviews(femi, visits, reason="Time is up.")
    assert "reviewed" in told(ada)


def test_where_views_differ_the_page_shows_where(client, streets, femi, ada, rosa, ravi, visits) -> None:
    acts.assess(ada, visits, answers={}, tags=[Tag(HOME, Direction.ADVANCES)], lang="en")
    first, second = (acts.assign_reviewer(femi, visits, reviewer=who) for who in (rosa, ravi))
    for who, review, said in ((rosa, first, {}), (ravi, second, {"D2": ["no"], "E1": [HOME]})):
        acts.accept_review(who, review)
        filled_in(who, visits, **said)
        acts.hand_in_review(who, review)
    seen = client.get(at(streets, visits, "/views")).text
    assert "they have 50% in common" in seen
    assert "Is it clear who does it" in seen
    assert "Not marked" in seen
    assert "alpha" not in seen


# ---------------------------------------------------------------- residents


def test_a_resident_speaks_unnamed_and_neither_page_nor_log_tells_who(client, streets, visits) -> None:
    bo = given.unverified("Bo Unseen")
    concern = challenge(bo, visits, unnamed=True)
    assert concern.author_id is None
    entry = entries("concern.raised")[0]
    assert entry["by"] == {"role": "resident"}
    seen = client.get(at(streets, visits)).text
    assert SAID in seen
    assert "A resident who is not named" in seen
    assert "Bo Unseen" not in seen
    acts.hide_concern(bo, concern, reason="I changed my mind.")
    assert entries("concern.hidden")[0]["by"] == {"role": "resident"}
    assert SAID not in client.get(at(streets, visits)).text


def test_a_challenge_and_its_answer_stay_beside_each_other(client, streets, ada, visits) -> None:
    bo = given.unverified("Bo")
    concern = challenge(bo, visits)
    assert "concern_raised" in told(ada)
    acts.answer_concern(ada, acts.Answering(concern), text="She is exempt by rule 4.", lang="en", upheld=False)
    seen = client.get(at(streets, visits)).text
    assert SAID in seen
    assert "She is exempt by rule 4." in seen
    assert queries.tags_on(db.session(), visits.id) == ()
    assert "concern_answered" in told(bo)


def test_an_upheld_challenge_becomes_a_finding_of_residents(rosa, visits) -> None:
    acts.answer_concern(
        rosa, acts.Answering(challenge(given.unverified("Bo"), visits)), text="True.", lang="en", upheld=True
    )
    (found,) = queries.tags_on(db.session(), visits.id)
    assert (found.view, found.article_id, found.direction) == (View.RESIDENT, "icescr-12", Direction.ENDANGERS)
    assert findings.unsettled(db.session(), [visits.id]) == [visits.id]


def test_nobody_answers_their_own_concern_and_none_is_answered_twice(ada, rosa, visits) -> None:
    own = challenge(rosa, visits)
    with pytest.raises(Refused):
        acts.answer_concern(rosa, acts.Answering(own), text="So it is.", lang="en", upheld=True)
    acts.answer_concern(ada, acts.Answering(own), text="No.", lang="en", upheld=False)
    with pytest.raises(Refused):
        acts.answer_concern(ada, acts.Answering(own), text="Yes.", lang="en", upheld=True)
    with pytest.raises(Refused):
        acts.answer_concern(given.unverified("Cy"), acts.Answering(own), text="?", lang="en", upheld=True)


# ---------------------------------------------------------------- findings and the ballot


@pytest.fixture
def finding(rosa, visits) -> acts.Finding:
    return acts.Finding(acts.tag(rosa, visits, said=Tag(PRIVACY, Direction.ENDANGERS), lang="en"))


def answer(who: Account, finding: acts.Finding, kind: FindingAnswerKind) -> None:
    acts.answer_finding(who, finding, kind=kind, text="For this reason.", lang="en")


def open_a_vote(streets: Deliberation) -> None:
    femi = given.facilitator("Fay", of=streets)
    vote = given.planned_round(streets, RoundKind.VOTE, by=femi, question="Shall we?")
    deliberations.open_round(femi, vote)


def test_a_vote_does_not_open_over_a_danger_to_which_nothing_is_recorded(streets, ada, finding) -> None:
    with pytest.raises(Conflict, match="nothing is recorded to it yet"):
        open_a_vote(streets)
    answer(ada, finding, FindingAnswerKind.DISPUTED)
    given_now = db.session.get_one(ArticleTag, finding.tag.id)
    assert given_now.withdrawn_at is None


@pytest.mark.parametrize(
    ("office", "kind"),
    [
        ("author", FindingAnswerKind.ACCEPTED),
        ("reviewer", FindingAnswerKind.REASONED),
        ("facilitator", FindingAnswerKind.UNANSWERED),
    ],
)
def test_author_reviewer_or_facilitator_can_each_let_it_come_to_the_vote(
    streets, ada, rosa, femi, finding, office: str, kind: FindingAnswerKind
) -> None:
    answer({"author": ada, "reviewer": rosa, "facilitator": femi}[office], finding, kind)
    assert findings.unsettled(db.session(), [finding.tag.proposal_id]) == []
    open_a_vote(streets)


def test_the_author_who_saw_the_danger_and_said_what_lessens_it_need_not_answer(streets, ada, visits) -> None:
    bare, said = Tag(PRIVACY, Direction.ENDANGERS), Tag(PRIVACY, Direction.ENDANGERS, (), "No visit unasked.")
    acts.assess(ada, visits, answers={}, tags=[bare], lang="en")
    assert findings.unsettled(db.session(), [visits.id]) == [visits.id]
    acts.assess(ada, visits, answers={}, tags=[said], lang="en")
    assert findings.unsettled(db.session(), [visits.id]) == []


def test_it_is_mitigated_only_by_a_revision_made_since(ada, finding, visits) -> None:
    with pytest.raises(Conflict, match="has not been revised since"):
        answer(ada, finding, FindingAnswerKind.MITIGATED)
    proposals.revise(ada, visits, title="A visit, announced", body="With a date.", lang="en", note="A date.")
    answer(ada, finding, FindingAnswerKind.MITIGATED)
    assert findings.finding_answers(db.session(), visits.id)[finding.tag.id].revision_number == 2


def test_nobody_gives_an_answer_that_is_another_office_s(ada, rosa, femi, finding) -> None:
    for who, kind in ((ada, "reasoned"), (ada, "unanswered"), (rosa, "accepted"), (femi, "disputed")):
        with pytest.raises(Conflict, match="not yours to give"):
            answer(who, finding, FindingAnswerKind(kind))
    with pytest.raises(Refused):
        answer(given.resident("Bo"), finding, FindingAnswerKind.ACCEPTED)


def test_facilitators_see_what_waits_for_an_answer(client, streets, finding, visits) -> None:
    seen = client.get(f"/deliberations/{streets.slug}/findings").text
    assert f"#{visits.id}" in seen
    assert "at least 10" in seen


# ---------------------------------------------------------------- pages


def test_a_facilitator_asks_a_reviewer_who_begins_from_the_notice(client, streets, femi, rosa, visits) -> None:
    client.sign_in(femi)
    assert client.post(at(streets, visits, "/reviewers"), data={"reviewer": rosa.public_id}).status_code == 303
    (review,) = assessed.reviews(db.session(), visits.id)
    client.sign_in(rosa)
    assert "You are asked to review this proposal" in client.get(at(streets, visits, "/views")).text
    begun = client.post(at(streets, visits, f"/reviewers/{review.id}/accept"))
    assert client.get(begun.location).status_code == 200


def test_residents_raise_and_authors_answer_on_pages(client, streets, ada, visits) -> None:
    client.sign_in(given.unverified("Bo"))
    place = at(streets, visits, "/concerns/new")
    assert client.get(place).status_code == 200
    said = {"kind": "challenge", "body": SAID, "lang": "en"}
    assert client.post(place, data=said).status_code == 422
    said |= {"article": "ICESCR 12", "direction": "endangers"}
    assert client.post(place, data=said).status_code == 303
    (concern,) = assessed.concerns(db.session(), visits.id)
    client.sign_in(ada)
    answered = client.post(
        at(streets, visits, f"/concerns/{concern.id}/answer"),
        data={"upheld": "yes", "text": "You are right.", "lang": "en"},
    )
    assert answered.status_code == 303
    (tag,) = queries.tags_on(db.session(), visits.id)
    form = client.get(at(streets, visits, f"/tag/{tag.id}/answer"))
    assert "Accepted: the danger stays, with a reason" in form.text
    said = {"kind": "accepted", "text": "It is worth it.", "lang": "en"}
    assert client.post(at(streets, visits, f"/tag/{tag.id}/answer"), data=said).status_code == 303
    assert "It is worth it." in client.get(at(streets, visits)).text


def test_the_rights_page_takes_few_statements_whatever_stands_on_it(
    client, streets, femi, ada, rosa, ravi, visits, finding
) -> None:
    for name in ("Bo", "Cy", "Di"):
        concern = challenge(given.unverified(name), visits)
        acts.answer_concern(ada, acts.Answering(concern), text="Thank you.", lang="en", upheld=True)
    answer(ada, finding, FindingAnswerKind.DISPUTED)
    acts.assign_reviewer(femi, visits, reviewer=ravi)
    client.sign_in(ada)
    for place in [at(streets, visits, more) for more in ("", "/views")]:
        with counted() as statements:
            assert client.get(place).status_code == 200
        assert len(statements) <= MOST, statements
