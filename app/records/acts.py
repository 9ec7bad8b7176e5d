"""What officials do with outcomes: answer proposals, make exports, take in what was decided elsewhere."""

from __future__ import annotations

from sqlalchemy import func, select, update

from app import clock
from app.accounts.models import Account
from app.acts import City, Conflict, Done, SystemActor, act
from app.audit.models import LogState
from app.charter.actions import Action
from app.charter.words import N_, Words
from app.database import db
from app.deliberations.models import Deliberation
from app.discussion.models import Comment, CommentState
from app.proposals.models import Proposal, ProposalState
from app.records.imports import intake
from app.records.imports.known import Told
from app.records.imports.material import Material
from app.records.models import Answer, AnswerGround, AnswerVerdict, Export, Import


@act(Action.ANSWER_PROPOSAL)
def answer(
    actor: Account,
    proposal: Proposal,
    *,
    verdict: AnswerVerdict,
    text: str,
    lang: str,
    ground: AnswerGround | None = None,
) -> Done[Answer]:
    """Give the city's answer. An earlier answer stays readable, marked as replaced.

    Raises Conflict when anything but a full yes comes without reasons, or a rejection without its ground.
    """
    if verdict is not AnswerVerdict.ACCEPTED and not text.strip():
        raise Conflict(Words(N_("Give reasons: residents are owed them for anything but a full yes.")))
    if verdict is AnswerVerdict.REJECTED and ground is None:
        raise Conflict(Words(N_("Say on what ground the proposal is rejected.")))
    for earlier in db.session.scalars(
        select(Answer).where(Answer.proposal_id == proposal.id, Answer.replaced_at.is_(None))
    ):
        earlier.replaced_at = clock.now()
    given = Answer(
        proposal_id=proposal.id, verdict=verdict, ground=ground, text=text, lang=lang, answered_by_id=actor.id
    )
    db.session.add(given)
    db.session.flush()
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id)
        .values(answer=verdict.value)
        .execution_options(synchronize_session=False)
    )
    facts: dict[str, object] = {"verdict": verdict.value}
    if ground is not None:
        facts["ground"] = ground.value
    return Done(given, facts)


@act(Action.EXPORT_RECORDS)
def export_public(actor: Account, deliberation: Deliberation) -> Done[Export]:
    """Note that a public bundle is made."""
    return _export(actor, deliberation, "public")


@act(Action.DOWNLOAD_INTERNAL_RECORDS)
def export_internal(actor: Account, deliberation: Deliberation) -> Done[Export]:
    """Note that a bundle with contact data is made and downloaded, and by whom."""
    return _export(actor, deliberation, "internal")


def _export(actor: Account, deliberation: Deliberation, kind: str) -> Done[Export]:
    size = db.session.scalar(select(func.max(LogState.size))) or 0
    made = Export(deliberation_id=deliberation.id, kind=kind, made_by_id=actor.id, log_size=size)
    db.session.add(made)
    return Done(made, {"kind": kind, "log_size": size})


@act(Action.IMPORT_RECORDS)
def take_in(actor: SystemActor, city: City, *, material: Material, told: Told = lambda _more: None) -> Done[Import]:
    """Take material into its deliberation, made if need be. What is there already (by its id elsewhere) is passed over.

    The entry commits to the files' digests and to every row that came of them. Raises Conflict when exactly these
    files were imported before: then nothing is left to do.
    """
    before = db.session.scalar(select(Import).where(Import.source == material.source, Import.digest == material.digest))
    if before is not None:
        text = N_("These files were imported on %(when)s. Nothing was changed.")
        raise Conflict(Words(text, {"when": before.made_at}))
    deliberation = intake.place_of(material)
    hidden_before = _hidden_in(deliberation)
    counts = intake.take(deliberation, material, told)
    hidden = {table: number - hidden_before[table] for table, number in _hidden_in(deliberation).items()}
    made = Import(
        source=material.source,
        digest=material.digest,
        files=material.files,
        counts=counts,
        report=material.notes,
        into_id=deliberation.id,
    )
    db.session.add(made)
    facts: dict[str, object] = {
        "source": material.source,
        "files": material.files,
        "counts": counts,
        "hidden": hidden,
        "into": deliberation.reference,
    }
    return Done(made, facts, subject=deliberation)


def _hidden_in(deliberation: Deliberation) -> dict[str, int]:
    """How many of its proposals and comments are hidden: no later act says it of those that come hidden."""
    proposals = select(func.count()).where(
        Proposal.deliberation_id == deliberation.id, Proposal.state == ProposalState.HIDDEN
    )
    comments = select(func.count()).where(
        Comment.deliberation_id == deliberation.id, Comment.state == CommentState.HIDDEN
    )
    return {
        "proposals": db.session.scalar(proposals) or 0,
        "comments": db.session.scalar(comments) or 0,
    }
