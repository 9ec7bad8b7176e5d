"""A draft of a civil society report: its order, its words, and what is never in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.outward import report, shapes
from app.outward.report import BlockKind, count, draft, excerpt
from app.outward.shapes import BY_RIGHT, SectionKind
from app.outward.told import LEFT_OUT, Ballots, CityAnswer, Names, Tied, Told
from app.rights import catalogue
from app.rights.files import BadData
from app.rights.tags import Direction
from app.voting.counting.outcome import Decision

RIGHTS = catalogue.load()
SHAPES = shapes.load()


class Plain:
    """Says things in English, as they come."""

    say = staticmethod(str)
    number = staticmethod(str)
    verdict = staticmethod(str)

    def text(self, text) -> str:
        return text.en

    def day(self, moment) -> str:
        return f"{moment:%Y-%m-%d}"

    def ballots(self, told) -> str:
        return f"Vote: {told.vote.decision}, {dict(told.vote.counts)}."

    def address(self, told) -> str:
        return f"https://city.example/{told.id}"


HOME = Told(
    id=7,
    title="A visit before any shut-off",
    lang="en",
    deliberation="water",
    question="How do we keep the water on?",
    endorsements=41,
    tied=(Tied("icescr-11", Direction.ADVANCES, True), Tied("iccpr-17", Direction.ENDANGERS, False)),
    vote=Ballots(Decision.CARRIED, (("approve", 120),), 300, 1200),
    answer=CityAnswer("in_part", "**Yes**, from [May](https://x.example) on.", "en", datetime(2026, 5, 1, tzinfo=UTC)),
)
RACE = replace(HOME, id=8, title="Count stops by race", tied=(Tied("icerd-5", Direction.ADVANCES, True),), answer=None)


def made(shape_id: str, *told: Told):
    return draft(shapes.shape(shape_id), told or (HOME, RACE), RIGHTS, Plain(), city="Riverbend")


def texts(found, kind: BlockKind) -> list[str]:
    return [one.text for one in found.blocks if one.kind is kind]


# ---------------------------------------------------------------- shapes


def test_there_is_a_shape_for_each_body() -> None:
    assert [shape.id for shape in SHAPES] == ["upr", "cerd", "hrc", "cedaw", "cat"]
    assert {shape.order for shape in SHAPES} - {BY_RIGHT} <= {one.id for one in RIGHTS.instruments}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
def test_a_shape_has_a_main_part_its_sources_and_limits_with_source_and_day(shape) -> None:
    kinds = [section.kind for section in shape.sections]
    assert kinds.count(SectionKind.ARTICLES) == kinds.count(SectionKind.SOURCES) == 1
    assert all(limit.source.en and limit.seen.year >= 2026 for limit in shape.limits)
    assert all(section.prompt for section in shape.sections if section.kind is SectionKind.FILL)


def test_only_what_was_compared_counts_as_checked() -> None:
    assert {shape.id for shape in SHAPES for limit in shape.limits if limit.verification == "checked"} == {"hrc"}


def test_a_damaged_file_is_refused_by_name(tmp_path) -> None:
    data = json.loads((shapes.HERE / "shapes.json").read_text())
    data["shapes"][0]["limits"][0]["words"] = "many"
    (tmp_path / "shapes.json").write_text(json.dumps(data))
    with pytest.raises(BadData, match=r"shapes\.json"):
        shapes.load(tmp_path / "shapes.json")


# ---------------------------------------------------------------- the draft


def test_sections_stand_in_the_order_that_the_body_asks_for() -> None:
    for shape in SHAPES:
        assert texts(made(shape.id), BlockKind.HEADING) == [section.heading.en for section in shape.sections]


def test_a_report_on_a_treaty_follows_its_articles_and_takes_in_the_same_right_of_others() -> None:
    chapters = texts(made("cerd"), BlockKind.CHAPTER)
    assert chapters
    assert all(chapter.startswith("ICERD ") for chapter in chapters)
    numbers = [int(chapter.split()[1].split("(")[0].rstrip(":")) for chapter in chapters]
    assert numbers == sorted(numbers)


def test_a_proposal_tied_to_the_treaty_stands_under_its_own_articles_only() -> None:
    assert [one.split(":")[0] for one in texts(made("cerd", RACE), BlockKind.CHAPTER)] == ["ICERD 5"]


def test_a_proposal_tied_to_other_treaties_alone_stands_under_the_one_article_that_is_closest() -> None:
    elsewhere = replace(RACE, tied=(Tied("udhr-2", Direction.ADVANCES, True),))
    assert len(texts(made("cerd", elsewhere), BlockKind.CHAPTER)) <= 1
    assert len(texts(made("hrc", RACE), BlockKind.CHAPTER)) == 1


def test_a_submission_to_the_universal_periodic_review_goes_by_right() -> None:
    labels = {cluster.label.en for cluster in RIGHTS.clusters}
    assert set(texts(made("upr", HOME), BlockKind.CHAPTER)) <= labels


def test_a_proposal_is_told_with_its_vote_and_answer_once_and_pointed_at_after_that() -> None:
    found = texts(made("upr", HOME), BlockKind.PARAGRAPH)
    told = [one for one in found if "Vote: carried" in one]
    assert len(told) == 1
    assert "It was endorsed 41 times." in told[0]
    assert "The city answered on 2026-05-01: in_part. “Yes, from May on.”" in told[0]
    assert any("see paragraph" in one for one in found)


def test_what_was_neither_voted_on_nor_answered_says_so() -> None:
    (told,) = [one for one in texts(made("cerd", replace(RACE, vote=None)), BlockKind.PARAGRAPH) if "Proposal 8" in one]
    assert "There was no vote on it." in told
    assert "The city has not answered." in told


def test_each_chapter_leaves_room_for_local_facts_and_a_recommendation() -> None:
    found = made("cerd", RACE)
    fills = texts(found, BlockKind.FILL)
    chapters = len(texts(found, BlockKind.CHAPTER))
    assert sum(one.startswith("Local facts:") for one in fills) == chapters
    assert sum(one.startswith("Recommendation:") for one in fills) == chapters


def test_paragraphs_are_numbered_without_a_gap() -> None:
    numbers = [one.number for one in made("upr").blocks if one.kind is BlockKind.PARAGRAPH]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_proposal_told_has_a_note_where_it_can_be_checked() -> None:
    notes = [one for one in made("upr").blocks if one.kind is BlockKind.NOTE]
    assert [note.text.rpartition(" ")[2] for note in notes] == ["https://city.example/7", "https://city.example/8"]


def test_it_says_how_many_proposals_have_no_place_in_it() -> None:
    alone = next(article.id for article in RIGHTS.articles if not RIGHTS.clusters_of(article.id))
    stray = replace(HOME, id=9, tied=(Tied(alone, Direction.ADVANCES, True),))
    assert made("cedaw", stray).left == (0 if alone.startswith("cedaw") else 1)
    assert made("upr", stray).left == 0


def test_words_count_what_the_limit_is_about() -> None:
    found = made("hrc", HOME)
    kept = (BlockKind.HEADING, BlockKind.CHAPTER, BlockKind.PARAGRAPH)
    assert found.words == sum(count(text) for kind in kept for text in texts(found, kind)) + count(found.title)


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("**Bold** and [a link](https://x.example)", "“Bold and a link”"),
        ("- one\n- two", "“one two”"),
        ("", ""),
        ("word " * 80, "“" + " ".join(["word"] * report.LONGEST_EXCERPT) + "…”"),
    ],
)
def test_an_answer_is_quoted_without_its_marks_and_not_at_length(markdown, plain) -> None:
    assert excerpt(markdown) == plain


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ask Ada Lovelace about it.", f"Ask {LEFT_OUT} about it."),
        ("ADA LOVELACE'S street", f"{LEFT_OUT}'S street"),
        ("Lovelace's letter, a lovelace pattern", f"{LEFT_OUT}'s letter, a lovelace pattern"),
        ("Mr. Osterberg asked, and Sra. Ana Ruiz too", f"{LEFT_OUT} asked, and {LEFT_OUT} too"),
        ("Adaptation of the street", "Adaptation of the street"),
        ("José Núñez y Ada Lovelace", f"{LEFT_OUT} y {LEFT_OUT}"),
        ("nobody here", "nobody here"),
    ],
)
def test_names_are_left_out_where_they_stand_as_words(text, left) -> None:
    assert Names(["Ada Lovelace", "José Núñez", "Al"]).left_out(text) == left


def test_a_short_name_that_may_be_a_word_is_let_stand() -> None:
    assert Names(["May"]).left_out("It may rain in May.") == "It may rain in May."


def test_every_text_of_a_proposal_loses_names() -> None:
    said = replace(
        HOME, title="By Ada Lovelace", question="Ada Lovelace asks", answer=replace(HOME.answer, text="Ada Lovelace!")
    )
    bare = said.nameless(Names(["Ada Lovelace"]))
    assert "Lovelace" not in bare.title + bare.question + bare.answer.text
