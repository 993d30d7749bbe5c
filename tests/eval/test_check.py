"""What is wrong with a dataset: each flaw planted alone, and found with its ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.check import SHOWN, CheckReport, Finding, check_dataset
from eval.datasets import locate
from eval.pool import pool_of
from eval.trec import TrecRun
from eval.twins import contains, groups_of_equals, near_pairs, word_count, words
from kb.errors import InvalidInput

HEADER = "query-id\tcorpus-id\tscore\n"
PUMP = "A rattling pump has air in it; tilt the tank until the bubbles leave, then clean it."
LAMP = "The lamp shines fourteen hours a day; change its brightness in the settings."
CORPUS: list[dict[str, Any]] = [
    {"_id": "pump", "title": "Pump noise at night", "text": PUMP},
    {"_id": "lamp", "title": "Lamp hours", "text": LAMP},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "it rattles"},
    {"_id": "q2", "text": "too bright for me"},
    {"_id": "q3", "text": "do you sell kayaks"},
]
QRELS = "q1\tpump\t1\nq2\tlamp\t2\n"


def lines_of(records: list[dict[str, Any]] | str) -> str:
    if isinstance(records, str):
        return records
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def check(
    folder: Path,
    corpus: list[dict[str, Any]] | str = CORPUS,
    queries: list[dict[str, Any]] | str = QUERIES,
    qrels: str | None = QRELS,
    run: TrecRun | None = None,
    split: str | None = None,
) -> CheckReport:
    (folder / "qrels").mkdir(exist_ok=True)
    (folder / "corpus.jsonl").write_text(lines_of(corpus), encoding="utf-8")
    (folder / "queries.jsonl").write_text(lines_of(queries), encoding="utf-8")
    if qrels is None:
        (folder / "qrels").rmdir()
    else:
        (folder / "qrels" / "test.tsv").write_text(HEADER + qrels, encoding="utf-8")
    return check_dataset(locate(folder, split), run, max_document_bytes=10_000)


def found(report: CheckReport) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Code to severity and ids."""
    return {finding.code: (finding.severity, finding.ids) for finding in report.findings}


