"""Ballots of every marking as residents meet them, without a script: filled in, explained, checked, cast, counted."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.records.formats import pabulib, preflib
from app.voting import acts
from app.voting.counting.methods import COUNTERS, Method
from app.voting.counting.outcome import Outcome
from tests.voting.test_views import base, page
from tests.voting.town import TITLES, Town, settle

BUDGET = {"budget": 100, "costs": [[1, 60], [2, 50], [3, 40]], "within_budget": True}
SETTINGS: dict[str, dict[str, Any]] = {
    Method.CUMULATIVE: {"points": 10},
    Method.GREEDY: BUDGET,
    Method.GREEDY_COST: BUDGET,
    Method.EQUAL_SHARES: BUDGET,
}
MARKS: dict[str, dict[str, str]] = {
    "approval": {"option-2": "approve"},
    "yes-no": {"option-2": "yes"},
    "score": {"option-2": "5", "option-1": "1"},
    "cumulative": {"option-2": "7", "option-3": "3"},
    "opinions": {"option-2": "agree", "option-1": "pass"},
    **{one: {"option-2": "1", "option-3": "2"} for one in ("instant-runoff", "ranked-pairs", "schulze", "stv")},
    **{one: {"option-2": "approve", "option-3": "approve"} for one in ("greedy", "greedy-cost", "equal-shares")},
}


@pytest.fixture
def town(app) -> Town:
    return settle(residents=5)


def opened(town: Town, client: FlaskClient, method: str, **more: object) -> None:
    town.open({"method": method, **SETTINGS.get(method, {}), **more})
    client.sign_in(town.resident(0))


def looked_at(client: FlaskClient, town: Town, press: str = "check", **marks: str) -> Any:
    sent = {name.replace("_", "-"): mark for name, mark in marks.items()}
    return client.post(f"{base(town)}/ballot", data={**sent, "press": press})


@pytest.mark.parametrize("method", list(COUNTERS))
def test_a_ballot_of_every_method_is_filled_in_checked_cast_and_counted(client, town, method) -> None:
    opened(town, client, method)
    assert all(title in page(client.get(f"{base(town)}/ballot")) for title in TITLES)
    check = looked_at(client, town, **MARKS[method])
    assert check.status_code == 200
    hidden = dict(re.findall(r'name="(option-\d|cast_id)" value="([^"]*)"', page(check)))
    assert "Folkmoot ballot receipt v1" in page(client.post(f"{base(town)}/ballot/cast", data=hidden))
    town.close()
    town.seal()
    shown = page(client.get(f"{base(town)}/results"))
    assert all(title in shown for title in TITLES)
    if method != "opinions":
        assert "Carried" in shown


def test_points_that_are_too_many_are_explained_and_stay(client, town) -> None:
    opened(town, client, "cumulative")
    answer = looked_at(client, town, option_1="8", option_2="5")
    assert answer.status_code == 422
    assert "You gave 13 points and have 10. Take away 3." in page(answer)
    assert all(f'value="{typed}"' in page(answer) for typed in "85")


def test_what_is_no_number_is_named_where_it_stands(client, town) -> None:
    opened(town, client, "cumulative")
    answer = page(looked_at(client, town, option_1="many", option_2="5"))
    assert f'<a href="#option-1">{TITLES[0]}: Enter a whole number' in answer
    assert 'value="many"' in answer
    assert 'id="option-1-error"' in answer


def test_points_can_be_added_up_without_a_script(client, town) -> None:
    opened(town, client, "cumulative")
    answer = looked_at(client, town, press="add", option_1="3", option_2="5")
    assert answer.status_code == 200
    assert "So far: 8. Left: 2." in page(answer)


@pytest.mark.parametrize("method", ["instant-runoff", "stv"])
def test_two_proposals_at_one_place_are_explained(client, town, method) -> None:
    opened(town, client, method)
    answer = looked_at(client, town, option_1="1", option_2="1", option_3="2")
    assert answer.status_code == 422
    assert "Place 1 is given 2 times" in page(answer)
    assert page(answer).count(" selected") == 3


@pytest.mark.parametrize("method", ["schulze", "ranked-pairs"])
def test_where_pairs_are_compared_equals_are_welcome(client, town, method) -> None:
    opened(town, client, method)
    answer = looked_at(client, town, option_1="1", option_2="1", option_3="2")
    assert answer.status_code == 200
    assert "count as equal" in page(answer)


def test_a_ranking_closes_up_and_says_so(client, town) -> None:
    opened(town, client, "schulze")
    answer = page(looked_at(client, town, option_2="3", option_1="1"))
    assert "You left out a place" in answer
    assert answer.index(TITLES[0]) < answer.index(TITLES[1]) < answer.index(TITLES[2])
    assert re.findall(r'name="option-2" value="(\d)"', answer) == ["2", "2"]


def test_a_ranking_is_no_longer_than_the_round_allows(client, town) -> None:
    opened(town, client, "stv", max_choices=2)
    answer = looked_at(client, town, option_1="1", option_2="2", option_3="3")
    assert answer.status_code == 422
    assert "You ranked 3 proposals. Keep 2 or fewer." in page(answer)


def test_what_one_person_marks_must_be_affordable_where_the_round_says_so(client, town) -> None:
    opened(town, client, "greedy")
    shown = page(client.get(f"{base(town)}/ballot"))
    assert "Costs 60." in shown
    assert "So far: 0. Left: 100." in shown
    answer = looked_at(client, town, option_1="approve", option_2="approve")
    assert answer.status_code == 422
    assert "costs 110. That is 10 more than there is" in page(answer)
    assert page(answer).count(" checked") == 2


def test_a_lot_has_its_seed_in_the_charter_before_anybody_votes(client, town) -> None:
    opened(town, client, "approval", ties="lot")
    charter = town.round.charter
    assert charter["tie_break"] == "lot"
    assert re.fullmatch(r"[0-9a-f]{32}", charter["rule"]["seed"])
    assert charter["rule"]["seed"] in page(
        client.get(f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}")
    )
    town.cast(0, approve=[1, 2])
    town.close()
    outcome = town.seal().outcome
    assert len(outcome.carried) == 1
    assert not outcome.tied


def sealed_box(town: Town, ballots: list[dict[str, list[int]]], method: str) -> None:
    """A sealed vote with so many ballots that its box is published."""
    town.open({"method": method, **SETTINGS.get(method, {})})
    for place in range(town.residents):
        acts.cast(
            town.resident(place), town.paper, choices=ballots[place % len(ballots)], cast_id=secrets.token_bytes(16)
        )
    town.close()
    town.seal()


def downloaded(client: FlaskClient, town: Town, name: str, folder: Path) -> Path:
    answer = client.get(f"{base(town)}/{name}")
    assert answer.status_code == 200
    file = folder / str(answer.headers["Content-Disposition"]).split('"')[1]
    file.write_bytes(answer.data)
    return file


@pytest.mark.parametrize(
    ("ballots", "suffix"),
    [([{"1": [2], "2": [3]}, {"1": [1]}, {}], ".soi"), ([{"1": [2, 3], "2": [1]}, {"1": [1]}], ".toi")],
)
def test_published_rankings_are_read_back_from_the_file_of_preflib(app, client, tmp_path, ballots, suffix) -> None:
    town = settle(residents=24)
    sealed_box(town, ballots, "schulze")
    file = downloaded(client, town, "ballots.preflib", tmp_path)
    assert file.suffix == suffix
    found = preflib.read(file)
    assert [option.name for option in found.options.values()] == list(TITLES)
    casts = {cast.places: cast.times for cast in found.ballots()}
    each = 24 // len(ballots)
    assert casts == {tuple(tuple(ballot[place]) for place in sorted(ballot)): each for ballot in ballots}


def test_a_published_budget_is_read_back_from_the_file_of_pabulib(app, client, tmp_path) -> None:
    town = settle(residents=24)
    sealed_box(town, [{"approve": [1, 3]}, {"approve": [2]}], "greedy")
    found = pabulib.read(downloaded(client, town, "ballots.pb", tmp_path))
    assert found.budget == 100
    assert {option.id: option.cost for option in found.options.values()} == {"1": 60, "2": 50, "3": 40}
    marked = [[found.options[one].id for one in cast.places[0]] for cast in found.ballots()]
    assert sorted(marked) == [["1", "3"]] * 12 + [["2"]] * 12


def test_a_result_can_be_downloaded_as_table_and_with_its_account(app, client) -> None:
    town = settle(residents=24)
    sealed_box(town, [{"1": [2], "2": [3]}, {"1": [1]}, {"1": [2]}], "instant-runoff")
    table = client.get(f"{base(town)}/result.csv").get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert table[0] == "option,title,first,place,decision"
    assert table[1] == f"2,{TITLES[1]},16,1,carried"
    told = client.get(f"{base(town)}/result.json").get_json()
    assert Outcome.from_data(told["outcome"]).carried == (2,)
    assert [one["title"] for one in told["options"]] == list(TITLES)


def test_no_file_of_a_vote_is_there_before_its_seal(client, town) -> None:
    opened(town, client, "schulze")
    for name in ("ballots.preflib", "ballots.pb", "result.csv", "result.json"):
        assert client.get(f"{base(town)}/{name}").status_code == 404


def test_the_result_says_what_other_rules_make_of_the_same_ballots(app, client) -> None:
    town = settle(residents=24)
    sealed_box(town, [{"1": [1], "2": [2], "3": [3]}, {"1": [2], "2": [3]}, {"1": [3], "2": [2], "3": [1]}], "schulze")
    shown = page(client.get(f"{base(town)}/results"))
    assert f"{TITLES[1]} would beat every other proposal, two by two." in shown
    assert "By “Instant runoff” there is a tie" in shown
    assert "Two by two: on how many ballots" in shown


@pytest.mark.parametrize("method", ["schulze", "score", "equal-shares"])
def test_the_printed_record_and_the_proposal_tell_the_result_too(app, client, method) -> None:
    town = settle(residents=24)
    ballots = {
        "schulze": [{"1": [2], "2": [3]}, {"1": [1], "2": [2]}, {"1": [2]}],
        "score": [{"0": [1], "1": [], "2": [], "3": [], "4": [3], "5": [2]}],
        "equal-shares": [{"approve": [2, 3]}],
    }
    sealed_box(town, ballots[method], method)
    printed = page(client.get(f"/deliberations/{town.deliberation.slug}/records/print"))
    assert "Carried" in printed
    assert "%(" not in printed
    assert ("Two by two" in printed) is (method == "schulze")
    shown = page(client.get(f"/deliberations/{town.deliberation.slug}/proposals/2"))
    assert "<strong>Carried</strong>" in shown
    assert "· 5:" not in shown
