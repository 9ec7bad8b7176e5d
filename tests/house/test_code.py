"""What a reviewer shouldn't have to remember about the code."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

from tests.house.source import dotted, modules, short, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 30
LONG_FILES = {
    "app/audit/verify.py": "strangers take it with them: one file, which needs nothing but Python",
    "app/charter/table.py": "one table with a row for each action, read from top to bottom",
    "app/audit/witness/server.py": "one file, since a library that runs a witness copies it and needs nothing else",
}
"""Files that may be longer, each with its reason."""
LONG_FUNCTIONS = {
    "app/records/exports/readme.py:readme": "the text itself, section by section",
}
"""Functions that may be longer, as file:name, each with its reason."""

COMMITS = {
    "app/writing.py": "the one path by which anything is written",
    "app/straight.py": "ballots, which go the same path on the driver itself",
}
RAW_SQL = {
    "app/database.py": "BEGIN, where SQLite's driver would guess",
    "app/audit/bulk.py": "rows of an import by the thousand; the entry of its act commits to each of them",
    "app/audit/log.py": "the one insert that every act waits for",
    "app/audit/sequencer.py": "PostgreSQL's advisory lock: one sequencer at a time",
    "app/proposals/search.py": "full-text search, which each database spells in its own way",
}

SILENCERS = re.compile(
    r"#\s*(noqa|type:\s*ignore|pragma:\s*no cover|nosec)(?P<code>(:\s*[\w, ]+)|(\[[\w, -]+\]))?(?P<why>.*)"
)


def test_files_are_short_enough_to_be_read() -> None:
    long = {short(path): len(path.read_text().splitlines()) for path in modules("app")}
    assert sorted(name for name, lines in long.items() if lines > LONGEST_FILE) == sorted(LONG_FILES)


def test_functions_are_short_enough_to_be_read() -> None:
    long = {
        f"{short(path)}:{node.name}"
        for path in modules("app")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and _lines(node) > LONGEST_FUNCTION
    }
    assert sorted(long) == sorted(LONG_FUNCTIONS)


def _lines(function: ast.FunctionDef) -> int:
    """How long its body is to read, without its docstring and without the functions within it."""
    first, *others = function.body
    described = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    begin = others[0].lineno if described and others else first.lineno
    nested = sum(_span(node) for node in function.body if isinstance(node, ast.FunctionDef))
    return (function.end_lineno or 0) - begin + 1 - nested


def _span(function: ast.FunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def _calling(name: str) -> set[str]:
    return {
        short(path)
        for path in modules("app")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and re.fullmatch(name, dotted(node.func))
    }


def test_only_acts_commit() -> None:
    assert sorted(_calling(r".*(session|connection)(\(\))?\.commit")) == sorted(COMMITS)


def test_raw_sql_is_written_in_few_places() -> None:
    """The guard against unrecorded writes can't see into raw statements, so each file that has some is listed."""
    assert sorted(_calling(r"((sa|sqlalchemy)\.)?text|(.*\.)?exec_driver_sql")) == sorted(RAW_SQL)


def test_whatever_is_silenced_says_why() -> None:
    bare = []
    for path in modules("app", "tests", "benchmarks", "scripts"):
        for line, comment in _comments(path):
            found = SILENCERS.search(comment)
            if found and not (found["code"] and re.search(r"\w{3}", found["why"])):
                bare.append(f"{short(path)}:{line}: {comment}")
    assert bare == [], "name the rule, and say beside it why it doesn't hold here"


def _comments(path: Path) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def test_nothing_is_left_to_be_done() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    found = [f"{short(path)}: {one[0]}" for path in modules("app") for one in unfinished.finditer(path.read_text())]
    assert found == []


def test_nobody_asks_the_system_for_the_time() -> None:
    """`app.clock` does, so that a test or the demo can set it."""
    asking = _calling(r"(datetime\.)?(datetime|date)\.(now|today|utcnow)|time\.time")
    assert asking == {"app/clock.py"}
