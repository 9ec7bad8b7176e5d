"""The rules themselves, one line an act (PURE). `rules.may` reads them; `/charter` shows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.charter.words import N_


class Who(StrEnum):
    """A kind of person that a rule admits. Any one of a rule's kinds is enough."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    CONFIRMED = "confirmed"
    VERIFIED = "verified"
    AUTHOR = "author"
    FACILITATOR = "facilitator"
    ANY_FACILITATOR = "any_facilitator"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


WHO_WORDS: dict[Who, str] = {
    Who.ANYONE: N_("Anyone"),
    Who.SIGNED_IN: N_("Anyone with an account"),
    Who.CONFIRMED: N_("Anyone with a confirmed e-mail address"),
    Who.VERIFIED: N_("Verified residents"),
    Who.AUTHOR: N_("The author"),
    Who.FACILITATOR: N_("A facilitator of the deliberation"),
    Who.ANY_FACILITATOR: N_("A facilitator"),
    Who.CLERK: N_("A city clerk"),
    Who.REVIEWER: N_("A human rights reviewer"),
    Who.ADMINISTRATOR: N_("An administrator"),
    Who.SYSTEM: N_("The clock, or the operator at the command line"),
}

NO_SUCH_ROUND = N_("This deliberation has no round for this.")


@dataclass(frozen=True)
class Rule:
    """Who may do an act, in which rounds, upon a thing in which state; and the sentence for everybody else."""

    who: frozenset[Who]
    because: str
    during: frozenset[RoundKind] | None = None
    round_because: str = NO_SUCH_ROUND
    states: frozenset[str] | None = None
    state_because: str | None = None
    not_about_self: bool = False
    not_own_decision: bool = False
    within_window: bool = False


def _rule(
    *who: Who,
    because: str,
    during: tuple[RoundKind, ...] | None = None,
    states: tuple[str, ...] | None = None,
    state_because: str | None = None,
    not_about_self: bool = False,
    not_own_decision: bool = False,
    within_window: bool = False,
) -> Rule:
    return Rule(
        who=frozenset(who),
        because=because,
        during=None if during is None else frozenset(during),
        states=None if states is None else frozenset(states),
        state_because=state_because,
        not_about_self=not_about_self,
        not_own_decision=not_own_decision,
        within_window=within_window,
    )


PROPOSE, DISCUSS, REVIEW = RoundKind.PROPOSE, RoundKind.DISCUSS, RoundKind.REVIEW
REVISE, VOTE, RESPOND = RoundKind.REVISE, RoundKind.VOTE, RoundKind.RESPOND
TALKING = (RoundKind.INFORM, PROPOSE, DISCUSS, REVIEW, REVISE)
"""Rounds in which people comment: all before the vote."""
REVIEWING = (PROPOSE, DISCUSS, REVIEW, REVISE)
"""Rounds in which proposals are assessed, by reviewers and residents."""

OFFICIALS = (Who.FACILITATOR, Who.CLERK, Who.ADMINISTRATOR)
_ROUNDS_ARE_RUN_BY = N_("Rounds are run by the deliberation's facilitators and by administrators.")
_REGISTER_BY = N_("The adoption register is kept by city clerks.")
_NOT_HERE = N_("This cannot be done as things stand.")
_ROLL_KEPT_BY = N_("The roll of a vote is kept by city clerks.")
_PAPER_BY = N_("Paper ballots are entered and compared by facilitators, clerks and administrators.")
_AFTER_SEAL = N_("Paper ballots are compared with the count once the vote is sealed.")
_MODERATED_BY = N_("Hiding and restoring is for facilitators and clerks, with a reason that everybody sees.")
_LOG_IS_KEPT_BY = N_("The log’s keys and witnesses are named by the operator of this server, at the command line.")
_REVIEWS_RUN_BY = N_("Reviewers are asked by the deliberation's facilitators and by administrators.")
_REVIEWER_ASKED = N_("Only the reviewer who was asked can do this.")
_PUBLIC_ONLY = N_("This has been withdrawn or hidden, so it cannot be changed or backed any more.")


def _run(**more: object) -> Rule:
    return _rule(Who.FACILITATOR, Who.ADMINISTRATOR, because=_ROUNDS_ARE_RUN_BY, **more)  # type: ignore[arg-type]  # passed on as they are


