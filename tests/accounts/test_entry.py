"""Coming in: what a person sees, and what somebody who pokes at the doors does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts import acts, credentials, passwords, queries, sessions
from app.accounts.models import Account, Credential
from app.database import db
from app.writing import private_write
from tests import given
from tests.html import parse

STRONG = "violet anchor pepper dune"
NEW = "maple orbit candle frost"


def _fill_in(page, *, expect=200, **typed):
    page.get("/register")
    said = {"name": "Ada Lovelace", "email": "ada@example.org", "password": STRONG, **typed}
    return page.press("Open the account", expect=expect, **said)


def _sign_in(page, email="ada@example.org", password=STRONG, *, towards="", expect=200):
    page.get("/sign-in" + towards)
    return page.press("Sign in", email=email, password=password, expect=expect)


def _accounts() -> int:
    return db.session.scalar(select(func.count()).select_from(Account))


# ---------------------------------------------------------------- registering


def test_somebody_registers_confirms_the_address_and_signs_in(page, letters):
    assert _fill_in(page).h1 == "Look at your mail"
    assert letters.last["To"] == "ada@example.org"

    page.get(letters.path())
    assert "Ada Lovelace" in page.page
    assert "confirmed" in page.press("Yes, both are mine")

    assert page.page.h1 == "Sign in"
    mine = page.press("Sign in", email="ADA@example.org ", password=STRONG)
    assert mine.h1 == "Your page"
    assert "ada@example.org Confirmed" in mine


def test_registering_signs_nobody_in(page):
    _fill_in(page)
    assert page.get("/you").h1 == "Sign in"


def test_a_mail_is_in_the_language_of_the_page_one_registered_on(page, letters):
    page.get("/language/es")
    page.client.post("/register", data={"name": "Ada", "email": "ada@example.org", "password": STRONG})
    assert queries.credential_by_email(db.session(), "ada@example.org").locale == "es"
    assert letters.last["To"] == "ada@example.org"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Enter a name."),
        ({"name": "City Clerk"}, "name of an office"),
        ({"email": "ada"}, "everything before and after the @"),
        ({"email": "ada@localhost"}, "everything before and after the @"),
        ({"password": "short"}, "Use at least 10 characters"),
        ({"password": "ada lovelace"}, "your name"),
        ({"password": "password1234"}, "many people use"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_is_kept(page, typed, said):
    back = _fill_in(page, expect=422, **typed)
    assert said in back
    assert back.tree.first("input", id="name")["value"] == typed.get("name", "Ada Lovelace")
    assert back.tree.first("input", id="email")["value"] == typed.get("email", "ada@example.org")
    assert back.tree.first("input", id="password").get("value") == ""
    assert _accounts() == 0


def test_a_known_address_gets_the_same_page_and_its_owner_a_mail(client, letters):
    given.unverified("Ada")
    forms = ({"name": "Eve", "email": one, "password": STRONG} for one in ("ada@example.org", "new@example.org"))
    known, unknown = (client.post("/register", data=form) for form in forms)

    assert (known.status, known.location) == (unknown.status, unknown.location)
    assert known.get_data() == unknown.get_data()
    assert [one["To"] for one in letters.all] == ["ada@example.org", "new@example.org"]
    first = letters.all[0]
    assert "already have an account" in first["Subject"]
    assert "/reset" in first.get_content()
    assert "Eve" not in first.get_content()
    assert _accounts() == 2


def test_a_known_address_is_known_however_it_is_written(page, letters):
    given.unverified("Ada")
    _fill_in(page, email=" Ada@EXAMPLE.org")
    assert "already have an account" in letters.last["Subject"]


def test_the_first_mail_carries_no_words_of_a_strangers_choosing(page, letters):
    """Else anybody could have our server write to anybody, in words of their own."""
    _fill_in(page, name="Win a car at badsite")
    assert "badsite" not in letters.last.as_string()


def test_somebody_signed_in_has_no_need_to_register(client):
    client.sign_in(given.unverified("Ada"))
    assert client.get("/register").location == "/you"
    assert client.get("/sign-in").location == "/you"


# ---------------------------------------------------------------- confirming


def test_looking_at_the_link_confirms_nothing(page, letters):
    """Programs that look into mails follow every link they find."""
    _fill_in(page)
    page.get(letters.path())
    assert queries.credential_by_email(db.session(), "ada@example.org").email_confirmed_at is None


def test_a_link_confirms_once(page, letters):
    _fill_in(page)
    page.get(letters.path())
    page.press("Yes, both are mine")
    assert page.get(letters.path(), expect=404).h1 == "This link no longer works"


def test_a_link_confirms_for_three_days(page, letters, frozen):
    _fill_in(page)
    clock.travel(timedelta(days=2, hours=23))
    page.get(letters.path())
    clock.travel(timedelta(hours=2))
    page.get(letters.path(), expect=404)


@pytest.mark.parametrize(
    "damage", [lambda token: token[:-1], lambda token: f"x{token}", lambda token: token[:9], str.upper]
)
def test_a_damaged_link_confirms_nothing(page, letters, damage):
    _fill_in(page)
    path = letters.path()
    page.get(f"/confirm/{damage(path.removeprefix('/confirm/'))}", expect=404)


def test_a_link_serves_one_purpose(page, letters):
    _fill_in(page)
    page.get(letters.path().replace("/confirm/", "/reset/"), expect=404)


def test_a_link_is_made_from_the_settings_and_not_from_the_request(client, letters):
    """The Host header is the sender's to choose: a link made from it would lead the reader to them."""
    shown = parse(client.get("/register", base_url="http://evil.example").get_data(as_text=True))
    token = shown.first("input", name="csrf_token")["value"]
    form = {"name": "Ada", "email": "ada@example.org", "password": STRONG, "csrf_token": token}
    client.post("/register", data=form, base_url="http://evil.example", csrf=False)
    assert letters.path().startswith("/confirm/")
    assert "evil" not in letters.text()


