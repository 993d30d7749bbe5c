"""The webhook against a real server on this machine, which may be down, broken or slow."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from kb.contact import ContactDesk, ContactForm
from kb.errors import ConfigurationError
from kb.store import Store
from kb.ticketing import Ticketing
from kb.webhooks import Receiver, WebhookWorker, check_receiver, new_secret
from kb.webhooks.worker import GIVE_UP_AFTER

SECRET = new_secret()


@dataclass
class Listening:
    """A receiver: what it got, and how it answers."""

    status: int = 200
    refused: str = "nothing"
    """A text that it cannot take."""
    slow: threading.Event | None = None
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def listening(monkeypatch) -> Iterator[Listening]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    state = Listening()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            state.got.append((dict(self.headers), body))
            if state.slow:
                state.slow.wait(10)
            self.send_response(422 if state.refused in body else state.status)
            if state.status == 302:
                self.send_header("location", f"{state.url}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield state
    if state.slow:
        state.slow.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


class Clock:
    """The present, and later."""

    def __init__(self) -> None:
        self.now = dt.datetime.now(dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_worker(settings, store, listening, clock):
    made = []

    def make(url: str = "", seconds: float = 5, **changes: object) -> WebhookWorker:
        url = url or listening.url
        wanted = settings.model_copy(update={"webhook_url": url, "webhook_secret": SECRET})
        worker = WebhookWorker(
            wanted,
            store,
            receiver=Receiver(url, seconds=seconds),
            now=clock,
            **{"start": False, **changes},
        )
        made.append(worker)
        return worker

    yield make
    for worker in made:
        worker.close()


@pytest.fixture
def write(store, clock):
    desk = ContactDesk(Ticketing(store, 100_000, telling=True), ("en", "fa", "zh"), "en")

    def write(question: str) -> str:
        form = ContactForm(question, email="sam@doe.example")
        return desk.write(form, question, "help_center", "en", clock.now).ticket.id

    return write


def states(store: Store) -> list[str]:
    return sorted(message.state for message in store.outbox.all(100))


def test_a_ticket_arrives_signed_and_whole(make_worker, write, listening, store):
    identifier = write("پمپ صدا می‌دهد")
    assert make_worker().turn() is False
    headers, body = listening.got[0]
    verified = Webhook(SECRET).verify(body, headers)
    assert verified["type"] == "ticket.created"
    assert verified["data"]["ticket"]["id"] == identifier
    assert verified["data"]["ticket"]["messages"][0]["text"] == "پمپ صدا می‌دهد"
    assert store.outbox.all(10)[0].state == "delivered"


def test_a_body_that_was_changed_on_the_way_is_not_ours(make_worker, write, listening):
    write("Pump rattles")
    make_worker().turn()
    headers, body = listening.got[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace("Pump", "Lamp"), headers)


def test_what_a_broken_receiver_refused_arrives_later_under_the_same_id(
    make_worker, write, listening, store, clock
):
    write("Pump rattles")
    listening.status = 500
    worker = make_worker()
    assert worker.turn() is True
    assert (store.outbox.all(1)[0].problem, len(listening.got)) == ("HTTP 500", 1)
    listening.status = 204
    clock.now += dt.timedelta(minutes=1)
    assert worker.turn() is False
    assert states(store) == ["delivered"]
    assert len({headers["webhook-id"] for headers, _ in listening.got}) == 1
    stamps = {headers["webhook-timestamp"] for headers, _ in listening.got}
    assert str(int(clock.now.timestamp())) in stamps  # signed anew


def test_nothing_is_lost_while_the_receiver_is_down(make_worker, write, listening, store):
    first, second = write("Pump rattles"), write("Lamp flickers")
    down = make_worker(url="http://127.0.0.1:9/hook")
    assert down.turn() is True
    waiting = store.outbox.pending(10)
    assert sorted(message.attempts for message in waiting) == [0, 1]  # no need to try both
    assert make_worker().turn() is False
    told = {json.loads(body)["data"]["ticket"]["id"] for _, body in listening.got}
    assert told == {first, second}


def test_a_receiver_that_never_answers_is_given_no_more_than_its_time(
    make_worker, write, listening, store
):
    write("Pump rattles")
    listening.slow = threading.Event()
    assert make_worker(seconds=0.05).turn() is True
    assert "Timeout" in store.outbox.all(1)[0].problem


def test_one_message_that_the_receiver_cannot_take_does_not_hold_up_the_others(
    make_worker, write, listening, store
):
    write("Pump rattles")
    write("Lamp flickers")
    listening.refused = "Pump rattles"
    assert make_worker().turn() is True
    subjects = {json.loads(body)["data"]["ticket"]["subject"] for _, body in listening.got}
    assert subjects == {"Pump rattles", "Lamp flickers"}
    assert states(store) == ["delivered", "pending"]


def test_a_receiver_that_refuses_everything_is_left_in_peace_for_a_while(
    make_worker, write, listening
):
    for number in range(10):
        write(f"Pump rattles {number}")
    listening.status = 500
    assert make_worker().turn() is True
    assert len(listening.got) == 3


def test_redirects_are_not_followed(make_worker, write, listening, store):
    write("Pump rattles")
    listening.status = 302
    make_worker().turn()
    assert len({headers["webhook-id"] for headers, _ in listening.got}) == 1
    assert "redirects are not followed" in store.outbox.all(1)[0].problem


def test_after_a_day_a_message_is_given_up_with_a_log_and_can_be_tried_again(
    make_worker, write, listening, store, clock, caplog
):
    identifier = write("Pump rattles")
    clock.now += GIVE_UP_AFTER + dt.timedelta(minutes=1)
    worker = make_worker()
    assert worker.turn() is False
    assert (states(store), listening.got) == (["given_up"], [])
    assert identifier in caplog.text
    assert store.outbox.retry([], clock.now) == 1
    worker.turn()
    assert states(store) == ["delivered"]


def test_nothing_of_an_erased_ticket_is_sent(make_worker, write, listening, store, clock):
    identifier = write("Pump rattles")
    store.documents.erase([identifier], clock.now)
    assert make_worker().turn() is False
    assert (listening.got, store.outbox.all(10)) == ([], [])


def test_the_thread_delivers_once_it_is_woken_and_again_after_a_failure(
    make_worker, write, listening, store
):
    arrived = threading.Event()

    def wait(wanted: threading.Event, _seconds: float) -> None:
        if not store.outbox.pending(1):
            arrived.set()
            wanted.wait(10)  # until it is closed
        else:
            listening.status = 200  # mended during the first pause

    listening.status = 503
    write("Pump rattles")
    make_worker(start=True, wait=wait)
    assert arrived.wait(10)
    assert len(listening.got) >= 2
    assert states(store) == ["delivered"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "There is no webhook"),
        ({"webhook_url": "desk.example/hook"}, "no address"),
        ({"webhook_url": "ftp://desk.example/hook"}, "no address"),
        ({"webhook_url": "https://desk.example/hook"}, "KB_WEBHOOK_SECRET is missing"),
    ],
)
def test_a_webhook_that_is_half_configured_is_named(settings, changes, words):
    with pytest.raises(ConfigurationError, match=words):
        check_receiver(settings.model_copy(update=changes))
