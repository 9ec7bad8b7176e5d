from __future__ import annotations

import pytest

from app.web.addresses import local


@pytest.mark.parametrize("said", ["/", "/deliberations/water?sort=new", "/rights/icescr#11", "/buscar?q=ñ"])
def test_a_path_of_this_server_is_followed(said: str) -> None:
    assert local(said, "/home") == said


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:x",
        "/a\r\nb",
        "/a\\b",
    ],
)
def test_nobody_is_sent_to_another_server(said: str | None) -> None:
    assert local(said, "/home") == "/home"
