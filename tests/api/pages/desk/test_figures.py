"""What articles changed, and the support lead's figures."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from api.pages.desk.dates import monday_of, week_starts, weekdays
from api.pages.desk.effect import verdict
from api.pages.desk.support import GROUPS
from api.pages.desk.support_values import change_of, summed
from api.web.words import words
from kb.gaps.decisions.closed import ClosedGap
from kb.gaps.decisions.effect import effect_of
from kb.gaps.decisions.states import StateChange
from kb.gaps.journeys import Journeys
from kb.support_definitions import DEFINITIONS, Value
from kb.support_desk import REPORT as SUPPORT
from kb.support_figures import Slice, support_figures
from tests.api.pages.desk.house import text_of, texts
from tests.kb.gaps.made import DAY, NOW, report, search
from tests.kb.gaps.mended import health


def closed(searches, done_at, identifier="g1"):
    done = StateChange(gap_id=identifier, state="done", at=done_at, articles=("connect-wifi.en",))
    effect = effect_of(searches, (), done_at, NOW, NOW - 60 * DAY)
    return ClosedGap(id=identifier, label="pair second phone", done=done, effect=effect)


def decided(writing, *gaps):
    for one in gaps:
        writing.store.gaps.decide(one.done, 0)
    writing.report(report(closed=gaps, health=health()))


def answered(number, days_ago, outcome):
    at = NOW - days_ago * DAY
    return search(number, at, f"v{number}", outcome=outcome, confidence=0.9)


def test_before_and_after_stand_on_one_scale_with_a_sober_verdict(writing):
    before = [answered(n, 40 - n / 10, "nothing") for n in range(40)]
    after = [answered(100 + n, 10 + n / 10, "answered") for n in range(40)]
    decided(writing, closed(before + after, NOW - 25 * DAY))
    page = writing.page("/desk/effect")
    assert text_of(page, "section.card h2") == "pair second phone"
    assert "Connecting your planter" in text_of(page, "section.card")
    assert "Clearly better: the intervals do not touch." in text_of(page, ".verdict.better")
    assert "24 days before and 24 days after" in text_of(page)


@pytest.mark.parametrize(
    ("days_ago", "people", "said"),
    [
        (3, 30, "Too early to say: 2 full days have passed, 7 are needed."),
        (25, 2, "Too few to say: 2 people asked before and after, 5 are needed."),
    ],
)
def test_too_early_and_too_few_have_no_verdict(writing, days_ago, people, said):
    asked = [answered(n, days_ago + 1, "nothing") for n in range(people)]
    decided(writing, closed(asked, NOW - days_ago * DAY))
    page = writing.page("/desk/effect")
    assert said in text_of(page, ".alert")
    assert not page.css(".verdict")


@pytest.mark.parametrize(
    ("key", "before", "after", "told"),
    [
        ("contacts_per_week", (5, (4, 6)), (1, (0.5, 2)), "better"),
        ("contacts_per_week", (1, (0.5, 2)), (5, (4, 6)), "worse"),
        ("answered", (0.1, (0.0, 0.2)), (0.5, (0.4, 0.6)), "better"),
        ("answered", (0.1, (0.0, 0.4)), (0.5, (0.4, 0.6)), "unclear"),
        ("answered", (None, None), (0.5, (0.4, 0.6)), "unknown"),
        ("people_per_week", (5, (4, 6)), (1, (0.5, 2)), "unknown"),
    ],
)
def test_a_verdict_needs_intervals_that_do_not_touch(key, before, after, told):
    assert verdict(key, before, after) == told


# The support lead's figures


def figures():
    searches = [
        search(n, NOW - (n % 60) * DAY, f"v{n}", outcome="answered" if n % 2 else "nothing",
               results=1, contacted=n % 5 == 0)
        for n in range(240)
    ]  # fmt: skip
    return support_figures(
        Journeys(sorted(searches, key=lambda one: one.at), [], [], []),
        [],
        threshold=0.5,
        zone=ZoneInfo("Asia/Tehran"),
        until=NOW,
        topics={f"s{n}": "گوشی دوم" for n in range(0, 240, 3)},
    )


@pytest.fixture
def counted(writing):
    writing.report(report(health=health()))
    writing.store.gaps.save_report(SUPPORT, figures().model_dump_json(), 0, NOW)
    return writing


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_every_figure_has_its_card_with_what_it_means(counted, locale):
    page = counted.page("/desk/support", locale)
    t = words(locale, "desk")
    keys = [key for group in GROUPS.values() for key in group]
    assert sorted(keys) == sorted(DEFINITIONS)
    assert texts(page, ".support-card h3") == [t.support_figure[key] for key in keys]
    meant = texts(page, ".support-card .meaning p")
    for text, key in zip(meant, keys, strict=True):
        assert text.startswith(t.support_meaning[key])


def test_a_figure_without_data_is_a_dash_and_has_no_plot(counted):
    cards = counted.page("/desk/support").css(".support-card")
    by_name = {card.css_first("h3").text(): card for card in cards}
    empty = by_name["Net promoter score"]
    assert empty.css_first(".big").text() == "–"
    assert not empty.css("svg.plot")
    assert by_name["Visits that searched"].css_first(".big").text() == "240"
    assert by_name["Visits that searched"].css("svg.plot polyline")


def test_the_week_in_iran_begins_on_saturday(counted):
    persian = counted.page("/desk/support", "fa").css(".plot-heat + details tbody th")
    english = counted.page("/desk/support", "en").css(".plot-heat + details tbody th")
    assert persian[0].text() == "شنبه"
    assert english[0].text() == "Monday"


def test_plots_show_as_many_weeks_as_are_asked_for(counted):
    for weeks, shown in ((8, 8), (13, 10), (999, 10)):  # the log touches ten
        page = counted.page("/desk/support", weeks=weeks)
        card = page.css_first(".support-card")
        assert len(card.css("tbody tr")) == shown, weeks


def test_topics_and_tables_can_be_read_and_taken_away(counted):
    page = counted.page("/desk/support")
    assert text_of(page, "table.topics tbody th") == "گوشی دوم"
    weeks = counted.get("/desk/support.csv", table="weeks")
    assert weeks.headers["content-disposition"].startswith('attachment; filename="support-weeks-')
    assert weeks.text.splitlines()[0].lstrip("\ufeff").startswith("week,visits,")
    assert counted.get("/desk/support.csv", table="nothing").status_code == 422


def slice_of(name, **values):
    return Slice(name=name, values=values)


def test_shares_of_weeks_are_put_together_by_what_they_are_out_of():
    weeks = [
        slice_of("a", deflection=Value(value=0.5, count=5, of=10)),
        slice_of("b", deflection=Value(value=1.0, count=90, of=90)),
    ]
    assert summed(weeks, "deflection", "share") == 0.95
    assert summed(weeks, "deflection", "hours") is None
    assert summed([], "deflection", "share") is None


def test_four_whole_weeks_are_compared_with_four_before_and_never_the_one_that_runs():
    counts = [10, 10, 10, 10, 20, 20, 20, 20, 1]
    weeks = tuple(
        slice_of(f"2026-W{n + 1:02}", visits=Value(value=None, of=count))
        for n, count in enumerate(counts)
    )
    whole = figures().model_copy(update={"weeks": weeks})
    change = change_of(whole, "visits", "fa")
    assert (change.before, change.after, change.rose) == ("۴۰", "۸۰", True)
    assert change_of(whole.model_copy(update={"weeks": weeks[1:]}), "visits", "fa") is None


def test_weeks_and_days_have_names_in_each_language():
    assert monday_of("2026-W47") == dt.date(2026, 11, 16)
    assert week_starts(dt.date(2026, 11, 22), 2) == [dt.date(2026, 11, 9), dt.date(2026, 11, 16)]
    assert weekdays(words("zh", "frame"), "abbreviated")[0] == "周一"
    assert weekdays(words("fa", "frame"))[5] == "شنبه"
