"""The test client, which looks at every page it's given, whatever the test is about.

`client` in a test is a `CheckedClient`; `page` is a `Visitor`, who follows links and fills in forms as a
person without JavaScript does, so that what a form sends is what the page offered.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from flask import has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests.html import Element, parse, read

if TYPE_CHECKING:
    from app.accounts.models import Account

BETWEEN_H1_AND_CITY = (" – ", " — ", " · ", " - ", " | ")
ERROR = "Error: "
LOADS = {"src", "srcset", "poster", "data", "action", "formaction"}
NAMELESS = {"hidden", "submit", "button", "image", "reset"}


class CheckedClient(FlaskClient):
    """Flask's test client; a page with a fault of the house's rules fails the test that fetched it.

    CSRF protection stays on. `post` sends a token as a script of ours would, in a header, so that a test
    needs no form; `csrf=False` leaves it out. That forms have their token is one of the page checks.
    """

    strict = True
    """Whether a faulty page fails the test at once."""

    def post(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        if csrf:
            kwargs["headers"] = {"X-CSRFToken": self.csrf_token(), **dict(kwargs.get("headers") or {})}
        return super().post(*args, **kwargs)

    def sign_in(self, account: Account) -> None:
        """Sign this browser in as somebody, without the form."""
        from app.accounts import sessions

        token = sessions.token_for(account)
        with self.session_transaction() as session:
            session[sessions.COOKIE_KEY] = token

    def csrf_token(self) -> str:
        """A token that belongs to this client's session."""
        with self.session_transaction() as session:
            mine = session.setdefault("csrf_token", secrets.token_hex(20))
        return str(URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(mine))

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)  # read to the end, so that no file that was sent stays open
        response = self._alone(*args, **kwargs)
        if self.strict and response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            html = response.get_data(as_text=True)
            found = list(faults(html)) if html else []
            where = f"{response.request.method} {response.request.full_path}"
            assert not found, f"{where} answered with a page that has faults:\n- " + "\n- ".join(found)
        return response

    def _alone(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request that shares nothing with the test: as on a server, not in the test's own context.

        Else Flask would reuse that context, and whoever asked first would stay signed in for every client.
        """
        from app.database import db

        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()
            db.session.expire_all()  # so that the test sees what the request has done
        return response


def faults(html: str) -> Iterator[str]:
    """What is wrong with a whole page: names, labels, and what the security policy would refuse."""
    tree, unbalanced = read(html)
    yield from unbalanced
    yield from _naming_faults(tree)
    yield from _label_faults(tree)
    yield from _policy_faults(tree)


def _naming_faults(tree: Element) -> Iterator[str]:
    if not any(one.get("lang") for one in tree.all("html")):
        yield "html has no lang"
    for tag in ("h1", "title", "main"):
        if len(found := tree.all(tag, where=lambda one: not _within(one, "svg"))) != 1:
            yield f"{len(found)} {tag} elements, there should be one"
            return
    title, h1 = " ".join(_raw(tree.first("title")).split()), tree.first("h1").text
    if not h1:
        yield "the h1 is empty"
    named = title.removeprefix(ERROR)
    if named != h1 and not named.startswith(tuple(h1 + dash for dash in BETWEEN_H1_AND_CITY)):
        yield f"title “{title}” doesn't begin with the h1 “{h1}”"
    if tree.all(role="alert", class_="error-summary") and not title.startswith(ERROR):
        yield f"the page lists errors, but its title “{title}” doesn't begin with “{ERROR}”"
    yield from _heading_faults(tree)


def _heading_faults(tree: Element) -> Iterator[str]:
    before = 0
    for heading in tree.first("main").all("h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(heading.tag[1])
        if level > before + 1 and before:
            yield f"{heading.tag} “{heading.text}” comes after h{before}"
        before = level


def _label_faults(tree: Element) -> Iterator[str]:
    ids = [one["id"] for one in tree if one.has("id")]
    yield from (f"the id “{name}” is there {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1)
    labelled = {one["for"] for one in tree.all("label") if one.has("for") and one.text}
    for control in tree.all("input", "select", "textarea"):
        if control.get("type") in NAMELESS or control.get("id") in labelled or _named(control, tree):
            continue
        if not any(above.tag == "label" and above.text for above in control.ancestors):
            yield f"{control.tag} “{control.get('name')}” has no label"
    for one in tree.all("a", "button", where=lambda one: one.tag == "button" or one.has("href")):
        if not (one.text or _named(one, tree) or any(image.get("alt") for image in one.all("img"))):
            yield f"a {one.tag} has no words ({one.get('href') or one.get('name')})"
    yield from (f"image without alt: {one.get('src')}" for one in tree.all("img") if not one.has("alt"))
    for form in tree.all("form", where=lambda one: one.get("method").lower() == "post"):
        if not form.all("input", name="csrf_token"):
            yield f"the form to “{form.get('action')}” has no csrf_token"


def _policy_faults(tree: Element) -> Iterator[str]:
    for one in tree:
        if one.tag == "style" or one.has("style"):
            yield f"inline style in <{one.tag}>"
        if one.tag == "script" and not one.has("src"):
            yield "inline script"
        handlers = [name for name in one.attributes if name.startswith("on")]
        if handlers or one.get("href").strip().lower().startswith("javascript:"):
            yield f"inline script in <{one.tag}>"
        loads = LOADS | {"href"} if one.tag in ("link", "use", "image") else LOADS
        for name in sorted(loads & one.attributes.keys()):
            if urlsplit(one[name].strip()).netloc and not _only_points(one):
                yield f"<{one.tag}> calls another site: {one[name]}"


def _only_points(one: Element) -> bool:
    """Whether it's a `link` that browsers don't load, such as the page's canonical address."""
    return one.tag == "link" and one.get("rel") in {"canonical", "alternate", "license", "help"}


def _named(one: Element, tree: Element) -> bool:
    by = one.get("aria-labelledby").split()
    return bool(one.get("aria-label").strip() or any(tree.all(id=name) and tree.first(id=name).text for name in by))


def _within(one: Element, tag: str) -> bool:
    return any(above.tag == tag for above in one.ancestors)


def _raw(one: Element) -> str:
    return "".join(child for child in one.children if isinstance(child, str))


@dataclass
class Page:
    """What came back, as a person sees it."""

    response: TestResponse

    def __post_init__(self) -> None:
        self.tree = parse(self.response.get_data(as_text=True))

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.request.path

    @property
    def h1(self) -> str:
        return self.tree.first("h1").text

    @property
    def main(self) -> Element:
        return self.tree.first("main")

    @property
    def text(self) -> str:
        """What can be read on the whole page."""
        return self.tree.text

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def link(self, words: str) -> str:
        """The address of the first link with exactly these words. Raises LookupError if there's none."""
        for one in self.tree.all("a", where=lambda one: one.has("href")):
            if words in (one.text, one.get("aria-label")):
                return one["href"]
        raise LookupError(f"no link “{words}” on {self.path}; there are {[a.text for a in self.tree.all('a')]}")

    def button(self, words: str) -> Element:
        """The first button with exactly these words. Raises LookupError if there's none."""
        buttons = self.tree.all("button", "input", where=lambda one: one.tag == "button" or one.get("type") == "submit")
        for one in buttons:
            if words in (one.text or one.get("value"), one.get("aria-label")):
                return one
        names = [one.text or one.get("value") for one in buttons]
        raise LookupError(f"no button “{words}” on {self.path}; there are {names}")


class Visitor:
    """A person with a browser without JavaScript."""

    def __init__(self, client: CheckedClient) -> None:
        self.client = client
        self.page: Page | None = None

    def sign_in(self, account: Account) -> None:
        """Sign in as somebody, without the form."""
        self.client.sign_in(account)

    def get(self, path: str, *, expect: int = 200, **options: Any) -> Page:
        """Go to an address, follow redirects, and insist on the status of where they end."""
        return self._arrive(self.client.get(path, follow_redirects=True, **options), expect)

    def click(self, words: str, *, expect: int = 200) -> Page:
        """Follow the link with these words on the page last seen."""
        page = self._here()
        return self.get(urljoin(page.path, page.link(words)), expect=expect)

    def press(self, words: str, /, *, expect: int = 200, **typed: Any) -> Page:
        """Fill in the form of the button with these words and press it.

        What isn't given is sent as the page had it, hidden fields included. A value may be a list
        (several boxes ticked, several files), a bool (a box ticked or not) or a file as Werkzeug takes it.
        Raises LookupError for a field that the form doesn't have: nobody could have typed there.
        """
        page = self._here()
        button = page.button(words)
        form = next((above for above in button.ancestors if above.tag == "form"), None)
        if form is None:
            form = page.tree.first("form", id=button.get("form"))
        sent = _prefilled(form, page.tree)
        for name, value in typed.items():
            _type_into(sent, form, page.tree, name, value)
        if button.get("name"):
            sent.setdefault(button["name"], []).append(button.get("value"))
        target = urljoin(page.path, button.get("formaction") or form.get("action") or page.path)
        if (button.get("formmethod") or form.get("method") or "get").lower() == "get":
            return self.get(target, expect=expect, query_string=sent)
        return self._arrive(self.client.post(target, data=sent, follow_redirects=True), expect)

    def _here(self) -> Page:
        assert self.page is not None, "go somewhere first"
        return self.page

    def _arrive(self, response: TestResponse, expect: int) -> Page:
        self.page = Page(response)
        assert response.status_code == expect, f"{self.page.path}: {response.status}\n{self.page.text[:2000]}"
        return self.page


def _controls(form: Element, tree: Element) -> list[Element]:
    """The form's controls, those outside included that name it by its id; disabled ones aren't sent."""
    inside = form.all("input", "select", "textarea")
    outside = tree.all("input", "select", "textarea", form=form["id"]) if form.has("id") else []
    return [one for one in (*inside, *outside) if not one.has("disabled")]


def _prefilled(form: Element, tree: Element) -> dict[str, list[Any]]:
    sent: dict[str, list[Any]] = {}
    for one in _controls(form, tree):
        kind = one.get("type", "text")
        if not one.get("name") or kind in {"submit", "button", "image", "reset", "file"}:
            continue
        if kind in {"checkbox", "radio"} and not one.has("checked"):
            continue
        sent.setdefault(one["name"], []).extend(_values(one))
    return sent


def _values(one: Element) -> list[str]:
    if one.tag == "textarea":
        return [_raw(one).replace("\r\n", "\n").removeprefix("\n")]
    if one.tag == "input":
        return [one.get("value", "on" if one.get("type") in {"checkbox", "radio"} else "")]
    options = one.all("option")
    chosen = [each for each in options if each.has("selected")] or ([] if one.has("multiple") else options[:1])
    return [each.get("value", each.text) for each in chosen]


def _type_into(sent: dict[str, list[Any]], form: Element, tree: Element, name: str, value: Any) -> None:
    controls = [one for one in _controls(form, tree) if one.get("name") == name]
    if not controls:
        raise LookupError(f"the form has no field “{name}”, only {sorted({*sent})}")
    if isinstance(value, bool):
        value = [controls[0].get("value", "on")] if value else []
    sent[name] = value if isinstance(value, list) else [value]
    offered = _offered(controls)
    if offered is not None and (strange := {str(one) for one in sent[name]} - offered):
        raise LookupError(f"“{name}” offers {sorted(offered)}, not {sorted(strange)}")


def _offered(controls: list[Element]) -> set[str] | None:
    """The values that can be chosen, or None where one can type freely."""
    first = controls[0]
    if first.tag == "select":
        return {one.get("value", one.text) for one in first.all("option")}
    if first.get("type") in {"checkbox", "radio"}:
        return {one.get("value", "on") for one in controls}
    return None
