"""Words as search and suggestions compare them: without accents, case and endings. PURE."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")

_STOPPED = {
    "en": """a about after all also an and any are as at be because been being but by can could did do does each for
        from get had has have having her here him his how if in into is it its just like may me more most must my no
        nor not of on one only or other our out over own shall she should so some such than that the their them then
        there these they this those through to too under up us very was we were what when where which while who whom
        why will with would you your""",
    "es": """a al algo ante antes aquel asi aun aunque cada como con cual cuando de del desde donde dos el ella ellas
        ellos en entre era es esa esas ese eso esos esta estan estas este esto estos fue ha hace han hasta hay la las
        le les lo los mas me mi mis mucho muy ni no nos nuestra nuestro o otra otras otro otros para pero por porque
        que quien se sea sean ser si sido sin sobre solo son su sus tal tambien tan te tener tiene tienen toda todas
        todo todos tu un una unas uno unos y ya""",
}
STOPPED = {language: frozenset(words.split()) for language, words in _STOPPED.items()}
"""Words too common to find anything by."""


class Word(NamedTuple):
    """A word of a text as it stands there, and the stem it is compared by."""

    written: str
    stem: str


def fold(text: str) -> str:
    """Lower case without accents: `Desalojó` and `desalojo` are one."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def written(text: str) -> list[str]:
    """The folded words of `text`, common ones and all."""
    return [fold(match[0]) for match in _WORD.finditer(unicodedata.normalize("NFC", text))]


def every_word(text: str, language: str) -> list[Word]:
    """The words of `text` in their order; the too common ones have no stem."""
    found = []
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        plain = _POSSESSIVE.sub("", fold(match[0])).replace("’", "").replace("'", "")
        if plain:
            common = plain in STOPPED.get(language, ())
            found.append(Word(match[0], "" if common else stem(plain, language)))
    return found


def words(text: str, language: str) -> list[Word]:
    """The words of `text` in their order, the too common ones left out."""
    return [word for word in every_word(text, language) if word.stem]


def stems(text: str, language: str) -> tuple[str, ...]:
    return tuple(word.stem for word in words(text, language))


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """A folded word without plural and common endings: near enough to bring `evicted` to `eviction`."""
    if word.isdigit():
        return word
    plain = _singular(word)
    if language == "en" and plain.endswith("y") and len(plain) > 4:
        plain = plain[:-1] + "i"
    for round_of_endings in _ENDINGS.get(language, ()):
        plain = _without(plain, round_of_endings)
    return plain


_ENDINGS: dict[str, tuple[dict[str, int], ...]] = {
    "en": ({"ing": 4, "ed": 4, "ion": 5, "ment": 4}, {"e": 3}),
    "es": (
        {"acione": 4, "acion": 4, "cione": 4, "cion": 4, "ado": 4, "ada": 4, "ido": 4, "ida": 4},
        {"ar": 4, "er": 4, "ir": 4, "a": 3, "o": 3, "e": 3},
    ),
}
"""In each round the first ending that fits goes, if at least so many letters stay."""


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without(word: str, endings: dict[str, int]) -> str:
    for ending, least in endings.items():
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word
