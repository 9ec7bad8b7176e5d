"""What was said of proposals in terms of human rights."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, null

from app.audit.models import PersonAlias
from app.proposals.models import Proposal
from app.records.exports.datasets import Column, Dataset, by_person, readable_proposal
from app.rights.models import ArticleTag, Assessment, Concern, FindingAnswer, Review

ARTICLES = Dataset(
    "articles",
    "Which human rights articles each proposal is tied to, and by whom.",
    (
        Column("proposal", "The proposal's number.", ArticleTag.proposal_id),
        Column("article", "The article's id in the catalogue, such as icescr-11.", ArticleTag.article),
        Column("direction", "advances, endangers or both.", ArticleTag.direction),
        Column("groups", "Who is affected (JSON list of group ids).", ArticleTag.groups),
        Column(
            "explanation",
            "In the words of whoever set it.",
            readable_proposal(ArticleTag.explanation),
            "article_tags.explanation",
        ),
        Column(
            "mitigation",
            "What would lessen the danger.",
            readable_proposal(ArticleTag.mitigation),
            "article_tags.mitigation",
        ),
        Column("lang", "Language of these words.", ArticleTag.lang),
        Column("view", "author, reviewer or resident: whose point of view.", ArticleTag.view),
        Column("set_by", "The random name in the log.", PersonAlias.alias, "article_tags.set_by_id"),
        Column("revision", "The revision it was said of.", ArticleTag.revision_number),
        Column("set_at", "When (UTC).", ArticleTag.set_at),
        Column("withdrawn_at", "When it was taken back, if it was.", ArticleTag.withdrawn_at),
    ),
    lambda statement, key: by_person(statement, ArticleTag, ArticleTag.set_by_id, key),
)

ASSESSMENTS = Dataset(
    "assessments",
    "Answers to the human rights checklist.",
    (
        Column("proposal", "The proposal's number.", Assessment.proposal_id),
        Column("revision", "The revision they are about.", Assessment.revision_number),
        Column("view", "author, reviewer or resident.", Assessment.view),
        Column("checklist", "Which checklist.", Assessment.checklist),
        Column("checklist_version", "Which version of it.", Assessment.checklist_version),
        Column("answers", "Answers by question (JSON).", readable_proposal(Assessment.answers), "assessments.answers"),
        Column("lang", "Language of what was answered in one's own words.", Assessment.lang),
        Column("made_by", "The random name in the log.", PersonAlias.alias, "assessments.made_by_id"),
        Column("made_at", "When (UTC).", Assessment.made_at),
        Column("replaced_at", "When newer answers took their place.", Assessment.replaced_at),
    ),
    lambda statement, key: by_person(statement, Assessment, Assessment.made_by_id, key),
)

REVIEWS = Dataset(
    "reviews",
    "Which reviewers were asked to assess each proposal, and how far they came.",
    (
        Column("review", "The review's number.", Review.id),
        Column("proposal", "The proposal's number.", Review.proposal_id),
        Column("reviewer", "The random name in the log.", PersonAlias.alias, "reviews.reviewer_id"),
        Column("state", "assigned, accepted, stepped_back, handed_in or released.", Review.state),
        Column("reason", "Why the reviewer stepped back or was released.", readable_proposal(Review.reason),
               "reviews.reason"),
        Column("assigned_at", "When the reviewer was asked (UTC).", Review.assigned_at),
        Column("answered_at", "When they declared to have no conflict of interest, or stepped back.",
               Review.answered_at),
        Column("handed_in_at", "When the review was handed in.", Review.handed_in_at),
        Column("opened_at", "When everybody could read it.", Review.opened_at),
    ),
    lambda statement, key: by_person(statement, Review, Review.reviewer_id, key),
)  # fmt: skip


def _readable(source: Any) -> Any:
    """A text of a concern, unless it or its proposal is hidden."""
    return case((and_(Proposal.state != "hidden", Concern.state != "hidden"), source), else_=null())


CONCERNS = Dataset(
    "concerns",
    "What residents say of proposals beside the assessments, and what was answered.",
    (
        Column("concern", "The concern's number.", Concern.id),
        Column("proposal", "The proposal's number.", Concern.proposal_id),
        Column("revision", "The revision it was said of.", Concern.revision_number),
        Column("kind", "affected or challenge.", Concern.kind),
        Column("article", "Of a challenge: the article's id in the catalogue.", Concern.article),
        Column("direction", "Of a challenge: advances, endangers or both.", Concern.direction),
        Column("groups", "Who is affected (JSON list of group ids).", Concern.groups),
        Column("body", "In the resident's words.", _readable(Concern.body), "concerns.body"),
        Column("lang", "Language of these words.", Concern.lang),
        Column("raised_by", "The random name in the log; empty where they chose not to be named.", PersonAlias.alias,
               "concerns.author_id"),
        Column("raised_at", "When (UTC).", Concern.raised_at),
        Column("state", "open, answered or hidden.", Concern.state),
        Column("hidden_because", "The reason that stands in its place.", Concern.hidden_because),
        Column("upheld", "Of an answered challenge: whether whoever answered agrees.", Concern.upheld),
        Column("answer", "The answer.", _readable(Concern.answer), "concerns.answer"),
        Column("answer_lang", "Language of the answer.", Concern.answer_lang),
        Column("answered_at", "When it was answered.", Concern.answered_at),
    ),
    lambda statement, key: by_person(statement, Concern, Concern.author_id, key),
)  # fmt: skip

FINDING_ANSWERS = Dataset(
    "finding-answers",
    "What was said to each finding that a right is endangered; the newest stands.",
    (
        Column("proposal", "The proposal's number.", FindingAnswer.proposal_id),
        Column("article", "The article's id in the catalogue.", ArticleTag.article, "finding_answers.tag_id"),
        Column("kind", "mitigated, accepted, disputed, reasoned (a reviewer) or unanswered (a facilitator).",
               FindingAnswer.kind),
        Column("revision", "The revision at the time.", FindingAnswer.revision_number),
        Column("text", "Why, or how.", readable_proposal(FindingAnswer.text), "finding_answers.text"),
        Column("lang", "Language of these words.", FindingAnswer.lang),
        Column("answered_by", "The random name in the log.", PersonAlias.alias, "finding_answers.answered_by_id"),
        Column("answered_at", "When (UTC).", FindingAnswer.answered_at),
    ),
    lambda statement, key: by_person(
        statement.join(ArticleTag, ArticleTag.id == FindingAnswer.tag_id),
        FindingAnswer, FindingAnswer.answered_by_id, key,
    ),
)  # fmt: skip
