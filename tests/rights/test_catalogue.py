"""The human rights catalogue: its facts, its words, and finding one's way in it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from app.rights import catalogue, files, schema
from app.rights.instruments import Article, Instrument, Kind, Standing
from app.rights.text import Text
from tests.rights.copied import copied
from tests.rights.reading_level import grade

RIGHTS = catalogue.load()
each_article = pytest.mark.parametrize("article", RIGHTS.articles, ids=lambda article: article.id)

# From the United Nations Treaty Collection, chapter IV, and General Assembly resolutions; written apart from the data.
INSTRUMENTS = {
    "udhr": (30, "1948-12-10", None, Standing.VOTED_FOR, None, None),
    "iccpr": (27, "1966-12-16", "1976-03-23", Standing.RATIFIED, "1977-10-05", "1992-06-08"),
    "icescr": (15, "1966-12-16", "1976-01-03", Standing.SIGNED, "1977-10-05", None),
    "icerd": (7, "1965-12-21", "1969-01-04", Standing.RATIFIED, "1966-09-28", "1994-10-21"),
    "cedaw": (16, "1979-12-18", "1981-09-03", Standing.SIGNED, "1980-07-17", None),
    "cat": (16, "1984-12-10", "1987-06-26", Standing.RATIFIED, "1988-04-18", "1994-10-21"),
    "crc": (42, "1989-11-20", "1990-09-02", Standing.SIGNED, "1995-02-16", None),
    "crpd": (33, "2006-12-13", "2008-05-03", Standing.SIGNED, "2009-07-30", None),
    "icrmw": (30, "1990-12-18", "2003-07-01", Standing.NOT_SIGNED, None, None),
    "cped": (13, "2006-12-20", "2010-12-23", Standing.NOT_SIGNED, None, None),
    "undrip": (46, "2007-09-13", None, Standing.VOTED_AGAINST, None, None),
    "adrdm": (28, "1948-05-02", None, Standing.APPLIED, None, None),
    "cescr-gc4": (7, "1991-12-13", None, Standing.FOLLOWS, None, None),
    "cescr-gc7": (4, "1997-05-20", None, Standing.FOLLOWS, None, None),
    "cescr-gc14": (3, "2000-08-11", None, Standing.FOLLOWS, None, None),
    "cescr-gc15": (5, "2002-11-26", None, Standing.FOLLOWS, None, None),
    "res64292": (1, "2010-07-28", None, Standing.ABSTAINED, None, None),
    "res76300": (1, "2022-07-28", None, Standing.VOTED_FOR, None, None),
}
WHOLE = {"udhr", "iccpr", "icescr", "icerd", "cedaw", "cat", "crc", "crpd", "undrip", "adrdm"}
"""Of these every article stands in the catalogue that is not procedural, numbered from 1 without a gap."""

# What certain articles are about: article -> (a word of its English summary, a word of its Spanish one).
SUBJECTS = {
    "udhr-2": ("race", "raza"),
    "udhr-12": ("private life", "vida privada"),
    "udhr-21": ("elections", "elecciones"),
    "udhr-25": ("home", "vivienda"),
    "udhr-26": ("school", "escuela"),
    "iccpr-6": ("death penalty", "pena de muerte"),
    "iccpr-9": ("arrest", "detener"),
    "iccpr-11": ("contract", "contrato"),
    "iccpr-17": ("private life", "vida privada"),
    "iccpr-20": ("war", "guerra"),
    "iccpr-27": ("minorities", "minorías"),
    "icescr-8": ("strike", "huelga"),
    "icescr-11": ("water", "agua"),
    "icescr-12": ("health", "salud"),
    "icescr-14": ("two years", "dos años"),
    "icerd-4": ("hate", "odio"),
    "cedaw-4": ("for a time", "por un tiempo"),
    "cedaw-14": ("rural", "rurales"),
    "cat-3": ("sent back", "devuelto"),
    "cat-15": ("proof", "prueba"),
    "crc-12": ("heard", "escuchado"),
    "crc-31": ("play", "jugar"),
    "crc-38": ("under 15", "menor de 15"),
    "crpd-9": ("Barriers", "barreras"),
    "crpd-19": ("community", "comunidad"),
    "crpd-29": ("vote", "votar"),
}


def texts_of(article: Article) -> list[Text]:
    return [article.heading, article.summary, article.citation, *(theme.label for theme in article.themes)]


@pytest.mark.parametrize("instrument_id", INSTRUMENTS)
def test_dates_and_the_standing_of_the_united_states_are_right(instrument_id: str) -> None:
    count, adopted, in_force, standing, signed, ratified = INSTRUMENTS[instrument_id]
    instrument = RIGHTS.instrument(instrument_id)

    assert len(RIGHTS.articles_of(instrument_id)) == count
    numbers = [article.number for article in RIGHTS.articles_of(instrument_id)]
    assert len(set(numbers)) == count
    if instrument_id in WHOLE:
        assert numbers == [str(n + 1) for n in range(count)]
    assert instrument.adopted == date.fromisoformat(adopted)
    assert instrument.entry_into_force == (date.fromisoformat(in_force) if in_force else None)
    assert (instrument.kind is Kind.TREATY) == (in_force is not None)
    assert (instrument.kind is Kind.GENERAL_COMMENT) == (instrument.parent_id is not None)
    status = instrument.us_status
    assert status.status is standing
    assert status.signed == (date.fromisoformat(signed) if signed else None)
    assert status.ratified == (date.fromisoformat(ratified) if ratified else None)


def test_the_catalogue_has_these_instruments_in_this_order_and_no_other() -> None:
    assert [instrument.id for instrument in RIGHTS.instruments] == list(INSTRUMENTS)
    assert len(RIGHTS.articles) == 324
    assert len(RIGHTS.themes) == 34


@pytest.mark.parametrize("article_id", SUBJECTS)
def test_an_article_speaks_of_its_own_subject(article_id: str) -> None:
    english, spanish = SUBJECTS[article_id]
    summary = RIGHTS.article(article_id).summary
    assert english in summary.in_("en")
    assert spanish in summary.in_("es")


@each_article
def test_an_article_is_complete_in_both_languages(article: Article) -> None:
    for text in texts_of(article):
        assert text.languages[:2] == ("en", "es")
        assert text.in_("en").strip()
        assert text.in_("es").strip()
    assert article.summary.in_("es") != article.summary.in_("en")
    assert article.heading.in_("es") != article.heading.in_("en")
    assert article.keywords("en")
    assert article.keywords("es")
    assert all(keyword for language in ("en", "es") for keyword in article.keywords(language))


@pytest.mark.parametrize("instrument", RIGHTS.instruments, ids=lambda instrument: instrument.id)
def test_an_instrument_is_complete_in_both_languages(instrument: Instrument) -> None:
    status = instrument.us_status
    for text in (
        instrument.title,
        instrument.short_title,
        instrument.treaty_body,
        instrument.verification,
        status.note,
    ):
        assert text.in_("en").strip()
        assert text.in_("es").strip()
    for language in ("en", "es"):
        sites = (
            f"https://www.ohchr.org/{language}/",
            f"https://www.un.org/{language}/",
            f"https://undocs.org/{language}/",
        )
        others = f"https://www.oas.org/{language}/", "https://tbinternet.ohchr.org/_layouts/15/treatybodyexternal/"
        assert instrument.url.in_(language).startswith((*sites, *others))
    assert status.as_of == date(2026, 11, 23)


@each_article
def test_a_summary_can_be_read_in_grade_eight(article: Article) -> None:
    assert grade(article.summary.in_("en")) <= 8.0


def test_the_middle_summary_can_be_read_in_grade_six() -> None:
    assert median(grade(article.summary.in_("en")) for article in RIGHTS.articles) <= 6.0


def test_the_measure_of_reading_level_knows_hard_from_easy() -> None:
    assert grade("The cat sat. The dog ran.") < 1
    hard = "Progressive realization necessitates the immediate elimination of discriminatory administrative practices."
    assert grade(hard) > 16


@each_article
def test_a_summary_is_ours_and_no_copy_of_the_official_text(article: Article) -> None:
    assert copied(article.summary.in_("en")) == []
    assert copied(article.summary.in_("es")) == []


def test_copying_from_an_official_text_would_be_noticed() -> None:
    assert copied("We say: everyone has the right to life, liberty and security of person.")
    assert copied("Nadie será sometido a torturas ni a penas crueles.")
    assert copied("The UN says the best interests of the child shall be a primary consideration.")


@each_article
def test_what_an_article_asks_of_a_city_is_one_plain_line_in_both_languages(article: Article) -> None:
    assert grade(article.duty.in_("en")) <= 8.0
    for language in ("en", "es"):
        assert copied(article.duty.in_(language)) == []
        assert 3 <= len(article.duty.in_(language).split()) <= 30
    assert article.duty.in_("en") != article.duty.in_("es")


@each_article
def test_a_summary_ends_its_sentences_and_keeps_them_short(article: Article) -> None:
    for language, most in (("en", 30), ("es", 40)):
        summary = article.summary.in_(language)
        assert summary.endswith(".")
        assert max(len(sentence.split()) for sentence in re.split(r"[.:] ", summary)) <= most


def test_what_was_not_checked_is_marked_so() -> None:
    assert not RIGHTS.article("iccpr-17").unsure
    assert RIGHTS.article("iccpr-11").unsure
    assert RIGHTS.article("cedaw-14").unsure
    assert not any(article.unsure for article in RIGHTS.articles_of("udhr"))
    assert all(instrument.us_status.unsure for instrument in RIGHTS.instruments)


def test_only_two_instruments_have_headings_of_their_own() -> None:
    official = {article.instrument.id for article in RIGHTS.articles if article.heading_source == "official"}
    assert official == {"adrdm", "crpd"}


def test_every_right_relates_at_least_two_articles_and_names_them_once() -> None:
    for cluster in RIGHTS.clusters:
        assert len(set(cluster.articles)) == len(cluster.articles) >= 2
        assert cluster.label.in_("es").strip()


def test_an_article_shows_its_relatives_but_not_itself() -> None:
    relatives = [article.id for article in RIGHTS.relatives("icescr-11")]
    assert "udhr-25" in relatives
    assert "crpd-28" in relatives
    assert "icescr-11" not in relatives
    assert len(set(relatives)) == len(relatives)
    assert {cluster.id for cluster in RIGHTS.clusters_of("icescr-11")} >= {"housing", "water", "food"}


def test_an_article_without_relatives_has_none() -> None:
    assert RIGHTS.relatives("udhr-30") == []


def test_every_theme_has_articles() -> None:
    for theme in RIGHTS.themes:
        assert RIGHTS.by_theme(theme.id), theme.id
    assert RIGHTS.article("icescr-11") in RIGHTS.by_theme("water-sanitation")


@pytest.mark.parametrize("ask", [RIGHTS.article, RIGHTS.instrument, RIGHTS.theme, RIGHTS.relatives, RIGHTS.by_theme])
def test_what_is_not_in_the_catalogue_is_not_found(ask) -> None:
    with pytest.raises(catalogue.NotInCatalogue):
        ask("icescr-99")
    assert "icescr-99" not in RIGHTS
    assert "icescr-11" in RIGHTS


def test_an_article_is_cited_as_people_cite_it() -> None:
    article = RIGHTS.article("icescr-11")
    assert article.citation.in_("en") == "ICESCR 11"
    assert article.citation.in_("es") == "PIDESC 11"
    assert RIGHTS.article("adrdm-28").citation.in_("en") == "American Declaration XXVIII"
    assert RIGHTS.article("cescr-gc4-8a").citation.in_("en") == "CESCR GC4 8(a)"
    assert RIGHTS.article("res64292-1").citation.in_("es") == "AG 64/292"


def test_a_text_falls_back_on_english_and_says_so() -> None:
    text = Text.of({"en": "Water", "es": "Agua"})
    assert (text.in_("es-MX"), text.language_in("es_419")) == ("Agua", "es")
    assert (text.in_("so"), text.language_in("so")) == ("Water", "en")


def test_the_catalogue_is_read_once() -> None:
    assert catalogue.load() is catalogue.load()


# ---------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("asked", "locale", "wanted"),
    [
        ("water shut-off", "en", "icescr-11"),
        ("Water shutoffs", "en", "icescr-11"),
        ("corte de agua", "es", "icescr-11"),
        ("vivienda", "es", "icescr-11"),
        ("VIVIENDA", "en", "icescr-11"),
        ("desalojó", "es", "icescr-11"),
        ("evicted", "en", "icescr-11"),
        ("sidewalks", "en", "crpd-9"),
        ("facial recognition", "en", "iccpr-17"),
        ("policia", "es", "iccpr-9"),
        ("living wage", "en", "icescr-7"),
        ("youth council", "en", "crc-12"),
        ("segregation", "en", "icerd-3"),
    ],
)
def test_search_finds_what_residents_call_it(asked: str, locale: str, wanted: str) -> None:
    assert wanted in [article.id for article in RIGHTS.search(asked, locale)][:3]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("article 25 udhr", ["udhr-25"]),
        ("UDHR, Article 25", ["udhr-25"]),
        ("ICCPR 17", ["iccpr-17"]),
        ("iccpr-17", ["iccpr-17"]),
        ("PIDESC art. 11", ["icescr-11"]),
        ("artículo 11 del PIDESC", ["icescr-11"]),
        ("art. 17", [f"{one}-17" for one in ("udhr", "iccpr", "crc", "crpd", "icrmw", "cped", "undrip", "adrdm")]),
        ("39", ["crc-39", "undrip-39"]),
        ("article 99", []),
        ("ICESCR 11 water", ["icescr-11"]),
    ],
)
def test_search_understands_citations(asked: str, wanted: list[str]) -> None:
    assert [article.id for article in RIGHTS.search(asked, "en")] == wanted


def test_the_name_of_an_instrument_finds_all_its_articles() -> None:
    assert RIGHTS.search("CEDAW", "en") == RIGHTS.articles_of("cedaw")
    assert RIGHTS.search("pidcp", "es") == RIGHTS.articles_of("iccpr")


def test_a_word_that_is_also_the_name_of_a_treaty_is_a_word_among_others() -> None:
    assert RIGHTS.search("stray cat shelter", "en") == RIGHTS.search("stray shelter", "en")


def test_headings_count_more_than_keywords_and_these_more_than_summaries() -> None:
    def place_of(article_id: str, asked: str) -> int:
        return [article.id for article in RIGHTS.search(asked, "en")].index(article_id)

    # "asylum" heads one article, is a keyword of others; "prison" is a keyword here, a word of a summary there.
    assert place_of("udhr-14", "asylum") < place_of("cat-3", "asylum")
    assert place_of("iccpr-10", "prison") < place_of("cat-11", "prison")


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "the of and", "xyzzy", "%_'\"", "٣"])
def test_a_search_for_nothing_finds_nothing(nothing: str) -> None:
    assert RIGHTS.search(nothing, "en") == []


# ---------------------------------------------------------------- damaged data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("treaties", "themes.json", "clusters.json"):
        source = files.HERE / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


def changed(path: Path, change) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "change", "complaint"),
    [
        ("treaties/cat.json", lambda d: d["articles"][0].pop("summary"), "has no summary"),
        ("treaties/cat.json", lambda d: d["articles"][0]["heading"].pop("es"), "has no es"),
        ("treaties/cat.json", lambda d: d["articles"][0].update(themes=["dragons"]), "no theme dragons"),
        ("treaties/cat.json", lambda d: d["articles"][0].update(id="cat-2"), "cat-2 has the number 1"),
        ("treaties/cat.json", lambda d: d["articles"].append(d["articles"][0]), "cat-1 is there twice"),
        ("treaties/cat.json", lambda d: d["us_status"].update(status="loved"), "'loved' is not"),
        ("treaties/cat.json", lambda d: d.update(adopted="10 December 1984"), "not written as it should be"),
        ("treaties/cat.json", lambda d: d.update(order=0), "is less than 1"),
        ("treaties/cat.json", lambda d: d.update(order=True), "is not integer"),
        ("treaties/cat.json", lambda d: d.update(colour="red"), "colour is not a field"),
        ("treaties/cat.json", lambda d: d.update(id="dog"), "the file is called cat"),
        ("treaties/cat.json", lambda d: d.update(articles=[]), "has fewer than 1"),
        ("themes.json", lambda d: d["themes"].append(d["themes"][0]), "housing is there twice"),
        ("clusters.json", lambda d: d["clusters"][0]["articles"].append("cat-99"), "no article cat-99"),
    ],
)
def test_damaged_data_is_refused_and_says_where(folder: Path, file: str, change, complaint: str) -> None:
    changed(folder / file, change)
    with pytest.raises(files.BadData, match=re.escape(complaint)):
        catalogue.load(folder)


def test_a_file_that_is_not_json_is_refused_by_name(folder: Path) -> None:
    (folder / "themes.json").write_text("{", encoding="utf-8")
    with pytest.raises(files.BadData, match=r"themes\.json"):
        catalogue.load(folder)


def test_a_city_adds_an_instrument_by_adding_a_file(folder: Path) -> None:
    shutil.copy(folder / "treaties" / "icerd.json", folder / "treaties" / "ferry.json")

    def make_it_ours(data) -> None:
        data.update(id="ferry", order=99, articles=data["articles"][:1])
        data["articles"][0].update(id="ferry-1")

    changed(folder / "treaties" / "ferry.json", make_it_ours)
    ours = catalogue.load(folder)
    assert [article.id for article in ours.articles][-1] == "ferry-1"
    assert ours.article("ferry-1").instrument is ours.instruments[-1]


def test_a_schema_that_asks_for_more_than_we_check_is_refused() -> None:
    with pytest.raises(schema.UnknownKeyword):
        schema.faults("x", {"maxLength": 3})
