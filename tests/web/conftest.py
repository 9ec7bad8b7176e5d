"""What tests of the frame can ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from tests.html import Element, parse
from tests.pages import CheckedClient
from tests.web.face import make_face


@pytest.fixture
def face() -> Flask:
    """The frame of Folkmoot, without its domains."""
    app = make_face()
    app.test_client_class = CheckedClient
    return app


@pytest.fixture
def browser(face: Flask) -> FlaskClient:
    """A browser that looks at the frame."""
    return face.test_client()


@pytest.fixture
def rendered(face: Flask) -> Callable[..., Element]:
    """`rendered('{% from "parts/…" import … %}{{ … }}', lang="es", **values)` as a tree."""

    def render(source: str, *, lang: str = "en", **values: object) -> Element:
        with face.test_request_context("/", headers={"Cookie": f"lang={lang}"}):
            return parse(render_template_string(source, **values))

    return render
