"""The contrast of every pair of colours that pages use, in the light and in the dark setting."""

from __future__ import annotations

import re

import pytest

from app.config import ROOT

TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()
TEXT, CONTROL = 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")
PAIRS = [
    *(
        (text, ground, TEXT)
        for text in ("ink", "soft", "accent", "accent-strong", "good", "bad", "warn")
        for ground in GROUNDS
    ),
    *((text, ground, TEXT) for text in ("ink", "accent", "accent-strong") for ground in ("accent-soft",)),
    *(("ink", f"{kind}-soft", TEXT) for kind in ("good", "bad", "warn")),
    *(("accent", f"{kind}-soft", TEXT) for kind in ("good", "bad", "warn")),
    *((kind, f"{kind}-soft", TEXT) for kind in ("good", "bad", "warn")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("paper", "ink", TEXT),
    *(("edge", ground, CONTROL) for ground in GROUNDS),
    ("ring", "ring-halo", CONTROL),
]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


LIGHT, DARK = (colours(half) for half in TOKENS.split("prefers-color-scheme: dark"))


def test_contrast_is_measured_as_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
@pytest.mark.parametrize("mode", [LIGHT, {**LIGHT, **DARK}], ids=["light", "dark"])
def test_what_is_written_stands_out_from_its_ground(mode: dict[str, str], text: str, ground: str, least: float) -> None:
    assert contrast(mode[text], mode[ground]) >= least


def test_the_dark_setting_has_every_colour_of_its_own() -> None:
    assert set(LIGHT) == set(DARK)