def test_a_sound_dataset_has_no_findings(tmp_path: Path) -> None:
    assert check(tmp_path) == CheckReport(
        dataset=tmp_path.name, documents=2, queries=3, answerable=2, judgements=2, findings=()
    )


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("q9\tpump\t1\n", {"unknown-query": ("error", ("q9",))}),
        ("q1\tgone\t1\nq2\tgone\t0\n", {"unknown-document": ("error", ("gone",))}),
        ("q1\tpump\t2\n", {"contradictory-judgement": ("error", ("q1",))}),
        ("q1 pump 2\n", {"malformed-judgement": ("error", ("test.tsv:4",))}),
        ("q1\tlamp\t-1\n", {"negative-grade": ("warning", ("q1 lamp",))}),
        ("q1\tlamp\t100\n", {"odd-grade": ("warning", ("q1 lamp",))}),
        ("q3\tlamp\t0\n", {"only-irrelevant": ("warning", ("q3",))}),
        ("q1\tpump\t1\n", {}),
        ("q1\tlamp\t5\n", {}),
    ],
)
def test_judgements_are_looked_at(
    tmp_path: Path, extra: str, expected: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    findings = found(check(tmp_path, qrels=QRELS + extra))
    shortened = {
        code: (severity, tuple(i.removeprefix(f"{tmp_path}/qrels/") for i in ids))
        for code, (severity, ids) in findings.items()
    }
    assert shortened == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"_id": "q1", "text": "other"}, {"duplicate-query-id": ("error", ("q1",))},
                     id="id twice"),
        pytest.param({"_id": "q4", "text": " \u200c\u200f"}, {"empty-query": ("error", ("q4",))},
                     id="nothing to see"),
        pytest.param({"_id": "q4", "text": "IT «rattles»!"},
                     {"duplicate-query-text": ("warning", ("q1 = q4",)),
                      "same-text-judged-differently": ("warning", ("q1 = q4",))},
                     id="same text, other answer"),
        pytest.param({"_id": "q4", "text": "do you sell kayaks?"},
                     {"duplicate-query-text": ("warning", ("q3 = q4",))}, id="same text"),
        pytest.param({"_id": "q4", "text": "x", "metadata": {"role": "king"}},
                     {"unknown-role": ("error", ("q4",))}, id="role"),
        pytest.param({"_id": "q4", "text": "x", "metadata": {"answerable": True}},
                     {"answerable-without-judgements": ("warning", ("q4",))}, id="said to answer"),
        pytest.param({"_id": "q4", "text": "x", "metadata": {"in_scope": False}}, {}, id="scope"),
        pytest.param({"_id": "q4", "text": "x", "relevant": ["pump"]},
                     {"ignored-judgements": ("warning", ("q4",))}, id="judged twice"),
    ],
)  # fmt: skip
def test_queries_are_looked_at(
    tmp_path: Path, query: dict[str, Any], expected: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    assert found(check(tmp_path, queries=[*QUERIES, query])) == expected


@pytest.mark.parametrize("line", ["garbage", "{}", '{"_id": "q4"}', "[1]"])
def test_a_line_that_is_no_query_is_named_and_the_others_are_read(
    tmp_path: Path, line: str
) -> None:
    report = check(tmp_path, queries=f"{line}\n\n{lines_of(QUERIES)}")
    (finding,) = report.findings
    assert (finding.severity, finding.code) == ("error", "malformed-query")
    assert finding.ids == (f"{tmp_path}/queries.jsonl:1",)
    assert "queries.jsonl:1 is not a query" in finding.message
    assert report.queries == 3


def test_every_flaw_is_reported_at_once(tmp_path: Path) -> None:
    report = check(
        tmp_path,
        corpus=[*CORPUS, CORPUS[0], {"_id": "blank", "title": "t", "text": ""}],
        queries=[*QUERIES, QUERIES[0], QUERIES[1]],
        qrels=QRELS + "q9\tpump\t1\nq1\tgone\t1\nbad\nworse\n",
    )
    assert [(finding.code, finding.count) for finding in report.findings] == [
        ("duplicate-query-id", 2),
        ("malformed-judgement", 2),
        ("duplicate-document-id", 1),
        ("unknown-query", 1),
        ("unknown-document", 1),
        ("empty-document", 1),
    ]
    assert report.errors == 6


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"_id": "pump", "title": "t", "text": "other"},
                     {"duplicate-document-id": ("error", ("pump",))}, id="id twice"),
        pytest.param({"_id": "d", "title": "t", "text": ""},
                     {"empty-document": ("error", ("d",))}, id="empty"),
        pytest.param({"_id": "d", "title": "t", "text": "\u200c\u200b"},
                     {"empty-document": ("error", ("d",))}, id="nothing to see"),
        pytest.param({"_id": "d", "title": "other", "text": PUMP.upper().replace(";", " —")},
                     {"duplicate-document-text": ("warning", ("pump = d",))}, id="same text"),
        pytest.param({"_id": "d", "title": "t", "text": 5, "lang": "en"},
                     {"malformed-document": ("error", ("d",))}, id="no text"),
    ],
)  # fmt: skip
def test_documents_are_looked_at(
    tmp_path: Path, document: dict[str, Any], expected: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    assert found(check(tmp_path, corpus=[*CORPUS, document])) == expected


def test_a_judged_document_that_is_skipped_is_reported_once(tmp_path: Path) -> None:
    corpus = [*CORPUS, {"_id": "d", "title": "t", "text": " "}]
    report = check(tmp_path, corpus=corpus, qrels=QRELS + "q1\td\t1\n")
    assert found(report) == {"empty-document": ("error", ("d",))}


def test_nearly_the_same_text_is_reported(tmp_path: Path) -> None:
    long = " ".join(f"word{n}" for n in range(200))
    corpus = [
        *CORPUS,
        {"_id": "one", "title": "1", "text": long},
        {"_id": "two", "title": "2", "text": long + " and a new last sentence"},
        {"_id": "other", "title": "3", "text": " ".join(f"word{n}" for n in range(150, 350))},
    ]
    assert found(check(tmp_path, corpus=corpus)) == {
        "near-duplicate-document": ("warning", ("one = two",))
    }


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        ("Pump noise at night", True),
        ("PUMP NOISE, at night?!", True),
        ("help: pump noise at night and by day, too, since I moved it to the shelf", True),
        ("noise of the pump at night", False),
        ("the lamp hours are wrong and I do not know what else to do about them", False),
    ],
)
def test_queries_that_repeat_a_relevant_title_are_reported(
    tmp_path: Path, text: str, leaks: bool
) -> None:
    queries = [{"_id": "q1", "text": text}, *QUERIES[1:]]
    report = check(tmp_path, queries=queries, qrels=QRELS + "q1\tlamp\t1\n")
    assert found(report) == ({"title-leak": ("warning", ("q1",))} if leaks else {})


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("重置您的密碼", "重置您的密码？"),
        ("تنظیم نور لامپ", "تنظيم نور لامپ"),
        ("Lamp hours", "lamp hours?"),
    ],
)
def test_a_title_is_recognised_in_another_writing(tmp_path: Path, title: str, query: str) -> None:
    corpus = [CORPUS[0], {"_id": "lamp", "title": title, "text": LAMP}]
    queries = [QUERIES[0], {"_id": "q2", "text": query}]
    assert found(check(tmp_path, corpus, queries)) == {"title-leak": ("warning", ("q2",))}


