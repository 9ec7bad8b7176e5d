"""Residents propose, look at rights, revise and endorse; a reviewer adds a view; the city answers."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app.accounts.models import Account
from app.cli.demo import answers, talk
from app.cli.demo.moments import Deed
from app.cli.demo.play import Play
from app.cli.demo.story import DeliberationStory
from app.cli.demo.voices import ProposalStory, Response, Revised, Settled, Tag
from app.database import db
from app.proposals import acts
from app.proposals.models import Proposal
from app.records import acts as records
from app.records.models import AnswerGround, AnswerVerdict
from app.rights import acts as rights
from app.rights import checklist, tags
from app.rights.findings import FindingAnswerKind
from app.rights.models import ArticleTag

A_MINUTE = timedelta(minutes=1)


def enter(play: Play, told: DeliberationStory) -> None:
    """Add the scenes of all proposals of a deliberation."""
    for key, said in told.proposals.items():
        _Asked(play, told, key, said).enter()
        talk.enter(play, told.slug, key, said)


class _Asked:
    """The scenes of one proposal."""

    def __init__(self, play: Play, told: DeliberationStory, key: str, said: ProposalStory) -> None:
        self.play, self.told, self.key, self.said = play, told, key, said

    @property
    def author(self) -> Account:
        return self.play.accounts[self.said.author]

    @property
    def proposal(self) -> Proposal:
        return self.play.proposals[self.told.slug, self.key]

    def enter(self) -> None:
        scene, said = self.play.scene, self.said
        scene(said.submitted, self._submit)
        scene(said.submitted, partial(self._assess, 1), later=A_MINUTE)
        for number, revised in enumerate(said.revisions, start=2):
            scene(revised.at, partial(self._revise, revised))
            scene(revised.at, partial(self._assess, number), later=A_MINUTE)
        for tag in said.tags:
            if tag.by is not None and tag.at is not None:
                scene(tag.at, partial(self._tag, tag.by, tag))
            if tag.settled is not None:
                scene(tag.settled.at, partial(self._settle, tag, tag.settled))
        for deed in said.endorsements:
            scene(deed.at, partial(self._endorse, deed))
        if said.withdrawn is not None:
            scene(said.withdrawn.at, partial(self._withdraw, said.withdrawn.reason))
        if said.response is not None:
            self._be_answered(said.response)

    def _submit(self) -> None:
        self.play.proposals[self.told.slug, self.key] = acts.submit(
            self.author,
            self.play.deliberations[self.told.slug],
            title=self.said.title,
            body=self.said.body,
            lang=self.said.language,
        )

    def _assess(self, revision: int) -> None:
        """The author's checklist; then their tags one by one, since only so each is explained."""
        kept = checklist.Answers.of(self.said.answers).as_stored()
        rights.assess(self.author, self.proposal, answers=kept, tags=(), lang=self.said.language)
        own = [tag for tag in self.said.tags if tag.by is None and tag.revision <= revision]
        newest = {tag.article: tag for tag in own}
        for tag in newest.values():
            self._tag(self.said.author, tag)

    def _tag(self, by: str, tag: Tag) -> None:
        direction = tags.Direction(tag.direction)
        rights.tag(
            self.play.accounts[by],
            self.proposal,
            said=tags.Tag(tag.article, direction, tag.groups, tag.mitigation),
            lang=self.play.language(by),
            explanation=tag.explanation,
        )

    def _settle(self, tag: Tag, said: Settled) -> None:
        """What the author, or an official, says to a finding."""
        by = said.by or self.said.author
        found = db.session.scalars(
            select(ArticleTag).where(
                ArticleTag.proposal_id == self.proposal.id,
                ArticleTag.article == tag.article,
                ArticleTag.set_by_id == self.play.accounts[tag.by or self.said.author].id,
                ArticleTag.withdrawn_at.is_(None),
            )
        ).one()
        rights.answer_finding(
            self.play.accounts[by],
            rights.Finding(found),
            kind=FindingAnswerKind(said.kind),
            text=said.text,
            lang=self.play.language(by),
        )

    def _revise(self, revised: Revised) -> None:
        acts.revise(
            self.author,
            self.proposal,
            title=revised.title,
            body=revised.body,
            lang=self.said.language,
            note=revised.note,
        )

    def _endorse(self, deed: Deed) -> None:
        acts.endorse(self.play.accounts[deed.by], self.proposal, revision=self.proposal.revision_number)

    def _withdraw(self, reason: str) -> None:
        acts.withdraw(self.author, self.proposal, reason=reason)

    def _be_answered(self, response: Response) -> None:
        self.play.scene(response.at, partial(self._answer, response, response.by, answers.first))
        report = answers.last_report(response)
        if report is not None:
            self.play.scene(report.at, partial(self._answer, response, report.by, answers.latest))

    def _answer(self, response: Response, by: str, words: answers.Wording) -> None:
        records.answer(
            self.play.accounts[by],
            self.proposal,
            verdict=AnswerVerdict(response.verdict),
            ground=AnswerGround(response.grounds[0]) if response.grounds else None,
            text=words(self.play, response),
            lang=response.language,
        )
