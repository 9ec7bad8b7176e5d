"""Who is told of what, once, and in words that show no more than the pages do."""

from __future__ import annotations

import threading

import pytest
import structlog
from sqlalchemy import func, select

from app.accounts import acts as accounts
from app.audit import sequencer
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.database import db
from app.discussion import acts as discussion
from app.discussion.models import Reason
from app.notifications import notices, queries
from app.notifications.models import Cursor, Notice
from app.proposals import acts as proposals
from tests import given


@pytest.fixture
def catch_up(app):
    """Give every entry its place, then write the notices that come of them."""

    def catch_up() -> int:
        sequencer.after_commit()
        return notices.catch_up()

    return catch_up


@pytest.fixture
def trees(app):
    return given.deliberation(round=RoundKind.PROPOSE)


@pytest.fixture
def oaks(trees):
    return given.proposal(trees, by=given.resident("Olu"), title="Plant oaks")


def _told(person) -> list[str]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.account_id == person.id).order_by(Notice.id)))


def _revise(proposal, body="They also cool the school yard."):
    olu = db.session.get(accounts.Account, proposal.author_id)
    return proposals.revise(olu, proposal, title="Plant oaks", body=body, lang="en", note="More.")


def test_whoever_endorsed_a_proposal_hears_of_its_revision(oaks, catch_up):
    ada, bo, cy = given.resident("Ada"), given.resident("Bo"), given.resident("Cy")
    proposals.endorse(ada, oaks, revision=1)
    proposals.endorse(bo, oaks, revision=1)
    proposals.withdraw_endorsement(bo, oaks)
    catch_up()

    _revise(oaks)
    catch_up()

    assert "revised" in _told(ada)
    assert "revised" not in _told(bo), "who took it back is left alone"
    assert "revised" not in _told(cy)
    notice = db.session.scalars(select(Notice).where(Notice.kind == "revised")).one()
    assert notice.facts == {"proposal": oaks.id, "backed": 1, "revision": 2}


def test_nobody_is_told_twice(oaks, catch_up):
    ada = given.resident("Ada")
    proposals.endorse(ada, oaks, revision=1)
    _revise(oaks)
    catch_up()
    assert catch_up() == 0
    assert _told(ada).count("revised") == 1


def test_two_that_catch_up_at_once_tell_everybody_once(app, oaks):
    ada = given.resident("Ada")
    proposals.endorse(ada, oaks, revision=1)
    _revise(oaks)
    sequencer.after_commit()

    def work() -> None:
        with app.app_context():
            notices.catch_up()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert _told(ada).count("revised") == 1


def test_supporters_hear_that_a_proposal_was_withdrawn(oaks, catch_up):
    ada = given.resident("Ada")
    proposals.endorse(ada, oaks, revision=1)
    proposals.withdraw(db.session.get(accounts.Account, oaks.author_id), oaks, reason="A better one is there.")
    catch_up()
    assert _told(ada)[-1] == "withdrawn"


def test_an_author_hears_that_their_comment_was_hidden_and_what_became_of_the_appeal(oaks, catch_up):
    ada, stella, femi = given.unverified("Ada"), given.facilitator("Fay"), given.facilitator("Femi")
    said = given.comment(oaks, by=ada)

    hiding = discussion.hide(stella, said, reason=Reason.OFF_TOPIC, explanation="This is about bridges.")
    appeal = discussion.appeal(ada, hiding, text="It is about shade.")
    discussion.decide_appeal(femi, appeal, upheld=True, answer="You are right.")
    catch_up()

    assert _told(ada) == ["comment_hidden", "appeal_upheld"]


def test_an_appeal_that_was_dismissed_is_told_as_such(oaks, catch_up):
    ada = given.unverified("Ada")
    hiding = discussion.hide(
        given.facilitator("Fay"), given.comment(oaks, by=ada), reason=Reason.SPAM, explanation="An advertisement."
    )
    appeal = discussion.appeal(ada, hiding, text="It is not.")
    discussion.decide_appeal(given.facilitator("Femi"), appeal, upheld=False, answer="It is.")
    catch_up()
    assert _told(ada)[-1] == "appeal_dismissed"


def test_people_hear_of_what_officials_decided_about_them(app, catch_up):
    anna, cleo, ada = given.administrator(), given.clerk(), given.unverified("Ada")
    accounts.verify_resident(cleo, ada, evidence="letter")
    grant = accounts.grant_role(anna, ada, role=Role.REVIEWER)
    accounts.revoke_role(anna, ada, grant_id=grant.id)
    accounts.end_residency(cleo, ada, reason="Moved away.")
    accounts.suspend(anna, ada)
    accounts.restore(anna, ada)
    catch_up()
    assert _told(ada) == ["verified", "role_granted", "role_revoked", "unverified", "suspended", "restored"]


