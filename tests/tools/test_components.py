"""A test that couldn't run for want of a component is skipped at home and fails in CI."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

HOOK = "from tests.conftest import pytest_runtest_makereport  # noqa: F401\n"
TESTS = """
import pytest
from tests.components import skip_without

@pytest.fixture
def browser():
    skip_without("A browser")

def test_in_a_browser(browser): ...
def test_on_data():
    pytest.skip("real data not here")
def test_alone(): ...
"""


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 passed, 2 skipped"), ("true", "1 passed, 1 skipped, 1 error")])
def test_a_missing_component_fails_in_ci_alone(tmp_path: Path, ci: str, outcome: str) -> None:
    (tmp_path / "conftest.py").write_text(HOOK)
    (tmp_path / "test_it.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        env={"CI": ci, "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert outcome in done.stdout, done.stdout + done.stderr
    assert done.returncode == (1 if ci else 0)
    if ci:
        assert "component missing: A browser" in done.stdout
