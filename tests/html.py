"""A page as a tree, read with the standard library: enough to ask what a person would see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
UNSEEN = frozenset({"script", "style", "template", "head"})
INLINE = frozenset("a abbr b bdi cite code em i kbd mark q s small span strong sub sup time u".split())


@dataclass(eq=False)
class Element:
    """One element. Its children are elements and pieces of text, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = None

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, otherwise: str = "") -> str:
        return self.attributes.get(name, otherwise)

    def has(self, name: str) -> bool:
        return name in self.attributes

    def __iter__(self) -> Iterator[Element]:
        """Every element inside, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def all(self, *tags: str, where: Callable[[Element], bool] = lambda _: True, **attributes: str) -> list[Element]:
        """Elements inside with one of these tags (any, if none is named) and all these attributes.

        An underscore before or after an attribute's name is dropped, one within stands for a hyphen:
        `all("a", class_="button", aria_current="page")`. A class matches if it's one of several.
        """
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [one for one in self if (not tags or one.tag in tags) and one._carries(wanted) and where(one)]

    def first(self, *tags: str, **attributes: str) -> Element:
        """The first of `all(...)`. Raises LookupError if there is none."""
        found = self.all(*tags, **attributes)
        if not found:
            raise LookupError(f"no {' or '.join(tags) or 'element'} {attributes or ''} on the page")
        return found[0]

    @property
    def text(self) -> str:
        """What can be read here, white space as a browser shows it."""
        return " ".join("".join(self._pieces()).split())

    @property
    def ancestors(self) -> Iterator[Element]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def _carries(self, wanted: dict[str, str]) -> bool:
        return all(
            value in self.get(name).split() if name == "class" else self.attributes.get(name) == value
            for name, value in wanted.items()
        )

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN:
                yield from child._pieces()
                if child.tag not in INLINE:
                    yield " "


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document")
        self.open = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:  # <path/> in an SVG
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open.tag == tag and self.open.parent is not None:
            self.open = self.open.parent
            return
        self.faults.append(f"line {self.getpos()[0]}: </{tag}> inside <{self.open.tag}>")
        for above in self.open.ancestors:
            if above.tag == tag and above.parent is not None:
                self.open = above.parent
                return

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def parse(html: str) -> Element:
    """Read a whole page or a piece of one."""
    return read(html)[0]


def read(html: str) -> tuple[Element, list[str]]:
    """The tree, and where its tags aren't balanced."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    unclosed = [f"<{one.tag}> never closed" for one in (reader.open, *reader.open.ancestors) if one.parent]
    return reader.root, reader.faults + unclosed
