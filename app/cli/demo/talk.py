"""People comment, answer and find helpful what others said; what breaks the rules is reported, hidden and appealed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from app.cli.demo.play import Play
from app.cli.demo.voices import Appealed, Decided, Hidden, ProposalStory, Reported, Said
from app.discussion import acts
from app.discussion.models import Comment, Position, Reason

BETWEEN_MARKS = timedelta(hours=3)
"""Marks of helpfulness carry no time in the story: they come one by one after the comment."""


def enter(play: Play, slug: str, key: str, said: ProposalStory) -> None:
    """Add the scenes of all comments on a proposal."""
    for comment in said.comments:
        _Spoken(play, (slug, key), comment).enter()


class _Spoken:
    """The scenes of one comment."""

    def __init__(self, play: Play, proposal: tuple[str, str], said: Said) -> None:
        self.play, self.on, self.said = play, proposal, said
        self.key = (*proposal, said.key)

    @property
    def comment(self) -> Comment:
        return self.play.comments[self.key]

    def enter(self) -> None:
        scene, said = self.play.scene, self.said
        scene(said.at, self._comment)
        for place, handle in enumerate(said.helpful, start=1):
            scene(said.at, partial(self._mark, handle), later=place * BETWEEN_MARKS)
        for report in said.reports:
            scene(report.at, partial(self._report, report))
        if said.hidden is not None:
            scene(said.hidden.at, partial(self._hide, said.hidden))
        if said.appeal is not None:
            scene(said.appeal.at, partial(self._appeal, said.appeal))
            if said.appeal.decision is not None:
                scene(said.appeal.decision.at, partial(self._decide, said.appeal.decision))

    def _comment(self) -> None:
        said = self.said
        self.play.comments[self.key] = acts.comment(
            self.play.accounts[said.author],
            self.play.proposals[self.on],
            body=said.text,
            lang=self.play.language(said.author),
            position=Position(said.position),
            parent=self.play.comments[(*self.on, said.to)] if said.to else None,
        )

    def _mark(self, handle: str) -> None:
        acts.mark_helpful(self.play.accounts[handle], self.comment, helpful=True)

    def _report(self, report: Reported) -> None:
        acts.report(self.play.accounts[report.by], self.comment, reason=Reason(report.reason), detail=report.detail)

    def _hide(self, hidden: Hidden) -> None:
        by = self.play.accounts[hidden.by]
        reason = Reason(hidden.reason)
        self.play.hidings[self.key] = acts.hide(by, self.comment, reason=reason, explanation=hidden.explanation)

    def _appeal(self, appeal: Appealed) -> None:
        hiding = self.play.hidings[self.key]
        self.play.appeals[self.key] = acts.appeal(self.play.accounts[appeal.by], hiding, text=appeal.text)

    def _decide(self, decision: Decided) -> None:
        made, upheld = self.play.appeals[self.key], decision.state == "upheld"
        acts.decide_appeal(self.play.accounts[decision.by], made, upheld=upheld, answer=decision.answer)
