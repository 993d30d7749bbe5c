"""The worker publishes what changed in the store, survives every failure, and stops when told."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from indexer import worker as module
from indexer.pipeline import index
from indexer.publish import writer_lock
from indexer.worker import IndexWorker
from kb.errors import NoSnapshot
from kb.models import Message, Ticket
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
PATIENCE = 30
"""Seconds until a test that waits in vain fails; nothing is expected to take that long."""


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def knowledge_base(settings):
    return KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())


class Watched:
    """The pipeline, with an event after each run; some runs may be made to fail."""

    def __init__(self, monkeypatch, failures=()):
        self.done = threading.Semaphore(0)
        self.failures = list(failures)
        self.runs = 0
        monkeypatch.setattr(module, "index", self._index)

    def _index(self, *arguments, **named):
        self.runs += 1
        try:
            if self.failures:
                raise self.failures.pop(0)
            return index(*arguments, **named)
        finally:
            self.done.release()

    def wait(self) -> None:
        assert self.done.acquire(timeout=PATIENCE)


@pytest.fixture
def start(settings, knowledge_base):
    started: list[IndexWorker] = []

    def begin() -> IndexWorker:
        made = IndexWorker(
            settings, knowledge_base, debounce_seconds=0.01, retry_seconds=(0.01, 0.02)
        )
        started.append(made)
        return made

    yield begin
    for made in started:
        made.close()


def solved(identifier: str, text: str = "The pump rattles.") -> Ticket:
    messages = (
        Message(author="customer", text=text),
        Message(author="rep", text="Tilt the tank until the air is out.", accepted=True),
    )
    return Ticket(id=identifier, locale="en", messages=messages, status="solved")


def wait_until_learnt(knowledge_base: KnowledgeBase, identifier: str) -> bool:
    """True as soon as it is a source; False if that takes longer than a test may wait."""
    never = threading.Event()
    for _ in range(PATIENCE * 100):
        try:
            if knowledge_base.has_solved(identifier):
                return True
        except NoSnapshot:
            pass
        never.wait(0.01)
    return False


def test_a_ticket_stored_while_serving_is_suggested_without_a_restart(store, knowledge_base, start):
    store.documents.save(solved("t1"), NOW, replaces=None)
    worker = start()
    worker.wake()
    assert wait_until_learnt(knowledge_base, "t1")
    assert not knowledge_base.has_solved("t2")
    store.documents.save(solved("t2"), NOW, replaces=None)
    worker.wake()
    assert wait_until_learnt(knowledge_base, "t2")


def test_it_does_nothing_until_it_is_woken(monkeypatch, start):
    watched = Watched(monkeypatch)
    start().close()
    assert watched.runs == 0


def test_many_changes_at_once_are_one_run(monkeypatch, settings, store, knowledge_base):
    watched = Watched(monkeypatch)
    worker = IndexWorker(settings, knowledge_base, debounce_seconds=0.2)
    for n in range(20):
        store.documents.save(solved(f"t{n:02d}"), NOW, replaces=None)
        worker.wake()
    watched.wait()
    worker.close()
    assert watched.runs <= 2  # two, should storing have taken longer than the pause


def test_while_another_process_indexes_it_waits_and_then_catches_up(
    monkeypatch, settings, store, knowledge_base, start
):
    watched = Watched(monkeypatch)
    store.documents.save(solved("t1"), NOW, replaces=None)
    with writer_lock(settings.index_dir):
        start().wake()
        watched.wait()
        watched.wait()  # it came back and was refused again
    assert wait_until_learnt(knowledge_base, "t1")


def test_a_failure_is_logged_and_tried_again(monkeypatch, store, knowledge_base, start, caplog):
    Watched(monkeypatch, failures=[OSError("the disk is full"), RuntimeError("odd")])
    store.documents.save(solved("t1"), NOW, replaces=None)
    start().wake()
    assert wait_until_learnt(knowledge_base, "t1")
    assert caplog.text.count("the store could not be published") == 2


def test_why_the_last_run_failed_can_be_asked_until_one_succeeds(
    monkeypatch, store, knowledge_base, start
):
    watched = Watched(monkeypatch, failures=[OSError("the disk is full")])
    store.documents.save(solved("t1"), NOW, replaces=None)
    worker = start()
    assert worker.problem == ""
    seen = []
    monkeypatch.setattr(module.logger, "exception", lambda *_arguments: seen.append(worker.problem))
    worker.wake()
    watched.wait()
    watched.wait()
    assert wait_until_learnt(knowledge_base, "t1")
    worker.close()
    assert seen == ["the disk is full"]
    assert worker.problem == ""


def test_an_empty_store_is_no_failure(monkeypatch, store, knowledge_base, start, caplog):
    watched = Watched(monkeypatch)
    worker = start()
    worker.wake()
    watched.wait()
    store.documents.save(solved("t1"), NOW, replaces=None)
    worker.wake()
    assert wait_until_learnt(knowledge_base, "t1")
    assert "could not be published" not in caplog.text


def test_closing_ends_a_run_at_its_next_step(monkeypatch, settings, store, knowledge_base):
    reached, go_on = threading.Event(), threading.Event()
    ended: list[BaseException] = []

    def slow(_paths, _settings, _store, _embedder, *, progress):
        reached.set()
        go_on.wait(PATIENCE)
        try:
            progress("embed tickets", 1, 1000)
        except BaseException as error:
            ended.append(error)
            raise

    monkeypatch.setattr(module, "index", slow)
    worker = IndexWorker(settings, knowledge_base, debounce_seconds=0.01)
    worker.wake()
    assert reached.wait(PATIENCE)
    closing = threading.Thread(target=worker.close)
    closing.start()
    while not worker._closing.is_set():
        pass
    go_on.set()
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert not worker._thread.is_alive()
    assert len(ended) == 1


def test_waking_a_closed_worker_is_harmless(start):
    worker = start()
    worker.close()
    worker.wake()
    worker.close()
    assert not worker._thread.is_alive()
