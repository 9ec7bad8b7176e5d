"""Articles offered for a proposal, with why, and what somebody makes of them."""

from __future__ import annotations

from app.rights import catalogue, checklist
from app.rights.checklist import Answers
from app.rights.tags import Direction, Tag
from app.rights.weighing import NOT_RELEVANT, Offer, Weighed, offers, on_the_table, tags_of

QUICK = checklist.load()
RIGHTS = catalogue.load()
CALM = {"A1": ["water"], "A2": "better", "A3": ["everyone"], "A4": "no", "A5": "no", "A6": "no", "A7": "led"}


def offered(text: str = "", lang: str = "en", but: tuple[str, ...] = (), **answers: str | list[str]) -> list[Offer]:
    return offers(QUICK, Answers.of(CALM | answers), text, lang, RIGHTS, but=but)


def of(found: list[Offer], article_id: str) -> Offer:
    return next(offer for offer in found if offer.article.id == article_id)


def test_each_offer_says_which_answers_brought_it_up() -> None:
    water = of(offered(A1=["water", "home"], A4="yes"), "icescr-11")
    told = [(QUICK.number(question), [option.value for option in options]) for question, options in water.by_question]
    assert told == [(1, ["water", "home"]), (4, ["yes"])]


def test_each_offer_says_which_words_of_the_proposal_brought_it_up() -> None:
    cameras = of(offered("No cameras that know faces."), "iccpr-17")
    assert cameras.words
    assert cameras.because == ()
    assert set(cameras.words) <= {"cameras", "know", "faces"}


def test_words_are_read_in_the_language_of_the_proposal() -> None:
    assert of(offered("Nadie debe sufrir un desalojo.", lang="es"), "icescr-11").words == ("desalojo",)


def test_what_answers_and_words_agree_on_comes_first() -> None:
    found = offered("Stop every shut-off of water.", A1=["water", "land"])
    assert found[0].article.id == "icescr-11"
    assert found[0].words
    assert found[0].because


def test_a_word_alone_comes_after_answers() -> None:
    found = offered("A payment plan for everybody.")
    answered = [place for place, offer in enumerate(found) if offer.because]
    only_words = [place for place, offer in enumerate(found) if not offer.because]
    assert only_words
    assert max(answered) < min(only_words)


def test_what_is_there_already_is_not_offered_again() -> None:
    assert "icescr-11" not in [offer.article.id for offer in offered(but=("icescr-11",))]


def test_without_answers_and_words_nothing_is_offered() -> None:
    assert offers(QUICK, Answers({}), "", "en", RIGHTS) == []


def test_only_what_has_a_direction_becomes_a_tag() -> None:
    weighed = [
        Weighed("icescr-11", "advances", ("renters",)),
        Weighed("icescr-12"),
        Weighed("udhr-25", NOT_RELEVANT, ("renters",), "typed and then set aside"),
    ]
    assert tags_of(weighed) == [Tag("icescr-11", Direction.ADVANCES, ("renters",))]


def test_a_mitigation_belongs_to_a_danger_only() -> None:
    assert Weighed("iccpr-17", "advances", mitigation="Limits.").tag.mitigation == ""
    assert Weighed("iccpr-17", "both", mitigation="Limits.").tag.mitigation == "Limits."


def test_a_draft_gives_back_what_it_was_given() -> None:
    one = Weighed("iccpr-17", "both", ("renters", "older"), "Limits.", added=True)
    assert Weighed.of(one.as_stored()) == one


def test_offers_fill_the_table_up_and_begin_with_those_who_feel_it() -> None:
    shown = on_the_table([], offered(A1=["safety"]), ("renters",), most=3)
    assert len(shown) == 3
    assert {one.groups for one in shown} == {("renters",)}
    assert not any(one.decided for one in shown)


def test_what_was_decided_or_looked_up_stays_on_the_table_whatever_the_answers() -> None:
    weighed = [Weighed("cat-11", NOT_RELEVANT), Weighed("crc-31", added=True), Weighed("udhr-3")]
    shown = [one.article_id for one in on_the_table(weighed, offered(), (), most=3)]
    assert shown[:2] == ["cat-11", "crc-31"]
    assert "udhr-3" not in shown
    assert len(shown) == 3
