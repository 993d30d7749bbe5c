"""Figures of suggestions: by hand, and of two hundred simulated occasions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binomtest

from kb.acceptance import Acceptance, posterior
from kb.events import (
    Event,
    NothingFitted,
    Offered,
    SuggestionRejected,
    SuggestionsOffered,
    SuggestionsShown,
    SuggestionUsed,
)
from kb.feedback import Feedback, give, record
from kb.models import Message, Source, Suggestion, SuggestionResult, Ticket
from kb.store import LoggedEvent, Store
from kb.suggestion_figures import DEFINITIONS, Figures, Share, wilson
from kb.suggestion_stats import UNNAMED, Summary, summarise

MONDAY = dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC)
WEEK = dt.timedelta(weeks=1)


class Log:
    """Events as the store would give them."""

    def __init__(self) -> None:
        self.entries: list[LoggedEvent] = []

    def offer(
        self, occasion: str, ticket: str, *kinds: str, at: dt.datetime = MONDAY, **fields: Any
    ) -> None:
        offered = tuple(
            Offered.model_validate({"id": str(n), "kind": kind, "sources": (), "confidence": 0.5})
            for n, kind in enumerate(kinds, start=1)
        )
        given: dict[str, Any] = {"locale": "en", "escalated": not kinds, **fields}
        self.add(
            SuggestionsOffered(occasion=occasion, ticket_id=ticket, offered=offered, **given), at
        )

    def add(self, event: Event, at: dt.datetime = MONDAY) -> None:
        self.entries.append(LoggedEvent(len(self.entries), at, event))

    def show(self, occasion: str, ticket: str) -> None:
        self.add(SuggestionsShown(occasion=occasion, ticket_id=ticket))

    def use(
        self, occasion: str, ticket: str, suggestion: str, distance: float | None = None
    ) -> None:
        edited = distance is not None
        self.add(
            SuggestionUsed(
                occasion=occasion, ticket_id=ticket, suggestion_id=suggestion, edited=edited,
                edit_distance=distance or 0,
            )
        )  # fmt: skip

    def reject(self, occasion: str, ticket: str, suggestion: str, reason: str = "") -> None:
        self.add(
            SuggestionRejected(
                occasion=occasion, ticket_id=ticket, suggestion_id=suggestion, reason=reason
            )
        )

    def summarise(self, by: Any = None) -> Summary:
        order = sorted(self.entries, key=lambda e: (e.event.ticket_id, e.event.occasion, e.number))
        return summarise(iter(order), by)


@pytest.fixture
def log() -> Log:
    return Log()


def share(count: int, of: int) -> dict[str, object]:
    return Share(count, of).as_dict()


# ── Shares ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("count", "of"), [(0, 5), (1, 5), (5, 5), (37, 120), (9999, 10000)])
def test_the_interval_is_wilsons(count: int, of: int) -> None:
    second_opinion = binomtest(count, of).proportion_ci(0.95, method="wilson")
    assert wilson(count, of) == pytest.approx(tuple(second_opinion), abs=1e-9)


def test_a_share_of_nothing_is_unknown() -> None:
    assert wilson(0, 0) == (0, 1)
    assert share(0, 0) == {"share": None, "count": 0, "of": 0, "interval": None}
    assert share(1, 2)["share"] == 0.5


def test_every_figure_is_defined() -> None:
    assert set(Figures().as_dict()) == set(DEFINITIONS)


# ── Occasions ────────────────────────────────────────────────────────────────────────────────


def test_of_an_empty_log_nothing_is_known(log: Log) -> None:
    summary = log.summarise("group")
    assert (summary.weeks, summary.slices) == ({}, {})
    figures = summary.overall.as_dict()
    assert (figures["occasions"], figures["mrr"], figures["edit_distance"]) == (0, None, None)


def test_coverage_counts_tickets_and_acceptance_occasions(log: Log) -> None:
    log.offer("o1", "T1", "reply")
    log.show("o1", "T1")
    log.offer("o2", "T1", "reply")
    log.use("o2", "T1", "1")
    log.offer("o3", "T2")
    figures = log.summarise().overall.as_dict()
    assert (figures["occasions"], figures["tickets"]) == (3, 2)
    assert figures["coverage"] == share(1, 2)
    assert figures["acceptance"] == share(1, 2)
    assert figures["helped"] == share(1, 1)
    assert figures["escalated"] == share(1, 3)


def test_what_was_only_fetched_ahead_is_not_shown_but_whatever_was_done_with_it_is(
    log: Log,
) -> None:
    for occasion in ("a", "b", "c", "d"):
        log.offer(occasion, occasion, "reply")
    log.use("b", "b", "1")
    log.reject("c", "c", "1")
    log.add(NothingFitted(occasion="d", ticket_id="d"))
    figures = log.summarise().overall.as_dict()
    assert figures["acceptance"] == share(1, 3)
    assert figures["rejected"] == share(1, 3)
    assert figures["nothing_fitted"] == share(1, 3)


def test_an_occasion_with_nothing_to_show_is_no_failure_of_suggestions(log: Log) -> None:
    log.offer("o1", "T1")
    log.add(NothingFitted(occasion="o1", ticket_id="T1"))
    figures = log.summarise().overall.as_dict()
    assert figures["nothing_fitted"] == share(0, 0)


def test_what_was_told_last_of_a_suggestion_counts(log: Log) -> None:
    log.offer("o1", "T1", "reply")
    log.use("o1", "T1", "1")
    log.use("o1", "T1", "1", 0.25)
    log.reject("o1", "T1", "1", "Wrong  device")
    log.reject("o1", "T1", "1", "too long")
    figures = log.summarise().overall.as_dict()
    assert figures["unchanged"] == share(0, 1)
    assert figures["edit_distance"] == 0.25
    assert figures["rejected"] == share(1, 1)
    assert figures["reasons"] == [{"reason": "too long", "times": 1}]


def test_of_several_used_the_first_position_counts(log: Log) -> None:
    log.offer("o1", "T1", "reply", "macro", "article")
    log.use("o1", "T1", "3")
    log.use("o1", "T1", "2")
    assert log.summarise().overall.as_dict()["mrr"] == 0.5


def test_a_holding_reply_of_an_escalation_is_no_accepted_suggestion(log: Log) -> None:
    log.offer("o1", "T1", "reply")
    log.use("o1", "T1", "holding")
    figures = log.summarise().overall.as_dict()
    assert figures["acceptance"] == share(0, 1)
    assert figures["mrr"] is None


def test_the_median_of_an_even_number_is_between_the_two(log: Log) -> None:
    for number, distance in enumerate([0.1, 0.2, 0.4, 0.9]):
        log.offer(f"o{number}", "T1", "reply")
        log.use(f"o{number}", "T1", "1", distance)
    assert log.summarise().overall.as_dict()["edit_distance"] == pytest.approx(0.3)


def test_what_belongs_to_an_offer_that_is_not_in_the_log_is_passed_over(log: Log) -> None:
    log.use("purged", "T1", "1")
    assert log.summarise().overall.occasions == 0
    assert log.summarise().overall.tickets == 0


def test_tickets_without_an_id_are_a_ticket_each(log: Log) -> None:
    for occasion in ("o1", "o2"):
        log.offer(occasion, UNNAMED, "reply")
    log.offer("o3", UNNAMED)
    assert log.summarise().overall.as_dict()["coverage"] == share(2, 3)


def test_reasons_that_differ_in_case_and_space_are_one_and_their_number_is_bounded(
    log: Log,
) -> None:
    for number in range(6000):
        reason = [" Out of\ndate", "out of date"][number % 2] if number < 20 else f"x{number}"
        log.offer(f"o{number:05}", "T1", "reply")
        log.reject(f"o{number:05}", "T1", "1", reason)
    overall = log.summarise().overall
    assert overall.top_reasons()[:2] == [("other", 981), ("out of date", 20)]
    assert len(overall.reasons) == 5001


# ── Slices ───────────────────────────────────────────────────────────────────────────────────


def test_weeks_are_iso_weeks_of_the_offer_in_utc_in_order(log: Log) -> None:
    log.offer("o2", "T2", "reply", at=dt.datetime(2027, 1, 3, 23, tzinfo=dt.UTC))
    log.offer("o1", "T1", "reply", at=MONDAY)
    log.show("o1", "T1")
    summary = log.summarise("week")
    assert list(summary.weeks) == ["2026-W47", "2026-W53"]
    assert summary.slices == summary.weeks


def test_a_ticket_counts_in_every_slice_it_is_in(log: Log) -> None:
    log.offer("o1", "T1", "reply", group="devices", locale="fa-IR")
    log.offer("o2", "T1", group="billing", locale="fa")
    log.offer("o3", "T2", "reply", locale="zh")
    by_group = log.summarise("group").slices
    assert {name: (f.covered, f.tickets) for name, f in by_group.items()} == {
        "(none)": (1, 1),
        "billing": (0, 1),
        "devices": (1, 1),
    }
    by_language = log.summarise("language").slices
    assert {name: (f.occasions, f.tickets) for name, f in by_language.items()} == {
        "fa": (2, 1),
        "zh": (1, 1),
    }


def test_a_kind_is_judged_where_it_was_offered_and_covers_a_share_of_all_tickets(
    log: Log,
) -> None:
    log.offer("o1", "T1", "reply", "macro")
    log.use("o1", "T1", "2")
    log.offer("o2", "T2", "reply")
    log.reject("o2", "T2", "1")
    log.offer("o3", "T3")
    slices = {name: figures.as_dict() for name, figures in log.summarise("kind").slices.items()}
    assert list(slices) == ["macro", "reply"]
    assert slices["reply"]["coverage"] == share(2, 3)
    assert slices["macro"]["coverage"] == share(1, 3)
    assert slices["reply"]["acceptance"] == share(0, 2)
    assert slices["macro"]["acceptance"] == share(1, 1)
    assert (slices["macro"]["mrr"], slices["macro"]["rejected"]) == (0.5, share(0, 1))
    assert slices["reply"]["rejected"] == share(1, 2)


# ── Two hundred occasions ────────────────────────────────────────────────────────────────────

DRAFT = "abcdefghij"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    yield opened
    opened.close()


def answered(names: Sequence[str], number: int) -> tuple[SuggestionResult, Ticket]:
    suggestions = tuple(
        Suggestion(
            id=name, kind="reply", draft=DRAFT, locale="en", confidence=0.7, reason="",
            sources=(Source(id=name, kind="ticket", title="", locale="en", url="",
                            audience="internal"),),
        )
        for name in names
    )  # fmt: skip
    ticket = Ticket(
        id=f"T{number}", locale="en", messages=(Message(author="customer", text="Help"),)
    )
    result = SuggestionResult(
        ticket_id=ticket.id, locale="en", generation=1, suggestions=suggestions, escalation=None
    )
    return result, ticket


def behaviour(number: int) -> dict[str, str] | None:
    """What the rep does on that occasion; None: does not even see it."""
    if number < 60:
        return {"action": "inserted", "suggestion_id": "A"}
    if number < 90:
        sent = "xx" + DRAFT[2:] if number % 2 else "xxxx" + DRAFT[4:]
        return {"action": "edited", "suggestion_id": "B", "text": sent}
    if number < 120:
        return {"action": "inserted", "suggestion_id": "C", "text": DRAFT}
    if number < 140:
        reason = "Outdated" if number < 132 else "wrong product"
        return {"action": "rejected", "suggestion_id": "A", "reason": reason}
    if number < 160:
        return {"action": "nothing_fitted"}
    return {"action": "shown"} if number < 170 else None


def test_two_hundred_simulated_occasions_give_the_figures_computed_by_hand(store: Store) -> None:
    for number in range(200):
        # 160 to 169 are second looks at the first ten tickets; 180 to 199 find nothing.
        names = ["A", "B", "C"] if number < 180 else []
        result, ticket = answered(names, number - 160 if 160 <= number < 170 else number)
        at = MONDAY + (number % 2) * WEEK
        occasion = record(store.events, result, ticket, at, shown=False).id
        done = behaviour(number)
        for _ in range(2):  # every click comes twice
            if done:
                give(store, occasion, Feedback.model_validate(done), at, [])
    summary = summarise(store.events.by_ticket())
    assert summary.overall.as_dict() == {
        "occasions": 200,
        "tickets": 190,
        "coverage": share(170, 190),
        "acceptance": share(120, 170),
        "helped": share(120, 160),
        "unchanged": share(90, 120),
        "edit_distance": pytest.approx(0.3),  # 15 × 0.2, 15 × 0.4
        "mrr": pytest.approx((60 + 30 / 2 + 30 / 3) / 120),
        "rejected": share(20, 170),
        "nothing_fitted": share(20, 170),
        "escalated": share(0, 200),
        "reasons": [
            {"reason": "outdated", "times": 12},
            {"reason": "wrong product", "times": 8},
        ],
    }
    assert {week: f.occasions for week, f in summary.weeks.items()} == {
        "2026-W47": 100,
        "2026-W48": 100,
    }
    assert store.events.acceptance_of(["A", "B", "C"]) == {
        "A": Acceptance(60, 30 + 30 + 20 + 20),
        "B": Acceptance(30, 30 + 20),
        "C": Acceptance(30, 20),
    }


def test_the_answer_that_reps_use_comes_first_after_a_few_decisions(store: Store) -> None:
    confidences = {"A": 0.7, "B": 0.6, "C": 0.5}
    positions = []
    for number in range(6):
        known = store.events.acceptance_of(list(confidences))
        ranked = sorted(
            confidences, key=lambda s: -posterior(confidences[s], known.get(s, Acceptance()))
        )
        positions.append(ranked.index("C") + 1)
        occasion = record(store.events, *answered(ranked, number), MONDAY).id
        chosen = Feedback(action="inserted", suggestion_id="C")
        give(store, occasion, chosen, MONDAY)
    assert positions[0] == 3
    assert positions[1] > 1, "one click is not enough"
    assert positions[3:] == [1, 1, 1]
