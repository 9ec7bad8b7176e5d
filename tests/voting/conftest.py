"""Towns to vote in."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.voting.town import Town, settle


@pytest.fixture
def town(app: Flask) -> Town:
    """Five residents, three officials and three proposals; no round yet."""
    return settle(5)


@pytest.fixture
def city(app: Flask) -> Town:
    """Enough residents for tracked receipts and a published box."""
    return settle(210)
