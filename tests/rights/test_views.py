"""The catalogue, and a proposal's rights, as residents and reviewers meet them: without JavaScript."""

from __future__ import annotations

import re

import pytest

from app.accounts.models import Account
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations import acts as deliberations
from app.deliberations.models import Deliberation
from app.proposals import acts as proposals
from app.proposals import queries as reading
from app.proposals.models import Proposal
from app.rights import acts, catalogue, queries
from app.rights.forms import localized
from app.rights.tags import Direction, Tag
from app.rights.text import Text
from tests import given
from tests.html import Element
from tests.pages import Page, Visitor
from tests.queries import MOST, counted

RIGHTS = catalogue.load()
WORDS = {
    "title": "No cameras that know faces",
    "body": "A camera at the bus stop should not know who I am. Count the riders, not their faces.",
}
ANSWERS = {"A1": ["privacy", "safety"], "A2": "mixed", "A3": ["race", "renters"], "A4": "no", "A5": "yes"}
ALL = {**ANSWERS, "A6": "not_sure", "A7": "no", "A8": "I worry about who sees the pictures."}


@pytest.fixture
def cameras(app) -> Deliberation:
    return given.deliberation("How do we keep our bus stops safe?", round=RoundKind.PROPOSE)


@pytest.fixture
def ada(app) -> Account:
    return given.resident("Ada")


@pytest.fixture
def faces(cameras, ada) -> Proposal:
    return given.proposal(cameras, by=ada, **WORDS)


@pytest.fixture
def rosa(app) -> Account:
    return given.reviewer("Rosa")


def at(proposal: Proposal, cameras: Deliberation, more: str = "") -> str:
    return f"/deliberations/{cameras.slug}/proposals/{proposal.id}/rights{more}"


# ---------------------------------------------------------------- the catalogue


def test_the_catalogue_can_be_read_by_everybody_in_both_languages(client) -> None:
    firsts = [RIGHTS.articles_of(one.id)[0] for one in RIGHTS.instruments]
    places = ["/rights", *(f"/rights/{one.id}" for one in RIGHTS.instruments)]
    places += [f"/rights/themes/{one.id}" for one in RIGHTS.themes]
    places += [f"/rights/articles/{one.id}" for one in firsts]
    for language in ("en", "es"):
        client.set_cookie("lang", language)
        for place in places:
            assert client.get(place).status_code == 200, place


def test_what_is_not_in_the_catalogue_is_not_found(client) -> None:
    for place in ("/rights/magna-carta", "/rights/articles/icescr-99", "/rights/themes/dragons", "/rights/articles"):
        assert client.get(place).status_code == 404


def test_the_catalogue_says_where_the_united_states_stands_and_what_is_not_certain(page: Visitor) -> None:
    seen = page.get("/rights")
    assert "Treaty, 1966" in seen
    assert "Signed, not ratified · Oct 5, 1977 (as of Nov 23, 2026)" in seen
    assert "not verified" in seen
    covenant = page.click("International Covenant on Economic, Social and Cultural Rights")
    assert "The exact day has not been checked yet." in covenant
    assert covenant.link("The official text of the ICESCR").startswith("https://www.ohchr.org/")
    assert "not legal advice" in covenant


def test_the_catalogue_speaks_spanish(client, page: Visitor) -> None:
    client.set_cookie("lang", "es")
    seen = page.get("/rights/articles/icescr-11")
    assert seen.h1.startswith("PIDESC 11: ")
    assert RIGHTS.article("icescr-11").summary.in_("es") in seen
    assert "/es/" in seen.main.first("a", rel="external")["href"]


def test_words_that_are_not_in_the_page_s_language_say_which_they_are_in(app) -> None:
    with app.test_request_context(headers={"Cookie": "lang=es"}):
        assert localized(Text("Home & garden")) == '<span lang="en">Home &amp; garden</span>'
        assert localized(Text("Home", (("es", "Hogar"),))) == "Hogar"


def test_an_article_is_found_by_what_residents_call_it_and_by_its_name(page: Visitor) -> None:
    page.get("/rights")
    found = page.press("Find", q="eviction")
    assert "ICESCR 11: " in " ".join(one.text for one in found.main.all("h3")[:3])
    found = page.press("Find", q="ICCPR 17")
    assert found.main.first("h3").text.startswith("ICCPR 17: ")
    assert found.main.first("input", name="q")["value"] == "ICCPR 17"


def test_a_search_that_finds_nothing_says_so_and_shows_what_there_is(page: Visitor) -> None:
    seen = page.get("/rights?q=xyzzy")
    assert "Nothing fits" in seen
    assert "Housing and homelessness" in seen


