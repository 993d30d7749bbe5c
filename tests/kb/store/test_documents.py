"""Documents in the store: who may replace what, and what an erased id means."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from kb.errors import Conflict
from kb.models import Article, Message, Ticket
from kb.store import Changes, Store

NOW = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=5)


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


def ticket(identifier: str, text: str = "The pump rattles.", **more: object) -> Ticket:
    message = Message(author="customer", text=text)
    return Ticket.model_validate({"id": identifier, "locale": "en", "messages": (message,), **more})


def article(identifier: str) -> Article:
    return Article(id=identifier, group=identifier, locale="en", title="T", body="B")


def test_a_saved_document_is_read_back_with_its_version_source_and_time(store):
    version = store.documents.save(ticket("t"), NOW, replaces=None)
    stored = store.documents.stored("t")
    assert (stored.document, stored.content_hash) == (ticket("t"), version)
    assert (stored.source, stored.stored_at) == ("api", NOW)
    assert store.documents.hashes() == {"t": version}


def test_only_what_was_read_can_be_replaced(store):
    first = store.documents.save(ticket("t"), NOW, replaces=None)
    second = store.documents.save(ticket("t", "Another."), LATER, replaces=first)
    with pytest.raises(Conflict, match="Somebody else changed 't'"):
        store.documents.save(ticket("t", "Lost."), LATER, replaces=first)
    with pytest.raises(Conflict, match="Somebody else changed 't'"):
        store.documents.save(ticket("t", "Lost."), LATER, replaces=None)
    assert store.documents.hashes() == {"t": second}


def test_of_two_writers_at_once_one_wins(store):
    base = store.documents.save(ticket("t"), NOW, replaces=None)
    start = threading.Barrier(8)
    won: list[str] = []
    lost: list[str] = []

    def write(text: str) -> None:
        start.wait()
        try:
            store.documents.save(ticket("t", text), NOW, replaces=base)
            won.append(text)
        except Conflict:
            lost.append(text)

    threads = [threading.Thread(target=write, args=[f"text {n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert store.documents.get("t").messages[0].text == won[0]


def test_no_source_replaces_or_removes_what_came_through_the_api(store):
    store.documents.upsert([(ticket("t", "from a file"), "f:1")], "f", NOW)
    old = store.documents.stored("t").content_hash
    store.documents.save(ticket("t", "resolved"), LATER, replaces=old)
    changes = store.documents.upsert([(ticket("t", "from a file"), "f:1")], "f", LATER)
    assert changes == Changes(unchanged=1)
    assert store.documents.remove_missing("f", set(), set()) == Changes()
    assert store.documents.get("t").messages[0].text == "resolved"


def test_a_source_removes_what_it_no_longer_holds_unless_it_is_merely_broken(store):
    items = [(article("gone"), "a.md"), (article("broken"), "b.md"), (article("here"), "c.md")]
    store.documents.upsert(items, "folder", NOW)
    assert store.documents.remove_missing("folder", {"here"}, {"b.md"}) == Changes(removed=1)
    assert list(store.documents.hashes()) == ["broken", "here"]


def test_an_erased_id_is_refused_from_files_and_from_the_api(store):
    store.documents.save(ticket("t"), NOW, replaces=None)
    store.documents.erase(["t"], NOW)
    assert store.documents.hashes() == {}  # not indexed from now on, even before it is removed
    store.documents.remove(["t"])
    refused: list[tuple[str, str]] = []
    changes = store.documents.upsert(
        [(ticket("t"), "f:1"), (ticket("u"), "f:2")],
        "f",
        NOW,
        lambda document, origin: refused.append((document.id, origin)),
    )
    assert (changes, refused) == (Changes(added=1), [("t", "f:1")])
    with pytest.raises(Conflict, match="erased on request"):
        store.documents.save(ticket("t"), NOW, replaces=None)


def test_erasing_twice_is_erasing_once_and_keeps_no_id(store, settings):
    for _ in range(2):
        store.documents.erase(["customer-4711-ticket"], NOW)
    store.close()
    files = list(settings.data_dir.glob("kb.sqlite*"))
    assert files
    assert not [f for f in files if b"customer-4711" in f.read_bytes()]


def test_tickets_are_listed_the_last_changed_first_and_page_by_page(store):
    store.documents.upsert([(article("a"), "a.md")], "folder", NOW)
    for n in range(7):
        status = "solved" if n % 3 == 0 else "open"
        moment = NOW + dt.timedelta(seconds=n // 2)  # some at the same moment
        store.documents.save(ticket(f"t{n}", status=status), moment, replaces=None)
    seen: list[str] = []
    after = None
    while page := store.documents.tickets(3, after=after):
        seen += [stored.document.id for stored in page]
        after = (page[-1].stored_at, page[-1].document.id)
    assert seen == ["t6", "t5", "t4", "t3", "t2", "t1", "t0"]
    solved = store.documents.tickets(10, status="solved")
    assert [stored.document.id for stored in solved] == ["t6", "t3", "t0"]


def test_a_status_is_read_from_the_ticket_not_from_what_it_says(store):
    sly = ticket("t", '"status":"solved"', customer={"attributes": {"status": "solved"}})
    store.documents.save(sly, NOW, replaces=None)
    assert store.documents.tickets(10, status="solved") == []
    assert len(store.documents.tickets(10, status="open")) == 1


def test_tickets_that_mention_a_text_are_found_whatever_its_case(store):
    store.documents.save(ticket("t", "write to Sam@Doe.example"), NOW, replaces=None)
    store.documents.save(ticket("u", "write to nobody"), NOW, replaces=None)
    found = store.documents.tickets_mentioning("SAM@doe.EXAMPLE")
    assert [identifier for identifier, _ in found] == ["t"]
    assert list(store.documents.tickets_mentioning("100%")) == []
