"""The full checklist: what is asked, what is missing, how severe a harm is, and where two views differ."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rights import catalogue, checklist, comparing
from app.rights.assessing import Assessing, SectionState
from app.rights.questions import AnswerKind, Answers, Each
from app.rights.tags import Direction
from tests.rights.reading_level import grade

FULL = checklist.load("full")
RIGHTS = catalogue.load()
HOME, PRIVACY = "icescr-11", "iccpr-17"
SOUND = {
    "A1": "home", "A2": ["renters", "older"], "A3": "no", "A4": "no", "A5": "no",
    "B1.renters": "better", "B1.older": "both", "B2": "under_1000", "B3": "none", "B6": "no",
    "C1": "notice", "C2": "nothing", "C7": "language", "C9": "no",
    "D1": "two", "D2": "yes", "D3": "yes", "D4": "no",
    "E1": [HOME, PRIVACY], f"E2.{HOME}": "2", f"E2.{PRIVACY}": "-1", f"E3.{PRIVACY}": "renters",
    f"E4.{PRIVACY}": "2", f"E5.{PRIVACY}": "1", f"E6.{PRIVACY}": "1", f"E7.{PRIVACY}": "all",
    f"F1.{PRIVACY}": "No visit without a date.", f"F2.{PRIVACY}": "The housing office, by May.", f"F3.{PRIVACY}": "1",
    "F5": "In a year, with the renters.", "F6": "go_on_safer",
}  # fmt: skip


def so_far(**changes: str | list[str]) -> Assessing:
    """A sound assessment, but for what is changed; `B1__older` stands for `B1.older`."""
    return Assessing(FULL, Answers.of({**SOUND, **{key.replace("__", "."): said for key, said in changes.items()}}))


@st.composite
def whatever(draw: st.DrawFn) -> Answers:
    """Whatever somebody may have answered, asked or not, sound or not."""
    articles = draw(st.lists(st.sampled_from([HOME, PRIVACY, "cat-16"]), max_size=3, unique=True))
    instances = {
        None: [""], Each.GROUP: ["renters", "women"], Each.RIGHT: articles, Each.HARM: articles, Each.ROW: ["1", "9"],
    }  # fmt: skip
    raw: dict[str, list[str]] = {}
    for question in FULL.questions:
        for of in instances[question.each]:
            values = [option.value for option in question.options] or articles
            answer = st.lists(st.sampled_from(values), max_size=2) if values else st.just([])
            raw[f"{question.id}.{of}" if of else question.id] = draw(
                answer if question.kind is not AnswerKind.TEXT else st.lists(st.text(max_size=5), max_size=1)
            )
    return Answers.of(raw)


# ---------------------------------------------------------------- the questions


def test_it_has_at_most_forty_questions_in_six_sections_and_a_few_are_asked_of_everybody() -> None:
    assert 25 <= len(FULL.questions) <= 40
    assert [section.id for section in FULL.sections] == list("ABCDEF")
    begun = Assessing(FULL, Answers.of({}))
    assert len(begun.asked()) < 25


def test_its_questions_can_be_read_in_the_eighth_grade_and_in_spanish() -> None:
    texts = [text for question in FULL.questions for text in (question.text, question.help) if text]
    texts += [flag.meaning for flag in FULL.flag_kinds] + [section.intro for section in FULL.sections]
    assert [(text.en, grade(text.en)) for text in texts if grade(text.en) > 8] == []
    labels = [option.label for question in FULL.questions for option in question.options]
    assert [text.en for text in [*texts, *labels, FULL.intro] if "es" not in text.languages] == []
    assert [text.en for text in texts if text.in_("es") == text.en] == []


def test_its_answers_bring_up_articles_of_every_instrument() -> None:
    named = {article for question in FULL.questions for option in question.options for article in option.articles}
    assert {RIGHTS.article(one).instrument.id for one in named} == {one.id for one in RIGHTS.instruments}


def test_housing_is_asked_about_only_where_homes_are_touched() -> None:
    def ids(assessing: Assessing) -> set[str]:
        return {one.question.id for one in assessing.asked("C")}

    assert "C1" in ids(so_far())
    assert "C1" not in ids(so_far(A1="voice"))


def test_groups_rights_and_harms_are_each_asked_about() -> None:
    keys = {one.key for one in so_far().asked()}
    assert {"B1.renters", "B1.older", f"E2.{HOME}", f"E2.{PRIVACY}", f"E4.{PRIVACY}", f"F1.{PRIVACY}"} <= keys
    assert not keys & {f"E4.{HOME}", f"F1.{HOME}", "B1.women"}


def test_an_answer_to_a_question_no_longer_asked_counts_for_nothing() -> None:
    evicted = so_far(C1="none")
    assert "eviction" in [flag.id for flag in evicted.flags]
    assert "eviction" not in [flag.id for flag in so_far(C1="none", A1="voice").flags]


@given(whatever())
def test_only_what_is_asked_counts_whatever_was_answered(answers: Answers) -> None:
    assessing = Assessing(FULL, answers)
    asked = {one.key for one in assessing.asked()}
    assert set(assessing.answers.given) <= asked
    assert set(assessing.errors()) <= asked
    assert Assessing(FULL, assessing.answers).errors() == assessing.errors()
    assert {tag.article_id for tag in assessing.tags} <= set(assessing.rights)


# ---------------------------------------------------------------- complete


def test_sound_answers_make_it_complete() -> None:
    assert so_far().errors() == {}
    assert {section.id: so_far().state(section.id) for section in FULL.sections} == dict.fromkeys(
        "ABCDEF", SectionState.DONE
    )


@pytest.mark.parametrize("key", sorted(SOUND))
def test_without_any_one_answer_it_is_not_complete(key: str) -> None:
    optional = {f"E3.{PRIVACY}"}
    left = Assessing(FULL, Answers.of({one: said for one, said in SOUND.items() if one != key}))
    assert left.complete is (key in optional)
    if key not in optional:
        assert left.state(key[0]) is not SectionState.DONE
        assert key not in left.errors(required=False)


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"E1": "undrip-99"}, "E1", "There is no article “undrip-99” in the catalogue."),
        ({"B3": "all", "B5__1": "javascript:alert(1)"}, "B5.1", "Give a whole web address"),
        ({"B1__renters": "worst"}, "B1.renters", "is not one of the answers"),
        ({"C4": "none", "A4": "yes", "C3": "all"}, "F6", "A line is crossed that nobody may cross."),
    ],
)
def test_what_cannot_be_kept_is_explained(changes: dict[str, str], key: str, said: str) -> None:
    assert said in str(so_far(**changes).errors()[key][0])


def test_a_red_line_leaves_only_to_change_the_idea_or_to_stop() -> None:
    crossed = {"A4": "yes", "C3": "all", "C4": "none"}
    assert [flag.id for flag in so_far(**crossed).red_lines] == ["red_line"]
    assert not so_far(**crossed).complete
    assert so_far(**crossed, F6="redesign").complete
    assert so_far(**crossed, F6="stop").complete


# ---------------------------------------------------------------- severity


def harm(effect: str = "-1", scale: str = "0", scope: str = "0", remedy: str = "0", past: str = "no") -> int:
    said = {f"E2.{HOME}": effect, f"E4.{HOME}": scale, f"E5.{HOME}": scope, f"E6.{HOME}": remedy}
    return Assessing(FULL, Answers.of({"E1": HOME, "B6": past, **said})).severity(HOME)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, 0),
        ({"scale": "2"}, 2),
        ({"remedy": "2", "scale": "1"}, 2),
        ({"scale": "2", "scope": "3"}, 3),
        ({"scale": "1", "past": "yes"}, 2),
        ({"scale": "3", "scope": "3", "past": "yes"}, 3),
        ({"scale": "3", "effect": "1"}, 0),
    ],
)
def test_severity_is_the_worse_of_scale_and_remedy_and_one_more_for_many_or_past_wrongs(
    said: dict[str, str], level: int
) -> None:
    assert harm(**said) == level


DEGREE = st.sampled_from("0123")


@given(DEGREE, DEGREE, DEGREE, st.sampled_from(["yes", "no"]))
def test_severity_never_falls_when_anything_gets_worse(scale: str, scope: str, remedy: str, past: str) -> None:
    level = harm("-1", scale, scope, remedy, past)
    assert 0 <= level <= 3
    assert max(int(scale), int(remedy)) <= level
    for worse in ({"scale": "3"}, {"scope": "3"}, {"remedy": "3"}, {"past": "yes"}):
        given_now = {"scale": scale, "scope": scope, "remedy": remedy, "past": past}
        assert harm("-1", **{**given_now, **worse}) >= level


def test_each_right_gets_a_tag_with_its_groups_and_what_lessens_the_harm() -> None:
    stronger, weaker = so_far().tags
    assert (stronger.article_id, stronger.direction) == (HOME, Direction.ADVANCES)
    assert (weaker.direction, weaker.groups, weaker.mitigation) == (
        Direction.ENDANGERS, ("renters",), "No visit without a date.",
    )  # fmt: skip


# ---------------------------------------------------------------- two views


def test_the_share_of_common_articles() -> None:
    assert comparing.jaccard([], []) == 1
    assert comparing.jaccard([HOME], []) == 0
    assert comparing.jaccard([HOME, PRIVACY], [PRIVACY]) == Fraction(1, 2)


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_the_share_is_the_same_both_ways_and_whole_only_for_the_same(one: set[str], other: set[str]) -> None:
    assert comparing.jaccard(one, other) == comparing.jaccard(other, one)
    assert (comparing.jaccard(one, other) == 1) is (one == other)


def test_differences_come_before_what_is_agreed() -> None:
    found = comparing.articles([{HOME: "advances", PRIVACY: "endangers"}, {HOME: "advances"}])
    assert [(one.article_id, one.agreed, one.marked_by_all) for one in found] == [
        (PRIVACY, False, False), (HOME, True, True),
    ]  # fmt: skip


def test_answers_that_differ_are_named_and_texts_and_unasked_ones_are_not() -> None:
    one, other = so_far(F5="x").answers, so_far(D3="no", B1__older="worse", F5="y", B3="all").answers
    assert [(diff.question.id, diff.of) for diff in comparing.answers(FULL, [one, other])] == [
        ("B1", "older"), ("B3", ""), ("D3", ""),
    ]  # fmt: skip


def test_chance_corrected_agreement_is_never_said_for_few_proposals() -> None:
    pair = ({HOME: "advances"}, {HOME: "endangers"})
    assert comparing.alpha([pair] * 9) is None
    assert comparing.alpha([pair] * 10) is not None


def test_agreement_is_one_where_all_agree_and_low_where_nobody_does() -> None:
    same = [({HOME: "advances"}, {HOME: "advances"}), ({PRIVACY: "endangers"}, {PRIVACY: "endangers"})] * 5
    assert comparing.alpha(same) == pytest.approx(1)
    crossed = [({HOME: "advances"}, {PRIVACY: "endangers"}), ({PRIVACY: "endangers"}, {HOME: "advances"})] * 5
    low = comparing.alpha(crossed)
    assert low is not None
    assert low < 0


def test_where_everybody_says_the_same_of_everything_there_is_no_figure() -> None:
    assert comparing.alpha([({HOME: "advances"}, {HOME: "advances"})] * 12) is None


def test_a_proposal_with_one_reviewer_does_not_count() -> None:
    pair = ({HOME: "advances"}, {})
    assert comparing.alpha([*[pair] * 9, ({HOME: "advances"},)]) is None
