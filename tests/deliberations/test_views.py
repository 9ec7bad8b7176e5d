"""The pages of deliberations and rounds, as residents and officials meet them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app import clock
from app.charter.rounds import RoundKind, RoundState, state_at
from app.database import db
from app.deliberations import acts, queries
from app.deliberations.models import Deliberation
from app.discussion import acts as discussion
from app.discussion.models import Reason
from app.web import citytime
from tests import given
from tests.databases import settings_for
from tests.queries import MOST, counted

pytestmark = pytest.mark.usefixtures("frozen")
HOUR = timedelta(hours=1)
REASON = "The flyers came late."


@pytest.fixture
def settings(database, tmp_path):
    """A city whose clocks aren't UTC: nine in UTC is five in the morning there."""
    return replace(settings_for(tmp_path, database), timezone="America/New_York")


@pytest.fixture
def femi(app):
    return given.facilitator("Femi")


@pytest.fixture
def trees(femi) -> Deliberation:
    return given.deliberation(by=femi)


@pytest.fixture
def path(trees) -> str:
    return f"/deliberations/{trees.slug}"


def the_round(trees: Deliberation) -> acts.Round:
    [found] = queries.rounds_of(db.session(), trees.id)
    db.session.refresh(found)
    return found


# ---------------------------------------------------------------- reading


def test_a_city_without_deliberations_says_so(app, page) -> None:
    assert "No deliberation yet" in page.get("/deliberations")


def test_the_list_says_what_is_open_and_until_when(app, femi, trees, page) -> None:
    round_ = given.planned_round(trees, RoundKind.PROPOSE, by=femi, closes_at=clock.now() + 2 * HOUR)
    acts.open_round(femi, round_)
    found = page.get("/deliberations")
    assert "Open now" in found
    assert "in 2 hours" in found
    assert page.click(trees.question).h1 == trees.question


def test_what_is_open_is_listed_before_what_is_over(app, femi, page) -> None:
    for question, close in (("First?", False), ("Second?", True)):
        made = given.deliberation(question, by=femi)
        round_ = given.open_round(made, RoundKind.INFORM, by=femi)
        if close:
            acts.close_round(femi, round_)
    headings = [one.text for one in page.get("/deliberations").main.all("h2")]
    assert headings == ["First?", "Second?"]


def test_an_unknown_address_is_not_found(app, trees, page) -> None:
    page.get("/deliberations/nothing", expect=404)
    page.get(f"/deliberations/{trees.slug}/rounds/99", expect=404)


def test_a_round_of_another_deliberation_is_not_found_here(app, femi, trees, path, page) -> None:
    other = given.open_round(given.deliberation("Homes?", by=femi), RoundKind.INFORM, by=femi)
    page.get(f"{path}/rounds/{other.id}", expect=404)


def test_a_page_tells_what_is_open_what_comes_next_and_what_one_can_do(app, femi, trees, path, page) -> None:
    given.open_round(trees, RoundKind.PROPOSE, by=femi)
    given.planned_round(trees, RoundKind.DISCUSS, by=femi, opens_at=clock.now() + 24 * HOUR)
    page.sign_in(given.resident("Ada"))
    found = page.get(path)
    assert "What comes next: Discuss" in found
    assert "Opens on May 5, 2026, 5:00" in found
    assert found.link("Write a proposal") == f"{path}/proposals/new"


def test_a_stranger_is_told_what_it_takes(app, femi, trees, path, page) -> None:
    given.open_round(trees, RoundKind.PROPOSE, by=femi)
    found = page.get(path)
    assert "Sign in first." in found
    assert f'href="/sign-in?next={path}"' in found.response.get_data(as_text=True)
    with pytest.raises(LookupError):
        found.link("Write a proposal")


def test_one_reason_is_said_once_for_all_that_it_stands_against(app, femi, trees, path, page) -> None:
    given.open_round(trees, RoundKind.PROPOSE, by=femi)
    page.sign_in(given.unverified("Uma"))
    found = page.get(path).text
    assert found.count("Only verified residents can do this.") == 1
    assert "Write a proposal Endorse what you support Only verified residents" in found


