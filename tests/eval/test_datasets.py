"""Labelled datasets: read completely or refused with file and line."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from eval.datasets import Dataset, EvalQuery, load_dataset, write_corpus
from indexer.sources import SourceDocument, open_source
from kb.errors import InvalidInput
from kb.models import Article

HEADER = "query-id\tcorpus-id\tscore\n"


def dataset(
    folder: Path, queries: str | bytes = "", qrels: str | bytes = HEADER, corpus: str = "{}\n"
) -> Dataset:
    (folder / "qrels").mkdir(parents=True)
    for name, content in (
        ("corpus.jsonl", corpus),
        ("queries.jsonl", queries),
        ("qrels/test.tsv", qrels),
    ):
        raw = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(raw)
    return load_dataset(folder)


def test_a_beir_folder_is_read(tmp_path: Path) -> None:
    found = dataset(
        tmp_path / "faq",
        queries='{"_id": "q1", "text": "How?"}\n\n{"_id": 2, "text": "چطور؟"}\n',
        qrels=HEADER + "q1\td1\t2\nq1\td2\t0\n2\td1\t1\n",
    )
    assert found == Dataset(
        name="faq",
        corpus=tmp_path / "faq" / "corpus.jsonl",
        queries=(
            EvalQuery("q1", "How?", None, "customer", ""),
            EvalQuery("2", "چطور؟", None, "customer", ""),
        ),
        qrels={"q1": {"d1": 2, "d2": 0}, "2": {"d1": 1}},
    )


def test_a_query_s_metadata_tells_locale_role_and_slice(tmp_path: Path) -> None:
    lines = [
        {"_id": "a", "text": "x", "metadata": {"locale": "fa", "role": "rep", "slice": "typos"}},
        {"_id": "b", "text": "x", "metadata": {"lang": "zh"}},
        {"_id": "c", "text": "x", "metadata": None},
    ]
    found = dataset(tmp_path / "d", queries="\n".join(json.dumps(line) for line in lines))
    assert found.queries == (
        EvalQuery("a", "x", "fa", "rep", "typos"),
        EvalQuery("b", "x", "zh", "customer", ""),
        EvalQuery("c", "x", None, "customer", ""),
    )


def test_a_query_without_a_judgement_is_read_and_has_none(tmp_path: Path) -> None:
    found = dataset(tmp_path / "d", queries='{"_id": "q", "text": "x"}')
    assert len(found.queries) == 1
    assert found.qrels == {}


def test_judgements_need_no_header(tmp_path: Path) -> None:
    assert dataset(tmp_path / "d", qrels="q\td\t1\n").qrels == {"q": {"d": 1}}


@pytest.mark.parametrize("identifier", ['"quoted', "with space", "t:1401115", "شناسه", "#1"])
def test_ids_are_taken_as_they_are(tmp_path: Path, identifier: str) -> None:
    found = dataset(
        tmp_path / "d",
        queries=json.dumps({"_id": identifier, "text": "x"}),
        qrels=f"{HEADER}{identifier}\t{identifier}\t1\nq\td\t1\n",
    )
    assert found.queries[0].id == identifier
    assert found.qrels == {identifier: {identifier: 1}, "q": {"d": 1}}


def test_marks_and_line_endings_of_other_systems_are_no_content(tmp_path: Path) -> None:
    found = dataset(
        tmp_path / "d",
        queries=b'\xef\xbb\xbf{"_id": "q", "text": "x"}\r\n',
        qrels=b"\xef\xbb\xbf" + (HEADER + "q\td\t1\n\n").replace("\n", "\r\n").encode(),
    )
    assert [query.id for query in found.queries] == ["q"]
    assert found.qrels == {"q": {"d": 1}}


def test_unicode_line_separators_do_not_end_a_query(tmp_path: Path) -> None:
    found = dataset(tmp_path / "d", queries='{"_id": "q", "text": "a\u2028b\x85c"}\n')
    assert found.queries[0].text == "a\u2028b\x85c"


@pytest.mark.parametrize(
    "line",
    [
        "garbage", "[1]", '"q"', "null", "{}", '{"_id": "q"}', '{"text": "x"}',
        '{"_id": "q", "text": null}', '{"_id": "q", "text": 5}',
        '{"_id": "q", "text": "x", "metadata": "fa"}',
        '{"_id": "q", "text": "x", "metadata": [1]}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_a_line_that_is_no_query_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidInput, match=r"queries\.jsonl:2 is not a query"):
        dataset(tmp_path / "d", queries='{"_id": "ok", "text": "x"}\n' + line)


def test_a_repeated_query_id_is_refused(tmp_path: Path) -> None:
    line = '{"_id": "q", "text": "x"}\n'
    with pytest.raises(InvalidInput, match=r"queries\.jsonl:2 repeats the query id 'q'"):
        dataset(tmp_path / "d", queries=line + line)


def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"queries\.jsonl:1 has the unknown role 'king'"):
        dataset(tmp_path / "d", queries='{"_id": "q", "text": "x", "metadata": {"role": "king"}}')


@pytest.mark.parametrize("row", ["q d 1", "q\td", "q\td\t1\tx", "q\td\tgood", "q\td\t0.5"])
def test_a_malformed_judgement_is_refused_with_its_number(tmp_path: Path, row: str) -> None:
    with pytest.raises(
        InvalidInput, match=r"test\.tsv:3 is not `query-id<TAB>corpus-id<TAB>score`"
    ):
        dataset(tmp_path / "d", qrels=f"{HEADER}q\td\t1\n{row}\n")


def test_a_folder_without_a_corpus_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"is no dataset: it has no corpus\.jsonl"):
        load_dataset(tmp_path)


@pytest.mark.parametrize("missing", ["queries.jsonl", "qrels/test.tsv"])
def test_a_missing_part_is_named(tmp_path: Path, missing: str) -> None:
    dataset(tmp_path / "d")
    (tmp_path / "d" / missing).unlink()
    with pytest.raises(InvalidInput, match=rf"{missing} cannot be read"):
        load_dataset(tmp_path / "d")


def test_a_part_in_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"queries\.jsonl cannot be read"):
        dataset(tmp_path / "d", queries=b'{"_id": "caf\xe9"}')


def test_a_dataset_is_named_by_its_folder_however_that_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset(tmp_path / "faq")
    monkeypatch.chdir(tmp_path / "faq")
    assert load_dataset(Path()).name == "faq"


def test_articles_written_as_a_corpus_load_back_as_the_same_articles(tmp_path: Path) -> None:
    articles = [
        Article(
            id="b.fa", group="b", locale="fa", title="عنوان", body="# متن\n\n می‌شود", section="s",
            audience="internal", tags=("x", "y;z"), updated=dt.date(2026, 1, 2),
        ),
        Article(id="a", group="a", locale="en", title="T", body='"quoted"\n\tand tabbed'),
    ]  # fmt: skip
    path = tmp_path / "corpus.jsonl"
    assert write_corpus(articles, path) == 2
    items = list(open_source(path, max_document_bytes=10_000))
    documents = [item.document for item in items if isinstance(item, SourceDocument)]
    assert documents == [articles[1], articles[0]]


# ── Which judgements ─────────────────────────────────────────────────────────────────────────


def judged(folder: Path, **files: str) -> Path:
    """A dataset with queries q1, q2 and the given files in `qrels/`."""
    queries = "".join(f'{{"_id": "q{n}", "text": "x"}}\n' for n in (1, 2, 3))
    dataset(folder, queries=queries)
    (folder / "qrels" / "test.tsv").unlink()
    for name, content in files.items():
        (folder / "qrels" / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return folder


def test_the_test_split_is_preferred_and_queries_of_other_splits_are_left_out(
    tmp_path: Path,
) -> None:
    folder = judged(tmp_path / "d", test_tsv="q1\td\t1\n", train_tsv="q1\td\t1\nq2\td\t1\n")
    found = load_dataset(folder)
    assert found.qrels == {"q1": {"d": 1}}
    # q2 has an answer, which only the other split knows; q3 has none.
    assert [query.id for query in found.queries] == ["q1", "q3"]


@pytest.mark.parametrize("split", ["dev", "dev.tsv"])
def test_a_split_can_be_chosen(tmp_path: Path, split: str) -> None:
    folder = judged(tmp_path / "d", test_tsv="q1\td\t1\n", dev_tsv="q2\td\t2\n")
    assert load_dataset(folder, split).qrels == {"q2": {"d": 2}}


@pytest.mark.parametrize("name", ["dev_tsv", "robust_qrels", "qrels_txt"])
def test_the_only_qrels_file_counts_whatever_its_name(tmp_path: Path, name: str) -> None:
    line = "q1\td\t1\n" if name == "dev_tsv" else "q1 0 d 1\n"
    assert load_dataset(judged(tmp_path / "d", **{name: line})).qrels == {"q1": {"d": 1}}


def test_several_splits_without_a_test_split_are_asked_about(tmp_path: Path) -> None:
    folder = judged(tmp_path / "d", train_tsv="", dev_tsv="")
    with pytest.raises(InvalidInput, match=r"holds dev\.tsv, train\.tsv: choose one with `--qrels"):
        load_dataset(folder)


def test_an_unknown_split_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"holds dev\.tsv: choose one"):
        load_dataset(judged(tmp_path / "d", dev_tsv=""), "test")


def test_ids_of_judged_documents_are_cleaned_as_the_indexer_cleans_them(tmp_path: Path) -> None:
    found = dataset(tmp_path / "d", qrels="q\tcafe\u0301\t1\n")
    assert found.qrels == {"q": {"caf\u00e9": 1}}


def test_something_that_is_not_there_is_no_dataset_whatever_lies_beside_it(tmp_path: Path) -> None:
    dataset(tmp_path / "d")
    with pytest.raises(InvalidInput, match="there is nothing of that name"):
        load_dataset(tmp_path / "d" / "golden.jsonl")


# ── Golden queries ───────────────────────────────────────────────────────────────────────────

GOLDEN = [
    {"_id": "a", "text": "x", "locale": "fa", "role": "rep", "relevant": {"d1": 2, "d2": 0}},
    {"_id": "b", "text": "x", "metadata": {"locale": "zh"}, "relevant": ["d1", "d2"]},
    {"_id": "c", "text": "x", "relevant": "none"},
]


def golden(folder: Path, records: list[dict[str, object]], name: str = "queries.jsonl") -> Path:
    folder.mkdir()
    (folder / "corpus.jsonl").write_text("{}\n", encoding="utf-8")
    lines = "\n".join(json.dumps(record) for record in records)
    (folder / name).write_text(lines, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["queries.jsonl", "shop.jsonl"])
def test_golden_queries_carry_their_judgements(tmp_path: Path, name: str) -> None:
    folder = golden(tmp_path / "golden", GOLDEN, name)
    found = load_dataset(folder if name == "queries.jsonl" else folder / name)
    assert found == Dataset(
        name="golden" if name == "queries.jsonl" else "shop",
        corpus=folder / "corpus.jsonl",
        queries=(
            EvalQuery("a", "x", "fa", "rep", ""),
            EvalQuery("b", "x", "zh", "customer", ""),
            EvalQuery("c", "x", None, "customer", ""),
        ),
        qrels={"a": {"d1": 2, "d2": 0}, "b": {"d1": 1, "d2": 1}},
    )


def test_golden_queries_can_be_asked_of_any_content(tmp_path: Path) -> None:
    folder = golden(tmp_path / "golden", GOLDEN, "shop.jsonl")
    (folder / "corpus.jsonl").unlink()
    assert load_dataset(folder / "shop.jsonl", corpus=tmp_path).corpus == tmp_path
    with pytest.raises(InvalidInput, match="kb eval corpus"):
        load_dataset(folder / "shop.jsonl")


def test_a_golden_query_without_judgement_is_refused(tmp_path: Path) -> None:
    folder = golden(tmp_path / "golden", [*GOLDEN, {"_id": "d", "text": "x"}])
    with pytest.raises(
        InvalidInput, match=r'queries\.jsonl:4 says not what is relevant; write "rel'
    ):
        load_dataset(folder)


@pytest.mark.parametrize(
    "relevant", [{}, [], None, "d1", 5, {"d": "x"}, {"d": True}, [1], {"d": 1.5}]
)
def test_a_golden_query_with_a_malformed_judgement_is_refused(
    tmp_path: Path, relevant: object
) -> None:
    folder = golden(tmp_path / "golden", [{"_id": "d", "text": "x", "relevant": relevant}])
    with pytest.raises(InvalidInput, match=r"queries\.jsonl:1 is not a query"):
        load_dataset(folder)


@pytest.mark.parametrize(
    ("fields", "answers"),
    [
        ({"answers": ["two", "words"]}, ("two", "words")),
        ({"metadata": {"answer": "one"}}, ("one",)),
        ({"metadata": {"answers": {"text": ["squad"], "answer_start": [3]}}}, ("squad",)),
        ({"answers": ["", " ", 5, None]}, ()),
        ({"answers": 5}, ()),
        ({"answers": None}, ()),
        ({}, ()),
    ],
)
def test_texts_that_answer_are_read(
    tmp_path: Path, fields: dict[str, object], answers: tuple[str, ...]
) -> None:
    folder = golden(tmp_path / "golden", [{"_id": "a", "text": "x", "relevant": ["d"], **fields}])
    assert load_dataset(folder).queries[0].answers == answers
