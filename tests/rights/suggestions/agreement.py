"""How far two labellings of the same forty proposals agree.

    python -m tests.rights.suggestions.agreement

Both are by the same hand: the second was made from the texts alone, in another order, minutes after the first.
"""

from __future__ import annotations

import json

import click
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import jaccard_distance, masi_distance

from tests.rights.suggestions.measure import HERE, read


def labellings() -> list[tuple[frozenset[str], frozenset[str]]]:
    """For each proposal that was labelled twice: the first labels and the second."""
    first = {one.id: frozenset(one.labels) for one in read("proposals")}
    second = json.loads((HERE / "second.json").read_text(encoding="utf-8"))
    return [(first[id_], frozenset(labels)) for id_, labels in second.items()]


def main() -> None:
    pairs = labellings()
    data = [(who, str(number), pair[at]) for number, pair in enumerate(pairs) for at, who in enumerate(("one", "two"))]
    shared = sum(1 - jaccard_distance(one, two) for one, two in pairs) / len(pairs)
    click.echo(f"{len(pairs)} proposals, mean Jaccard {shared:.3f}")
    for name, distance in (("Jaccard", jaccard_distance), ("MASI", masi_distance)):
        alpha = AnnotationTask(data=data, distance=distance).alpha()
        click.echo(f"Krippendorff's alpha, distance {name}: {alpha:.3f}")
    none = sum(not one & two for one, two in pairs)
    first_in = sum(len(one & two) / len(one) for one, two in pairs) / len(pairs)
    click.echo(f"no label in common: {none}; of the first labels the second has {first_in:.3f}")


if __name__ == "__main__":
    main()
