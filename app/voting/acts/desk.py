"""The desk: paper ballots are made with serials, and handed out to people on the roll.

Whoever is handed one is marked in the box under their handle, before they have it in hand. From then on nobody can vote
online for them, and an envelope that lay there does not count.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.acts import Conflict, Done, act
from app.charter.actions import Action
from app.charter.opening import by_name
from app.charter.words import N_, Words
from app.database import Model, db
from app.deliberations.models import Round
from app.voting.acts.ballots import open_key
from app.voting.acts.roll import Line
from app.voting.models import BallotBox
from app.voting.paper import queries as paper_queries
from app.voting.paper.models import PaperChannel, PaperSerial
from app.voting.paper.serials import Channel, new_serials, serials_root
from app.voting.queries import BallotPaper, on_roll
from app.voting.roundkey import Envelope

MOST_AT_ONCE = 5000

_BOX = Model.metadata.tables[BallotBox.__tablename__]
_SERIALS = Model.metadata.tables[PaperSerial.__tablename__]


@act(Action.ISSUE_PAPER)
def issue_paper(actor: Account, paper: BallotPaper, *, channel: Channel, how_many: int) -> Done[list[str]]:
    """Make so many serials for paper ballots. The log commits to them; nobody on the roll is tied to any.

    :raises Conflict: when the number makes no sense.
    """
    if not 1 <= how_many <= MOST_AT_ONCE:
        raise Conflict(Words(N_("Make between 1 and %(most)s ballots at once."), {"most": MOST_AT_ONCE}))
    session = db.session()
    if by_name(session.get_one(Round, paper.round_id).settings or {}):
        raise Conflict(Words(N_("An open vote takes no paper: a paper ballot has no name on it.")))
    count = _held(session, paper.round_id, channel)
    made = new_serials(how_many, frozenset(paper_queries.serials(session, paper.round_id)))
    rows = [{"round_id": paper.round_id, "serial": serial, "channel": channel} for serial in made]
    session.execute(_SERIALS.insert(), rows)
    count.issued += how_many
    root = serials_root(paper.round_id, made).hex()
    return Done(made, {"channel": channel.value, "ballots": how_many, "issued": count.issued, "root": root})


@act(Action.CHECK_IN)
def check_in(actor: Account, line: Line, *, channel: Channel) -> Done[None]:
    """Mark that somebody is handed a paper ballot. Only then may the envelope be given out.

    :raises Conflict: when they are not on the roll, have been handed one before, or none is left.
    """
    session, paper, person = db.session(), line.paper, line.account
    if not on_roll(session, paper.round_id, person.id):
        raise Conflict(Words(N_("This person is not on the roll of this vote. Do not hand out a ballot.")))
    count = _held(session, paper.round_id, channel)
    if count.checked_in >= count.issued:
        raise Conflict(Words(N_("Every ballot of this kind that was made has been handed out. Make more first.")))
    if not _void(session, paper, person):
        text = N_("This person has been handed a paper ballot before. Do not hand out another.")
        raise Conflict(Words(text))
    count.checked_in += 1
    return Done(None, unlogged=True)


def _held(session: Session, round_id: int, channel: Channel) -> PaperChannel:
    """The numbers of a channel, for this act alone until it commits."""
    found = session.get(PaperChannel, (round_id, channel), with_for_update=True)
    if found is None:
        found = PaperChannel(round_id=round_id, channel=channel, issued=0, checked_in=0, entered=0, blank=0)
        session.add(found)
        session.flush()
    return found


def _void(session: Session, paper: BallotPaper, person: Account) -> bool:
    """Set this person's envelope aside, putting an empty one in where there is none; False if it was aside before."""
    key = open_key(paper)
    handle = key.handle(person.id)
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(_BOX)
    empty = key.lock(handle, Envelope.empty(), paper.longest)
    laid = session.execute(
        insert.values(round_id=paper.round_id, handle=handle, blob=empty, version=1, void=True)
        .on_conflict_do_nothing()
        .returning(_BOX.c.version)
    ).first()
    if laid is not None:
        return True
    here = (_BOX.c.round_id == paper.round_id) & (_BOX.c.handle == handle)
    if session.scalars(select(_BOX.c.void).where(here).with_for_update()).one():
        return False
    session.execute(_BOX.update().where(here).values(void=True))
    return True
