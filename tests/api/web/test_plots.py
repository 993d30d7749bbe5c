"""Plots: what is drawn where, what is told without eyes, and that markup stays text."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from api.web.plots import (
    Plot,
    Point,
    Range,
    Segment,
    bar,
    heat,
    interval_text,
    line,
    nice_ceiling,
    ranges,
    sparkline,
    stacked,
)

COLUMNS = ("Week", "People", "Interval")
ATTACK = '"><script>alert(1)</script>&amp;'


def show(value: float) -> str:
    return f"{value:g}"


def parsed(svg: object) -> ElementTree.Element:
    return ElementTree.fromstring(str(svg))


def points(values: list[float | None], **more: object) -> list[Point]:
    return [Point(f"week {n}", value, tick=f"w{n}", **more) for n, value in enumerate(values)]


def coordinates(svg: object) -> list[tuple[float, float]]:
    found = parsed(svg).find("polyline").get("points").split()
    return [tuple(map(float, one.split(","))) for one in found]


def test_a_line_runs_from_where_reading_begins_and_more_is_higher():
    drawn = coordinates(line(points([0, 5, 10]), "People", COLUMNS, "en", show).svg)
    xs, ys = zip(*drawn, strict=True)
    assert list(xs) == sorted(xs)
    assert ys[0] > ys[1] > ys[2]


def test_time_runs_from_right_to_left_in_persian():
    english = coordinates(line(points([1, 2, 3]), "People", COLUMNS, "en", show).svg)
    persian = coordinates(line(points([1, 2, 3]), "نفر", COLUMNS, "fa", show).svg)
    assert [(280 - x, y) for x, y in english] == persian
    assert parsed(line(points([1]), "نفر", COLUMNS, "fa", show).svg).get("direction") == "rtl"


def test_a_week_without_a_value_breaks_the_line_and_is_a_dash_in_the_table():
    plot = line(points([1, 2, None, 4, 5]), "People", COLUMNS, "en", show)
    assert len(parsed(plot.svg).findall("polyline")) == 2
    assert plot.rows[2] == ("week 2", "–")


def test_intervals_are_shaded_and_told():
    plot = line(points([2, 3], interval=(1.0, 4.0)), "People", COLUMNS, "en", show)
    band = parsed(plot.svg).find("polygon")
    assert len(band.get("points").split()) == 4
    assert plot.columns == COLUMNS
    assert plot.rows[0] == ("week 0", "2", "1 – 4")


def test_without_intervals_the_table_has_no_column_for_them():
    plot = line(points([2, 3]), "People", COLUMNS, "en", show)
    assert plot.columns == COLUMNS[:2]


def test_a_share_keeps_its_whole_axis():
    plot = line(points([0.5, 0.5]), "Share", COLUMNS, "en", show, bounds=(0, 1))
    labels = [text.text for text in parsed(plot.svg).findall("text")]
    assert {"0", "0.5", "1"} <= set(labels)
    top, bottom = 8.0, 118.0
    assert {y for _, y in coordinates(plot.svg)} == {(top + bottom) / 2}


@pytest.mark.parametrize("values", [[], [3], [None], [None, None, 7]])
def test_little_data_is_drawn_all_the_same(values):
    plot = line(points(values), "People", COLUMNS, "en", show)
    assert parsed(plot.svg).get("role") == "img"
    assert len(plot.rows) == len(values)


def test_the_first_and_the_last_value_are_told_to_who_does_not_see_them():
    svg = parsed(line(points([None, 0, 5, 9]), "People", COLUMNS, "en", show).svg)
    assert svg.find("title").text == "People"
    assert svg.find("desc").text == "week 1: 0; week 3: 9"
    assert svg.get("aria-label") == "People. week 1: 0; week 3: 9"


def test_bars_of_a_sparkline_are_as_high_as_their_weeks_and_the_last_ones_stand_out():
    rects = parsed(sparkline([0, 2, 4], "Trend", "en", recent=1)).findall("rect")
    heights = [float(rect.get("height")) for rect in rects]
    assert heights == [1.5, 14, 28]
    assert [rect.get("class") for rect in rects] == [
        "plot-earlier", "plot-earlier", "plot-recent",
    ]  # fmt: skip


def test_a_sparkline_is_mirrored_in_persian():
    rects = parsed(sparkline([1, 2, 3], "روند", "fa")).findall("rect")
    xs = [float(rect.get("x")) for rect in rects]
    assert xs == sorted(xs, reverse=True)


def test_a_bar_beside_a_number_is_hidden_and_grows_from_where_reading_begins():
    english, persian = parsed(bar(0.25, "en")), parsed(bar(0.25, "fa"))
    assert english.get("aria-hidden") == "true"
    assert [rect.get("x") for rect in english.findall("rect")] == ["0", "0"]
    assert [rect.get("x") for rect in persian.findall("rect")] == ["0", "75"]
    assert parsed(bar(7, "en")).findall("rect")[1].get("width") == "100"


def test_parts_of_a_whole_share_its_width():
    parts = [Segment("English", 3, "1"), Segment("中文", 1, "2")]
    plot = stacked(parts, "Languages", ("Language", "People"), "zh", show)
    widths = [float(rect.get("width")) for rect in parsed(plot.svg).findall("rect")]
    assert widths == [209, 69]
    assert plot.rows == (("English", "3"), ("中文", "1"))


def test_a_whole_of_nothing_has_no_parts_to_divide_by():
    plot = stacked([Segment("English", 0, "1")], "Languages", ("a", "b"), "en", show)
    assert parsed(plot.svg).find("rect").get("width") == "0"


def test_ranges_stand_on_one_scale():
    before = Range("Before", 2.0, (1.0, 4.0), "before")
    after = Range("After", 8.0, (6.0, 10.0), "after")
    plot = ranges([before, after], "Contacts", COLUMNS, "en", show)
    dots = parsed(plot.svg).findall(".//circle[@r='5']")
    assert float(dots[0].get("cx")) < float(dots[1].get("cx"))
    assert plot.rows[1] == ("After", "8", "6 – 10")


def test_a_range_that_nobody_knows_is_a_dash():
    plot = ranges([Range("After", None, None, "after")], "Answered", COLUMNS, "en", show)
    assert plot.rows == (("After", "–", ""),)
    assert not parsed(plot.svg).findall(".//circle")


def test_the_busiest_hour_is_the_darkest_and_an_unknown_one_is_empty():
    cells = [[0.0, None, 4.0, *[1.0] * 21]]
    plot = heat(cells, ["Monday"], ["Mon"], "Hours", "Day", "en", show)
    kinds = [rect.get("class") for rect in parsed(plot.svg).findall("rect")]
    assert kinds[:4] == ["plot-heat-0", "plot-heat-0", "plot-heat-5", "plot-heat-2"]
    assert plot.rows[0][:4] == ("Monday", "0", "–", "4")
    assert plot.columns[:3] == ("Day", "00", "01")


def test_hours_have_persian_digits_in_persian():
    plot = heat([[1.0] * 24], ["دوشنبه"], ["د"], "ساعت‌ها", "روز", "fa", show)
    assert plot.columns[15] == "۱۴"
    assert "دوشنبه ۱۴:۰۰" in str(plot.svg)


def every_plot() -> list[Plot]:
    hostile = [Point(ATTACK, 1, (0.5, 2), ATTACK), Point(ATTACK, 2, (1, 3), ATTACK)]
    columns = (ATTACK, ATTACK, ATTACK)
    return [
        line(hostile, ATTACK, columns, "en", show),
        stacked([Segment(ATTACK, 1, "1")], ATTACK, columns[:2], "en", show),
        ranges([Range(ATTACK, 1, (0, 2), "before")], ATTACK, columns, "en", show),
        heat([[1.0] * 24], [ATTACK], [ATTACK], ATTACK, ATTACK, "en", lambda _: ATTACK),
        Plot(sparkline([1], ATTACK, "en"), (), ()),
    ]


@pytest.mark.parametrize("plot", every_plot(), ids=["line", "stacked", "ranges", "heat", "spark"])
def test_text_stays_text_and_nothing_needs_an_inline_style(plot):
    svg = parsed(plot.svg)
    assert not [element for element in svg.iter() if element.tag == "script"]
    attributes = {name for element in svg.iter() for name in element.attrib}
    assert not attributes & {"style", "fill", "stroke"}
    assert ATTACK in svg.get("aria-label")


@pytest.mark.parametrize(
    ("value", "above"), [(0, 1), (1, 1), (1.2, 2), (3.2, 4), (41, 60), (61, 100), (100, 100)]
)
def test_axes_end_on_round_numbers(value, above):
    assert nice_ceiling(value) == above


def test_intervals_are_told_as_each_language_writes_them():
    told = [interval_text((1, 2), show, locale) for locale in ("en", "fa", "zh")]
    assert told == ["1 – 2", "1 تا 2", "1 至 2"]
    assert interval_text(None, show, "en") == ""
