"""At a glance: the matrix of rights and groups, and the paragraph made of the same answers."""

from __future__ import annotations

from app.rights import catalogue, gist
from app.rights.matrix import Cell, Said, of_deliberation, of_proposal
from app.rights.tags import Direction, groups

RIGHTS = catalogue.load()
HOME = Said(1, "icescr-11", Direction.ADVANCES, ("low_income", "older"))
PRIVACY = Said(1, "iccpr-17", Direction.ENDANGERS, ("low_income",), open=True)


def cell(chart, row, group) -> Cell:
    found = next(one for one in chart.rows if one.id == row)
    return found.cells[chart.columns.index(group)]


def test_a_proposal_has_a_row_for_each_article_in_the_catalogues_order() -> None:
    chart = of_proposal([HOME, PRIVACY], RIGHTS)
    assert [row.id for row in chart.rows] == ["iccpr-17", "icescr-11"]
    assert set(chart.columns) == {"low_income", "older"}


def test_signs_tell_what_the_ground_tells() -> None:
    chart = of_proposal([HOME, PRIVACY], RIGHTS)
    assert cell(chart, "icescr-11", "older").symbol(counted=False) == "+"
    assert cell(chart, "iccpr-17", "low_income").symbol(counted=False) == "−!"
    assert cell(chart, "iccpr-17", "older").symbol(counted=False) == ""
    assert Cell(3, 1).symbol(counted=True) == "+3 −1"
    assert [Cell(1).kind, Cell(0, 1).kind, Cell(1, 1).kind, Cell().kind] == ["good", "bad", "warn", "none"]


def test_a_gain_does_not_make_up_for_a_danger() -> None:
    chart = of_proposal([HOME, Said(1, "icescr-11", Direction.ENDANGERS, ("older",))], RIGHTS)
    assert cell(chart, "icescr-11", "older") == Cell(1, 1)


def test_both_ways_counts_on_both_sides() -> None:
    chart = of_proposal([Said(1, "icescr-11", Direction.BOTH, ("older",))], RIGHTS)
    assert cell(chart, "icescr-11", "older") == Cell(1, 1)


def test_a_proposal_counts_once_in_a_field_however_many_say_it_of_whichever_instrument() -> None:
    again = Said(1, "udhr-25", Direction.ADVANCES, ("older",))
    chart = of_deliberation([HOME, again, Said(2, "icescr-11", Direction.ADVANCES, ("older",))], RIGHTS)
    assert cell(chart, "housing", "older") == Cell(2)


def test_the_total_of_a_row_counts_a_proposal_once_over_its_groups() -> None:
    chart = of_deliberation([HOME], RIGHTS)
    assert next(row for row in chart.rows if row.id == "housing").total == Cell(1)


def test_what_names_no_group_has_a_column_of_its_own() -> None:
    chart = of_deliberation([Said(1, "icescr-11", Direction.ADVANCES)], RIGHTS)
    assert chart.columns == ("",)


def test_a_map_says_which_rights_and_groups_nobody_speaks_of() -> None:
    chart = of_deliberation([HOME, PRIVACY], RIGHTS)
    spoken = {row.id for row in chart.rows}
    assert len(chart.silent) + len(spoken) == len(RIGHTS.clusters)
    assert set(chart.unheard) == {group.id for group in groups()} - {"low_income", "older"}


def test_a_group_with_dangers_only_is_named() -> None:
    chart = of_deliberation([HOME, Said(2, "iccpr-17", Direction.ENDANGERS, ("migrants",))], RIGHTS)
    assert chart.only_endangered == ("migrants",)


def test_an_article_that_shares_its_right_with_none_stands_by_itself() -> None:
    alone = next(article for article in RIGHTS.articles if not RIGHTS.clusters_of(article.id))
    chart = of_deliberation([Said(1, alone.id, Direction.ADVANCES)], RIGHTS)
    assert [row.id for row in chart.rows] == [alone.id]


def test_an_article_that_the_catalogue_has_lost_is_left_out() -> None:
    assert of_deliberation([Said(1, "gone-1", Direction.ADVANCES)], RIGHTS).rows == ()


# ---------------------------------------------------------------- the paragraph


def paragraph(*points: gist.Point) -> str:
    return " ".join(str(words) for words in gist.sentences(points, ", ".join))


OWN = gist.Point("ICESCR 11", Direction.ADVANCES, True, ("Older people",))
DANGER = gist.Point("ICCPR 17", Direction.ENDANGERS, False)


def test_the_paragraph_says_who_sees_what() -> None:
    said = paragraph(OWN, DANGER)
    assert "Its author says that it advances ICESCR 11." in said
    assert "Others see a danger to ICCPR 17." in said
    assert "These groups feel it: Older people." in said


def test_the_paragraph_says_where_they_differ_and_what_is_open() -> None:
    said = paragraph(OWN, DANGER)
    assert "Nothing is recorded yet that lessens the danger to ICCPR 17." in said
    assert "They differ: its author does not mark the danger to ICCPR 17." in said


def test_a_danger_that_both_see_is_no_difference() -> None:
    own = gist.Point("ICCPR 17", Direction.BOTH, True, safeguard=True)
    said = paragraph(own, DANGER)
    assert "differ" not in said
    assert "Something is recorded that lessens the danger to ICCPR 17." in said


def test_where_nobody_named_groups_the_paragraph_says_so() -> None:
    assert "Nobody has said which groups" in paragraph(DANGER)


def test_nothing_said_is_no_paragraph() -> None:
    assert paragraph() == ""
