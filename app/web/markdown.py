"""What residents write, as HTML that is safe to show: Markdown first, then bleach over the result.

Pictures and raw HTML are not let in; headings start below the page's own; links tell search engines and the page they
lead to nothing about us.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache

import bleach
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

TAGS = frozenset("p br strong em s a ul ol li blockquote code pre hr h3 h4 h5 h6 table thead tbody tr th td".split())
ATTRIBUTES = {"a": ["href", "title", "rel"], "ol": ["start"]}
PROTOCOLS = frozenset({"http", "https", "mailto"})
REL = "nofollow noopener ugc"
HIGHEST_HEADING = 3
REMEMBERED = 1024
MOST_CELLS = 4_000
"""Cells of tables in one text. A short text can ask for a hundred thousand, which would take many seconds."""

_PLAIN = re.compile(r"[^*_`\[\]<>\\&~|#\t\x00]*")
_MARKED_LINE = re.compile(r"^(?: {2,}| ?(?:[-+=]|\d+[.)]))|  $", re.MULTILINE)


def _heading(
    self: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, object]
) -> str:
    token = tokens[place]
    token.tag = f"h{min(6, int(token.tag[1]) + HIGHEST_HEADING - 1)}"
    return self.renderToken(tokens, place, options, env)


def _link(
    self: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, object]
) -> str:
    tokens[place].attrSet("rel", REL)
    return self.renderToken(tokens, place, options, env)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    reader.disable(["image", "html_block", "html_inline"])
    reader.add_render_rule("heading_open", _heading)
    reader.add_render_rule("heading_close", _heading)
    reader.add_render_rule("link_open", _link)
    return reader


_markdown = _reader()
_without_tables = _reader().disable("table")
_cleaner = bleach.Cleaner(tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True, strip_comments=True)


@lru_cache(REMEMBERED)
def safe_html(text: str) -> Markup:
    """Markdown as HTML. Most comments have no mark in them: for those it says the same as `plain_html`, at once."""
    if _PLAIN.fullmatch(text) and not _MARKED_LINE.search(text):
        return plain_html(text)
    reader = _markdown if _cells(text) <= MOST_CELLS else _without_tables
    return Markup(_cleaner.clean(reader.render(text)))  # noqa: S704  # bleach has just cleaned it


def _cells(text: str) -> int:
    """No fewer than the cells of its tables: each row of a table is filled up to the longest, and a table ends with an
    empty line."""
    if "|" not in text:
        return 0
    blocks = (part.split("\n") for part in re.split(r"\n[ \t\r]*\n", text) if "|" in part)
    return sum(len(lines) * (1 + max(line.count("|") for line in lines)) for lines in blocks)


@lru_cache(REMEMBERED)
def plain_html(text: str) -> Markup:
    """Plain text as paragraphs: an empty line begins a new one, a line break stays. No mark and no address is read."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    paragraphs = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", lines)]
    return Markup("\n").join(_paragraph(part) for part in paragraphs if part.strip())


def _paragraph(part: str) -> Markup:
    lines = [escape(line.strip(" \t")) for line in part.split("\n")]
    return Markup("<p>{}</p>").format(Markup("<br>\n").join(lines))
