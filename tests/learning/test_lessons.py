"""The lessons: whole, readable, in both languages, and leading somewhere."""

from __future__ import annotations

import re

import pytest

from app.learning.lessons import FOLDER, ORDER, Lesson, lessons
from tests.rights.reading_level import grade

each_lesson = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)


def _plain(markdown: str) -> str:
    """The words of a text without its marks; a table's cells and a list's items are sentences of their own."""
    without_links = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    lines = [line for line in without_links.splitlines() if not re.fullmatch(r"[|\-\s]*", line)]
    sentences = [re.sub(r"^\s*(?:[#|*-]+|\d+\.)\s*|[*|]", " ", line).strip() for line in lines]
    return " ".join(one if one.endswith((".", "?", "!", ":")) else f"{one}." for one in sentences)


def test_every_file_is_a_lesson_in_the_order() -> None:
    assert {path.name.split(".")[0] for path in FOLDER.glob("*.md")} == set(ORDER)


@each_lesson
def test_a_lesson_is_whole_in_both_languages(lesson: Lesson) -> None:
    for text in (lesson.title, lesson.lead, lesson.body):
        assert text.languages == ("en", "es")
        assert text.in_("en").strip() != text.in_("es").strip()
    assert lesson.body.in_("en").count("## ") == lesson.body.in_("es").count("## ")


@each_lesson
def test_a_lesson_can_be_read_in_grade_eight(lesson: Lesson) -> None:
    assert grade(_plain(f"{lesson.lead.in_('en')}\n{lesson.body.in_('en')}")) <= 8.0


@each_lesson
def test_a_lesson_is_short(lesson: Lesson) -> None:
    assert len(lesson.body.in_("en").split()) <= 300
