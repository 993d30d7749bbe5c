"""The sample help center is whole: languages, ids, golden queries."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from eval.datasets import load_dataset, write_corpus
from indexer.sources import Problem, SourceDocument, open_source
from kb.models import Article, Macro, Ticket
from kb.text import detect_language

ROOT = Path(__file__).resolve().parent.parent.parent
ARTICLES = ROOT / "articles"


@pytest.fixture(scope="module")
def items():
    return list(open_source(ARTICLES, max_document_bytes=5_000_000))


@pytest.fixture(scope="module")
def documents(items):
    return [item.document for item in items if isinstance(item, SourceDocument)]


def test_every_file_loads(items):
    assert [item for item in items if isinstance(item, Problem)] == []


def test_topics_exist_in_the_languages_promised(documents):
    languages = defaultdict(set)
    for document in documents:
        if isinstance(document, Article):
            languages[document.audience, document.group].add(document.locale)
    public = [v for (audience, _), v in languages.items() if audience == "public"]
    internal = [v for (audience, _), v in languages.items() if audience == "internal"]
    assert sum(v == {"en", "fa", "zh"} for v in public) >= 20
    assert sum(len(v) < 3 for v in public) in {3, 4}
    assert sum(v == {"en", "fa", "zh"} for v in internal) >= 6


def test_texts_are_in_the_language_they_claim(documents):
    for document in documents:
        if isinstance(document, Article | Macro):
            found = detect_language(document.body, ("en", "fa", "zh"), "en")
            assert found == document.locale, document.id


def test_there_are_macros_and_tickets_in_all_languages(documents):
    macros = Counter(d.locale for d in documents if isinstance(d, Macro))
    tickets = Counter(d.locale for d in documents if isinstance(d, Ticket))
    assert all(macros[locale] >= 12 for locale in ("en", "fa", "zh"))
    assert sum(tickets.values()) >= 120
    assert all(tickets[locale] >= 30 for locale in ("en", "fa", "zh"))


def test_links_between_articles_lead_to_articles(documents):
    ids = {document.id for document in documents}
    for document in documents:
        if isinstance(document, Article):
            for target in re.findall(r"\]\(([\w.-]+)\)", document.body):
                assert target in ids, f"{document.id} links to {target}"


def test_the_golden_corpus_is_what_the_articles_say(documents, tmp_path):
    write_corpus((d for d in documents if isinstance(d, Article)), tmp_path / "corpus.jsonl")
    fresh = (tmp_path / "corpus.jsonl").read_text(encoding="utf-8")
    committed = (ARTICLES / "golden" / "corpus.jsonl").read_text(encoding="utf-8")
    assert fresh == committed, "run `kb eval corpus articles --out articles/golden/corpus.jsonl`"


def test_golden_queries_point_to_articles_and_many_have_no_answer(documents):
    golden = load_dataset(ARTICLES / "golden")
    ids = {document.id for document in documents}
    judged = {document for grades in golden.qrels.values() for document in grades}
    assert judged <= ids
    assert set(golden.qrels) <= {query.id for query in golden.queries}
    assert len(golden.queries) >= 150
    assert sum(query.id not in golden.qrels for query in golden.queries) >= 40
    internal = {d.id for d in documents if isinstance(d, Article) and d.audience == "internal"}
    for query in golden.queries:
        if query.role == "customer":
            assert not internal & golden.qrels.get(query.id, {}).keys(), query.id
