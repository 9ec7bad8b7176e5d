"""Two at once, and buttons pressed twice: on PostgreSQL acts run side by side, on SQLite one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import acts
from app.accounts.models import Account
from app.acts import CITY, Conflict
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations import acts as deliberations
from app.deliberations.models import Deliberation
from app.discussion import acts as discussion
from app.discussion.models import Appeal, Comment, Reason, Report
from app.proposals import acts as proposals
from app.proposals import queries
from app.proposals.models import Draft, Proposal, Revision
from app.writing import private_write
from tests import given

WORDS = {"title": "Plant limes", "body": "They cope with salt, with heat and with us.", "lang": "en"}
Deed = Callable[[], object]


@pytest.fixture
def at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Exception]]:
    """Perform acts at once: each is let past the rules before any of them goes on, unless it has to wait before."""
    asked = acts.require_by_rule

    def together(*deeds: Deed) -> list[Exception]:
        gate, refused = threading.Barrier(len(deeds)), []

        def ask(*question: object) -> None:
            asked(*question)  # type: ignore[arg-type]  # as it was asked
            try:
                gate.wait(1)
            except threading.BrokenBarrierError:
                return  # the others wait for this one

        def run(deed: Deed) -> None:
            with app.app_context():
                try:
                    deed()
                except Exception as error:
                    refused.append(error)
                finally:
                    db.session.remove()

        monkeypatch.setattr(acts, "require_by_rule", ask)
        threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        db.session.expire_all()
        return refused

    return together


@pytest.fixture
def trees(app: Flask) -> int:
    return given.deliberation(round=RoundKind.PROPOSE, proposals_per_resident=1).id


@pytest.fixture
def ada(app: Flask) -> int:
    return given.resident("Ada").id


def person(number: int) -> Account:
    return db.session.get_one(Account, number)


def submit(by: int, where: int, **more: object) -> Deed:
    return lambda: proposals.submit(person(by), db.session.get_one(Deliberation, where), **WORDS, **more)


def test_two_windows_of_one_person_do_not_get_past_the_limit_of_a_round(at_once, trees: int, ada: int) -> None:
    (refused,) = at_once(submit(ada, trees), submit(ada, trees))
    assert isinstance(refused, Conflict)
    assert db.session.scalar(select(func.count(Proposal.id))) == 1


def test_a_draft_becomes_one_proposal_however_often_the_button_is_pressed(client, ada: int) -> None:
    here = given.deliberation("Which trees?", round=RoundKind.PROPOSE)
    base = f"/deliberations/{here.slug}/proposals"
    client.sign_in(person(ada))
    client.post(f"{base}/new", data={**WORDS, "press": "go"})
    assert client.post(f"{base}/new/check").status_code == 303
    with pytest.raises(Conflict, match="sent twice"):
        proposals.submit(person(ada), here, **WORDS, drafted=True)
    assert client.post(f"{base}/new/check").location == f"{base}/new"
    assert db.session.scalar(select(func.count(Proposal.id))) == 1


def test_drafts_that_two_windows_began_at_once_go_together(trees: int, ada: int) -> None:
    with private_write() as session:
        for title in ("One", "Two"):
            session.add(Draft(account_id=ada, deliberation_id=trees, content={**WORDS, "title": title}))
    with private_write():
        assert proposals.discard(ada, trees)
    assert queries.draft(db.session(), ada, trees, None) is None


def test_a_revision_does_not_write_over_one_that_its_author_has_not_seen(at_once, trees: int, ada: int) -> None:
    oaks = given.proposal(db.session.get_one(Deliberation, trees), by=person(ada)).id

    def revise() -> None:
        proposals.revise(person(ada), db.session.get_one(Proposal, oaks), **WORDS, note="Salt.", based_on=1)

    (refused,) = at_once(revise, revise)
    assert isinstance(refused, Conflict)
    assert list(db.session.scalars(select(Revision.number).order_by(Revision.id))) == [1, 2]


@pytest.fixture
def said(trees: int) -> int:
    return given.comment(given.proposal(db.session.get_one(Deliberation, trees))).id


def on(said: int) -> Comment:
    return db.session.get_one(Comment, said)


def test_the_same_words_twice_in_a_row_are_one_comment(said: int) -> None:
    lou, oaks = given.unverified("Lou"), db.session.get_one(Proposal, on(said).proposal_id)
    given.comment(oaks, by=lou, body="So be it.")
    with pytest.raises(Conflict, match="a moment ago"):
        given.comment(oaks, by=lou, body="So be it.")
    discussion.comment(lou, oaks, body="So be it.", lang="en", parent=on(said))


def test_a_comment_that_two_moderators_restore_at_once_is_counted_once(at_once, said: int) -> None:
    femi, cleo, quinn = given.facilitator().id, given.clerk().id, given.clerk("Quinn").id
    hiding = discussion.hide(person(femi), on(said), reason=Reason.SPAM, explanation="It sells trees.")
    author = on(said).author_id
    assert author is not None
    appeal = discussion.appeal(person(author), hiding, text="It plants them.").id

    def decide() -> None:
        made = db.session.get_one(Appeal, appeal)
        assert made.hiding.comment.state == "hidden"  # as the page read it
        discussion.decide_appeal(person(quinn), made, upheld=True, answer="So it does.")

    at_once(lambda: discussion.restore(person(cleo), on(said)), decide)
    assert db.session.scalar(select(Proposal.comments_count)) == 1


def test_a_report_that_is_dismissed_stays_so_while_another_moderator_hides_the_comment(at_once, said: int) -> None:
    femi, cleo = given.facilitator().id, given.clerk().id
    report = discussion.report(given.unverified("Lou"), on(said), reason=Reason.SPAM, detail="").id

    def dismiss() -> None:
        discussion.dismiss(person(cleo), db.session.get_one(Report, report))

    def hide() -> None:
        discussion.hide(person(femi), on(said), reason=Reason.SPAM, explanation="It sells trees.")

    at_once(dismiss, hide)
    found = db.session.get_one(Report, report)
    assert (found.state, found.decided_by_id) in {("dismissed", cleo), ("upheld", femi)}


def test_the_same_question_put_by_two_at_once_gets_two_addresses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [given.facilitator("Femi"), given.facilitator("Fay")]
    browsers = [app.test_client() for _ in people]
    for browser, one in zip(browsers, people, strict=True):
        browser.sign_in(one)
    form = {"question": "How do we sleep in July?", "background": "Hot.", "promise": "We answer.", "lang": "en"}
    gate, found = threading.Barrier(2), deliberations.slug_for

    def slow(*asked: object) -> str:
        slug = found(*asked)  # type: ignore[arg-type]  # as it was asked
        if len(asked) > 1 and not gate.broken:
            try:
                gate.wait(1)
            except threading.BrokenBarrierError:
                return slug
            gate.abort()
        return slug

    monkeypatch.setattr(deliberations, "slug_for", slow)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda one=one: statuses.append(one.post("/deliberations/new", data=form).status_code))
        for one in browsers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303, 303]
    slugs = set(db.session.scalars(select(Deliberation.slug)))
    assert slugs == {"how-do-we-sleep-in-july", "how-do-we-sleep-in-july-2"}


def test_a_deliberation_is_not_started_twice_by_one_button(app: Flask) -> None:
    femi = given.facilitator()
    words = {"question": "How do we sleep in July?", "background": "Hot.", "promise": "We answer."}
    deliberations.create(femi, CITY, **words)
    with pytest.raises(Conflict, match="just now"):
        deliberations.create(femi, CITY, **words)
