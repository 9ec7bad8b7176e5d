"""What no bundle holds, by `table.column` or `table.*`, each with its reason."""

from __future__ import annotations

_SALT = "a secret that keeps the log's commitments from being guessed"
_KEY = "our own key, without meaning outside"
_SAFETY = "secret: it could help somebody pose as a person"
_LOG = "the log is exported as it is, entry by entry (log/entries.jsonl and log/checkpoint)"
_PRIVATE = "somebody's own business, no part of the record"
_BALLOT = "the secret of the ballot; destroyed at the seal"
_ELSEWHERE = "the deliberation itself is in deliberation.json"

WITHHELD: dict[str, str] = {
    "*.salt": _SALT,
    "accounts.id": _KEY,
    "accounts.suspended_at": _PRIVATE,
    "accounts.erased_at": "an erased account has no name left to export",
    "role_grants.*": "who held which office when is public at /officials for the whole city, not by deliberation",
    "residencies.*": _PRIVATE,
    "credentials.account_id": _KEY,
    "credentials.password_hash": _SAFETY,
    "credentials.new_email": "not confirmed, so nobody knows whose address it is",
    "credentials.mail_notices": _PRIVATE,
    "credentials.changed_at": _PRIVATE,
    "sign_ins.*": _SAFETY,
    "attempts.*": _PRIVATE,
    "drafts.*": "not public until its author publishes it",
    "notices.*": _PRIVATE,
    "notice_cursors.*": _KEY,
    "mails.*": _PRIVATE,
    "deliberations.id": _KEY,
    "deliberations.created_by_id": "the entry of its creation names them by their random name",
    "deliberations.proposals_count": "counted again from the proposals in the bundle",
    "rounds.deliberation_id": _ELSEWHERE,
    "rounds.seal_asked_by_id": "round_changes says who, by the random name",
    "round_changes.id": _KEY,
    "proposals.deliberation_id": _ELSEWHERE,
    "proposals.author_label": "in the column author, where there is no account",
    "proposals.state_by_id": "the log's entry names who, by the random name",
    "revisions.id": _KEY,
    "endorsements.id": _KEY,
    "comments.deliberation_id": _ELSEWHERE,
    "comments.author_label": "in the column author, where there is no account",
    "comments.edit_until": "how long an author could still change it: over when it matters",
    "comment_revisions.id": _KEY,
    "helpful_marks.*": "who found a comment helpful is nobody's business; the number is exported",
    "reports.id": _KEY,
    "reports.decided_by_id": "the log's entry names who, by the random name",
    "hidings.id": _KEY,
    "hidings.hidden_by_id": "the log's entry names who, by the random name",
    "hidings.restored_by_id": "the log's entry names who, by the random name",
    "appeals.id": _KEY,
    "appeals.hiding_id": _KEY,
    "appeals.decided_by_id": "the log's entry names who, by the random name",
    "assessments.id": _KEY,
    "article_tags.id": _KEY,
    "assessment_drafts.*": "not public until whoever fills it in publishes it",
    "reviews.*": "who was asked to review, and how far they came, is on the page of the proposal",
    "concerns.*": "who spoke unnamed must not be guessed; the words are on the page of the proposal",
    "finding_answers.*": "what was said to a finding is on the page of the proposal",
    "answers.id": _KEY,
    "statement_votes.id": _KEY,
    "statement_votes.account_id": "who voted how on a statement is shown by pseudonym only",
    "polls.batch_size": "a measure of the log's pace while the round was open",
    "polls.key_check": "it checked copies of a key that is destroyed",
    "poll_roll.*": "who was on the roll and whether they voted; the roots in results commit to it",
    "ballot_box.*": _BALLOT,
    "ballot_pending.*": _BALLOT,
    "ballot_batches.*": _BALLOT,
    "ballots_sealed.id": _KEY,
    "commits_sealed.id": _KEY,
    "adoptions.*": "the adoption register is the whole city's, not one deliberation's; it is public at /rights/register",
    "exports.*": "what was exported is on the records page and in the log",
    "imports.*": "what was imported, with the digests of its files, is in the log",
    "log_pending.*": _LOG,
    "log_entries.*": _LOG,
    "log_tiles.*": _LOG,
    "log_state.*": _LOG,
    "log_checkpoints.*": _LOG,
    "log_manifests.*": _LOG,
    "log_keys.*": _LOG,
    "witnesses.*": _LOG,
    "witness_states.*": "how the asking of a witness goes; the page of the log says so",
    "cosignatures.*": _LOG,
    "person_aliases.person_id": _KEY,
    "person_aliases.process": _ELSEWHERE,
}


def reason(table: str, column: str) -> str | None:
    """Why a column is withheld, or None where it is not."""
    return WITHHELD.get(f"{table}.{column}") or WITHHELD.get(f"{table}.*") or WITHHELD.get(f"*.{column}")
