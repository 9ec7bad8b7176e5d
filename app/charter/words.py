"""Words that pure modules speak: marked here for translation, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:
    """Mark `text` for the message catalogue and return it unchanged."""
    return text


@dataclass(frozen=True)
class Words:
    """A sentence for people: its English text with named placeholders, and the values for them.

    Datetimes among the values are shown in the reader's own format.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text
