"""Everything that a site serves below /log, fetched as a stranger does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from werkzeug.routing import Rule

from app.audit import tiles
from app.audit.merkle import edge
from app.audit.models import LogEntry, LogManifest
from app.audit.replay import public_tables
from app.database import db
from tests.pages import CheckedClient

WIDTH = 256


@dataclass(frozen=True)
class Served:
    """An answer of the site. `view` names the function that gave it."""

    view: str
    address: str
    status: int
    raw: bytes
    mimetype: str


def everything(client: CheckedClient) -> Iterator[Served]:
    """Every address of every rule below /log that can be asked for by GET, filled in with all that is there."""
    for rule in client.application.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not (rule.rule == "/log" or rule.rule.startswith("/log/")):
            continue
        for address in _addresses(rule):
            answer = client.get(address)
            yield Served(rule.endpoint, address, answer.status_code, answer.get_data(), answer.mimetype)


def size() -> int:
    return db.session.scalar(select(func.count()).select_from(LogEntry)) or 0


def paths_of_tiles(length: int) -> list[str]:
    """The path below tile/ of every tile and bundle of a tree of this size, full ones and those at the edge."""
    found = []
    for level, _n in edge(length):
        last = -(-(length >> (8 * level)) // WIDTH)
        for n in range(last):
            width = tiles.width_at(level, n, length)
            found += [tiles.Ref(each, n, width) for each in ((level, None) if level == 0 else (level,))]
    return [str(ref) for ref in found]


def _addresses(rule: Rule) -> list[str]:
    """The addresses that a rule stands for. Fails on one it does not know, so that nobody forgets to look there."""
    if not rule.arguments:
        return [rule.rule]
    fill = _FILLED.get(frozenset(rule.arguments))
    assert fill is not None, f"{rule.rule}: say in tests/audit/served.py what stands at this address"
    with_values = rule.rule
    for name in rule.arguments:
        with_values = with_values.replace(f"<int:{name}>", f"<{name}>").replace(f"<path:{name}>", f"<{name}>")
    return [_filled(with_values, values) for values in fill()]


def _filled(rule: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        rule = rule.replace(f"<{name}>", str(value))
    return rule


def _manifests() -> list[dict[str, object]]:
    rows = db.session.execute(select(LogManifest.act_id, LogManifest.table_name))
    return [{"act_id": row.act_id, "table": row.table_name} for row in rows]


_FILLED: dict[frozenset[str], Callable[[], list[dict[str, object]]]] = {
    frozenset({"index"}): lambda: [{"index": index} for index in range(size())],
    frozenset({"path"}): lambda: [{"path": path} for path in paths_of_tiles(size())],
    frozenset({"act_id", "table"}): _manifests,
    frozenset({"table"}): lambda: [{"table": table.name} for table in public_tables()],
}
