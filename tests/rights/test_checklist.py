"""The first-pass checklist: which answers are sound, what they raise; and tags with their mitigations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rights import catalogue, checklist, files, tags
from app.rights.checklist import AnswerKind, Answers, Reason
from app.rights.tags import Direction, Tag

QUICK = checklist.load("quick")
RIGHTS = catalogue.load()
CALM = {"A1": ["water"], "A2": "better", "A3": ["everyone"], "A4": "no", "A5": "no", "A6": "no", "A7": "led"}


def calm_but(**changes: str | list[str]) -> Answers:
    return Answers.of(CALM | changes)


@st.composite
def sound_answers(draw: st.DrawFn) -> Answers:
    """Any complete answer somebody could give by ticking boxes."""
    raw: dict[str, list[str]] = {}
    for question in QUICK.questions:
        values = [option.value for option in question.options]
        if question.kind is AnswerKind.TEXT:
            raw[question.id] = [draw(st.text(max_size=question.most))]
        else:
            most = 1 if question.kind is AnswerKind.ONE else question.most or len(values)
            raw[question.id] = draw(st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True))
    return Answers.of(raw)


# ---------------------------------------------------------------- the questions


def test_the_quick_look_asks_eight_questions_of_which_seven_must_be_answered() -> None:
    assert [question.id for question in QUICK.questions] == ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"]
    assert [question.id for question in QUICK.questions if not question.required] == ["A8"]
    assert (QUICK.id, QUICK.version) == ("quick", 1)


def test_every_question_option_and_flag_speaks_both_languages() -> None:
    texts = [QUICK.title, QUICK.intro]
    for question in QUICK.questions:
        texts += [question.text, *([question.help] if question.help else [])]
        texts += [option.label for option in question.options]
    for flag in QUICK.flag_kinds:
        texts += [flag.label, flag.meaning]
    texts += [group.label for group in tags.groups()]
    for text in texts:
        assert text.in_("en").strip()
        assert text.in_("es").strip()


def test_every_option_is_there_once_and_every_flag_can_be_raised() -> None:
    for question in QUICK.questions:
        values = [option.value for option in question.options]
        assert len(set(values)) == len(values)
        assert bool(values) is (question.kind is not AnswerKind.TEXT)
    raised = {option.flag for question in QUICK.questions for option in question.options if option.flag}
    assert raised == set(QUICK.flag_kinds)
    assert {flag.id for flag in raised} == {
        "needs_full", "minimum_core", "civil_liberties", "discrimination", "participation_gap",
    }  # fmt: skip


def test_the_people_asked_about_are_the_groups_a_tag_can_name() -> None:
    who = QUICK.question("A3")
    assert who is not None
    assert [option.value for option in who.options] == [group.id for group in tags.groups()]
    assert len(tags.groups()) == 16


def test_every_part_of_life_brings_up_articles() -> None:
    parts = QUICK.question("A1")
    assert parts is not None
    assert len(parts.options) == 16
    assert all(option.articles for option in parts.options)


# ---------------------------------------------------------------- answers


def test_seven_sound_answers_make_it_complete() -> None:
    assert QUICK.complete(calm_but())
    assert QUICK.errors(calm_but()) == {}


@pytest.mark.parametrize(
    ("changes", "question", "said"),
    [
        ({"A2": ""}, "A2", "Choose an answer."),
        ({"A1": []}, "A1", "Choose at least one answer."),
        ({"A4": "perhaps"}, "A4", "“perhaps” is not one of the answers. Choose from the list."),
        ({"A4": ["yes", "no"]}, "A4", "Choose only one answer."),
        ({"A3": ["women", "children", "older", "race", "faith", "renters"]}, "A3", "Choose at most 5. You chose 6."),
        ({"A8": "x" * 601}, "A8", "Use at most 600 characters."),
        ({"Z9": "yes"}, "Z9", "This checklist has no such question."),
    ],
)
def test_an_answer_that_cannot_be_kept_is_explained(changes: dict[str, str], question: str, said: str) -> None:
    answers = calm_but(**changes)
    assert {place: [str(words) for words in problems] for place, problems in QUICK.errors(answers).items()} == {
        question: [said]
    }
    assert not QUICK.complete(answers)


def test_a_draft_may_leave_questions_open_but_not_answer_them_wrongly() -> None:
    assert QUICK.errors(Answers.of({"A1": "home"}), required=False) == {}
    assert list(QUICK.errors(Answers.of({"A2": "perhaps"}), required=False)) == ["A2"]


def test_spaces_repetitions_and_empty_answers_are_dropped() -> None:
    answers = Answers.of({"A1": [" home", "home ", ""], "A8": "   "})
    assert answers.given == {"A1": ("home",)}
    assert answers.to("A8") == ()


@given(sound_answers())
def test_whatever_is_chosen_within_the_rules_is_complete(answers: Answers) -> None:
    assert QUICK.complete(answers)


@given(sound_answers(), st.sampled_from([question.id for question in QUICK.questions]))
def test_without_one_answer_only_that_one_is_asked_for(answers: Answers, left_out: str) -> None:
    rest = Answers({question: values for question, values in answers.given.items() if question != left_out})
    question = QUICK.question(left_out)
    assert question is not None
    assert set(QUICK.errors(rest)) == ({left_out} if question.required else set())
    assert QUICK.errors(rest, required=False) == {}


@given(st.dictionaries(st.text(max_size=3) | st.sampled_from(["A1", "A2", "A8"]), st.lists(st.text(max_size=8))))
def test_no_answer_however_strange_breaks_it(raw: dict[str, list[str]]) -> None:
    answers = Answers.of(raw)
    assert set(QUICK.errors(answers)) <= set(raw) | {question.id for question in QUICK.questions}
    assert all(str(words) for problems in QUICK.errors(answers).values() for words in problems)
    known = {article.id for article in RIGHTS.articles}
    assert {suggestion.article_id for suggestion in QUICK.suggest(answers)} <= known


@given(sound_answers())
def test_answers_survive_being_stored(answers: Answers) -> None:
    assert Answers.of(json.loads(json.dumps(answers.as_stored()))) == answers


# ---------------------------------------------------------------- what answers raise


def test_a_suggestion_names_the_answers_that_led_to_it() -> None:
    answers = calm_but(A1=["home", "water"], A4="yes")
    suggestions = QUICK.suggest(answers)
    assert suggestions[0].article_id == "icescr-11"
    assert suggestions[0].because == (Reason("A1", "home"), Reason("A1", "water"), Reason("A4", "yes"))


def test_answers_that_bring_up_nothing_suggest_nothing() -> None:
    assert QUICK.suggest(Answers.of({"A2": "better", "A3": "everyone", "A4": "no"})) == []


@given(sound_answers())
def test_every_suggestion_is_in_the_catalogue_once_and_has_its_reason_among_the_answers(answers: Answers) -> None:
    suggestions = QUICK.suggest(answers)
    assert len({suggestion.article_id for suggestion in suggestions}) == len(suggestions)
    for suggestion in suggestions:
        assert suggestion.article_id in RIGHTS
        assert suggestion.because
        assert all(reason.option in answers.to(reason.question) for reason in suggestion.because)
    counts = [len(suggestion.because) for suggestion in suggestions]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, []),
        ({"A2": "worse"}, ["needs_full"]),
        ({"A2": "mixed"}, ["needs_full"]),
        ({"A4": "not_sure"}, ["needs_full"]),
        ({"A4": "yes"}, ["minimum_core"]),
        ({"A5": "yes"}, ["civil_liberties"]),
        ({"A6": "yes"}, ["discrimination"]),
        ({"A7": "no"}, ["participation_gap"]),
        ({"A7": "told"}, ["participation_gap"]),
        ({"A2": "worse", "A4": "not_sure", "A7": "no"}, ["needs_full", "participation_gap"]),
    ],
)
def test_answers_raise_their_flags_each_once(changes: dict[str, str], flags: list[str]) -> None:
    assert [flag.id for flag in QUICK.flags(calm_but(**changes))] == flags


# ---------------------------------------------------------------- versions


def test_the_newest_version_is_the_one_in_use_and_old_ones_stay(tmp_path: Path) -> None:
    shutil.copy(checklist.FOLDER / "quick-1.json", tmp_path / "quick-1.json")
    newer = json.loads((tmp_path / "quick-1.json").read_text(encoding="utf-8")) | {"version": 2}
    (tmp_path / "quick-2.json").write_text(json.dumps(newer), encoding="utf-8")

    assert checklist.versions("quick", tmp_path) == (1, 2)
    assert checklist.load("quick", folder=tmp_path).version == 2
    assert checklist.load("quick", 1, folder=tmp_path).version == 1


@pytest.mark.parametrize(("checklist_id", "version"), [("slow", None), ("quick", 99), ("groups", None)])
def test_a_checklist_that_is_not_there_is_not_found(checklist_id: str, version: int | None) -> None:
    with pytest.raises(checklist.NoSuchChecklist):
        checklist.load(checklist_id, version)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda d: d["questions"][0]["options"][0].update(articles=["undrip-99"]), "no article undrip-99"),
        (lambda d: d["questions"][1]["options"][1].update(flag="panic"), "no flag panic"),
        (lambda d: d.update(version=7), "it is quick 7"),
        (lambda d: d["questions"].append(d["questions"][0]), "A1 is there twice"),
        (lambda d: d["questions"][0].update(kind="scale"), "'scale' is not"),
    ],
)
def test_a_damaged_checklist_is_refused(tmp_path: Path, damage, complaint: str) -> None:
    data = json.loads((checklist.FOLDER / "quick-1.json").read_text(encoding="utf-8"))
    damage(data)
    (tmp_path / "quick-1.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(files.BadData, match=complaint):
        checklist.load("quick", folder=tmp_path)


# ---------------------------------------------------------------- tags


def test_a_tag_that_endangers_a_right_asks_for_a_mitigation() -> None:
    advances = Tag("icescr-11", Direction.ADVANCES)
    endangers = Tag("iccpr-17", Direction.ENDANGERS, ("race",), "  ")
    both = Tag("iccpr-9", Direction.BOTH)
    mitigated = Tag("iccpr-26", Direction.ENDANGERS, ("migrants",), "No data goes to other agencies.")
    assert [tag for tag in (advances, endangers, both, mitigated) if tag.lacks_mitigation] == [endangers, both]


def test_a_missing_mitigation_is_no_error() -> None:
    assert tags.errors([Tag("iccpr-17", Direction.ENDANGERS)], RIGHTS) == []


def test_tags_that_cannot_be_kept_are_explained() -> None:
    sent = [
        Tag("icescr-11", Direction.ADVANCES),
        Tag("icescr-11", Direction.ENDANGERS),
        Tag("undrip-99", Direction.ADVANCES, ("pirates",)),
        Tag("iccpr-17", Direction.BOTH, mitigation="x" * 2001),
    ]
    assert [str(words) for words in tags.errors(sent, RIGHTS)] == [
        "ICESCR 11 is there twice. Keep one of the two.",
        "There is no article “undrip-99” in the catalogue.",
        "There is no group “pirates” to choose.",
        "A mitigation can have at most 2000 characters. Shorten it.",
    ]


def test_every_direction_has_its_words() -> None:
    assert [direction.label for direction in Direction] == ["Advances this right", "Endangers this right", "Does both"]
