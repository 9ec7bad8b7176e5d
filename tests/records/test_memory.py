"""Neither taking in nor giving out keeps a whole deliberation in memory twice; giving out keeps none of it."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest

from app.acts import CITY, OPERATOR
from app.database import db
from app.records import acts
from app.records.exports import bundle
from app.records.exports.tables import Bundle
from app.records.imports.material import CommentIn, Material, ProposalIn

SMALL, LARGE = 600, 2_400
WHEN = datetime(2016, 2, 1, 12, 0, tzinfo=UTC)
TEXT = "Més arbres als carrers, que l'estiu és llarg. " * 10


def material(proposals: int) -> Material:
    found = Material(
        "barcelona", f"{proposals} trees", f"trees-{proposals}", "Arbres?", "", "", "ca", {"made-up": str(proposals)}
    )
    for number in range(proposals):
        found.proposals.append(ProposalIn(str(number), f"Arbre {number}", TEXT, "ca", "resident", WHEN, supports=3))
        found.comments.append(CommentIn(str(number), str(number), None, "resident", WHEN, "for", TEXT, "ca"))
    return found


def peak_of_exporting(deliberation_id: int) -> tuple[int, int]:
    """Bytes that Python held at most, and the size of the bundle."""
    db.session.remove()
    size = 0
    tracemalloc.start()
    try:
        for piece in bundle.stream(db.engine, Bundle(deliberation_id, False, WHEN, "o", "k", "/log")):
            size += len(piece)
        return tracemalloc.get_traced_memory()[1], size
    finally:
        tracemalloc.stop()


@pytest.mark.filterwarnings("error")
def test_the_memory_of_an_export_does_not_grow_with_it(app) -> None:
    small, large = (acts.take_in(OPERATOR, CITY, material=material(size)).into_id for size in (SMALL, LARGE))
    peak_of_exporting(small)  # whatever is made once is made now

    (peak_small, size_small), (peak_large, size_large) = peak_of_exporting(small), peak_of_exporting(large)

    assert size_large > 1.8 * size_small  # the programs that come with each are as large as the small one
    assert peak_large < 1.15 * peak_small + 100_000, f"{peak_small:,} bytes became {peak_large:,}"
