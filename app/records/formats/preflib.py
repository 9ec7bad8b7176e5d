"""PrefLib's files: rankings in `.soc`, `.soi`, `.toc`, `.toi`, and ballots sorted into categories in `.cat` (PURE).

The format is described at preflib.org/format: lines of `# NAME: value`, then one line for each different ballot,
`how often: ranking`, alternatives by their numbers, those that stand equal in braces. Before 2022 the head was the
number of alternatives, a line for each, and a line of three totals; such files are read too. The first of a `.cat`
file's categories is taken for approval.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.records.formats.election import MOST_OPTIONS, Cast, Election, ElectionFile, Kind, Option, lines, whole
from app.records.imports.files import DamagedFile

SUFFIXES = (".soc", ".soi", ".toc", ".toi", ".cat")
STRICT = (".soc", ".soi")
COMPLETE = (".soc", ".toc")
LATER = "approval is taken from the first category; the ballots have more of them"
SHORT = "rankings that leave alternatives out, although the file's type says that none does: what is left out is last"
MOST_TIMES = 10**12
_HEAD = re.compile(r"#\s*([^:]+?)\s*:\s*(.*)")
_NAMED = re.compile(r"ALTERNATIVE NAME ([0-9]{1,9})")
_GROUP = re.compile(r"\{([^{}]*)\}|([^,{}]+)")


class PreflibElection(ElectionFile):
    """What a PrefLib file says; its ballots are read from the file each time they are asked for."""

    def ballots(self) -> Iterator[Cast]:
        """Each different ballot with how often it was cast. Raises DamagedFile where one cannot be understood."""
        numbers = {option.id: at for at, option in self.options.items()}
        for line, text in _after_head(self.path):
            yield self._cast(line, text, numbers)

    def _cast(self, line: int, text: str, numbers: dict[str, int]) -> Cast:
        often, sign, ranking = text.partition(":")
        if not sign:  # as it was written before 2022
            often, _, ranking = text.partition(",")
        times = whole(often)
        if not times or times > MOST_TIMES:
            raise DamagedFile(
                self.path.name, line, f"begins with “{often.strip()[:40]}”, which is no number of ballots"
            )
        places, seen = [], set[int]()
        for group in _groups(self.path, line, ranking):
            place = []
            for one in group:
                at = numbers.get(one)
                if at is None:
                    raise DamagedFile(self.path.name, line, f"names the alternative “{one[:40]}”, which is not listed")
                if at in seen:
                    raise DamagedFile(self.path.name, line, f"names the alternative {one} twice")
                seen.add(at)
                place.append(at)
            places.append(tuple(place))
        if self.kind is Kind.APPROVALS:
            return Cast(line, tuple(places[:1]) or ((),), None, times)
        return Cast(line, tuple(place for place in places if place), None, times)


def read(path: Path) -> PreflibElection:
    """Read a file and look at every ballot once. Raises DamagedFile, which names the line, where it cannot be used."""
    suffix = path.name.removesuffix(".gz")[-4:].lower()
    meta, options = _head(path)
    if not options:
        raise DamagedFile(path.name, None, "it lists no alternative")
    kind = Kind.APPROVALS if suffix == ".cat" else Kind.RANKINGS
    found = PreflibElection(path, "preflib", kind, options, meta)
    ballots = 0
    for cast in found.ballots():
        ballots += cast.times
        if suffix in STRICT and any(len(place) > 1 for place in cast.places):
            found.note("rankings with equals, although the file's type says that there are none", cast.times)
        if suffix in COMPLETE and sum(map(len, cast.places)) < len(options):
            found.note(SHORT, cast.times)
    if (whole(meta.get("NUMBER CATEGORIES", "")) or 0) > 2:
        found.note(LATER)
    said = meta.get("NUMBER VOTERS", "")
    if said and whole(said) != ballots:
        found.note(f"the file says that there are {said[:20]} voters and holds {ballots} ballots: all are counted")
    return found


def _head(path: Path) -> tuple[dict[str, str], dict[int, Option]]:
    meta: dict[str, str] = {}
    named: dict[str, str] = {}
    for line, text in lines(path):
        if not text.startswith("#"):
            if not meta:
                return _old_head(path)
            break
        head = _HEAD.fullmatch(text.strip())
        if head is None:
            continue
        if alternative := _NAMED.fullmatch(head[1]):
            _name(path, line, named, alternative[1], head[2])
        else:
            meta[head[1]] = head[2]
    count = whole(meta.get("NUMBER ALTERNATIVES", "")) or 0
    if count > MOST_OPTIONS:
        raise DamagedFile(path.name, None, f"it has more than {MOST_OPTIONS} alternatives")
    if not named:
        named = {str(at): f"Alternative {at}" for at in range(1, count + 1)}
    return meta, {at: Option(key, name or key) for at, (key, name) in enumerate(named.items(), 1)}


def _old_head(path: Path) -> tuple[dict[str, str], dict[int, Option]]:
    """As PrefLib wrote it before 2022."""
    named: dict[str, str] = {}
    count = None
    for line, text in lines(path):
        if count is None:
            count = whole(text)
            if count is None or count > MOST_OPTIONS:
                raise DamagedFile(path.name, line, "is neither a line of “# NAME: value” nor a number of alternatives")
        elif len(named) < count:
            key, sign, name = text.partition(",")
            if not sign or whole(key) is None:
                raise DamagedFile(path.name, line, "should be an alternative: its number, a comma, its name")
            _name(path, line, named, key.strip(), name.strip())
        else:
            voters = text.split(",")[0]
            options = {at: Option(key, name or key) for at, (key, name) in enumerate(named.items(), 1)}
            return {"NUMBER VOTERS": voters.strip()}, options
    raise DamagedFile(path.name, None, "it ends before its first ballot")


def _name(path: Path, line: int, named: dict[str, str], key: str, name: str) -> None:
    key = str(int(key))
    if key in named:
        raise DamagedFile(path.name, line, f"has the alternative {key} a second time")
    if len(named) == MOST_OPTIONS:
        raise DamagedFile(path.name, line, f"has more than {MOST_OPTIONS} alternatives")
    named[key] = name


def _after_head(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are ballots."""
    found = lines(path)
    first = next(found, None)
    if first is None:
        return
    if first[1].startswith("#"):
        yield from ((line, text) for line, text in found if not text.startswith("#"))
        return
    for _ in range((whole(first[1]) or 0) + 1):
        next(found, None)
    yield from found


