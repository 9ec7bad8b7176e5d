"""Pages of the discussion, as residents and moderators meet them."""

from __future__ import annotations

import pytest

from app.charter.rounds import RoundKind
from app.database import db
from app.discussion import acts
from app.discussion.models import Reason
from app.proposals import acts as proposals
from tests import given


@pytest.fixture
def oaks(app):
    return given.proposal(given.deliberation(round=RoundKind.PROPOSE))


@pytest.fixture
def base(oaks) -> str:
    from app.deliberations.models import Deliberation

    found = db.session.get(Deliberation, oaks.deliberation_id)
    assert found is not None
    return f"/deliberations/{found.slug}"


@pytest.fixture
def page(oaks, base) -> str:
    return f"{base}/proposals/{oaks.id}"


def text(response) -> str:
    return response.get_data(as_text=True)


def test_a_comment_is_written_read_and_answered(client, page) -> None:
    client.sign_in(given.unverified("Kim"))
    posted = client.post(f"{page}/comment", data={"position": "against", "body": "Oaks die of **salt**.", "lang": "en"})
    assert posted.status_code == 303
    shown = text(client.get(page))
    assert "<strong>salt</strong>" in shown
    assert "Against" in shown
    answered = client.post(f"{page}/comments/1/answer", data={"body": "Then limes.", "lang": "es"})
    assert answered.status_code == 303
    assert 'lang="es"' in text(client.get(page))


def test_an_empty_comment_is_explained(client, page) -> None:
    client.sign_in(given.unverified("Kim"))
    answer = client.post(f"{page}/comment", data={"body": "  ", "lang": "en"})
    assert answer.status_code == 422
    assert "Write your comment." in text(answer)


def test_a_stranger_is_asked_to_sign_in_and_keeps_what_they_typed(client, page) -> None:
    answer = client.post(f"{page}/comment", data={"body": "A long and careful thought.", "lang": "en"})
    assert answer.status_code == 403
    assert "A long and careful thought." in text(answer)


def test_a_moderator_hides_and_the_author_appeals(client, base, page, oaks) -> None:
    kim = given.unverified("Kim")
    said = given.comment(oaks, by=kim, body="You are all geese.")
    femi = given.facilitator("Femi")
    client.sign_in(femi)
    client.post(f"{page}/comments/{said.id}/hide", data={"reason": "insult", "explanation": "Argue with the proposal."})
    shown = text(client.get(page))
    assert "You are all geese." not in shown
    assert "Argue with the proposal." in shown
    client.sign_in(kim)
    client.post(f"{page}/comments/{said.id}/appeal", data={"text": "Geese are noble."})
    assert "An appeal is under way." in text(client.get(page))
    client.sign_in(femi)
    assert "You hid this comment, so somebody else decides." in text(client.get(f"{base}/moderation"))
    client.sign_in(given.clerk("Cleo"))
    assert "Geese are noble." in text(client.get(f"{base}/moderation"))
    client.post(f"{base}/moderation/appeals/1", data={"decision": "upheld", "answer": "They are."})
    assert "You are all geese." in text(client.get(page))


def test_strangers_see_the_moderation_log_and_not_the_queue(client, base, oaks) -> None:
    said = given.comment(oaks, body="You are all geese.")
    acts.report(given.unverified("Lou"), said, reason=Reason.INSULT, detail="marker")
    shown = text(client.get(f"{base}/moderation"))
    assert "geese" not in shown
    assert "marker" not in shown
    assert "Criticism of the city" in shown


def test_a_dismissed_report_leaves_the_queue(client, base, oaks) -> None:
    said = given.comment(oaks, body="You are all geese.")
    acts.report(given.unverified("Lou"), said, reason=Reason.INSULT, detail="")
    client.sign_in(given.facilitator("Femi"))
    assert "geese" in text(client.get(f"{base}/moderation"))
    client.post(f"{base}/moderation/reports/1/dismiss")
    assert "geese" not in text(client.get(f"{base}/moderation"))


def test_earlier_texts_of_a_hidden_comment_are_nowhere(client, page, oaks) -> None:
    said = given.comment(oaks, body="You are all geese.")
    acts.hide(given.facilitator("Femi"), said, reason=Reason.INSULT, explanation="Argue with the proposal.")
    assert client.get(f"{page}/comments/{said.id}/earlier").status_code == 404


def test_a_report_says_who_sees_it(client, page, oaks) -> None:
    said = given.comment(oaks, body="You are all geese.")
    client.sign_in(given.unverified("Lou"))
    assert "For officials" in text(client.get(f"{page}/comments/{said.id}/report"))
    assert client.post(f"{page}/comments/{said.id}/report", data={"reason": "insult"}).status_code == 303


def test_the_form_for_an_answer_does_not_show_what_was_hidden(client, page, oaks) -> None:
    acts.hide(
        given.facilitator(), given.comment(oaks, body="Geese, all of you."), reason=Reason.INSULT, explanation="No."
    )
    client.sign_in(given.unverified("Lou"))
    answer = client.get(f"{page}/comments/1/answer")
    assert answer.status_code == 409
    assert "Geese" not in text(answer)


@pytest.mark.parametrize("way", ["answer", "earlier", "report", "edit", "erase", "hide"])
def test_no_page_of_a_comment_shows_the_words_of_a_hidden_proposal(client, page, oaks, way) -> None:
    both = given.facilitator("Kim")
    said = given.comment(oaks, by=both, body="So it is.")
    proposals.hide(given.facilitator("Femi"), oaks, reason="It names a neighbour.")
    client.sign_in(both)
    shown = text(client.get(f"{page}/comments/{said.id}/{way}"))
    assert "Plant oaks" not in shown
    assert "bus stops" not in shown


def test_what_was_said_on_a_hidden_proposal_is_not_read_either(client, page, oaks) -> None:
    said = given.comment(oaks, body="Yes, he lives there.")
    proposals.hide(given.facilitator(), oaks, reason="It names a neighbour.")
    assert client.get(f"{page}/comments/{said.id}/earlier").status_code == 404


def test_a_mark_says_whether_it_stands(client, page, oaks) -> None:
    said = given.comment(oaks, body="Oaks outlive us.")
    client.sign_in(given.unverified("Uma"))
    assert "Mark as helpful" in text(client.get(page))
    client.post(f"{page}/comments/{said.id}/helpful", data={"helpful": "yes"})
    assert "Take my mark back" in text(client.get(page))


def test_an_appeal_that_failed_is_told_and_not_offered_again(client, base, page, oaks) -> None:
    kim = given.unverified("Kim")
    said = given.comment(oaks, by=kim, body="You are all geese.")
    hiding = acts.hide(given.facilitator("Femi"), said, reason=Reason.INSULT, explanation="Argue with the proposal.")
    made = acts.appeal(kim, hiding, text="Geese are noble.")
    acts.decide_appeal(given.clerk("Cleo"), made, upheld=False, answer="Not as an insult.")
    client.sign_in(kim)
    shown = text(client.get(page))
    assert "Not as an insult." in shown
    assert f"/comments/{said.id}/appeal" not in shown
