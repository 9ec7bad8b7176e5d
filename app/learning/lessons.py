"""Short pages that make a resident able to use rights, one Markdown file a lesson and language. PURE but for reading.

A file begins with its title (`# …`) and, as the first paragraph, what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.rights.text import ENGLISH, Text

FOLDER: Final = Path(__file__).parent / "lessons"
ORDER: Final = (
    "human-rights-city",
    "respect-protect-fulfil",
    "treaty-to-city-hall",
    "rights-based-proposal",
    "check-us",
)
"""The lessons in the order in which somebody new reads them. Each is part of its address."""


@dataclass(frozen=True)
class Lesson:
    """A lesson in every language that it was written in. `body`: Markdown, without title and first paragraph."""

    slug: str
    title: Text
    lead: Text
    body: Text

    def sections(self, locale: str) -> list[tuple[str, str]]:
        """The parts of the body: heading, and the Markdown below it."""
        parts = self.body.in_(locale).removeprefix("## ").split("\n## ")
        return [(heading, text) for heading, _, text in (part.partition("\n") for part in parts)]


@cache
def lessons(folder: Path = FOLDER) -> tuple[Lesson, ...]:
    """All lessons, in their order."""
    return tuple(_lesson(folder, slug) for slug in ORDER)


def lesson(slug: str) -> Lesson | None:
    """The lesson at an address."""
    return next((one for one in lessons() if one.slug == slug), None)


def _lesson(folder: Path, slug: str) -> Lesson:
    titles, leads, bodies = {}, {}, {}
    for path in sorted(folder.glob(f"{slug}.*.md")):
        language = path.suffixes[-2].removeprefix(".")
        title, lead, body = path.read_text(encoding="utf-8").split("\n\n", 2)
        titles[language], leads[language], bodies[language] = title.removeprefix("# "), lead, body
    if ENGLISH not in titles:
        raise FileNotFoundError(f"{folder}/{slug}.{ENGLISH}.md")
    return Lesson(slug, Text.of(titles), Text.of(leads), Text.of(bodies))
