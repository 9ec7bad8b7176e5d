"""Where views of a proposal agree and differ: article by article, answer by answer. PURE.

For one proposal there are matches, differences and the share of articles that two views have in common. What is
corrected for chance (Krippendorff's alpha) needs many proposals, and is never given for one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.rights.checklist import Checklist
from app.rights.questions import AnswerKind, Answers, Question

ENOUGH = 10
"""So many proposals with two reviewers there must be, before chance-corrected agreement is said at all."""
TALK_BELOW = Fraction(1, 2)
"""Two reviewers who share fewer of their articles should talk."""
NOT_MARKED = "none"


@dataclass(frozen=True)
class ArticleCompared:
    """What each of the views says of an article; None where it does not mark it."""

    article_id: str
    said: tuple[str | None, ...]

    @property
    def agreed(self) -> bool:
        return len(set(self.said)) == 1

    @property
    def marked_by_all(self) -> bool:
        return None not in self.said


@dataclass(frozen=True)
class AnswerCompared:
    """A question to which the views gave different answers."""

    question: Question
    of: str
    said: tuple[tuple[str, ...], ...]


def jaccard(first: Collection[str], second: Collection[str]) -> Fraction:
    """The share of articles that both mark, of all that either marks; 1 where neither marks any."""
    either = set(first) | set(second)
    return Fraction(len(set(first) & set(second)), len(either)) if either else Fraction(1)


def articles(views: Sequence[Mapping[str, str]]) -> list[ArticleCompared]:
    """Each article that some view marks, with what each view says; differences first. Views: direction by article."""
    every = dict.fromkeys(article for view in views for article in view)
    compared = [ArticleCompared(article, tuple(view.get(article) for view in views)) for article in every]
    return sorted(compared, key=lambda one: one.agreed)


def answers(checklist: Checklist, views: Sequence[Answers]) -> list[AnswerCompared]:
    """The questions with options to which the views gave different answers, in the checklist's order.

    What only some of them were asked is left out: that follows from an earlier difference, which stands here.
    """
    found = []
    for question in checklist.questions:
        if question.kind is AnswerKind.TEXT:
            continue
        keys = dict.fromkeys(key for view in views for key, _ in view.with_instances(question.id))
        for key in keys:
            said = tuple(view.to(key) for view in views)
            if all(said) and len({frozenset(one) for one in said}) > 1:
                found.append(AnswerCompared(question, key.partition(".")[2], said))
    return found


def alpha(reviewed: Iterable[Sequence[Mapping[str, str]]]) -> float | None:
    """Krippendorff's alpha (nominal) between the two reviewers of each proposal, over all proposals.

    Each proposal and each article that somebody marked anywhere is one unit; what a reviewer said of it is the
    direction, or that it is not marked. None for fewer than `ENOUGH` proposals, and where all say the same of
    everything: then there is nothing by which chance could be told from agreement.
    """
    pairs = [tuple(views[:2]) for views in reviewed if len(views) >= 2]
    every = sorted({article for pair in pairs for view in pair for article in view})
    units = [
        (str(coder), f"{number} {article}", view.get(article, NOT_MARKED))
        for number, pair in enumerate(pairs)
        for article in every
        for coder, view in enumerate(pair)
    ]
    if len(pairs) < ENOUGH or len({label for _, _, label in units}) < 2:
        return None
    from nltk.metrics.agreement import AnnotationTask  # it takes over a second to load, and few pages need it

    return float(AnnotationTask(data=units).alpha())
