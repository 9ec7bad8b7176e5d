"""Pages of the record: who may take it along, what is printed, and how the city answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations import acts as rounds
from app.proposals import acts as proposals
from app.records import acts, printing
from app.records.models import Answer, AnswerGround, AnswerVerdict, Export
from tests import given
from tests.entries import entries
from tests.queries import MOST, counted
from tests.records.bundles import Opened, busy

PUBLIC, INTERNAL = "Make and download the public bundle", "Make and download the internal bundle"


@pytest.fixture
def trees(app):
    return given.deliberation(round=RoundKind.PROPOSE)


def base(deliberation) -> str:
    return f"/deliberations/{deliberation.slug}"


def download(page, button: str):
    """Press a button that answers with a file."""
    form = next(above for above in page.page.button(button).ancestors if above.tag == "form")
    return page.client.post(form["action"])


# ---------------------------------------------------------------- taking it along


def test_a_stranger_reads_who_makes_exports_and_finds_no_button(page, trees) -> None:
    seen = page.get(f"{base(trees)}/records")

    assert "Exports are made by a city clerk." in seen
    assert not seen.main.all("button")


def test_a_clerk_downloads_the_public_bundle_and_the_log_says_so(page, trees) -> None:
    given.proposal(trees, title="Plant oaks")
    page.sign_in(given.clerk())
    page.get(f"{base(trees)}/records")

    response = download(page, PUBLIC)

    assert response.mimetype == "application/zip"
    assert response.headers["Content-Disposition"].startswith(f'attachment; filename="{trees.slug}-public-')
    assert "no-store" in response.headers["Cache-Control"]
    opened = Opened(response.get_data())
    assert [row["title"] for row in opened.rows("proposals")] == ["Plant oaks"]
    assert "csv/contacts.csv" not in opened.names
    (entry,) = entries(Action.EXPORT_RECORDS)
    assert (entry["by"]["role"], entry["facts"]["kind"]) == ("clerk", "public")
    assert "public" in page.get(f"{base(trees)}/records").main.text


def test_a_clerk_downloads_the_internal_bundle_and_the_log_says_who(page, trees) -> None:
    given.proposal(trees, by=given.resident("Olu"))
    page.sign_in(given.clerk())
    seen = page.get(f"{base(trees)}/records")
    assert "That you downloaded it stands in the public log." in seen

    opened = Opened(download(page, INTERNAL).get_data())

    assert given.email("Olu") in {row["email"] for row in opened.rows("contacts")}
    (entry,) = entries(Action.DOWNLOAD_INTERNAL_RECORDS)
    assert entry["by"]["p"].startswith("p:")
    assert entry["facts"]["kind"] == "internal"


def test_a_download_needs_nothing_of_the_request_any_more(app, trees) -> None:
    """A server sends the file when the request is over, maybe in another thread."""
    client = app.test_client()
    client.sign_in(given.clerk())
    response = client.post(f"{base(trees)}/records/public", buffered=False)

    with ThreadPoolExecutor(1) as elsewhere:
        raw = elsewhere.submit(lambda: b"".join(response.response)).result()

    assert "csv/proposals.csv" in Opened(raw).names


@pytest.mark.parametrize(
    ("kind", "who"), [("public", "resident"), ("internal", "resident"), ("internal", "administrator")]
)
def test_nobody_else_gets_a_bundle(app, trees, kind, who) -> None:
    client = app.test_client()
    client.sign_in({"resident": given.resident, "administrator": given.administrator}[who]())

    assert client.post(f"{base(trees)}/records/{kind}").status_code == 403
    assert client.get(f"{base(trees)}/records/{kind}").status_code == 405
    assert db.session.scalar(select(func.count()).select_from(Export)) == 0


def test_a_bundle_is_not_made_for_another_site(app, trees) -> None:
    client = app.test_client()
    client.sign_in(given.clerk())

    assert client.post(f"{base(trees)}/records/internal", csrf=False).status_code == 400
    assert db.session.scalar(select(func.count()).select_from(Export)) == 0


# ---------------------------------------------------------------- on paper


def test_the_page_to_print_has_the_whole_record(app, page) -> None:
    city = busy()
    rounds.close_round(
        given._somebody(given.Role.FACILITATOR), city.deliberation.rounds[0], reason="All has been said."
    )

    seen = page.get(f"{base(city.deliberation)}/records/print")

    text = seen.main.text
    for words in (
        "What should shade our streets?",
        "Last summer had eleven nights above 25 degrees.",
        "The council decides on each proposal by October and says why.",
        "Residents whom a city clerk has verified",
        "All has been said.",
        "=OAKS()",
        "Lindens too",
        "Heat kills old people first",
        "Rejected",
        "Money",
        "No money this year",
        "Not printed: 1 withdrawn by their authors, 1 hidden by moderators.",
    ):
        assert words in text, words
    for words in ("RUDE", "HIDDEN INSULT", "Paint the roofs white"):
        assert words not in seen.response.text


def test_the_page_to_print_says_how_many_more_proposals_there_are_and_where(page, trees, monkeypatch) -> None:
    monkeypatch.setattr(printing.proposals_of, "__defaults__", (2,))
    author = given.resident()
    for number in range(4):
        given.proposal(trees, by=author, title=f"Oak {number}")

    seen = page.get(f"{base(trees)}/records/print")

    assert "The 2 most backed of 4 proposals are printed here." in seen
    assert f"http://127.0.0.1:8000{base(trees)}/proposals" in seen
    assert len(seen.main.all("article", where=lambda one: one.has("aria-labelledby"))) == 2


def test_the_page_to_print_takes_few_statements_however_much_is_on_it(app, trees) -> None:
    client, author = app.test_client(), given.resident()
    address = f"{base(trees)}/records/print"
    taken = []
    for _ in range(2):
        for _ in range(3):
            given.proposal(trees, by=author)
        client.get(address)
        with counted() as statements:
            assert client.get(address).status_code == 200
        taken.append(len(statements))

    assert taken[0] == taken[1] <= MOST


def test_a_deliberation_without_anything_can_be_printed(page, app) -> None:
    bare = given.deliberation()

    seen = page.get(f"{base(bare)}/records/print")

    assert "No round was planned." in seen
    assert "No proposal was made." in seen


def test_pages_of_a_deliberation_that_does_not_exist_are_not_found(app) -> None:
    client = app.test_client()
    assert [client.get(f"/deliberations/nowhere/records{end}").status_code for end in ("", "/print")] == [404, 404]


# ---------------------------------------------------------------- the city's answer


def test_a_clerk_answers_a_proposal_and_everybody_reads_it(page, trees) -> None:
    oaks = given.proposal(trees)
    page.sign_in(given.clerk())
    page.get(f"{base(trees)}/proposals/{oaks.id}/answer")

    seen = page.press("Publish the answer", verdict="rejected", ground="money", text="Not *this* year.", lang="en")

    assert "The answer is public." in seen
    assert "Not this year." in seen
    assert "on the ground of: Money" in seen
    (entry,) = entries(Action.ANSWER_PROPOSAL)
    assert entry["facts"] == {"verdict": "rejected", "ground": "money"}


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"verdict": "deferred", "text": ""}, "Give reasons: residents are owed them for anything but a full yes."),
        ({"verdict": "rejected", "text": "No."}, "Say on what ground the proposal is rejected."),
        ({"text": "Some words"}, "Choose what the city does."),
    ],
)
def test_an_answer_without_its_reasons_comes_back_with_what_was_typed(page, trees, typed, problem) -> None:
    oaks = given.proposal(trees)
    page.sign_in(given.clerk())
    page.get(f"{base(trees)}/proposals/{oaks.id}/answer")

    seen = page.press("Publish the answer", expect=422, **typed)

    assert problem in seen
    assert typed["text"] in seen.main.first("textarea").text
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_newer_answer_replaces_the_older_which_stays_readable(page, trees) -> None:
    oaks, clerk = given.proposal(trees), given.clerk()
    acts.answer(clerk, oaks, verdict=AnswerVerdict.DEFERRED, text="After the budget.", lang="en")
    acts.answer(
        clerk, oaks, verdict=AnswerVerdict.REJECTED, ground=AnswerGround.LAW, text="It is the state's.", lang="en"
    )
    page.sign_in(clerk)

    shown = page.get(f"{base(trees)}/proposals/{oaks.id}")
    assert "It is the state's." in shown
    assert "After the budget." not in shown
    assert "After the budget." in page.get(f"{base(trees)}/proposals/{oaks.id}/answer")
    assert [one.replaced_at is None for one in db.session.scalars(select(Answer).order_by(Answer.id))] == [False, True]


def test_a_withdrawn_proposal_is_not_answered(app, trees) -> None:
    author = given.resident()
    oaks = given.proposal(trees, by=author)
    proposals.withdraw(author, oaks, reason="I moved.")
    client = app.test_client()
    client.sign_in(given.clerk())

    assert client.get(f"{base(trees)}/proposals/{oaks.id}/answer").status_code == 403


# ---------------------------------------------------------------- from the command line


def test_the_command_line_writes_the_public_bundle(app, trees, tmp_path) -> None:
    given.proposal(trees, title="Plant oaks")
    runner, file = app.test_cli_runner(), tmp_path / "out.zip"

    listed = runner.invoke(args=["records", "list"])
    done = runner.invoke(args=["records", "export", trees.slug, str(file)])

    assert trees.slug in listed.output
    assert done.exit_code == 0, done.output
    assert [row["title"] for row in Opened(file.read_bytes()).rows("proposals")] == ["Plant oaks"]
    assert [one.name for one in tmp_path.iterdir() if "out.zip" in one.name] == ["out.zip"]
    (entry,) = entries(Action.EXPORT_RECORDS)
    assert entry["by"] == {"role": "operator"}


def test_the_command_line_names_a_deliberation_that_it_does_not_find(app, tmp_path) -> None:
    done = app.test_cli_runner().invoke(args=["records", "export", "nowhere", str(tmp_path / "out.zip")])

    assert done.exit_code == 1
    assert "There is no deliberation “nowhere”. `flask records list` names them." in done.output
    assert not (tmp_path / "out.zip").exists()
