"""A ballot that the server drops: its voter holds a signed receipt that stands in no list, and anybody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.audit.verify import NoteError
from app.database import db
from app.voting import disputes, keys
from app.voting.models import BallotBox
from app.voting.publishing import Fate
from app.voting.receipts import Receipt
from tests.voting.town import FIRST_RESIDENT, Town


def note(receipt: Receipt) -> str:
    return receipt.signed(keys.cabinet().signer())


def dropped(town: Town) -> tuple[Receipt, Receipt, Receipt]:
    """Three ballots, of which somebody with the database takes the first out of the box."""
    paper = town.open()
    gone, first = town.cast(0, yes=[1]).receipt, town.cast(1, yes=[1]).receipt
    last = town.cast(1, no=[1]).receipt
    handle = keys.cabinet().open(paper.round_id).handle(FIRST_RESIDENT)
    db.session.query(BallotBox).filter_by(handle=handle).delete()
    db.session.commit()
    return gone, first, last


def test_the_receipt_of_a_dropped_ballot_stands_in_no_list(town: Town) -> None:
    gone, first, last = dropped(town)
    assert disputes.fates_of(db.session(), note(gone)) is None
    town.close()
    town.seal()
    assert disputes.fates_of(db.session(), note(gone)) == []
    assert disputes.fates_of(db.session(), note(first)) == [Fate.SUPERSEDED]
    assert disputes.fates_of(db.session(), note(last)) == [Fate.COUNTED]


def test_the_command_line_flags_it(app: Flask, town: Town, tmp_path: Path) -> None:
    gone, _first, last = dropped(town)
    files = {name: tmp_path / name for name in ("gone", "last", "forged")}
    files["gone"].write_text(note(gone))
    files["last"].write_text(note(last))
    files["forged"].write_text(note(last).replace(last.commit.hex()[:8], "00000000"))
    town.close()
    town.seal()
    ran = {
        name: app.test_cli_runner().invoke(args=["voting", "check", "--receipt", str(file)])
        for name, file in files.items()
    }
    assert "stands in 0 lists" in ran["gone"].output
    assert ran["gone"].exit_code == 1
    assert "in the list: counted" in ran["last"].output
    assert ran["last"].exit_code == 0
    assert ran["forged"].exit_code == 1


@pytest.mark.parametrize("said", ["", "round 99\n", "round x\n"])
def test_what_is_no_receipt_is_told_apart_from_one_that_proves_something(town: Town, said: str) -> None:
    town.open()
    with pytest.raises(NoteError):
        disputes.fates_of(db.session(), said)


def test_every_receipt_of_a_long_vote_is_in_exactly_one_list(city: Town) -> None:
    city.open()
    receipts = [city.cast(place % 40, yes=[1 + place % 3]).receipt for place in range(100)]
    city.close()
    city.seal()
    for receipt in receipts:
        found = disputes.fates_of(db.session(), note(receipt))
        assert found in ([Fate.COUNTED], [Fate.SUPERSEDED])
    sealed = [disputes.fates_of(db.session(), note(receipt)) for receipt in receipts]
    assert sealed.count([Fate.COUNTED]) == 40
