"""`flask count`: real elections and small ones, counted from their files alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.count import cli
from tests.components import real_data

TOWN = """META
key;value
budget;100
vote_type;approval
rule;{rule}
PROJECTS
project_id;cost;name
a;60;Well
b;60;Wall
c;40;Bench
VOTES
voter_id;vote
1;a
2;b
3;c
"""
CLUB = """# DATA TYPE: soi
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Bo
# ALTERNATIVE NAME 3: Cy
4: 1,2
3: 2,1
2: 3,2
"""


def count(path: Path | str, *options: str) -> dict[str, object]:
    done = CliRunner().invoke(cli, [str(path), "--json", *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.output)
    return found


def refusal(path: Path | str, *options: str) -> str:
    done = CliRunner().invoke(cli, [str(path), *options], catch_exceptions=False)
    assert done.exit_code == 1
    return done.output


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "town.pb"
    path.write_text(TOWN.format(rule="greedy"))
    return path


@pytest.fixture
def club(tmp_path):
    path = tmp_path / "club.soi"
    path.write_text(CLUB)
    return path


def selected(path: Path) -> set[str]:
    """What the city carried out, by its own column."""
    lines = iter(path.read_text().splitlines())
    next(line for line in lines if line == "PROJECTS")
    column = next(lines).split(";").index("selected")
    rows = [line.split(";") for line in iter(lambda: next(lines), "VOTES")]
    return {row[0] for row in rows if row[column] == "1"}


@pytest.mark.parametrize("name", ["Netherlands_Assen_2024.pb", "Poland_Wieliczka_2023_Green_Budget.pb"])
def test_equal_shares_with_the_files_completion_funds_what_the_city_carried_out(name):
    path = real_data("pabulib", name)
    found = count(path, "--method", "equal-shares")

    assert set(found["winners"]) == selected(path)
    assert found["tied"] == []


def test_wieliczkas_outcome_is_not_where_shares_stop_as_soon_as_nothing_fits():
    path = real_data("pabulib", "Poland_Wieliczka_2023_Green_Budget.pb")
    early = count(path, "--method", "equal-shares", "--completion", "add1", "--until-full")

    assert set(early["winners"]) ^ selected(path) == {"46", "66", "67"}


def test_every_real_budget_is_counted_by_every_method_that_its_ballots_allow():
    counted = 0
    for path in sorted(real_data("pabulib").glob("*.pb")):
        told = refusal(path, "--method", "score").split("counted by: ")[1].split(".")[0]
        for method in told.split(", "):
            found = count(path, "--method", method)
            assert found["winners"], (path.name, method)
            assert found["account"], (path.name, method)
            counted += 1
    assert counted >= 40


def test_winners_are_the_files_own_identifiers(town, club):
    assert count(town, "--method", "greedy-cost")["winners"] == ["c"]
    assert count(club, "--method", "schulze")["winners"] == ["2"]
    assert count(club, "--method", "schulze")["names"]["2"] == "Bo"


def test_a_tie_is_reported_or_drawn_by_a_seed(town):
    reported = count(town, "--method", "greedy")
    drawn = count(town, "--method", "greedy", "--ties", "lot", "--seed", "dice of 1 May")

    assert (reported["winners"], reported["tied"]) == (["c"], ["a", "b"])
    assert len(drawn["winners"]) == 2
    assert drawn["tied"] == []


def test_options_change_the_count(club, town):
    assert len(count(club, "--method", "stv", "--seats", "2")["winners"]) == 2
    assert count(town, "--method", "greedy", "--budget", "160")["winners"] == ["a", "b", "c"]
    assert count(town, "--method", "equal-shares", "--completion", "utilitarian")["settings"]["completion"] == "greedy"


def test_equals_at_the_very_end_stand_where_whoever_is_left_out_stands(tmp_path):
    path = tmp_path / "club.toc"
    path.write_text(
        CLUB.replace("4: 1,2", "4: 1,{2,3}").replace("3: 2,1", "3: 2,{1,3}").replace("2: 3,2", "2: {1,2,3}")
    )

    assert count(path, "--method", "instant-runoff")["winners"] == ["1"]
    path.write_text(CLUB.replace("4: 1,2", "4: {1,2},3"))
    assert "several options at one place" in refusal(path, "--method", "instant-runoff")
    assert count(path, "--method", "schulze")["winners"] == ["2"]


def test_a_rule_that_the_file_names_is_followed(tmp_path):
    path = tmp_path / "town.pb"
    path.write_text(TOWN.format(rule="equalshares/add1-comparison"))

    assert count(path, "--method", "equal-shares")["settings"]["completion"] == "add1-comparison"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--method", "stv"], "The ballots of this file approve options and say no more, which stv cannot count."),
        (["--method", "greedy", "--ties", "lot"], "a lot needs its seed"),
        (["--method", "greedy", "--budget", "much"], "“much” is no amount of money"),
        (["--method", "equal-shares", "--completion", "magic"], "magic"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_words(town, options, said):
    assert said in refusal(town, *options)


def test_files_that_cannot_be_used_are_refused_in_words(tmp_path, club):
    (tmp_path / "broken.pb").write_text("META\n")

    assert "there is no such file" in refusal(tmp_path / "none.pb", "--method", "greedy")
    assert "its name must end in one of" in refusal(tmp_path / "ballots.xls", "--method", "greedy")
    assert "broken.pb" in refusal(tmp_path / "broken.pb", "--method", "greedy")
    assert "has no costs or no budget" in refusal(club, "--method", "greedy")


def test_it_runs_without_a_database_and_without_a_key(town, tmp_path):
    root = Path(__file__).parents[2]
    bare = {"PATH": os.environ["PATH"], "FOLKMOOT_ENVIRONMENT": "production", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(root / "wsgi.py"), "count", str(town), "--method", "greedy-cost"],
        env=bare,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "winner: c Bench" in done.stdout
    assert not (tmp_path / "instance").exists()