def test_a_query_that_repeats_an_irrelevant_title_is_none_of_our_business(tmp_path: Path) -> None:
    queries = [QUERIES[0], {"_id": "q2", "text": "Pump noise at night"}]
    assert found(check(tmp_path, queries=queries)) == {}


def test_words_that_open_an_untitled_document_are_no_title(tmp_path: Path) -> None:
    corpus = [CORPUS[0], {"_id": "lamp", "title": "", "text": "change the lamp brightness"}]
    asked = {"_id": "q2", "text": "how do I change the lamp brightness on sundays"}
    assert found(check(tmp_path, corpus, [QUERIES[0], asked])) == {}
    verbatim = {"_id": "q2", "text": "Change the lamp brightness!"}
    report = check(tmp_path, corpus, [QUERIES[0], verbatim])
    assert found(report) == {"title-leak": ("warning", ("q2",))}


def test_a_query_cannot_be_unanswerable_and_have_an_answer(tmp_path: Path) -> None:
    queries = [{**QUERIES[0], "metadata": {"in_scope": False}}, *QUERIES[1:]]
    report = check(tmp_path, queries=queries)
    assert found(report) == {"unanswerable-with-judgements": ("error", ("q1",))}


@pytest.mark.parametrize(("role", "reachable"), [("customer", False), ("rep", True)])
def test_an_answer_that_who_asks_may_not_read_is_reported(
    tmp_path: Path, role: str, reachable: bool
) -> None:
    corpus = [{**CORPUS[0], "metadata": {"audience": "internal"}}, CORPUS[1]]
    queries = [{**QUERIES[0], "metadata": {"role": role}}, *QUERIES[1:]]
    expected = {} if reachable else {"unreachable": ("warning", ("q1",))}
    assert found(check(tmp_path, corpus, queries)) == expected


@pytest.mark.parametrize(
    ("answers", "known"),
    [(["tilt the tank"], True), (["Tilt the TANK!", "nowhere"], True), (["tilted tanks"], False)],
)
def test_an_answer_text_has_to_stand_in_a_relevant_document(
    tmp_path: Path, answers: list[str], known: bool
) -> None:
    queries = [{**QUERIES[0], "metadata": {"answers": answers}}, *QUERIES[1:]]
    expected = {} if known else {"answer-not-in-document": ("warning", ("q1",))}
    assert found(check(tmp_path, queries=queries)) == expected


def test_a_dataset_with_nothing_in_it_says_so(tmp_path: Path) -> None:
    assert found(check(tmp_path, corpus="", queries="", qrels="")) == {
        "no-documents": ("error", ()),
        "no-queries": ("error", ()),
    }


def test_a_dataset_without_judgements_is_an_error(tmp_path: Path) -> None:
    assert found(check(tmp_path, qrels="")) == {"no-judgements": ("error", ())}


def test_queries_that_must_all_be_left_unanswered_are_only_warned_about(tmp_path: Path) -> None:
    queries = [{**query, "relevant": "none"} for query in QUERIES]
    report = check(tmp_path, queries=queries, qrels=None)
    assert found(report) == {"no-judgements": ("warning", ())}


def test_golden_queries_without_a_judgement_are_named(tmp_path: Path) -> None:
    queries = [{**QUERIES[0], "relevant": ["pump"]}, {**QUERIES[1], "relevant": {"lamp": 2}},
               QUERIES[2]]  # fmt: skip
    report = check(tmp_path, queries=queries, qrels=None)
    assert found(report) == {"unjudged-query": ("error", ("q3",))}


def test_queries_of_other_splits_are_none_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "dev.tsv").write_text(HEADER + "q2\tlamp\t1\n", encoding="utf-8")
    report = check(tmp_path, qrels="q1\tpump\t1\n")
    assert (report.queries, report.findings) == (2, ())
    assert check_dataset(locate(tmp_path, "dev"), max_document_bytes=10_000).queries == 2


