"""What people and moderators can do in a discussion, and what they cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.acts import Conflict
from app.charter.rounds import RoundKind
from app.charter.rules import Refused
from app.database import db
from app.discussion import acts, queries
from app.discussion.models import Comment, CommentState, Position, Reason
from app.proposals.models import Proposal
from tests import given
from tests.entries import bodies, entries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def oaks(app) -> Proposal:
    return given.proposal(given.deliberation(round=RoundKind.PROPOSE))


@pytest.fixture
def kim(app):
    return given.unverified("Kim")


@pytest.fixture
def femi(app):
    return given.facilitator("Femi")


@pytest.fixture
def rude(oaks, kim) -> Comment:
    return given.comment(oaks, by=kim, body="You are all geese.")


def read(oaks: Proposal) -> list[tuple[str, int]]:
    thread = queries.thread_page(db.session(), oaks.id)
    return [(row.body, depth) for row, depth in thread.comments]


def test_a_comment_says_where_it_stands_and_is_counted(oaks, kim) -> None:
    said = acts.comment(kim, oaks, body="Yes!", lang="en", position=Position.FOR)
    db.session.refresh(oaks)
    assert said.position is Position.FOR
    assert oaks.comments_count == 1


def test_an_answer_stands_below_and_takes_no_position(oaks, kim, rude) -> None:
    answer = acts.comment(given.unverified("Lou"), oaks, body="Honk.", lang="en", position=Position.FOR, parent=rude)
    assert answer.position is None
    assert read(oaks) == [("You are all geese.", 0), ("Honk.", 1)]


def test_nobody_answers_a_hidden_comment(oaks, kim, femi, rude) -> None:
    acts.hide(femi, rude, reason=Reason.INSULT, explanation="Argue with the proposal.")
    with pytest.raises(Conflict, match="not there any more"):
        acts.comment(kim, oaks, body="But!", lang="en", parent=rude)


def test_a_comment_can_be_changed_for_a_short_while_and_the_earlier_text_is_kept(oaks, kim) -> None:
    clock.freeze(clock.now())
    said = acts.comment(kim, oaks, body="Teh oaks", lang="en", editable_for=timedelta(minutes=15))
    acts.edit(kim, said, body="The oaks", lang="en")
    assert [one.body for one in queries.earlier_texts(db.session(), said.id)] == ["Teh oaks"]
    clock.travel(timedelta(minutes=16))
    try:
        with pytest.raises(Refused, match=r"comment\.edited"):
            acts.edit(kim, said, body="No oaks", lang="en")
    finally:
        clock.release()


def test_a_hidden_comment_shows_the_reason_and_not_its_text(oaks, femi, rude) -> None:
    hiding = acts.hide(femi, rude, reason=Reason.INSULT, explanation="Argue with the proposal.")
    thread = queries.thread_page(db.session(), oaks.id)
    assert thread.hidings is not None
    assert thread.hidings[rude.id].explanation == "Argue with the proposal."
    assert hiding.reason is Reason.INSULT
    db.session.refresh(oaks)
    assert oaks.comments_count == 0


def test_only_moderators_hide(oaks, rude) -> None:
    with pytest.raises(Refused):
        acts.hide(given.resident("Bo"), rude, reason=Reason.INSULT, explanation="I am hurt.")


def test_hiding_settles_the_open_reports(femi, rude) -> None:
    report = acts.report(given.unverified("Lou"), rude, reason=Reason.INSULT, detail="That's me.")
    acts.hide(femi, rude, reason=Reason.INSULT, explanation="Argue with the proposal.")
    db.session.refresh(report)
    assert report.state == "upheld"


def test_one_report_for_each_person(rude) -> None:
    lou = given.unverified("Lou")
    acts.report(lou, rude, reason=Reason.INSULT, detail="")
    with pytest.raises(Conflict, match="already"):
        acts.report(lou, rude, reason=Reason.SPAM, detail="")


def test_an_appeal_is_decided_by_somebody_else(kim, femi, rude) -> None:
    hiding = acts.hide(femi, rude, reason=Reason.INSULT, explanation="Argue with the proposal.")
    appeal = acts.appeal(kim, hiding, text="Geese are noble birds.")
    with pytest.raises(Refused, match=r"appeal\.decided"):
        acts.decide_appeal(femi, appeal, upheld=False, answer="No.")
    acts.decide_appeal(given.clerk("Cleo"), appeal, upheld=True, answer="They are.")
    db.session.refresh(rude)
    assert rude.state == CommentState.PUBLIC


def test_there_is_one_appeal_for_each_hiding(kim, femi, rude) -> None:
    hiding = acts.hide(femi, rude, reason=Reason.INSULT, explanation="Argue with the proposal.")
    appeal = acts.appeal(kim, hiding, text="Geese are noble birds.")
    acts.decide_appeal(given.clerk("Cleo"), appeal, upheld=False, answer="Not here.")
    with pytest.raises(Refused):
        acts.appeal(kim, hiding, text="Please.")


def test_only_the_author_appeals(femi, rude) -> None:
    hiding = acts.hide(femi, rude, reason=Reason.INSULT, explanation="Argue with the proposal.")
    with pytest.raises(Refused):
        acts.appeal(given.unverified("Lou"), hiding, text="On Kim's behalf.")


def test_helpful_is_counted_once_a_person_and_can_be_taken_back(rude) -> None:
    lou = given.unverified("Lou")
    for helpful, counted in ((True, 1), (True, 1), (False, 0), (False, 0), (True, 1)):
        acts.mark_helpful(lou, rude, helpful=helpful)
        db.session.refresh(rude)
        assert rude.helpful_count == counted


def test_nobody_finds_their_own_comment_helpful(kim, rude) -> None:
    with pytest.raises(Conflict):
        acts.mark_helpful(kim, rude, helpful=True)


def test_an_erased_comment_leaves_its_place_and_none_of_its_words(oaks, kim) -> None:
    said = acts.comment(kim, oaks, body="Call me on 555-0199", lang="en", editable_for=timedelta(minutes=15))
    acts.edit(kim, said, body="Call me some day", lang="en")
    given.comment(oaks, by=given.unverified("Lou"), body="Noted.")
    acts.erase(kim, said)
    assert read(oaks) == [("", 0), ("Noted.", 0)]
    assert [one.body for one in queries.earlier_texts(db.session(), said.id)] == [""]


def test_officials_speak_under_their_badge(oaks, femi) -> None:
    assert given.comment(oaks, by=femi, body="The round stays open.").author_role == "facilitator"


def test_no_word_of_a_discussion_stands_in_the_log(oaks, kim, femi, rude) -> None:
    acts.report(given.unverified("Lou"), rude, reason=Reason.INSULT, detail="marker-detail")
    hiding = acts.hide(femi, rude, reason=Reason.INSULT, explanation="marker-explanation")
    acts.appeal(kim, hiding, text="marker-appeal")
    everything = b"".join(bodies())
    for word in (b"geese", b"marker", b"Kim", b"example.org"):
        assert word not in everything
    assert entries("comment.hidden")[0]["facts"] == {"reason": "insult"}


@pytest.mark.parametrize("quietly", ["report", "mark"])
def test_the_log_does_not_lead_from_a_report_or_a_mark_to_who_made_it(oaks, kim, rude, quietly) -> None:
    lou = given.unverified("Lou")
    given.comment(oaks, by=lou, body="I sign this with my name.")
    if quietly == "report":
        acts.report(lou, rude, reason=Reason.INSULT, detail="")
    else:
        acts.mark_helpful(lou, rude, helpful=True)
    assert entries()[-1]["by"] == {"role": "resident"}


def test_a_moderator_does_not_settle_what_became_of_their_own_comment(oaks, femi) -> None:
    said = given.comment(oaks, by=femi, body="You are all geese.")
    reported = acts.report(given.unverified("Lou"), said, reason=Reason.INSULT, detail="")
    with pytest.raises(Refused, match="for themself"):
        acts.dismiss(femi, reported)
    hiding = acts.hide(given.clerk(), said, reason=Reason.INSULT, explanation="Argue with the proposal.")
    with pytest.raises(Refused, match="for themself"):
        acts.restore(femi, said)
    appeal = acts.appeal(femi, hiding, text="They are geese.")
    with pytest.raises(Refused, match="for themself"):
        acts.decide_appeal(femi, appeal, upheld=True, answer="Quite so.")
