"""Making recount.py: the modules that count, in one file that needs nothing but Python's standard library. Pure.

The same sources make the same bytes, whoever makes them: each module stands in the file word for word, in the order of
the alphabet, and a few lines at the end let one import the other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAME = "recount.py"
MAIN = "app.voting.recount"
ROOT = Path(__file__).parents[2]

_HEAD = '''#!/usr/bin/env python3
"""{what}

Made of these modules of Folkmoot, word for word:

{modules}
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

SOURCES = {{}}
'''
_MODULE = """
# ---------------------------------------------------------------- {name}
SOURCES["{name}"] = r'''
{source}'''
"""
_TAIL = '''

class Here(MetaPathFinder, Loader):
    """Finds the modules that stand in this file, and nothing else of that name anywhere."""

    def find_spec(self, name, path=None, target=None):
        if name == "app" or name.startswith("app."):
            package = any(other.startswith(name + ".") for other in SOURCES)
            if package or name in SOURCES:
                return ModuleSpec(name, self, is_package=package)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__name__
        exec(compile(SOURCES.get(name, ""), f"recount.py: {{name}}", "exec"), module.__dict__)


sys.meta_path.insert(0, Here())

if __name__ == "__main__":
    from {main} import main

    sys.exit(main())
'''


@cache
def program() -> bytes:
    """The file as it is published."""
    names = sorted(_needed())
    summary = ast.get_docstring(ast.parse(_source(MAIN))) or ""
    text = _HEAD.format(what=summary, modules="\n".join(f"    {name}" for name in names))
    for name in names:
        source = _source(name)
        if "'''" in source:
            raise ValueError(f"{name} has three quotes ' in a row, between which it has to stand")
        text += _MODULE.format(name=name, source=source)
    return (text + _TAIL.format(main=MAIN)).encode()


def _needed() -> set[str]:
    """The module that is run, and all modules of the house that it needs."""
    found, waiting = set[str](), [MAIN]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imported(name)
    return found


def _imported(name: str) -> Iterator[str]:
    """The house's modules that a module imports, whether it asks for the module or for something in it."""
    for node in ast.walk(ast.parse(_source(name))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if _path(inner).is_file() else node.module


def _source(name: str) -> str:
    return _path(name).read_text(encoding="utf-8")


def _path(name: str) -> Path:
    return ROOT.joinpath(*name.split(".")).with_suffix(".py")
