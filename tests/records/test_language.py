"""The language of a text, as well as its commonest words tell it."""

from __future__ import annotations

import pytest

from app.records.imports.language import guess
from app.records.imports.polis import LANGUAGES


@pytest.mark.parametrize(
    ("text", "among", "language"),
    [
        ("Cal millorar el transport públic als barris i fer més carrils bici.", ("ca", "es"), "ca"),
        ("Que l'administració es pugui comprometre amb la gent gran", ("ca", "es"), "ca"),
        ("Hay que mejorar los autobuses para las personas mayores.", ("ca", "es"), "es"),
        ("¿Y el turismo?", ("ca", "es"), "es"),
        ("The buses should run all night for those who work.", LANGUAGES, "en"),
        ("Los autobuses deberían pasar toda la noche.", LANGUAGES, "es"),
        ("Les bus devraient être gratuits pour les jeunes.", LANGUAGES, "fr"),
        ("Os ônibus não passam à noite, e isso é um problema para muita gente.", LANGUAGES, "pt"),
        ("Auch Baumaschinen sollten mit Ökostrom fahren, und die Züge sind nicht pünktlich.", LANGUAGES, "de"),
        ("我覺得法律僅須訂定一個最低標準", LANGUAGES, "zh"),
        ("", LANGUAGES, "en"),
        ("12345 !!", LANGUAGES, "en"),
        ("12345 !!", ("ca", "es"), "ca"),
    ],
)
def test_a_text_tells_its_language(text, among, language) -> None:
    assert guess(text, among, among[0]) == language


def test_a_long_text_is_told_by_how_it_begins() -> None:
    assert guess("Hay que mejorar los autobuses para las personas. " + "els i amb " * 500, ("ca", "es"), "ca") == "es"