def test_the_page_of_a_link_stays_in_no_cache(client, page, letters):
    _fill_in(page)
    assert client.get(letters.path()).headers["Cache-Control"] == "no-store"
    assert client.get("/register").headers["Cache-Control"] != "no-store", "going back must find what was typed"


def test_the_link_can_be_sent_again(page, letters):
    _fill_in(page)
    _sign_in(page)
    assert "Follow the link that we sent" in page.page
    page.press("Send the link again")
    assert len(letters.all) == 2
    page.get(letters.path())
    page.press("Yes, both are mine")
    assert "Follow the link that we sent" not in page.get("/you")


# ---------------------------------------------------------------- signing in


@pytest.fixture
def ada(app):
    return given.unverified("Ada")


def test_a_wrong_password_and_an_unknown_address_look_alike(page, ada):
    wrong = _sign_in(page, "ada@example.org", "not her password", expect=422).main.text
    unknown = _sign_in(page, "bob@example.org", "not her password", expect=422).main.text
    assert wrong == unknown
    assert "do not belong together" in wrong


def test_an_unknown_address_costs_a_password_check_too(client, ada, monkeypatch):
    checked = []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda said, kept: checked.append(kept) or real(said, kept))
    client.post("/sign-in", data={"email": "bob@example.org", "password": "whatever"})
    assert checked == [None]


def test_one_is_led_back_to_the_page_one_came_for(page, ada):
    page.get("/you/password")
    assert page.page.h1 == "Sign in"
    assert page.press("Sign in", email="ada@example.org", password=given.PASSWORD).h1 == "Change your password"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
    ],
)
def test_one_is_never_led_to_another_site(client, ada, elsewhere):
    form = {"email": "ada@example.org", "password": given.PASSWORD}
    answer = client.post("/sign-in", query_string={"next": elsewhere}, data=form)
    assert answer.location == "/you"


def test_signing_in_needs_the_forms_own_token(client, ada):
    form = {"email": "ada@example.org", "password": given.PASSWORD}
    assert client.post("/sign-in", data=form, csrf=False).status_code == 400
    with client.session_transaction() as session:
        assert sessions.COOKIE_KEY not in session


