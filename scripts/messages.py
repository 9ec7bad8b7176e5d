"""Collects the texts to be translated and brings them into each language's catalogue: `make messages`.

Also answers the house test that asks which texts have no translation yet (`tests/house/test_words.py`).
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "app" / "translations"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,  # lazy_gettext, for forms and other texts made when a module is loaded
    "N_": None,  # marks a text in a pure module; it's translated where it's shown
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}


def collected() -> Catalog:
    """Every text of the interface, from the code and the templates."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    catalog = Catalog(project="Folkmoot", fuzzy=False)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, comment_tags=("L10N:",), strip_comment_tags=True)
    for _file, _line, message, comments, context in found:
        if message:
            catalog.add(message, auto_comments=comments, context=context)
    return catalog


def translated(locale: str) -> Catalog:
    """A language's catalogue; empty where there's none yet."""
    path = _path(locale)
    if not path.exists():
        return Catalog(locale=locale, project="Folkmoot", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def update(locale: str) -> int:
    """Bring the collected texts into a language's catalogue; return how many have no translation."""
    catalog = translated(locale)
    catalog.update(collected(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.fuzzy = False  # else the whole catalogue would be passed over when it is compiled
    catalog.header_comment = "# The interface of Folkmoot."
    path = _path(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, no_location=True, omit_header=False, sort_output=True)
    return sum(not message.string for message in catalog if message.id)


def _path(locale: str) -> Path:
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


if __name__ == "__main__":
    print(f"Spanish: {update('es')} texts without a translation")