def test_moderators_are_led_to_what_waits_for_them(app, femi, trees, path, page) -> None:
    given.open_round(trees, RoundKind.PROPOSE, by=femi)
    said = given.comment(given.proposal(trees), by=given.unverified("Kim"))
    discussion.report(given.unverified("Uma"), said, reason=Reason.INSULT, detail="")
    page.sign_in(femi)
    found = page.get(path)
    assert "1 waiting" in found
    assert found.link("Reports and appeals") == f"{path}/moderation"
    page.sign_in(given.resident("Ada"))
    assert "waiting" not in page.get(path)


def test_a_resident_too_early_is_told_from_when(app, femi, trees, path, page) -> None:
    given.planned_round(trees, RoundKind.PROPOSE, by=femi, opens_at=clock.now() + HOUR)
    page.sign_in(given.resident("Ada"))
    assert "You can do this from May 4, 2026, 6:00" in page.get(path)


def test_whoever_looks_first_has_the_schedule_entered(app, femi, trees, path, page) -> None:
    given.planned_round(trees, RoundKind.PROPOSE, by=femi, opens_at=clock.now() + HOUR)
    clock.travel(HOUR)
    assert "by the schedule" in page.get(path)
    assert the_round(trees).opened_at == clock.now()


@pytest.mark.parametrize("address", ["/", "/deliberations"])
def test_the_lists_have_the_schedule_entered_too(app, femi, trees, page, address) -> None:
    given.planned_round(trees, RoundKind.PROPOSE, by=femi, opens_at=clock.now() + HOUR)
    clock.travel(HOUR)
    assert trees.question in page.get(address)
    assert the_round(trees).opened_at == clock.now()


def test_a_finished_deliberation_is_clearly_closed(app, femi, trees, path, page) -> None:
    acts.close_round(femi, given.open_round(trees, RoundKind.PROPOSE, by=femi))
    found = page.get(path)
    assert "This deliberation is closed" in found
    assert "Write a proposal" not in found


def test_a_banner_says_on_every_page_that_verification_is_off(app, femi, trees, path, page) -> None:
    round_ = given.open_round(trees, RoundKind.PROPOSE, by=femi, eligibility="everyone")
    pages = (path, f"{path}/rounds/{round_.id}", f"{path}/proposals")
    for one in pages:
        assert "Verification is off in this round" in page.get(one)
    acts.close_round(femi, round_)
    for one in pages:
        assert "Verification is off in this round:" not in page.get(one)


def test_a_round_shows_its_charter_and_every_change_with_who_when_and_why(app, femi, trees, path, page) -> None:
    round_ = given.planned_round(
        trees, RoundKind.PROPOSE, by=femi, closes_at=clock.now() + HOUR, settings={"proposals_per_resident": 3}
    )
    assert "As planned so far" in page.get(f"{path}/rounds/{round_.id}")
    acts.open_round(femi, round_)
    acts.extend_round(femi, round_, closes_at=clock.now() + 25 * HOUR, reason=REASON)
    found = page.get(f"{path}/rounds/{round_.id}")
    assert "Frozen into the public log" in found
    assert "Residents whom a city clerk has verified" in found
    assert "Proposals a resident may make 3" in found
    assert f"Reason: {REASON}" in found
    assert "May 4, 2026, 6:00 AM May 5, 2026, 6:00 AM" in found.text.replace("\u202f", " ")
    assert "Femi Official role: Facilitator" in found


def test_a_vote_tells_its_rule_before_it_opens(app, femi, trees, path, page) -> None:
    vote = given.planned_round(
        trees, RoundKind.VOTE, by=femi, settings={"method": "yes-no", "quorum": {"share": "1/4"}}
    )
    found = page.get(f"{path}/rounds/{vote.id}")
    assert "nobody sees a count" in found
    assert "A tie is reported as a tie" in found


@pytest.mark.parametrize("name", ["", "/rounds", "/rounds/1", "/rounds/1/close", "/edit"])
def test_pages_take_few_statements_however_many_rounds_there_are(app, femi, trees, path, client, name) -> None:
    for kind in (RoundKind.INFORM, RoundKind.PROPOSE, RoundKind.DISCUSS, RoundKind.REVIEW, RoundKind.REVISE):
        given.open_round(trees, kind, by=femi)
    client.sign_in(femi)
    with counted() as statements:
        assert client.get(path + name).status_code == 200
    assert len(statements) <= MOST, statements


