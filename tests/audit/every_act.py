"""A city in which every act there is has been done, every word of it marked, so that it can be looked for later.

    typed = Typed()
    done = walk(app, typed, tmp_path)

`typed("a reason")` makes up words for somebody to type; nobody else ever types the mark in them.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app import clock, create_app
from app.accounts import acts as accounts
from app.accounts import sessions
from app.accounts.models import Account, Evidence
from app.accounts.register import Noted, register
from app.acts import CITY, CLOCK, OPERATOR
from app.adoptions import acts as adoptions
from app.adoptions.acts import Said
from app.adoptions.models import AdoptionState, Fact, Measure
from app.audit import sequencer
from app.audit.home import Home
from app.audit.notes import new_signer
from app.audit.witness import cosignatures
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.config import Settings
from app.custody import acts as custody
from app.database import db
from app.deliberations import acts as rounds
from app.deliberations.models import Deliberation, Round
from app.discussion import acts as discussion
from app.discussion.models import Comment, Position, Reason
from app.proposals import acts as proposals
from app.proposals.models import Draft, Proposal
from app.records import acts as records
from app.records.models import AnswerGround, AnswerVerdict
from app.rights import acts as rights
from app.rights.findings import FindingAnswerKind
from app.rights.models import ArticleTag, AssessmentDraft, ConcernKind, View
from app.rights.tags import Direction, Tag
from app.voting import acts as voting
from app.voting import queries as votes
from app.voting import rolllist
from app.voting.acts import audits, paper
from app.voting.opening import BATCH_SIZE
from app.voting.paper.models import PaperBatch
from app.voting.paper.serials import Channel
from app.writing import private_write
from tests import given
from tests.databases import leave
from tests.pages import CheckedClient
from tests.records import files

VOTERS = BATCH_SIZE + 2
"""Enough for a batch of ballots, with some left over for the seal."""
IN_A_WHILE = timedelta(days=7)


@dataclass
class Typed:
    """Words that people type, each with a mark that stands nowhere else, by what they are."""

    marks: dict[str, str] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(secrets.token_bytes(16)))

    def mark(self, what: str) -> str:
        """A mark of letters alone, since names may hold no digits that pass for letters."""
        mark = "qx" + "".join(self.chance.choices("bcdfghjkmnpqrtvwz", k=14))
        self.marks[mark] = what
        return mark

    def __call__(self, what: str) -> str:
        return f"{what.capitalize()}: {self.mark(what)}"

    def name(self, what: str) -> str:
        return f"Ada {self.mark(what).capitalize()}"


@dataclass
class Scene:
    """Who plays, and where."""

    app: Flask
    typed: Typed
    clerk: Account
    administrator: Account
    facilitator: Account
    other: Account
    reviewer: Account
    ada: Account
    bo: Account
    place: Deliberation


@dataclass(frozen=True)
class Walked:
    """What is left of the walk besides the database: the mark of everything typed, and those who were erased."""

    typed: Typed
    comment_erased: str
    account_erased: str

    def dump(self) -> str:
        return json.dumps({"marks": self.typed.marks, "comment": self.comment_erased, "account": self.account_erased})

    @classmethod
    def load(cls, text: str) -> Walked:
        said = json.loads(text)
        return cls(Typed(said["marks"]), said["comment"], said["account"])


def walk(app: Flask, folder: Path, typed: Typed | None = None) -> Walked:
    """Do every act at least once. Needs the context of an application on an empty database."""
    typed = typed or Typed()
    here = _people(app, typed)
    _accounts(here)
    _deliberation(here)
    oaks = _proposals(here)
    _rights(here, oaks)
    erased = _discussion(here, oaks)
    _rounds(here)
    _vote(here)
    _records(here, oaks, folder)
    _through_the_pages(here, oaks)
    _log(here)
    gone = _erase_an_account(here)
    return Walked(typed, erased, gone)


# ---------------------------------------------------------------- people


def _person(typed: Typed, what: str, former: str = "") -> Account:
    return accounts.register(
        OPERATOR,
        CITY,
        name=typed.name(f"{former} name of {what}".lstrip()),
        email=f"{typed.mark(f'private address of {what}')}@example.org",
        password_hash=given._password_hash(),
        locale="en",
        confirmed=True,
    )


def _official(typed: Typed, role: Role) -> Account:
    person = _person(typed, role.value)
    accounts.grant_role(OPERATOR, person, role=role)
    return person


def _people(app: Flask, typed: Typed) -> Scene:
    clerk, facilitator = _official(typed, Role.CLERK), _official(typed, Role.FACILITATOR)
    people = {what: _person(typed, what) for what in ("ada", "bo")}
    for person in people.values():
        district = typed("private district")
        accounts.verify_resident(clerk, person, evidence=Evidence.LETTER, district=district)
    place = rounds.create(
        facilitator,
        CITY,
        question=typed("question"),
        background=typed("background"),
        promise=typed("promise"),
    )
    return Scene(
        app=app,
        typed=typed,
        clerk=clerk,
        administrator=_official(typed, Role.ADMINISTRATOR),
        facilitator=facilitator,
        other=_official(typed, Role.FACILITATOR),
        reviewer=_official(typed, Role.REVIEWER),
        place=place,
        **people,
    )


def _accounts(here: Scene) -> None:
    cy = _person(here.typed, "cy", "private former")
    accounts.rename(cy, cy, name=here.typed.name("new name of cy"))
    accounts.suspend(here.administrator, cy)
    accounts.restore(here.administrator, cy)
    district = here.typed("private district of cy")
    accounts.verify_resident(here.clerk, cy, evidence=Evidence.LETTER, district=district)
    accounts.end_residency(here.clerk, cy, reason=here.typed("private reason for an end"))
    grant = accounts.grant_role(here.administrator, cy, role=Role.FACILITATOR, deliberation_id=here.place.id)
    accounts.revoke_role(here.administrator, cy, grant_id=grant.id)


def _deliberation(here: Scene) -> None:
    rounds.edit(
        here.facilitator,
        here.place,
        question=here.typed("second question"),
        background=here.typed("second background"),
        promise=here.typed("second promise"),
        lang="en",
    )


# ---------------------------------------------------------------- proposals, rights, discussion


def _planned(here: Scene, kind: RoundKind, **plan: object) -> Round:
    said = rounds.Plan(title=here.typed(f"title of a {kind} round"), question=here.typed("question of a round"), **plan)
    return rounds.plan_round(here.facilitator, here.place, kind=kind, plan=said)


def _proposal(here: Scene, author: Account, to_be: str = "") -> Proposal:
    typed = here.typed
    title, body = typed(f"{to_be} title".strip()), typed(f"{to_be} text".strip())
    with private_write() as session:
        content = {"title": typed("private drafted title"), "body": typed("private drafted text")}
        session.add(Draft(account_id=author.id, deliberation_id=here.place.id, content=content))
    return proposals.submit(author, here.place, title=title, body=body, lang="en", drafted=True)


def _proposals(here: Scene) -> Proposal:
    typed = here.typed
    propose = _planned(here, RoundKind.PROPOSE)
    rounds.open_round(here.facilitator, propose, reason=typed("reason for opening"))
    oaks, elms, weeds = (_proposal(here, here.ada, to_be) for to_be in ("", "", "private hidden"))
    words = {"title": typed("revised title"), "body": typed("revised text"), "note": typed("note on a revision")}
    proposals.revise(here.ada, oaks, lang="en", **words)
    proposals.endorse(here.bo, oaks, revision=2)
    proposals.endorse(here.bo, elms, revision=1)
    proposals.withdraw_endorsement(here.bo, elms)
    proposals.withdraw(here.ada, elms, reason=typed("reason for withdrawing"))
    proposals.hide(here.facilitator, oaks, reason=typed("reason for hiding a proposal"))
    proposals.restore(here.facilitator, oaks, reason=typed("reason for showing a proposal"))
    proposals.hide(here.facilitator, weeds, reason=typed("reason for hiding weeds"))
    return oaks


def _rights(here: Scene, oaks: Proposal) -> None:
    typed = here.typed
    home = Tag("icescr-11", Direction.ADVANCES, ("low_income",))
    privacy = Tag("iccpr-17", Direction.ENDANGERS, ("low_income",), typed("mitigation"))
    answers = {
        "A1": ["water"],
        "A2": ["better"],
        "A3": ["low_income"],
        "A4": ["no"],
        "A5": ["no"],
        "A6": ["no"],
        "A7": ["led"],
        "A8": [typed("worry in the checklist")],
    }
    rights.assess(here.ada, oaks, answers=answers, tags=[home, privacy], lang="en")
    made = rights.tag(here.reviewer, oaks, said=home, lang="en", explanation=typed("explanation of a tag"))
    rights.withdraw_tag(here.reviewer, made)
    _reviews(here, oaks)
    _concerns(here, oaks)
    _register(here)


def _reviews(here: Scene, oaks: Proposal) -> None:
    """Three are asked: one steps back, one hands in, and the third is not waited for."""
    typed = here.typed
    idle, gone = (_person(typed, f"{what} reviewer") for what in ("idle", "partial"))
    for one in (idle, gone):
        accounts.grant_role(OPERATOR, one, role=Role.REVIEWER)
    plan = _planned(here, RoundKind.REVIEW, settings={"independent_reviews": 2})
    mine, _idle, theirs = (
        rights.assign_reviewer(here.facilitator, oaks, reviewer=one) for one in (here.reviewer, idle, gone)
    )
    rights.step_back(gone, theirs, reason=typed("reason for stepping back"))
    rights.accept_review(here.reviewer, mine)
    answers = {**FULL_ANSWERS, "F5": [typed("when it is checked again")]}
    with private_write() as session:
        session.add(_full_draft(here.reviewer, oaks, answers))
    rights.hand_in_review(here.reviewer, mine)
    rights.open_reviews(here.facilitator, oaks, reason=typed("reason for not waiting"))
    found = db.session.scalars(select(ArticleTag).where(ArticleTag.view == View.REVIEWER)).all()[-1]
    reasoned = FindingAnswerKind.REASONED
    rights.answer_finding(
        here.reviewer, rights.Finding(found), kind=reasoned, text=typed("answer to a finding"), lang="en"
    )
    rounds.cancel_round(here.facilitator, plan, reason=typed("reason for cancelling a review round"))


def _full_draft(who: Account, oaks: Proposal, answers: dict[str, list[str]]) -> AssessmentDraft:
    return AssessmentDraft(
        account_id=who.id,
        proposal_id=oaks.id,
        checklist="full",
        checklist_version=1,
        revision_number=oaks.revision_number,
        answers=answers,
    )


def _concerns(here: Scene, oaks: Proposal) -> None:
    typed = here.typed
    raised = rights.Raised(ConcernKind.CHALLENGE, typed("private concern"), "en", "icescr-12", Direction.ADVANCES)
    named = rights.raise_concern(here.bo, oaks, said=raised, unnamed=False)
    rights.answer_concern(here.ada, rights.Answering(named), text=typed("answer to a concern"), lang="en", upheld=True)
    affected = rights.Raised(ConcernKind.AFFECTED, typed("private concern without a name"), "en")
    unnamed = rights.raise_concern(here.bo, oaks, said=affected, unnamed=True)
    rights.hide_concern(here.facilitator, unnamed, reason=typed("reason for hiding a concern"))


FULL_ANSWERS = {
    "A1": ["voice"], "A2": ["renters"], "A3": ["no"], "A4": ["no"], "A5": ["no"],
    "B1.renters": ["worse"], "B2": ["not_sure"], "B3": ["none"], "B6": ["no"], "C7": ["language"],
    "D1": ["two"], "D2": ["yes"], "D3": ["yes"], "D4": ["no"],
    "E1": ["icescr-11"], "E2.icescr-11": ["-1"], "E4.icescr-11": ["1"], "E5.icescr-11": ["1"],
    "E6.icescr-11": ["1"], "E7.icescr-11": ["all"],
    "F1.icescr-11": ["A cap on rents."], "F2.icescr-11": ["The housing office."], "F3.icescr-11": ["1"],
    "F6": ["go_on_safer"],
}  # fmt: skip
"""A complete assessment, but for one answer."""


def _register(here: Scene) -> None:
    typed = here.typed
    said = Said(
        instrument="cedaw",
        measure=Measure.ORDINANCE,
        binding=True,
        title=typed("title of an ordinance"),
        state=AdoptionState.ADOPTED,
        articles=("cedaw-2",),
        adopted_on=clock.now().date(),
        **{what: typed(f"{what} of an ordinance") for what in ("number", "oversight", "funding", "reports_due")},
        sources={Fact.MEASURE: typed("source of a fact")},
    )
    entry = adoptions.enter(here.clerk, CITY, said=said)
    adoptions.correct(here.clerk, entry, said=said, reason=typed("reason for a correction"))


def _comment(
    here: Scene, oaks: Proposal, author: Account, what: str = "comment", parent: Comment | None = None
) -> Comment:
    hour = timedelta(hours=1)
    return discussion.comment(
        author,
        oaks,
        body=here.typed(what),
        lang="en",
        position=None if parent else Position.FOR,
        parent=parent,
        editable_for=hour,
    )


def _discussion(here: Scene, oaks: Proposal) -> str:
    """Returns the mark of a comment that was erased in the end."""
    typed, ada, bo = here.typed, here.ada, here.bo
    kept = _comment(here, oaks, ada)
    doomed = _comment(here, oaks, bo, "private comment, before it was changed")
    mark = typed.mark("private comment that was erased")
    discussion.edit(bo, doomed, body=f"Soon gone: {mark}", lang="en")
    discussion.edit(ada, kept, body=typed("changed comment"), lang="en")
    discussion.mark_helpful(bo, kept, helpful=True)
    discussion.mark_helpful(bo, kept, helpful=False)
    _comment(here, oaks, ada, "answer", parent=doomed)
    made = discussion.report(bo, kept, reason=Reason.INSULT, detail=typed("private report"))
    discussion.dismiss(here.facilitator, made)
    discussion.restore(here.facilitator, _hidden_and_appealed(here, oaks, "comment shown again", upheld=False))
    again = _hidden_and_appealed(here, oaks, "private comment that stays hidden", upheld=True)
    why = typed("explanation of a second hiding")
    discussion.hide(here.facilitator, again, reason=Reason.SPAM, explanation=why)
    discussion.erase(bo, doomed)
    return mark


def _hidden_and_appealed(here: Scene, oaks: Proposal, what: str, *, upheld: bool) -> Comment:
    typed = here.typed
    rude = _comment(here, oaks, here.bo, what)
    discussion.report(here.ada, rude, reason=Reason.INSULT, detail=typed("private report"))
    why = typed("explanation of a hiding")
    hiding = discussion.hide(here.facilitator, rude, reason=Reason.INSULT, explanation=why)
    appeal = discussion.appeal(here.bo, hiding, text=typed("private appeal"))
    discussion.decide_appeal(here.other, appeal, upheld=upheld, answer=typed("private answer to an appeal"))
    return rude


# ---------------------------------------------------------------- rounds and votes


def _rounds(here: Scene) -> None:
    typed, femi = here.typed, here.facilitator
    talk = _planned(here, RoundKind.DISCUSS, closes_at=clock.now() + IN_A_WHILE)
    plan = rounds.Plan(title=typed("new title of a round"), closes_at=clock.now() + IN_A_WHILE)
    rounds.edit_round(femi, talk, plan=plan, reason=typed("reason for editing"))
    rounds.open_round(femi, talk, reason=typed("reason for opening"))
    rounds.extend_round(femi, talk, closes_at=clock.now() + 2 * IN_A_WHILE, reason=typed("reason for more time"))
    rounds.pause_round(femi, talk, reason=typed("reason for a pause"))
    rounds.resume_round(femi, talk, reason=typed("reason for resuming"))
    rounds.close_round(femi, talk, reason=typed("reason for closing"))
    reason = typed("reason for reopening")
    rounds.reopen_round(femi, talk, closes_at=clock.now() + IN_A_WHILE, reason=reason)
    rounds.cancel_round(femi, talk, reason=typed("reason for cancelling"))


def _vote(here: Scene) -> None:
    typed, femi = here.typed, here.facilitator
    voters = [_person(typed, f"voter {number}") for number in range(VOTERS)]
    for voter in voters:
        accounts.verify_resident(here.clerk, voter, evidence=Evidence.LETTER)
    round_ = _planned(here, RoundKind.VOTE, settings={"eligibility": "list"})
    _list(here, round_, voters)
    rounds.open_round(femi, round_, reason=typed("reason for the vote"))
    vote = votes.vote(db.session(), round_.id)
    assert vote is not None
    assert vote.paper is not None
    choices = {"yes": list(vote.paper.option_ids), "no": [], "abstain": []}
    for voter in voters:
        voting.cast(voter, vote.paper, choices=choices, cast_id=secrets.token_bytes(16))
    assert voting.batch(CLOCK, vote.paper) >= BATCH_SIZE
    voting.cast(voters[0], vote.paper, choices=choices, cast_id=secrets.token_bytes(16))
    line = voting.Line(vote.paper, voters[1])
    voting.strike_from_roll(here.clerk, line, reason=typed("reason for striking"))
    voting.add_to_roll(here.clerk, line, reason=typed("reason for adding"))
    serials = voting.issue_paper(here.clerk, vote.paper, channel=Channel.PAPER, how_many=2)
    voting.check_in(here.clerk, voting.Line(vote.paper, voters[2]), channel=Channel.PAPER)
    rounds.close_round(femi, round_, reason=typed("reason for closing the vote"))
    voting.ask_to_reopen(here.clerk, round_, closes_at=None, reason=typed("reason for reopening the vote"))
    rounds.reopen_round(femi, round_)
    rounds.close_round(femi, round_, reason=typed("reason for closing the vote again"))
    _enter_paper(here, round_, vote.paper, serials[0])
    voting.ask_for_seal(femi, round_)
    voting.seal(here.clerk, round_)
    voting.destroy_key(here.clerk, round_)
    audit = voting.draw_sample(here.clerk, round_, seed="3141592653", size=1)
    audits.look(here.clerk, round_, audit, 1, choices=b"")
    voting.finish_audit(here.clerk, round_, number=1)


def _enter_paper(here: Scene, round_: Round, ballot: votes.BallotPaper, serial: str) -> None:
    """Two officials read the one paper ballot alike."""
    number = paper.start_batch(here.clerk, round_, channel=Channel.PAPER, size=1)
    batch = db.session.get_one(PaperBatch, (round_.id, number))
    for official in (here.clerk, here.facilitator):
        paper.read_ballot(official, round_, ballot, batch, said=serial, choices=b"")
    voting.enter_batch(here.clerk, round_, paper=ballot, number=number)


def _list(here: Scene, round_: Round, voters: list[Account]) -> None:
    """A list of register numbers for the roll of the vote."""
    numbers = [here.typed.mark("private register number") for _ in voters]
    for voter, number in zip(voters, numbers, strict=True):
        noted = Noted(register().mark(number), 1984)
        accounts.note_register(here.clerk, voter, noted=noted)
    uploaded = rolllist.read("\n".join(numbers).encode(), register().mark)
    voting.upload_list(here.clerk, round_, uploaded=uploaded)


# ---------------------------------------------------------------- records


def _records(here: Scene, oaks: Proposal, folder: Path) -> None:
    typed = here.typed
    records.answer(here.clerk, oaks, verdict=AnswerVerdict.ACCEPTED, text=typed("answer of the city"), lang="en")
    records.answer(
        here.clerk,
        oaks,
        verdict=AnswerVerdict.REJECTED,
        ground=AnswerGround.MONEY,
        text=typed("second answer of the city"),
        lang="en",
    )
    records.export_public(here.clerk, here.place)
    records.export_internal(here.clerk, here.place)
    _import(here, "barcelona", files.barcelona(folder / "barcelona", *_of_barcelona(typed)))
    _import(here, "polis", _of_polis(typed, folder / "polis"))


def _import(here: Scene, source: str, folder: Path) -> None:
    done = here.app.test_cli_runner().invoke(args=["import", source, str(folder)])
    assert done.exit_code == 0, done.output


def _of_barcelona(typed: Typed) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Sixty proposals, which is more rows than an entry names one by one."""
    told = ("title", "summary", "category", "subcategory", "district", "author", "reply", "code")
    proposed = [
        files.proposal(number, accepted=False, **{name: typed(f"imported {name}") for name in told})
        for number in range(1, 61)
    ]
    said = files.comment(1, author=typed("imported author"), body=typed("imported comment"))
    return proposed, [said]


