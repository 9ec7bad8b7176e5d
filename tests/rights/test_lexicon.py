"""The words of city life that suggestions go by."""

from __future__ import annotations

from app.rights import catalogue, lexicon, terms

WORDS = lexicon.load()
IDS = [article.id for article in catalogue.load().articles]


def test_every_article_and_topic_that_it_names_is_there() -> None:
    assert lexicon.lost(WORDS, IDS) == []


def test_what_it_names_and_is_not_there_is_told() -> None:
    assert "eviction: no article icescr-11" in lexicon.lost(WORDS, [one for one in IDS if one != "icescr-11"])


def test_it_speaks_both_languages_of_every_matter_and_group() -> None:
    for one in (*WORDS.matters, *WORDS.groups):
        for language in ("en", "es"):
            assert list(lexicon.phrases(one, language)), (one.id, language)


def test_every_phrase_has_a_word_that_is_not_too_common_to_go_by() -> None:
    for one in (*WORDS.matters, *WORDS.groups):
        for language in ("en", "es"):
            assert all(terms.stems(phrase, language) for phrase in lexicon.phrases(one, language)), one.id
