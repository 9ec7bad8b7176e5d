"""How well articles are suggested, on proposals that were labelled before anyone looked at what suggests them."""

from __future__ import annotations

import json

import pytest

from app.rights import catalogue
from tests.rights.suggestions import measure
from tests.rights.suggestions.agreement import labellings
from tests.rights.suggestions.sharing import shared

PROPOSALS = measure.read("proposals")
HELD_BACK = measure.part("held-back")
HARD = [one for one in HELD_BACK if one.hard]


def test_the_articles_that_a_person_tied_to_a_proposal_come_among_the_first_five() -> None:
    # The floors are what was reached before words were added with the proposals known; docs/suggestions.md.
    assert measure.figures(measure.folkmoot, HELD_BACK).hit_at_5 >= 0.93
    assert measure.figures(measure.folkmoot, HARD).hit_at_5 >= 0.83


def test_the_right_in_question_comes_among_the_first_five_in_some_instrument() -> None:
    assert measure.figures(measure.folkmoot, HELD_BACK).lenient_at_5 >= 0.97
    assert measure.figures(measure.folkmoot, HARD).lenient_at_5 >= 0.88


def test_recommendations_of_states_are_understood_too() -> None:
    assert measure.figures(measure.folkmoot, measure.read("recommendations")).hit_at_5 >= 0.93


@pytest.mark.parametrize("name", ["BM25", "BM25, Snowball", "BM25+, Snowball", "BM25, letters"])
def test_no_simpler_way_of_ranking_does_as_well(name: str) -> None:
    simpler = measure.figures(measure.rankers()[name], HELD_BACK)
    ours = measure.figures(measure.folkmoot, HELD_BACK)
    assert simpler.hit_at_5 < ours.hit_at_5
    assert simpler.recall_at_10 < ours.recall_at_10
    assert simpler.mrr < ours.mrr


def test_a_call_costs_little_and_what_it_loads_is_small() -> None:
    milliseconds, megabytes = measure.cost(HELD_BACK)
    assert milliseconds <= 5
    assert megabytes <= 50


def test_every_label_is_an_article() -> None:
    known = {article.id for article in catalogue.load().articles}
    labels = [label for one in (*PROPOSALS, *measure.read("recommendations")) for label in one.labels]
    again = json.loads((measure.HERE / "second.json").read_text(encoding="utf-8"))
    assert known.issuperset(labels)
    assert known.issuperset(label for some in again.values() for label in some)


def test_the_set_is_as_large_and_as_hard_as_the_account_of_it_says() -> None:
    assert (len(PROPOSALS), len(HELD_BACK), len(HARD)) == (150, 77, 18)
    assert len({one.id for one in PROPOSALS}) == len({one.text for one in PROPOSALS}) == 150
    assert sum(one.lang == "es" for one in PROPOSALS) == 40
    assert len(labellings()) == 40


def test_a_hard_case_shares_no_content_word_with_the_catalogue() -> None:
    assert {one.id: shared(one.text, one.lang) for one in PROPOSALS if one.hard and shared(one.text, one.lang)} == {}
