"""The adoption register: what clerks enter, what they correct, and what everybody sees of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.acts import CITY, Conflict
from app.adoptions import acts, queries
from app.adoptions.acts import Said
from app.adoptions.models import AdoptionState, Fact, Measure
from app.charter.rules import Refused
from app.database import db
from tests import given
from tests.entries import entries
from tests.queries import MOST, counted

SAID = Said(
    instrument="cedaw",
    measure=Measure.ORDINANCE,
    binding=True,
    title="Equal services for women and girls",
    state=AdoptionState.ADOPTED,
    articles=("cedaw-2", "cedaw-11"),
    number="2024-17",
    adopted_on=date(2024, 5, 3),
    oversight="The commission on the status of women",
    sources={Fact.MEASURE.value: "Minutes of 3 May 2024"},
)


@pytest.fixture
def cleo(app):
    return given.clerk("Cleo")


@pytest.fixture
def entry(cleo):
    return acts.enter(cleo, CITY, said=SAID)


# ---------------------------------------------------------------- acts


@pytest.mark.parametrize("office", ["resident", "administrator", "facilitator", "reviewer"])
def test_only_clerks_keep_the_register(app, office) -> None:
    with pytest.raises(Refused, match="clerks"):
        acts.enter(getattr(given, office)(), CITY, said=SAID)


def test_the_log_says_what_was_adopted_and_by_which_kind_of_measure(entry) -> None:
    (found,) = entries("adoption.entered")
    assert found["facts"] == {
        "instrument": "cedaw",
        "articles": ["cedaw-2", "cedaw-11"],
        "measure": "ordinance",
        "status": "adopted",
        "binding": True,
    }
    assert found["by"]["role"] == "clerk"


def test_a_correction_keeps_the_earlier_version_readable(cleo, entry) -> None:
    acts.correct(cleo, entry, said=replace(SAID, number="2024-18"), reason="The number was misread.")
    now, before = queries.versions(db.session(), entry.entry)
    assert (now.number, now.version, now.reason) == ("2024-18", 2, "The number was misread.")
    assert (before.number, before.version) == ("2024-17", 1)
    assert before.replaced_at is not None
    assert [one.id for one in queries.register(db.session())] == [now.id]


def test_a_correction_of_a_correction_belongs_to_the_same_entry(cleo, entry) -> None:
    second = acts.correct(cleo, entry, said=replace(SAID, number="2024-18"), reason="Misread.")
    acts.correct(cleo, second, said=SAID, reason="It was right after all.")
    assert [one.version for one in queries.versions(db.session(), entry.entry)] == [3, 2, 1]


def test_a_version_is_corrected_once(cleo, entry) -> None:
    acts.correct(cleo, entry, said=SAID, reason="Misread.")
    with pytest.raises(Refused, match="corrected already"):
        acts.correct(cleo, entry, said=SAID, reason="Once more.")


def test_a_correction_says_why(cleo, entry) -> None:
    with pytest.raises(Conflict, match="Say why"):
        acts.correct(cleo, entry, said=SAID, reason=" ")
    assert queries.versions(db.session(), entry.entry)[0].version == 1


@pytest.mark.parametrize(
    ("state", "stands"),
    [("proposed", False), ("adopted", True), ("amended", True), ("repealed", False), ("expired", False)],
)
def test_the_city_stands_by_what_is_adopted_and_neither_repealed_nor_expired(cleo, state, stands) -> None:
    acts.enter(cleo, CITY, said=replace(SAID, state=AdoptionState(state)))
    assert bool(queries.in_force(db.session())) is stands


def test_a_measure_for_some_articles_is_not_one_for_the_others(entry) -> None:
    def found(article: str) -> int:
        return len(queries.of_instrument(db.session(), "cedaw", article))

    assert (found("cedaw-2"), found("cedaw-11"), found("cedaw-7")) == (1, 1, 0)


def test_a_measure_for_the_whole_instrument_is_one_for_each_article(cleo) -> None:
    acts.enter(cleo, CITY, said=replace(SAID, articles=()))
    assert len(queries.of_instrument(db.session(), "cedaw", "cedaw-7")) == 1


# ---------------------------------------------------------------- pages


MEASURE = {
    "measure": "resolution",
    "binding": "no",
    "state": "adopted",
    "title": "A city for women",
    "adopted_on": "2023-03-08",
    "source_measure": "The council’s minutes",
    "articles": ["cedaw-2"],
}
ENTER = "/rights/register/new/cedaw"


def test_a_clerk_enters_a_measure_and_everybody_reads_it(page, cleo) -> None:
    page.sign_in(cleo)
    page.get("/rights/register")
    page.click("Enter a measure")
    page.click("Convention on the Elimination of All Forms of Discrimination against Women")
    shown = page.press("Publish the entry", **MEASURE)
    for words in ("A city for women", "Resolution", "Does not bind", "CEDAW 2", "Source: The council’s minutes"):
        assert words in shown
    assert "A city for women" in page.get("/rights/register")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"adopted_on": ""}, "on which day it was adopted"),
        ({"adopted_on": "2023-03-08", "introduced_on": "2024-01-01"}, "before it was introduced"),
        ({"sunset_on": "2020-01-01"}, "cannot end before it begins"),
        ({"url": "minutes"}, "begins with https://"),
        ({"text_sha256": "abc"}, "exactly 64 signs"),
        ({"source_measure": ""}, "Say where this was found"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(page, cleo, wrong, said) -> None:
    page.sign_in(cleo)
    page.get(ENTER)
    shown = page.press("Publish the entry", expect=422, **{**MEASURE, **wrong})
    assert said in shown
    assert shown.tree.first("input", name="title")["value"] == "A city for women"
    assert list(queries.register(db.session())) == []


def test_a_fact_without_a_source_of_its_own_has_that_of_the_measure(page, cleo) -> None:
    page.sign_in(cleo)
    page.get(ENTER)
    page.press("Publish the entry", **MEASURE, oversight="A commission", source_oversight="Its first report")
    (entry,) = queries.register(db.session())
    assert entry.sources["oversight"] == "Its first report"
    assert entry.sources["dates"] == "The council’s minutes"
    assert "funding" not in entry.sources


def test_a_corrected_entry_shows_both_versions_and_why(page, cleo, entry) -> None:
    page.sign_in(cleo)
    page.get(f"/rights/register/{entry.entry}")
    page.click("Correct this entry")
    shown = page.press("Publish the entry", number="2024-18", reason="The number was misread.")
    for words in ("2024-18", "2024-17", "The number was misread.", "Version 1, until"):
        assert words in shown


def test_a_correction_without_its_reason_is_sent_back(page, cleo, entry) -> None:
    page.sign_in(cleo)
    page.get(f"/rights/register/{entry.entry}/correct")
    assert "Why do you correct it?" in page.press("Publish the entry", expect=422, number="2024-18")
    assert queries.versions(db.session(), entry.entry)[0].number == "2024-17"


def test_a_stranger_reads_the_register_and_cannot_change_it(page, entry) -> None:
    assert "Enter a measure" not in page.get("/rights/register")
    page.get(ENTER, expect=403)
    page.get(f"/rights/register/{entry.entry}/correct", expect=403)


def test_an_article_shows_what_the_city_adopted_beside_where_the_country_stands(page, entry) -> None:
    for path in ("/rights/cedaw", "/rights/articles/cedaw-2"):
        shown = page.get(path)
        assert SAID.title in shown
        assert "Where the United States stands" in shown
    assert SAID.title not in page.get("/rights/articles/cedaw-7")


def test_what_is_not_there_is_not_found(page, cleo) -> None:
    page.get("/rights/register/7", expect=404)
    page.sign_in(cleo)
    page.get("/rights/register/new/nothing", expect=404)


def test_the_register_takes_few_statements_however_long_it_is(client, cleo, entry) -> None:
    for _ in range(5):
        acts.enter(cleo, CITY, said=SAID)
    with counted() as statements:
        client.get("/rights/register")
    assert len(statements) <= MOST, statements


# ---------------------------------------------------------------- the demo city


def test_the_demo_city_has_adopted_something_and_corrected_an_entry(demo) -> None:
    found = {one.instrument: one for one in queries.in_force(db.session())}
    assert set(found) == {"cedaw", "icescr"}
    assert (found["cedaw"].binding, found["icescr"].binding) == (True, False)
    now, before = queries.versions(db.session(), found["cedaw"].entry)
    assert now.funding != before.funding
    assert now.reason
