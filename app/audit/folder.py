"""`flask audit export`: the log and its published record as a folder that any web server can host.

Written beside its place and put there when it is whole, out of one snapshot: acts go on meanwhile, and nobody ever
finds half of it. The same content gives the same bytes.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from app.audit import exporting, outbox, tiles
from app.audit.checks import snapshot
from app.audit.exporting import Opened
from app.audit.home import size_of
from app.audit.merkle import HASH, WIDTH
from app.audit.models import LogEntry, LogTile
from app.audit.queries import newest_checkpoint
from app.audit.witness.queries import cosigned
from app.database import Model

_ENTRIES = Model.metadata.tables[LogEntry.__tablename__]
_TILES = Model.metadata.tables[LogTile.__tablename__]
MARK: Final = "This folder is the log of "
"""How the README of every export begins: by it an earlier export is known again."""

TRIES: Final = 50
"""Moments that are tried: another sequencer may take what waited together with what came later."""
README: Final = """\
%(mark)s%(origin)s: %(size)s entries.

WHAT THIS IS

Everything that residents and officials did on this platform stands here in order, one entry an act, under signed
checkpoints. Beside it lies the published record: proposals, comments, rounds, offices and results as they are now.
Whoever changes, drops, adds or dates back anything of it is found out by the program verify.py, without trusting
the city. Names of people stand in the record only where the site shows them, never in an entry. Texts that a moderator
hid or an author erased are left out; the log then says which act did that.

HOW TO CHECK IT

You need Python 3.9 or later, and nothing else:

    python3 verify.py . --vkey "%(key)s"

The last line tells whether everything fits. Where something does not, the first entry concerned is named.

TAKE THE KEY FROM ELSEWHERE. The key above came in the same folder as what it is to check, so it proves nothing by
itself. Compare it with the one that the city prints in its letters and in the council's minutes, or with that of
somebody who kept it. Take verify.py from elsewhere too, if you can: from the project's own pages.

KEEP WHAT YOU SAW. Whoever has the log's key could write the whole log anew. Who kept something of it would see:

    python3 verify.py . --vkey KEY --checkpoint FILE    compares with a checkpoint that you kept
    python3 verify.py . --vkey KEY --mirror FOLDER      keeps every entry, and compares each time with what it kept

Instead of the folder, the address of the log can be given, such as https://city.example/log.

WHAT LIES WHERE

    checkpoint          the newest checkpoint, signed; checkpoints.jsonl: every earlier one
    key                 the keys that sign, newest first (compare them!)
    tile/               the tree and the entries, as C2SP tlog-tiles
    record/             the published record, one line a row; index.json says how much of it there is
    manifest/           lists of fingerprints, for acts that wrote very many rows
    verify.py           the program that checks it all
"""
"""What the folder is and how to check it, in plain words."""


class NotAnExport(Exception):
    """The folder holds something else, which must not be replaced."""


class NothingYet(Exception):
    """Nothing has been signed yet, so there is nothing to export."""


@dataclass(frozen=True)
class _Moment:
    """What is exported: the record as one snapshot shows it, the log up to the checkpoint over just that."""

    record: Connection
    log: Connection
    note: str
    covered: bool

    @property
    def size(self) -> int:
        return size_of(self.note)


def export(
    engine: Engine,
    folder: Path,
    published: Mapping[str, Opened],
    vkeys: Iterable[str],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    settle: Callable[[], object] = lambda: None,
    place: Callable[[Sequence[int]], object] = lambda _ids: None,
) -> int:
    """Write the folder, or put a newer export in the place of an earlier one. Returns how many entries it holds.

    `settle` gives what waits its place, as far as it can; `place` gives it to these rows of the outbox alone. They are
    called until there is a moment whose log covers every row of its record.
    Raises NotAnExport for a folder with anything else in it, NothingYet before the first entry.
    """
    _must_be_free(folder)
    with _draft(folder) as draft:
        with _moment(engine, settle, place) as moment:
            _write(moment, draft, published, list(vkeys), progress)
        _put(draft, folder)
    return moment.size


@contextmanager
def _moment(
    engine: Engine, settle: Callable[[], object], place: Callable[[Sequence[int]], object]
) -> Iterator[_Moment]:
    """A moment in which, if possible, no row is newer than the log: nothing would vouch for such a row.

    In a busy city something always waits. So the record is held as it is, and what waited in it is given its place in a
    batch of its own: the checkpoint of that batch speaks of neither more nor less than this record.
    """
    for _ in range(TRIES):
        settle()
        with snapshot(engine) as record:
            waits, size = outbox.rows_by_act(record), exporting.signed_size(record)
            if not waits:
                yield _as_it_is(record, covered=True)
                return
            place(list(waits.values()))
            with snapshot(engine) as log:
                note = exporting.checkpoint_over(log, size, waits)
                if note is not None:
                    yield _Moment(record, log, note, covered=True)
                    return
    with snapshot(engine) as record:
        yield _as_it_is(record, covered=False)


def _as_it_is(connection: Connection, *, covered: bool) -> _Moment:
    with Session(connection) as session:
        note = newest_checkpoint(session)
    if note is None:
        raise NothingYet("Nothing has been signed yet, so there is nothing to export.")
    return _Moment(connection, connection, note, covered)


def _must_be_free(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not _is_export(folder)):
        raise NotAnExport(f"{folder} holds something that is no export of a log. Name an empty or a new folder.")


def _is_export(folder: Path) -> bool:
    try:
        return (folder / "checkpoint").exists() and (folder / "README.txt").read_text().startswith(MARK)
    except (OSError, UnicodeDecodeError):
        return False


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder beside the one that is to be, on the same disk; gone afterwards, however it ends."""
    place = folder.absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in place.parent.glob(f".{place.name}.export-*"):
        shutil.rmtree(left)  # of a run that was killed
    draft = place.with_name(f".{place.name}.export-{secrets.token_hex(8)}")
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)  # it has moved, if all went well


