"""Templates: all of them used, none with what the security policy refuses."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import TEMPLATES, dotted, modules, short, templates, tree

NAME = re.compile(r"""["']([\w./-]+\.(?:html|txt|xml|css|svg))["']""")
REFUSED = {
    "an inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an address of another site": re.compile(r"(?:src|srcset|action)=[\"'](?:https?:)?//", re.IGNORECASE),
    "a form without its CSRF token": re.compile(
        r"<form\b[^>]*method=[\"']post[\"'](?:(?!</form>)(?!csrf|hidden_tag).)*</form>", re.IGNORECASE | re.DOTALL
    ),
}
MARKS_TEXT_AS_SAFE = {
    "app/web/markdown.py": "the one place that makes residents' text into HTML, and sanitises it",
    "app/web/pieces.py": "what macros of ours have said, one after another",
    "app/web/templates.py": "translations, which are ours; the values put into them are escaped",
}
SAFE_IN_TEMPLATES: dict[str, str] = {}


def _name(path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def _named_in_code() -> tuple[set[str], list[re.Pattern[str]]]:
    """The strings that the code spells out, and patterns of those that it puts together (f"errors/{status}.html")."""
    nodes = [node for path in modules("app") for node in ast.walk(tree(path))]
    whole = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    made = ["".join(_part(part) for part in node.values) for node in nodes if isinstance(node, ast.JoinedStr)]
    return whole, [re.compile(pattern) for pattern in made if re.search(r"\\\.(html|txt|xml)$", pattern)]


def _part(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w-]+"


def test_every_template_is_used() -> None:
    named, patterns = _named_in_code()
    for path in templates():
        named |= set(NAME.findall(path.read_text()))
    unused = [_name(path) for path in templates() if _name(path) not in named]
    assert [name for name in unused if not any(pattern.fullmatch(name) for pattern in patterns)] == []


IMPORTED = re.compile(r"""{%-?\s*from\s+["'][^"']+["']\s+import\s+([^%]+?)(?:\s+with\s+context)?\s*-?%}""")
DEFINED = re.compile(r"{%-?\s*macro\s+(\w+)")


@pytest.mark.parametrize("path", templates(), ids=_name)
def test_a_template_uses_every_macro_it_imports(path) -> None:
    text = path.read_text()
    names = [one.split(" as ")[-1].strip() for found in IMPORTED.findall(text) for one in found.split(",")]
    body = IMPORTED.sub("", text)
    assert [name for name in names if not re.search(rf"\b{name}\b", body)] == []


def test_every_macro_is_used() -> None:
    texts = "\n".join(path.read_text() for path in templates())
    words = re.findall(r"\w+", texts)
    assert [name for name in DEFINED.findall(texts) if words.count(name) == 1] == []


@pytest.mark.parametrize("path", templates(), ids=_name)
def test_a_template_holds_nothing_that_the_policy_refuses(path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert [what for what, pattern in REFUSED.items() if pattern.search(text)] == []


def test_few_places_say_that_a_text_is_safe_html() -> None:
    """Whatever else reaches a page is escaped by Jinja."""
    found = {
        short(path)
        for path in modules("app")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and dotted(node.func).endswith("Markup") and not _spelled_out(node)
    }
    assert sorted(found) == sorted(MARKS_TEXT_AS_SAFE)
    in_templates = {
        _name(path) for path in templates() if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text())
    }
    assert sorted(in_templates) == sorted(SAFE_IN_TEMPLATES)


def _spelled_out(call: ast.Call) -> bool:
    return all(isinstance(argument, ast.Constant) for argument in call.args)
