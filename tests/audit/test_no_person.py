"""Every act there is, and afterwards a search of everything that the log gives away for what people typed."""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256

import pytest
from sqlalchemy import String, Text, select

from app.acts import REGISTERED
from app.audit.replay import public_tables
from app.charter.actions import UNLOGGED
from app.database import db
from app.voting.models import Poll
from tests.audit.every_act import Walked
from tests.audit.served import everything, size
from tests.entries import bodies

ALIAS = re.compile(r"p:[0-9a-f]{12}")
REFERENCE = re.compile(r"[a-z_]+(/[0-9a-z]+)+|city")
FACT = re.compile(
    r"[a-z_0-9.]{1,40}"  # a word of ours: a kind, a role, a language, an article
    r"|[0-9a-f]{16,64}"  # a hash
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    r"|[a-z]+/\d+"
    r"|[a-z]+-([a-z]+|\d+)"  # a way of counting, a checklist and its version
    r"|\d+/\d+"
    r"|[^ +]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+"  # a verifier key
    r"|https://[a-z./]+"  # where a witness is asked
    r"|"
)
"""What a text among the facts of an entry may look like. None of it can hold a sentence or a name."""


@pytest.fixture
def walked(city) -> Walked:
    return city.walked


@pytest.fixture
def entries(walked) -> list[dict]:
    return [json.loads(body) for body in bodies()]


def found(walked: Walked, raw: bytes) -> list[str]:
    """What of the things typed stands in these bytes, as it was typed or in another spelling."""
    low = raw.lower()
    return [
        f"{what}: {mark}"
        for mark, what in walked.typed.marks.items()
        if any(one in low for one in (mark.encode(), mark.encode().hex().encode()))
        or any(one in raw for one in (base64.b64encode(mark.encode()), sha256(mark.encode()).digest()))
        or sha256(mark.encode()).hexdigest().encode() in low
    ]


def test_every_act_is_walked(entries) -> None:
    """Whoever adds an act adds it to `every_act.py`, or nobody would know what it gives away."""
    done = {entry["act"] for entry in entries}
    cast = db.session.scalars(select(Poll.ballots)).one()
    assert cast, "ballots leave no entry of their own, but a sealed box counts them"
    assert {action.value for action in REGISTERED if action not in UNLOGGED} == done


def test_every_column_that_people_write_into_is_written_into(walked) -> None:
    """So that no text can be added to the public record which the search below does not know of."""
    known = tuple(walked.typed.marks)
    empty = [
        f"{table.name}.{column.name}"
        for table in public_tables()
        for column in table.columns
        if isinstance(column.type, String | Text) and f"{table.name}.{column.name}" not in OURS
        if not any(mark in str(value).lower() for value in db.session.scalars(select(column)) for mark in known)
    ]
    assert empty == []


OURS = {
    "accounts.public_id",
    *(
        f"{table}.lang"
        for table in "answers article_tags assessments comments comment_revisions deliberations revisions".split()
    ),
    *(f"answers.{name}" for name in ("verdict", "ground")),
    *(f"article_tags.{name}" for name in ("article", "direction", "view")),
    *(f"assessments.{name}" for name in ("view", "checklist")),
    *(f"concerns.{name}" for name in ("kind", "article", "direction", "lang", "answer_lang", "state")),
    *("finding_answers.kind", "finding_answers.lang", "reviews.state"),
    *("ballots_sealed.choices", "commits_sealed.fate", "open_ballots.choices"),
    *(f"comments.{name}" for name in ("author_role", "position", "state", "external_id")),
    *("deliberations.imported_from", "exports.kind", "imports.source", "imports.digest"),
    *("appeals.state", "hidings.reason", "reports.reason", "reports.state"),
    *(f"polls.{name}" for name in ("receipts", "receipt_key", "key_check", "published", "cvr_sha256")),
    *(f"proposals.{name}" for name in ("form", "state", "external_id", "answer")),
    *("residencies.evidence", "role_grants.role", "round_changes.kind", "rounds.kind", "statement_votes.voter_label"),
    *(f"adoptions.{name}" for name in ("instrument", "measure", "state", "lang", "url", "text_sha256")),
    *("log_keys.vkey", "witnesses.vkey", "witnesses.name", "witnesses.url"),
}
"""Columns in which a word of a list of ours stands, a number from elsewhere, or a key."""


def test_no_entry_holds_what_anybody_typed(walked) -> None:
    for body in bodies():
        assert found(walked, body) == [], json.loads(body)["act"]


def test_an_entry_holds_random_names_hashes_and_words_of_ours_and_nothing_else(entries) -> None:
    for entry in entries:
        assert entry["by"].keys() <= {"p", "role"}
        assert ALIAS.fullmatch(entry["by"].get("p", "p:000000000000"))
        assert REFERENCE.fullmatch(entry.get("object", "city")), entry
        assert all(REFERENCE.fullmatch(key) for key in entry.get("rows", ()))
        strange = [text for text in texts(entry.get("facts", {})) if not FACT.fullmatch(text)]
        assert strange == [], entry["act"]


def test_no_entry_names_an_account_by_its_number(entries) -> None:
    """The number is in every table that points to a person; the log knows people by random names only."""
    named = {key for entry in entries for key in [entry.get("object", ""), *entry.get("rows", ())]}
    accounts = {key.partition("/")[2] for key in named if key.startswith("accounts/")}
    assert accounts
    assert all(re.fullmatch("[0-9a-f]{12}", one) for one in accounts)


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in texts(member)]
    if isinstance(value, list):
        return [text for member in value for text in texts(member)]
    return [value] if isinstance(value, str) else []


PAGES = {"audit.index", "audit.entry", "audit.checks"}
"""Views for people. They may name deliberations and proposals as the site does at that moment; machines get numbers."""
NAMED_ON_PAGES = re.compile("question|title")


def test_nothing_served_below_log_holds_what_anybody_typed(city, walked) -> None:
    seen = 0
    for one in everything(city.app.test_client()):
        seen += one.status == 200
        assert one.status in (200, 303, 404), one.address
        given_away = found(walked, one.raw)
        if one.view in PAGES:
            given_away = [
                what for what in given_away if not ("question" in what or "title" in what) or "private" in what
            ]
        elif one.view == "audit.record":
            given_away = [what for what in given_away if what.startswith("private")]
        assert given_away == [], one.address
    assert seen > size()


def test_nothing_exported_holds_what_is_not_public_and_the_log_nothing_typed(city, walked, tmp_path) -> None:
    folder = tmp_path / "exported"
    done = city.app.test_cli_runner().invoke(args=["audit", "export", str(folder)])
    assert done.exit_code == 0, done.output
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {"checkpoint", "checkpoints.jsonl", "tile/0/000.p/" + str(size()), "record/comments.jsonl"} <= files.keys()
    for name, raw in files.items():
        given_away = found(walked, raw)
        if name.startswith("record/"):
            given_away = [what for what in given_away if what.startswith("private")]
        assert given_away == [], name


def test_what_is_public_is_in_the_record(city, walked, tmp_path) -> None:
    """The other half of the test above: it would pass, too, were nothing exported or nothing found."""
    folder = tmp_path / "exported"
    city.app.test_cli_runner().invoke(args=["audit", "export", str(folder)])
    public = " ".join(found(walked, b"".join(path.read_bytes() for path in folder.glob("record/*"))))
    for what in ("title", "revised text", "comment", "answer of the city", "second promise", "mitigation"):
        assert f"{what}: qx" in public, what