def test_long_results_come_in_pages(page: Visitor) -> None:
    first = page.get("/rights?q=children")
    second = page.click("Next")
    assert first.main.first("h3").text != second.main.first("h3").text
    assert second.response.request.full_path == "/rights?q=children&page=2"


def test_an_article_shows_its_proposals_and_whose_view_it_is(page: Visitor, cameras, faces, ada, rosa) -> None:
    acts.tag(ada, faces, said=Tag("iccpr-17", Direction.ADVANCES), lang="en")
    acts.tag(rosa, faces, said=Tag("iccpr-17", Direction.ENDANGERS), lang="en")
    seen = page.get("/rights/articles/iccpr-17")
    assert "Its author says Advances this right" in seen
    assert "Human rights reviewers say Endangers this right" in seen
    listed = page.click(f"1 proposal: {cameras.question}")
    assert WORDS["title"] in listed
    assert "Only proposals tied to ICCPR 17" in listed
    assert "1 proposal" in page.get("/rights/themes/privacy-surveillance")
    assert "1 proposal" in page.get("/rights/iccpr")
    assert "1 proposal" in page.get("/rights?q=ICCPR+17")


def test_a_hidden_proposal_is_not_shown_at_its_articles(page: Visitor, faces, ada) -> None:
    acts.tag(ada, faces, said=Tag("iccpr-17", Direction.ADVANCES), lang="en")
    proposals.hide(given.facilitator(), faces, reason="Names a neighbor.")
    assert WORDS["title"] not in page.get("/rights/articles/iccpr-17")
    assert "1 proposal" not in page.get("/rights/iccpr")


def test_the_same_right_in_other_instruments_is_one_step_away(page: Visitor) -> None:
    page.get("/rights/articles/icescr-11")
    assert page.click("CRC 27: Standard of living").h1 == "CRC 27: Standard of living"


# ---------------------------------------------------------------- step 2 of a new proposal


def begin(page: Visitor, who: Account, deliberation: Deliberation) -> Page:
    page.sign_in(who)
    page.get(f"/deliberations/{deliberation.slug}/proposals/new")
    return page.press("Go on to the rights check", **WORDS)


def draft_of(who: Account, deliberation: Deliberation):
    db.session.expire_all()
    return reading.draft(db.session(), who.id, deliberation.id, None)


def test_a_resident_looks_at_rights_while_proposing(page: Visitor, ada, cameras) -> None:
    assert begin(page, ada, cameras).h1 == "Quick look"
    page.press("Go on to the articles", **ALL)
    page.press(
        "Go on and check",
        **{
            "iccpr-17-direction": "advances",
            "iccpr-9-direction": "both",
            "iccpr-9-groups": ["race", "migrants"],
            "iccpr-9-mitigation": "Pictures are gone after a day.",
            "cat-16-direction": "none",
        },
    )
    assert "Your answers to the quick look will be public with it." in page.page
    page.press("Publish my proposal")
    seen = page.click("The checklist for this proposal")
    assert "They were told" not in seen
    assert "I worry about who sees the pictures." in seen
    assert "Liberty and safety from officials at stake" in seen
    assert "Needs a closer look" in seen
    [shown] = queries.tags_of(db.session(), [1]).values()
    assert {(tag.article_id, tag.direction, tag.groups, tag.mitigation) for tag in shown} == {
        ("iccpr-17", "advances", ("race", "renters"), ""),
        ("iccpr-9", "both", ("race", "migrants"), "Pictures are gone after a day."),
    }


def test_each_suggestion_says_why_and_none_is_applied_by_itself(page: Visitor, ada, cameras) -> None:
    begin(page, ada, cameras)
    seen = page.press("Go on to the articles", **ALL)
    first = seen.main.all("section", class_="weigh")[0]
    assert re.search(r"Why this one\? Question \d: “.+”\.", first.text)
    assert "Words of the proposal: cameras" in seen
    assert not any(one.has("checked") for one in seen.main.all("input", type="radio"))
    page.press("Go on and check")
    assert "No articles are tied to this proposal yet." in page.page
    assert draft_of(ada, cameras).content["tags"] == []


def test_those_who_feel_it_most_are_ticked_where_it_can_be_seen(page: Visitor, ada, cameras) -> None:
    begin(page, ada, cameras)
    seen = page.press("Go on to the articles", **ALL)
    first = seen.main.all("div", class_="weigh-who")[0]
    open_boxes = [box for box in first.all("input") if not any(above.tag == "details" for above in box.ancestors)]
    assert [(box["value"], box.has("checked")) for box in open_boxes] == [("race", True), ("renters", True)]
    assert len(first.all("input")) == 16


