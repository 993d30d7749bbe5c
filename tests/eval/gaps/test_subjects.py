"""A dataset's articles and questions by what they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.gaps.subjects import CHARS, Subjects, hidden_subjects, load_subjects
from kb.errors import InvalidInput
from tests.eval.gaps.garden import LANGUAGES, WORDS, garden
from tests.eval.tiny import write_dataset


def article(identifier: str, text: str = "Some text.", **fields: Any) -> dict[str, Any]:
    return {"_id": identifier, "title": identifier, "text": text, "lang": "en"} | fields


def ask(identifier: str, text: str = "how is it", **fields: Any) -> dict[str, Any]:
    return {"_id": identifier, "text": text} | fields


def load(
    folder: Path,
    articles: list[dict[str, Any]],
    queries: list[dict[str, Any]],
    relevant: list[tuple[str, str]],
) -> Subjects:
    write_dataset(folder / "set", articles, queries, [(q, d, 1) for q, d in relevant])
    return load_subjects(folder / "set", LANGUAGES, "en")


def test_language_versions_are_one_subject(tmp_path) -> None:
    found = garden(tmp_path / "garden")
    assert found.name == "garden"
    assert set(found.articles) == {f"{name}.en" for name in WORDS}
    assert {a.locale for a in found.articles["pump.en"]} == {"en", "fa"}
    asked = {question.text: question for question in found.asked}
    assert asked["پمپ صدا"].subjects == {"pump.en"}
    assert asked["پمپ صدا"].language == "fa"
    assert asked["zebra quagga okapi"].subjects == frozenset()
    assert found.asked_about()["pump.en"] == 6


def test_articles_relevant_to_the_same_questions_are_one_subject(tmp_path) -> None:
    found = load(
        tmp_path,
        [article(name) for name in ("a", "b", "c", "d")],
        [ask("q1"), ask("q2"), ask("q3")],
        [("q1", "a"), ("q1", "b"), ("q2", "a"), ("q2", "b"), ("q2", "c"), ("q3", "c")],
    )
    assert {name: sorted(a.id for a in group) for name, group in found.articles.items()} == {
        "a": ["a", "b"], "c": ["c"], "d": ["d"],
    }  # fmt: skip
    assert [sorted(question.subjects) for question in found.asked] == [["a"], ["a", "c"], ["c"]]
    assert found.asked_about() == {"a": 1, "c": 1}


def test_staff_questions_and_ungraded_documents_are_left_out(tmp_path) -> None:
    write_dataset(
        tmp_path / "set",
        [article("a"), article("b")],
        [ask("q1"), ask("q2", role="rep"), ask("q3")],
        [("q1", "a", 1), ("q1", "b", 0), ("q2", "b", 1), ("q3", "nowhere", 1)],
    )
    found = load_subjects(tmp_path / "set", LANGUAGES, "en")
    assert [question.subjects for question in found.asked] == [{"a"}, frozenset()]


def test_questions_are_short_clean_and_in_their_language(tmp_path) -> None:
    found = load(
        tmp_path,
        [article("a")],
        [
            ask("q1", "  پمپ\x00 صدا " + "می‌دهد " * 200),
            ask("q2", "怎么重置密码"),
            ask("q3", "12", locale="fa"),
        ],
        [("q1", "a")],
    )
    first, second, third = found.asked
    assert len(first.text) <= CHARS
    assert first.text.startswith("پمپ صدا")
    assert (first.language, second.language, third.language) == ("fa", "zh", "fa")


def test_tickets_macros_drafts_and_empty_articles_are_none(tmp_path) -> None:
    full = {"kind": "article", "group": "x", "locale": "en", "title": "T", "body": "B"}
    found = load(
        tmp_path,
        [
            article("a", "line\u2028separated\x85text"),
            full | {"id": "draft", "draft": True},
            {"kind": "macro", "id": "m", "locale": "en", "title": "M", "body": "B"},
            {"kind": "ticket", "id": "t", "messages": [{"author": "customer", "text": "x"}]},
            article("empty", " "),
        ],
        [ask("q1")],
        [("q1", "a")],
    )
    assert set(found.articles) == {"a"}
    assert found.articles["a"][0].updated is None


def test_dates_do_not_tell_when_simulated_visitors_came(tmp_path) -> None:
    found = load(tmp_path, [article("a", updated="2026-10-01")], [ask("q1")], [("q1", "a")])
    assert found.articles["a"][0].updated is None


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "7", '{"_id": "a"}', '{"text": "no id"}', '{"_id": "a", "text": "b", "lang": "?"}',
     '{"_id": "a", "text": "b", "metadata": 7}', '{"kind": "other", "_id": "a", "text": "b"}'],
)  # fmt: skip
def test_a_corpus_that_is_none_is_named_by_line(tmp_path, line: str) -> None:
    write_dataset(tmp_path / "set", [article("a")], [ask("q1")], [("q1", "a", 1)])
    corpus = tmp_path / "set" / "corpus.jsonl"
    corpus.write_text(corpus.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"corpus\.jsonl:2 is no article"):
        load_subjects(tmp_path / "set", LANGUAGES, "en")


def test_a_corpus_that_is_not_text_is_named(tmp_path) -> None:
    write_dataset(tmp_path / "set", [article("a")], [ask("q1")], [("q1", "a", 1)])
    (tmp_path / "set" / "corpus.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match=r"corpus\.jsonl"):
        load_subjects(tmp_path / "set", LANGUAGES, "en")


def test_hidden_subjects_are_the_same_for_a_seed_and_are_asked_about(tmp_path) -> None:
    found = garden(tmp_path / "garden")
    one = hidden_subjects(found, 3, 2, seed=7)
    assert one == hidden_subjects(found, 3, 2, seed=7)
    assert len(one) == 3
    assert one <= set(found.articles)
    assert len({hidden_subjects(found, 3, 2, seed=seed) for seed in range(20)}) > 5
    with pytest.raises(InvalidInput, match="to hide 5, it needs 10"):
        hidden_subjects(found, 5, 2, seed=7)
    with pytest.raises(InvalidInput, match="has 0 subjects"):
        hidden_subjects(found, 1, 100, seed=7)
