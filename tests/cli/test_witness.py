"""Being a witness from Folkmoot's own command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.audit.notes import new_signer
from app.audit.witness import server
from app.audit.witness.cosignatures import parse_cosigner
from app.commands import init
from app.config import ROOT
from tests.audit.witnessed import growing, leaves

SIGNER = new_signer("city.example/log")


@pytest.fixture
def run() -> Callable[..., tuple[int, str]]:
    app = Flask(__name__)
    init(app)

    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["witness", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout + done.stderr

    return run


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "witness")


def test_a_witness_is_made_told_of_a_log_and_shown(run, folder: str) -> None:
    code, said = run("init", "--folder", folder, "--name", "library.example/witness")
    assert (code, parse_cosigner(said).name) == (0, "library.example/witness")
    assert run("trust", "--folder", folder, str(SIGNER.vkey)) == (0, "Cosigning for city.example/log.\n")
    assert "nothing cosigned yet" in run("show", "--folder", folder)[1]
    server.Witness(Path(folder)).add_checkpoint(growing(SIGNER, leaves(3), 0))
    assert "city.example/log: 3 entries" in run("show", "--folder", folder)[1]


@pytest.mark.parametrize("words", [("show",), ("serve",), ("trust", "x")])
def test_what_is_wrong_is_said_in_words(run, folder: str, words: tuple[str, ...]) -> None:
    code, said = run(words[0], "--folder", folder, *words[1:])
    assert (code, "holds no witness" in said) == (1, True)


def test_it_answers_where_it_was_told_to(run, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    served = []
    monkeypatch.setattr(server, "serve", lambda *how: served.append(how))
    run("init", "--folder", folder, "--name", "library.example/witness")
    code, said = run("serve", "--folder", folder, "--port", "9999")
    assert (code, "http://127.0.0.1:9999/add-checkpoint" in said) == (0, True)
    assert served == [(Path(folder), "127.0.0.1", 9999)]


def test_the_guide_names_the_commands_that_there_are(run) -> None:
    guide = (ROOT / "docs" / "witness.md").read_text()
    for command in ("init", "trust", "serve"):
        assert f"witness.py {command} --folder" in guide
        assert run(command, "--help")[0] == 0
