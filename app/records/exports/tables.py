"""The datasets of a bundle, in their order. Stable: a column once published keeps its name and meaning."""

from __future__ import annotations

from app.deliberations.models import Deliberation
from app.records.exports import decided, internal, rights, said
from app.records.exports.datasets import Column, Dataset

DELIBERATION = Dataset(
    "deliberation",
    "The deliberation itself: one object, in `deliberation.json` only.",
    (
        Column("slug", "Its address: /deliberations/…", Deliberation.slug),
        Column("question", "What the city asked.", Deliberation.question),
        Column("background", "What one should know (Markdown).", Deliberation.background),
        Column("promise", "What the city promised to do with the outcome (Markdown).", Deliberation.promise),
        Column("lang", "Language of these texts (BCP 47).", Deliberation.lang),
        Column("created_at", "When it was started (UTC).", Deliberation.created_at),
        Column("imported_from", "Where it was imported from, if it was.", Deliberation.imported_from),
    ),
    lambda statement, key: statement.where(Deliberation.id == key),
)

DATASETS: tuple[Dataset, ...] = (
    said.PROPOSALS,
    said.REVISIONS,
    said.ENDORSEMENTS,
    said.COMMENTS,
    said.COMMENT_REVISIONS,
    said.MODERATION,
    said.STATEMENT_VOTES,
    rights.ARTICLES,
    rights.ASSESSMENTS,
    decided.ROUNDS,
    decided.ROUND_CHANGES,
    decided.ANSWERS,
    decided.RESULTS,
    decided.BALLOTS,
    decided.COMMITS,
    internal.CONTACTS,
    internal.HIDDEN_PROPOSALS,
    internal.HIDDEN_COMMENTS,
    internal.REPORTS,
    internal.APPEALS,
)
"""Each twice in a bundle, as CSV and as JSON. Internal ones are left out of public bundles."""
