"""Which content words a proposal shares with the catalogue: hard cases share none, whatever their endings."""

from __future__ import annotations

from functools import cache

from app.rights import terms
from tests.rights.suggestions.measure import CATALOGUE, snowball, written

EMPTY = {
    "en": """a an and any are as at be been because but by can could did do does done ain don for from had has
        have he her here him his how i if in into is it its just let like me mine my no not nobody nothing
        now of off on or our out over own please she should so some somebody someone somewhere s t than that
        the their them then there these they this those through to too under until up us very was we were
        what whatever when where which while who whoever whose why will with would you your again also ever
        every everybody everyone everything each all anyone both few fewer more most less least much many
        one two three ten first get gets go goes going went make makes made put puts keep keeps give gives
        take takes want wants need needs use used thing things way ways day days week weeks weekly month
        monthly months year years yearly daily time times old new good bad big city cities town council
        public people person ask asked expect behind before after between since during stop start show shows
        come say says city's down back""",
    "es": """a al ante antes asi aunque ayer cada como con contra cual cualquier cuando cuanto de del desde donde
        dos e el ella ellas ellos en entre era es esa ese eso esta este esto estos estas fue ha han hasta
        hay la las le les lo los mas me mi mis muchas mucho muchos muy ni no nos o os otra otro otros para
        pero por porque que quien se ser si sin sobre son su sus tambien tan te tiene tienen todo todos toda
        todas tres tu un una uno unos unas y ya yo cuatro haga hace hacer hacen poder pueda puedan ciudad
        ayuntamiento municipal vez""",
}
"""Words that say nothing of what a proposal is about. Of two letters or fewer, and numbers, none do."""


def shared(text: str, lang: str) -> set[str]:
    """Stems of the content words of `text` that stand in any heading, summary or keyword in that language."""
    empty = {terms.fold(word) for word in EMPTY[lang].split()}
    said = [word for word in terms.written(text) if len(word) > 2 and not word.isdigit()]
    content = " ".join(word for word in said if word not in empty)
    return set(snowball(content, lang)) & _catalogue(lang)


@cache
def _catalogue(lang: str) -> frozenset[str]:
    return frozenset(stem for one in CATALOGUE.articles for stem in snowball(written(one, lang), lang))
