"""Who is on the roll of a vote: drawn by district, age or list, frozen at opening, then changed line by line."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock
from app.accounts import acts as people
from app.accounts.models import Account, Evidence, RegisterEntry, Residency
from app.accounts.register import Noted, register
from app.acts import Conflict
from app.charter.rules import Refused
from app.config import Settings
from app.database import db
from app.deliberations import acts as rounds
from app.deliberations.models import Round, RoundChange
from app.voting import acts, checks, queries
from app.voting.models import PollRoll, RollList
from app.voting.publishing import Fate
from app.voting.rolllist import read
from tests.entries import entries
from tests.voting.town import CLERK, FACILITATOR, FIRST_RESIDENT, Town, put

NORTH = {"eligibility": "districts", "districts": ["North"]}
YOUNG = {"eligibility": "ages", "age_from": 16, "age_to": 25}
LIST = {"eligibility": "list"}


def live(town: Town, *districts: str) -> None:
    """The residents live in these districts, one after the other."""
    rows = [
        {"id": place + 1000, "account_id": FIRST_RESIDENT + place, "evidence": "letter", "district": district}
        | {"verified_at": clock.now(), "verified_by_id": CLERK}
        for place, district in enumerate(districts)
    ]
    put(Residency, rows)


def note(town: Town, place: int, number: str | None = None, year: int | None = None) -> None:
    mark = None if number is None else register().mark(number)
    people.note_register(town.person(CLERK), town.resident(place), noted=Noted(mark, year))


def upload(town: Town, text: str) -> Round:
    round_ = town.plan(LIST)
    acts.upload_list(town.person(CLERK), round_, uploaded=read(text.encode(), register().mark))
    return round_


def on_roll() -> set[int]:
    rows = db.session.execute(select(PollRoll.account_id).where(~PollRoll.struck))
    return {row.account_id - FIRST_RESIDENT for row in rows}


def test_a_vote_of_a_district_is_for_those_verified_in_it(town: Town) -> None:
    live(town, "North", "South", "North", "")
    paper = town.open(NORTH)
    assert on_roll() == {0, 2}
    assert paper.roll_size == 2
    assert entries("round.opened")[-1]["facts"]["charter"]["electorate"] == {
        "who": "districts",
        "districts": ["North"],
        "size": 2,
    }


def test_a_resident_of_another_district_cannot_cast(town: Town) -> None:
    live(town, "North", "South")
    town.open(NORTH)
    town.cast(0, yes=[1])
    with pytest.raises(Refused, match="not on the roll"):
        town.cast(1, yes=[1])


def test_whoever_moved_away_from_the_district_is_not_on_its_roll(town: Town) -> None:
    live(town, "North", "North")
    people.end_residency(town.person(CLERK), town.resident(1), reason="Moved.")
    people.verify_resident(town.person(CLERK), town.resident(1), evidence=Evidence.LETTER, district="South")
    town.open(NORTH)
    assert on_roll() == {0}


def test_a_vote_of_an_age_group_goes_by_the_year_of_birth(town: Town) -> None:
    year = clock.now().year
    for place, age in enumerate((15, 16, 25, 26)):
        note(town, place, year=year - age)
    town.open(YOUNG)
    assert on_roll() == {1, 2}


def test_a_vote_by_list_is_for_those_whose_register_number_is_on_it(town: Town) -> None:
    note(town, 0, "AB-100")
    note(town, 1, "AB-101")
    rounds.open_round(town.person(FACILITATOR), upload(town, "number\nab 100\nXY999\n"))
    assert on_roll() == {0}
    charter = entries("round.opened")[-1]["facts"]["charter"]
    assert (charter["roll"], charter["list"]) == (1, 2)
    assert charter["list_root"] == entries("roll.listed")[-1]["facts"]["root"]


def test_a_new_list_takes_the_place_of_the_one_before(town: Town) -> None:
    note(town, 0, "100")
    note(town, 1, "101")
    round_ = upload(town, "100\n")
    acts.upload_list(town.person(CLERK), round_, uploaded=read(b"101\n", register().mark))
    rounds.open_round(town.person(FACILITATOR), round_)
    assert on_roll() == {1}


def test_nothing_of_a_list_can_be_read_in_the_database_or_the_log(town: Town) -> None:
    note(town, 0, "SECRETNUMBER7", year=1984)
    upload(town, "SECRETNUMBER7\nSECRETNUMBER8\n")
    assert {len(mark) for mark in db.session.scalars(select(RollList.mark))} == {32}
    for table in db.metadata.tables.values():
        for row in db.session.execute(table.select()):
            assert not any("SECRETNUMBER" in str(value) or value == b"SECRETNUMBER" for value in row)
    assert "1984" not in str(entries("residency.noted"))


def test_two_towns_mark_the_same_number_differently(town: Town, settings: Settings, tmp_path: Path) -> None:
    from app.accounts.register import Register

    assert Register(tmp_path / "elsewhere").mark("100") != register().mark("100")
    assert register().mark("1-00") == register().mark("100")


def test_nobody_has_two_accounts_with_one_register_number(town: Town) -> None:
    note(town, 0, "100")
    with pytest.raises(Conflict, match="Another account"):
        note(town, 1, "100")
    people.end_residency(town.person(CLERK), town.resident(0), reason="Twice.")
    note(town, 1, "100")
    assert [row.account_id for row in db.session.query(RegisterEntry)] == [FIRST_RESIDENT + 1]


def test_a_list_is_taken_before_the_opening_by_a_clerk_and_where_one_is_asked_for(town: Town) -> None:
    uploaded = read(b"100\n", register().mark)
    with pytest.raises(Conflict, match="does not take its roll from a list"):
        acts.upload_list(town.person(CLERK), town.plan(), uploaded=uploaded)
    note(town, 0, "100")
    round_ = upload(town, "100\n")
    with pytest.raises(Refused, match="city clerks"):
        acts.upload_list(town.person(FACILITATOR), round_, uploaded=uploaded)
    rounds.open_round(town.person(FACILITATOR), round_)
    with pytest.raises(Refused, match="until the vote opens"):
        acts.upload_list(town.person(CLERK), round_, uploaded=uploaded)


def test_without_anybody_who_fits_a_vote_does_not_open_and_says_why(town: Town) -> None:
    with pytest.raises(Conflict, match="upload the list first"):
        town.open(LIST)
    with pytest.raises(Conflict, match="no resident is verified in these districts"):
        town.open(NORTH)
    with pytest.raises(Conflict, match="year of birth"):
        town.open(YOUNG)


def test_only_a_vote_can_be_for_a_part_of_the_residents(town: Town) -> None:
    plan = rounds.Plan(settings=NORTH)
    with pytest.raises(Conflict, match="no roll"):
        rounds.plan_round(town.person(FACILITATOR), town.deliberation, kind=rounds.RoundKind.DISCUSS, plan=plan)


# ---------------------------------------------------------------- changes while it is open


def line(town: Town, place: int) -> acts.Line:
    return acts.Line(town.paper, town.resident(place))


def late(town: Town) -> int:
    """The last resident is verified only after the opening, so that they are not on the roll."""
    place = town.residents - 1
    people.end_residency(town.person(CLERK), town.resident(place), reason="A mistake.")
    town.open()
    people.verify_resident(town.person(CLERK), town.resident(place), evidence=Evidence.LETTER)
    return place


def test_whoever_was_left_out_can_be_added_and_then_votes(town: Town) -> None:
    place = late(town)
    with pytest.raises(Refused, match="not on the roll"):
        town.cast(place, yes=[1])
    acts.add_to_roll(town.person(CLERK), line(town, place), reason="Verified in March; the entry was lost.")
    town.cast(place, yes=[1])
    town.close()
    outcome = town.seal().outcome
    assert (outcome.ballots, outcome.roll) == (1, 5)
    assert checks.check_all(db.session()) == []


def test_whoever_is_struck_can_no_longer_vote_and_their_ballot_is_not_counted(town: Town) -> None:
    town.open()
    struck = town.cast(0, yes=[1]).receipt
    kept = town.cast(1, no=[1]).receipt
    acts.strike_from_roll(town.person(CLERK), line(town, 0), reason="Moved away before the opening.")
    with pytest.raises(Refused, match="not on the roll"):
        town.cast(0, yes=[1])
    town.close()
    outcome = town.seal().outcome
    assert (outcome.ballots, outcome.roll) == (1, 4)
    assert outcome.of(1).counts["no"] == 1
    fates = [queries.find(db.session(), town.round.id, one.commit) for one in (struck, kept)]
    assert [found.fate for found in fates if found] == [Fate.STRUCK, Fate.COUNTED]
    assert entries("round.sealed")[-1]["facts"]["struck"] == 1
    assert checks.check_all(db.session()) == []


def test_whoever_was_struck_by_mistake_is_put_back_with_their_ballot(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    acts.strike_from_roll(town.person(CLERK), line(town, 0), reason="Wrong person.")
    acts.add_to_roll(town.person(CLERK), line(town, 0), reason="It was the wrong person.")
    town.close()
    assert town.seal().outcome.ballots == 1
    assert checks.check_all(db.session()) == []


def test_the_log_counts_changes_and_names_nobody(town: Town) -> None:
    place = late(town)
    acts.add_to_roll(town.person(CLERK), line(town, place), reason="Left out.")
    acts.strike_from_roll(town.person(CLERK), line(town, 1), reason="Twice on it.")
    added, struck = entries("roll.added")[-1], entries("roll.struck")[-1]
    assert (added["facts"], struck["facts"]) == ({"roll": 5}, {"roll": 4})
    assert added["object"] == f"rounds/{town.round.id}"
    whole = f"{added}{struck}"
    assert not any(one.public_id in whole for one in db.session.query(Account).where(Account.id >= FIRST_RESIDENT))
    changes = db.session.query(RoundChange).filter(RoundChange.kind.in_(("roll_added", "roll_struck"))).all()
    assert [change.reason for change in changes] == ["Left out.", "Twice on it."]


def test_the_roll_changes_by_a_clerk_with_a_reason_and_never_for_oneself(town: Town) -> None:
    town.open()
    with pytest.raises(Refused, match="city clerks"):
        acts.strike_from_roll(town.person(FACILITATOR), line(town, 0), reason="Because.")
    with pytest.raises(Conflict, match="reason"):
        acts.strike_from_roll(town.person(CLERK), line(town, 0), reason=" ")
    with pytest.raises(Refused, match="for themself"):
        acts.add_to_roll(town.person(CLERK), acts.Line(town.paper, town.person(CLERK)), reason="Me.")
    town.close()
    with pytest.raises(Refused, match="closed"):
        acts.strike_from_roll(town.person(CLERK), line(town, 0), reason="Too late.")


def test_nobody_is_added_whom_the_charter_does_not_admit(town: Town) -> None:
    live(town, "North", "South")
    town.open(NORTH)
    with pytest.raises(Conflict, match="not for them"):
        acts.add_to_roll(town.person(CLERK), line(town, 1), reason="Wants to.")
    with pytest.raises(Conflict, match="already"):
        acts.add_to_roll(town.person(CLERK), line(town, 0), reason="Again.")
    with pytest.raises(Conflict, match="not on the roll"):
        acts.strike_from_roll(town.person(CLERK), line(town, 1), reason="Never was.")


def test_a_line_that_was_slipped_in_is_found(town: Town) -> None:
    town.open()
    db.session.add(PollRoll(round_id=town.round.id, account_id=CLERK, leaf_salt=b"0" * 32))
    db.session.commit()
    town.close()
    town.seal()
    assert any("roll is not the one" in str(trouble) for trouble in checks.check_all(db.session()))


# ---------------------------------------------------------------- pages


def base(town: Town) -> str:
    return f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}"


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (NORTH, "This vote is for residents of: North."),
        (YOUNG, "residents of a certain age"),
        (LIST, "on a list that the city uploaded"),
        ({}, "you were left out by mistake"),
    ],
)
def test_whoever_is_not_on_the_roll_is_told_why_and_what_to_do(client, town: Town, asked, why: str) -> None:
    live(town, "North", "South")
    note(town, 0, "100", year=clock.now().year - 20)
    if asked == LIST:
        rounds.open_round(town.person(FACILITATOR), upload(town, "100\n"))
    elif asked:
        town.open(asked)
    else:
        people.end_residency(town.person(CLERK), town.resident(1), reason="A mistake.")
        town.open()
        people.verify_resident(town.person(CLERK), town.resident(1), evidence=Evidence.LETTER)
    client.sign_in(town.resident(1))
    sent = {"option-1": "yes", "cast_id": "0f" * 16}
    for answer in (client.get(f"{base(town)}/ballot"), client.post(f"{base(town)}/ballot/cast", data=sent)):
        assert why in text(answer)
        assert "city clerk while the vote is open" in text(answer)
    assert why in text(client.get(f"{base(town)}/roll"))


def test_a_clerk_uploads_a_list_and_nobody_can_read_it_again(client, town: Town) -> None:
    round_ = town.plan(LIST)
    client.sign_in(town.person(CLERK))
    page = text(client.get(f"{base(town)}/roll"))
    assert "Upload the list" in page
    wrong = {"file": (io.BytesIO(b"100\n???\n"), "roll.csv")}
    refused = client.post(f"{base(town)}/roll/list", data=wrong, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "hold no register number, among them: 2" in text(refused)
    right = {"file": (io.BytesIO(b"number\n100\n101\n100\n"), "roll.csv")}
    done = client.post(f"{base(town)}/roll/list", data=right, content_type="multipart/form-data")
    assert done.status_code == 303
    assert db.session.query(RollList).filter_by(round_id=round_.id).count() == 2
    page = text(client.get(done.location))
    assert "with 2 people" in page
    assert "101" not in page


def test_a_clerk_changes_lines_of_the_roll_by_register_number(client, town: Town) -> None:
    note(town, 0, "AB-100")
    town.open()
    client.sign_in(town.person(CLERK))
    sent = {"who": "ab100", "reason": "Twice on the roll.", "press": "strike"}
    done = client.post(f"{base(town)}/roll/line", data=sent)
    assert done.status_code == 303
    assert 0 not in on_roll()
    assert "Twice on the roll." in text(client.get(done.location))
    again = client.post(f"{base(town)}/roll/line", data=sent)
    assert again.status_code == 422
    assert "not on the roll" in text(again)
    nobody = client.post(f"{base(town)}/roll/line", data={**sent, "who": "nobody@example.org"})
    assert "Nobody is registered with this" in text(nobody)


def test_residents_see_how_many_are_on_the_roll_and_whether_they_are(client, town: Town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    page = text(client.get(f"{base(town)}/roll"))
    assert "You are on the roll." in page
    assert "Change one line" not in page
    refused = client.post(f"{base(town)}/roll/line", data={"who": "x", "reason": "y"})
    assert refused.status_code == 403


def test_a_clerk_notes_a_register_number_that_nobody_reads_again(client, town: Town) -> None:
    client.sign_in(town.person(CLERK))
    address = f"/residency/{town.resident(0).public_id}"
    assert "No register number is noted." in text(client.get(address))
    done = client.post(f"{address}/note", data={"register_number": "SECRET-100"})
    assert done.status_code == 303
    page = text(client.get(address))
    assert "A register number is noted." in page
    assert "SECRET" not in page
    assert "Year of birth" not in page
    empty = client.post(f"{address}/note", data={})
    assert empty.status_code == 422


class TestWhereTheCityAllowsAges:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, birth_years=True, districts="North, Old Harbour")

    def test_a_vote_can_be_planned_for_an_age_group_or_districts(self, client, town: Town) -> None:
        client.sign_in(town.person(FACILITATOR))
        address = f"/deliberations/{town.deliberation.slug}/rounds/new?kind=vote"
        page = text(client.get(address))
        assert "Old Harbour" in page
        assert "Youngest age" in page
        sent = {
            "question": "Which?",
            "method": "yes-no",
            "threshold": "simple",
            "quorum": "none",
            "receipts": "",
            "ties": "report",
        }
        wrong = client.post(address, data={**sent, "eligibility": "ages", "age_from": 30, "age_to": 20})
        assert wrong.status_code == 422
        assert "must not be below" in text(wrong)
        client.post(address, data={**sent, "eligibility": "ages", "age_from": 16, "age_to": 25})
        assert town.round.settings["age_from"] == 16
        client.post(address, data={**sent, "eligibility": "districts", "districts": ["Old Harbour"]})
        assert town.round.settings["districts"] == ["Old Harbour"]
        edit = text(client.get(f"{base(town)}/edit"))
        assert re.search(r'checked[^>]*value="Old Harbour"|value="Old Harbour"[^>]*checked', edit)
        assert "Districts: Old Harbour" in text(client.get(base(town)))

    def test_a_clerk_notes_a_year_of_birth_and_writes_districts_as_the_city_does(self, client, town: Town) -> None:
        people.end_residency(town.person(CLERK), town.resident(0), reason="Once more.")
        client.sign_in(town.person(CLERK))
        address = f"/residency/{town.resident(0).public_id}"
        sent = {"evidence": "letter", "in_person": "y", "birth_year": "1984", "district": "north"}
        refused = client.post(address, data=sent)
        assert "North, Old Harbour" in text(refused)
        client.post(address, data={**sent, "district": "North", "birth_year": "84"})
        assert db.session.query(RegisterEntry).count() == 0
        done = client.post(address, data={**sent, "district": "North"})
        assert done.status_code == 303
        assert db.session.query(RegisterEntry).one().birth_year == 1984