def test_a_longer_list_takes_no_more_statements(app, femi, client) -> None:
    def asked() -> int:
        with counted() as statements:
            client.get("/deliberations")
        return len(statements)

    given.open_round(given.deliberation(by=femi), RoundKind.PROPOSE, by=femi)
    client.get("/deliberations")
    one = asked()
    for number in range(4):
        given.open_round(given.deliberation(f"Question {number}?", by=femi), RoundKind.PROPOSE, by=femi)
    assert asked() == one


# ---------------------------------------------------------------- running


def test_a_facilitator_starts_a_deliberation_and_plans_its_first_round(app, femi, page) -> None:
    page.sign_in(femi)
    page.get("/deliberations")
    page.click("Start a deliberation")
    page.press("Make it public", question="Trees?", background="Hot.", promise="We plant.")
    page.click("Plan a round")
    page.click("Propose")
    found = page.press("Plan it", opens_at="2026-05-05T08:00", closes_at="2026-06-05T20:00", proposals_per_resident="3")
    assert "The round is planned." in found
    [round_] = queries.rounds_of(db.session(), queries.by_slug(db.session(), "trees").id)
    assert round_.opens_at.isoformat() == "2026-05-05T12:00:00+00:00", "eight in the morning in New York"
    assert round_.settings == {"eligibility": "verified", "proposals_per_resident": 3}


def test_a_form_with_mistakes_keeps_what_was_typed_and_links_to_them(app, femi, path, page) -> None:
    page.sign_in(femi)
    page.get(f"{path}/rounds/new?kind=propose")
    found = page.press(
        "Plan it",
        title="Autumn",
        opens_at="2026-05-05T08:00",
        closes_at="2026-05-05T07:00",
        longest_text="10",
        expect=422,
    )
    assert "Enter a whole number from 200 to 20000." in found
    assert found.tree.first("input", name="title")["value"] == "Autumn"
    assert found.tree.first("input", name="opens_at")["value"] == "2026-05-05T08:00"
    found = page.press("Plan it", longest_text="", expect=422)
    assert "A round must close after it opens." in found
    assert found.tree.first("input", name="closes_at")["value"] == "2026-05-05T07:00"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-05-04T04:59", "This time is past"),
        ("2027-03-14T02:30", "skip this time"),
        ("2026-11-01T01:30", "show this time twice"),
        ("soon", "Write the day and the time like this"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused_in_words(app, femi, path, page, typed, words) -> None:
    page.sign_in(femi)
    page.get(f"{path}/rounds/new?kind=inform")
    found = page.press("Plan it", opens_at=typed, expect=422)
    assert words in found
    assert found.tree.first("input", name="opens_at")["value"] == typed


def test_the_city_s_time_zone_is_named_where_times_are_typed(app, femi, path, page) -> None:
    page.sign_in(femi)
    assert "City time: Eastern Time (America/New_York)." in page.get(f"{path}/rounds/new?kind=inform")


def test_whoever_plans_a_vote_is_told_the_number_of_each_proposal(app, femi, trees, path, page) -> None:
    given.open_round(trees, RoundKind.PROPOSE, by=femi)
    oaks = given.proposal(trees, title="Plant oaks on Mill Street")
    page.sign_in(femi)
    assert f"{oaks.id} Plant oaks on Mill Street" in page.get(f"{path}/rounds/new?kind=vote")
    assert "Plant oaks" not in page.get(f"{path}/rounds/new?kind=inform")


def test_overlapping_rounds_are_allowed_and_pointed_out(app, femi, trees, path, page) -> None:
    given.open_round(trees, RoundKind.PROPOSE, by=femi)
    page.sign_in(femi)
    page.get(f"{path}/rounds/new?kind=discuss")
    found = page.press("Plan it", opens_at="2026-05-05T08:00")
    assert "For a while it is open together with another round." in found
    assert "Open together with “Propose” for a while." in found


def test_a_vote_is_planned_with_its_rule(app, femi, trees, path, page) -> None:
    page.sign_in(femi)
    page.get(f"{path}/rounds/new?kind=vote")
    assert page.page.tree.first("textarea", name="question").text == trees.question
    page.press("Plan it", method="approval", seats="3", max_choices="5", quorum="share", quorum_value="25")
    settings = the_round(trees).settings
    assert settings["method"] == "approval"
    assert settings["seats"] == 3
    assert settings["quorum"] == {"share": "1/4"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"quorum": "share", "quorum_value": "120"}, "a percentage from 1 to 100"),
        ({"quorum": "number"}, "a percentage from 1 to 100"),
        ({"question": " "}, "Enter the question."),
        ({"ballot": "twelve"}, "Write numbers only"),
        ({"ballot": "4711"}, "Not all of these are public proposals"),
        ({"method": "cumulative"}, "Enter a whole number of at least 1"),
        ({"method": "greedy", "budget": "1000"}, "Enter what each proposal costs"),
        ({"method": "greedy", "budget": "1000", "costs": "12 for the bench"}, "Write a line for each proposal"),
        ({"method": "greedy", "budget": "1000", "costs": "4711: 12"}, "Not all of these are public proposals"),
    ],
)
def test_a_rule_that_cannot_be_counted_by_is_not_planned(app, femi, trees, path, page, typed, words) -> None:
    page.sign_in(femi)
    page.get(f"{path}/rounds/new?kind=vote")
    assert words in page.press("Plan it", expect=422, **typed)
    assert queries.rounds_of(db.session(), trees.id) == []


