"""The address of a deliberation."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deliberations.slugs import LONGEST, slug_for


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("Should Mill Street be closed?", "should-mill-street-be-closed"),
        ("¿Cómo enfriamos nuestras calles?", "como-enfriamos-nuestras-calles"),
        ("What's next?", "whats-next"),
        ("如何?", "deliberation"),
        ("New", "new-2"),
        ("", "deliberation"),
    ],
)
def test_a_question_becomes_a_plain_address(question: str, slug: str) -> None:
    assert slug_for(question) == slug


def test_a_taken_address_gets_the_next_number() -> None:
    assert slug_for("Trees?", {"trees"}) == "trees-2"
    assert slug_for("Trees?", {"trees", "trees-2"}) == "trees-3"


def test_a_long_question_is_cut_between_words() -> None:
    assert slug_for("tree " * 40) == "-".join(["tree"] * 12)


@given(st.text(max_size=300), st.sets(st.sampled_from(["a", "a-2", "deliberation", "new"])))
def test_every_question_gets_an_address_that_fits_and_is_free(question: str, taken: set[str]) -> None:
    slug = slug_for(question, taken)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slug not in taken | {"new"}
    assert len(slug) <= LONGEST + 4
