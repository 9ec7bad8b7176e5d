"""Every text of the interface is there in Spanish, with the same placeholders."""

from __future__ import annotations

import re
from functools import cache

from babel.messages.catalog import Message

from scripts import messages

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@cache
def _wanted() -> list[Message]:
    return [message for message in messages.collected() if message.id]


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_every_text_is_translated() -> None:
    spanish = messages.translated("es")
    untold = []
    for message in _wanted():
        found = spanish.get(message.id, message.context)
        if found is None or found.fuzzy or not all(_forms(found.string or "")):
            untold.append(message.id)
    assert untold == [], f"{len(untold)} texts have no Spanish: `make messages`, then app/translations/es"


def test_translations_keep_the_placeholders() -> None:
    spanish = messages.translated("es")
    pairs = [(message.id, spanish.get(message.id, message.context)) for message in _wanted()]
    wrong = [(said, found.string) for said, found in pairs if found and found.string and not _same(said, found.string)]
    assert wrong == []


def _same(said: str | tuple[str, ...], translated: str | tuple[str, ...]) -> bool:
    wanted = set(PLACEHOLDER.findall(" ".join(_forms(said))))
    told = [set(PLACEHOLDER.findall(form)) for form in _forms(translated)]
    if isinstance(said, str):
        return told == [wanted]
    return all(one <= wanted for one in told)  # “one comment” may leave the number out


def test_texts_have_named_placeholders_only() -> None:
    """A translator may have to turn a sentence round, so “%s” won't do."""
    bare = re.compile(r"%[sd]")
    assert [message.id for message in _wanted() if any(bare.search(form) for form in _forms(message.id))] == []


def test_catalogues_hold_nothing_that_is_no_longer_said() -> None:
    said = {(message.id, message.context) for message in _wanted()}
    left = [one.id for one in messages.translated("es") if one.id and (one.id, one.context) not in said]
    assert left == [], "`make messages` removes them"
