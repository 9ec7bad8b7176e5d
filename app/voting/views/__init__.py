"""Pages of a vote: the ballot, its check and receipt; the seal; the result and the published box."""

from app.voting.views import ballot, comparison, desk, entering, named, proof, reopening, results, roll
from app.voting.views.blueprint import bp

__all__ = ["ballot", "bp", "comparison", "desk", "entering", "named", "proof", "reopening", "results", "roll"]
