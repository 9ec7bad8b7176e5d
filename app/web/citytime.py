"""A field for a moment, typed and shown as the clocks of the city show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Field
from wtforms.widgets import DateTimeLocalInput

from app.charter import citytime
from app.web.formats import in_words


class CityTimeField(Field):  # type: ignore[misc]  # it ships no types
    """`data` is an aware moment, or None where nothing was typed. What was typed wrongly stays in the field."""

    widget = DateTimeLocalInput()

    def __init__(self, label: Any = None, validators: Any = None, description: Any = "", **more: Any) -> None:
        zone = _("City time: %(zone)s.", zone=zone_name())
        super().__init__(label, validators, description=f"{description} {zone}".strip(), **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: datetime | None = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = citytime.read(valuelist[0], _zone())
        except citytime.NotATime as fault:
            raise ValueError(in_words(fault.words)) from fault

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return citytime.write(self.data, _zone()) if self.data else ""


def zone_name() -> str:
    """The city's time zone as people call it, and its key."""
    key = _zone().key
    if "/" not in key or key.startswith("Etc/"):
        return key  # “UTC” belongs to no region, so it has no longer name
    name = get_timezone_name(_zone(), locale=get_locale())
    return key if name == key else f"{name} ({key})"


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["FOLKMOOT"].timezone)
