"""Nothing of the record is forgotten, and the program that strangers use knows the rules of the house."""

from __future__ import annotations

import re

import pytest

from app.audit import verify
from app.audit.replay import public_tables
from app.charter.actions import UNLOGGED, Action
from app.charter.table import RULES, Who
from app.database import Model
from app.records.exports import withheld
from app.records.opened import EVERY_ROW, WITHHELD, opened
from tests.house.source import ROOT

TABLES = sorted(table.name for table in public_tables())
OFFICES = {
    Who.FACILITATOR: {"facilitator"},
    Who.ANY_FACILITATOR: {"facilitator"},
    Who.CLERK: {"clerk"},
    Who.REVIEWER: {"reviewer"},
    Who.ADMINISTRATOR: {"administrator"},
    Who.SYSTEM: {"clock", "operator"},
}
"""Under which name in an entry each kind of person acts; everybody else as a resident."""


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_the_record_is_published_or_withheld_with_a_reason(table: str) -> None:
    assert (table in opened()) != (table in WITHHELD), (
        f"say in app/records/opened.py whether the rows of {table} are published, and in RECORD of app/audit/verify.py"
    )
    assert table in verify.RECORD, f"say in RECORD of app/audit/verify.py whether the rows of {table} are published"


def test_nothing_else_is_named() -> None:
    assert sorted([*opened(), *WITHHELD]) == TABLES
    assert [table for table, why in WITHHELD.items() if len(why.split()) < 4] == []


@pytest.mark.parametrize("table", TABLES)
def test_strangers_know_what_is_published(table: str) -> None:
    how = verify.RECORD[table]
    assert (how == verify.WITHHELD) == (table in WITHHELD)
    assert (how == verify.OPEN) == (table in {model.__tablename__ for model in EVERY_ROW})


def test_no_private_table_and_no_private_column_is_published() -> None:
    private = {mapper.class_.__tablename__ for mapper in Model.registry.mappers if not mapper.class_.public_record}
    assert private & opened().keys() == set()


SHOWN_ANYWAY = {"log_keys", "witnesses", "adoptions", "open_ballots"}
"""In no bundle of a deliberation, since they are the whole city's, or since pages of their own show them."""


def test_what_no_bundle_may_hold_is_not_published_either() -> None:
    """Columns that hold what somebody wrote, and that a public bundle keeps back, stand in no published row."""
    written = {"appeals.text", "reports.detail", "residencies.ended_reason", "residencies.district"}
    assert {name.split(".")[0] for name in written} & opened().keys() == set()
    kept = {line.split(".")[0] for line in withheld.WITHHELD if line.endswith(".*")} - {"role_grants"}
    assert kept & opened().keys() - SHOWN_ANYWAY == set()


def test_every_decision_stands_in_the_description_of_the_format() -> None:
    text = (ROOT / "docs" / "log-format.md").read_text()
    section = text[text.index("## The published record") : text.index("## Checkpoints and the key")]
    assert [table for table in TABLES if f"`{table}`" not in section] == []


@pytest.mark.parametrize("action", [one for one in Action if one not in UNLOGGED], ids=lambda one: one.value)
def test_strangers_know_who_may_do_an_act_and_in_which_rounds(action: Action) -> None:
    rule = RULES[action]
    expected = set().union(*(OFFICES.get(who, {"resident"}) for who in rule.who))
    known = set(verify.WHO.get(action.value, "").split())
    if action is Action.REGISTER:
        expected |= OFFICES[Who.SYSTEM]  # the operator may do what anyone may
    assert known == expected, "WHO in app/audit/verify.py says otherwise"
    during = {kind.value for kind in rule.during or ()}
    assert set(verify.DURING.get(action.value, "").split()) == during, "DURING in app/audit/verify.py says otherwise"


@pytest.mark.parametrize(
    "action", [one for one in Action if one.value in verify.ROUND_MOVES], ids=lambda one: one.value
)
def test_strangers_know_in_which_state_a_round_must_be(action: Action) -> None:
    names = {"due": "open", "seal_asked": "closed", "reopen_asked": "closed", "box_closed": "closed"}
    states = {names.get(state, state) for state in RULES[action].states or ()}
    assert set(verify.ROUND_MOVES[action.value]) == states


def test_the_rules_for_strangers_name_no_act_that_there_is_not() -> None:
    acts = {one.value for one in Action if one not in UNLOGGED}
    named = [verify.WHO, verify.DURING, verify.ROUND_MOVES, verify.PROPOSAL_MOVES, verify.COMMENT_MOVES]
    assert {act for table in named for act in table} - acts == set()


def test_the_program_says_what_a_stranger_must_know_first() -> None:
    head = (verify.__doc__ or "").replace("\n", " ")
    assert re.search("never from what you are about to check", head)
