"""`flask rights suggest`: one text a line in, one list of ids a line out."""

from __future__ import annotations

import json

from flask import Flask

from app.rights import catalogue

TEXTS = ["A lawyer for every tenant in eviction court.", "", "Más autobuses de noche para las personas ciegas."]


def suggestions(app: Flask, *options: str) -> list[list[str]]:
    result = app.test_cli_runner().invoke(args=["rights", "suggest", *options], input="\n".join(TEXTS) + "\n")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_each_line_of_text_gets_one_line_of_ids_the_best_first(app: Flask) -> None:
    tenants, nothing, buses = suggestions(app)
    assert tenants[0] == "icescr-11"
    assert "iccpr-14" in tenants
    assert nothing == []
    assert "crpd-20" in buses
    assert all(one in catalogue.load() for one in (*tenants, *buses))


def test_the_number_of_ids_and_the_language_can_be_said(app: Flask) -> None:
    assert [len(found) for found in suggestions(app, "--limit", "3")] == [3, 0, 3]
    assert "crpd-20" not in suggestions(app, "--lang", "en")[2]