def test_a_budget_is_planned_with_its_costs_and_edited_as_it_was(app, femi, trees, path, page) -> None:
    given.open_round(trees, RoundKind.PROPOSE, by=femi)
    ada, bo = (given.proposal(trees, by=given.resident(name)).id for name in ("Ada", "Bo"))
    page.sign_in(femi)
    page.get(f"{path}/rounds/new?kind=vote")
    costs = f"{ada}: 45000\n#{bo} = 30000"
    page.press(
        "Plan it", method="equal-shares", budget="70000", costs=costs, ties="lot", completion="greedy",
        opens_at="2026-06-01T08:00",
    )  # fmt: skip
    _, vote = queries.rounds_of(db.session(), trees.id)
    planned = dict(vote.settings)
    assert planned["costs"] == [[ada, 45000], [bo, 30000]]
    assert planned["proposals"] == [ada, bo]
    assert (planned["budget"], planned["ties"], planned["completion"]) == (70000, "lot", "greedy")
    found = page.get(f"{path}/rounds/{vote.id}")
    assert "There is 70,000 to spend." in found
    assert "A tie is decided by lot." in found
    page.get(f"{path}/rounds/{vote.id}/edit")
    page.press("Change the plan", title="The budget")
    db.session.refresh(vote)
    assert vote.settings == planned


def test_a_planned_vote_is_edited_as_it_was_planned(app, femi, trees, path, page) -> None:
    given.open_round(trees, RoundKind.PROPOSE, by=femi)
    numbers = [given.proposal(trees, by=given.resident(name)).id for name in ("Ada", "Bo")]
    page.sign_in(femi)
    page.get(f"{path}/rounds/new?kind=vote")
    page.press(
        "Plan it", quorum="number", quorum_value="50", ballot=", ".join(map(str, numbers)), opens_at="2026-06-01T08:00"
    )
    _, vote = queries.rounds_of(db.session(), trees.id)
    planned = dict(vote.settings)
    page.get(f"{path}/rounds/{vote.id}/edit")
    page.press("Change the plan", title="The vote")
    db.session.refresh(vote)
    assert vote.settings == planned
    assert planned["proposals"] == numbers
    assert vote.title == "The vote"
    assert vote.opens_at.isoformat() == "2026-06-01T12:00:00+00:00"


def test_a_round_is_opened_extended_paused_resumed_closed_and_reopened_in_a_browser(
    app, femi, trees, path, page
) -> None:
    given.planned_round(trees, RoundKind.PROPOSE, by=femi, closes_at=clock.now() + HOUR)
    page.sign_in(femi)
    steps = [
        ("Open the round", {}, RoundState.OPEN),
        ("Move the closing time", {"closes_at": "2026-05-06T08:00", "reason": REASON}, RoundState.OPEN),
        ("Pause the round", {"reason": REASON}, RoundState.PAUSED),
        ("Resume the round", {}, RoundState.OPEN),
        ("Close the round", {"reason": REASON}, RoundState.CLOSED),
        ("Reopen the round", {"closes_at": "", "reason": REASON}, RoundState.OPEN),
        ("Cancel the round", {"reason": REASON}, RoundState.CANCELLED),
    ]
    page.get(f"{path}/rounds/{the_round(trees).id}")
    for words, typed, state in steps:
        page.click(words)
        page.press(words, **typed)
        assert state_at(the_round(trees).facts(), clock.now()) is state
    assert page.page.text.count(f"Reason: {REASON}") == 5