def test_the_questions_can_be_skipped_and_what_was_ticked_waits_in_the_draft(page: Visitor, ada, cameras) -> None:
    begin(page, ada, cameras)
    seen = page.press("Skip for now", A1=["privacy"], A8="Who sees the pictures?")
    assert seen.h1 == "Check and publish"
    assert "no answers will be public" in seen
    again = page.click("Change the rights check")
    assert again.main.first("input", id="A1-9").has("checked")
    assert "Who sees the pictures?" in again
    page.press("Skip for now")
    page.press("Publish my proposal")
    assert queries.assessment(db.session(), 1) is None


def test_missing_and_wrong_answers_are_named_and_everything_is_kept(page: Visitor, client, ada, cameras) -> None:
    begin(page, ada, cameras)
    place = f"/deliberations/{cameras.slug}/proposals/new/rights"
    six = ["women", "children", "older", "race", "faith", "renters"]
    answer = client.post(place, data={"A1": ["privacy", "dragons"], "A3": six, "A8": "x " * 400, "press": "go"})
    seen = Page(answer)
    assert seen.status == 422
    assert "Choose at most 5. You chose 6." in seen
    assert "Use at most 600 characters." in seen
    assert "“dragons” is not one of the answers." in seen
    assert seen.main.first("a", href="#A2-0").text == "Overall, will people be better or worse off? Choose an answer."
    assert "x x x" in seen
    assert draft_of(ada, cameras).content["answers"]["A3"] == six
    assert "x x x" in page.get(place)


def test_an_article_can_be_looked_up_and_added_without_losing_what_was_chosen(page: Visitor, ada, cameras) -> None:
    begin(page, ada, cameras)
    page.press("Go on to the articles", **ALL)
    found = page.press("Find", q="strike", **{"iccpr-17-direction": "advances"})
    assert "ICESCR 8" in found
    page.press("Add it ICESCR 8")
    assert "You added this one." in page.page
    page.press("Go on and check", **{"icescr-8-direction": "endangers"})
    assert "Nothing is said yet of what would lessen the harm: ICESCR 8." in page.page
    assert [tag["article"] for tag in draft_of(ada, cameras).content["tags"]] == ["iccpr-17", "icescr-8"]


def test_a_search_without_result_says_so(page: Visitor, ada, cameras) -> None:
    begin(page, ada, cameras)
    page.press("Skip for now")
    page.get(f"/deliberations/{cameras.slug}/proposals/new/articles")
    assert "Nothing fits that is not here already." in page.press("Find", q="xyzzy")


def test_a_danger_without_a_mitigation_is_warned_of_and_never_blocked(page: Visitor, ada, cameras) -> None:
    begin(page, ada, cameras)
    page.press("Go on to the articles", **ALL)
    seen = page.press("Go on and check", **{"iccpr-17-direction": "endangers"})
    assert seen.h1 == "Check and publish"
    assert "Nothing is said yet of what would lessen the harm: ICCPR 17." in seen
    page.press("Publish my proposal")
    assert "Harm without an answer" in page.click("The checklist for this proposal")


def test_a_mitigation_without_a_direction_is_asked_about(page: Visitor, ada, cameras) -> None:
    begin(page, ada, cameras)
    page.press("Go on to the articles", **ALL)
    seen = page.press("Go on and check", expect=422, **{"iccpr-17-mitigation": "Pictures are gone after a day."})
    assert "Choose how your proposal works here." in seen
    assert "Pictures are gone after a day." in seen
    assert "tags" not in draft_of(ada, cameras).content
    assert "Pictures are gone after a day." in page.get(seen.path)


def test_what_was_set_aside_stays_set_aside(page: Visitor, ada, cameras) -> None:
    begin(page, ada, cameras)
    page.press("Go on to the articles", **ALL)
    page.press("Go on and check", **{"iccpr-17-direction": "none"})
    seen = page.get(f"/deliberations/{cameras.slug}/proposals/new/articles")
    assert seen.main.first("input", name="iccpr-17-direction", value="none").has("checked")


def test_made_up_articles_groups_and_directions_are_refused(page: Visitor, client, ada, cameras) -> None:
    begin(page, ada, cameras)
    place = f"/deliberations/{cameras.slug}/proposals/new/articles"
    sent = {"article": ["iccpr-17", "magna-carta"], "iccpr-17-direction": "sideways", "iccpr-17-groups": ["elves"]}
    assert client.post(place, data={**sent, "press": "go"}).status_code == 422
    sent["iccpr-17-direction"] = "advances"
    answer = client.post(place, data={**sent, "press": "go"})
    assert answer.status_code == 422
    assert "There is no group “elves” to choose." in answer.get_data(as_text=True)
    assert client.post(place, data={"article": [], "add": "magna-carta"}).status_code == 303
    assert "tags" not in draft_of(ada, cameras).content


