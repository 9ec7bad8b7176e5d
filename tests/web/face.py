"""Folkmoot's frame without its domains: no database, no people. For tests of what every page is made of."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from app.civic.views import bp
from app.config import ROOT, Settings
from app.web import errors, headers, templates, visitor


@dataclass
class Someone:
    """Somebody signed in, as the head of a page knows them."""

    display_name: str = "Ada Moreno"
    is_authenticated: bool = True
    is_active: bool = True

    def get_id(self) -> str:
        return "1"


def make_face(**config: object) -> Flask:
    """An app of base template, macros, error pages, headers and the civic pages."""
    app = Flask("face", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.jinja_environment = templates.Environment
    app.config.update(
        FOLKMOOT=Settings(env="testing", city_name="Riverbend"),
        SECRET_KEY="a secret for tests which protects nobody",
        TESTING=True,
        SESSION_COOKIE_SECURE=False,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE="America/New_York",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "app" / "translations"),
        **config,
    )
    Babel(app, locale_selector=visitor.locale)
    CSRFProtect(app)
    LoginManager(app).user_loader(lambda _: Someone())
    errors.init(app)
    headers.init(app)
    templates.init(app)
    app.register_blueprint(bp)
    _other_domains(app)
    return app


def _other_domains(app: Flask) -> None:
    """The addresses of other domains that the frame leads to."""
    for endpoint in (
        "deliberations.index",
        "rights.index",
        "audit.index",
        "learning.index",
        "accounts.sign_in",
        "accounts.register",
        "accounts.me",
        "accounts.officials",
        "notifications.index",
    ):
        app.add_url_rule("/" + endpoint.replace(".", "/"), endpoint, lambda: "")
    app.add_template_global(lambda: 3, "unread_notices")
    app.add_url_rule("/accounts/sign-out", "accounts.sign_out", lambda: "", methods=["POST"])
