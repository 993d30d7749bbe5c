"""The support lead's figures: each of what, and of how many."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kb.gaps.journeys import Click, Contact, Journeys, Search, Survey
from kb.models import Message, Ticket
from kb.spreadsheet import BOM
from kb.support_counts import values_of
from kb.support_definitions import DEFINITIONS
from kb.support_facts import TicketFacts, facts_of
from kb.support_figures import SupportFigures, hours_csv, support_figures, weeks_csv

UTC = ZoneInfo("UTC")
MONDAY = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

_number = iter(range(10**9))


def search(query: str = "pump", session: str | None = None, **more: Any) -> Search:
    number = next(_number)
    defaults: dict[str, Any] = {
        "id": f"s{number}", "at": MONDAY, "session": f"v{number}" if session is None else session,
        "query": query, "language": "en", "role": "customer", "channel": "help_center",
        "confidence": 0.9, "outcome": "related", "hits": ("a",), "results": 1,
    }  # fmt: skip
    return Search(**(defaults | more))


def ticket(identifier: str = "T", **more: Any) -> TicketFacts:
    defaults: dict[str, Any] = {
        "id": identifier, "created": MONDAY, "first_reply": MONDAY + HOUR, "replied": True,
        "satisfaction": None, "group": "", "language": "en", "channel": "mail",
    }  # fmt: skip
    return TicketFacts(**(defaults | more))


def figures(
    searches: list[Search] | None = None,
    tickets: list[TicketFacts] | None = None,
    contacts: list[Contact] | None = None,
    surveys: list[Survey] | None = None,
    **more: Any,
) -> SupportFigures:
    options: dict[str, Any] = {"threshold": 0.5, "zone": UTC, "until": NOW}
    found = Journeys(searches or [], [], contacts or [], surveys or [])
    return support_figures(found, tickets or [], **(options | more))


def of(found: SupportFigures, name: str) -> tuple[float | None, float | None, int]:
    value = found.values[name]
    return value.value, value.count, value.of


# ── Visits ───────────────────────────────────────────────────────────────────────────────────


def test_deflection_is_of_visits_that_searched_and_did_not_contact_the_team() -> None:
    asked = [search(), search(), search(), search(contacted=True)]
    assert of(figures(asked), "deflection") == (0.75, 3, 4)
    low, high = figures(asked).values["deflection"].interval
    assert 0 < low < 0.75 < high < 1


def test_self_service_needs_something_read_and_counts_contacts_of_anybody_else() -> None:
    asked = [
        search(outcome="answered"),
        search(clicks=[Click("a", 1)]),
        search(),  # gave up in silence
        search(outcome="answered", contacted=True),
    ]
    phone = ticket("T9")
    assert of(figures(asked, [phone]), "self_service") == (0.4, 2, 5)


def test_a_ticket_that_followed_a_search_is_no_contact_of_anybody_else() -> None:
    asked = search(contacted=True)
    made = Contact(MONDAY, asked.session, asked.id, "T1", "", "en")
    found = figures([asked], [ticket("T1")], [made])
    assert of(found, "contacts") == (1, None, 1)
    assert of(found, "self_service") == (0, 0, 1)


def test_a_visit_that_shouts_counts_once() -> None:
    loud = [search("pump", "loud", outcome="nothing", confidence=0.1) for _ in range(1000)]
    quiet = [search(f"question {n}", confidence=0.9) for n in range(3)]
    found = figures([*loud, *quiet])
    assert of(found, "visits") == (4, None, 4)
    assert of(found, "questions") == (4, None, 4)
    assert of(found, "no_result") == (0.25, 1, 4)
    assert of(found, "covered") == (0.75, 3, 4)


def test_the_same_question_in_other_spelling_is_one_in_three_languages() -> None:
    asked = [
        search(text, "v", language=language)
        for language, texts in {
            "en": ("Pump noise", "pump  NOISE"),
            "fa": ("كتاب‌هاي پمپ", "کتاب‌های پمپ"),
            "zh": ("水泵噪音", "水泵噪音 "),
        }.items()
        for text in texts
    ]
    assert of(figures(asked), "questions") == (3, None, 3)


def test_an_imported_row_counts_as_often_as_it_says_and_tells_no_confidence() -> None:
    row = search(session="", times=40, confidence=None, outcome=None, results=0, channel="import")
    found = figures([row, search()])
    assert of(found, "visits") == (41, None, 41)
    assert of(found, "no_result") == (round(40 / 41, 4), 40, 41)
    assert of(found, "covered") == (1, 1, 1)


def test_staff_count_nowhere() -> None:
    staff = search(role="rep", contacted=True, clicks=[Click("a", 1)])
    made = Contact(MONDAY, "", staff.id, "", "", "en")
    found = figures([staff], contacts=[made])
    assert all(value.of == 0 for value in found.values.values())


def test_covered_weighs_people_not_their_questions() -> None:
    asked = [search(f"q{n}", "curious", confidence=0.1) for n in range(9)]
    asked += [search("q", "calm", confidence=0.5)]
    assert of(figures(asked), "covered") == (0.5, 1, 2)


# ── Questions ────────────────────────────────────────────────────────────────────────────────


def test_no_result_is_of_questions_whose_result_is_known() -> None:
    asked = [
        search(results=0, outcome=None),
        search(outcome="nothing"),
        search(),
        search(results=None, outcome=None),
    ]
    assert of(figures(asked), "no_result") == (0.6667, 2, 3)


def test_an_answer_on_the_page_needs_no_click() -> None:
    asked = [
        search(clicks=[Click("a", 1)]),
        search(),
        search(),
        search(outcome="answered"),
        search(outcome="answered", contacted=True),
        search(outcome="answered", clicks=[Click("a", 1)]),
        search(outcome="nothing"),
    ]
    found = figures(asked)
    assert of(found, "no_click") == (0.6667, 2, 3)
    assert of(found, "good_abandonment") == (0.3333, 1, 3)


def test_channels_that_never_report_clicks_say_nothing_about_them() -> None:
    asked = [search(clicks=[Click("a", 1)]), *(search(channel="api") for _ in range(5))]
    assert of(figures(asked), "no_click") == (0, 0, 1)


def test_mrr_takes_the_highest_position_opened() -> None:
    asked = [
        search(clicks=[Click("a", 4), Click("b", 2)]),
        search(clicks=[Click("a", 1)]),
        search(clicks=[Click("a", None)]),
        search(),
    ]
    assert of(figures(asked), "mrr_clicks") == (0.75, None, 2)


# ── Tickets and surveys ──────────────────────────────────────────────────────────────────────


def test_time_to_the_first_answer_leaves_the_unanswered_out_and_says_so() -> None:
    tickets = [ticket(f"T{n}", first_reply=MONDAY + n * HOUR) for n in range(1, 12)]
    tickets += [ticket("open", first_reply=None, replied=False)]
    tickets += [ticket("no time", first_reply=None)]
    found = figures(tickets=tickets)
    assert of(found, "first_answer_median") == (6, None, 11)
    assert of(found, "first_answer_p90") == (10, None, 11)
    assert of(found, "unanswered") == (round(1 / 13, 4), 1, 13)


def test_satisfaction_says_which_source_it_is_from() -> None:
    tickets = [ticket("a", satisfaction=5), ticket("b", satisfaction=3), ticket("c")]
    surveys = [Survey(MONDAY, "csat", score) for score in (4, 5, 1, 2)]
    found = figures(tickets=tickets, surveys=surveys)
    assert of(found, "csat_tickets") == (0.5, 1, 2)
    assert of(found, "csat_surveys") == (0.5, 2, 4)


def test_nps_is_promoters_minus_detractors_and_three_promoters_are_no_certainty() -> None:
    scores = (10, 9, 8, 7, 6, 0, 10, 9)
    found = figures(surveys=[Survey(MONDAY, "nps", score) for score in scores])
    assert of(found, "nps") == (25, None, 8)
    few = figures(surveys=[Survey(MONDAY, "nps", 10)] * 3).values["nps"]
    assert few.value == 100
    assert few.interval[0] < 60


def test_where_there_is_no_data_there_is_no_number() -> None:
    found = figures()
    assert found.since is None
    assert found.values.keys() == DEFINITIONS.keys()
    for name, value in found.values.items():
        expected = 0 if DEFINITIONS[name].unit == "count" else None
        assert (value.value, value.of) == (expected, 0), name


def test_every_figure_has_a_meaning_and_a_source() -> None:
    assert all(known.meaning and known.source for known in DEFINITIONS.values())


def test_facts_of_a_ticket_are_read_from_its_messages() -> None:
    written = Ticket(
        id="T", locale="fa-IR", satisfaction=4, group="pumps", channel="mail",
        messages=(
            Message(author="customer", text="پمپ صدا می‌دهد", at=dt.datetime(2026, 11, 2, 9)),
            Message(author="system", text="received", at=MONDAY + HOUR),
            Message(author="rep", text="late", at=MONDAY + 3 * HOUR),
            Message(author="rep", text="early", at=MONDAY + 2 * HOUR),
        ),
    )  # fmt: skip
    facts = facts_of(written)
    assert (facts.created, facts.first_reply) == (MONDAY, MONDAY + 2 * HOUR)
    assert (facts.language, facts.replied, facts.satisfaction) == ("fa", True, 4)
    silent = Ticket(id="U", locale="zh", messages=(Message(author="customer", text="水泵"),))
    assert (facts_of(silent).created, facts_of(silent).replied) == (None, False)


# ── Slices ───────────────────────────────────────────────────────────────────────────────────


def test_weeks_are_all_there_also_those_without_anything() -> None:
    found = figures([search(), search(at=MONDAY + dt.timedelta(weeks=2))])
    assert [week.name for week in found.weeks] == ["2026-W45", "2026-W46", "2026-W47"]
    assert [week.values["visits"].value for week in found.weeks] == [1, 0, 1]
    assert found.weeks[1].values["deflection"].value is None


def test_a_week_begins_on_monday_in_the_named_zone() -> None:
    late = search(at=dt.datetime(2026, 11, 8, 22, tzinfo=dt.UTC))  # Monday 1:30 in Tehran
    assert figures([late]).weeks[0].name == "2026-W45"
    assert figures([late], zone=ZoneInfo("Asia/Tehran")).weeks[0].name == "2026-W46"


def test_every_language_has_its_figures() -> None:
    asked = [search(language="fa", confidence=0.1), search(language="zh-Hant"), search()]
    found = figures(asked, [ticket(language="fa")], [Contact(MONDAY, "", "", "", "q", "")])
    named = {part.name: part.values for part in found.languages}
    assert named.keys() == {"en", "fa", "zh", "(unknown)"}
    assert (named["fa"]["covered"].value, named["zh"]["covered"].value) == (0, 1)
    assert (named["fa"]["contacts"].value, named["(unknown)"]["contacts"].value) == (1, 1)


def test_topics_count_visits_and_contacts_by_week() -> None:
    asked = [search(session="loud") for _ in range(5)]
    asked += [search(at=MONDAY + dt.timedelta(weeks=1)), search()]
    topics = {one.id: "=pump()" for one in asked[:-1]} | {"T1": "refunds", "T2": "=pump()"}
    tickets = [ticket("T1"), ticket("T2", created=MONDAY + dt.timedelta(weeks=1)), ticket("T3")]
    found = figures(asked, tickets, topics=topics).topics
    assert [(t.topic, t.visits, t.contacts, t.weeks) for t in found] == [
        ("=pump()", 2, 1, (1, 2, 0)),
        ("refunds", 0, 1, (1, 0, 0)),
    ]


def test_only_the_period_counts() -> None:
    asked = [search(), search(at=MONDAY + dt.timedelta(days=7)), search(at=NOW + HOUR)]
    tickets = [
        ticket("T1"),
        ticket("T2", created=MONDAY + dt.timedelta(days=7)),
        ticket("T3", created=None),
    ]
    found = figures(asked, tickets, since=MONDAY + dt.timedelta(days=1))
    assert (found.values["visits"].value, found.values["contacts"].value) == (1, 1)


# ── Tables ───────────────────────────────────────────────────────────────────────────────────


def rows(text: str) -> list[list[str]]:
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_the_table_of_hours_has_168_lines_and_a_header() -> None:
    table = rows(hours_csv(figures([search()], [ticket()])))
    assert table[0][:4] == ["weekday", "hour", "time zone", "weeks"]
    assert len(table) == 169
    # Mondays 2, 9 and 16 November lie in the period, which begins with the day of the first.
    assert table[1 + 9] == ["Monday", "9", "UTC", "3", "0.333", "0.8", "0.333"]


def test_the_table_of_weeks_never_shows_a_number_without_its_denominator() -> None:
    header, *lines = rows(weeks_csv(figures([search(), search(contacted=True)])))
    place = header.index("deflection")
    assert header[place + 1] == "deflection (of)"
    assert lines[0][place : place + 2] == ["0.5", "2"]
    assert lines[1][place : place + 2] == ["", "0"]


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_values_hold_their_bounds(threshold: float) -> None:
    from kb.support_counts import Sample

    sample = Sample([search(confidence=c) for c in (0.0, 0.5, 1.0, None)], [ticket()], [], [5], [0])
    for name, value in values_of(sample, threshold, {"help_center"}).items():
        if DEFINITIONS[name].unit == "share" and value.value is not None:
            assert 0 <= value.interval[0] <= value.value <= value.interval[1] <= 1
