"""Concerns of residents: how a proposal affects them, what an assessment leaves out; and the answers to them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.accounts.models import Account
from app.acts import UNNAMED, Conflict, Done, act
from app.charter.actions import Action
from app.charter.rules import Circumstances
from app.charter.words import N_, Words
from app.database import db
from app.proposals.models import Proposal
from app.rights.models import ArticleTag, Concern, ConcernKind, ConcernState, View
from app.rights.tags import Direction


@dataclass(frozen=True)
class Raised:
    """What somebody raises. A challenge names an article and says how the proposal works on it."""

    kind: ConcernKind
    body: str
    lang: str
    article: str | None = None
    direction: Direction | None = None
    groups: tuple[str, ...] = ()


@act(Action.RAISE_CONCERN)
def raise_concern(actor: Account, proposal: Proposal, *, said: Raised, unnamed: bool) -> Done[Concern]:
    """Say how a proposal affects one, or challenge an assessment. `unnamed`: neither page nor log tells who it was."""
    concern = Concern(
        proposal_id=proposal.id,
        revision_number=proposal.revision_number,
        kind=said.kind,
        article=said.article,
        direction=said.direction,
        groups=list(said.groups),
        body=said.body,
        lang=said.lang,
        author_id=None if unnamed else actor.id,
        unnamed_id=actor.id if unnamed else None,
    )
    db.session.add(concern)
    db.session.flush()
    facts: dict[str, object] = {"concern": concern.id, "kind": said.kind.value}
    if said.article is not None:
        facts["article"] = said.article
    return Done(concern, facts, subject=proposal, actor=UNNAMED if unnamed else None)


class Answering:
    """A concern as who answers it meets it: the proposal's author may, whoever raised it may not."""

    def __init__(self, concern: Concern) -> None:
        self.concern = concern
        self.deliberation_id = concern.proposal.deliberation_id
        self.reference = concern.reference

    def circumstances(self, actor_id: int | None) -> Circumstances:
        concern, proposal = self.concern, self.concern.proposal
        return Circumstances(
            state=str(concern.state),
            authored=actor_id is not None and actor_id == proposal.author_id,
            about_self=actor_id is not None and actor_id in (concern.author_id, concern.unnamed_id),
        )


@act(Action.ANSWER_CONCERN)
def answer_concern(actor: Account, subject: Answering, *, text: str, lang: str, upheld: bool | None) -> Done[Concern]:
    """Answer a concern; of a challenge, say whether it is right. What is upheld becomes a tag from the residents' view.

    Raises Conflict when somebody else has answered meanwhile.
    """
    concern = subject.concern
    db.session.refresh(concern, with_for_update={"key_share": True})
    if concern.state != ConcernState.OPEN:
        raise Conflict(Words(N_("Somebody has answered this meanwhile, or it was hidden.")))
    concern.state, concern.answer, concern.answer_lang = ConcernState.ANSWERED, text, lang
    concern.answered_by_id, concern.answered_at = actor.id, clock.now()
    facts: dict[str, object] = {"proposal": concern.proposal_id, "concern": concern.id}
    if concern.kind == ConcernKind.CHALLENGE:
        concern.upheld = bool(upheld)
        facts["upheld"] = concern.upheld
        if concern.upheld:
            _tag_as_challenged(concern)
    return Done(concern, facts)


@act(Action.HIDE_CONCERN)
def hide_concern(actor: Account, concern: Concern, *, reason: str) -> Done[Concern]:
    """Put a reason in place of a concern that breaks the rules; its author can take it back in the same way."""
    concern.state, concern.hidden_because = ConcernState.HIDDEN, reason
    own = actor.id == concern.unnamed_id
    return Done(concern, {"proposal": concern.proposal_id}, actor=UNNAMED if own else None)


def _tag_as_challenged(concern: Concern) -> None:
    """Tie the proposal to the article as the challenge has it, unless residents are on record with that already."""
    if concern.article is None or concern.direction is None:
        return
    standing = db.session.scalar(
        select(ArticleTag.id).where(
            ArticleTag.proposal_id == concern.proposal_id,
            ArticleTag.article == concern.article,
            ArticleTag.direction == concern.direction,
            ArticleTag.view == View.RESIDENT,
            ArticleTag.withdrawn_at.is_(None),
        )
    )
    if standing is None:
        db.session.add(
            ArticleTag(
                proposal_id=concern.proposal_id,
                revision_number=concern.revision_number,
                article=concern.article,
                direction=concern.direction,
                groups=list(concern.groups),
                lang=concern.lang,
                view=View.RESIDENT,
                set_by_id=concern.author_id,
            )
        )
