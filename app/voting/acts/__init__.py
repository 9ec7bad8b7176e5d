"""What people do in a vote: cast, and at the end seal. Opening and closing are acts of the deliberation."""

from app.voting.acts.audits import draw_sample, finish_audit
from app.voting.acts.ballots import BallotRefusedError, Cast, cast
from app.voting.acts.batches import batch, batch_if_due
from app.voting.acts.desk import check_in, issue_paper
from app.voting.acts.paper import enter_batch
from app.voting.acts.reopening import ask_to_reopen
from app.voting.acts.roll import Line, add_to_roll, strike_from_roll, upload_list
from app.voting.acts.seals import ask_for_seal, destroy_key, seal
from app.voting.opening import prepare
from app.voting.paper import models as _paper  # noqa: F401  # its tables are part of every database
from app.voting.sealing import SealBrokenError

__all__ = [
    "BallotRefusedError",
    "Cast",
    "Line",
    "SealBrokenError",
    "add_to_roll",
    "ask_for_seal",
    "ask_to_reopen",
    "batch",
    "batch_if_due",
    "cast",
    "check_in",
    "destroy_key",
    "draw_sample",
    "enter_batch",
    "finish_audit",
    "issue_paper",
    "prepare",
    "seal",
    "strike_from_roll",
    "upload_list",
]
