"""TREC run files and judgements, as other people's tools write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.trec import ranking, read_qrels, read_trec_run, write_qrels, write_trec_run
from kb.errors import InvalidInput


def written(folder: Path, content: str | bytes, name: str = "file.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# ── Runs ─────────────────────────────────────────────────────────────────────────────────────


def test_a_run_is_its_queries_documents_and_scores(tmp_path: Path) -> None:
    run = read_trec_run(
        written(tmp_path, "q1 Q0 d1 1 2.5 bm25\nq1 Q0 d2 2 -1e-3 bm25\nq2 0 d1 1 7 bm25\n")
    )
    assert run.scores == {"q1": {"d1": 2.5, "d2": -0.001}, "q2": {"d1": 7.0}}
    assert run.tag == "bm25"
    assert run.misranked == ()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("q\tQ0\td e\t1\t2\tx y\n", id="tabs, with spaces in ids"),
        pytest.param("\n  \nq\tQ0\td e\t1\t2\tx y", id="blank lines, no end of line"),
        pytest.param(b"\xef\xbb\xbfq\tQ0\td e\t1\t2\tx y\r\n", id="byte order mark, CRLF"),
    ],
)
def test_a_run_is_read_however_its_lines_are_written(tmp_path: Path, content: str | bytes) -> None:
    run = read_trec_run(written(tmp_path, content))
    assert (run.scores, run.tag) == ({"q": {"d e": 2.0}}, "x y")


def test_columns_of_a_run_may_be_aligned_with_spaces(tmp_path: Path) -> None:
    run = read_trec_run(written(tmp_path, "  q  Q0   d     1   2.0   my system\r\n"))
    assert (run.scores, run.tag) == ({"q": {"d": 2.0}}, "my system")


@pytest.mark.parametrize(
    "line", ["q Q0 d 1 2", "q d 2", "q Q0 d 1 high tag", "q Q0 d one 2 tag", "q Q0 d 1 nan tag",
             "q Q0 d 1 inf tag", "{}"],
)  # fmt: skip
def test_a_malformed_line_of_a_run_is_refused_with_file_and_line(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, f"q Q0 a 1 2 tag\n\n{line}\n")
    with pytest.raises(
        InvalidInput, match=r"file\.txt:3 is not `query Q0 document rank score tag`"
    ):
        read_trec_run(path)


def test_a_document_listed_twice_for_a_query_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "q Q0 d 1 2 tag\np Q0 d 1 2 tag\nq Q0 d 2 1 tag\n")
    with pytest.raises(InvalidInput, match=r"file\.txt:3 lists 'd' for the query 'q' again"):
        read_trec_run(path)


@pytest.mark.parametrize("content", [None, b"q Q0 caf\xe9 1 2 tag"])
def test_a_run_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "file.txt" if content is None else written(tmp_path, content)
    with pytest.raises(InvalidInput, match=r"file\.txt cannot be read"):
        read_trec_run(path)


def test_scores_order_a_run_and_queries_whose_ranks_contradict_them_are_named(
    tmp_path: Path,
) -> None:
    run = read_trec_run(
        written(
            tmp_path,
            # p: distances instead of similarities; q: ties may be ranked either way.
            "p Q0 a 1 0.1 x\np Q0 b 2 0.9 x\nq Q0 a 1 1 x\nq Q0 b 2 1 x\nr Q0 b 2 1 x\n"
            "r Q0 a 1 3 x\n",
        )
    )
    assert ranking(run.scores["p"]) == ["b", "a"]
    assert run.misranked == ("p",)


def test_ties_are_broken_by_falling_document_id_as_trec_eval_breaks_them() -> None:
    assert ranking({"a": 1, "b": 2, "c": 1}) == ["b", "c", "a"]
    assert ranking({"d9": 0, "d10": 0}) == ["d9", "d10"]
    assert ranking({"z": 0, "é": 0, "ی": 0, "中": 0, "Ａ": 0, "😀": 0}) == list("😀Ａ中یéz")


def test_scores_that_single_precision_cannot_tell_apart_are_ties() -> None:
    assert ranking({"a": 1.00000001, "b": 1.0}) == ["b", "a"]
    assert ranking({"a": 1.000001, "b": 1.0}) == ["a", "b"]


IDS = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1).filter(
    lambda text: text == text.strip()
)
SCORES = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(st.dictionaries(IDS, st.dictionaries(IDS, SCORES, min_size=1), max_size=4))
def test_a_run_that_was_written_reads_back_in_the_same_order(tmp_path_factory, run) -> None:
    path = tmp_path_factory.mktemp("run") / "x.trec"
    write_trec_run(run, "system", path)
    found = read_trec_run(path)
    assert {q: ranking(d) for q, d in found.scores.items()} == {
        q: ranking(d) for q, d in run.items()
    }
    assert found.misranked == ()


def test_a_run_is_written_with_ranks_from_one_and_spaces_between(tmp_path: Path) -> None:
    path = tmp_path / "x.trec"
    write_trec_run({"q": {"a": 0.5, "b": 12.0, "c": 0.5}}, "mine", path)
    assert path.read_text(encoding="utf-8") == (
        "q Q0 b 1 12 mine\nq Q0 c 2 0.5 mine\nq Q0 a 3 0.5 mine\n"
    )


def test_an_id_that_no_run_file_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"The id 'a\\tb' cannot stand"):
        write_trec_run({"q": {"a\tb": 1.0}}, "mine", tmp_path / "x.trec")


# ── Judgements ───────────────────────────────────────────────────────────────────────────────

JUDGED = {"q1": {"d1": 2, "d2": 0}, "q2": {"d1": -1}}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("q1 0 d1 2\nq1 0 d2 0\nq2 0 d1 -1\n", id="TREC"),
        pytest.param("q1\tQ0\td1\t2\nq1\tQ0\td2\t0\nq2\tQ0\td1\t-1", id="TREC with tabs"),
        pytest.param("q1   0 d1   2\r\n\r\nq1 0 d2 0\r\nq2 0 d1 -1\r\n", id="TREC, CRLF, aligned"),
        pytest.param("\ufeffq1 0 d1 2\nq1 0 d2 0\nq2 0 d1 -1\n", id="TREC, byte order mark"),
        pytest.param("q1\td1\t2\nq1\td2\t0\nq2\td1\t-1\n", id="BEIR without header"),
        pytest.param(
            "\ufeffquery-id\tcorpus-id\tscore\r\nq1\td1\t2\r\nq1\td2\t0\r\nq2\td1\t-1\r\n",
            id="BEIR, CRLF, byte order mark",
        ),
        pytest.param("qid\tdocid\trel\nq1\td1\t2.0\nq1\td2\t0\nq2\td1\t-1.0", id="other header"),
        pytest.param("q1\td1\t2\nq1\td2\t0\nq2\td1\t-1\nq1\td1\t2\n", id="judged twice alike"),
    ],
)
def test_judgements_are_read_in_either_layout(tmp_path: Path, content: str) -> None:
    assert read_qrels(written(tmp_path, content)) == JUDGED


@pytest.mark.parametrize("content", ["", "\n\n", "query-id\tcorpus-id\tscore\n"])
def test_a_file_without_judgements_has_none(tmp_path: Path, content: str) -> None:
    assert read_qrels(written(tmp_path, content)) == {}


@pytest.mark.parametrize(
    ("first", "line", "layout"),
    [
        ("q 0 d 1", "q 0 d", "query iteration document grade"),
        ("q 0 d 1", "q 0 d e 1", "query iteration document grade"),
        ("q 0 d 1", "q 0 d yes", "query iteration document grade"),
        ("q\td\t1", "q 0 d 1", "query-id<TAB>corpus-id<TAB>score"),
        ("q\td\t1", "q\td\t1.5", "query-id<TAB>corpus-id<TAB>score"),
        ("q\td\t1", "q\td\tnan", "query-id<TAB>corpus-id<TAB>score"),
    ],
)
def test_a_malformed_judgement_is_refused_with_file_line_and_layout(
    tmp_path: Path, first: str, line: str, layout: str
) -> None:
    with pytest.raises(InvalidInput, match=rf"file\.txt:2 is not `{layout}`"):
        read_qrels(written(tmp_path, f"{first}\n{line}\n"))


def test_a_contradictory_judgement_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "q 0 d 1\nq 0 e 1\nq 0 d 0\n")
    with pytest.raises(InvalidInput, match=r":3 judges 'd' for the query 'q' as 0, an earlier"):
        read_qrels(path)


def test_flaws_can_be_collected_instead_of_refused(tmp_path: Path) -> None:
    flaws = []
    path = written(tmp_path, "q 0 d 1\nbad\nq 0 d 2\nq 0 e 1\n")
    assert read_qrels(path, flaws.append) == {"q": {"d": 1, "e": 1}}
    assert [(flaw.code, flaw.where) for flaw in flaws] == [
        ("malformed-judgement", f"{path}:2"),
        ("contradictory-judgement", f"{path}:3"),
    ]


def test_judgements_that_were_written_read_back(tmp_path: Path) -> None:
    write_qrels(JUDGED, tmp_path / "qrels" / "test.tsv")
    assert read_qrels(tmp_path / "qrels" / "test.tsv") == JUDGED
