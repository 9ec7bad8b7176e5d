"""The charter as a page shows it: the rules of `app.charter.table`, grouped, in words. Nothing is said twice."""

from __future__ import annotations

from dataclasses import dataclass

from app.charter.act_words import TO_DO
from app.charter.actions import Action
from app.charter.rounds import KIND_WORDS, RoundKind
from app.charter.rules import RULES, Rule, Who
from app.charter.table import CONDITIONS, NO_SUCH_ROUND, WHO_WORDS
from app.charter.words import N_

GROUPS: dict[str, frozenset[str]] = {
    N_("People and roles"): frozenset({"account", "residency", "role"}),
    N_("Deliberations and rounds"): frozenset({"deliberation", "round", "reopening"}),
    N_("Proposals and endorsements"): frozenset({"proposal", "endorsement"}),
    N_("Comments and moderation"): frozenset({"comment", "report", "appeal"}),
    N_("Human rights"): frozenset({"assessment", "article", "adoption", "reviewer", "review", "concern", "finding"}),
    N_("Votes"): frozenset({"ballot", "ballots", "paper", "roll", "seal"}),
    N_("Records"): frozenset({"export", "import"}),
    N_("Public log"): frozenset({"witness", "key"}),
}
"""The nouns with which the names of acts begin, by the heading under which people look for them."""


@dataclass(frozen=True)
class Row:
    """One act. All texts are English, for the template to translate."""

    action: Action
    what: str
    who: tuple[str, ...]
    during: tuple[str, ...]
    """The kinds of round in which it is possible; empty where rounds do not matter."""
    otherwise: tuple[str, ...]
    """The sentences that somebody reads to whom it is refused."""


@dataclass(frozen=True)
class Group:
    """Acts that belong together."""

    title: str
    rows: tuple[Row, ...]


def groups() -> tuple[Group, ...]:
    """Every act of the charter, each once."""
    return tuple(
        Group(title, tuple(_row(action) for action in Action if action.value.split(".")[0] in nouns))
        for title, nouns in GROUPS.items()
    )


def _row(action: Action) -> Row:
    rule = RULES[action]
    return Row(
        action=action,
        what=TO_DO[action],
        who=tuple(WHO_WORDS[who] for who in Who if who in rule.who),
        during=tuple(KIND_WORDS[kind] for kind in RoundKind if rule.during and kind in rule.during),
        otherwise=(*_otherwise(rule), *([CONDITIONS[action]] if action in CONDITIONS else [])),
    )


def _otherwise(rule: Rule) -> tuple[str, ...]:
    said = [rule.because]
    if rule.during and rule.round_because != NO_SUCH_ROUND:
        said.append(rule.round_because)
    if rule.state_because:
        said.append(rule.state_because)
    if rule.not_about_self:
        said.append(N_("Nobody can do this for themself."))
    if rule.not_own_decision:
        said.append(N_("It takes a second person, who did not take the first decision."))
    if rule.within_window:
        said.append(N_("Only for a short while afterwards."))
    return tuple(dict.fromkeys(said))