def _put(draft: Path, folder: Path) -> None:
    """Put the whole export in its place. Between the two moves there is no export for a moment; never half of one."""
    place = folder.absolute()
    if place.exists() and any(place.iterdir()):
        old = draft.with_name(draft.name + "-old")
        place.rename(old)
        draft.rename(place)
        shutil.rmtree(old)
    else:
        draft.rename(place)


def _write(
    moment: _Moment,
    draft: Path,
    published: Mapping[str, Opened],
    vkeys: list[str],
    progress: Callable[[int, int], None],
) -> None:
    size, log = moment.size, moment.log

    def reading(connection: Connection) -> Callable[[], nullcontext[Connection]]:
        return lambda: nullcontext(connection)

    with Session(log) as session:
        _file(draft / "checkpoint", [cosigned(session, moment.note).encode()])
    _file(draft / "checkpoints.jsonl", exporting.checkpoints(reading(log), size))
    _file(draft / "key", [f"{vkey}\n".encode() for vkey in vkeys])
    _write_tiles(log, draft, size)
    _write_entries(log, draft, size, progress)
    for name, opened in published.items():
        _file(draft / "record" / f"{name}.jsonl", exporting.record(reading(moment.record), opened))
    index = exporting.index(moment.record, published, size if moment.covered else None)
    _file(draft / "record" / "index.json", [index])
    for act_id, table in exporting.manifests(reading(log), size):
        _file(draft / "manifest" / act_id / table, [exporting.manifest(log, act_id, table) or b""])
    _file(draft / "verify.py", [exporting.verifier()])
    _file(draft / "README.txt", [_readme(size, vkeys).encode()])


def _file(path: Path, pieces: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def _write_tiles(connection: Connection, draft: Path, size: int) -> None:
    ordered = select(_TILES).order_by(_TILES.c.level, _TILES.c.n)
    for row in connection.execute(ordered, execution_options={"yield_per": 100}):
        width = tiles.width_at(row.level, row.n, size)
        if width:
            path = draft / "tile" / str(tiles.Ref(row.level, row.n, width))
            _file(path, [bytes(row.hashes)[: width * HASH]])


def _write_entries(connection: Connection, draft: Path, size: int, progress: Callable[[int, int], None]) -> None:
    for first in range(0, size, WIDTH):
        count = min(WIDTH, size - first)
        here = _ENTRIES.c.idx.between(first, first + count - 1)
        bodies = connection.scalars(select(_ENTRIES.c.body).where(here).order_by(_ENTRIES.c.idx))
        path = draft / "tile" / str(tiles.Ref(None, first // WIDTH, count))
        _file(path, [tiles.bundle(bytes(body) for body in bodies)])
        progress(first + count, size)


def _readme(size: int, vkeys: list[str]) -> str:
    key = vkeys[0] if vkeys else "KEY"
    return README % {"mark": MARK, "origin": key.partition("+")[0], "size": size, "key": key}
