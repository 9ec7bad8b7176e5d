"""The throw-away PostgreSQL: really there, really separate, and gone when its owner is."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests import services
from tests.components import postgresql_programs, skip_without


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    if postgresql_programs() is None:
        skip_without("PostgreSQL")
    owner = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    folder = services.postgresql(tmp_path, owner.pid)
    yield folder
    owner.communicate()
    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not folder.exists(), "the cluster outlived its owner"


def test_a_recreated_database_is_as_its_template_was(cluster: Path, tmp_path: Path):
    assert services.postgresql(tmp_path, owner=0) == cluster, "a second worker gets the same cluster"
    with closing(services.connect(cluster)) as connection:
        connection.execute("CREATE DATABASE model")
    with closing(services.connect(cluster, "model")) as connection:
        connection.execute("CREATE TABLE trees (kind text)")

    services.recreate(cluster, "copy", template="model")
    with closing(services.connect(cluster, "copy")) as used:
        used.execute("INSERT INTO trees VALUES ('oak')")
        services.recreate(cluster, "copy", template="model")
    with closing(services.connect(cluster, "copy")) as connection:
        assert connection.execute("SELECT count(*) FROM trees").fetchone() == (0,)
