"""What the ballot page and the check page show of a ballot, whatever its marking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from app.voting.ballots import Reading, mark_of
from app.voting.counting.methods import MARK_WORDS, Marking
from app.voting.queries import Option
from app.voting.rule import VoteRule
from app.voting.views.blueprint import bp, option_title
from app.web.formats import in_words


def sent_marks(options: Iterable[int]) -> dict[int, str]:
    """What is marked in the form that was sent: option -> mark, as it was typed."""
    sent = ((option, request.form.get(f"option-{option}", "")) for option in options)
    return {option: mark for option, mark in sent if mark.strip()}


def problems_of(reading: Reading, options: Sequence[Option]) -> list[tuple[str, str]]:
    """What is wrong, each with the place on the page where it can be put right."""
    titles = {one.proposal_id: option_title(one) for one in options}
    whole = [("options", in_words(words)) for words in reading.problems]
    single = [
        (f"option-{option}", _("%(option)s: %(problem)s", option=titles[option], problem=in_words(words)))
        for option, words in reading.faults.items()
    ]
    return whole + single


def in_order_of_marks(rule: VoteRule, reading: Reading, options: Sequence[Option]) -> list[Option]:
    """The options as the check page lists them: a ranking from its first place, points from the most."""
    if rule.marking not in (Marking.RANK, Marking.POINTS):
        return list(options)

    def place(option: Option) -> int:
        mark = mark_of(reading.choices, option.proposal_id)
        if mark is None:
            return len(options) + 1 if rule.marking is Marking.RANK else 1
        return int(mark) if rule.marking is Marking.RANK else -int(mark)

    return sorted(options, key=place)


@bp.app_template_global()
def said_mark(rule: VoteRule, mark: str | None) -> str:
    """How a ballot marks an option, in words."""
    if rule.marking is Marking.RANK:
        return str(_("Not ranked") if mark is None else _("Place %(place)s", place=mark))
    if rule.marking in (Marking.POINTS, Marking.SCORE):
        return str(ngettext("%(num)s point", "%(num)s points", int(mark or 0)))
    if mark is None:
        return str(_("Not answered") if rule.marking is Marking.OPINION else _("Not marked"))
    return str(_(MARK_WORDS[mark]))
