"""`kb import searches`."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kb.config import load_settings
from kb.gaps.journeys import journeys
from kb.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kb_(command_line: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `kb import searches ARGS`; returns (exit code, stdout, stderr)."""
    monkeypatch.setenv("KB_EVENT_RETENTION_DAYS", "30000")  # the files' dates are fixed
    return partial(command_line, "import", "searches")


@pytest.fixture
def store(kb_: Run) -> Iterator[Store]:
    opened = Store(load_settings().store_url)
    yield opened
    opened.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], str]:
    def to_file(text: str) -> str:
        path = tmp_path / "log.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return to_file


Write = Callable[[str], str]
LOG = """Search term,Date,Visitor,Results,Clicked article,Ticket created
my pump is loud,2026-03-01 10:00,sam@doe.example,3,,yes
پمپ صدا می‌دهد,2026-03-01 10:05,kim,0,,no
'=HYPERLINK("x") 如何取消,2026-03-02 09:00,kim,1,gone.en,no
mail sam@doe.example,2026-03-02 09:01,,0,,no
"""


def document(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_log_is_imported_redacted_and_its_visits_are_pseudonyms(
    kb_: Run, store: Store, write: Write
) -> None:
    code, out, err = kb_(write(LOG))
    assert (code, err.strip()) == (0, "")
    assert "4 rows: 4 searches imported (6 events)." in out
    assert "1 clicks are on what is none of our articles." in out
    found = journeys(store.events.visits())
    assert [
        (s.query, s.language, s.results, s.contacted, len(s.clicks)) for s in found.searches
    ] == [
        ("my pump is loud", "en", 3, True, 0),
        ("پمپ صدا می‌دهد", "fa", 0, False, 0),
        ('=HYPERLINK("x") 如何取消', "en", 1, False, 1),
        ("mail [EMAIL]", "en", 0, False, 0),
    ]
    sessions = [s.session for s in found.searches]
    assert sessions[1] == sessions[2] != sessions[0]
    assert sessions[3] == ""
    for personal in ("sam@doe.example", "kim"):
        assert store.mentions(personal) == {}
    assert store.mentions("sessions ") == {}


def test_the_same_file_again_counts_once_and_a_longer_one_adds_what_is_new(
    kb_: Run, store: Store, write: Write
) -> None:
    twice = LOG + "again,2026-03-03,,,,\nagain,2026-03-03,,,,\n"
    assert document(kb_(write(LOG), "--json")[1])["new_events"] == 6
    assert document(kb_(write(LOG), "--json")[1])["new_events"] == 0
    code, out, _ = kb_(write(twice))
    assert code == 0
    assert "6 of the events were in the log already." in out
    assert len(journeys(store.events.visits()).searches) == 6


def test_counts_per_term_become_searches_that_stand_for_many(
    kb_: Run, store: Store, write: Write
) -> None:
    path = write("Suchbegriff;Anzahl\nPumpe;40\nتانک;7\n")
    arguments = ("--map", "query=Suchbegriff", "--map", "count=anzahl", "--date", "2026-03-01")
    found = document(kb_(path, *arguments, "--json")[1])
    assert (found["searches"], found["events"], found["delimiter"]) == (47, 2, ";")
    assert found["columns"] == {"query": "Suchbegriff", "count": "Anzahl"}
    searches = journeys(store.events.visits()).searches
    assert sorted((s.query, s.times) for s in searches) == [("Pumpe", 40), ("تانک", 7)]
    assert searches[0].at.isoformat() == "2026-03-01T00:00:00+00:00"


def test_wrong_rows_are_told_with_their_line_and_the_rest_is_imported(
    kb_: Run, store: Store, write: Write
) -> None:
    code, out, err = kb_(write("query,date\ngood,2026-03-01\nbad,[soon]\n,2026-03-01\n"))
    assert code == 1
    assert "line 3: '[soon]' is no date" in err
    assert "line 4: no question" in err
    assert "3 rows: 1 searches imported (1 events)." in out
    assert "2 rows could not be read" in out
    assert len(list(store.events.visits())) == 1


def test_what_would_be_deleted_at_once_is_left_out(
    kb_: Run, store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_EVENT_RETENTION_DAYS", "1")
    code, out, _ = kb_(write(LOG))
    assert code == 0
    assert "4 rows are older than KB_EVENT_RETENTION_DAYS" in out
    assert list(store.events.visits()) == []
    monkeypatch.setenv("KB_EVENT_RETENTION_DAYS", "0")
    assert document(kb_(write(LOG), "--json")[1])["too_old"] == 0


def test_a_dry_run_shows_what_would_be_kept_and_writes_nothing(
    kb_: Run, store: Store, write: Write
) -> None:
    code, out, _ = kb_(write(LOG), "--dry-run")
    assert code == 0
    assert "4 searches would be imported" in out
    assert "my pump is loud" in out
    assert list(store.events.visits()) == []


def test_a_sample_is_moved_to_today_and_counts_once_on_whatever_day_it_is_imported(
    kb_: Run, store: Store, write: Write
) -> None:
    began = dt.datetime.now(dt.UTC)
    code, out, _ = kb_(write(LOG), "--recent")
    assert code == 0
    assert re.search(r"All dates were moved by -?\d+ days\.", out)
    times = [search.at for search in journeys(store.events.visits()).searches]
    assert began - dt.timedelta(days=1) <= times[-1] <= dt.datetime.now(dt.UTC)
    assert times[-1] - times[0] == dt.timedelta(hours=23, minutes=1)
    found = document(kb_(write(LOG), "--json")[1])
    assert (found["new_events"], found["moved_days"]) == (0, 0)


def test_times_without_a_zone_are_of_the_one_that_is_named(
    kb_: Run, store: Store, write: Write
) -> None:
    kb_(write("query,date\npump,2026-03-01 03:30\n"), "--timezone", "Asia/Tehran")
    assert journeys(store.events.visits()).searches[0].at.hour == 0


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("", (), "The file is empty"),
        ("a,b\n1,2\n", (), "No column says what was searched for"),
        ("a,b\n\x00\x01\x02,2\n", (), "The file is no text"),
        ("query\npump\n", (), "--date 2026-11-01"),
        ("query,date\npump,03/04/2026\n", (), "--day-first or --month-first"),
        (LOG, ("--map", "query"), "write FIELD=COLUMN"),
        (LOG, ("--map", "qery=x"), "there is no 'qery'"),
        (LOG, ("--map", "date=x"), "no column 'x'"),
        (LOG, ("--timezone", "Mars/One"), "no time zone 'Mars/One'"),
        (LOG, ("--timezone", "../etc/passwd"), "no time zone"),
        (LOG, ("--encoding", "nonsense"), "no encoding 'nonsense'"),
    ],
)
def test_a_mistake_is_one_sentence(
    kb_: Run, write: Write, text: str, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = kb_(write(text), *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_a_file_that_is_not_there_and_a_log_that_is_off_are_said(
    kb_: Run, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "cannot be read" in kb_("none.csv")[2]
    assert kb_(str(tmp_path))[0] == 2
    monkeypatch.setenv("KB_EVENT_LOG", "false")
    code, _, err = kb_(write(LOG))
    assert code == 2
    assert "KB_EVENT_LOG" in err
