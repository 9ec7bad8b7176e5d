"""What is erased is gone for good, and the log stays whole, says so, and keeps no way of guessing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select, text

from app.accounts import acts as accounts
from app.accounts.models import Account, Credential
from app.audit import checks, sequencer, verify
from app.audit.home import Home
from app.audit.models import PersonAlias
from app.audit.rows import row_digest
from app.database import Model, db
from app.discussion import acts as discussion
from app.discussion.models import Comment
from app.proposals.models import Proposal
from tests.audit.every_act import City
from tests.entries import entries

SECRET = "Qwxzvbnm, nobody writes such a thing twice"


@pytest.fixture
def author(city: City) -> Account:
    """Somebody who may comment, known to everybody as the author of a proposal."""
    return db.session.get_one(Account, oaks().author_id)


def oaks() -> Proposal:
    """A public proposal by a resident."""
    written_here = select(Proposal).where(Proposal.state == "public", Proposal.author_id.is_not(None))
    return db.session.scalars(written_here.order_by(Proposal.id)).first()


@pytest.fixture
def said(city: City, author: Account) -> Comment:
    """A comment of theirs that was changed once, and stands in the tree."""
    hour = timedelta(hours=1)
    made = discussion.comment(author, oaks(), body=f"{SECRET}, first", lang="en", editable_for=hour)
    discussion.edit(author, made, body=SECRET, lang="en")
    place(city)
    return made


def place(city: City) -> None:
    sequencer.run(db.engine, Home.of(city.settings))


def wrong(city: City, folder: Path) -> list[str]:
    """What `flask audit verify` finds, and what verify.py finds in an export."""
    home = Home.of(city.settings)
    vkey = home.signer(may_make=False).vkey
    found = [str(one) for one in checks.verify(db.engine, home, vkey).found]
    done = city.app.test_cli_runner().invoke(args=["audit", "export", str(folder)])
    assert done.exit_code == 0, done.output
    options = verify.Options(patience=0)
    outcome = verify.Verification(verify.source_of(str(folder)), [vkey], options).run()
    return found + [one.what for one in outcome.findings]


def everything_stored() -> list[bytes]:
    """Every value of every table, as bytes."""
    return [
        value if isinstance(value, bytes) else str(value).encode()
        for table in Model.metadata.sorted_tables
        for row in db.session.execute(select(table))
        for value in row
        if value is not None
    ]


def salts() -> list[bytes]:
    columns = [column for table in Model.metadata.sorted_tables for column in table.columns]
    binary = [column for column in columns if isinstance(column.type, LargeBinary)]
    return [value for column in binary for value in db.session.scalars(select(column)) if value]


def values_of(row: Comment | Account) -> dict[str, object]:
    table = type(row).__table__
    return dict(db.session.execute(select(table).where(table.c.id == row.id)).mappings().one())


def test_an_erased_comment_is_nowhere_and_the_log_is_whole_before_and_after(city, author, said, tmp_path) -> None:
    assert wrong(city, tmp_path / "before") == []
    before, number = values_of(said), said.id
    salt = before["salt"]

    discussion.erase(author, said)
    place(city)

    stored = everything_stored()
    assert not any(SECRET.encode() in value or salt == value for value in stored)
    assert not any(SECRET.encode() in path.read_bytes() for path in exported(tmp_path, city) if path.is_file())
    assert entries("comment.erased")[-1]["object"] == f"comments/{number}"
    assert wrong(city, tmp_path / "before") == []


def exported(tmp_path: Path, city: City) -> list[Path]:
    city.app.test_cli_runner().invoke(args=["audit", "export", str(tmp_path / "after")])
    return list((tmp_path / "after").rglob("*"))


def test_who_guesses_the_very_words_cannot_open_the_old_fingerprint(city, author, said) -> None:
    """The salt is gone, and with it the only way to tell a right guess from a wrong one."""
    before = values_of(said)
    table = Comment.__table__
    committed = entries("comment.edited", of=f"comments/{said.id}")[-1]["rows"][f"comments/{said.id}"]
    assert row_digest(table, before) == committed, "with the salt the words can be proven"

    discussion.erase(author, said)

    guesses = {row_digest(table, {**before, "salt": salt}) for salt in salts()}
    assert guesses
    assert committed not in guesses


@pytest.mark.parametrize("city", ["sqlite"], indirect=True)
def test_no_file_of_the_database_keeps_what_was_erased(city, author, said) -> None:
    """SQLite overwrites what it frees; its journal holds pages as they were until it is emptied."""
    salt = said.salt
    files = [city.folder / name for name in ("folkmoot.db", "folkmoot.db-wal")]
    assert any(SECRET.encode() in path.read_bytes() for path in files)

    discussion.erase(author, said)

    left = [path.name for path in files if path.exists() and SECRET.encode() in path.read_bytes()]
    assert left == []
    assert not any(salt in path.read_bytes() for path in files if path.exists())


def test_an_erased_account_leaves_entries_that_name_nobody(city, author, tmp_path) -> None:
    name = author.display_name
    email = db.session.scalars(select(Credential.email).where(Credential.account_id == author.id)).one()
    aliases = db.session.scalars(select(PersonAlias.alias).where(PersonAlias.person_id == author.id)).all()
    before = values_of(author)
    assert aliases

    accounts.erase(author, author)
    place(city)

    stored = b"\0".join(everything_stored())
    assert name.encode() not in stored
    assert email.encode() not in stored
    assert before["salt"] not in salts()
    assert not db.session.scalars(select(PersonAlias).where(PersonAlias.alias.in_(aliases))).all()
    assert any(entry["by"].get("p") in aliases for entry in entries()), "what they did stays, by nobody"
    [erased] = entries("account.erased", of=f"accounts/{author.public_id}")
    assert erased["by"] == {"role": "resident"}
    assert wrong(city, tmp_path / "after") == []


def test_those_whom_the_walk_erased_are_gone_too(city) -> None:
    stored = b"\0".join(everything_stored()).lower()
    for mark in (city.walked.comment_erased, city.walked.account_erased):
        assert mark.encode() not in stored


@pytest.mark.parametrize(
    ("silently", "in_export"),
    [
        ("UPDATE comments SET body = '' WHERE id = :id", "was changed behind the log"),
        ("UPDATE comments SET state = 'erased', body = '' WHERE id = :id", "no act hid or erased it"),
    ],
)
def test_what_is_deleted_without_an_act_is_an_alarm(city, said, tmp_path, silently, in_export) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(silently), {"id": said.id})
    db.session.rollback()
    found = wrong(city, tmp_path / "after")
    assert any(one.startswith(f"comments/{said.id} was changed behind the log") for one in found)
    assert any(one.startswith(f"comments/{said.id}") and in_export in one for one in found), json.dumps(found)
