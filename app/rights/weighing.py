"""What somebody weighs for a proposal: the articles offered to them, each with why, and what they made of each. PURE.

An offer is never applied by itself: only what a person has given a direction becomes a tag.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.rights.catalogue import Catalogue
from app.rights.checklist import Answers, Checklist, Option, Question
from app.rights.instruments import Article
from app.rights.suggest import suggest
from app.rights.tags import Direction, Tag

NOT_RELEVANT = "none"
"""In place of a direction: the person looked at the article and set it aside."""


@dataclass(frozen=True)
class Offer:
    """An article that may have to do with a proposal, and why it is offered."""

    article: Article
    because: tuple[tuple[Question, Option], ...] = ()
    """The answers that brought it up."""
    words: tuple[str, ...] = ()
    """The words of the proposal that did."""

    @property
    def by_question(self) -> list[tuple[Question, list[Option]]]:
        """The answers that brought it up, each question once."""
        asked = dict.fromkeys(question for question, _ in self.because)
        return [(one, [option for question, option in self.because if question is one]) for one in asked]


def offers(
    quick: Checklist, answers: Answers, text: str, lang: str, catalogue: Catalogue, *, but: Collection[str] = ()
) -> list[Offer]:
    """What answers and text (in the language `lang`) bring up, best founded first; without the articles `but`.

    An article that only the text brings up comes after those that as many answers do: a single word may mislead.
    """
    found: dict[str, Offer] = {}
    for suggestion in quick.suggest(answers):
        article = catalogue.article(suggestion.article_id)
        chosen = ((quick.question(reason.question), reason.option) for reason in suggestion.because)
        pairs = [(question, question.option(value)) for question, value in chosen if question]
        found[article.id] = Offer(article, tuple((question, option) for question, option in pairs if option))
    for hint in suggest(text, lang, catalogue=catalogue):
        known = found.get(hint.article.id, Offer(hint.article))
        found[hint.article.id] = Offer(hint.article, known.because, hint.words)
    ranked = sorted(found.values(), key=_strength, reverse=True)
    return [offer for offer in ranked if offer.article.id not in but]


def _strength(offer: Offer) -> int:
    return len(offer.because) + bool(offer.words)


@dataclass(frozen=True)
class Weighed:
    """What somebody has made of an article so far, as a draft keeps it."""

    article_id: str
    direction: str = ""
    """A Direction, NOT_RELEVANT, or nothing yet."""
    groups: tuple[str, ...] = ()
    mitigation: str = ""
    added: bool = False
    """Whether the person looked it up, rather than being offered it."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Weighed:
        """From what `as_stored` gave."""
        return cls(**{**stored, "groups": tuple(stored.get("groups", ()))})

    def as_stored(self) -> dict[str, Any]:
        """Plain JSON, which `of` reads back."""
        return {**asdict(self), "groups": list(self.groups)}

    @property
    def decided(self) -> bool:
        return bool(self.direction)

    @property
    def tag(self) -> Tag | None:
        """The tag that follows; None while undecided, and for what was set aside."""
        if self.direction not in {*Direction}:
            return None
        direction = Direction(self.direction)
        return Tag(self.article_id, direction, self.groups, self.mitigation if direction.harms else "")


def tags_of(weighed: Iterable[Weighed]) -> list[Tag]:
    """The tags that follow from what somebody weighed."""
    return [tag for one in weighed if (tag := one.tag) is not None]


def on_the_table(weighed: Iterable[Weighed], offered: list[Offer], groups: tuple[str, ...], most: int) -> list[Weighed]:
    """What to show for weighing: what was decided or looked up, then offers until there are `most`.

    What is offered begins with `groups` (those who feel the proposal most, by the person's own answer).
    """
    still = {offer.article.id for offer in offered}
    kept = [one for one in weighed if one.decided or one.added or one.article_id in still]
    there = {one.article_id for one in kept}
    new = [Weighed(offer.article.id, groups=groups) for offer in offered if offer.article.id not in there]
    return [*kept, *new[: max(0, most - len(kept))]]
