"""The proposal that a page's address names."""

from __future__ import annotations

from flask import abort

from app.database import db
from app.deliberations.models import Deliberation
from app.proposals import queries
from app.proposals.models import Proposal, ProposalState


def proposal_or_404(deliberation: Deliberation, proposal_id: int) -> Proposal:
    """A proposal of this deliberation, in whatever state."""
    return queries.proposal(db.session(), deliberation.id, proposal_id) or abort(404)


def readable_or_404(deliberation: Deliberation, proposal_id: int) -> Proposal:
    """One whose text can be read: what is said about a hidden one would tell what it said."""
    found = proposal_or_404(deliberation, proposal_id)
    return abort(404) if found.state == ProposalState.HIDDEN else found
