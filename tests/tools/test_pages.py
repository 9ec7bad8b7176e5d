"""The page checks themselves: each fault is found, and a sound page has none."""

from __future__ import annotations

import pytest

from tests.html import parse
from tests.pages import faults

SOUND = """<!doctype html>
<html lang="en"><head><title>Trees – Riverbend</title><link rel="stylesheet" href="/static/a.css">
<link rel="canonical" href="https://city.example/trees"><script src="/static/a.js" type="module"></script></head>
<body><main><h1>Trees</h1><h2>Why</h2><p><a href="https://example.org/">Elsewhere</a></p>
<form method="post"><input type="hidden" name="csrf_token" value="x">
<label for="t">Title</label><input id="t" name="title"><label>Body <textarea name="body"></textarea></label>
<button>Send</button></form></main></body></html>"""


def test_a_sound_page_has_no_faults() -> None:
    assert list(faults(SOUND)) == []


@pytest.mark.parametrize(
    ("sound", "faulty", "fault"),
    [
        (' lang="en"', "", "html has no lang"),
        ("<title>Trees", "<title>Homes", "doesn't begin with the h1"),
        ("<title>Trees", "<title>Treescape", "doesn't begin with the h1"),
        ("<h2>Why</h2>", "<h1>Why</h1>", "2 h1 elements"),
        ("<h2>Why</h2>", "<h3>Why</h3>", "h3 “Why” comes after h1"),
        ("<main>", "<main><div>", "</main> inside <div>"),
        ('<label for="t">Title</label>', "", "input “title” has no label"),
        ('<label for="t">Title</label>', '<label for="t"></label>', "input “title” has no label"),
        ("Body <textarea", "<textarea", "textarea “body” has no label"),
        ("<button>Send", "<button>", "a button has no words"),
        (">Elsewhere<", "><", "a a has no words"),
        ("<h2>", '<h2 id="t">', "the id “t” is there 2 times"),
        ("<h2>Why</h2>", '<img src="/a.png">', "image without alt"),
        ('<input type="hidden" name="csrf_token" value="x">', "", "has no csrf_token"),
        ("<p>", '<p style="color: red">', "inline style in <p>"),
        ("<main>", "<main><style>p { }</style>", "inline style in <style>"),
        ("<main>", "<main><script>go()</script>", "inline script"),
        ("<p>", '<p onclick="go()">', "inline script in <p>"),
        ("https://example.org/", "javascript:go()", "inline script in <a>"),
        ('href="/static/a.css"', 'href="//cdn.example/a.css"', "calls another site: //cdn.example/a.css"),
        ('src="/static/a.js"', 'src="https://cdn.example/a.js"', "calls another site: https://cdn.example/a.js"),
        ("<h2>Why</h2>", '<div class="error-summary" role="alert">No</div>', "doesn't begin with “Error: ”"),
    ],
)
def test_each_fault_of_a_page_is_found(sound: str, faulty: str, fault: str) -> None:
    assert sound in SOUND
    found = list(faults(SOUND.replace(sound, faulty)))
    assert any(fault in one for one in found), found


def test_text_reads_as_a_person_would_read_it() -> None:
    tree = parse("<div><p>One <b>t</b>wo</p><p>three</p><script>four()</script></div>")
    assert tree.text == "One two three"