TEXTS_OF_POLIS = {"topic": "question", "conversation-description": "description"}


def _of_polis(typed: Typed, folder: Path) -> Path:
    summary = {
        name: typed(f"imported {TEXTS_OF_POLIS[name]}") if name in TEXTS_OF_POLIS else value
        for name, value in files.SUMMARY.items()
    }
    statements = [(*row[:-1], typed("imported statement")) for row in files.STATEMENTS]
    return files.polis(folder, summary=summary, statements=statements)


# ---------------------------------------------------------------- through the pages


def _through_the_pages(here: Scene, oaks: Proposal) -> None:
    """Whatever a browser sends along on its way: an address, its own name, a search, a wrong password."""
    typed = here.typed
    client = CheckedClient(here.app)
    client.strict = False
    sends = {
        "REMOTE_ADDR": "198.51.100.77",
        "HTTP_USER_AGENT": f"Lynx/{typed.mark('private browser')}",
        "HTTP_REFERER": f"https://{typed.mark('private referer')}.example/",
        "HTTP_X_FORWARDED_FOR": "203.0.113.99",
    }
    typed.marks |= {"198.51.100.77": "private IP address", "203.0.113.99": "private IP address"}
    form = {"email": f"{typed.mark('private address tried')}@example.org", "password": typed("private password tried")}
    client.post("/sign-in", data=form, environ_overrides=sends)
    client.sign_in(here.bo)
    place = f"/deliberations/{here.place.slug}/proposals"
    assert client.get(place, query_string={"q": typed("private search")}, environ_overrides=sends).status_code == 200
    talk = rounds.plan_round(here.facilitator, here.place, kind=RoundKind.DISCUSS, plan=rounds.Plan())
    rounds.open_round(here.facilitator, talk)
    said = {"body": typed("comment sent by a browser"), "lang": "en", "position": ""}
    answered = client.post(f"{place}/{oaks.id}/comment", data=said, environ_overrides=sends)
    assert answered.status_code == 303, answered.get_data(as_text=True)


