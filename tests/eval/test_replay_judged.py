"""Judged tickets as a replay: the corpus is the memory, the judgements say what helps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.replay import House, Options, collect, replay
from eval.replay.beir import read_beir
from eval.replay.sheets import sentences, sheets
from eval.replay.sources import with_address
from kb.cli import app
from kb.errors import InvalidInput
from kb.models import Article, Macro, Ticket
from kb.parameters import packaged_parameters
from tests.eval.test_replay import NOW, ticket
from tests.fakes import BagOfWordsEmbedder

PROBLEMS = {
    "parcel": ("Where is my parcel? The courier never rang.", "Track the parcel under orders."),
    "pump": ("The pump rattles all night long.", "Tilt the tank so that trapped air leaves."),
    "lamp": ("The lamp is too bright for my bedroom.", "Lower brightness in lamp settings."),
    "refund": ("When does my money come back?", "Refunds reach the card in seven days."),
    "seeds": ("Nothing sprouts although I water daily.", "Seeds of basil want two warm weeks."),
    "صدا": ("پمپ گلدان شب‌ها صدا می‌دهد.", "مخزن را کج کنید تا هوای آن خارج شود."),
    "漏水": ("水箱底部一直在漏水。", "请更换水箱底部的密封圈，然后拧紧螺丝。"),
}


def solved(name: str, **metadata: Any) -> dict[str, Any]:
    text, reply = PROBLEMS[name]
    return {
        "_id": f"t:{name}",
        "title": name,
        "text": text,
        "metadata": {"reply": reply, **metadata},
    }


def query(name: str, text: str, **metadata: Any) -> dict[str, Any]:
    return {"_id": f"q:{name}", "text": text, "metadata": metadata}


def article(name: str) -> dict[str, Any]:
    return {"_id": f"kb:{name}", "title": name, "text": PROBLEMS[name][1]}


CORPUS = [solved(name, created=f"2024-01-0{n}") for n, name in enumerate(PROBLEMS, start=1)]
QUERIES = [
    query("1", "Pump\nMy pump rattles at night.", title="pump", created="2024-03-02"),
    query("2", "The lamp is far too bright", created="2024-03-01"),
    query("3", "پمپ گلدان من صدا می‌دهد", lang="fa"),
    query("4", "水箱漏水怎么办"),
]
QRELS = [("q:1", "t:pump", 2), ("q:2", "t:lamp", 1), ("q:3", "t:صدا", 1), ("q:4", "t:漏水", 1)]


@pytest.fixture
def folder(tmp_path: Path):
    """Write a BEIR folder."""

    def write(corpus=CORPUS, queries=QUERIES, qrels=QRELS) -> Path:
        path = tmp_path / "beir"
        (path / "qrels").mkdir(parents=True, exist_ok=True)
        for name, records in (("corpus", corpus), ("queries", queries)):
            lines = [json.dumps(record, ensure_ascii=False) for record in records]
            (path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in qrels)]
        (path / "qrels" / "test.tsv").write_text("\n".join(rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def house(settings) -> House:
    return House(settings, BagOfWordsEmbedder(), packaged_parameters())


@pytest.fixture
def run(house):
    def run(path: Path, *others: Path, **options: Any):
        return replay(path, others, Options(**options), house, NOW, lambda *_: None)

    return run


def of(record, identifier: str):
    [found] = [ticket for ticket in record.tickets if ticket.id == identifier]
    return found


def test_documents_with_a_reply_are_solved_tickets_and_queries_open_ones(folder, settings):
    found = read_beir(folder([*CORPUS, article("lamp"), {"_id": "broken"}]), settings, "")
    solved = found.corpus[1]
    assert isinstance(solved, Ticket)
    assert (solved.id, solved.subject, solved.status) == ("t:pump", "pump", "solved")
    assert [m.author for m in solved.messages] == ["customer", "rep"]
    assert solved.messages[1].text == PROBLEMS["pump"][1]
    assert not solved.messages[1].accepted
    assert isinstance(found.corpus[-1], Article)
    assert found.unread == 1
    assert [q.ticket.id for q in found.questions] == ["q:2", "q:1", "q:3", "q:4"]  # by creation
    titled, plain = found.questions[1].ticket, found.questions[0].ticket
    assert (titled.subject, titled.messages[0].text) == ("Pump", "My pump rattles at night.")
    assert (plain.subject, plain.messages[0].text) == ("", "The lamp is far too bright")
    assert [q.language for q in found.questions] == ["en", "en", "fa", "zh"]
    assert titled.status == "open"


def test_documents_that_nobody_replied_to_are_open_tickets_that_cannot_be_suggested(run, folder):
    silent = {**CORPUS[1], "metadata": {"reply": ""}}
    record = run(folder([CORPUS[0], silent, *CORPUS[2:]]))
    assert of(record, "q:1").in_memory == ()
    assert of(record, "q:1").ranks["helpful source"] is None
    assert any("7 tickets, of which 6 have a reply that answers" in n for n in record.notes)


def test_a_suggestion_helps_whose_source_is_judged_to_help_in_every_language(run, folder):
    record = run(folder())
    assert record.kind == "judged"
    assert [ticket.ranks["helpful source"] for ticket in record.tickets] == [1, 1, 1, 1]
    assert of(record, "q:1").suggestions[0].sources == ("t:pump",)
    [criterion] = record.views[0].systems[0].criteria
    assert criterion == "helpful source"
    assert record.shown.precision.keys() == {"helpful source"}
    assert record.similar_from == {}


def test_every_baseline_is_asked_in_the_same_run(run, folder):
    record = run(folder())
    names = {"hybrid", "BM25", "dense", "random", "most used"}
    assert of(record, "q:1").baselines.keys() == names
    assert of(record, "q:1").baselines["BM25"]["helpful source"] == 1
    compared = {(d.baseline, d.cutoff) for d in record.differences}
    assert compared == {(name, cutoff) for name in names for cutoff in (1, 3, 5)}
    for sheet in sheets(record):
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)


def test_what_helps_most_others_is_counted_without_the_ticket_itself(run, folder):
    queries = [query(str(n), f"question {n} about nothing known") for n in range(5)]
    rows = [("q:0", "t:lamp", 1), ("q:1", "t:lamp", 1), ("q:2", "t:pump", 1), ("q:3", "t:pump", 1),
            ("q:4", "t:pump", 1)]  # fmt: skip
    record = run(folder(queries=queries, qrels=rows))
    ranks = [of(record, f"q:{n}").baselines["most used"]["helpful source"] for n in range(5)]
    # Without its own, q:2 to q:4 leave pump with two uses as lamp has, and lamp is first by id.
    assert ranks == [2, 2, 2, 2, 2]


def test_a_document_graded_zero_does_not_help(run, folder):
    record = run(folder(qrels=[("q:1", "t:pump", 0), ("q:2", "t:lamp", 1)]))
    assert of(record, "q:1").ranks["helpful source"] is None
    assert of(record, "q:1").in_memory == ()
    assert of(record, "q:2").in_memory == ("helpful source",)


def test_a_query_without_judgements_has_no_answer_in_the_memory(run, folder):
    record = run(folder(qrels=QRELS[:2]))
    [part] = record.abstention
    assert {name: curve.tickets for name, curve in part.curves.items()} == {
        "all": 4, "in the memory": 2, "not in the memory": 2,
    }  # fmt: skip
    assert any("2 tickets have no document that helps" in note for note in record.notes)


def test_helpful_documents_can_be_kept_out_of_the_memory(run, folder):
    record = run(folder(), withhold=1.0)
    assert record.history == len(CORPUS) - 4
    assert all(ticket.in_memory == () for ticket in record.tickets)
    assert all(ticket.ranks["helpful source"] is None for ticket in record.tickets)
    assert any("4 documents that help somebody were kept out" in n for n in record.notes)
    assert 0 < run(folder(), withhold=0.5).history - record.history < 4


def test_only_the_earlier_share_of_the_tickets_is_asked(run, folder):
    assert [t.id for t in run(folder(), until=0.5).tickets] == ["q:2", "q:1"]
    assert [t.id for t in run(folder(), limit=1).tickets] == ["q:2"]


def test_other_threads_join_the_memory_unless_they_are_asked_or_known(run, folder, write_jsonl):
    threads = [
        ticket("1", 0, "Anything at all.", "The number is that of a query."),
        ticket("77", 1, "the LAMP is far  too bright", "The words are those of a query."),
        ticket("pump", 2, "My hose leaks.", "The number is that of a document."),
        ticket("88", 3, "The hinge of the lid is loose.", "Tighten its small screw."),
    ]
    record = run(folder(), write_jsonl("threads.jsonl", threads))
    assert record.history == len(CORPUS) + 1
    sources = {
        s for t in record.tickets for suggestion in t.suggestions for s in suggestion.sources
    }
    assert "88" in sources
    assert sources.isdisjoint({"1", "77", "pump"})
    assert any(
        "1 solved threads are in the memory beside the corpus; 2 that are asked here and 1 that "
        "the corpus has were left out." in note
        for note in record.notes
    )


def test_a_reply_that_links_to_the_judged_article_helps(run, folder, write_jsonl):
    linking = ticket(
        "9", 0, "My pump rattles at night.", "See https://help.example/kb/pump for it."
    )
    path = folder([article("pump"), article("lamp")], QUERIES[:1], [("q:1", "kb:pump", 1)])
    threads = write_jsonl("threads.jsonl", [linking])
    known = of(run(path, threads, article_url="https://help.example/kb/{}"), "q:1")
    helping = {s.sources[0] for s in known.suggestions if "helpful source" in s.meets}
    assert helping == {"9", "kb:pump"}
    unknown = of(run(path, threads), "q:1")
    assert {s.sources[0] for s in unknown.suggestions if s.meets} == {"kb:pump"}


def test_an_articles_address_is_made_of_what_follows_the_colon():
    known = Article(id="kb:set up/mail", group="g", locale="en", title="t", body="b")
    address = "https://help.example/kb/{}"
    assert with_address(known, address).url == "https://help.example/kb/set%20up%2Fmail"
    assert with_address(known, "").url == ""
    own = known.model_copy(update={"url": "https://elsewhere.example/x"})
    assert with_address(own, address) == own
    macro = Macro(id="m", group="m", locale="en", title="t", body="b")
    assert with_address(macro, address) == macro
    with pytest.raises(InvalidInput, match=r"has no \{\}"):
        with_address(known, "https://help.example/kb/")


def test_a_folder_that_judges_nothing_is_refused(run, folder):
    with pytest.raises(InvalidInput, match="judges no document to help"):
        run(folder(qrels=[("q:1", "t:pump", 0)]))


def test_rows_to_learn_from_hold_features_and_verdicts_with_the_threshold_off(house, folder):
    strict = house.parameters.suggestions.model_copy(update={"threshold": 1.0})
    parameters = house.parameters.model_copy(update={"suggestions": strict})
    deaf = House(house.settings, house.embedder, parameters)
    asked = list(collect(folder(), [], Options(), deaf, lambda *_: None))
    assert [one.question.ticket.id for one in asked] == ["q:2", "q:1", "q:3", "q:4"]
    offer, verdict = asked[1].suggestions[0]
    assert offer.sources == ("t:pump",)
    assert verdict.right
    assert len(offer.features) == len(parameters.suggestions.reply.features)
    assert offer.confidence > 0
    assert asked[1].offers.keys() == {"suggestions"}


def test_the_command_says_what_a_helpful_source_is(folder, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("KB_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("kb.service.build_embedder", lambda _settings: BagOfWordsEmbedder())
    command = ["eval", "replay", str(folder()), "--out", str(tmp_path / "out")]
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 0, shown.output
    assert "Helpful source: one of the documents" in shown.output
    assert "Suggestions minus baseline" in shown.output
    printed = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert printed["kind"] == "judged"
    assert printed["version"] == 2


def test_judged_tickets_are_explained_in_sentences(run, folder):
    said = " ".join(sentences(run(folder())))
    assert "4 judged tickets asked (2024-03-01 to 2024-03-02) on 7 documents" in said
    assert "most used:" in said
    assert "frequent link:" not in said
    assert "7 tickets, of which 7 have a reply that answers, and 0 articles" in said
