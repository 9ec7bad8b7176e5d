"""Every setting is told to operators, with its true default, and nothing is told that isn't one."""

from __future__ import annotations

import re
from dataclasses import fields

from app.config import PREFIX, ROOT, Settings

PAGE = (ROOT / "docs" / "settings.md").read_text()
ROWS = dict(re.findall(r"^\| `(FOLKMOOT_\w+)` \| ([^|]*) \|", PAGE, re.MULTILINE))
FOR_TESTS_ALONE = {"FOLKMOOT_DATA"}
TOLD_IN_WORDS = {"FOLKMOOT_DATABASE_URL", "FOLKMOOT_INSTANCE_PATH", "FOLKMOOT_LOG_ORIGIN"}


def test_every_setting_is_documented() -> None:
    assert {PREFIX + one.name.upper() for one in fields(Settings)} | FOR_TESTS_ALONE == set(ROWS)


def test_the_documented_defaults_are_the_real_ones() -> None:
    told = {name: default.strip().strip("`") for name, default in ROWS.items()}
    real = {PREFIX + one.name.upper(): _as_told(one.default) for one in fields(Settings)}
    wrong = {name: (told[name], real[name]) for name in real.keys() - TOLD_IN_WORDS if told[name] != real[name]}
    assert wrong == {}


def test_the_makefile_and_the_deployment_guide_name_only_real_settings() -> None:
    known = set(ROWS)
    for file in ("Makefile", "README.md", "docs/deploy.md", ".ci/run"):
        assert set(re.findall(r"\bFOLKMOOT_[A-Z_]+\b", (ROOT / file).read_text())) <= known, file


def _as_told(default: object) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return str(default) or "none"
