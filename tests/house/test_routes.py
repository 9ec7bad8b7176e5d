"""Every address answers everybody with a page, and whatever changes something goes through an act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, PathConverter, Rule

from app import acts

ANSWERS = {200, 302, 303, 401, 403, 404, 405}
TO_AN_EMPTY_FORM = ANSWERS | {400, 422}
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}

NO_ACT = {
    "accounts.change_email": "an address is private, and so is the wish to change it",
    "accounts.change_password": "a password is private",
    "accounts.confirm": "that mail reaches an address is between its owner and the server",
    "accounts.end_other_sign_ins": "who is signed in where is private",
    "accounts.end_sign_in": "as above",
    "accounts.forgot": "it only sends a mail",
    "accounts.resend": "it only sends a mail",
    "accounts.reset": "a password is private",
    "accounts.residency": "it only looks somebody up, by POST so that no address of theirs stays in a history",
    "accounts.sign_in": "who is signed in where is private",
    "accounts.sign_out": "as above",
    "notifications.mark_read": "what somebody has read is theirs alone",
    "proposals.autosave": "a draft is its author's alone until it's submitted",
    "proposals.discard": "as above: it throws the draft away",
    "proposals.new": "as above: it keeps the draft and goes on to the check, which submits it",
    "rights.draft": "as above: the answers wait in the draft",
    "rights.draft_articles": "as above: so do the articles",
    "rights.suggested": "as above: what is taken along of the articles that the words bring up waits in the draft",
    "voting.ballot": "it shows a marked ballot to be checked, and keeps nothing; the next page casts it",
    "voting.results": "it only looks a receipt up, by POST so that no tracker stays in the logs of servers on the way",
    "voting.batches": "it begins a batch of paper ballots, which is the readers' own until it is entered",
    "voting.receipt": "it hands out the receipt of a ballot cast just now, by POST so that no history keeps it",
}
"""Endpoints that take a POST and reach no act, each with its reason. Nothing that's public record may be here."""


def _rules(app: Flask, methods: set[str]) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.methods and rule.methods & methods]


def test_whatever_changes_something_reaches_an_act_or_says_why_not(app: Flask) -> None:
    performers = set(map(id, acts.REGISTERED.values()))
    without = {
        rule.endpoint
        for rule in _rules(app, CHANGES)
        if not any(id(one) in performers for one in _reachable(app.view_functions[rule.endpoint]))
    }
    assert sorted(without - NO_ACT.keys()) == [], "reach no act: let them, or say in NO_ACT why not"
    assert sorted(NO_ACT.keys() - without) == [], "listed in NO_ACT, but they reach an act or are gone"


def _reachable(view: Callable[..., Any]) -> Iterator[object]:
    """Whatever the view's code names, and what the functions beside it in its domain name in turn."""
    domain = ".".join(view.__module__.split(".")[:2])
    seen: set[int] = set()
    waiting: list[object] = [view]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, FunctionType):
            waiting += _named_by(one, domain)
        elif isinstance(one, dict):
            waiting += one.values()


def _named_by(function: FunctionType, domain: str) -> Iterator[object]:
    if hasattr(function, "__wrapped__"):
        yield function.__wrapped__
    if not function.__module__.startswith(domain):
        return
    names = set(_names(function.__code__))
    for name in names & function.__globals__.keys():
        value = function.__globals__[name]
        yield value
        if isinstance(value, ModuleType) and value.__name__.startswith("app."):
            yield from (getattr(value, inner) for inner in names if hasattr(value, inner))
    for cell in function.__closure__ or ():
        yield cell.cell_contents


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


@pytest.fixture
def addresses(app: Flask) -> list[tuple[str, str]]:
    """Each method and address that the application knows, with something made up in its variable parts."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: _made_up(converter) for name, converter in rule._converters.items()}
            built = rule.build({**(rule.defaults or {}), **values}, append_unknown=False)
            assert built is not None, rule
            found += [(method, built[1]) for method in sorted((rule.methods or set()) - {"OPTIONS"})]
    return found


def _made_up(converter: BaseConverter) -> object:
    match converter:
        case AnyConverter():
            return min(converter.items)
        case IntegerConverter():
            return 1
        case PathConverter():
            return "a/b"
        case _:
            return "x"


def test_every_address_answers_a_stranger_with_a_page(client, addresses: list[tuple[str, str]]) -> None:
    odd = []
    for method, address in addresses:
        headers = {"X-CSRFToken": client.csrf_token()} if method in CHANGES else {}
        answer = client.open(address, method=method, headers=headers)
        if answer.status_code not in (TO_AN_EMPTY_FORM if method in CHANGES else ANSWERS):
            odd.append(f"{method} {address}: {answer.status}")
    assert odd == []


def test_nothing_is_changed_without_a_token_of_the_form(client, app: Flask, addresses: list[tuple[str, str]]) -> None:
    changing = [(method, address) for method, address in addresses if method in CHANGES]
    odd = []
    for method, address in changing:
        answer = client.open(address, method=method)
        if answer.status_code != 400:
            odd.append(f"{method} {address}: {answer.status}")
    assert odd == []
