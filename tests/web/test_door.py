"""What no page could answer is turned away before any page looks at it, on both databases alike."""

from __future__ import annotations

import pytest

from app.charter.rounds import RoundKind
from tests import given
from tests.html import parse
from tests.pages import CheckedClient

NO_ROW = "99999999999999999999"


@pytest.fixture
def place(app) -> str:
    deliberation = given.deliberation(round=RoundKind.PROPOSE)
    given.proposal(deliberation)
    return f"/deliberations/{deliberation.slug}"


@pytest.mark.parametrize("thing", ["proposals", "rounds"])
@pytest.mark.parametrize("number", [NO_ROW, "9" * 5000])
def test_a_number_that_no_row_can_have_leads_nowhere(
    client: CheckedClient, place: str, thing: str, number: str
) -> None:
    assert client.get(f"{place}/{thing}/{number}").status_code == 404
    assert client.get(f"/log/entry/{number}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/people/a%00b", "/deliberations/a%00b", "/deliberations?q=%00", "/log?process=%00", "/rights?q=a%00b"],
)
def test_a_nul_sign_in_an_address_cannot_be_read(client: CheckedClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_a_nul_sign_in_a_form_changes_nothing_and_gives_back_what_was_typed(client: CheckedClient, place: str) -> None:
    client.sign_in(given.unverified("Kim"))
    answer = client.post(f"{place}/proposals/1/comment", data={"body": "Shade\0 is for all.", "lang": "en"})
    assert answer.status_code == 400
    assert parse(answer.text).first("textarea").text == "Shade is for all."
