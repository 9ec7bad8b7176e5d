"""What people do with proposals: submit, revise, withdraw, endorse; and what moderators do."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, delete, select

from app import clock
from app.accounts.models import Account
from app.acts import Conflict, Done, act
from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.charter.words import N_, Words
from app.database import db
from app.deliberations.models import Deliberation
from app.proposals import search
from app.proposals.models import Draft, Endorsement, Proposal, ProposalState, Revision
from app.writing import count

REVISED_ELSEWHERE = N_(
    "The proposal was revised in another window meanwhile. Your draft is kept: compare, then send it."
)


@act(Action.SUBMIT_PROPOSAL)
def submit(
    actor: Account, deliberation: Deliberation, *, title: str, body: str, lang: str, drafted: bool = False
) -> Done[Proposal]:
    """Make a proposal public, as its first revision. If it was `drafted`, the draft is used up with that.

    Raises Conflict when the draft has become a proposal already (the button was pressed twice), and when the round
    caps proposals per resident and this one has as many standing.
    """
    _within_limit(actor, deliberation)
    if drafted and not discard(actor.id, deliberation.id):
        raise Conflict(Words(N_("This draft is public already: it was sent twice. Nothing was published again.")))
    proposal = Proposal(
        deliberation_id=deliberation.id,
        author_id=actor.id,
        revisions=[Revision(number=1, title=title, body=body, lang=lang)],
    )
    db.session.add(proposal)
    db.session.flush()
    search.index(db.session(), proposal.id, title, body)
    _count(deliberation.id, 1)
    return Done(proposal, {"revision": 1, "lang": lang}, subject=proposal)


@act(Action.REVISE_PROPOSAL)
def revise(
    actor: Account,
    proposal: Proposal,
    *,
    title: str,
    body: str,
    lang: str,
    note: str,
    based_on: int | None = None,
) -> Done[Proposal]:
    """Add a revision. Earlier ones stay readable, since people commented on them and endorsed them.

    Raises Conflict when the proposal is no longer at the revision that the author began from.
    """
    if based_on not in (None, proposal.revision_number):
        raise Conflict(Words(REVISED_ELSEWHERE))
    discard(actor.id, proposal.deliberation_id, proposal.id)
    number = proposal.revision_number + 1
    proposal.revisions.append(Revision(number=number, title=title, body=body, lang=lang, note=note))
    proposal.revision_number = number
    db.session.flush()
    search.index(db.session(), proposal.id, title, body)
    return Done(proposal, {"revision": number, "lang": lang})


@act(Action.WITHDRAW_PROPOSAL)
def withdraw(actor: Account, proposal: Proposal, *, reason: str) -> Done[Proposal]:
    """Take a proposal back. It stays readable, marked as withdrawn, and cannot be endorsed or voted on."""
    return _leave(actor, proposal, ProposalState.WITHDRAWN, reason)


@act(Action.HIDE_PROPOSAL)
def hide(actor: Account, proposal: Proposal, *, reason: str) -> Done[Proposal]:
    """Put a reason in place of a proposal that breaks the rules."""
    return _leave(actor, proposal, ProposalState.HIDDEN, reason)


@act(Action.RESTORE_PROPOSAL)
def restore(actor: Account, proposal: Proposal, *, reason: str) -> Done[Proposal]:
    """Make a hidden proposal public again."""
    current = proposal.current
    _set_state(actor, proposal, ProposalState.PUBLIC, reason)
    search.index(db.session(), proposal.id, current.title, current.body)
    _count(proposal.deliberation_id, 1)
    return Done(proposal, {"from": "hidden", "to": "public"})


@act(Action.ENDORSE_PROPOSAL)
def endorse(actor: Account, proposal: Proposal, *, revision: int) -> Done[Endorsement]:
    """Back the revision that the person has read. Endorsing again moves the endorsement to a newer revision.

    Raises Conflict when the proposal has been revised since the page was opened: nobody backs words unread.
    """
    if revision != proposal.revision_number:
        raise Conflict(
            Words(N_("The proposal has been revised since you opened this page. Read what changed, then endorse."))
        )
    endorsement = endorsement_of(actor, proposal)
    stood = endorsement is not None and endorsement.withdrawn_at is None
    if endorsement is None:
        endorsement = Endorsement(proposal=proposal, account_id=actor.id, revision_number=revision)
        db.session.add(endorsement)
    else:
        endorsement.revision_number = revision
        endorsement.withdrawn_at = None
        endorsement.given_at = clock.now()
    if not stood:
        count(Proposal, proposal.id, endorsements_count=1, backing=1)
    return Done(endorsement, {"proposal": proposal.id, "revision": revision}, subject=proposal)


@act(Action.WITHDRAW_ENDORSEMENT)
def withdraw_endorsement(actor: Account, proposal: Proposal) -> Done[Proposal]:
    """Take one's endorsement back."""
    endorsement = endorsement_of(actor, proposal)
    if endorsement is None or endorsement.withdrawn_at is not None:
        raise Conflict(Words(N_("You have not endorsed this proposal, so there is nothing to withdraw.")))
    endorsement.withdrawn_at = clock.now()
    count(Proposal, proposal.id, endorsements_count=-1, backing=-1)
    return Done(proposal, {"revision": endorsement.revision_number})


