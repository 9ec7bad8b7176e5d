"""Every setting, with its reason, read from the environment once. `docs/settings.md` tells them to operators."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

PREFIX = "FOLKMOOT_"
ROOT = Path(__file__).resolve().parent.parent
WEAK_SECRETS = frozenset({"secret", "changeme", "change-me", "dev", "development", "password", "folkmoot"})
SHORTEST_SECRET = 32


class SettingsError(RuntimeError):
    """A setting is missing or unusable. The message names it and says how to put it right."""


@dataclass(frozen=True)
class Settings:
    """The settings of one running Folkmoot. Field `x` is read from `FOLKMOOT_X`."""

    env: str = "production"
    """`development`, `testing` or `production`. Outside development a weak secret refuses to start."""
    secret_key: str = ""
    """Signs sessions, mailed links and forms. At least 32 characters that nobody can guess."""
    instance_path: str = str(ROOT / "instance")
    """Folder for what is not code: the SQLite file, keys, the log's files, development mails."""
    database_url: str = ""
    """SQLAlchemy address. Empty means SQLite in the instance folder; a city uses postgresql+psycopg://…"""
    city_name: str = "Folkmoot"
    """The city's name, shown in the header, in mails and in every record."""
    base_url: str = "http://127.0.0.1:8000"
    """Where residents reach this server; links in mails and the default log origin are made from it."""
    log_origin: str = ""
    """The log's name in its checkpoints, without scheme. Empty means host of base_url + `/log`. Never change it."""
    sequencer: str = "auto"
    """`inline` gives entries their place right after the act, `follow` leaves it to `flask audit sequence --follow`;
    `auto` means inline on SQLite and follow on PostgreSQL."""
    key_copy_path: str = ""
    """A folder on other media for the second copy of each vote round's key. Needed to open a vote in production."""
    mail_server: str = ""
    """SMTP host. Empty: in development mails go to a folder and the console; in production, sending fails loudly."""
    mail_port: int = 587
    mail_username: str = ""
    mail_password: str = ""
    mail_tls: bool = True
    """Whether to ask the mail server for STARTTLS before anything else is said."""
    mail_sender: str = "folkmoot@localhost"
    """The address that mails come from."""
    default_locale: str = "en"
    """Language for people whose browser asks for none that Folkmoot speaks: `en` or `es`."""
    timezone: str = "UTC"
    """The city's time zone (such as America/New_York), in which times are shown and typed."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front and set X-Forwarded-*; 0 believes none of those headers."""
    sign_in_rate: str = "10 per 15 minutes"
    """How often one address, or one account, may try to sign in."""
    registration_rate: str = "5 per hour"
    """How often one address may register, or ask for a mailed link."""
    writing_rate: str = "30 per 10 minutes"
    """How many comments, proposals and reports one account may send."""
    districts: str = ""
    """The city's districts, with commas between them: what a clerk chooses from when verifying where somebody lives."""
    birth_years: bool = False
    """Whether clerks may note a resident's year of birth, so that a vote can be for an age group. Law may forbid it."""
    instruments_path: str = ""
    """A folder with the city's own human rights instruments, in the form of `app/rights/treaties/`."""
    comment_edit_minutes: int = 15
    """For how long an author may still change a comment; the earlier text is kept."""
    json_logs: bool = True
    """Whether log lines are JSON (for machines) or text (for people)."""
    accept_loss: bool = False
    """Lets SQLite write without waiting for the disk, for tests and the demo. A power cut may lose signed acts."""

    @property
    def development(self) -> bool:
        return self.env in ("development", "testing")

    @property
    def testing(self) -> bool:
        return self.env == "testing"

    @property
    def database(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{Path(self.instance_path).resolve() / 'folkmoot.db'}"

    @property
    def on_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def inline_sequencer(self) -> bool:
        return self.sequencer == "inline" or (self.sequencer == "auto" and self.on_sqlite)

    @property
    def origin(self) -> str:
        """The log's origin line: no scheme, no trailing slash."""
        if self.log_origin:
            return self.log_origin
        if self.development:
            return "folkmoot.localhost/log"  # whatever the port: a log under another name would not be signed
        return self.base_url.split("://", 1)[-1].rstrip("/") + "/log"

    @property
    def district_names(self) -> tuple[str, ...]:
        """The city's districts in the order given; none where clerks type them freely."""
        return tuple(dict.fromkeys(name.strip() for name in self.districts.split(",") if name.strip()))

    @property
    def key_copies(self) -> Path | None:
        """Where second copies of round keys go; in development a folder beside the first serves."""
        if self.key_copy_path:
            return Path(self.key_copy_path)
        return Path(self.instance_path) / "key-copies" if self.development else None


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Raises SettingsError when a value cannot be used, or when the secret is missing or weak outside development.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, object] = {}
    for one in fields(Settings):
        raw = environ.get(PREFIX + one.name.upper())
        if raw is not None and raw != "":
            given[one.name] = _parse(one.name, str(one.type), raw)
    return checked(Settings(**given))  # type: ignore[arg-type]  # values were parsed by each field's own type


def checked(settings: Settings) -> Settings:
    """Return `settings`, with a throw-away secret in development where none is given; raise SettingsError if unfit."""
    if settings.env not in ("development", "testing", "production"):
        raise SettingsError(f"{PREFIX}ENV is “{settings.env}”; use development, testing or production.")
    if settings.sequencer not in ("auto", "inline", "follow"):
        raise SettingsError(f"{PREFIX}SEQUENCER is “{settings.sequencer}”; use auto, inline or follow.")
    if settings.development:
        return settings
    secret = settings.secret_key
    if len(secret) < SHORTEST_SECRET or secret.lower() in WEAK_SECRETS or len(set(secret)) < 10:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY is missing or weak, so nobody's session would be safe. "
            f"Set it to something like {secrets.token_urlsafe(36)} (keep it secret, and keep it the same)."
        )
    return settings


def _parse(name: str, kind: str, raw: str) -> object:
    if kind == "bool":
        if raw.lower() in ("1", "true", "yes", "on"):
            return True
        if raw.lower() in ("0", "false", "no", "off"):
            return False
        raise SettingsError(f"{PREFIX}{name.upper()} is “{raw}”; use yes or no.")
    if kind == "int":
        try:
            return int(raw)
        except ValueError:
            raise SettingsError(f"{PREFIX}{name.upper()} is “{raw}”; use a whole number.") from None
    return raw
