"""The civic pages need the frame alone."""

from __future__ import annotations

from tests.web.conftest import browser, face

__all__ = ["browser", "face"]
