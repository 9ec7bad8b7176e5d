"""What was said of proposals in terms of human rights."""

from __future__ import annotations

from app.audit.models import PersonAlias
from app.records.exports.datasets import Column, Dataset, by_person, readable_proposal
from app.rights.models import ArticleTag, Assessment

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
