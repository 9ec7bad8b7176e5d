"""One key, two histories: whoever kept anything of the one notices the other, and can prove it to everybody."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.accounts import acts as accounts
from app.audit import checks, sequencer, verify
from app.audit.home import Home
from app.database import db
from tests import given
from tests.audit.every_act import City, opened
from tests.audit.outside.test_outside import Verifier, go, go_program  # noqa: F401  # fixtures
from tests.audit.test_tampered_export import Exported

pytestmark = pytest.mark.parametrize("city", ["sqlite"], indirect=True)


@pytest.fixture
def fork(city: City, tmp_path: Path) -> tuple[Exported, Exported]:
    """Two exports of a log that went on in two ways after the same beginning, one entry longer the second time."""
    copied = tmp_path / "copied"
    shutil.copytree(city.folder, copied)
    first = went_on(city, tmp_path / "one", "Ada")
    address = f"sqlite:///{copied / 'folkmoot.db'}"
    with opened(replace(city.settings, instance_path=str(copied), database_url=address)) as other:
        second = went_on(other, tmp_path / "other", "Bo", "Cy")
    return first, second


def went_on(city: City, folder: Path, *names: str) -> Exported:
    for name in names:
        accounts.suspend(given.administrator(f"{name} Oak"), given.unverified(name))
    home = Home.of(city.settings)
    sequencer.run(db.engine, home)
    vkey = home.signer(may_make=False).vkey
    export(city.app, folder)
    assert checks.verify(db.engine, home, vkey).whole, "each history by itself is whole"
    return Exported(folder, vkey)


def export(app: Flask, folder: Path) -> None:
    done = app.test_cli_runner().invoke(args=["audit", "export", str(folder)])
    assert done.exit_code == 0, done.output


def test_each_history_alone_is_whole(fork) -> None:
    assert [one.found() for one in fork] == [[], []]


def test_a_kept_checkpoint_gives_the_other_history_away(fork) -> None:
    first, second = fork
    kept = {"minutes.txt": first.path("checkpoint").read_text()}
    found = second.found(kept=kept)
    assert any("minutes.txt" in one for one in found), found


def test_a_mirror_names_the_entry_and_keeps_the_proof(fork, tmp_path) -> None:
    first, second = fork
    for one, whole in ((first, True), (first, True), (second, False)):
        mirror = verify.Mirror(str(tmp_path / "mirror"))
        try:
            outcome = one.verify(mirror=mirror)
        finally:
            mirror.close()
        assert outcome.whole is whole
    [named] = [one.what for one in outcome.findings if one.area == "mirror" and "rewritten" in one.what]
    assert "prove that the log told two histories" in named
    [proof] = (tmp_path / "mirror" / "evidence").iterdir()
    assert (proof / "kept.checkpoint").read_text() == first.path("checkpoint").read_text()
    assert (proof / "shown.checkpoint").read_text() == second.path("checkpoint").read_text()


def test_programs_of_others_find_that_the_one_does_not_go_on_from_the_other(fork, go: Verifier) -> None:  # noqa: F811  # the fixture
    first, second = fork
    assert go(second.folder, second.vkey).returncode == 0
    path = second.path("checkpoints.jsonl")
    path.write_text(path.read_text() + json.dumps({"note": first.path("checkpoint").read_text()}) + "\n")
    done = go(second.folder, second.vkey)
    assert done.returncode == 1
    assert "checkpoint of" in done.stderr
