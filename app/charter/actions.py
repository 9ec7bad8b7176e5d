"""Every act that changes the public record, by the name under which the log keeps it (PURE)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """An act. The value is `noun.verb-in-the-past`, as written into entries; it never changes once landed."""

    # Accounts
    REGISTER = "account.registered"
    RENAME_ACCOUNT = "account.renamed"
    ERASE_ACCOUNT = "account.erased"
    SUSPEND_ACCOUNT = "account.suspended"
    RESTORE_ACCOUNT = "account.restored"
    VERIFY_RESIDENT = "residency.verified"
    END_RESIDENCY = "residency.ended"
    NOTE_REGISTER = "residency.noted"
    GRANT_ROLE = "role.granted"
    REVOKE_ROLE = "role.revoked"
    # Deliberations and rounds
    CREATE_DELIBERATION = "deliberation.created"
    EDIT_DELIBERATION = "deliberation.edited"
    PLAN_ROUND = "round.planned"
    EDIT_ROUND = "round.edited"
    OPEN_ROUND = "round.opened"
    CLOSE_ROUND = "round.closed"
    EXTEND_ROUND = "round.extended"
    PAUSE_ROUND = "round.paused"
    RESUME_ROUND = "round.resumed"
    ASK_TO_REOPEN = "reopening.asked"
    REOPEN_ROUND = "round.reopened"
    CANCEL_ROUND = "round.cancelled"
    # Proposals
    SUBMIT_PROPOSAL = "proposal.submitted"
    REVISE_PROPOSAL = "proposal.revised"
    WITHDRAW_PROPOSAL = "proposal.withdrawn"
    HIDE_PROPOSAL = "proposal.hidden"
    RESTORE_PROPOSAL = "proposal.restored"
    ENDORSE_PROPOSAL = "endorsement.given"
    WITHDRAW_ENDORSEMENT = "endorsement.withdrawn"
    # Discussion
    COMMENT = "comment.posted"
    EDIT_COMMENT = "comment.edited"
    ERASE_COMMENT = "comment.erased"
    MARK_HELPFUL = "comment.marked"
    REPORT_COMMENT = "comment.reported"
    DISMISS_REPORT = "report.dismissed"
    HIDE_COMMENT = "comment.hidden"
    RESTORE_COMMENT = "comment.restored"
    APPEAL = "appeal.made"
    DECIDE_APPEAL = "appeal.decided"
    # Rights
    ASSESS_PROPOSAL = "assessment.made"
    TAG_PROPOSAL = "article.tagged"
    WITHDRAW_TAG = "article.untagged"
    ASSIGN_REVIEWER = "reviewer.assigned"
    ACCEPT_REVIEW = "review.accepted"
    STEP_BACK = "review.stepped_back"
    HAND_IN_REVIEW = "review.handed_in"
    OPEN_REVIEWS = "review.opened"
    RAISE_CONCERN = "concern.raised"
    ANSWER_CONCERN = "concern.answered"
    HIDE_CONCERN = "concern.hidden"
    ANSWER_FINDING = "finding.answered"
    ENTER_ADOPTION = "adoption.entered"
    CORRECT_ADOPTION = "adoption.corrected"
    # Voting
    CAST_BALLOT = "ballot.cast"
    LIST_ROLL = "roll.listed"
    ADD_TO_ROLL = "roll.added"
    STRIKE_FROM_ROLL = "roll.struck"
    ISSUE_PAPER = "paper.issued"
    CHECK_IN = "paper.checked_in"
    ENTER_PAPER = "paper.entered"
    SAMPLE_PAPER = "paper.sampled"
    AUDIT_PAPER = "paper.audited"
    BATCH_BALLOTS = "ballots.batched"
    ASK_FOR_SEAL = "seal.asked"
    SEAL_ROUND = "round.sealed"
    DESTROY_KEY = "round.key_destroyed"
    # Records
    ANSWER_PROPOSAL = "proposal.answered"
    EXPORT_RECORDS = "export.made"
    DOWNLOAD_INTERNAL_RECORDS = "export.downloaded"
    IMPORT_RECORDS = "import.made"
    # The log itself
    ADD_WITNESS = "witness.added"
    REMOVE_WITNESS = "witness.removed"
    ADD_KEY = "key.added"
    RETIRE_KEY = "key.retired"


UNLOGGED: Final = frozenset({Action.CAST_BALLOT, Action.CHECK_IN})
"""Acts without an entry of their own in the log: its time would tell when somebody voted."""
