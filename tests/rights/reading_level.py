"""How hard a text is to read: the Flesch-Kincaid grade, with syllables counted by their vowels."""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^laeiouytd]ed|[^aeiouyszxcg]es)$")
_TWO = re.compile(r"i(?:a(?!l|ge|r)|o(?!n|us))|[^qg]ua|eo(?!p)|[^aeiou]ying$|[eo]ing$|iet|uou")


def grade(text: str) -> float:
    """The school grade (of the United States) in which a child can read `text`."""
    sentences = max(1, len(re.findall(r"[.!?]+(?:\s|$)", text)))
    words = re.findall(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d+", text)
    syllables = sum(map(syllables_of, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def syllables_of(word: str) -> int:
    """Near enough for a mean over a text; a number is counted as two."""
    if word.isdigit():
        return 2
    plain = re.sub(r"['’].*", "", word.lower())
    count = len(_VOWELS.findall(plain)) + len(_TWO.findall(plain))
    if _SILENT.search(plain):
        count -= 1
    return max(1, count)
