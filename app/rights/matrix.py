"""At a glance: which rights something works on, which way, and for whom. Counts of proposals, never a score. PURE.

    table = of_proposal(said)            # a row for each article
    chart = of_deliberation(said, rights)  # a row for each right that several instruments state
    chart.unheard                        # groups whom no proposal names

A proposal counts once in a cell, whoever said it and however often. A gain never makes up for a danger: a cell tells
both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.rights.catalogue import Catalogue
from app.rights.tags import Direction, groups
from app.rights.text import Text

NO_GROUP = ""
"""The column of what is said without naming a group."""
PLUS, MINUS, OPEN = "+", "−", "!"


@dataclass(frozen=True)
class Said:
    """Somebody ties a proposal to an article. `open`: it tells of a danger, and of nothing that would lessen it."""

    proposal_id: int
    article_id: str
    direction: Direction
    groups: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True)
class Cell:
    """How many proposals advance a right and how many endanger it; of these, how many without a mitigation."""

    advances: int = 0
    endangers: int = 0
    open: int = 0

    def symbol(self, *, counted: bool) -> str:
        """`+3 −1!` where proposals are counted, `+ −!` where there is but one. Nothing said: an empty text."""
        parts = []
        if self.advances:
            parts.append(f"{PLUS}{self.advances if counted else ''}")
        if self.endangers:
            parts.append(f"{MINUS}{self.endangers if counted else ''}{OPEN if self.open else ''}")
        return " ".join(parts)

    @property
    def kind(self) -> str:
        """Its ground in the picture, which only repeats what the symbol says."""
        if self.advances and self.endangers:
            return "warn"
        return "good" if self.advances else "bad" if self.endangers else "none"


@dataclass(frozen=True)
class Row:
    """A right, or an article. `total` counts over all groups."""

    id: str
    label: Text
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True, eq=False)
class Matrix:
    """Rows of rights, columns of groups (`NO_GROUP` first, where something names none)."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    counted: bool
    proposals: int
    """How many proposals are in it."""
    articles: frozenset[str] = frozenset()
    """Every article that something is said of."""
    silent: tuple[Text, ...] = ()
    """Rights that nothing is said of."""
    unheard: tuple[str, ...] = ()
    """Groups whom nothing names."""
    only_endangered: tuple[str, ...] = ()
    """Groups for whom something is endangered and nothing advanced."""


@dataclass
class _Tally:
    advances: set[int] = field(default_factory=set)
    endangers: set[int] = field(default_factory=set)
    open: set[int] = field(default_factory=set)

    def add(self, said: Said) -> None:
        if said.direction is not Direction.ENDANGERS:
            self.advances.add(said.proposal_id)
        if said.direction.harms:
            self.endangers.add(said.proposal_id)
        if said.open:
            self.open.add(said.proposal_id)

    @property
    def cell(self) -> Cell:
        return Cell(len(self.advances), len(self.endangers), len(self.open))


def of_proposal(said: Iterable[Said], rights: Catalogue) -> Matrix:
    """The matrix of one proposal: its articles, in the catalogue's order."""
    listed = [one for one in said if one.article_id in rights]
    spoken = {one.article_id for one in listed}
    rows = [(article.id, article.citation, (article.id,)) for article in rights.articles if article.id in spoken]
    return _matrix(listed, rows, counted=False)


def of_deliberation(said: Iterable[Said], rights: Catalogue) -> Matrix:
    """The map of many proposals: rights that several instruments state, then the other articles by themselves."""
    listed = [one for one in said if one.article_id in rights]
    rows = [(one.id, one.label, tuple(article.id for article in one.articles)) for one in rights.clusters]
    clustered = {article for _, _, articles in rows for article in articles}
    spoken = {one.article_id for one in listed}
    alone = [article for article in rights.articles if article.id in spoken - clustered]
    rows += [(article.id, article.citation, (article.id,)) for article in alone]
    return _matrix(listed, rows, counted=True)


def _matrix(said: Sequence[Said], rows: Sequence[tuple[str, Text, tuple[str, ...]]], *, counted: bool) -> Matrix:
    rows_of: defaultdict[str, list[str]] = defaultdict(list)
    for id_, _, articles in rows:
        for article in articles:
            rows_of[article].append(id_)
    cells: defaultdict[tuple[str, str], _Tally] = defaultdict(_Tally)
    totals: defaultdict[str, _Tally] = defaultdict(_Tally)
    by_group: defaultdict[str, _Tally] = defaultdict(_Tally)
    for one in said:
        for group in one.groups or (NO_GROUP,):
            by_group[group].add(one)
            for row in rows_of[one.article_id]:
                cells[row, group].add(one)
        for row in rows_of[one.article_id]:
            totals[row].add(one)
    known = [group.id for group in groups()]
    columns = tuple(group for group in (NO_GROUP, *known) if group in by_group)
    return Matrix(
        columns=columns,
        rows=tuple(
            Row(id_, label, tuple(cells[id_, group].cell for group in columns), totals[id_].cell)
            for id_, label, _ in rows
            if id_ in totals
        ),
        counted=counted,
        proposals=len({one.proposal_id for one in said}),
        articles=frozenset(one.article_id for one in said),
        silent=tuple(label for id_, label, _ in rows if id_ not in totals),
        unheard=tuple(group for group in known if group not in by_group),
        only_endangered=tuple(group for group in known if group in by_group and not by_group[group].advances),
    )