@pytest.mark.parametrize(
    ("name", "words"), [("pause", "Pause the round"), ("cancel", "Cancel the round"), ("close", "Close the round")]
)
def test_without_a_reason_the_form_asks_for_one(app, femi, trees, path, page, name, words) -> None:
    round_ = given.planned_round(trees, RoundKind.PROPOSE, by=femi, closes_at=clock.now() + HOUR)
    acts.open_round(femi, round_)
    page.sign_in(femi)
    page.get(f"{path}/rounds/{round_.id}/{name}")
    found = page.press(words, reason="   ", expect=422)
    assert "Give a reason. Everybody will read it on the page of this round." in found
    assert state_at(the_round(trees).facts(), clock.now()) is RoundState.OPEN


def test_a_vote_with_nothing_to_vote_on_says_so_on_the_form(app, femi, trees, path, page) -> None:
    vote = given.planned_round(trees, RoundKind.VOTE, by=femi, settings={"method": "approval"})
    page.sign_in(femi)
    page.get(f"{path}/rounds/{vote.id}/open")
    found = page.press("Open the round", reason="Kept as typed.", expect=409)
    assert "There is no proposal to vote on." in found
    assert found.tree.first("textarea", name="reason").text == "Kept as typed."


def test_a_vote_that_could_not_open_is_shown_to_everybody(app, femi, trees, path, page) -> None:
    given.planned_round(trees, RoundKind.VOTE, by=femi, opens_at=clock.now() + HOUR, settings={"method": "approval"})
    clock.travel(2 * HOUR)
    assert "Was to open on May 4, 2026" in page.get(path)
    page.sign_in(femi)
    assert "This round could not open on time" in page.get(f"{path}/rounds")


def test_who_runs_no_rounds_is_told_so_with_the_reason(app, femi, trees, path, page) -> None:
    round_ = given.open_round(trees, RoundKind.PROPOSE, by=femi)
    page.sign_in(given.resident("Ada"))
    for one in ("/rounds", "/rounds/new", "/edit", f"/rounds/{round_.id}/close"):
        assert "Rounds are run by the deliberation's facilitators" in page.get(path + one, expect=403)
    page.get("/deliberations/new", expect=403)


def test_a_change_that_came_too_late_is_refused_with_its_reason(app, femi, trees, path, page) -> None:
    round_ = given.planned_round(trees, RoundKind.PROPOSE, by=femi, closes_at=clock.now() + HOUR)
    acts.open_round(femi, round_)
    page.sign_in(femi)
    page.get(f"{path}/rounds/{round_.id}/extend")
    clock.travel(HOUR)
    found = page.press("Move the closing time", closes_at="2026-05-06T08:00", reason=REASON, expect=403)
    assert "Only an open or paused round can be extended." in found


def test_the_words_of_a_deliberation_are_changed_under_the_same_address(app, femi, trees, path, page) -> None:
    page.sign_in(femi)
    page.get(path)
    page.click("Change the words")
    found = page.press("Make it public", question="How do we cool our streets?")
    assert found.h1 == "How do we cool our streets?"
    assert found.path == path


def test_a_promise_too_long_for_the_log_is_refused_in_words(app, femi, path, page) -> None:
    page.sign_in(femi)
    page.get(f"{path}/edit")
    assert "too long for the log" in page.press("Make it public", promise="🌳" * 1900, expect=422)


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
def test_a_zone_of_no_region_is_called_by_its_key(app, zone) -> None:
    app.config["FOLKMOOT"] = replace(app.config["FOLKMOOT"], timezone=zone)
    assert citytime.zone_name() == zone


def test_a_closed_vote_is_not_the_end_and_officials_are_led_to_its_seal(app, femi, trees, path, page) -> None:
    given.resident("Ada")
    propose = given.open_round(trees, RoundKind.PROPOSE, by=femi)
    given.proposal(trees)
    acts.close_round(femi, propose, reason=REASON)
    vote = given.open_round(trees, RoundKind.VOTE, by=femi)
    acts.close_round(femi, vote, reason=REASON)

    found = page.get(path)
    assert "The vote waits for its count" in found
    assert "This deliberation is closed" not in found
    assert "Seal the vote" not in found
    page.sign_in(femi)
    assert page.get(path).link("Seal the vote") == f"{path}/rounds/{vote.id}/seal"
