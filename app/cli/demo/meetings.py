"""Deliberations are started, and their rounds planned, opened, changed and closed; votes are cast and sealed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial

from app.accounts import acts as accounts
from app.acts import CITY
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.cli.demo import proposing
from app.cli.demo.play import Play
from app.cli.demo.shapes import Misshapen
from app.cli.demo.story import BallotStory, DeliberationStory, RoundAct, RoundEvent, RoundStory, Seal
from app.database import db
from app.deliberations import acts, schedule
from app.deliberations.acts import Plan
from app.deliberations.models import Round
from app.voting import acts as voting
from app.voting import ballots
from app.voting import queries as votes
from app.voting.queries import BallotPaper

ONE_MINUTE = timedelta(minutes=1)


def enter(play: Play) -> None:
    """Add the scenes of all deliberations."""
    for told in play.story.deliberations:
        _start(play, told)
        for place, each in enumerate(told.rounds):
            _run(play, told, place, each)
        proposing.enter(play, told)
        for ballot in told.ballots:
            _vote(play, told, ballot)
        if told.seal is not None:
            _seal(play, told, told.seal)


def _start(play: Play, told: DeliberationStory) -> None:
    def create() -> None:
        play.deliberations[told.slug] = acts.create(
            play.accounts[told.created.by],
            CITY,
            question=told.question,
            background=f"{told.background}\n\n*{play.story.city.notice}*",
            promise=told.promise,
            lang=told.language,
        )

    play.scene(told.created.at, create)
    for handle in told.facilitators:
        if Role.FACILITATOR not in play.story.by_handle[handle].roles:
            _name_facilitator(play, told, handle)


def _name_facilitator(play: Play, told: DeliberationStory, handle: str) -> None:
    def grant() -> None:
        administrator = play.accounts[play.story.administrator.handle]
        deliberation = play.deliberations[told.slug]
        accounts.grant_role(
            administrator, play.accounts[handle], role=Role.FACILITATOR, deliberation_id=deliberation.id
        )

    play.scene(told.created.at, grant, later=2 * ONE_MINUTE)


def _run(play: Play, told: DeliberationStory, place: int, each: RoundStory) -> None:
    def plan() -> None:
        play.rounds[told.slug, place] = acts.plan_round(
            play.accounts[told.created.by],
            play.deliberations[told.slug],
            kind=each.kind,
            plan=Plan(
                question=each.question,
                opens_at=play.when(each.opens),
                closes_at=play.when(each.closes),
                settings=each.settings,
            ),
        )

    play.scene(told.created.at, plan, later=ONE_MINUTE)
    for event in each.events:
        play.scene(event.at, partial(_befall, play, (told.slug, place), event))
    for moment in (each.opens, each.closes_in_the_end):
        if moment.day < 0:  # what the schedule did gets its entry on time, as `flask rounds tick` would see to
            play.scene(moment, lambda: schedule.catch_up(play.deliberations[told.slug].id))


def _befall(play: Play, which: tuple[str, int], event: RoundEvent) -> None:
    by, round_ = play.accounts[event.by], play.rounds[which]
    match event.act:
        case RoundAct.PAUSE:
            acts.pause_round(by, round_, reason=event.reason)
        case RoundAct.RESUME:
            acts.resume_round(by, round_, reason=event.reason)
        case RoundAct.CLOSE_EARLY:
            acts.close_round(by, round_, reason=event.reason)
        case RoundAct.EXTEND:
            acts.extend_round(by, round_, closes_at=play.when(event.new_close), reason=event.reason)


def _vote(play: Play, told: DeliberationStory, ballot: BallotStory) -> None:
    def cast() -> None:
        paper = _paper(play, told)
        marked = {play.proposals[told.slug, key].id: mark for key, mark in ballot.marks.items()}
        reading = ballots.read(paper.rule, paper.option_ids, marked)
        voter = play.accounts[ballot.voter]
        voting.cast(voter, paper, choices=reading.choices, cast_id=secrets.token_bytes(16))
        voting.batch_if_due(paper)

    play.scene(ballot.at, cast)


def _paper(play: Play, told: DeliberationStory) -> BallotPaper:
    vote = votes.vote(db.session(), _vote_round(play, told).id)
    if vote is None or vote.paper is None:
        raise Misshapen(f"{told.slug}: a ballot is cast before the vote has opened")
    return vote.paper


def _vote_round(play: Play, told: DeliberationStory) -> Round:
    place = next(place for place, each in enumerate(told.rounds) if each.kind is RoundKind.VOTE)
    return play.rounds[told.slug, place]


def _seal(play: Play, told: DeliberationStory, seal: Seal) -> None:
    def set_seal() -> None:
        by, round_ = play.accounts[seal.sealed.by], _vote_round(play, told)
        voting.seal(by, round_)
        voting.destroy_key(by, round_)

    play.scene(seal.asked.at, lambda: voting.ask_for_seal(play.accounts[seal.asked.by], _vote_round(play, told)))
    play.scene(seal.sealed.at, set_seal)