def _groups(path: Path, line: int, ranking: str) -> Iterator[list[str]]:
    """Who stands at each place. `1,{2,3},4` is three places."""
    left = re.sub(_GROUP, "", ranking).replace(",", "").strip()
    if left:
        raise DamagedFile(path.name, line, f"is no ranking at “{left[:40]}”")
    for match in _GROUP.finditer(ranking):
        inside = match[1] if match[1] is not None else match[2]
        names = [one.strip() for one in inside.split(",")]
        if match[1] is None and not names[0]:
            continue
        yield [str(int(one)) if one.isascii() and one.isdigit() else one for one in names if one]


def write(found: Election, casts: Iterable[Cast], suffix: str) -> Iterator[str]:
    """The lines of a PrefLib file of this type, alternatives by their numbers. Read again, it says the same.

    :raises ValueError: for another kind of file, and when a ranking has equals and the type does not allow them.
    """
    if suffix not in SUFFIXES:
        raise ValueError(f"{suffix!r} is no type of PrefLib's")
    meta = {"DATA TYPE": suffix[1:], **{name: text for name, text in found.meta.items() if name != "DATA TYPE"}}
    yield from (f"# {name}: {' '.join(text.split())}\n" for name, text in meta.items())
    for option in found.options.values():
        yield f"# ALTERNATIVE NAME {option.id}: {' '.join(option.name.split())}\n"
    for cast in casts:
        if suffix in STRICT and any(len(place) > 1 for place in cast.places):
            raise ValueError(f"a {suffix} file holds no ranking with equals")
        groups = [[found.options[option].id for option in place] for place in cast.places]
        if suffix == ".cat":
            chosen = {one for group in groups for one in group}
            groups.append([option.id for option in found.options.values() if option.id not in chosen])
        yield f"{cast.times}: {','.join(_written(group, suffix == '.cat') for group in groups)}\n"


def _written(group: list[str], always: bool) -> str:
    return group[0] if len(group) == 1 and not always else "{" + ",".join(group) + "}"
