"""The worker keeps reports fresh, survives every failure, and stops when told."""

from __future__ import annotations

import datetime as dt
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from kb.errors import Conflict, OperationalError
from kb.gaps.probing import Progress
from kb.gaps.service import GapDesk
from kb.gaps.worker import LOOK_SECONDS, RETRY_SECONDS, GapWorker
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.support_desk import SupportDesk
from tests.fakes import BagOfWordsEmbedder
from tests.kb.gaps.house import ARTICLES, DAY, HEATING, House, crowd, open_house

PATIENCE = 30
"""Seconds until a test that waits in vain fails; nothing is expected to take that long."""
HOUR = dt.timedelta(hours=1)


class Desk(GapDesk):
    """Counts; `instead` stands for computing."""

    computed = 0
    instead: Callable[[Progress], None] | None = None

    def refresh(self, progress: Progress = lambda _stage, _done, _total: None):
        self.computed += 1
        if self.instead:
            self.instead(progress)
        return super().refresh(progress)


@pytest.fixture
def house(settings, tmp_path) -> Iterator[House]:
    with open_house(settings, tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(house) -> Desk:
    return Desk(house.store, house.knowledge_base, house.settings, lambda: house.clock[0])


@pytest.fixture
def make(house, desk) -> Iterator[Callable[..., GapWorker]]:
    made: list[GapWorker] = []

    def worker(minutes: int = 60, *, start: bool = False, **options: object) -> GapWorker:
        settings = house.settings.model_copy(update={"gaps_refresh_minutes": minutes})
        made.append(
            GapWorker(
                settings,
                desk,
                SupportDesk(house.store, house.knowledge_base, lambda: house.clock[0]),
                house.store,
                house.knowledge_base,
                now=lambda: house.clock[0],
                start=start,
                **options,
            )
        )
        return made[-1]

    yield worker
    for one in made:
        one.close()


def test_without_a_report_it_computes_one_and_the_support_leads_figures(house, desk, make):
    house.log(*crowd(4, HEATING["fa"], locale="fa"))
    assert make().turn() == LOOK_SECONDS
    (gap,) = desk.report().missing
    assert gap.languages == {"fa": 4}
    figures = SupportDesk(house.store, house.knowledge_base).figures()
    assert figures.values["visits"].value == 4
    assert figures.until == house.clock[0]


def test_a_report_is_computed_anew_once_it_is_old_and_something_was_logged(house, desk, make):
    worker = make()
    worker.turn()
    house.clock[0] += HOUR
    worker.turn()
    assert desk.computed == 1  # old, but nothing happened
    house.log(*crowd(1, HEATING["en"]))
    worker.turn()
    assert desk.computed == 2
    house.log(*crowd(1, HEATING["en"]))
    house.clock[0] += HOUR / 2
    worker.turn()
    assert desk.computed == 2  # something happened, but it is young
    house.clock[0] += HOUR / 2
    worker.turn()
    assert desk.computed == 3


def test_another_generation_is_a_change(house, desk, make):
    worker = make()
    worker.turn()
    house.publish(ARTICLES[:2])
    house.clock[0] += HOUR
    worker.turn()
    assert (desk.computed, desk.report().generation) == (2, 2)


def test_after_a_day_it_computes_whatever_happened(house, desk, make):
    worker = make()
    worker.turn()
    house.clock[0] += DAY
    worker.turn()
    assert desk.computed == 2


def test_what_another_process_computed_is_not_computed_again(house, desk, make):
    GapDesk(house.store, house.knowledge_base, house.settings, lambda: house.clock[0]).refresh()
    make().turn()
    assert desk.computed == 0
    assert SupportDesk(house.store, house.knowledge_base).figures() is not None


def test_a_report_that_an_erasure_dropped_is_computed_again(house, desk, make):
    worker = make()
    worker.turn()
    house.store.gaps.forget()
    worker.turn()
    assert desk.computed == 2


def test_with_an_interval_of_nothing_it_waits_to_be_asked(house, desk, make):
    worker = make(minutes=0)
    assert worker.turn() is None
    assert desk.computed == 0
    worker.wake()
    assert worker.turn() is None
    assert desk.computed == 1
    assert SupportDesk(house.store, house.knowledge_base).figures() is not None


def test_it_is_busy_from_the_asking_until_the_report_is_there(desk, make):
    worker = make()
    worker.turn()
    assert not worker.busy
    worker.wake()
    assert worker.busy
    seen = []
    desk.instead = lambda _progress: seen.append(worker.busy)
    worker.turn()
    assert (seen, worker.busy, desk.computed) == ([True], False, 2)


def test_who_asks_while_it_computes_gets_another_one(desk, make):
    worker = make()
    desk.instead = lambda _progress: worker.wake()
    worker.turn()
    assert worker.busy
    desk.instead = None
    worker.turn()
    assert (desk.computed, worker.busy) == (2, False)


def test_failures_are_logged_told_and_tried_again_later_and_later(desk, make, caplog):
    worker = make()

    def fail(_progress: Progress) -> None:
        raise ZeroDivisionError

    desk.instead = fail
    with caplog.at_level(logging.ERROR):
        pauses = [worker.turn() for _ in range(8)]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert "ZeroDivisionError" in caplog.text
    assert worker.problem == "Something went wrong; it was logged."
    desk.instead = None
    assert (worker.turn(), worker.problem) == (LOOK_SECONDS, "")
    desk.instead = fail
    worker.wake()
    assert worker.turn() == RETRY_SECONDS[0]


def test_what_a_person_can_mend_is_told_in_words(desk, make, caplog):
    worker = make()

    def fail(_progress: Progress) -> None:
        raise OperationalError("The disk is full.")

    desk.instead = fail
    worker.turn()
    assert worker.problem == "The disk is full."


def test_what_was_asked_for_is_owed_until_it_succeeds(desk, make, caplog):
    worker = make(minutes=0)

    def fail(_progress: Progress) -> None:
        raise OperationalError("The disk is full.")

    desk.instead = fail
    worker.wake()
    assert worker.turn() == RETRY_SECONDS[0]
    assert worker.busy
    desk.instead = None
    assert worker.turn() is None
    assert (desk.computed, worker.busy) == (2, False)


def test_where_another_thread_computes_it_looks_again(desk, make):
    worker = make()

    def taken(_progress: Progress) -> None:
        raise Conflict("being computed")

    desk.instead = taken
    assert (worker.turn(), worker.problem) == (LOOK_SECONDS, "")


def test_before_anything_is_indexed_it_says_so_and_looks_again(settings):
    store = Store(settings.store_url)
    knowledge_base = KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())
    desk, support = GapDesk(store, knowledge_base, settings), SupportDesk(store, knowledge_base)
    worker = GapWorker(settings, desk, support, store, knowledge_base, start=False)
    assert worker.turn() == LOOK_SECONDS
    assert "kb index" in worker.problem
    store.close()


