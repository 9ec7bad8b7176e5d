"""What people say of a proposal in terms of rights: checklists, tags, reviews, concerns, answers to findings."""

from app.rights.acts.concerns import Answering, Raised, answer_concern, hide_concern, raise_concern
from app.rights.acts.findings import Finding, answer_finding
from app.rights.acts.reviewing import accept_review, assign_reviewer, hand_in_review, open_reviews, step_back
from app.rights.acts.saying import Tagging, assess, tag, withdraw_tag

__all__ = [
    "Answering",
    "Finding",
    "Raised",
    "Tagging",
    "accept_review",
    "answer_concern",
    "answer_finding",
    "assess",
    "assign_reviewer",
    "hand_in_review",
    "hide_concern",
    "open_reviews",
    "raise_concern",
    "step_back",
    "tag",
    "withdraw_tag",
]