def test_step_two_begins_with_the_words(page: Visitor, ada, cameras) -> None:
    page.sign_in(ada)
    for step in ("rights", "articles"):
        assert page.get(f"/deliberations/{cameras.slug}/proposals/new/{step}").h1 == "Write a proposal"


def test_whoever_may_not_propose_is_told_why_before_answering(page: Visitor, cameras) -> None:
    page.sign_in(given.unverified("Uma"))
    for step in ("rights", "articles"):
        seen = page.get(f"/deliberations/{cameras.slug}/proposals/new/{step}", expect=403)
        assert "Only verified residents can do this." in seen


def test_the_check_is_short_enough_to_be_filled_in(page: Visitor, ada, cameras) -> None:
    """Under five minutes: adults read 238 words a minute (Brysbaert 2019); ten seconds to decide each thing."""
    asked = begin(page, ada, cameras).main
    articles = page.press("Go on to the articles", **ALL).main.all("section", class_="weigh")
    words = len(asked.text.split()) + sum(_words_at_first(one) for one in articles)
    decisions = len(asked.all("fieldset")) + len(asked.all("textarea")) + len(articles)
    assert decisions == 8 + 4
    assert words / 238 + decisions * 10 / 60 < 5


def _words_at_first(article: Element) -> int:
    """Without what is only asked once a direction is chosen."""
    later = [*article.all("div", class_="weigh-who"), *article.all("div", class_="weigh-harm")]
    return len(article.text.split()) - sum(len(one.text.split()) for one in later)


# ---------------------------------------------------------------- a public proposal


def test_a_proposal_says_that_nobody_has_looked_yet(page: Visitor, cameras, faces) -> None:
    seen = page.get(at(faces, cameras))
    assert "No articles are tied to this proposal yet." in seen
    assert "Its author has not answered the questions." in seen
    assert "Sign in first. Reading needs no account." in seen


def test_the_author_answers_and_answers_again(page: Visitor, cameras, faces, ada) -> None:
    page.sign_in(ada)
    page.get(at(faces, cameras))
    page.click("Answer the questions")
    seen = page.press("Publish my answers", **ALL)
    assert "The people affected were not asked" in seen
    again = page.click("Answer again")
    assert again.main.first("input", id="A2-2").has("checked")
    seen = page.press("Publish my answers", A7="led")
    assert "They led it" in seen
    assert "The people affected were not asked" not in seen


def test_unfinished_answers_are_not_published(page: Visitor, cameras, faces, ada) -> None:
    page.sign_in(ada)
    page.get(at(faces, cameras, "/check"))
    seen = page.press("Publish my answers", expect=422, **ANSWERS)
    assert "Choose an answer." in seen
    assert queries.assessment(db.session(), faces.id) is None


def test_answers_say_which_revision_they_were_about(page: Visitor, cameras, faces, ada) -> None:
    answers = {question: [given] if isinstance(given, str) else given for question, given in ALL.items()}
    acts.assess(ada, faces, answers=answers, tags=[Tag("iccpr-17", Direction.ADVANCES)], lang="en")
    assert "The proposal has been revised since" not in page.get(at(faces, cameras))
    proposals.revise(ada, faces, **WORDS, lang="en", note="Only the night buses.")
    seen = page.get(at(faces, cameras))
    assert "The proposal has been revised since: this is revision 2." in seen
    assert "about revision 1" in seen
    assert "What changed since revision 1" in page.click("See what changed")


def test_a_reviewer_ties_an_article_and_takes_it_back(page: Visitor, cameras, faces, rosa) -> None:
    page.sign_in(rosa)
    page.get(at(faces, cameras))
    page.click("Tie it to an article")
    page.press("Find", q="ICCPR 17")
    page.click("Choose it ICCPR 17")
    seen = page.press(
        "Tie the proposal to it",
        direction="endangers",
        groups=["race"],
        explanation="Riders are watched.",
        mitigation="Pictures are gone after a day.",
    )
    assert "Human rights reviewers say" in seen
    for words in ("Riders are watched.", "Pictures are gone after a day.", "Racial and ethnic minorities", "Rosa"):
        assert words in seen
    assert "Harm without an answer" not in seen
    seen = page.press("Take it back ICCPR 17")
    assert "No articles are tied to this proposal yet." in seen


def test_offers_for_a_public_proposal_say_why(page: Visitor, cameras, faces, rosa) -> None:
    page.sign_in(rosa)
    seen = page.get(at(faces, cameras, "/tag"))
    assert "Words of the proposal: cameras" in seen


