"""The blueprint of votes, and what its pages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, g, request

from app import clock
from app.charter.opening import ELECTORATE_WORDS, by_name
from app.charter.rounds import RoundState, state_at
from app.charter.words import N_
from app.deliberations.here import here
from app.deliberations.queries import Listed
from app.reading import reader
from app.voting import queries
from app.voting.counting.methods import MARK_WORDS
from app.voting.counting.outcome import DECISION_WORDS
from app.voting.queries import Option, Vote
from app.web.templates import gettext
from app.web.visitor import locale

bp = Blueprint("voting", __name__, url_prefix="/deliberations/<slug>/rounds/<int:round_id>")

HIDDEN = N_("Hidden proposal")
KEPT_BY_NOBODY = frozenset({"voting.ballot", "voting.cast", "voting.receipt", "voting.batch_proof"})
"""Pages that no browser may keep: on a shared computer the next person could go back to them.

And no log may tell when they were asked for: beside what else somebody did at that time, it would tell who voted.
"""


@bp.after_request
def _keep_nothing(response: Response) -> Response:
    if request.endpoint in KEPT_BY_NOBODY:
        response.headers["Cache-Control"] = "no-store"
        g.leave_no_line = True
    return response


@dataclass(frozen=True)
class Place:
    """A vote round with its deliberation, and the state the clock gives it."""

    deliberation: Listed
    vote: Vote
    state: RoundState

    @property
    def by_name(self) -> bool:
        """Whether everybody's ballot will be published with their name."""
        return by_name(self.vote.facts.settings)


def place_or_404(slug: str, round_id: int) -> Place:
    """The vote round at this address."""
    deliberation = here()
    vote = queries.vote(reader(), round_id)
    if vote is None or vote.deliberation_id != deliberation.id:
        abort(404)
    return Place(deliberation, vote, state_at(vote.facts, clock.now()))


@bp.app_template_global()
def option_title(option: Option) -> str:
    """What stands on the ballot; nothing of the words of a proposal that a moderator has hidden."""
    return gettext(HIDDEN) if option.hidden else option.title


@bp.app_template_global()
def option_lang(option: Option) -> str:
    """The language of that."""
    return locale() if option.hidden else option.lang


@bp.app_template_global()
def mark_word(mark: str) -> str:
    """What a mark on a ballot is called."""
    return gettext(MARK_WORDS[mark])


@bp.app_template_global()
def electorate_word(who: Any) -> str:
    """Whom a vote is for."""
    return gettext(ELECTORATE_WORDS[who])


@bp.app_template_global()
def decision_word(decision: Any) -> str:
    """What the count says of a proposal."""
    return gettext(DECISION_WORDS[decision])
