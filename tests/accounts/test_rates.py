"""Doors that can only be tried so often, counted in the database and by nothing that tells who."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.accounts.models import Attempts
from app.database import db
from app.web.rates import TableStorage
from tests import given

WRONG = {"email": "ada@example.org", "password": "not her password"}


@pytest.fixture
def settings(settings):
    return replace(settings, sign_in_rate="3 per 15 minutes", registration_rate="2 per hour")


def _from(address: str) -> dict[str, dict[str, str]]:
    return {"environ_base": {"REMOTE_ADDR": address}}


def test_one_address_may_fail_to_sign_in_only_so_often(client, app, frozen):
    tried = [client.post("/sign-in", data={**WRONG, "email": f"a{n}@example.org"}).status_code for n in range(4)]
    assert tried == [422, 422, 422, 429]


def test_one_account_may_be_tried_only_so_often_from_wherever(client, app, frozen):
    tried = [client.post("/sign-in", data=WRONG, **_from(f"192.0.2.{n}")).status_code for n in range(4)]
    assert tried == [422, 422, 422, 429]
    other = client.post("/sign-in", data={**WRONG, "email": "bo@example.org"}, **_from("192.0.2.9"))
    assert other.status_code == 422


def test_an_unknown_account_is_closed_as_a_known_one_is(client, app, frozen):
    given.unverified("Ada")
    known = [client.post("/sign-in", data=WRONG, **_from(f"192.0.2.{n}")).status_code for n in range(4)]
    unknown = [
        client.post("/sign-in", data={**WRONG, "email": "bob@example.org"}, **_from(f"198.51.100.{n}")).status_code
        for n in range(4)
    ]
    assert known == unknown


def test_the_right_password_is_of_no_use_once_the_door_is_closed(client, app, frozen):
    given.unverified("Ada")
    for _ in range(3):
        client.post("/sign-in", data=WRONG)
    right = {**WRONG, "password": given.PASSWORD}
    assert client.post("/sign-in", data=right).status_code == 429

    clock.travel(timedelta(minutes=16))
    assert client.post("/sign-in", data=right).status_code == 303


def test_signing_in_rightly_does_not_count_so_a_library_does_not_lock_itself_out(app, frozen):
    for name in ("Ada", "Bo", "Cy", "Di", "Ed"):
        given.unverified(name)
        form = {"email": given.email(name), "password": given.PASSWORD}
        assert app.test_client().post("/sign-in", data=form).status_code == 303


def test_the_page_says_when_to_try_again_and_keeps_no_password(client, app, frozen):
    for _ in range(3):
        client.post("/sign-in", data=WRONG)
    answer = client.post("/sign-in", data=WRONG)
    html = answer.get_data(as_text=True)
    assert "in 15 minutes" in html
    assert WRONG["password"] not in html
    assert int(answer.headers["X-RateLimit-Remaining"]) == 0


def test_registering_is_limited_and_typing_errors_do_not_count(client, app, frozen):
    def register(n, **typed):
        form = {"name": "Ada", "email": f"a{n}@example.org", "password": "violet anchor pepper dune", **typed}
        return client.post("/register", data=form).status_code

    assert [register(n, name="") for n in range(4)] == [422] * 4
    assert [register(n) for n in range(3)] == [303, 303, 429]


def test_nobodys_letterbox_is_flooded(client, app, frozen):
    """Many machines asking for one address's reset count together."""
    asked = [client.post("/reset", data={"email": "ada@example.org"}, **_from(f"192.0.2.{n}")) for n in range(3)]
    assert [one.status_code for one in asked] == [303, 303, 429]


def test_looking_at_the_forms_is_never_limited(client, app, frozen):
    assert {client.get("/sign-in").status_code for _ in range(10)} == {200}


def test_what_is_stored_tells_neither_address_nor_account(client, app, frozen):
    client.post("/sign-in", data=WRONG, **_from("192.0.2.77"))
    rows = db.session.execute(select(Attempts.key, Attempts.count)).all()
    assert len(rows) == 2
    assert all(len(row.key) == 64 and set(row.key) <= set("0123456789abcdef") for row in rows)


# ---------------------------------------------------------------- the storage itself


@pytest.fixture
def storage(app):
    return TableStorage("folkmoot://")


def test_a_count_grows_within_its_window_and_begins_anew_after_it(app, storage, frozen):
    with app.test_request_context():
        assert [storage.incr("door", 60), storage.incr("door", 60, amount=2)] == [1, 3]
        ends = storage.get_expiry("door")
        assert ends == clock.now().timestamp() + 60
        clock.travel(timedelta(seconds=61))
        assert storage.incr("door", 60) == 1


def test_keys_are_counted_apart_and_can_be_forgotten(app, storage, frozen):
    storage.incr("door", 60)
    storage.incr("window", 60)
    storage.clear("door")
    assert (storage.get("door"), storage.get("window")) == (0, 1)
    storage.reset()
    assert storage.get("window") == 0


def test_counts_that_are_long_over_are_swept_out(app, storage, frozen):
    storage.incr("door", 60)
    clock.travel(timedelta(hours=2))
    storage.incr("window", 60)
    assert len(db.session.scalars(select(Attempts.key)).all()) == 1


def test_no_count_is_lost_when_many_come_at_once(app, storage):
    def hammer() -> None:
        with app.app_context():
            for _ in range(10):
                storage.incr("door", 600)

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.scalars(select(Attempts.count)).one() == 40
