from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.markdown import safe_html
from tests.html import Element, parse

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://elsewhere.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '[x](/y "a\\" onmouseover=alert(1) b=\\"")',
    '<a href="https://x.example" style="position:fixed">x</a>',
    "<svg><style>*{}</style></svg>",
    "`<b onclick=x>`",
    "<!-- x --><b>",
    "# <iframe src=//elsewhere.example>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
]
HARMLESS = {
    *("p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


def assert_harmless(tree: Element) -> None:
    for one in tree:
        assert one.tag in HARMLESS, one.tag
        assert set(one.attributes) <= {"href", "title", "rel", "start"}, one.attributes
        scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.-]*):", one.get("href"), re.IGNORECASE)
        assert scheme is None or scheme[1].lower() in ("http", "https", "mailto"), one.get("href")


@pytest.mark.parametrize("text", ATTACKS)
def test_what_could_harm_a_reader_does_not_come_through(text: str) -> None:
    assert_harmless(parse(safe_html(text)))


@given(st.lists(st.sampled_from([*ATTACKS, "*", "_", "[", "](", ")", "<", ">", "\n", "    ", "`", "# ", "|-|", "x"])))
def test_no_mixture_of_them_comes_through_either(pieces: list[str]) -> None:
    assert_harmless(parse(safe_html("".join(pieces))))


def test_marks_are_read() -> None:
    tree = parse(safe_html("*shade* and **trees**\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"))
    assert [one.tag for one in tree if one.tag in ("em", "strong", "ul", "table")] == ["em", "strong", "ul", "table"]


def test_headings_stand_below_those_of_the_page() -> None:
    tree = parse(safe_html("# Why\n\n## For whom\n\n###### Small print"))
    assert [one.tag for one in tree if one.tag.startswith("h")] == ["h3", "h4", "h6"]


def test_a_link_tells_nothing_about_us() -> None:
    link = parse(safe_html("[plan](https://example.org/plan)")).first("a")
    assert (link["href"], link["rel"]) == ("https://example.org/plan", "nofollow noopener ugc")


def test_an_address_that_is_not_marked_stays_text() -> None:
    assert not parse(safe_html("see https://example.org")).all("a")


def test_a_line_break_stays_one() -> None:
    assert safe_html("Mill Street\nRiver Road") == "<p>Mill Street<br>\nRiver Road</p>"


PLAIN = st.lists(
    st.sampled_from([*"ab Z7.,;:!?'\"()-+=%$@/{}^áñ’–…", "\n", "\n\n", "\r\n", "1. ", "- ", "  ", "    ", "\t"])
).map("".join)


@given(PLAIN)
def test_a_text_reads_the_same_whether_or_not_a_mark_follows(text: str) -> None:
    """Texts without a mark take a short cut; this holds it to what Markdown would have made."""
    alone, followed = parse(safe_html(text)), parse(safe_html(f"{text}\n\n***\n\n*end*"))
    tags = [one.tag for one in followed]
    assert tags == [*(one.tag for one in alone), "hr", "p", "em"]
    assert followed.text.removesuffix("end").strip() == alone.text


@pytest.mark.parametrize(
    "text",
    [
        ("a|" * 60 + "a\n" + "-|" * 60 + "-\n" + "|\n" * 1800)[:4000],
        "a|b\r\n-|-\r\n" + "|\r\n" * 6000,
        "\n" * 20_000,
        "a" + "\n" * 19_990 + "b",
    ],
)
def test_a_text_made_to_be_slow_does_not_hold_up_a_page(text: str) -> None:
    began = time.process_time()
    assert len(safe_html(text)) < 200_000
    assert time.process_time() - began < 3  # without a limit they take up to half a minute


def test_a_table_as_people_write_them_is_shown_in_a_long_text_too() -> None:
    rows = "".join(f"| {row} | {row} trees |\r\n" for row in range(100))
    text = "Some words.\r\n\r\n" * 1000 + "| street | trees |\r\n|---|---|\r\n" + rows
    assert len(parse(safe_html(text)).all("tr")) == 101