def test_an_erased_person_is_told_nothing(app, catch_up):
    cleo, ada = given.clerk(), given.unverified("Ada")
    accounts.verify_resident(cleo, ada, evidence="letter")
    accounts.erase(ada, ada)
    catch_up()
    assert _told(ada) == []


def test_acts_that_concern_nobody_do_not_move_the_cursor_one_by_one(app, catch_up):
    for name in ("Ada", "Bo", "Cy"):
        given.unverified(name)
    catch_up()
    assert db.session.scalar(select(func.count()).select_from(Cursor)) == 0


def test_the_cursor_is_moved_once_it_is_far_behind(app, catch_up, monkeypatch):
    monkeypatch.setattr(notices, "FAR_BEHIND", 2)
    for name in ("Ada", "Bo", "Cy"):
        given.unverified(name)
    catch_up()
    assert db.session.scalars(select(Cursor.next_index)).one() >= 2


def test_many_entries_are_taken_in_several_helpings(oaks, catch_up, monkeypatch):
    monkeypatch.setattr(notices, "AT_A_TIME", 2)
    ada = given.resident("Ada")
    proposals.endorse(ada, oaks, revision=1)
    for number in range(5):
        _revise(oaks, body=f"Text number {number}.")
    catch_up()
    assert _told(ada).count("revised") == 5


def test_a_failure_to_tell_does_not_undo_what_was_done(oaks, monkeypatch):
    """The act is committed by then: whoever did it must not be told that it failed."""
    monkeypatch.setattr(notices, "catch_up", lambda: 1 / 0)
    with structlog.testing.capture_logs() as said:
        notices.after_commit()
    assert [one["event"] for one in said] == ["notices_failed"]


def test_a_timer_catches_up_too(app, oaks):
    ada = given.resident("Ada")
    proposals.endorse(ada, oaks, revision=1)
    _revise(oaks)
    sequencer.after_commit()
    assert app.test_cli_runner().invoke(args=["mail", "send"]).exit_code == 0
    db.session.rollback()
    assert "revised" in _told(ada)


def test_every_kind_of_notice_has_its_sentence(oaks, catch_up, monkeypatch):
    """What a maker writes down, a page must be able to say."""
    written = {kind for maker in notices.MAKERS.values() for kind in _kinds(maker)}
    assert written == set(notices.SENTENCES)


def _kinds(maker) -> set[str]:
    code = [maker.__code__, *(one for one in maker.__code__.co_consts if hasattr(one, "co_consts"))]
    cells = {cell.cell_contents for cell in maker.__closure__ or ()}
    return {one for part in code for one in part.co_consts if one in notices.SENTENCES} | (
        cells & set(notices.SENTENCES)
    )


# ---------------------------------------------------------------- the page


@pytest.fixture
def ada(client, oaks, catch_up):
    ada = given.resident("Ada")
    proposals.endorse(ada, oaks, revision=1)
    _revise(oaks)
    catch_up()
    client.sign_in(ada)
    return ada


def test_ones_notices_lead_to_what_changed(page, ada, oaks):
    shown = page.get("/you/notices")
    assert "“Plant oaks” was revised. You endorsed revision 1" in shown
    link = next(one["href"] for one in shown.tree.all("a") if "was revised" in one.text)
    assert link.endswith(f"/proposals/{oaks.id}/revisions/2?since=1")
    page.get(link)


def test_a_title_that_was_hidden_since_is_not_shown_in_a_notice(page, ada, oaks):
    proposals.hide(given.facilitator("Femi"), oaks, reason="Names a neighbour.")
    shown = page.get("/you/notices")
    assert "Plant oaks" not in shown
    assert "a proposal that is hidden now" in shown


def test_notices_are_marked_as_read_up_to_what_was_shown(page, ada, oaks, catch_up):
    page.get("/you/notices")
    _revise(oaks, body="A third text of it.")
    catch_up()
    page.press("Mark these and all older ones as read")
    assert queries.unread(db.session(), ada.id) == 1
    assert page.page.main.text.count("New") == 1


def test_one_cannot_read_or_mark_the_notices_of_somebody_else(client, ada):
    client.sign_in(given.unverified("Bo"))
    assert "Plant oaks" not in client.get("/you/notices").get_data(as_text=True)
    client.post("/you/notices", data={"upto": "999999"})
    assert queries.unread(db.session(), ada.id) > 0


@pytest.mark.parametrize("upto", ["", "x", "-1", "9" * 40, "１"])
def test_nonsense_marks_nothing(client, ada, upto):
    before = queries.unread(db.session(), ada.id)
    assert client.post("/you/notices", data={"upto": upto}).status_code == 303
    assert queries.unread(db.session(), ada.id) == before


def test_who_has_none_is_told_what_comes_here(page, client, app):
    client.sign_in(given.unverified("Bo"))
    assert "Nothing yet" in page.get("/you/notices")
