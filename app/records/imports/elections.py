"""An election from elsewhere as material: a finished vote with its proposals, its ballots and its rule (PURE).

Budgets come from Pabulib's files, rankings and approvals from PrefLib's. The ballots are kept as the published box of
a vote is: every way in which they were filled in, with how many were. They are counted here, by our rule of the same
name; what the city itself made of them is told of each proposal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.records.formats import pabulib, preflib
from app.records.formats.election import Cast, ElectionFile, Kind
from app.records.formats.tally import ranks
from app.records.imports.files import DamagedFile, Progress, digest
from app.records.imports.language import guess
from app.records.imports.material import Material, ProposalIn, VoteRoundIn
from app.voting.counting.methods import MARKING, Marking, Method
from app.voting.counting.terms import COMPLETIONS
from app.voting.receipts import choices_text

LANGUAGES = ("en", "pl", "nl", "de", "fr", "es", "pt", "ca")
LONGEST_ID, LONGEST_TITLE, LONGEST_PLACE, LONGEST_FACT = 80, 300, 80, 200
PLACED = ("category", "district")
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
RULES = "equalshares"
USUAL = {
    Kind.APPROVALS: Method.APPROVAL,
    Kind.RANKINGS: Method.INSTANT_RUNOFF,
    Kind.POINTS: Method.CUMULATIVE,
    Kind.SCORES: Method.SCORE,
}
ALLOWED = {
    Kind.APPROVALS: (Method.APPROVAL,),
    Kind.RANKINGS: (Method.INSTANT_RUNOFF, Method.RANKED_PAIRS, Method.SCHULZE, Method.STV),
    Kind.POINTS: (Method.CUMULATIVE,),
    Kind.SCORES: (Method.SCORE, Method.CUMULATIVE),
}
BUDGETS = (Method.GREEDY, Method.GREEDY_COST, Method.EQUAL_SHARES)
NOBODY_KNOWS = (
    "How many people could have voted is not part of the file, so the roll is taken to be those who did. The count was "
    "made here, and anybody can make it again."
)
PROMISE = "Imported: what became of the outcome is told of each proposal, where the file says so."


def read_pabulib(path: Path, progress: Progress, method: Method | None = None, seats: int = 1) -> Material:
    """A budget as Pabulib has it. Raises DamagedFile where it cannot be used, or not by this method."""
    _must_be(path, (pabulib.SUFFIX,))
    found = pabulib.read(path)
    meta = found.meta
    place = " ".join(meta.get(name, "") for name in ("country", "unit", "subunit", "instance") if meta.get(name))
    title = meta.get("description") or place or path.stem
    told = [f"Imported from Pabulib: {place or path.stem}.", meta.get("comment", ""), meta.get("acknowledgments", "")]
    span = _day(meta.get("date_begin", "")), _day(meta.get("date_end", ""))
    material = _material(found, "pabulib", title, told, meta.get("language", ""), span)
    return _with_vote(material, found, method or _usual(found), seats, span, progress)


def read_preflib(path: Path, progress: Progress, method: Method | None = None, seats: int = 1) -> Material:
    """Rankings or approvals as PrefLib has them. Raises DamagedFile where they cannot be used, or not so."""
    _must_be(path, preflib.SUFFIXES)
    found = preflib.read(path)
    title = found.meta.get("TITLE") or path.stem
    told = [f"Imported from PrefLib: {path.name}.", found.meta.get("DESCRIPTION", "")]
    day = _day(found.meta.get("PUBLICATION DATE", ""))
    material = _material(found, "preflib", title, told, "", (day, day))
    return _with_vote(material, found, method or _usual(found), seats, (day, day), progress)


def _must_be(path: Path, suffixes: tuple[str, ...]) -> None:
    if not path.is_file():
        raise DamagedFile(str(path), None, "there is no such file")
    if not path.name.removesuffix(".gz").lower().endswith(suffixes):
        raise DamagedFile(path.name, None, f"its name must end in one of: {', '.join(suffixes)}")


def _material(
    found: ElectionFile, source: str, title: str, told: list[str], said: str, span: tuple[datetime, datetime]
) -> Material:
    lang = said.lower() if re.fullmatch(r"[A-Za-z]{2}", said) else guess(title, LANGUAGES, "en")
    seal = digest(found.path)
    suffix = found.path.suffix.lower()
    material = Material(
        source=source,
        came_from=f"{source} {found.path.name[:50]} {seal[:12]}",
        slug=f"{source}-{_slug(found.path.name.split('.')[0])}",
        question=" ".join(title.split())[:200],
        background="\n\n".join([*(one for one in told if one), NOBODY_KNOWS]),
        promise=PROMISE,
        lang=lang,
        files={f"election{suffix}": seal},  # a file may have any name, a key in the log may not
        notes=dict(found.notes),
    )
    for option in found.options.values():
        material.proposals.append(_proposal(found, option.id, option.name, option.cost, option.facts, lang, span[0]))
    return material


def _proposal(
    found: ElectionFile,
    key: str,
    name: str,
    cost: Fraction | None,
    facts: Mapping[str, str],
    lang: str,
    made: datetime,
) -> ProposalIn:
    if len(key) > LONGEST_ID:
        raise DamagedFile(found.path.name, None, f"the identifier “{key[:40]}…” is longer than {LONGEST_ID} letters")
    told = {one: text[:LONGEST_FACT] for one, text in facts.items() if one not in (*PLACED, "description")}
    return ProposalIn(
        external_id=key,
        title=name[:LONGEST_TITLE],
        body=facts.get("description", ""),
        lang=lang,
        author=None,
        created_at=made,
        category=facts.get("category", "")[:LONGEST_PLACE] or None,
        district=facts.get("district", "")[:LONGEST_PLACE] or None,
        facts={**told, **({} if cost is None else {"cost": pabulib.plain(cost)})},
        verdict="accepted" if facts.get("selected") == "1" else None,
    )


def _usual(found: ElectionFile) -> Method:
    """The method that the file names, or the usual one for such ballots."""
    if found.kind is Kind.APPROVALS and found.budget is not None:
        return Method.EQUAL_SHARES if found.meta.get("rule", "").startswith(RULES) else Method.GREEDY
    return USUAL[found.kind]


def _with_vote(
    material: Material,
    found: ElectionFile,
    method: Method,
    seats: int,
    span: tuple[datetime, datetime],
    progress: Progress,
) -> Material:
    budgets = BUDGETS if found.kind is Kind.APPROVALS and found.budget is not None else ()
    allowed = (*ALLOWED[found.kind], *budgets)
    if method not in allowed:
        raise DamagedFile(found.path.name, None, f"{method} cannot count its ballots; {', '.join(allowed)} can")
    settings: dict[str, Any] = {"method": method.value, "receipts": "inclusion", "seats": seats}
    costs: dict[str, int] = {}
    if method in BUDGETS:
        settings |= _budget(found, method)
        costs = {option.id: _money(found, option.cost) for option in found.options.values()}
    box: Counter[bytes] = Counter()
    most = 0
    for cast in found.ballots():
        choices = _choices(found, method, cast)
        most = max(most, sum(int(mark) * len(of) for mark, of in choices.items() if mark.isdigit()))
        box[choices_text(choices)] += cast.times
    if MARKING[method] is Marking.POINTS:
        settings["points"] = max(most, 1)
    begin, end = span
    material.vote = VoteRoundIn(material.question, settings, costs, box, begin, max(begin, end))
    progress(found.path.stat().st_size)
    return material


def _budget(found: ElectionFile, method: Method) -> dict[str, Any]:
    settings: dict[str, Any] = {"budget": _money(found, found.budget)}
    rule = found.meta.get("rule", "")
    if method is Method.EQUAL_SHARES:
        named = rule.removeprefix(RULES).lstrip("/") if rule.startswith(RULES) else ""
        completion = named if named and not named.startswith("-") else f"none{named}"
        if completion.partition("-")[0] not in COMPLETIONS:
            raise DamagedFile(found.path.name, None, f"its rule “{rule[:40]}” names no completion that is known here")
        settings["completion"] = completion
    return settings


def _money(found: ElectionFile, amount: Fraction | None) -> int:
    if amount is None or amount.denominator != 1 or amount <= 0:
        said = "nothing" if amount is None else pabulib.plain(amount)
        raise DamagedFile(
            found.path.name, None, f"it has the amount {said}; a vote here spends whole units, of which at least one"
        )
    return int(amount)


def _choices(found: ElectionFile, method: Method, cast: Cast) -> dict[str, list[int]]:
    """The choices by the options' numbers in the file."""
    if MARKING[method] is Marking.APPROVE:
        return {"approve": sorted(cast.places[0])}
    if MARKING[method] is Marking.RANK:
        return {rank: sorted(place) for rank, place in ranks(cast, len(found.options)).items()}
    most = 5 if method is Method.SCORE else None
    choices: dict[str, list[int]] = {}
    for option, points in sorted(zip(cast.places[0], cast.points or (), strict=True)):
        if points.denominator != 1 or points < 0 or (most is not None and points > most):
            raise DamagedFile(found.path.name, cast.line, f"gives {points} points, which {method} does not know")
        if points or method is Method.SCORE:
            choices.setdefault(str(int(points)), []).append(option)
    return choices


def _day(text: str) -> datetime:
    """A day as the files write it: 31.12.2024, 2024-12-31 or 2024. Where there is none: one plainly made up."""
    for pattern in ("%d.%m.%Y", "%Y-%m-%d", "%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    return UNDATED


def _slug(text: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    return words[:60].strip("-") or "election"
