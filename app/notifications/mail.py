"""Mails: written in the reader's language, kept until they have left, sent at once and tried again later.

A mail is a row first, so that none is lost with a process or a mail server. `post` tries to send it right away;
`flask mail send`, run by a timer, tries again what did not leave.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from datetime import timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import click
import structlog
from flask import current_app, render_template
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import CursorResult, delete, select, update

from app import clock
from app.config import Settings
from app.database import db
from app.notifications.models import Mail
from app.writing import private_write

SECONDS = 10
"""How long a mail server may take to answer: somebody is waiting for their page."""
AT_ONCE = timedelta(minutes=2)
"""So long the process that wrote a mail may still be busy sending it."""
GIVE_UP = timedelta(days=3)
"""After that, what the mail says is out of date."""
FORGET = timedelta(days=30)
"""How long the fact is kept that somebody was written to."""

log = structlog.get_logger("folkmoot.mail")


class NotSent(Exception):
    """The mail could not be handed over. The message names the cause, never a person."""


def post(template: str, *, to: str, locale: str, account_id: int | None = None, **values: Any) -> bool:
    """Write `emails/<template>.txt` to somebody and send it. Returns whether it has left; if not, it is kept."""
    subject, text = written(template, locale, **values)
    mail = Mail(account_id=account_id, recipient=to, subject=subject, text=text, made_at=clock.now(), tries=1)
    with private_write() as session:
        session.add(mail)
    return _hand_over(mail)


def pass_on(template: str, *, to: str, locale: str, **values: Any) -> bool:
    """Send a mail of which nothing may be kept here, not even that it was sent. Returns whether it has left.

    For what concerns a ballot: a row about it, with a person and a time, would tell who has voted. It is tried once.
    """
    subject, text = written(template, locale, **values)
    settings: Settings = current_app.config["FOLKMOOT"]
    try:
        _carry(settings, _message(settings, Mail(recipient=to, subject=subject, text=text)), 0)
    except NotSent as cause:
        log.error("mail_not_passed_on", why=str(cause))
        return False
    return True


def written(template: str, locale: str, **values: Any) -> tuple[str, str]:
    """Subject and text of a mail. A template's first line is its subject."""
    settings: Settings = current_app.config["FOLKMOOT"]
    with force_locale(locale):
        said = render_template(
            f"emails/{template}.txt",
            _=gettext,  # the pages' own gettext escapes what it is given; this is no HTML
            gettext=gettext,
            ngettext=ngettext,
            site=settings.base_url.rstrip("/"),
            **values,
        )
    subject, _line, text = said.strip().partition("\n")
    return " ".join(subject.split()), text.strip() + "\n"


def link(endpoint: str, **values: Any) -> str:
    """The full address of a page. Made from the settings, since the address of a request is the sender's to choose."""
    settings: Settings = current_app.config["FOLKMOOT"]
    return settings.base_url.rstrip("/") + current_app.url_map.bind("").build(endpoint, values)


def send_waiting() -> tuple[int, int]:
    """Try again to send what has not left. Returns how many have left now, and how many still wait."""
    sent = failed = 0
    for mail in waiting():
        if _claim(mail):
            left = _hand_over(mail)
            sent, failed = sent + left, failed + (not left)
    _forget_old()
    return sent, failed


def waiting() -> Sequence[Mail]:
    """Mails that have not left, that nobody is sending now, and that still make sense."""
    now = clock.now()
    return db.session.scalars(
        select(Mail)
        .where(Mail.sent_at.is_(None), Mail.made_at < now - AT_ONCE, Mail.made_at > now - GIVE_UP)
        .order_by(Mail.id)
    ).all()


def _claim(mail: Mail) -> bool:
    """Count one more try, unless another process has just done so."""
    with private_write() as session:
        counted = session.execute(
            update(Mail)
            .where(Mail.id == mail.id, Mail.tries == mail.tries, Mail.sent_at.is_(None))
            .values(tries=mail.tries + 1)
        )
    return cast("CursorResult[Any]", counted).rowcount == 1


def _hand_over(mail: Mail) -> bool:
    """Send, and note how it went. The text is dropped once it has left."""
    settings: Settings = current_app.config["FOLKMOOT"]
    try:
        _carry(settings, _message(settings, mail), mail.id)
    except NotSent as cause:
        log.error("mail_not_sent", mail=mail.id, why=str(cause))
        with private_write():
            mail.last_error = str(cause)
        return False
    with private_write():
        mail.sent_at, mail.text, mail.last_error = clock.now(), "", ""
    return True


def _message(settings: Settings, mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    sender, _at, domain = settings.mail_sender.rpartition("@")
    message["From"] = Address(settings.city_name, sender, domain)
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=urlsplit(settings.base_url).hostname)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _carry(settings: Settings, message: EmailMessage, number: int) -> None:
    if settings.mail_server:
        _by_smtp(settings, message)
    elif settings.development:
        _into_folder(settings, message, number)
    else:
        raise NotSent("FOLKMOOT_MAIL_SERVER is not set")


def _by_smtp(settings: Settings, message: EmailMessage) -> None:
    try:
        with smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=SECONDS) as server:
            if settings.mail_tls:
                server.starttls(context=ssl.create_default_context())
            if settings.mail_username:
                server.login(settings.mail_username, settings.mail_password)
            server.send_message(message)
    except smtplib.SMTPResponseException as refusal:
        raise NotSent(f"{type(refusal).__name__} {refusal.smtp_code}") from refusal
    except (smtplib.SMTPException, OSError, UnicodeError) as trouble:
        raise NotSent(type(trouble).__name__) from trouble


def _into_folder(settings: Settings, message: EmailMessage, number: int) -> None:
    folder = Path(settings.instance_path) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    message.set_content(message.get_content(), cte="8bit")  # else a long link is broken up in the file
    (folder / f"{clock.now():%Y%m%d-%H%M%S}-{number}.eml").write_bytes(message.as_bytes())
    if not settings.testing:
        click.echo(f"\n--- mail to {message['To']}: {message['Subject']}\n{message.get_content()}---\n")


def _forget_old() -> None:
    with private_write() as session:
        session.execute(delete(Mail).where(Mail.made_at < clock.now() - FORGET))