def _log(here: Scene) -> None:
    """What the operator does about the log: a witness that is asked no more, a key that signed for a while."""
    witness = cosignatures.Cosigner("library.example", bytes(range(32)))
    url = "https://witness.library.example/"
    added = custody.add_witness(OPERATOR, CITY, name=witness.name, vkey=str(witness), url=url)
    custody.remove_witness(OPERATOR, added)
    home = Home.of(here.app.config["FOLKMOOT"])
    sequencer.run(db.engine, home)
    key = new_signer(home.origin)
    home.keep(key)
    first = str(home.signer(may_make=False).vkey)
    custody.add_key(OPERATOR, CITY, vkey=str(key.vkey), until_now=first)
    sequencer.run(db.engine, home)
    custody.retire_key(OPERATOR, CITY, vkey=str(key.vkey))
    sequencer.run(db.engine, home)


def _erase_an_account(here: Scene) -> str:
    """Somebody leaves. Returns the mark of the name they had."""
    mark = here.typed.mark("private name of whoever left")
    dee = _person(here.typed, "dee", "private former")
    accounts.rename(dee, dee, name=f"Dee {mark.capitalize()}")
    district = here.typed("private district of dee")
    accounts.verify_resident(here.clerk, dee, evidence=Evidence.LETTER, district=district)
    sessions.token_for(dee)
    accounts.erase(dee, dee)
    return mark


# ---------------------------------------------------------------- kept for many tests


@dataclass(frozen=True)
class City:
    """The city after the walk, of which its application knows the rest."""

    app: Flask
    walked: Walked
    settings: Settings

    @property
    def folder(self) -> Path:
        return Path(self.settings.instance_path)


def make(settings: Settings) -> None:
    """Walk in an instance folder, and leave there what is known of it."""
    app = create_app(settings)
    with app.app_context():
        walked = walk(app, Path(settings.instance_path))
        sequencer.run(db.engine, Home.of(settings))
        leave()
    (Path(settings.instance_path) / "walked.json").write_text(walked.dump())


@contextmanager
def opened(settings: Settings) -> Iterator[City]:
    app = create_app(settings)
    app.test_client_class = CheckedClient
    with app.app_context():
        yield City(app, Walked.load((Path(settings.instance_path) / "walked.json").read_text()), settings)
        leave()
