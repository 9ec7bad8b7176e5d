"""Mails leave at once where they can, are kept where they cannot, and are never sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select, update

from app import clock
from app.database import db
from app.notifications import mail
from app.notifications.models import Mail
from app.writing import private_write
from tests import given
from tests.notifications.postman import Postman, certificate, open_office


@pytest.fixture
def postman(tmp_path, monkeypatch) -> Iterator[Postman]:
    """A mail server that this machine trusts."""
    postman = Postman(certificate(tmp_path))
    monkeypatch.setenv("SSL_CERT_FILE", str(postman.certificate))
    server = open_office(postman)
    yield postman
    server.shutdown()
    server.server_close()


@pytest.fixture
def use(app):
    """Set settings of the running application."""

    def use(**settings: object) -> None:
        app.config["FOLKMOOT"] = replace(app.config["FOLKMOOT"], **settings)

    return use


@pytest.fixture
def by_smtp(use, postman) -> Postman:
    use(mail_server="127.0.0.1", mail_port=postman.port, mail_sender="moot@riverbend.example")
    return postman


def _post(**values) -> bool:
    said = {"name": "Ada", "reset": "http://127.0.0.1:8000/reset", **values}
    return mail.post("password_changed", to="ada@example.org", locale="en", **said)


def _rows() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def _later() -> tuple[int, int]:
    clock.travel(timedelta(minutes=5))
    return mail.send_waiting()


# ---------------------------------------------------------------- by SMTP


def test_a_mail_goes_out_encrypted_with_sender_and_login(by_smtp, use):
    use(mail_username="moot", mail_password="hazel ladder")
    assert _post()

    letter = message_from_bytes(by_smtp.letters[0].encode(), policy=policy.default)
    assert letter["From"] == "Riverbend <moot@riverbend.example>"
    assert letter["To"] == "ada@example.org"
    assert "was changed" in letter["Subject"]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "/reset" in letter.get_content()
    assert by_smtp.logins == ["moot hazel ladder"]
    assert by_smtp.in_the_clear == []


def test_once_it_has_left_its_text_is_dropped(by_smtp):
    _post()
    (row,) = _rows()
    assert row.sent_at is not None
    assert row.text == ""


def test_a_server_without_encryption_gets_no_mail(by_smtp):
    by_smtp.tls = False
    assert not _post()
    assert by_smtp.letters == []
    assert by_smtp.in_the_clear == []
    assert _rows()[0].last_error == "SMTPNotSupportedError"


def test_a_server_that_cannot_prove_who_it_is_gets_no_mail(by_smtp, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    assert not _post()
    assert by_smtp.letters == []
    assert _rows()[0].last_error == "SSLCertVerificationError"


def test_an_operator_can_choose_to_do_without_encryption(by_smtp, use):
    by_smtp.tls = False
    use(mail_tls=False)
    assert _post()


# ---------------------------------------------------------------- trying again


def test_a_mail_that_was_refused_is_kept_and_leaves_later(by_smtp, frozen):
    by_smtp.refuse = 1
    assert not _post()
    (row,) = _rows()
    assert (row.sent_at, row.tries, row.last_error) == (None, 1, "SMTPRecipientsRefused")
    assert "/reset" in row.text

    assert _later() == (1, 0)
    (row,) = _rows()
    assert (row.sent_at, row.tries, row.last_error, row.text) == (clock.now(), 2, "", "")


def test_what_has_left_is_not_sent_again(by_smtp, frozen):
    _post()
    assert _later() == (0, 0)
    assert len(by_smtp.letters) == 1


def test_a_mail_that_is_being_sent_is_left_to_who_sends_it(by_smtp, frozen):
    by_smtp.refuse = 1
    _post()
    assert mail.send_waiting() == (0, 0), "it was written a moment ago"


def test_two_senders_do_not_send_the_same_mail(by_smtp, frozen, monkeypatch):
    by_smtp.refuse = 1
    _post()
    clock.travel(timedelta(minutes=5))
    found = list(mail.waiting())
    with private_write() as session:  # another process takes it between our looking and our trying
        session.execute(update(Mail).values(tries=Mail.tries + 1).execution_options(synchronize_session=False))
    monkeypatch.setattr(mail, "waiting", lambda: found)

    assert mail.send_waiting() == (0, 0)
    assert by_smtp.letters == []


def test_what_is_out_of_date_is_not_sent_any_more(by_smtp, frozen):
    by_smtp.refuse = 1
    _post()
    clock.travel(timedelta(days=4))
    assert mail.send_waiting() == (0, 0)


def test_after_a_month_nothing_is_left_of_it(by_smtp, frozen):
    _post()
    clock.travel(timedelta(days=31))
    mail.send_waiting()
    assert _rows() == []


# ---------------------------------------------------------------- without a server


def test_in_production_without_a_server_the_operator_and_the_person_are_told(app, page, use, frozen):
    use(env="production", secret_key="x" * 40)
    with structlog.testing.capture_logs() as said:
        page.get("/register")
        shown = page.press(
            "Open the account", name="Ada", email="ada@example.org", password="violet anchor pepper dune"
        )
    assert "could not be sent just now" in shown
    line = next(one for one in said if one["event"] == "mail_not_sent")
    assert line["log_level"] == "error"
    assert "FOLKMOOT_MAIL_SERVER" in line["why"]
    assert "ada" not in str(line)
    assert _rows()[0].sent_at is None


def test_in_development_mails_lie_in_a_folder(app, settings):
    assert _post()
    (file,) = (Path(settings.instance_path) / "mail").glob("*.eml")
    assert b"To: ada@example.org" in file.read_bytes()


def test_in_development_they_are_shown_on_the_console_too(app, use, capsys):
    use(env="development")
    _post()
    assert "/reset" in capsys.readouterr().out


# ---------------------------------------------------------------- words


def test_a_mail_says_names_as_they_are(app):
    subject, text = mail.written("password_changed", "en", name="O'Brien & Søn <i>", reset="/reset")
    assert "Hello O'Brien & Søn <i>," in text
    assert "\n" not in subject


def test_a_name_cannot_write_headers(app, settings):
    mail.post("password_changed", to="ada@example.org", locale="en", name="Ada\nBcc: eve@example.org", reset="/r")
    (file,) = (Path(settings.instance_path) / "mail").glob("*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["Bcc"] is None


def test_a_mail_in_the_folder_can_be_read_and_its_link_copied(app, settings):
    site = "https://riverbend.example/reset/" + "x" * 120
    mail.post("password_changed", to="ada@example.org", locale="es", name="Tuyết", reset=site)
    (file,) = (Path(settings.instance_path) / "mail").glob("*.eml")
    text = file.read_text(encoding="utf-8")
    assert "Tuyết" in text
    assert site in text


# ---------------------------------------------------------------- the command line


def test_flask_mail_send_says_what_left_and_fails_while_something_waits(app, by_smtp, frozen):
    by_smtp.refuse = 2
    _post()
    clock.travel(timedelta(minutes=5))
    run = app.test_cli_runner()

    still = run.invoke(args=["mail", "send"])
    assert (still.exit_code, still.output.strip()) == (1, "0 sent, 1 still waiting.")
    clock.travel(timedelta(minutes=5))
    gone = run.invoke(args=["mail", "send"])
    assert (gone.exit_code, gone.output.strip()) == (0, "1 sent, 0 still waiting.")


def test_flask_mail_try_shows_whether_mail_works(app, by_smtp):
    run = app.test_cli_runner()
    assert run.invoke(args=["mail", "try", "op@example.org"]).exit_code == 0
    assert "can send mail" in by_smtp.letters[0]
    by_smtp.refuse = 1
    assert run.invoke(args=["mail", "try", "op@example.org"]).exit_code == 1


def test_an_erased_persons_mails_go_with_them(app, by_smtp):
    from app.accounts import acts

    ada = given.unverified("Ada")
    by_smtp.refuse = 1
    mail.post("trial", to="ada@example.org", locale="en", account_id=ada.id)
    acts.erase(ada, ada)
    assert _rows() == []