def discard(account_id: int, deliberation_id: int, proposal_id: int | None = None) -> bool:
    """Delete somebody's draft of a new proposal, or of a revision of one. Whether there was any.

    A draft is private: this is no act, but has to be part of one, or of a private write.
    """
    drafts = delete(Draft).where(
        Draft.account_id == account_id,
        Draft.deliberation_id == deliberation_id,
        Draft.proposal_id.is_(None) if proposal_id is None else Draft.proposal_id == proposal_id,
    )
    return cast("CursorResult[Any]", db.session.execute(drafts)).rowcount > 0


def endorsement_of(person: Account, proposal: Proposal) -> Endorsement | None:
    """This person's endorsement of this proposal, standing or withdrawn."""
    return db.session.scalar(
        select(Endorsement).where(Endorsement.proposal_id == proposal.id, Endorsement.account_id == person.id)
    )


def _within_limit(actor: Account, deliberation: Deliberation) -> None:
    rounds = [each.facts() for each in deliberation.rounds if each.kind == RoundKind.PROPOSE]
    limits = [limit for each in rounds if (limit := each.setting_number("proposals_per_resident")) is not None]
    if not limits:
        return
    # Two windows of one person must see one another, or each would find room for one more.
    db.session.execute(select(Account.id).where(Account.id == actor.id).with_for_update(key_share=True))
    standing = db.session.scalars(
        select(Proposal.id).where(
            Proposal.deliberation_id == deliberation.id,
            Proposal.author_id == actor.id,
            Proposal.state == ProposalState.PUBLIC,
        )
    ).all()
    if len(standing) >= max(limits):
        raise Conflict(
            Words(
                N_(
                    "This round allows %(limit)s proposals from each resident, and you have as many. "
                    "Withdraw or revise one of yours, or endorse somebody else's."
                ),
                {"limit": max(limits)},
            )
        )


def _leave(actor: Account, proposal: Proposal, state: ProposalState, reason: str) -> Done[Proposal]:
    _set_state(actor, proposal, state, reason)
    search.remove(db.session(), proposal.id)
    _count(proposal.deliberation_id, -1)
    return Done(proposal, {"from": "public", "to": state.value})


def _set_state(actor: Account, proposal: Proposal, state: ProposalState, reason: str) -> None:
    proposal.state = state
    proposal.state_reason = reason
    proposal.state_at = clock.now()
    proposal.state_by_id = actor.id


def _count(deliberation_id: int, by: int) -> None:
    """Keep the number of public proposals. Last in its act: the row is every submitter's."""
    count(Deliberation, deliberation_id, proposals_count=by)