def test_only_the_first_ids_are_listed_with_the_count_of_all(tmp_path: Path) -> None:
    qrels = QRELS + "".join(f"gone{n}\tpump\t1\n" for n in range(20))
    (finding,) = check(tmp_path, qrels=qrels).findings
    assert isinstance(finding, Finding)
    assert (finding.count, finding.ids) == (20, tuple(f"gone{n}" for n in range(SHOWN)))


def test_a_missing_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no corpus"):
        locate(tmp_path)


# ── Runs ─────────────────────────────────────────────────────────────────────────────────────


def run_of(scores: dict[str, dict[str, float]], misranked: tuple[str, ...] = ()) -> TrecRun:
    return TrecRun(scores, "x", misranked)


def test_the_pool_counts_unjudged_documents_among_the_first_ten() -> None:
    others = {f"n{n:02}": 20.0 - n for n in range(12)}
    qrels = {"a": {"x": 1, "n00": 0}, "b": {"x": 1, "y": 0}, "c": {"x": 1}, "d": {"x": 0}}
    run = {"a": others, "b": {"x": 2.0, "y": 1.0}, "d": others, "e": others}
    pool = pool_of(run, qrels)
    assert (pool.queries, pool.missing) == (3, ("c",))
    assert pool.unjudged == 9  # of a: n01 … n09; b has none
    assert pool.judged_share == pytest.approx((0.1 + 1.0) / 2)
    assert pool.first_unjudged == ()
    assert pool.judged_per_query == 2.0
    assert not pool.shallow


def test_a_pool_without_anything_says_nothing() -> None:
    assert pool_of({}, {}).judged_share is None
    assert pool_of({"a": {}}, {"a": {"x": 1}}).missing == ("a",)


@pytest.mark.parametrize(("deep", "severity"), [(True, "warning"), (False, "note")])
def test_an_unjudged_first_hit_matters_where_several_documents_are_judged(
    tmp_path: Path, deep: bool, severity: str
) -> None:
    third = {"_id": "wifi", "title": "Wifi", "text": "Use the slower radio band of the router."}
    qrels = QRELS + ("q1\tlamp\t0\nq2\tpump\t0\n" if deep else "")
    run = run_of({"q1": {"wifi": 2.0, "pump": 1.0}, "q2": {"lamp": 1.0}})
    report = check(tmp_path, corpus=[*CORPUS, third], qrels=qrels, run=run)
    assert found(report) == {"unjudged-first-hit": (severity, ("q1",))}
    assert report.pool is not None
    assert report.pool.judged_share == 0.75
    assert "Judged@10 is 0.75" in report.findings[0].message


def test_a_run_on_another_dataset_is_noticed(tmp_path: Path) -> None:
    run = run_of({"q1": {"pump": 1.0}, "x9": {"foreign": 1.0}}, misranked=("q1",))
    assert found(check(tmp_path, run=run)) == {
        "run-of-unknown-queries": ("error", ("x9",)),
        "run-of-unknown-documents": ("error", ("foreign",)),
        "run-ranks-contradict-scores": ("warning", ("q1",)),
        "run-misses-queries": ("note", ("q2",)),
    }


# ── Texts that say the same ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Reset—your PASSWORD?", "reset your password"),
        ("كتاب‌هاي ۱۲", "کتاب های 12"),
        ("重置您的密碼。", "重置您的密码"),
        ("ＷｉＦｉ", "wifi"),
    ],
)
def test_words_are_compared_in_one_spelling(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_chinese_is_compared_by_character_and_each_counts_half() -> None:
    assert words("重置wifi") == ("重", "置", "wifi")
    assert word_count(words("重置wifi")) == 2.0
    assert contains(words("请重置密码"), words("重置"))
    assert not contains(words("被盗"), words("盗被"))
    assert not contains(words("anything"), ())


def test_texts_without_words_are_no_twins() -> None:
    assert groups_of_equals({"a": (), "b": (), "c": ("x",), "d": ("x",)}) == [("c", "d")]


def test_near_twins_are_found_among_texts_that_share_boilerplate() -> None:
    footer = tuple(f"footer{n}" for n in range(30))
    texts = {f"d{n}": (*(f"own{n}-{m}" for m in range(120)), *footer) for n in range(100)}
    texts["twin"] = (*texts["d77"][:-1], "changed")
    assert near_pairs(texts) == [("d77", "twin")]
