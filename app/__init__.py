"""Folkmoot: a city's residents deliberate on policy with human rights in view.

`create_app` is the only place that knows every package.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from app import acts
from app.charter.roles import Standing
from app.charter.rounds import Agenda
from app.config import ROOT, Settings, SettingsError, from_environment
from app.database import accept_loss, db
from app.extensions import babel, compress, csrf, limiter, login_manager, migrate
from app.web import door, logs, rates
from app.web.templates import Environment
from app.writing import end_reading

DAY = 24 * 60 * 60


class Folkmoot(Flask):
    """Flask, which does not ask each of the twenty functions of a request whether it is asynchronous: none is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application. Settings come from the environment unless given. Raises SettingsError if unfit."""
    settings = settings or from_environment()
    instance = Path(settings.instance_path)
    instance.mkdir(parents=True, exist_ok=True)
    app = Folkmoot(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(instance.resolve()),
    )
    app.jinja_environment = Environment
    _configure(app, settings)
    logs.init(app)  # before all that may refuse a request: refused ones have their line too
    door.init(app)
    _bind_extensions(app, settings)
    _wire_house(app, settings)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own way
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        FOLKMOOT=settings,
        SECRET_KEY=settings.secret_key or _development_secret(Path(app.instance_path)),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # an error in the logs must not hold an address
        SESSION_COOKIE_NAME="folkmoot",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=30 * DAY,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over night must still send what was typed
        BABEL_DEFAULT_LOCALE=settings.default_locale,
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "app" / "translations"),
        COMPRESS_MIN_SIZE=1000,
        RATELIMIT_STORAGE_URI=rates.ADDRESS,
        TEMPLATES_AUTO_RELOAD=False,
        TESTING=settings.testing,
    )


def _development_secret(instance: Path) -> str:
    """A secret of this machine's own, kept between starts, so that development sessions survive a restart."""
    path = instance / "keys" / "development-secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def _bind_extensions(app: Flask, settings: Settings) -> None:
    from app import reading
    from app.accounts import sessions
    from app.web import visitor
    from app.web.cookies import Sessions

    app.session_interface = Sessions()
    db.init_app(app)
    reading.init(app)
    app.teardown_appcontext(_end_with_a_commit)  # runs before the session is removed, which rolls back
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=visitor.locale)
    sessions.bind(login_manager)
    login_manager.init_app(app)
    compress.init_app(app)
    limiter.init_app(app)
    if settings.accept_loss:
        with app.app_context():
            accept_loss(db.engine)


def _end_with_a_commit(error: BaseException | None) -> None:
    """End what a page has read by a commit: psycopg forgets all prepared statements of a connection at a rollback.

    Without them PostgreSQL would parse and plan every statement of every page anew, which takes longer than the rows.
    """
    if not db.session.registry.has():
        return
    session = db.session()
    if error is None and not (session.new or session.dirty or session.deleted):
        end_reading()


class _Hooks:
    """What the upper layers lend to the acts."""

    def __init__(self, inline: bool) -> None:
        self.inline = inline

    def hold(self, session: Session, deliberation_id: int, exclusive: bool) -> Agenda:
        from app.deliberations import queries

        return queries.hold(session, deliberation_id, exclusive)

    def agenda(self, session: Session, deliberation_id: int) -> Agenda:
        from app.deliberations import queries

        return queries.agenda(session, deliberation_id)

    def standing(self, session: Session, account_id: int) -> Standing:
        from app.accounts import queries

        return queries.standing(session, account_id)

    def catch_up(self, deliberation_id: int) -> None:
        from app.deliberations import schedule

        schedule.catch_up(deliberation_id)

    def after_commit(self) -> None:
        if self.inline:
            from app.audit import sequencer
            from app.notifications import notices

            sequencer.after_commit()
            notices.after_commit()


def _take_in_instruments(folder: str) -> None:
    """Raises SettingsError for instruments that cannot be used, as any other setting does."""
    from app.rights import catalogue, files

    try:
        catalogue.add(Path(folder) if folder else None)
    except files.BadData as wrong:
        raise SettingsError(f"FOLKMOOT_INSTRUMENTS_PATH: {wrong}") from wrong


def _wire_house(app: Flask, settings: Settings) -> None:
    from app import blueprints, commands
    from app.accounts import register
    from app.voting import keys
    from app.web import errors, headers, templates

    acts.wire(_Hooks(settings.inline_sequencer))
    _take_in_instruments(settings.instruments_path)
    register.wire(settings.instance_path)
    keys.wire(settings)
    errors.init(app)
    headers.init(app)
    templates.init(app)
    blueprints.init(app)
    commands.init(app)
