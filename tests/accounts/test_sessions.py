"""Who is signed in: the token, how long it lasts, how it is ended, and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from app import clock
from app.accounts import sessions
from app.accounts.models import SignIn
from app.database import db
from tests import given

FIREFOX = "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"


@pytest.fixture
def ada(app):
    return given.unverified("Ada")


def _enter(page, *, keep: bool = False, password: str = given.PASSWORD, expect: int = 200):
    page.get("/sign-in")
    return page.press("Sign in", email=given.email("Ada"), password=password, keep=keep, expect=expect)


def _is_in(client) -> bool:
    return client.get("/you").status_code == 200


def test_two_browsers_do_not_share_who_is_signed_in(app, client, ada):
    client.sign_in(ada)
    assert _is_in(client)

    assert not _is_in(app.test_client())


def test_the_cookie_holds_a_token_of_which_the_server_keeps_only_the_hash(client, page, ada):
    _enter(page)
    with client.session_transaction() as session:
        token = session[sessions.COOKIE_KEY]

    kept = db.session.scalars(select(SignIn)).one()
    assert len(token) >= 43
    assert token not in (kept.token_hash, kept.browser)
    assert str(ada.id) != token
    assert given.email("Ada") not in str(dict(session))


def test_signing_in_throws_away_whatever_the_session_held_before(client, page, ada):
    page.get("/sign-in")
    with client.session_transaction() as session:
        session["planted"] = "by somebody who had this browser before"
        planted = session["csrf_token"]

    page.press("Sign in", email=given.email("Ada"), password=given.PASSWORD)

    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != planted


def test_signing_in_twice_gives_two_tokens(app, ada):
    assert sessions.token_for(ada) != sessions.token_for(ada)
    assert db.session.query(SignIn).count() == 2


def test_a_made_up_token_signs_nobody_in_and_is_dropped(client, ada):
    with client.session_transaction() as session:
        session[sessions.COOKIE_KEY] = "made-up"
    assert not _is_in(client)
    with client.session_transaction() as session:
        assert sessions.COOKIE_KEY not in session


def test_without_asking_to_stay_the_cookie_goes_with_the_browser(client, page, ada):
    _enter(page)
    assert client.get_cookie("folkmoot").expires is None


def test_who_asks_to_stay_signed_in_does_so_for_thirty_days(client, page, ada, frozen):
    _enter(page, keep=True)
    left = client.get_cookie("folkmoot").expires - datetime.now(UTC)  # the browser's clock is its own
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)

    clock.travel(timedelta(days=29, hours=23))
    assert _is_in(client)
    clock.travel(timedelta(hours=2))
    assert not _is_in(client)


def test_a_browser_left_alone_for_half_a_day_is_signed_out(client, page, ada, frozen):
    _enter(page)
    for _ in range(3):
        clock.travel(timedelta(hours=10))
        assert _is_in(client), "it was used meanwhile"
    clock.travel(timedelta(hours=13))
    assert not _is_in(client)


def test_signing_out_ends_the_session_on_the_server_too(client, page, ada):
    _enter(page)
    with client.session_transaction() as session:
        token = session[sessions.COOKIE_KEY]

    page.get("/you")
    page.press("Sign out")

    with client.session_transaction() as session:
        session[sessions.COOKIE_KEY] = token  # as somebody who had copied the cookie
    assert not _is_in(client)


def test_signing_out_needs_a_post_with_a_token(client, ada):
    client.sign_in(ada)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out", csrf=False).status_code == 400
    assert _is_in(client)


def test_one_sees_ones_browsers_and_can_end_another(app, client, page, ada):
    _enter(page)
    other = app.test_client()
    other.get("/", headers={"User-Agent": FIREFOX})
    other.post(
        "/sign-in", data={"email": given.email("Ada"), "password": given.PASSWORD}, headers={"User-Agent": FIREFOX}
    )
    assert _is_in(other)

    shown = page.get("/you/sign-ins")
    assert "Firefox, Android" in shown
    assert shown.text.count("This browser") == 1
    page.press("Sign out Firefox, Android")

    assert not _is_in(other)
    assert _is_in(client)


def test_all_other_browsers_can_be_ended_at_once(app, client, page, ada):
    client.sign_in(ada)
    others = [app.test_client(), app.test_client()]
    for other in others:
        other.sign_in(ada)

    page.get("/you/sign-ins")
    page.press("Sign out everywhere else")

    assert _is_in(client)
    assert not any(_is_in(other) for other in others)


def test_nobody_can_end_the_session_of_somebody_else(app, client, ada):
    bo = given.unverified("Bo")
    theirs = app.test_client()
    theirs.sign_in(bo)
    one = db.session.scalars(select(SignIn).where(SignIn.account_id == bo.id)).one()

    client.sign_in(ada)
    client.post(f"/you/sign-ins/{one.id}")

    assert _is_in(theirs)


def test_the_last_use_is_known_to_the_hour_only(client, ada, frozen):
    client.sign_in(ada)
    clock.travel(timedelta(hours=1, minutes=47))
    client.get("/you")

    db.session.rollback()
    seen = db.session.scalars(select(SignIn.seen_at)).one()
    assert (seen.hour, seen.minute, seen.second) == (10, 0, 0)


class _Statements:
    """What was asked of the database about people while this was open."""

    def __enter__(self):
        self.said = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_):
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            self.said.append(statement)


def test_an_anonymous_page_asks_the_database_nothing_about_people(client, app):
    client.get("/accessibility")
    with _Statements() as statements:
        client.get("/accessibility")
    assert statements.said == []


def test_a_page_for_somebody_signed_in_asks_once_who_they_are(client, ada):
    client.sign_in(ada)
    client.get("/accessibility")
    with _Statements() as statements:
        client.get("/accessibility")
    about_people = [one for one in statements.said if "notices" not in one]
    assert len(about_people) == 1
    assert len(statements.said) <= 2, "the other one counts unread notices"
