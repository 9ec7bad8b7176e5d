from __future__ import annotations

from app.web.bars import Bars


def test_shares_are_of_the_sum() -> None:
    assert [row.share for row in Bars.of([("Yes", 3), ("No", 1)]).rows] == [0.75, 0.25]


def test_shares_can_be_of_the_ballots_where_one_ballot_counts_for_several_bars() -> None:
    chart = Bars.of([("Trees", 8), ("Ramps", 6)], whole=10)
    assert [row.width for row in chart.rows] == [80.0, 60.0]


def test_a_chart_of_no_votes_has_bars_of_no_width() -> None:
    assert [row.width for row in Bars.of([("Yes", 0), ("No", 0)]).rows] == [0.0, 0.0]


def test_a_threshold_is_marked_where_it_lies() -> None:
    assert Bars.of([("Yes", 1)], mark=2 / 3).mark_at == 66.67
