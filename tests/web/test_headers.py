from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient


def test_every_answer_forbids_what_does_not_come_from_here(browser: FlaskClient) -> None:
    for path in ("/privacy", "/nothing-here", "/favicon.ico"):
        policy = browser.get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_every_answer_says_little_to_others(browser: FlaskClient) -> None:
    headers = browser.get("/privacy").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_https_is_remembered_where_it_is_used(browser: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in browser.get("/privacy").headers
    assert (
        "max-age=" in browser.get("/privacy", base_url="https://riverbend.example").headers["Strict-Transport-Security"]
    )


def test_pages_of_somebody_signed_in_are_kept_by_nobody_else(face: Flask, browser: FlaskClient) -> None:
    with browser.session_transaction() as kept:
        kept["_user_id"] = "1"
    assert browser.get("/privacy").headers["Cache-Control"] == "private, no-cache"


def test_a_page_says_what_it_depends_on(browser: FlaskClient) -> None:
    assert {"Accept-Language", "Cookie"} <= set(browser.get("/privacy").headers["Vary"].split(", "))


def test_a_view_can_set_a_policy_of_its_own(face: Flask) -> None:
    @face.get("/tile")
    def tile() -> tuple[str, dict[str, str]]:
        return "", {"Cross-Origin-Resource-Policy": "cross-origin"}

    assert face.test_client().get("/tile").headers.getlist("Cross-Origin-Resource-Policy") == ["cross-origin"]


def test_reading_a_page_sets_no_cookie(browser: FlaskClient) -> None:
    for path in ("/accessibility", "/charter", "/privacy"):
        assert "Set-Cookie" not in browser.get(path).headers
