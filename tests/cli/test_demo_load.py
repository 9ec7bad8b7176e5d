"""`flask demo`: the story plays through acts, ends now, and leaves a city whose log and counts are sound."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.accounts import passwords
from app.accounts.models import Account, Credential
from app.audit.models import LogEntry, LogPending
from app.charter.rounds import RoundKind, RoundState, state_at
from app.cli.demo import story
from app.database import db
from app.deliberations.models import Deliberation, Round
from app.discussion.models import Comment, CommentState
from app.proposals.models import Proposal
from app.records.models import Answer
from app.voting.models import Poll

STORY = story.read()


def rounds_open_now() -> set[RoundKind]:
    now = clock.now()
    return {each.kind for each in db.session.scalars(select(Round)) if state_at(each.facts(), now) is RoundState.OPEN}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_everybody_and_everything_of_the_story_is_there(demo: Flask) -> None:
    told = [proposal for one in STORY.deliberations for proposal in one.proposals.values()]

    assert count(Account) == len(STORY.people)
    assert count(Deliberation) == 3
    assert count(Proposal) == len(told)
    assert count(Comment) == sum(len(one.comments) for one in told)


def test_one_deliberation_is_proposing_and_one_voting(demo: Flask) -> None:
    assert rounds_open_now() == {RoundKind.PROPOSE, RoundKind.VOTE}


def test_the_finished_vote_came_to_what_the_story_tells(demo: Flask) -> None:
    repairs = next(one for one in STORY.deliberations if one.expected)
    poll = db.session.scalars(select(Poll).where(Poll.outcome.is_not(None))).one()
    titles = {one.id: one.revisions[0].title for one in db.session.scalars(select(Proposal))}
    expected = {repairs.proposals[key].title: number for key, number in repairs.expected.items()}

    assert {titles[one["option"]]: one["counts"]["approve"] for one in poll.outcome["results"]} == expected
    assert Counter(one["decision"] for one in poll.outcome["results"]) == {"carried": 2, "tied": 2, "rejected": 2}


def test_every_proposal_of_the_finished_deliberation_has_one_answer_that_stands(demo: Flask) -> None:
    standing = db.session.scalars(select(Answer.proposal_id).where(Answer.replaced_at.is_(None))).all()
    assert len(standing) == len(set(standing)) == 6


def test_the_city_says_that_it_is_invented(demo: Flask) -> None:
    for one in db.session.scalars(select(Deliberation)):
        assert STORY.city.notice in one.background


def test_the_hidden_comment_stays_hidden(demo: Flask) -> None:
    hidden = db.session.scalars(select(Comment).where(Comment.state == CommentState.HIDDEN)).all()
    assert len(hidden) == 1


def test_the_log_tells_it_in_order_and_nothing_in_the_future(demo: Flask) -> None:
    times = db.session.scalars(select(LogEntry.at).order_by(LogEntry.idx)).all()

    assert count(LogPending) == 0
    assert times == sorted(times)
    assert times[-1] < clock.now()


def test_the_log_of_the_demo_holds_no_name_and_no_words_of_a_person(demo: Flask) -> None:
    whole = b"".join(db.session.scalars(select(LogEntry.body)))

    for person in STORY.people:
        assert person.name.encode() not in whole
        assert person.email.encode() not in whole


def test_the_log_of_the_demo_verifies(demo: Flask) -> None:
    verified = demo.test_cli_runner().invoke(args=["audit", "verify", "--own-key"])
    assert verified.exit_code == 0, verified.output


def test_the_printed_password_opens_every_account(demo: Flask) -> None:
    credentials = db.session.scalars(select(Credential)).all()
    assert {one.email for one in credentials} == {person.email for person in STORY.people}
    assert passwords.matches(STORY.city.password, credentials[0].password_hash)
    assert {one.password_hash for one in credentials} == {credentials[0].password_hash}


def test_accounts_prints_everybody_and_the_password(demo: Flask) -> None:
    printed = demo.test_cli_runner().invoke(args=["demo", "accounts"])

    assert printed.exit_code == 0
    assert STORY.city.password in printed.output
    assert all(person.email in printed.output for person in STORY.people)
    assert "luis@example.org" in printed.output.split("Facilitator")[1]


def test_loading_again_leaves_what_is_there(demo: Flask) -> None:
    before = count(LogEntry)

    careful = demo.test_cli_runner().invoke(args=["demo", "load", "--if-empty"])
    plain = demo.test_cli_runner().invoke(args=["demo", "load"])

    assert careful.exit_code == 0
    assert plain.exit_code == 1
    assert "make fresh" in plain.output
    assert count(LogEntry) == before


def test_a_loading_that_was_broken_off_is_noticed(demo: Flask) -> None:
    (Path(demo.config["FOLKMOOT"].instance_path) / "demo-half-loaded").touch()

    again = demo.test_cli_runner().invoke(args=["demo", "load", "--if-empty"])

    assert again.exit_code == 1
    assert "broken off" in again.output


def test_without_the_demo_there_are_no_accounts_to_print(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["demo", "accounts"])
    assert STORY.city.password not in printed.output


def test_the_demo_is_not_loaded_where_real_people_are_expected(app: Flask) -> None:
    app.config["FOLKMOOT"] = replace(app.config["FOLKMOOT"], env="production")

    refused = app.test_cli_runner().invoke(args=["demo", "load"])

    assert refused.exit_code == 1
    assert "password that everybody knows" in refused.output
    assert count(Account) == 0
