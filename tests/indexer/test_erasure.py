"""What is erased is gone from every file, stays gone, and dying in the middle only delays it."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3

import numpy as np
import pytest

from indexer.erasure import Request, erase, find_tickets
from indexer.pipeline import index
from indexer.proof import Proof, prove, traces_of
from kb.events import Offered, SuggestionsOffered, SuggestionUsed
from kb.gaps.decisions.states import StateChange
from kb.models import Ticket
from kb.snapshot import open_current
from kb.store import Store, Topic
from tests.fakes import BagOfWordsEmbedder

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
THEIRS = {
    "T-sam-en": "The moonflower planter of my aunt hums all night long in the hallway.",
    "T-sam-fa": "گلدان خانه‌ی مادربزرگ از دیروز صدای عجیبی شبیه سوت می‌دهد.",
    "T-sam-zh": "阳台上的花盆从昨天晚上开始一直发出奇怪的嗡嗡声音，请帮忙。",
}
LOCALES = {"en": "en", "fa": "fa", "zh": "zh-CN"}


def record(identifier: str, text: str, email: str, **customer: object) -> dict[str, object]:
    return {
        "kind": "ticket", "id": identifier, "locale": LOCALES.get(identifier[-2:], "en"),
        "subject": f"About {text[:40]}", "status": "solved",
        "customer": {"email": email, **customer},
        "messages": [
            {"author": "customer", "text": f"{text} {email}"},
            {"author": "rep", "text": f"Tilt the planter until the air of {identifier} is out."},
        ],
    }  # fmt: skip


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def embedder():
    return BagOfWordsEmbedder()


@pytest.fixture
def source(settings, store, embedder, write_jsonl):
    """Three tickets of Sam's and one of Kim's, in three generations; an article; events."""
    records = [
        record(i, text, "Sam@Doe.example", id="C-00017", name="Sam Doe", phone="+49 30 5550123")
        for i, text in THEIRS.items()
    ]
    records.append(record("T-kim", "My lamp flickers in the evening light.", "kim@roe.example"))
    article = {"_id": "lamp.en", "lang": "en", "title": "Lamp", "text": "Twelve hours a day."}
    path = write_jsonl("tickets.jsonl", [*records, article])
    index([path], settings, store, embedder)
    for n in range(2):
        records[3]["subject"] = f"About lamps, again {n}"
        write_jsonl("tickets.jsonl", [*records, article])
        index([path], settings, store, embedder)
    offer = Offered(id="s", kind="reply", sources=("T-sam-en", "T-kim"), confidence=0.5)
    store.events.append(
        SuggestionsOffered(occasion="one", ticket_id="T-kim", locale="en", offered=(offer,)), NOW
    )
    used = SuggestionUsed(
        occasion="two", ticket_id="T-sam-fa", suggestion_id="s", edited=False, edit_distance=0.0
    )
    store.events.append(used, NOW, {"T-sam-zh": True, "T-kim": True})
    return path


SAM = Request(customers=("sam@doe.EXAMPLE",))


def erased(settings, store, embedder, request=SAM, **more):
    return erase(find_tickets(store, request), request, settings, store, embedder, now=NOW, **more)


def files_with(settings, *texts: str) -> list[str]:
    return [
        path.name
        for path in settings.data_dir.rglob("*")
        if path.is_file() and any(text.encode() in path.read_bytes() for text in texts)
    ]


def test_tickets_are_found_by_address_in_any_case_by_customer_id_by_id_and_by_name(source, store):
    everything = sorted(THEIRS)
    for request in (
        SAM,
        Request(customers=("C-00017",)),
        Request(names=("sam  doe",)),
        Request(tickets=tuple(THEIRS)),
    ):
        assert [ticket.id for ticket in find_tickets(store, request)] == everything
    for request in (
        Request(customers=("c-00017",)),  # ids are exact
        Request(customers=("am@doe.example",)),
        Request(customers=("Sam Doe",)),  # a name is no address
        Request(names=("Sam",)),
        Request(tickets=("lamp.en",)),
    ):
        assert find_tickets(store, request) == []


def test_an_erased_customer_is_in_no_file_any_more_and_the_proof_says_so(
    source, settings, store, embedder
):
    telling = [*THEIRS, *THEIRS.values(), "am@Doe.example", "5550123"]
    before = {name.removesuffix("-wal") for name in files_with(settings, *telling)}
    assert {"kb.sqlite", "content.sqlite", "prepared.sqlite", "embeddings.sqlite"} <= before
    report = erased(settings, store, embedder)
    assert files_with(settings, *telling) == []
    assert report.proof.clean
    assert (report.documents, report.events) == (3, 1)
    assert report.vectors > 0
    assert report.proof.files > 10
    assert report.proof.traces >= 12
    assert len(report.sources) == 3
    store.close()
    embeddings = sqlite3.connect(settings.cache_dir / "embeddings.sqlite")
    assert embeddings.execute("SELECT DISTINCT document FROM owners").fetchall() == [("T-kim",)]
    embeddings.close()


def test_what_belongs_to_others_stays(source, settings, store, embedder):
    report = erased(settings, store, embedder)
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert snapshot.generation == report.generation
    assert snapshot.collections["tickets"].document_ids == ["T-kim"]
    assert snapshot.collections["help"].document_ids == ["lamp.en"]
    [logged] = store.events.since()
    assert logged.event.offered[0].sources == ("T-kim",)
    assert set(store.events.acceptance_of([*THEIRS, "T-kim"])) == {"T-kim"}


def test_only_the_generation_without_them_is_left(source, settings, store, embedder):
    report = erased(settings, store, embedder)
    folders = [path.name for path in settings.index_dir.iterdir() if path.is_dir()]
    assert folders == [f"gen-{report.generation:06d}"]


def test_what_a_file_still_holds_does_not_come_back(source, settings, store, embedder):
    erased(settings, store, embedder)
    report = index([source], settings, store, embedder)
    assert sorted(problem.reason for problem in report.problems) == [
        f"'{identifier}' was erased on request" for identifier in sorted(THEIRS)
    ]
    again = index([source], settings, store, embedder, rebuild=True)
    assert again.documents == 2
    assert prove(traces_of([], SAM.customers), list(THEIRS), settings.data_dir, store).clean


def test_tickets_of_others_that_mention_the_address_are_found_and_reported(
    source, settings, store, embedder, write_jsonl
):
    records = [record("T-cc", "Please write to sam@doe.example as well.", "ann@poe.example")]
    index([write_jsonl("more.jsonl", records)], settings, store, embedder)
    report = erased(settings, store, embedder)
    assert not report.proof.clean
    assert report.proof.found["store table documents"] == {"e-mail": 1}
    assert "kb.sqlite" in report.proof.found


def test_what_others_wrote_as_well_is_not_held_against_the_erasure(
    source, settings, store, embedder, write_jsonl
):
    said = "The pump makes a terrible noise since the last update of the firmware.\n"
    records = [record(f"T-{n}-en", said, f"c{n}@poe.example") for n in range(2)]
    index([write_jsonl("more.jsonl", records)], settings, store, embedder)
    request = Request(customers=("c0@poe.example",))
    report = erased(settings, store, embedder, request)
    assert report.proof.clean
    assert report.proof.shared == 2  # the sentence and the subject made of it


def test_the_last_ticket_of_all_can_be_erased(settings, store, embedder, write_jsonl):
    path = write_jsonl("one.jsonl", [record("T-1", "My pump rattles.", "sam@doe.example")])
    index([path], settings, store, embedder)
    report = erased(settings, store, embedder)
    assert report.proof.clean
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert snapshot.collections["tickets"].document_ids == []


def test_a_ticket_that_was_never_indexed_is_erased_without_a_snapshot(settings, store, embedder):
    ticket = Ticket.model_validate(record("T-1", "My pump rattles.", "sam@doe.example"))
    store.documents.save(ticket, NOW, replaces=None)
    report = erased(settings, store, embedder)
    assert (report.generation, report.documents, report.proof.clean) == (None, 1, True)


def test_earlier_versions_of_a_ticket_go_with_it(source, settings, store, embedder, write_jsonl):
    for text in ("First I thought that the cellar was flooded.", "In the end it was the pump."):
        records = [record("T-edit", text, "eve@poe.example")]
        index([write_jsonl("edited.jsonl", records)], settings, store, embedder)
    before = sqlite3.connect(settings.cache_dir / "embeddings.sqlite")
    owned = before.execute("SELECT count(*) FROM owners WHERE document = 'T-edit'").fetchone()[0]
    before.close()
    assert owned >= 2
    report = erased(settings, store, embedder, Request(tickets=("T-edit",)))
    assert report.vectors >= 2
    assert files_with(settings, "cellar was flooded", "it was the pump") == []


STEPS = ["refuse", "publish", "caches", "events", "store", "compact", "prove"]


class Died(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


@pytest.mark.parametrize("step", STEPS)
def test_dying_at_any_step_is_mended_by_running_it_again(source, settings, store, embedder, step):
    seen: list[str] = []

    def die(at: str) -> None:
        seen.append(at)
        if at == step:
            raise Died

    with pytest.raises(Died):
        erased(settings, store, embedder, checkpoint=die)
    assert seen == STEPS[: STEPS.index(step) + 1]
    report = erased(settings, store, embedder)
    assert report.proof.clean
    assert files_with(settings, *THEIRS, *THEIRS.values(), "am@Doe.example") == []
    assert open_current(settings.index_dir, embedder.fingerprint)


def test_dying_while_publishing_is_mended_by_running_it_again(source, settings, store, embedder):
    def die(stage: str, _done: int, _total: int) -> None:
        if stage.startswith("build"):
            raise Died

    with pytest.raises(Died):
        erased(settings, store, embedder, progress=die)
    assert erased(settings, store, embedder).proof.clean
    assert files_with(settings, *THEIRS, *THEIRS.values(), "am@Doe.example") == []


def test_erasing_twice_is_erasing_once(source, settings, store, embedder):
    first = erased(settings, store, embedder)
    second = erased(settings, store, embedder)
    assert (second.documents, second.tickets, second.proof.clean) == (0, [], True)
    assert open_current(settings.index_dir, embedder.fingerprint).generation == first.generation


@pytest.mark.parametrize("identifier", [*THEIRS])
def test_the_proof_finds_what_is_left_in_any_file(
    source, settings, store, embedder, tmp_path, identifier
):
    kept = tmp_path / "kept"
    shutil.copytree(settings.index_dir, kept)
    tickets = find_tickets(store, SAM)
    erased(settings, store, embedder)
    shutil.copytree(kept, settings.data_dir / "backup")
    traces = traces_of([t for t in tickets if t.id == identifier], [])
    proof = prove(traces, [identifier], settings.data_dir, store)
    assert not proof.clean
    assert any(place.startswith("backup/") for place in proof.found)
    kinds = set().union(*(found for found in proof.found.values()))
    assert {"ticket id", "sentence"} <= kinds


def test_a_trace_on_the_border_of_two_reads_counts_once(tmp_path, store, monkeypatch):
    monkeypatch.setattr("indexer.proof._CHUNK", 16)
    traces = traces_of([], ["someone@example.org"])
    for offset in range(40):
        folder = tmp_path / str(offset)
        folder.mkdir()
        (folder / "file").write_bytes(b"x" * offset + b"SOMEONE@example.org" + b"y" * 50)
        proof = prove(traces, [], folder, store)
        assert proof.found == {"file": {"e-mail": 1}}


def test_a_file_that_cannot_be_read_is_no_clean_proof(tmp_path, store):
    (tmp_path / "content.sqlite").write_bytes(b"this is no database" * 100)
    proof = prove([], ["T-1"], tmp_path, store)
    assert not proof.clean
    assert proof.unreadable[0].startswith("content.sqlite: ")


def test_traces_are_pieces_that_every_format_writes_alike():
    ticket = Ticket.model_validate(
        record("T-1", 'He said: "the whole cellar was under water\n\tby then".', "a@b.example")
    )
    texts = {trace.text for trace in traces_of([ticket], ["a@b.example"])}
    assert "the whole cellar was under water" in texts
    assert not any(set(text) & set('"\\\n\t') for text in texts)
    assert "T-1" not in texts  # too short to be looked for in bytes


def test_a_proof_without_findings_is_clean():
    assert Proof().clean
    assert not Proof(found={"a": {"subject": 1}}).clean


def test_reports_on_gaps_are_dropped_with_the_questions_they_quote_but_decisions_stay(
    source, settings, store, embedder
):
    store.gaps.save_report("gaps", f'{{"label": "{THEIRS["T-sam-zh"]}"}}', 3, NOW)
    topic = Topic("g1", np.ones(2, np.float32), {THEIRS["T-sam-fa"]: 1.0}, THEIRS["T-sam-en"], NOW)
    store.gaps.save_topics([topic], NOW)
    store.gaps.decide(StateChange(gap_id="g1", state="planned", at=NOW), after=0)
    assert erased(settings, store, embedder).proof.clean
    assert store.gaps.report("gaps") is None
    assert [(one.id, one.label) for one in store.gaps.topics()] == [("g1", "")]
    assert store.gaps.states()["g1"].state == "planned"


def test_a_decision_that_still_names_the_customer_is_found(source, settings, store, embedder):
    named = StateChange(gap_id="g1", state="dismissed", at=NOW, reason="only Sam@Doe.example asks")
    store.gaps.decide(named, after=0)
    proof = erased(settings, store, embedder).proof
    assert not proof.clean
    assert proof.found["store table gap_states"] == {"e-mail": 1}
