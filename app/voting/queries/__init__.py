"""Reading votes. Nothing here tells counts, or who has voted, before the seal: there is no such question to ask."""

from app.voting.queries.papers import (
    BallotPaper,
    Option,
    Vote,
    everybody_on_roll,
    has_ballot,
    marked_as_voted,
    on_roll,
    options,
    sealed,
    standing_proposals,
    took_paper,
    vote,
)
from app.voting.queries.results import Batch, Closing, Found, Result, closings, commits, find, result, slips

__all__ = [
    "BallotPaper",
    "Batch",
    "Closing",
    "Found",
    "Option",
    "Result",
    "Vote",
    "closings",
    "commits",
    "everybody_on_roll",
    "find",
    "has_ballot",
    "marked_as_voted",
    "on_roll",
    "options",
    "result",
    "sealed",
    "slips",
    "standing_proposals",
    "took_paper",
    "vote",
]
