"""What a bundle is, and its datasets in their order. Stable: a column once published keeps its name and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.audit.home import Home
from app.config import Settings
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
    rights.REVIEWS,
    rights.CONCERNS,
    rights.FINDING_ANSWERS,
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


@dataclass(frozen=True)
class Bundle:
    """What is bundled. `internal` adds contact data and hidden texts; a public bundle names nobody."""

    deliberation_id: int
    internal: bool
    made_at: datetime
    origin: str
    """The log's name."""
    vkey: str
    """The key by which the log's checkpoint is checked."""
    log_address: str
    """Where the whole log is served."""

    @classmethod
    def of(cls, settings: Settings, deliberation_id: int, *, internal: bool, made_at: datetime) -> Bundle:
        """A bundle of this city's, with its log's name, key and address."""
        vkey = Home.of(settings).public_key() or ""
        return cls(deliberation_id, internal, made_at, settings.origin, vkey, f"{settings.base_url.rstrip('/')}/log")

    @property
    def datasets(self) -> list[Dataset]:
        return [one for one in DATASETS if self.internal or not one.internal]
