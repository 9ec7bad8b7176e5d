"""Findings: a tag that says a right is endangered asks for an answer, which the proposal carries on."""

from __future__ import annotations

from collections.abc import Sequence

from app.accounts.models import Account
from app.acts import Conflict, Done, act
from app.charter.actions import Action
from app.charter.roles import Role
from app.charter.rules import Circumstances
from app.charter.words import N_, Words
from app.database import db
from app.deliberations.openings import settles
from app.rights.findings import FindingAnswerKind, kinds_for, words_for_opening
from app.rights.models import ArticleTag, FindingAnswer
from app.rights.queries import findings as reading
from app.rights.tags import Direction


class Finding:
    """A tag as who answers it meets it: it is the proposal's author who may, not whoever set the tag."""

    def __init__(self, tag: ArticleTag) -> None:
        self.tag = tag
        self.deliberation_id = tag.proposal.deliberation_id
        self.reference = tag.reference

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return self.tag.proposal.circumstances(actor_id)

    def kinds_for(self, person: Account) -> tuple[FindingAnswerKind, ...]:
        """What this person can say to it."""
        standing = person.standing(confirmed=True)
        return kinds_for(
            author=person.id == self.tag.proposal.author_id,
            reviewer=standing.holds(Role.REVIEWER),
            facilitator=standing.holds(Role.FACILITATOR, self.deliberation_id),
        )


@act(Action.ANSWER_FINDING)
def answer_finding(
    actor: Account, subject: Finding, *, kind: FindingAnswerKind, text: str, lang: str
) -> Done[FindingAnswer]:
    """Answer a finding; an earlier answer stays in the record.

    Raises Conflict for a tag that tells of no danger or was taken back, for an answer that is not this person's to
    give, and for “mitigated” before the proposal was revised.
    """
    tag, proposal = subject.tag, subject.tag.proposal
    if tag.withdrawn_at is not None or not Direction(tag.direction).harms:
        raise Conflict(Words(N_("This tells of no danger any more. There is nothing to answer.")))
    if kind not in subject.kinds_for(actor):
        raise Conflict(Words(N_("This answer is not yours to give. Choose another one.")))
    if kind is FindingAnswerKind.MITIGATED and proposal.revision_number <= tag.revision_number:
        raise Conflict(
            Words(
                N_(
                    "The proposal has not been revised since this was found (revision %(revision)s). Revise it first, "
                    "or choose another answer."
                ),
                {"revision": tag.revision_number},
            )
        )
    answer = FindingAnswer(
        tag_id=tag.id,
        proposal_id=proposal.id,
        kind=kind,
        revision_number=proposal.revision_number,
        text=text,
        lang=lang,
        answered_by_id=actor.id,
    )
    db.session.add(answer)
    facts = {"article": tag.article, "answer": kind.value, "revision": proposal.revision_number}
    return Done(answer, facts, subject=proposal)


@settles
def endangered_rights(proposal_ids: Sequence[int]) -> Words | None:
    """What must be recorded before these proposals come to a vote: something to each danger that was found."""
    return words_for_opening(reading.unsettled(db.session(), proposal_ids))
