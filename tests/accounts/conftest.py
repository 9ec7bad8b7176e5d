"""What tests of accounts share: mails as people would read them."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest


class Letterbox:
    """The folder into which mails go in development, in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def all(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"), key=lambda file: int(file.stem.rpartition("-")[2]))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    @property
    def last(self) -> EmailMessage:
        return self.all[-1]

    def text(self) -> str:
        return self.last.get_content().replace("\r\n", "\n")

    def path(self) -> str:
        """The path of the first address in the last mail that has a token or leads to a page."""
        found = re.search(r"^http://127\.0\.0\.1:8000(/\S+)$", self.text(), re.MULTILINE)
        assert found, self.text()
        return found[1]


@pytest.fixture
def letters(app, settings) -> Letterbox:
    return Letterbox(Path(settings.instance_path) / "mail")
