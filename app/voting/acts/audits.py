"""After the seal: some paper ballots, drawn by a seed that everybody saw come about, are compared with the count.

Officials type what the paper says, without being shown what was counted. How many agree is published, and which ballots
were looked at is known to those who were there.
"""

from __future__ import annotations

import re

from app import clock
from app.accounts.models import Account
from app.acts import Conflict, Done, act, require
from app.charter.actions import Action
from app.charter.words import N_, Words
from app.database import db
from app.deliberations.models import Round
from app.voting.paper import queries
from app.voting.paper.models import PaperAudit, PaperSample
from app.voting.paper.models import PaperBallot as Ballot
from app.voting.paper.serials import sample, serials_root
from app.writing import private_write

SEED = re.compile(r"[0-9]{10,40}")
"""Ten throws of a ten-sided die are enough that nobody can have meant them."""


@act(Action.SAMPLE_PAPER)
def draw_sample(actor: Account, round_: Round, *, seed: str, size: int) -> Done[PaperAudit]:
    """Draw so many of the entered paper ballots by a public seed. The log fixes seed and serials before anybody looks.

    :raises Conflict: when the seed is no row of digits, there are fewer ballots, or an audit is still under way.
    """
    session = db.session()
    if not SEED.fullmatch(seed):
        raise Conflict(Words(N_("Type the seed as 10 to 40 digits, as they were thrown.")))
    serials = [ballot.serial for ballot in queries.ballots(session, round_.id)]
    if not 1 <= size <= len(serials):
        raise Conflict(Words(N_("Draw between 1 and %(most)s ballots."), {"most": len(serials)}))
    earlier = queries.audits(session, round_.id)
    if any(one.done_at is None for one in earlier):
        raise Conflict(Words(N_("Finish the comparison that is under way first.")))
    audit = PaperAudit(round_id=round_.id, number=len(earlier) + 1, seed=seed, size=size)
    session.add(audit)
    for place, serial in enumerate(sample(seed, serials, size), start=1):
        session.add(PaperSample(round_id=round_.id, audit=audit.number, place=place, serial=serial))
    root = serials_root(round_.id, serials).hex()
    return Done(audit, {"audit": audit.number, "seed": seed, "sampled": size, "ballots": len(serials), "root": root})


def look(actor: Account, round_: Round, audit: PaperAudit, place: int, *, choices: bytes) -> bool:
    """Keep what the paper of a drawn ballot says (nothing: that it breaks the rule); whether it agrees with the count.

    :raises Refused: when the rules do not let them. :raises Conflict: when the audit is over.
    """
    require(actor, Action.AUDIT_PAPER, round_)
    with private_write() as session:
        found = session.get(PaperSample, (round_.id, audit.number, place), with_for_update=True)
        session.refresh(audit)
        if found is None or audit.done_at is not None:
            raise Conflict(Words(N_("This comparison is over.")))
        counted = session.get_one(Ballot, (round_.id, found.serial)).choices or ""
        found.agrees = counted.encode() == choices
        return found.agrees


@act(Action.AUDIT_PAPER)
def finish_audit(actor: Account, round_: Round, *, number: int) -> Done[PaperAudit]:
    """Publish how many of the drawn ballots agree with the count. Raises Conflict until all were looked at."""
    session = db.session()
    audit = session.get(PaperAudit, (round_.id, number), with_for_update=True)
    if audit is None or audit.done_at is not None:
        raise Conflict(Words(N_("This comparison is over.")))
    agrees = [one.agrees for one in queries.samples(session, audit)]
    if None in agrees:
        raise Conflict(Words(N_("Look at every drawn ballot first.")))
    audit.done_at, audit.agree, audit.differ = clock.now(), agrees.count(True), agrees.count(False)
    facts = {"audit": number, "seed": audit.seed, "sampled": audit.size, "agree": audit.agree, "differ": audit.differ}
    return Done(audit, facts)
