"""What entries say, as sentences for people (PURE): made of the act, who did it, and what its facts tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.charter.actions import Action
from app.charter.roles import ROLE_WORDS
from app.charter.rounds import KIND_WORDS
from app.charter.words import N_, Words

WHO: Final[dict[str, str]] = {
    "resident": N_("A resident"),
    "facilitator": N_("A facilitator"),
    "clerk": N_("A city clerk"),
    "reviewer": N_("A human rights reviewer"),
    "administrator": N_("An administrator"),
    "clock": N_("The schedule"),
    "operator": N_("The operator of this server"),
}
SOMEBODY: Final = N_("Somebody")

SENTENCES: Final[dict[str, str]] = {
    Action.REGISTER: N_("%(who)s opened an account."),
    Action.RENAME_ACCOUNT: N_("%(who)s changed the name they show."),
    Action.ERASE_ACCOUNT: N_("%(who)s erased an account: its name and all that was private were destroyed."),
    Action.SUSPEND_ACCOUNT: N_("%(who)s suspended an account."),
    Action.RESTORE_ACCOUNT: N_("%(who)s lifted a suspension."),
    Action.VERIFY_RESIDENT: N_("%(who)s verified, in person, that somebody lives in the city."),
    Action.END_RESIDENCY: N_("%(who)s ended a resident’s verification."),
    Action.NOTE_REGISTER: N_("%(who)s noted what a resident’s place on a roll depends on."),
    Action.GRANT_ROLE: N_("%(who)s gave somebody the role “%(role)s”."),
    Action.REVOKE_ROLE: N_("%(who)s took the role “%(role)s” back from somebody."),
    Action.CREATE_DELIBERATION: N_("%(who)s started a deliberation."),
    Action.EDIT_DELIBERATION: N_("%(who)s changed the text of a deliberation."),
    Action.PLAN_ROUND: N_("%(who)s planned a round: %(kind)s."),
    Action.EDIT_ROUND: N_("%(who)s changed the plan of a round."),
    Action.OPEN_ROUND: N_("%(who)s opened a round: %(kind)s."),
    Action.CLOSE_ROUND: N_("%(who)s closed a round: %(kind)s."),
    Action.EXTEND_ROUND: N_("%(who)s gave a round more time: %(kind)s."),
    Action.PAUSE_ROUND: N_("%(who)s paused a round: %(kind)s."),
    Action.RESUME_ROUND: N_("%(who)s resumed a round: %(kind)s."),
    Action.ASK_TO_REOPEN: N_("%(who)s asked to reopen a closed vote. Another official has to confirm it."),
    Action.REOPEN_ROUND: N_("%(who)s reopened a round: %(kind)s."),
    Action.CANCEL_ROUND: N_("%(who)s cancelled a round: %(kind)s."),
    Action.SUBMIT_PROPOSAL: N_("%(who)s submitted a proposal."),
    Action.REVISE_PROPOSAL: N_("%(who)s revised a proposal. It is now in revision %(revision)s."),
    Action.WITHDRAW_PROPOSAL: N_("%(who)s withdrew a proposal."),
    Action.HIDE_PROPOSAL: N_("%(who)s hid a proposal, with a reason that stands in its place."),
    Action.RESTORE_PROPOSAL: N_("%(who)s showed a hidden proposal again."),
    Action.ENDORSE_PROPOSAL: N_("%(who)s endorsed revision %(revision)s of a proposal."),
    Action.WITHDRAW_ENDORSEMENT: N_("%(who)s withdrew an endorsement."),
    Action.COMMENT: N_("%(who)s commented on a proposal."),
    Action.EDIT_COMMENT: N_("%(who)s changed a comment. The earlier text was kept."),
    Action.ERASE_COMMENT: N_("%(who)s erased a comment: its text was destroyed."),
    Action.MARK_HELPFUL: N_("%(who)s marked a comment as helpful, or took the mark back."),
    Action.REPORT_COMMENT: N_("%(who)s reported a comment to the moderators."),
    Action.DISMISS_REPORT: N_("%(who)s found that a reported comment breaks no rule."),
    Action.HIDE_COMMENT: N_("%(who)s hid a comment, with a reason that stands in its place."),
    Action.RESTORE_COMMENT: N_("%(who)s showed a hidden comment again."),
    Action.APPEAL: N_("%(who)s appealed against the hiding of a comment."),
    Action.DECIDE_APPEAL: N_("%(who)s decided an appeal."),
    Action.ASSESS_PROPOSAL: N_("%(who)s filled in the rights checklist of a proposal."),
    Action.TAG_PROPOSAL: N_("%(who)s tied a proposal to an article of human rights."),
    Action.WITHDRAW_TAG: N_("%(who)s took back a tie between a proposal and an article."),
    Action.ENTER_ADOPTION: N_("%(who)s entered a local measure into the adoption register."),
    Action.CORRECT_ADOPTION: N_("%(who)s corrected the adoption register. The earlier version stays readable."),
    Action.ASSIGN_REVIEWER: N_("%(who)s asked a reviewer to assess a proposal."),
    Action.ACCEPT_REVIEW: N_("%(who)s declared to have no conflict of interest in a review."),
    Action.STEP_BACK: N_("%(who)s stepped back from a review."),
    Action.HAND_IN_REVIEW: N_("%(who)s handed in a review of a proposal."),
    Action.OPEN_REVIEWS: N_("%(who)s published the reviews of a proposal without waiting for others."),
    Action.RAISE_CONCERN: N_("%(who)s said how a proposal affects them, or challenged an assessment."),
    Action.ANSWER_CONCERN: N_("%(who)s answered a resident’s concern."),
    Action.HIDE_CONCERN: N_("%(who)s hid a concern, or took it back."),
    Action.ANSWER_FINDING: N_("%(who)s answered a finding that a proposal endangers a right."),
    Action.CAST_BALLOT: N_("%(who)s cast a ballot."),
    Action.LIST_ROLL: N_("%(who)s uploaded the list of those who may vote in a round. It has %(lines)s lines."),
    Action.ADD_TO_ROLL: N_("%(who)s added somebody to the roll of an open vote. Now %(roll)s people are on it."),
    Action.STRIKE_FROM_ROLL: N_(
        "%(who)s struck somebody from the roll of an open vote. Now %(roll)s people are on it."
    ),
    Action.ISSUE_PAPER: N_("%(who)s had %(ballots)s paper ballots made, each with a serial."),
    Action.CHECK_IN: N_("%(who)s handed somebody a paper ballot."),
    Action.ENTER_PAPER: N_("%(who)s entered a batch of %(ballots)s paper ballots, which two officials had read alike."),
    Action.SAMPLE_PAPER: N_("%(who)s drew %(sampled)s paper ballots, by a public seed, to be compared with the count."),
    Action.AUDIT_PAPER: N_("%(who)s compared %(sampled)s paper ballots with what was counted. %(differ)s differ."),
    Action.BATCH_BALLOTS: N_("The log committed itself to a batch of %(ballots)s ballots."),
    Action.ASK_FOR_SEAL: N_("%(who)s asked for the seal of a vote."),
    Action.SEAL_ROUND: N_("%(who)s sealed a vote. %(ballots)s ballots were counted."),
    Action.DESTROY_KEY: N_("%(who)s destroyed the key of a sealed vote: nobody can tie a ballot to a person any more."),
    Action.ANSWER_PROPOSAL: N_("%(who)s entered the city’s answer to a proposal."),
    Action.EXPORT_RECORDS: N_("%(who)s exported the records of a deliberation."),
    Action.DOWNLOAD_INTERNAL_RECORDS: N_("%(who)s downloaded records with contact data."),
    Action.IMPORT_RECORDS: N_("%(who)s imported records from elsewhere."),
    Action.ADD_WITNESS: N_("%(who)s named a witness, who is asked to cosign this log from now on."),
    Action.REMOVE_WITNESS: N_("%(who)s removed a witness, who is no longer asked to cosign this log."),
    Action.ADD_KEY: N_("%(who)s gave the log a new key, which signs it too from now on."),
    Action.RETIRE_KEY: N_("%(who)s retired a key of the log, which signs nothing more."),
}
UNKNOWN: Final = N_("%(who)s did what the log calls %(act)s.")
"""For acts of versions to come, or long gone: an entry is never left out."""

MISSING: Final = "?"
_WORDED: Final[dict[str, Mapping[str, str]]] = {"kind": KIND_WORDS, "role": ROLE_WORDS}  # type: ignore[dict-item]  # keyed by enums of strings


def sentence(act: str, role: str | None, facts: Mapping[str, object]) -> Words:
    """The sentence of an entry. Its value `who`, and `kind` and `role`, are words to be translated themselves."""
    text = SENTENCES.get(act, UNKNOWN)
    values: dict[str, object] = {"who": WHO.get(role or "", SOMEBODY), "act": act}
    for name in ("kind", "role", "revision", "ballots", "roll", "lines", "sampled", "differ"):
        said = str(facts.get(name, MISSING))
        values[name] = _WORDED[name].get(said, said) if name in _WORDED else said
    return Words(text, values)
