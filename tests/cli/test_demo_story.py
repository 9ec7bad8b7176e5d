"""The demo story hangs together: everybody in it could really have done what it tells, when it tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.accounts import names, passwords
from app.accounts.models import Evidence
from app.charter.actions import Action
from app.charter.planning import LONGEST_REASON
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.charter.table import RULES
from app.cli.demo import story
from app.cli.demo.moments import Moment
from app.cli.demo.shapes import Misshapen
from app.cli.demo.story import DeliberationStory, RoundAct, RoundStory
from app.cli.demo.voices import ProposalStory, Status
from app.discussion.models import Position, Reason
from app.records.models import AnswerGround, AnswerVerdict
from app.rights import catalogue, checklist
from app.rights.tags import Direction, groups
from app.voting.rule import VoteRule

STORY = story.read()
CITY, PEOPLE = STORY.city, STORY.by_handle
DELIBERATIONS = {one.slug: one for one in STORY.deliberations}
PROPOSALS = {
    f"{one.slug}/{key}": (one, proposal) for one in STORY.deliberations for key, proposal in one.proposals.items()
}
NOW = Moment.from_text("0 00:00")
"""Nothing in the story may come later, or loading it in the small hours would have to wait."""

each_deliberation = pytest.mark.parametrize("told", DELIBERATIONS.values(), ids=DELIBERATIONS.keys())
each_proposal = pytest.mark.parametrize(("told", "proposal"), PROPOSALS.values(), ids=PROPOSALS.keys())


# ---------------------------------------------------------------- moments and shapes


def test_a_moment_is_counted_from_the_day_of_loading_in_the_citys_own_time() -> None:
    moment = Moment.from_text("-2 18:40")

    assert moment.on(date(2026, 3, 9), ZoneInfo("America/Chicago")) == datetime(
        2026, 3, 7, 18, 40, tzinfo=ZoneInfo("America/Chicago")
    )
    assert moment.on(date(2026, 3, 9), UTC) == datetime(2026, 3, 7, 18, 40, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "-2", "-2 25:00", "soon 18:40"])
def test_a_moment_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Moment.from_text(text)


def test_a_misspelt_key_is_refused_with_its_place(tmp_path) -> None:
    for name in ("city.toml", "people.toml"):
        (tmp_path / name).write_text((story.CONTENT / name).read_text() + '\n[[people]]\nhandel = "ada"\n')

    with pytest.raises(Misshapen, match=r"city\.toml: unknown keys \['people'\]"):
        story.read(tmp_path)


# ---------------------------------------------------------------- people


def test_everybody_has_a_handle_a_name_and_an_address_of_their_own() -> None:
    assert len(PEOPLE) == len(STORY.people)
    assert len({person.name for person in STORY.people}) == len(STORY.people)
    assert all(person.email.endswith("@example.org") for person in STORY.people)


def test_every_name_is_one_that_people_may_take() -> None:
    assert [person.name for person in STORY.people if names.problem(person.name) is not None] == []


def test_every_role_is_held_and_there_are_residents_of_both_kinds() -> None:
    held = Counter(role for person in STORY.people for role in STORY.offices_of(person.handle))
    residents = [person for person in STORY.people if not STORY.offices_of(person.handle)]

    assert held == {Role.FACILITATOR: 2, Role.CLERK: 2, Role.REVIEWER: 1, Role.ADMINISTRATOR: 1}
    assert {person.verified is None for person in residents} == {True, False}
    assert {person.language for person in residents} == {"en", "es"}


def test_residents_are_verified_by_a_clerk_after_they_joined() -> None:
    for person in STORY.people:
        if person.verified is not None:
            assert person.joined < person.verified.at
            assert person.verified.evidence in set(Evidence)
            assert person.verified.by != person.handle
            clerk = PEOPLE[person.verified.by]
            assert Role.CLERK in clerk.roles
            assert clerk.joined < person.verified.at


def test_the_one_password_is_strong_for_everyone() -> None:
    for person in STORY.people:
        assert passwords.problem(CITY.password, [person.name, person.email, CITY.name]) == []


# ---------------------------------------------------------------- who could do what, and when


def deeds(told: DeliberationStory) -> Iterator[tuple[str, Action, Moment]]:
    """Everything that anybody does in a deliberation, as handle, act and time."""
    yield told.created.by, Action.CREATE_DELIBERATION, told.created.at
    for ballot in told.ballots:
        yield ballot.voter, Action.CAST_BALLOT, ballot.at
    if told.seal is not None:
        yield told.seal.asked.by, Action.ASK_FOR_SEAL, told.seal.asked.at
        yield told.seal.sealed.by, Action.SEAL_ROUND, told.seal.sealed.at
    for proposal in told.proposals.values():
        yield from _about(proposal)


def _about(proposal: ProposalStory) -> Iterator[tuple[str, Action, Moment]]:
    yield proposal.author, Action.SUBMIT_PROPOSAL, proposal.submitted
    for revision in proposal.revisions:
        yield proposal.author, Action.REVISE_PROPOSAL, revision.at
    for deed in proposal.endorsements:
        yield deed.by, Action.ENDORSE_PROPOSAL, deed.at
    for tag in proposal.tags:
        if tag.by is not None and tag.at is not None:
            yield tag.by, Action.TAG_PROPOSAL, tag.at
    if proposal.withdrawn is not None:
        yield proposal.author, Action.WITHDRAW_PROPOSAL, proposal.withdrawn.at
    if proposal.response is not None:
        yield proposal.response.by, Action.ANSWER_PROPOSAL, proposal.response.at
        for commitment in proposal.response.commitments:
            for progress in commitment.progress:
                yield progress.by, Action.ANSWER_PROPOSAL, progress.at
    yield from _said_about(proposal)


def _said_about(proposal: ProposalStory) -> Iterator[tuple[str, Action, Moment]]:
    for comment in proposal.comments:
        yield comment.author, Action.COMMENT, comment.at
        for report in comment.reports:
            yield report.by, Action.REPORT_COMMENT, report.at
        if comment.hidden is not None:
            yield comment.hidden.by, Action.HIDE_COMMENT, comment.hidden.at
        if comment.appeal is not None:
            yield comment.appeal.by, Action.APPEAL, comment.appeal.at


def takes_place(told: RoundStory, at: Moment) -> bool:
    """Whether the round is open then: within its times as they came to be, and not paused."""
    paused = False
    for event in told.events:
        if event.at <= at and event.act in (RoundAct.PAUSE, RoundAct.RESUME):
            paused = event.act is RoundAct.PAUSE
    return told.opens <= at < told.closes_in_the_end and not paused


@each_deliberation
def test_nothing_has_happened_in_the_future(told: DeliberationStory) -> None:
    events = [event.at for each in told.rounds for event in each.events]
    assert max([*events, *(at for _, _, at in deeds(told))]) < NOW


@each_deliberation
def test_everybody_who_acts_exists_and_had_joined(told: DeliberationStory) -> None:
    for handle, action, at in deeds(told):
        assert PEOPLE[handle].joined < at, f"{handle}: {action}"


@each_deliberation
def test_only_verified_residents_propose_endorse_and_vote(told: DeliberationStory) -> None:
    for handle, action, at in deeds(told):
        if action in (Action.SUBMIT_PROPOSAL, Action.ENDORSE_PROPOSAL, Action.CAST_BALLOT):
            verified = PEOPLE[handle].verified
            assert verified is not None, f"{handle}: {action}"
            assert verified.at < at, f"{handle}: {action}"


@each_deliberation
def test_every_voter_was_verified_before_the_roll_was_fixed(told: DeliberationStory) -> None:
    vote = next(each for each in told.rounds if each.kind is RoundKind.VOTE)
    for ballot in told.ballots:
        verified = PEOPLE[ballot.voter].verified
        assert verified is not None
        assert verified.at < vote.opens


@each_deliberation
def test_everything_is_done_in_a_round_that_permits_it(told: DeliberationStory) -> None:
    for handle, action, at in deeds(told):
        kinds = RULES[action].during
        if kinds is not None:
            assert any(each.kind in kinds and takes_place(each, at) for each in told.rounds), f"{handle}: {action} {at}"


@each_deliberation
def test_officials_act_in_their_office(told: DeliberationStory) -> None:
    offices = {
        Action.CREATE_DELIBERATION: Role.FACILITATOR,
        Action.HIDE_COMMENT: Role.FACILITATOR,
        Action.TAG_PROPOSAL: Role.REVIEWER,
        Action.ANSWER_PROPOSAL: Role.CLERK,
    }
    for handle, action, _ in deeds(told):
        if action in offices:
            assert offices[action] in STORY.offices_of(handle), f"{handle}: {action}"
    assert Role.FACILITATOR in PEOPLE[told.created.by].roles, "whoever starts a deliberation facilitates everywhere"
    assert all(event.by in told.facilitators for each in told.rounds for event in each.events)


@each_deliberation
def test_nobody_proposes_more_than_the_round_allows(told: DeliberationStory) -> None:
    limit = min(each.settings.get("proposals_per_resident", 99) for each in told.rounds)
    authors = Counter(proposal.author for proposal in told.proposals.values())
    assert max(authors.values()) <= limit


# ---------------------------------------------------------------- deliberations


def test_the_three_deliberations_stand_at_proposing_voting_and_done() -> None:
    def open_kinds(slug: str) -> list[RoundKind]:
        return [each.kind for each in DELIBERATIONS[slug].rounds if takes_place(each, NOW)]

    assert open_kinds("water") == [RoundKind.PROPOSE]
    assert open_kinds("safety") == [RoundKind.VOTE]
    assert open_kinds("repairs") == []
    assert all(each.closes_in_the_end < NOW for each in DELIBERATIONS["repairs"].rounds)


@each_deliberation
def test_rounds_follow_one_another(told: DeliberationStory) -> None:
    assert told.created.at < told.rounds[0].opens
    for before, after in zip(told.rounds, told.rounds[1:], strict=False):
        assert before.opens < before.closes_in_the_end < after.opens


@each_deliberation
def test_whatever_befalls_a_round_has_a_reason_people_can_read(told: DeliberationStory) -> None:
    for each in told.rounds:
        for event in each.events:
            assert 20 < len(event.reason) <= LONGEST_REASON
            assert each.opens < event.at < each.closes_in_the_end or event.at == each.closes_in_the_end


@each_deliberation
def test_background_and_promise_say_enough(told: DeliberationStory) -> None:
    assert len(told.question) <= 200
    assert 3 <= len(told.background.split("\n\n")) <= 6
    assert len(told.promise.split()) > 30


@each_deliberation
def test_ballots_can_be_counted_by_the_rounds_rule(told: DeliberationStory) -> None:
    vote = next(each for each in told.rounds if each.kind is RoundKind.VOTE)
    marks = VoteRule.from_settings(vote.settings).marks
    on_paper = {key for key, proposal in told.proposals.items() if proposal.withdrawn is None}
    for ballot in told.ballots:
        assert ballot.marks.keys() <= on_paper
        assert set(ballot.marks.values()) <= set(marks)


def test_the_finished_vote_counts_to_what_the_answers_say_with_a_tie_for_the_third_place() -> None:
    told = DELIBERATIONS["repairs"]
    last = {ballot.voter: ballot.marks for ballot in sorted(told.ballots, key=lambda ballot: ballot.at)}
    counted = Counter(key for marks in last.values() for key in marks)
    ids = {key: place for place, key in enumerate(told.proposals, start=1)}
    rule = VoteRule.from_settings(next(each.settings for each in told.rounds if each.kind is RoundKind.VOTE))

    assert counted == told.expected
    assert len(last) == 22
    assert len(told.ballots) > len(last), "somebody should have replaced a ballot"
    assert counted["snow"] == counted["repair-loans"]
    assert sorted(counted.values(), reverse=True)[rule.seats - 1] == counted["snow"]
    assert ids.keys() == counted.keys()


def test_the_seal_is_set_by_two_officers_after_the_vote() -> None:
    told = DELIBERATIONS["repairs"]
    vote = next(each for each in told.rounds if each.kind is RoundKind.VOTE)

    assert told.seal is not None
    assert vote.closes_in_the_end < told.seal.asked.at < told.seal.sealed.at
    assert told.seal.asked.by != told.seal.sealed.by


# ---------------------------------------------------------------- proposals


@each_proposal
def test_texts_are_of_a_length_people_read(told: DeliberationStory, proposal: ProposalStory) -> None:
    for title, body in [(proposal.title, proposal.body), *((one.title, one.body) for one in proposal.revisions)]:
        assert len(title) <= 160
        assert 120 <= len(body.split()) <= 300
    assert all(len(one.note) <= 300 for one in proposal.revisions)


@each_proposal
def test_a_revision_really_changes_the_text(told: DeliberationStory, proposal: ProposalStory) -> None:
    bodies = [proposal.body, *(one.body for one in proposal.revisions)]
    assert len(set(bodies)) == len(bodies)
    assert [one.at for one in proposal.revisions] == sorted(one.at for one in proposal.revisions)


@each_proposal
def test_the_checklist_is_answered_soundly(told: DeliberationStory, proposal: ProposalStory) -> None:
    quick = checklist.load("quick")
    assert quick.errors(checklist.Answers.of(proposal.answers)) == {}


@each_proposal
def test_tags_name_articles_and_groups_of_the_catalogue(told: DeliberationStory, proposal: ProposalStory) -> None:
    rights, known = catalogue.load(), {group.id for group in groups()}
    assert proposal.tags
    for tag in proposal.tags:
        assert rights.article(tag.article).id == tag.article
        assert set(tag.groups) <= known
        assert (tag.by is None) == (tag.at is None)
        assert 1 <= tag.revision <= 1 + len(proposal.revisions)


@each_proposal
def test_whatever_endangers_a_right_says_what_would_lessen_it(told: DeliberationStory, proposal: ProposalStory) -> None:
    assert [tag.article for tag in proposal.tags if Direction(tag.direction).harms and not tag.mitigation] == []


@each_proposal
def test_nobody_endorses_their_own_proposal_or_the_same_words_twice(
    told: DeliberationStory, proposal: ProposalStory
) -> None:
    turns = [one.at for one in proposal.revisions]
    backed = [(deed.by, sum(turn < deed.at for turn in turns)) for deed in proposal.endorsements]

    assert len(set(backed)) == len(backed)
    assert proposal.author not in {deed.by for deed in proposal.endorsements}
    assert all(proposal.submitted < deed.at for deed in proposal.endorsements)


@each_proposal
def test_an_answer_comes_before_its_reply_and_both_are_on_the_same_proposal(
    told: DeliberationStory, proposal: ProposalStory
) -> None:
    said = {comment.key: comment for comment in proposal.comments}
    assert len(said) == len(proposal.comments)
    for comment in proposal.comments:
        assert proposal.submitted < comment.at
        assert comment.position in set(Position)
        if comment.to is not None:
            assert said[comment.to].at < comment.at


@each_proposal
def test_marks_of_helpfulness_come_from_others_who_were_there(told: DeliberationStory, proposal: ProposalStory) -> None:
    for comment in proposal.comments:
        assert comment.author not in comment.helpful
        assert len(set(comment.helpful)) == len(comment.helpful)
        for handle in comment.helpful:
            assert PEOPLE[handle].joined < comment.at, f"{handle} on {comment.key}"


def test_two_proposals_on_water_were_revised_and_one_was_withdrawn() -> None:
    water = DELIBERATIONS["water"].proposals.values()
    assert sum(bool(proposal.revisions) for proposal in water) == 2
    assert sum(proposal.withdrawn is not None for proposal in water) == 1


def test_spanish_is_spoken_in_each_deliberation() -> None:
    for told in DELIBERATIONS.values():
        voices = [comment.author for proposal in told.proposals.values() for comment in proposal.comments]
        assert "es" in {PEOPLE[handle].language for handle in voices}


def test_every_deliberation_has_voices_on_every_side() -> None:
    for told in DELIBERATIONS.values():
        said = {comment.position for proposal in told.proposals.values() for comment in proposal.comments}
        assert said == set(Position)


def test_one_comment_is_hidden_with_a_reason_and_its_appeal_decided_by_somebody_else() -> None:
    hidden = [
        comment for _, proposal in PROPOSALS.values() for comment in proposal.comments if comment.hidden is not None
    ]
    (comment,) = hidden
    assert comment.hidden is not None
    assert comment.appeal is not None
    assert comment.appeal.decision is not None
    assert {report.reason for report in comment.reports} | {comment.hidden.reason} <= set(Reason)
    assert comment.appeal.by == comment.author
    assert comment.appeal.decision.by != comment.hidden.by
    times = [comment.at, comment.hidden.at, comment.appeal.at, comment.appeal.decision.at]
    assert times == sorted(times)


# ---------------------------------------------------------------- the city's answers


def test_every_proposal_on_the_finished_ballot_is_answered() -> None:
    answers = [proposal.response for proposal in DELIBERATIONS["repairs"].proposals.values()]
    assert None not in answers
    verdicts = {answer.verdict for answer in answers if answer is not None}
    assert verdicts == {AnswerVerdict.ACCEPTED, AnswerVerdict.IN_PART, AnswerVerdict.REJECTED}


@each_proposal
def test_whatever_is_not_accepted_whole_says_on_which_ground(told: DeliberationStory, proposal: ProposalStory) -> None:
    if proposal.response is not None:
        accepted = proposal.response.verdict == AnswerVerdict.ACCEPTED
        assert accepted == (proposal.response.grounds == ())
        assert set(proposal.response.grounds) <= set(AnswerGround)


@each_proposal
def test_commitments_have_an_office_a_date_and_a_status_that_fits_it(
    told: DeliberationStory, proposal: ProposalStory
) -> None:
    for commitment in proposal.response.commitments if proposal.response else ():
        assert commitment.office
        assert (commitment.due < 0) == (commitment.status in (Status.DONE, Status.LATE))
        assert [one.at for one in commitment.progress] == sorted(one.at for one in commitment.progress)
