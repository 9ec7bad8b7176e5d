"""The numbers of a bar chart (PURE): shares, widths, and where a threshold lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One bar. `share` is of the whole (0 to 1), `width` in hundredths of the chart's width."""

    label: str
    value: int
    share: float
    width: float
    kind: str | None = None
    lang: str | None = None


@dataclass(frozen=True)
class Bars:
    """A chart. `mark_at` is where a threshold is drawn, in hundredths of the width."""

    rows: tuple[Bar, ...]
    mark_at: float | None = None

    @classmethod
    def of(
        cls,
        values: Iterable[tuple[str, int]],
        *,
        whole: int | None = None,
        mark: float | None = None,
        kinds: Iterable[str | None] = (),
        langs: Iterable[str | None] = (),
    ) -> Bars:
        """Make a chart of labelled counts.

        `whole` is what the shares are of: by default the sum of the values; give the number of ballots where one
        ballot may count for several bars. `mark` is a share (0 to 1) to draw a line at, such as a threshold.
        `kinds` (accent, good, bad, plain) and `langs` go with the values, in order.
        """
        given = list(values)
        of_what = sum(value for _, value in given) if whole is None else whole
        kind_of, lang_of = list(kinds), list(langs)
        rows = []
        for place, (label, value) in enumerate(given):
            share = value / of_what if of_what else 0.0
            rows.append(
                Bar(
                    label=label,
                    value=value,
                    share=share,
                    width=round(100 * min(share, 1.0), 2),
                    kind=kind_of[place] if place < len(kind_of) else None,
                    lang=lang_of[place] if place < len(lang_of) else None,
                )
            )
        return cls(rows=tuple(rows), mark_at=None if mark is None else round(100 * mark, 2))
