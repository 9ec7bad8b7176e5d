"""Measures suggestions on labelled proposals, beside simpler ways of ranking.

    python -m tests.rights.suggestions.measure first|held-back|all|recommendations

The halves are fixed by a hash of each proposal's id. Words and weights may be tuned on the first half alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from nltk.stem.snowball import SnowballStemmer
from rank_bm25 import BM25Okapi, BM25Plus

from app.rights import catalogue, lexicon, terms
from app.rights.instruments import Article
from app.rights.suggest import suggest

HERE = Path(__file__).parent
LANGUAGES = {"en": "english", "es": "spanish"}
CATALOGUE = catalogue.load()
IDS = [article.id for article in CATALOGUE.articles]
PARTS = ("first", "held-back", "all", "recommendations")

Ranker = Callable[[str, str], Sequence[str]]
"""Text and language -> ids of articles, best first."""
Tokens = Callable[[str, str], list[str]]


@dataclass(frozen=True)
class Proposal:
    """A text with the articles that somebody tied it to. `hard`: it shares no content word with the catalogue."""

    id: str
    lang: str
    text: str
    labels: tuple[str, ...]
    hard: bool = False

    @property
    def held_back(self) -> bool:
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True)
class Figures:
    """How well a ranking did on some proposals; each figure is a share from 0 to 1."""

    count: int
    hit_at_5: float
    recall_at_10: float
    mrr: float
    lenient_at_5: float

    def __str__(self) -> str:
        shares = (self.hit_at_5, self.recall_at_10, self.mrr, self.lenient_at_5)
        return f"{self.count:4d}" + "".join(f"{share:8.3f}" for share in shares)


def read(name: str) -> list[Proposal]:
    rows = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return [Proposal(**{**row, "labels": tuple(row["labels"])}) for row in rows]


def part(name: str) -> list[Proposal]:
    """The proposals of one of PARTS."""
    if name == "recommendations":
        return read(name)
    return [one for one in read("proposals") if name == "all" or one.held_back == (name == "held-back")]


def figures(rank: Ranker, proposals: Sequence[Proposal]) -> Figures:
    """The means over some proposals, of which there must be one at least."""
    rows = [_row(rank(one.text, one.lang)[:50], set(one.labels)) for one in proposals]
    hit, recall, mrr, lenient = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    return Figures(len(rows), hit, recall, mrr, lenient)


def _row(ranked: Sequence[str], labels: set[str]) -> tuple[float, float, float, float]:
    first = next((place for place, id_ in enumerate(ranked, 1) if id_ in labels), None)
    near = labels.union(*(_cluster_mates(label) for label in labels))
    return (
        float(first is not None and first <= 5),
        len(labels & set(ranked[:10])) / len(labels),
        1 / first if first else 0.0,
        float(bool(near & set(ranked[:5]))),
    )


def _cluster_mates(id_: str) -> set[str]:
    """The articles that state the same right as this one, in any instrument, and itself."""
    return {id_, *(one.id for one in CATALOGUE.relatives(id_))}


def folkmoot(text: str, lang: str) -> list[str]:
    return [hint.article.id for hint in suggest(text, lang, limit=50)]


def as_written(text: str, lang: str) -> list[str]:
    return [word for word in terms.written(text) if word not in terms.STOPPED[lang]]


def snowball(text: str, lang: str) -> list[str]:
    stemmer = SnowballStemmer(LANGUAGES[lang])
    return [stemmer.stem(word) for word in as_written(text, lang)]


def letters(text: str, lang: str) -> list[str]:
    """Runs of five letters: what a stemmer does, without knowing a language."""
    return [f"_{word}_"[at : at + 5] for word in as_written(text, lang) for at in range(max(1, len(word) - 2))]


def written(article: Article, lang: str) -> str:
    """All that the catalogue says of an article in a few words."""
    return " ".join((article.heading.in_(lang), article.summary.in_(lang), *article.keywords(lang)))


def bm25(tokens: Tokens, kind: type[BM25Okapi] | type[BM25Plus] = BM25Okapi) -> Ranker:
    """Ranks the catalogue's headings, summaries and keywords by a library's BM25, as it comes."""
    indexes = {lang: kind([tokens(written(one, lang), lang) for one in CATALOGUE.articles]) for lang in LANGUAGES}

    def rank(text: str, lang: str) -> list[str]:
        scores = indexes[lang].get_scores(tokens(text, lang))
        # What shares nothing with the text is no answer, though the library would list it.
        floor = min(scores)
        best = sorted(range(len(IDS)), key=lambda place: (-scores[place], place))
        return [IDS[place] for place in best if scores[place] > floor]

    return rank


def rankers() -> dict[str, Ranker]:
    return {
        "Folkmoot": folkmoot,
        "BM25": bm25(as_written),
        "BM25, Snowball": bm25(snowball),
        "BM25+, Snowball": bm25(snowball, BM25Plus),
        "BM25, letters": bm25(letters),
    }


def cost(proposals: Iterable[Proposal]) -> tuple[float, float]:
    """Milliseconds of CPU a call after the first, and megabytes held for all of the catalogue and both languages."""
    texts = [(one.text, one.lang) for one in proposals]
    for lang in LANGUAGES:
        suggest("home", lang)
    begun = time.process_time()
    for _ in range(5):
        for text, lang in texts:
            suggest(text, lang)
    spent = (time.process_time() - begun) / (5 * len(texts))
    return spent * 1000, _held()


def _held() -> float:
    """Everything once more in traced memory, beside what is remembered already."""
    tracemalloc.start()
    again, words = catalogue.load.__wrapped__(), lexicon.load.__wrapped__()
    for lang in LANGUAGES:
        suggest("home", lang, catalogue=again)
    held, _ = tracemalloc.get_traced_memory()
    del again, words
    tracemalloc.stop()
    return held / 1e6


def groups(proposals: Sequence[Proposal]) -> dict[str, list[Proposal]]:
    """The parts of a set that figures are told for, without empty ones."""
    parts = {
        "all": list(proposals),
        "hard": [one for one in proposals if one.hard],
        "others": [one for one in proposals if not one.hard],
        **{lang: [one for one in proposals if one.lang == lang] for lang in LANGUAGES},
    }
    return {name: some for name, some in parts.items() if some}


def main() -> None:
    parser = argparse.ArgumentParser(description="How well articles are suggested.")
    parser.add_argument("part", choices=PARTS)
    proposals = part(parser.parse_args().part)
    click.echo(f"{'':24}   n   hit@5  rec@10     MRR lenient")
    for ranker_name, rank in rankers().items():
        for group, some in groups(proposals).items():
            click.echo(f"{ranker_name:16} {group:7}{figures(rank, some)}")
    spent, held = cost(proposals)
    click.echo(f"{spent:.2f} ms of CPU a call, {held:.1f} MB held")


if __name__ == "__main__":
    main()
