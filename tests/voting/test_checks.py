"""After the seal, whatever is changed by hand in the votes' tables is found and named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.database import db
from app.voting import acts, checks
from app.voting.keys import cabinet
from tests.voting.town import CLERK, Town


def change(statement: str) -> list[str]:
    """Change the database by hand; what checking says then."""
    db.session.execute(text(statement))
    db.session.commit()
    db.session.expire_all()
    return [str(trouble) for trouble in checks.check_all(db.session())]


@pytest.fixture
def sealed(city: Town) -> Town:
    """Thirty ballots, one of them replaced, sealed."""
    city.open()
    for place in range(30):
        city.cast(place, yes=[1 + place % 3])
    city.cast(0, no=[1])
    city.close()
    city.seal()
    return city


def test_a_vote_fits_at_every_stage(city: Town) -> None:
    city.open()
    assert checks.check_all(db.session()) == []
    for place in range(25):
        city.cast(place, yes=[1])
    assert checks.check_all(db.session()) == []
    city.close()
    city.seal()
    assert checks.check_all(db.session()) == []


def test_a_vote_without_trackers_fits_too(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    town.seal()
    assert checks.check_all(db.session()) == []


FIRST = "(SELECT min(id) FROM ballots_sealed)"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ballots_sealed SET choices = '{\"yes\":[9]}' WHERE id = " + FIRST, "is not one that was committed to"),
        ("DELETE FROM ballots_sealed WHERE id = " + FIRST, "not the bytes that were sealed"),
        ("DELETE FROM commits_sealed WHERE id = (SELECT min(id) FROM commits_sealed)", "commit"),
        ("UPDATE commits_sealed SET fate = 'void' WHERE fate = 'superseded'", "superseded commitments"),
        ("UPDATE poll_roll SET voted = true WHERE account_id = 100", "marks on the roll are not"),
        ("UPDATE poll_roll SET voted = false WHERE account_id = 4", "29 people are marked"),
        ("DELETE FROM poll_roll WHERE account_id = 100", "not the one that was frozen at opening"),
    ],
)
def test_a_change_by_hand_is_found(sealed: Town, statement: str, said: str) -> None:
    found = change(statement)
    assert any(said in line for line in found), found
    assert all(line.startswith(f"Vote of round {sealed.round.id}: ") for line in found)


def test_a_changed_result_is_found(sealed: Town) -> None:
    like = "replace(CAST(outcome AS TEXT), '\"yes\": 9', '\"yes\": 19')"
    cast = "" if db.engine.dialect.name == "sqlite" else "::json"
    found = change(f"UPDATE polls SET outcome = ({like}){cast}")
    assert found == [f"Vote of round {sealed.round.id}: the published ballots do not count to the published result"]


def test_somebody_added_to_the_roll_of_an_open_vote_is_found(town: Town) -> None:
    town.open()
    found = change(
        "INSERT INTO poll_roll (round_id, account_id, leaf_salt) SELECT round_id, 3, leaf_salt FROM polls, "
        "(SELECT leaf_salt FROM poll_roll LIMIT 1) AS any_salt"
    )
    assert found == [f"Vote of round {town.round.id}: the roll is not the one that was frozen at opening"]


def test_a_mark_before_the_seal_is_found(town: Town) -> None:
    town.open()
    found = change("UPDATE poll_roll SET voted = true WHERE account_id = 4")
    assert found == [f"Vote of round {town.round.id}: somebody is marked as having voted, although it is not sealed"]


# ---------------------------------------------------------------- the commands


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, str]]:
    """Run `flask voting …`; its exit code and what it said."""

    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["voting", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


def test_the_check_is_a_command(sealed: Town, run: Callable[..., tuple[int, str]]) -> None:
    assert run("check") == (0, "Every roll, box and count fits.\n")
    db.session.execute(text("UPDATE poll_roll SET voted = true"))
    db.session.commit()
    code, said = run("check", str(sealed.round.id))
    assert code == 1
    assert "marks on the roll" in said


def test_the_copies_of_a_key_are_looked_at_by_command(town: Town, run: Callable[..., tuple[int, str]]) -> None:
    paper = town.open()
    first, second = (copy.path for copy in cabinet().copies_of(paper.round_id))
    assert run("keys") == (0, f"round {paper.round_id}: {first} good\nround {paper.round_id}: {second} good\n")
    second.write_text("damaged")
    assert run("keys")[0] == 1
    first.unlink()
    assert run("keys") == (
        1,
        f"round {paper.round_id}: {first} MISSING\nround {paper.round_id}: {second} WRONG OR DAMAGED\n",
    )


def test_a_key_is_destroyed_by_command_after_the_seal_only(town: Town, run: Callable[..., tuple[int, str]]) -> None:
    paper = town.open()
    number = str(paper.round_id)
    assert run("destroy-key", number)[0] == 1
    town.close()
    town.seal()
    assert run("destroy-key", number) == (0, f"2 copies of the key of round {number} destroyed.\n")
    assert run("destroy-key", number) == (0, "No copy was left.\n")
    assert run("keys") == (0, "")
    assert run("destroy-key", "999")[0] == 1


def test_the_database_is_scrubbed_by_command(sealed: Town, run: Callable[..., tuple[int, str]]) -> None:
    acts.destroy_key(sealed.person(CLERK), sealed.round)
    assert run("scrub") == (0, "The tables of the box were rewritten.\n")
