"""`kb stats suggestions` and `kb events purge`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.config import load_settings
from kb.events import Offered, SuggestionRejected, SuggestionsOffered, SuggestionUsed
from kb.store import Store

Run = Callable[..., tuple[int, str, str]]
MONDAY = dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC)


@pytest.fixture
def kb_(command_line: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `kb ARGS`; returns (exit code, stdout, stderr)."""
    return command_line


@pytest.fixture
def store(kb_: Run) -> Iterator[Store]:
    opened = Store(load_settings().store_url)
    yield opened
    opened.close()


@pytest.fixture
def logged(store: Store) -> Store:
    """Two weeks: a used and a rejected suggestion, then nothing to suggest."""
    for number, locale in enumerate(["en", "fa"]):
        occasion, ticket = f"o{number}", f"T{number}"
        item = Offered(id="s", kind="reply", sources=("a",), confidence=0.8, draft="Tilt")
        store.events.append(
            SuggestionsOffered(
                occasion=occasion, ticket_id=ticket, locale=locale, group="[red]pumps",
                offered=(item,),
            ),
            MONDAY,
        )  # fmt: skip
    store.events.append(
        SuggestionUsed(
            occasion="o0", ticket_id="T0", suggestion_id="s", edited=True, edit_distance=0.125
        ),
        MONDAY,
    )
    store.events.append(
        SuggestionRejected(
            occasion="o1", ticket_id="T1", suggestion_id="s", reason="[b] out of date"
        ),
        MONDAY,
    )
    store.events.append(
        SuggestionsOffered(occasion="o2", ticket_id="T2", locale="en", offered=(), escalated=True),
        MONDAY + dt.timedelta(weeks=1),
    )
    return store


def test_an_empty_log_is_said_and_is_no_failure(kb_: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = kb_("stats", "suggestions")
    assert (code, out) == (
        0, "No suggestions are recorded; `POST /v1/suggestions` records what it serves.\n",
    )  # fmt: skip
    assert "recorded since 2026-11-01;" in kb_("stats", "suggestions", "--since", "2026-11-01")[1]
    monkeypatch.setenv("KB_EVENT_LOG", "false")
    assert "switched off (KB_EVENT_LOG)" in kb_("stats", "suggestions")[1]


def test_an_empty_log_as_json_has_the_figures_without_values(kb_: Run) -> None:
    code, out, _ = kb_("stats", "suggestions", "--json")
    overall = json.loads(out)["overall"]
    assert (code, overall["occasions"], overall["acceptance"]["share"]) == (0, 0, None)


def test_the_figures_come_with_interval_counts_and_meaning(kb_: Run, logged: Store) -> None:
    code, out, _ = kb_("stats", "suggestions")
    lines = {line.split()[0]: " ".join(line.split()) for line in out.splitlines() if line.split()}
    assert code == 0
    assert lines["occasions"] == "occasions 3 requests for suggestions"
    assert lines["coverage"].startswith("coverage 67% 21% to 94% 2 of 3 share of tickets")
    assert lines["acceptance"].startswith("acceptance 50% 9% to 91% 1 of 2 share of the occasions")
    assert lines["edit_distance"].startswith("edit_distance 0.12 median")
    assert lines["mrr"].startswith("mrr 1.00 mean")
    assert "1 × [b] out of date" in out
    assert "2026-W47 to 2026-W48: ▅·" in out


def test_slices_are_a_table_of_their_own(kb_: Run, logged: Store) -> None:
    _, out, _ = kb_("stats", "suggestions", "--by", "group")
    rows = [line.split()[:4] for line in out.splitlines()]
    assert ["[red]pumps", "2", "2", "100%"] in rows
    assert ["(none)", "1", "1", "0%"] in rows


def test_json_holds_overall_slices_weeks_and_definitions(kb_: Run, logged: Store) -> None:
    code, out, _ = kb_("stats", "suggestions", "--by", "language", "--json")
    document = json.loads(out)
    assert code == 0
    assert set(document) == {"since", "overall", "by", "slices", "weeks", "definitions"}
    assert document["overall"]["acceptance"] == {
        "share": 0.5, "count": 1, "of": 2, "interval": [pytest.approx(0.0945, abs=1e-4),
                                                       pytest.approx(0.9055, abs=1e-4)],
    }  # fmt: skip
    assert document["slices"]["fa"]["rejected"]["count"] == 1
    assert document["weeks"]["2026-W48"]["occasions"] == 1
    assert set(document["definitions"]) == set(document["overall"])


def test_since_leaves_out_what_was_before(kb_: Run, logged: Store) -> None:
    _, out, _ = kb_("stats", "suggestions", "--since", "2026-11-23", "--json")
    document = json.loads(out)
    assert (document["since"], document["overall"]["occasions"]) == ("2026-11-23", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats", "suggestions", "--by", "mood"),
        ("stats", "suggestions", "--since", "yesterday"),
        ("events", "purge", "--before", "soon"),
    ],
)
def test_a_mistyped_option_is_exit_code_2(kb_: Run, arguments: tuple[str, ...]) -> None:
    code, _, err = kb_(*arguments)
    assert code == 2
    assert "Traceback" not in err


def test_purge_deletes_what_is_older_than_a_day(kb_: Run, logged: Store) -> None:
    code, out, _ = kb_("events", "purge", "--before", "2026-11-20", "--json")
    assert (code, json.loads(out)) == (0, {"purged": 4, "before": "2026-11-20T00:00:00+00:00"})
    assert [entry.event.occasion for entry in logged.events.since()] == ["o2"]


def test_purge_goes_by_the_retention_where_no_day_is_named(
    kb_: Run, logged: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ancient = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    logged.events.append(
        SuggestionsOffered(occasion="o9", ticket_id="T9", locale="en", offered=()), ancient
    )
    monkeypatch.setenv("KB_EVENT_RETENTION_DAYS", "3650")
    code, out, _ = kb_("events", "purge")
    assert code == 0
    assert out.startswith("1 events from before ")
    monkeypatch.setenv("KB_EVENT_RETENTION_DAYS", "0")
    code, _, err = kb_("events", "purge")
    assert code == 2
    assert "kept for ever" in err
