"""Drafts of reports and the pages of a right, as everybody gets them."""

from __future__ import annotations

import io

import pytest
from docx import Document

from app.charter.rounds import RoundKind
from app.proposals import acts as proposals
from app.records import acts as records
from app.records.models import AnswerVerdict
from app.rights import acts
from app.rights.tags import Direction, Tag
from tests import given
from tests.queries import MOST, counted

HOME = Tag("icescr-11", Direction.ADVANCES, ("low_income",))
RACE = Tag("icerd-5", Direction.ENDANGERS, ("race",))


@pytest.fixture
def place(app):
    return given.deliberation("How do we keep the water on?", round=RoundKind.PROPOSE)


@pytest.fixture
def visits(place):
    author, rosa = given.resident("Ada Lovelace"), given.reviewer("Rosa Parks")
    made = given.proposal(place, by=author, title="A visit before any shut-off, says Ada Lovelace")
    for tag in (HOME, RACE):
        acts.tag(rosa, made, said=tag, lang="en")
    text = "From May on. Rosa Parks was heard."
    records.answer(given.clerk("Cleo Patra"), made, verdict=AnswerVerdict.IN_PART, text=text, lang="en")
    return made


def draft(place, shape: str = "upr", more: str = "") -> str:
    return f"/rights/reports/draft{more}?shape={shape}&of={place.slug}"


# ---------------------------------------------------------------- the draft


def test_a_visitor_chooses_a_body_and_gets_a_draft(page, place, visits) -> None:
    page.get("/rights/reports")
    shown = page.press("Make the draft", shape="cerd", of=[place.slug])
    assert "Committee on the Elimination of Racial Discrimination" in shown.h1
    assert "ICERD 5" in shown
    assert "The city answered on" in shown


def test_who_chooses_nothing_is_told_so(page, visits) -> None:
    page.get("/rights/reports")
    assert "Choose at least one deliberation" in page.press("Make the draft", expect=422)


def test_a_deliberation_without_a_vote_or_an_answer_is_not_offered(page, place) -> None:
    given.proposal(place)
    assert "Nothing to report yet" in page.get("/rights/reports")


def test_a_shape_that_is_not_there_is_not_found(page, place, visits) -> None:
    page.get(draft(place, "who"), expect=404)


def test_an_address_that_asks_for_nothing_leads_to_the_choice(page, place, visits) -> None:
    assert page.get("/rights/reports/draft").path == "/rights/reports"


def test_the_page_says_how_many_words_are_left_and_whether_the_limit_was_checked(page, place, visits) -> None:
    shown = page.get(draft(place, "upr"))
    for words in ("At most 2,815 words", "left.", "not verified"):
        assert words in shown
    assert "not verified" not in page.get(draft(place, "hrc"))
    assert "No limit is known." in page.get(draft(place, "cat"))


@pytest.mark.parametrize("shape", ["upr", "cerd"])
def test_nobodys_name_is_in_a_draft(client, place, visits, shape) -> None:
    body = client.get(draft(place, shape)).get_data(as_text=True)
    assert "A visit before any shut-off" in body
    for name in ("Lovelace", "Rosa Parks", "Cleo"):
        assert name not in body


def test_a_hidden_proposal_is_in_no_draft(client, place, visits) -> None:
    proposals.hide(given.facilitator("Fay"), visits, reason="Names a neighbor.")
    shown = client.get(draft(place), follow_redirects=True).get_data(as_text=True)
    assert "A visit before any shut-off" not in shown


# ---------------------------------------------------------------- the file


@pytest.fixture
def opened(client, place, visits):
    got = client.get(draft(place, "cerd", ".docx"))
    assert got.mimetype.endswith("wordprocessingml.document")
    assert got.headers["Content-Disposition"].endswith('.docx"')
    return Document(io.BytesIO(got.data))


def test_a_word_processor_opens_the_file_and_finds_its_headings(opened) -> None:
    first = [one.text for one in opened.paragraphs if one.style.name == "Heading 1"]
    assert first[:2] == ["Cover", "Who we are"]
    assert any(one.text.startswith("ICERD 5") for one in opened.paragraphs if one.style.name == "Heading 2")
    assert opened.paragraphs[0].style.name == "Title"


def test_the_file_has_the_words_that_the_page_counts(page, opened, place, visits) -> None:
    kept = [one for one in opened.paragraphs if one.text and not one.text.startswith("[")]
    numbers = sum(one.style.name == "Normal" for one in kept)
    notes = [one for one in kept if "https://" in one.text or "http://" in one.text]
    counted_here = sum(len(one.text.split()) for one in kept if one not in notes) - (numbers - len(notes))
    assert f"{counted_here} words, without notes" in page.get(draft(place, "cerd"))


def test_nobodys_name_is_in_the_file_nor_in_what_it_says_of_itself(opened) -> None:
    text = "\n".join(one.text for one in opened.paragraphs)
    said = opened.core_properties
    for name in ("Lovelace", "Parks", "Cleo", "python-docx"):
        assert name not in text + said.author + said.last_modified_by + said.comments + said.title


def test_what_a_human_must_write_is_marked(opened) -> None:
    marked = [run for one in opened.paragraphs for run in one.runs if run.font.highlight_color]
    assert any("Recommendation" in run.text for run in marked)
    assert all(run.text.startswith("[") for run in marked)


# ---------------------------------------------------------------- a right


def test_the_page_of_a_right_tells_what_was_proposed_decided_and_answered(page, visits) -> None:
    shown = page.get("/rights/here/housing")
    for words in ("A visit before any shut-off", "Advances this right", "There was no vote on it.", "Accepted in part"):
        assert words in shown
    assert "Endangers this right" in page.get("/rights/here/race")


def test_a_right_that_nobody_spoke_of_says_so(page, visits) -> None:
    assert "No proposal here has to do with this right." in page.get("/rights/here/torture")
    page.get("/rights/here/nothing", expect=404)


def test_an_article_leads_to_what_became_of_its_right_here(page, visits) -> None:
    page.get("/rights/articles/icescr-11")
    label = page.page.tree.first("h3").text
    assert label
    assert "/rights/here/housing" in [one.get("href") for one in page.page.tree.all("a")]


def test_pages_take_as_many_statements_for_many_proposals_as_for_one(client, place, visits) -> None:
    paths = (draft(place), "/rights/here/housing")
    before = []
    for path in paths:
        with counted() as statements:
            client.get(path)
        before.append(len(statements))
    rosa = given.reviewer("Rosa Again")
    for name in ("Bea", "Cy", "Di"):
        made = given.proposal(place, by=given.resident(f"Resident {name}"), title="More shade")
        acts.tag(rosa, made, said=HOME, lang="en")
    for path, few in zip(paths, before, strict=True):
        with counted() as statements:
            client.get(path)
        assert len(statements) == few
        assert few <= MOST, statements
