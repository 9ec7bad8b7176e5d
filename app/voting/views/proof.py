"""For a voter alone, while the vote is open: the proof that the log has committed to their ballot."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, url_for
from flask_babel import gettext as _

from app.database import db
from app.voting.acts.ballots import open_key
from app.voting.batchproof import proof_of
from app.voting.keys import KeyTroubleError
from app.voting.views.blueprint import bp, place_or_404
from app.web.answers import Answer
from app.web.entrance import oneself, signed_in


@bp.get("/ballot/proof", endpoint="batch_proof")
@signed_in
def batch_proof(slug: str, round_id: int) -> Answer:
    """The proof as a text file; back to the ballot where there is none yet."""
    paper = place_or_404(slug, round_id).vote.paper or abort(404)
    try:
        found = proof_of(db.session(), open_key(paper), oneself().id)
    except KeyTroubleError:
        abort(404)
    if found is None:
        flash(
            _(
                "Your ballot is not in a batch yet. Batches are made of twenty or more; what is in none when the vote "
                "closes is committed to by the seal."
            )
        )
        return redirect(url_for(".ballot", slug=slug, round_id=round_id), 303)
    headers = {"Content-Disposition": f'attachment; filename="folkmoot-batch-proof-round-{round_id}.txt"'}
    return Response(found.text(), mimetype="text/plain", headers=headers)