RULES: dict[Action, Rule] = {
    Action.REGISTER: _rule(Who.ANYONE, because=_NOT_HERE),
    Action.RENAME_ACCOUNT: _rule(Who.AUTHOR, because=N_("Only you can change your own name.")),
    Action.ERASE_ACCOUNT: _rule(
        Who.AUTHOR, Who.ADMINISTRATOR, because=N_("Only you, or an administrator you ask, can erase your account.")
    ),
    Action.SUSPEND_ACCOUNT: _rule(
        Who.ADMINISTRATOR, because=N_("Only an administrator can suspend an account."), not_about_self=True
    ),
    Action.RESTORE_ACCOUNT: _rule(
        Who.ADMINISTRATOR, because=N_("Only an administrator can restore an account."), not_about_self=True
    ),
    Action.VERIFY_RESIDENT: _rule(
        Who.CLERK, because=N_("Only a city clerk can verify where somebody lives."), not_about_self=True
    ),
    Action.END_RESIDENCY: _rule(
        Who.CLERK, because=N_("Only a city clerk can end a verification."), not_about_self=True
    ),
    Action.NOTE_REGISTER: _rule(
        Who.CLERK, because=N_("Only a city clerk can note a register number or a year of birth."), not_about_self=True
    ),
    Action.GRANT_ROLE: _rule(
        Who.ADMINISTRATOR,
        Who.SYSTEM,
        because=N_("Only an administrator can give somebody a role."),
        not_about_self=True,
    ),
    Action.REVOKE_ROLE: _rule(Who.ADMINISTRATOR, Who.SYSTEM, because=N_("Only an administrator can take a role back.")),
    Action.CREATE_DELIBERATION: _rule(
        Who.ANY_FACILITATOR,
        Who.ADMINISTRATOR,
        because=N_("Deliberations are started by facilitators and administrators."),
    ),
    Action.EDIT_DELIBERATION: _run(),
    Action.PLAN_ROUND: _run(),
    Action.EDIT_ROUND: _run(
        states=("planned",),
        state_because=N_("Only a planned round can be edited. An open round can be extended, paused or cancelled."),
    ),
    Action.OPEN_ROUND: _rule(
        Who.FACILITATOR,
        Who.ADMINISTRATOR,
        Who.SYSTEM,
        because=_ROUNDS_ARE_RUN_BY,
        states=("planned",),
        state_because=N_("Only a planned round can be opened."),
    ),
    Action.CLOSE_ROUND: _rule(
        Who.FACILITATOR,
        Who.ADMINISTRATOR,
        Who.SYSTEM,
        because=_ROUNDS_ARE_RUN_BY,
        states=("open", "paused", "due"),
        state_because=N_("Only an open or paused round can be closed."),
    ),
    Action.EXTEND_ROUND: _run(
        states=("open", "paused"), state_because=N_("Only an open or paused round can be extended.")
    ),
    Action.PAUSE_ROUND: _run(states=("open",), state_because=N_("Only an open round can be paused.")),
    Action.RESUME_ROUND: _run(states=("paused",), state_because=N_("Only a paused round can be resumed.")),
    Action.ASK_TO_REOPEN: _rule(
        *OFFICIALS,
        because=N_("A vote is reopened by two officials: one asks, another confirms."),
        states=("box_closed", "seal_asked", "reopen_asked"),
        state_because=N_("Only a closed vote that is not sealed yet can be reopened."),
    ),
    Action.REOPEN_ROUND: _run(
        states=("closed", "reopen_asked"),
        state_because=N_(
            "Only a closed round that has not been sealed can be reopened; "
            "a vote only once an official has asked for it."
        ),
        not_own_decision=True,
    ),
    Action.CANCEL_ROUND: _run(
        states=("planned", "open", "paused"),
        state_because=N_("A round that has closed or been cancelled cannot be cancelled."),
    ),
    Action.SUBMIT_PROPOSAL: _rule(
        Who.VERIFIED, because=N_("Proposals are made by verified residents."), during=(PROPOSE,)
    ),
    Action.REVISE_PROPOSAL: _rule(
        Who.AUTHOR,
        because=N_("Only its author can revise a proposal."),
        during=(PROPOSE, REVISE),
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.WITHDRAW_PROPOSAL: _rule(
        Who.AUTHOR,
        because=N_("Only its author can withdraw a proposal."),
        during=TALKING,
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.HIDE_PROPOSAL: _rule(
        Who.FACILITATOR, Who.CLERK, because=_MODERATED_BY, states=("public",), state_because=_PUBLIC_ONLY
    ),
    Action.RESTORE_PROPOSAL: _rule(
        Who.FACILITATOR,
        Who.CLERK,
        because=_MODERATED_BY,
        states=("hidden",),
        state_because=N_("Only what is hidden can be restored."),
        not_about_self=True,
    ),
    Action.ENDORSE_PROPOSAL: _rule(
        Who.VERIFIED,
        because=N_("Proposals are endorsed by verified residents."),
        during=(PROPOSE, DISCUSS, REVISE),
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.WITHDRAW_ENDORSEMENT: _rule(
        Who.SIGNED_IN,
        because=N_("Only you can withdraw your own endorsement."),
        during=(PROPOSE, DISCUSS, REVIEW, REVISE),
    ),
    Action.COMMENT: _rule(
        Who.CONFIRMED,
        because=N_("Comments need an account."),
        during=TALKING,
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.EDIT_COMMENT: _rule(
        Who.AUTHOR,
        because=N_("Only its author can change a comment."),
        states=("public",),
        state_because=_PUBLIC_ONLY,
        within_window=True,
    ),
    Action.ERASE_COMMENT: _rule(
        Who.AUTHOR,
        because=N_("Only its author can erase a comment."),
        states=("public", "hidden"),
        state_because=N_("This comment has been erased already."),
    ),
    Action.MARK_HELPFUL: _rule(
        Who.CONFIRMED, because=N_("Marking needs an account."), states=("public",), state_because=_PUBLIC_ONLY
    ),
    Action.REPORT_COMMENT: _rule(
        Who.CONFIRMED, because=N_("Reporting needs an account."), states=("public",), state_because=_PUBLIC_ONLY
    ),
    Action.DISMISS_REPORT: _rule(
        Who.FACILITATOR,
        Who.CLERK,
        because=N_("Reports are decided by facilitators and clerks."),
        states=("open",),
        state_because=N_("This report has been decided already."),
        not_about_self=True,
    ),
    Action.HIDE_COMMENT: _rule(
        Who.FACILITATOR, Who.CLERK, because=_MODERATED_BY, states=("public",), state_because=_PUBLIC_ONLY
    ),
    Action.RESTORE_COMMENT: _rule(
        Who.FACILITATOR,
        Who.CLERK,
        because=_MODERATED_BY,
        states=("hidden",),
        state_because=N_("Only what is hidden can be restored."),
        not_about_self=True,
    ),
    Action.APPEAL: _rule(
        Who.AUTHOR,
        because=N_("Only the author of what was hidden can appeal."),
        states=("hidden",),
        state_because=N_("There is nothing hidden here to appeal against, or an appeal is under way."),
    ),
    Action.DECIDE_APPEAL: _rule(
        Who.FACILITATOR,
        Who.CLERK,
        because=N_("Appeals are decided by a facilitator or clerk who did not hide the comment."),
        states=("open",),
        state_because=N_("This appeal has been decided already."),
        not_about_self=True,
        not_own_decision=True,
    ),
    Action.ASSESS_PROPOSAL: _rule(
        Who.AUTHOR,
        because=N_("The first-pass checklist is filled in by the proposal's author."),
        during=(PROPOSE, REVIEW, REVISE),
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.TAG_PROPOSAL: _rule(
        Who.AUTHOR,
        Who.REVIEWER,
        because=N_("Articles are tagged by the proposal's author and by human rights reviewers."),
        during=(PROPOSE, DISCUSS, REVIEW, REVISE),
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.WITHDRAW_TAG: _rule(
        Who.AUTHOR,
        because=N_("Only whoever set a tag can take it back."),
        during=(PROPOSE, DISCUSS, REVIEW, REVISE),
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.ENTER_ADOPTION: _rule(Who.CLERK, because=_REGISTER_BY),
    Action.CORRECT_ADOPTION: _rule(
        Who.CLERK,
        because=_REGISTER_BY,
        states=("standing",),
        state_because=N_("This version was corrected already. Correct the one that stands now."),
    ),
    Action.ASSIGN_REVIEWER: _rule(
        Who.FACILITATOR,
        Who.ADMINISTRATOR,
        because=_REVIEWS_RUN_BY,
        during=REVIEWING,
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.ACCEPT_REVIEW: _rule(
        Who.AUTHOR,
        because=_REVIEWER_ASKED,
        during=REVIEWING,
        states=("assigned",),
        state_because=N_("You have answered this already, or the review is over."),
    ),
    Action.STEP_BACK: _rule(
        Who.AUTHOR,
        because=_REVIEWER_ASKED,
        states=("assigned", "accepted"),
        state_because=N_("This review is over already."),
    ),
    Action.HAND_IN_REVIEW: _rule(
        Who.AUTHOR,
        because=_REVIEWER_ASKED,
        during=REVIEWING,
        states=("accepted",),
        state_because=N_("First declare that you have no conflict of interest. A review is handed in once."),
    ),
    Action.OPEN_REVIEWS: _rule(
        Who.FACILITATOR,
        Who.ADMINISTRATOR,
        because=_REVIEWS_RUN_BY,
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.RAISE_CONCERN: _rule(
        Who.CONFIRMED,
        because=N_("Concerns need an account. Your name need not be shown."),
        during=REVIEWING,
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.ANSWER_CONCERN: _rule(
        Who.AUTHOR,
        Who.REVIEWER,
        because=N_("Concerns are answered by the proposal's author and by human rights reviewers."),
        states=("open",),
        state_because=N_("This has been answered or hidden already."),
        not_about_self=True,
    ),
    Action.HIDE_CONCERN: _rule(
        Who.AUTHOR, Who.FACILITATOR, Who.CLERK, because=_MODERATED_BY, states=("open", "answered")
    ),
    Action.ANSWER_FINDING: _rule(
        Who.AUTHOR,
        Who.REVIEWER,
        Who.FACILITATOR,
        because=N_(
            "Findings are answered by the proposal's author; a reviewer can give reasons, a facilitator can record "
            "that the author was asked."
        ),
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.CAST_BALLOT: _rule(
        Who.VERIFIED, because=N_("Only people on the roll of this round can vote."), during=(VOTE,)
    ),
    Action.LIST_ROLL: _rule(
        Who.CLERK,
        because=_ROLL_KEPT_BY,
        states=("planned",),
        state_because=N_(
            "The list can be uploaded until the vote opens. After that the roll changes line by line, "
            "with a reason for each."
        ),
    ),
    Action.ADD_TO_ROLL: _rule(Who.CLERK, because=_ROLL_KEPT_BY, during=(VOTE,), not_about_self=True),
    Action.STRIKE_FROM_ROLL: _rule(Who.CLERK, because=_ROLL_KEPT_BY, during=(VOTE,), not_about_self=True),
    Action.ISSUE_PAPER: _rule(Who.CLERK, because=N_("Paper ballots are made by city clerks."), during=(VOTE,)),
    Action.CHECK_IN: _rule(
        Who.CLERK, because=N_("Paper ballots are handed out by city clerks."), during=(VOTE,), not_about_self=True
    ),
    Action.ENTER_PAPER: _rule(
        *OFFICIALS,
        because=_PAPER_BY,
        states=("box_closed", "seal_asked"),
        state_because=N_("Paper ballots are entered once the vote is closed, and before it is sealed."),
    ),
    Action.SAMPLE_PAPER: _rule(*OFFICIALS, because=_PAPER_BY, states=("sealed",), state_because=_AFTER_SEAL),
    Action.AUDIT_PAPER: _rule(*OFFICIALS, because=_PAPER_BY, states=("sealed",), state_because=_AFTER_SEAL),
    Action.BATCH_BALLOTS: _rule(Who.SYSTEM, because=_NOT_HERE),
    Action.ASK_FOR_SEAL: _rule(
        *OFFICIALS,
        because=N_("The seal is set by two officials: facilitators, clerks or administrators."),
        states=("closed", "box_closed", "reopen_asked"),
        state_because=N_("Only a closed vote round that is not sealed yet can be sealed."),
    ),
    Action.SEAL_ROUND: _rule(
        *OFFICIALS,
        because=N_("The seal is set by two officials: facilitators, clerks or administrators."),
        states=("seal_asked",),
        state_because=N_("One official must first ask for the seal of a closed vote round."),
        not_own_decision=True,
    ),
    Action.DESTROY_KEY: _rule(
        *OFFICIALS,
        Who.SYSTEM,
        because=N_("The key of a vote round is destroyed when it is sealed."),
        states=("sealed", "cancelled"),
        state_because=N_("The key is destroyed after the seal, or when the vote has been cancelled."),
    ),
    Action.ANSWER_PROPOSAL: _rule(
        Who.CLERK,
        Who.FACILITATOR,
        because=N_("The city's answer is entered by a clerk or a facilitator."),
        states=("public",),
        state_because=_PUBLIC_ONLY,
    ),
    Action.EXPORT_RECORDS: _rule(
        Who.CLERK, Who.ADMINISTRATOR, Who.SYSTEM, because=N_("Exports are made by a city clerk.")
    ),
    Action.DOWNLOAD_INTERNAL_RECORDS: _rule(
        Who.CLERK, because=N_("Only a city clerk may download records with contact data.")
    ),
    Action.IMPORT_RECORDS: _rule(
        Who.ADMINISTRATOR, Who.SYSTEM, because=N_("Imports are run by the operator at the command line.")
    ),
    Action.ADD_WITNESS: _rule(Who.SYSTEM, because=_LOG_IS_KEPT_BY),
    Action.REMOVE_WITNESS: _rule(
        Who.SYSTEM,
        because=_LOG_IS_KEPT_BY,
        states=("asked",),
        state_because=N_("This witness was removed already."),
    ),
    Action.ADD_KEY: _rule(Who.SYSTEM, because=_LOG_IS_KEPT_BY),
    Action.RETIRE_KEY: _rule(Who.SYSTEM, because=_LOG_IS_KEPT_BY),
}

CONDITIONS: dict[Action, str] = {
    Action.OPEN_ROUND: N_(
        "A vote opens only once something is recorded to each danger to a right that was found in a proposal on its "
        "ballot: by its author, a reviewer or a facilitator. No proposal is left out for what it says."
    ),
}
"""What else must hold for an act, beyond who does it and when; the act itself looks at it."""