def test_the_thread_computes_waits_is_woken_and_stops(desk, make):
    waits: queue.Queue[float | None] = queue.Queue()

    def wait(event: threading.Event, seconds: float | None) -> None:
        waits.put(seconds)
        event.wait(PATIENCE)

    worker = make(start=True, wait=wait)
    assert (waits.get(timeout=PATIENCE), desk.computed) == (LOOK_SECONDS, 1)
    worker.wake()
    assert (waits.get(timeout=PATIENCE), desk.computed) == (LOOK_SECONDS, 2)
    worker.close()
    assert "gap-worker" not in {thread.name for thread in threading.enumerate()}


def test_closing_gives_up_what_is_being_computed(house, desk, make):
    started, never = threading.Event(), threading.Event()

    def endless(progress: Progress) -> None:
        started.set()
        while True:
            progress("embed questions", 1, 2)
            never.wait(0.001)

    desk.instead = endless
    worker = make(start=True)
    assert started.wait(PATIENCE)
    worker.close()
    assert "gap-worker" not in {thread.name for thread in threading.enumerate()}
    assert house.store.gaps.report_age("gaps") is None


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_searches_go_first(desk, make):
    before, seen = os.getpriority(os.PRIO_PROCESS, 0), queue.Queue()

    def look(_progress: Progress) -> None:
        seen.put(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    desk.instead = look
    make(start=True)
    assert seen.get(timeout=PATIENCE) == min(before + 5, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
