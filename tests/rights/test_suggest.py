"""Articles suggested from the words of a proposal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rights import catalogue, terms
from app.rights.suggest import language, suggest

RIGHTS = catalogue.load()


@pytest.mark.parametrize(
    ("text", "locale", "article", "words"),
    [
        ("Stop water shutoffs for families who cannot pay.", "en", "icescr-11", {"water", "shutoffs"}),
        ("Build curb cuts and wider sidewalks for wheelchair users.", "en", "crpd-9", {"sidewalks", "wheelchair"}),
        ("No facial recognition and no license plate readers.", "en", "iccpr-17", {"facial", "recognition"}),
        ("A board that looks into police misconduct.", "en", "cat-12", {"board", "police", "misconduct"}),
        ("A youth council with a real say.", "en", "crc-12", {"youth", "council"}),
        ("A higher minimum wage for city contractors.", "en", "icescr-7", {"minimum", "wage"}),
        ("Translate notices and pay for interpreters.", "en", "iccpr-27", {"interpreters"}),
        ("Poner fin a los desalojos y controlar el alquiler.", "es", "icescr-11", {"desalojos", "alquiler"}),
        ("Que haya intérpretes y se puedan traducir los avisos.", "es", "iccpr-27", {"intérpretes", "traducir"}),
        ("Aceras con rampa para sillas de ruedas.", "es-MX", "crpd-9", {"Aceras", "rampa", "sillas", "ruedas"}),
    ],
)
def test_a_proposal_is_offered_the_article_and_the_words_that_led_to_it(
    text: str, locale: str, article: str, words: set[str]
) -> None:
    hints = {hint.article.id: hint.words for hint in suggest(text, locale)}
    assert article in hints
    assert words <= set(hints[article])


def test_the_best_suggestion_comes_first_and_there_are_at_most_so_many() -> None:
    text = "Water shutoffs, rent, eviction and food. Also the library, parks, police and the school."
    hints = suggest(text, "en", limit=3)
    assert len(hints) == 3
    assert hints[0].article.id == "icescr-11"


def test_the_words_are_named_in_the_order_of_the_text_and_once() -> None:
    text = "Rent is too high. Eviction follows, then eviction again, and RENT forever."
    hints = {hint.article.id: hint.words for hint in suggest(text, "en")}
    assert hints["icescr-11"] == ("Rent", "Eviction")


@pytest.mark.parametrize("text", ["", "  ", "Even more of them.", "the of and", "12345", "Xyzzy plugh!"])
def test_a_text_that_speaks_of_no_right_is_offered_nothing(text: str) -> None:
    assert suggest(text, "en") == []


def test_a_single_word_that_is_only_part_of_a_keyword_is_not_enough() -> None:
    # "plan" stands in "city plan" and in headings, but says nothing by itself of children's rights.
    assert "crc-4" not in [hint.article.id for hint in suggest("A plan.", "en", limit=50)]
    assert "crc-4" in [hint.article.id for hint in suggest("A city plan.", "en", limit=50)]


@pytest.mark.parametrize(
    ("text", "lang", "meant", "not_meant"),
    [
        ("Instalaciones para el deporte.", "es", "udhr-24", "icrmw-22"),
        ("Que la policía local no ayude a deportar.", "es", "icrmw-22", "udhr-24"),
    ],
)
def test_words_that_share_a_stem_lead_each_to_what_it_means(text: str, lang: str, meant: str, not_meant: str) -> None:
    offered = [hint.article.id for hint in suggest(text, lang, limit=10)]
    assert meant in offered
    assert not_meant not in offered


def test_common_words_count_where_they_make_the_sense() -> None:
    assert [hint.words for hint in suggest("We have a say.", "en") if hint.article.id == "iccpr-25"] == [
        ("have", "a", "say")
    ]
    assert suggest("They say it.", "en") == []


def test_a_language_that_the_catalogue_does_not_speak_goes_by_english() -> None:
    assert suggest("eviction", "so") == suggest("eviction", "en") != []


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("A bench in the park.", "en"),
        ("Un banco en el parque.", "es"),
        ("Ma\u0301s buses", "es"),  # an accent of its own, as some keyboards write it
        ("Carril bici", "es"),
        ("Skate park", "en"),
        ("Xyzzy", "en"),
    ],
)
def test_the_language_of_a_title_is_known_even_without_common_words(text: str, spoken: str) -> None:
    assert language(text) == spoken


@given(st.text(max_size=300), st.sampled_from(["en", "es"]))
def test_every_suggestion_is_an_article_with_words_that_stand_in_the_text(text: str, locale: str) -> None:
    hints = suggest(text, locale, limit=20)
    assert len({hint.article.id for hint in hints}) == len(hints)
    for hint in hints:
        assert hint.article.id in RIGHTS
        assert hint.words
        assert all(word in text for word in hint.words if word.isascii())


@given(st.sampled_from([keyword for article in RIGHTS.articles for keyword in article.keywords("es")]))
def test_each_keyword_leads_to_its_articles(keyword: str) -> None:
    wanted = {article.id for article in RIGHTS.articles if keyword in article.keywords("es")}
    assert wanted <= {hint.article.id for hint in suggest(keyword, "es", limit=len(RIGHTS.articles))}


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("evictions", "evicted", "en"),
        ("policies", "policy", "en"),
        ("houses", "housing", "en"),
        ("child's", "child", "en"),
        ("desalojos", "desalojar", "es"),
        ("elecciones", "elección", "es"),
        ("ciudades", "ciudad", "es"),
        ("VIVIENDA", "viviendas", "es"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str, language: str) -> None:
    assert terms.stems(one, language) == terms.stems(other, language)


def test_words_that_only_look_alike_stay_apart() -> None:
    assert terms.stems("police", "en") != terms.stems("policy", "en")
    assert terms.stems("station", "en") != terms.stems("state", "en")
