"""Somebody who has no mouse: every step is a key, and what has the focus is read out."""

from __future__ import annotations

from playwright.sync_api import Page

FARTHEST = 300
"""Tabs from anything to anything else on one page."""

READ_OUT = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels.length ? one.labels[0] : one;
  return (one.getAttribute("aria-label") || label.innerText || "").replace(/\\s+/g, " ").trim();
}"""


class Keys:
    """The keyboard of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def focus(self) -> str:
        """What a screen reader would call what has the focus."""
        return str(self.page.evaluate(READ_OUT))

    def skip_to_content(self) -> None:
        """Take the skip link, which must be the first thing on every page.

        Whoever took it before sending a form is led to the content of the next page at once: the address keeps it.
        """
        if self.page.url.endswith("#main"):
            return
        self.page.keyboard.press("Tab")
        assert self.focus == "Skip to the content", self.focus
        self.page.keyboard.press("Enter")

    def tab_to(self, name: str) -> None:
        """Go on to the next thing whose name begins so."""
        passed = []
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            passed.append(self.focus)
            if passed[-1].startswith(name):
                return
        raise AssertionError(f"no key leads to “{name}” on {self.page.url}; passed {passed}")

    def follow(self, name: str) -> None:
        """Follow a link or press a button, and skip the head of the page that comes."""
        self.tab_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.skip_to_content()

    def fill_in(self, name: str, text: str) -> None:
        self.tab_to(name)
        self.page.keyboard.insert_text(text)

    def tick(self, name: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Space")

    def choose(self, first: str, wanted: str) -> None:
        """Choose one answer of a group. The Tab key leads to its first, the arrows to the others."""
        self.tab_to(first)
        self.page.keyboard.press("Space")
        for _ in range(FARTHEST):
            if self.focus.startswith(wanted):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads from “{first}” to “{wanted}” on {self.page.url}")