def test_tying_without_a_direction_keeps_what_was_written(page: Visitor, cameras, faces, rosa) -> None:
    page.sign_in(rosa)
    page.get(at(faces, cameras, "/tag/iccpr-17"))
    seen = page.press("Tie the proposal to it", expect=422, explanation="Riders are watched.")
    assert "Choose how the proposal works on this right." in seen
    assert "Riders are watched." in seen


def test_tying_to_the_same_article_twice_is_answered_on_the_form(page: Visitor, cameras, faces, rosa) -> None:
    acts.tag(rosa, faces, said=Tag("iccpr-17", Direction.ENDANGERS), lang="en")
    page.sign_in(rosa)
    page.get(at(faces, cameras, "/tag/iccpr-17"))
    seen = page.press("Tie the proposal to it", expect=409, direction="both", explanation="Riders are watched.")
    assert "You have tied this proposal to that article already." in seen
    assert "Riders are watched." in seen


def test_made_up_articles_cannot_be_tied(page: Visitor, client, cameras, faces, rosa) -> None:
    page.sign_in(rosa)
    page.get(at(faces, cameras, "/tag/magna-carta"), expect=404)
    sent = {"direction": "advances", "groups": ["elves"], "lang": "en"}
    assert client.post(at(faces, cameras, "/tag/iccpr-17"), data=sent).status_code == 422
    assert client.post(at(faces, cameras, "/tag/7/withdraw")).status_code == 404


def test_other_residents_are_told_who_may_do_what(page: Visitor, client, cameras, faces, ada) -> None:
    made = acts.tag(ada, faces, said=Tag("iccpr-17", Direction.ADVANCES), lang="en")
    page.sign_in(given.resident("Bo"))
    seen = page.get(at(faces, cameras))
    assert "Articles are tagged by the proposal's author and by human rights reviewers." in seen
    assert "The first-pass checklist is filled in by the proposal's author." in seen
    assert [one.text for one in seen.main.all("button")] == []
    page.get(at(faces, cameras, "/check"), expect=403)
    page.get(at(faces, cameras, "/tag"), expect=403)
    assert client.post(at(faces, cameras, f"/tag/{made.id}/withdraw")).status_code == 403


def test_when_the_round_is_over_the_page_says_so(page: Visitor, cameras, faces, ada) -> None:
    acts.tag(ada, faces, said=Tag("iccpr-17", Direction.ADVANCES), lang="en")
    deliberations.close_round(given.facilitator(), cameras.rounds[0], reason="Enough proposals.")
    page.sign_in(ada)
    seen = page.get(at(faces, cameras))
    assert "The round for this closed on" in seen
    assert [one.text for one in seen.main.all("button")] == []


def test_what_was_said_of_a_hidden_proposal_is_not_shown(page: Visitor, cameras, faces, ada) -> None:
    acts.tag(
        ada, faces, said=Tag("iccpr-17", Direction.ENDANGERS, (), "Mrs. Lee of number 5 keeps the key."), lang="en"
    )
    proposals.hide(given.facilitator(), faces, reason="Names a neighbor.")
    for more in ("", "/check", "/tag", "/tag/iccpr-17"):
        page.get(at(faces, cameras, more), expect=404)


def test_mitigations_keep_their_language(page: Visitor, cameras, faces, ada) -> None:
    said = Tag("iccpr-17", Direction.ENDANGERS, (), "Las fotos se borran al día.")
    acts.tag(ada, faces, said=said, lang="es")
    seen = page.get(at(faces, cameras))
    assert seen.main.first("span", lang="es").text == said.mitigation


# ---------------------------------------------------------------- what pages cost


def test_no_page_takes_more_statements_than_it_may(client, cameras, faces, ada, rosa) -> None:
    for article in RIGHTS.articles_of("iccpr")[:8]:
        acts.tag(ada, faces, said=Tag(article.id, Direction.BOTH, ("race",)), lang="en")
        acts.tag(rosa, faces, said=Tag(article.id, Direction.BOTH, ("race",)), lang="en")
    client.sign_in(rosa)
    here = at(faces, cameras)
    places = [
        "/rights",
        "/rights?q=water",
        "/rights/iccpr",
        "/rights/articles/iccpr-2",
        "/rights/themes/privacy-surveillance",
    ]
    for place in (*places, here, f"{here}/tag", f"{here}/tag/crc-3"):
        client.get(place)
        with counted() as statements:
            assert client.get(place).status_code == 200
        assert len(statements) <= MOST, f"{place}: {statements}"