def test_a_token_of_one_browser_is_no_good_in_another(app, client, ada):
    token = client.csrf_token()
    other = app.test_client()
    form = {"email": "ada@example.org", "password": given.PASSWORD, "csrf_token": token}
    assert other.post("/sign-in", data=form, csrf=False).status_code == 400


def test_a_password_kept_with_weaker_parameters_is_hashed_anew_at_sign_in(page, ada):
    from argon2 import PasswordHasher

    with private_write():
        credential = queries.credential_of(db.session(), ada.id)
        credential.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(given.PASSWORD)

    _sign_in(page, password=given.PASSWORD)

    assert not passwords.outdated(db.session.scalars(select(Credential.password_hash)).one())


def test_who_is_suspended_can_sign_in_and_read_why(page, ada):
    acts.suspend(given.administrator(), ada)
    assert "Your account is suspended" in _sign_in(page, password=given.PASSWORD)


# ---------------------------------------------------------------- a forgotten password


def _ask_to_reset(page, email="ada@example.org"):
    page.get("/reset")
    return page.press("Send me the link", email=email)


def test_a_forgotten_password_is_set_anew_by_a_link(page, letters, ada):
    _ask_to_reset(page)
    page.get(letters.path())
    page.press("Set the password", password=NEW)

    assert page.page.h1 == "Sign in"
    _sign_in(page, password=given.PASSWORD, expect=422)
    assert _sign_in(page, password=NEW).h1 == "Your page"
    assert "was changed" in letters.last["Subject"]


def test_asking_to_reset_tells_nobody_whether_there_is_an_account(client, letters, ada):
    known, unknown = (client.post("/reset", data={"email": one}) for one in ("ada@example.org", "bob@example.org"))
    assert (known.status, known.location, known.get_data()) == (unknown.status, unknown.location, unknown.get_data())
    assert [one["To"] for one in letters.all] == ["ada@example.org", "bob@example.org"]
    assert "no such account" in letters.text()


def test_a_link_resets_once_and_every_other_is_dead_with_it(page, letters, ada):
    _ask_to_reset(page)
    first = letters.path()
    _ask_to_reset(page)
    second = letters.path()

    page.get(first)
    page.press("Set the password", password=NEW)

    page.get(first, expect=404)
    page.get(second, expect=404)


def test_a_link_resets_for_an_hour(page, letters, ada, frozen):
    _ask_to_reset(page)
    clock.travel(timedelta(minutes=59))
    page.get(letters.path())
    clock.travel(timedelta(minutes=2))
    page.get(letters.path(), expect=404)


def test_resetting_signs_every_browser_out(app, page, letters, ada):
    lost = app.test_client()
    lost.sign_in(ada)
    assert lost.get("/you").status_code == 200

    _ask_to_reset(page)
    page.get(letters.path())
    page.press("Set the password", password=NEW)

    assert lost.get("/you").status_code == 302


def test_a_weak_password_is_refused_there_too_and_the_link_still_works(page, letters, ada):
    _ask_to_reset(page)
    page.get(letters.path())
    assert "many people use" in page.press("Set the password", password="password1234", expect=422)
    page.press("Set the password", password=NEW)


def test_resetting_proves_the_address(page, letters):
    given.newcomer("Ned")
    _ask_to_reset(page, "ned@example.org")
    page.get(letters.path())
    page.press("Set the password", password=NEW)
    assert queries.credential_by_email(db.session(), "ned@example.org").email_confirmed_at is not None


def test_a_link_of_an_erased_account_is_dead(page, letters, ada):
    _ask_to_reset(page)
    acts.erase(ada, ada)
    page.get(letters.path(), expect=404)


def test_addresses_are_kept_in_one_form():
    assert credentials.normal(" Ada.Lovelace@Example.ORG ") == "ada.lovelace@example.org"
    assert credentials.normal("ada@büro.example.org") == "ada@xn--bro-hoa.example.org"
    assert [
        credentials.normal(said) for said in ("", "ada", "ada@", "@x.org", "a b@x.org", "ada@x.org\nBcc: eve@x.org")
    ] == [None] * 6
