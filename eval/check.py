"""Whether a dataset can be trusted: everything wrong with it at once, and what to do about it.

`load_dataset` refuses at the first flaw; here all are collected, together with what loads but
measures something else than it seems to: judgements of documents that are not there, questions
that give the answer away, answers that nobody who asks may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.contents import Contents, read_contents
from eval.datasets import Parts, Qrels
from eval.pool import Pool, pool_of
from eval.trec import TrecRun
from eval.twins import contains, groups_of_equals, near_pairs, word_count, words
from kb.models import COLLECTIONS_OF_ROLE
from kb.text import is_blank

Severity = Literal["error", "warning", "note"]

SHOWN = 5
"""Ids that a finding names."""

_HIGHEST_GRADE = 5
_TELLING_WORDS = 3
"""A title of so many words is no coincidence within a longer question."""
_TELLING_PAIR, _TELLING_SHARE = 2, 0.5
"""Neither are two words that make up so much of the question."""


@dataclass(frozen=True)
class Finding:
    """One kind of thing that is wrong, or good to know."""

    severity: Severity
    """Errors make figures wrong; warnings make them mean something else; notes explain them."""
    code: str
    """Stable name of the kind."""
    count: int
    ids: tuple[str, ...]
    """The first few: queries, documents, `one = other` twins, or `file:line`."""
    message: str
    """What it is and what to do."""


@dataclass(frozen=True)
class CheckReport:
    dataset: str
    documents: int
    queries: int
    answerable: int
    """Queries with a relevant document."""
    judgements: int
    findings: tuple[Finding, ...]
    pool: Pool | None = None
    """How much of a run's top is judged, where one was given."""

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


def check_dataset(
    parts: Parts, run: TrecRun | None = None, *, max_document_bytes: int
) -> CheckReport:
    """Read a dataset leniently and report all that is wrong with it.

    Args:
        parts: see `eval.datasets.locate`.
        run: what some system returned for it, to look for holes in the judgements.
        max_document_bytes: larger documents are skipped, as the indexer skips them.

    Raises:
        InvalidInput: a part is missing or unreadable as a whole.
    """
    contents = read_contents(parts, max_document_bytes)
    findings = [finding for check in _CHECKS for finding in check(contents)]
    pool = pool_of(run.scores, contents.qrels) if run else None
    if run and pool:
        findings += _run_findings(run, pool, contents)
    order = {"error": 0, "warning": 1, "note": 2}
    return CheckReport(
        dataset=parts.name,
        documents=len(contents.documents),
        queries=len(contents.lines),
        answerable=len(contents.relevant),
        judgements=sum(map(len, contents.qrels.values())),
        findings=tuple(sorted(findings, key=lambda finding: order[finding.severity])),
        pool=pool,
    )


# ── What may be wrong ────────────────────────────────────────────────────────────────────────

_FLAWS: Mapping[str, tuple[Severity, str]] = {
    "malformed-query": ("error", "Lines that are no query; mend or delete them."),
    "unknown-role": ("error", "Queries by somebody unknown: a role is customer, rep, writer or "
                     "admin."),
    "duplicate-query-id": ("error", "Query ids used twice; the later query is ignored. Give each "
                           "query its own id."),
    "unjudged-query": ("error", 'Golden queries without "relevant"; name the documents that '
                       'answer, or write "none".'),
    "malformed-judgement": ("error", "Lines that are no judgement; mend or delete them."),
    "contradictory-judgement": ("error", "Pairs judged twice, differently; keep one line."),
    "malformed-document": ("error", "Documents that cannot be indexed, so nothing finds them."),
    "duplicate-document-id": ("error", "Document ids used twice; the later document is ignored. "
                              "Give each its own id."),
    "ignored-judgements": ("warning", 'Queries with a "relevant" of their own, which is ignored '
                           "because there is a qrels folder; keep one of the two."),
}  # fmt: skip


def _flaws(contents: Contents) -> Iterator[Finding]:
    for code, (severity, message) in _FLAWS.items():
        flaws = [flaw for flaw in contents.flaws if flaw.code == code]
        first = f" The first: {flaws[0]}" if flaws else ""
        ids = (flaw.id or flaw.where for flaw in flaws)
        yield from _finding(severity, code, ids, message + first)


def _missing_parts(contents: Contents) -> Iterator[Finding]:
    if not contents.documents:
        yield Finding("error", "no-documents", 0, (), "There is nothing to find; fill the corpus.")
    if not contents.lines:
        yield Finding("error", "no-queries", 0, (), "Nothing is asked; write queries.")
    elif not contents.relevant and all(line.must_abstain for line in contents.lines):
        message = "Every query must be left unanswered: rankings cannot be measured here."
        yield Finding("warning", "no-judgements", 0, (), message)
    elif not contents.relevant:
        message = "No query has a relevant document, so nothing can be measured; judge some."
        yield Finding("error", "no-judgements", 0, (), message)


def _dangling(contents: Contents) -> Iterator[Finding]:
    flawed = {flaw.id for flaw in contents.flaws}  # reported already
    queries = {line.query.id for line in contents.lines} | flawed
    yield from _finding(
        "error",
        "unknown-query",
        (query for query in contents.qrels if query not in queries),
        "Judgements of queries that nobody asks; they count as missed. Add the queries or delete "
        "the judgements.",
    )
    documents = contents.documents.keys() | flawed
    judged = dict.fromkeys(d for grades in contents.qrels.values() for d in grades)
    yield from _finding(
        "error",
        "unknown-document",
        (document for document in judged if document not in documents),
        "Judged documents that the corpus lacks, so that no system can find them. Add the "
        "documents or delete the judgements.",
    )


def _empty(contents: Contents) -> Iterator[Finding]:
    blank = [document for document, text in contents.documents.items() if is_blank(text.body)]
    yield from _finding(
        "error",
        "empty-query",
        (line.query.id for line in contents.lines if is_blank(line.query.text)),
        "Queries without text; delete them.",
    )
    yield from _finding(
        "error",
        "empty-document",
        (*(flaw.id for flaw in contents.flaws if flaw.code == "empty-document"), *blank),
        "Documents without text, which nothing can find; delete them and their judgements.",
    )


def _duplicates(contents: Contents) -> Iterator[Finding]:
    same = groups_of_equals(contents.query_words)
    yield from _finding(
        "warning",
        "duplicate-query-text",
        map(_joined, same),
        "The same question under several ids weighs more than others; keep one.",
    )
    yield from _finding(
        "warning",
        "same-text-judged-differently",
        (
            _joined(group)
            for group in same
            if len({frozenset(contents.relevant.get(query, ())) for query in group}) > 1
        ),
        "The same question with different answers: no system can get both right. Judge them alike.",
    )
    yield from _finding(
        "warning",
        "duplicate-document-text",
        map(_joined, groups_of_equals(contents.body_words)),
        "Documents with the same text: if only one is judged relevant, finding the other counts as "
        "wrong. Keep one, or judge them alike.",
    )
    yield from _finding(
        "warning",
        "near-duplicate-document",
        map(_joined, near_pairs(contents.body_words)),
        "Documents that are nearly word for word the same; see that they are judged alike.",
    )


def _leaks(contents: Contents) -> Iterator[Finding]:
    titles = {identifier: words(text.title) for identifier, text in contents.documents.items()}

    def leaks(query: str, document: str) -> bool:
        asked, title = contents.query_words[query], titles.get(document, ())
        if not title or asked == title:
            return bool(title)
        if contents.body_words[document][: len(title)] == title:
            return False  # made up from the text's first words
        size = word_count(title)
        most = size >= _TELLING_PAIR and size >= _TELLING_SHARE * word_count(asked)
        return (most or size >= _TELLING_WORDS) and contains(asked, title)

    yield from _finding(
        "warning",
        "title-leak",
        (
            query
            for query, documents in contents.relevant.items()
            if any(leaks(query, document) for document in documents)
        ),
        "Queries that repeat a relevant document's title word for word (its opening, where it has "
        "none), which any system finds; put them in other words.",
    )


def _grades(contents: Contents) -> Iterator[Finding]:
    yield from _finding(
        "warning",
        "only-irrelevant",
        (
            line.query.id
            for line in contents.lines
            if contents.qrels.get(line.query.id) and line.query.id not in contents.relevant
        ),
        "Queries for which only irrelevant documents are judged: they count as having no answer. "
        "Judge what is relevant, or delete the judgements if nothing is.",
    )
    yield from _finding(
        "warning",
        "negative-grade",
        _graded(contents.qrels, lambda grade: grade < 0),
        "Grades below 0 (`query document`); they count as 0.",
    )
    yield from _finding(
        "warning",
        "odd-grade",
        _graded(contents.qrels, lambda grade: grade > _HIGHEST_GRADE),
        f"Grades above {_HIGHEST_GRADE} (`query document`): nDCG takes a grade as gain, so these "
        "outweigh all others. Is the column a grade?",
    )


def _graded(qrels: Qrels, odd: Callable[[int], bool]) -> Iterator[str]:
    return (f"{q} {d}" for q, grades in qrels.items() for d, grade in grades.items() if odd(grade))


def _answerability(contents: Contents) -> Iterator[Finding]:
    yield from _finding(
        "error",
        "unanswerable-with-judgements",
        (
            line.query.id
            for line in contents.lines
            if line.must_abstain and line.query.id in contents.relevant
        ),
        "Queries that are said to have no answer, and have a relevant document; correct one.",
    )
    yield from _finding(
        "warning",
        "answerable-without-judgements",
        (
            line.query.id
            for line in contents.lines
            if line.must_abstain is False and line.query.id not in contents.relevant
        ),
        "Queries that are said to have an answer, and have no relevant document: they count as "
        "unanswerable. Judge what is relevant.",
    )
    yield from _finding(
        "warning",
        "unreachable",
        _unreachable(contents),
        "Queries whose relevant documents the one who asks may not read; correct the query's role "
        "or the documents' audience.",
    )
    yield from _finding(
        "warning",
        "answer-not-in-document",
        _answers_elsewhere(contents),
        "Queries whose answer text stands in none of their relevant documents; quote the document.",
    )


def _unreachable(contents: Contents) -> Iterator[str]:
    for line in contents.lines:
        documents = contents.relevant.get(line.query.id, ())
        places = {contents.documents[d].collection for d in documents if d in contents.documents}
        if places and places.isdisjoint(COLLECTIONS_OF_ROLE[line.query.role]):
            yield line.query.id


def _answers_elsewhere(contents: Contents) -> Iterator[str]:
    for line in contents.lines:
        relevant = contents.relevant.get(line.query.id, ())
        bodies = [contents.body_words[d] for d in relevant if d in contents.documents]
        answers = [words(answer) for answer in line.query.answers]
        if not (answers and bodies):
            continue
        if not any(contains(body, answer) for body in bodies for answer in answers):
            yield line.query.id


_CHECKS: tuple[Callable[[Contents], Iterator[Finding]], ...] = (
    _flaws, _missing_parts, _dangling, _empty, _duplicates, _leaks, _grades, _answerability,
)  # fmt: skip


# ── A run against the judgements ─────────────────────────────────────────────────────────────


def _run_findings(run: TrecRun, pool: Pool, contents: Contents) -> Iterator[Finding]:
    queries = {line.query.id for line in contents.lines}
    yield from _finding(
        "error",
        "run-of-unknown-queries",
        (query for query in run.scores if query not in queries),
        "The run answers queries that this dataset does not ask; is it a run on this dataset?",
    )
    listed = dict.fromkeys(d for documents in run.scores.values() for d in documents)
    yield from _finding(
        "error",
        "run-of-unknown-documents",
        (document for document in listed if document not in contents.documents),
        "The run lists documents that the corpus lacks; is it a run on this dataset?",
    )
    yield from _finding(
        "warning",
        "run-ranks-contradict-scores",
        run.misranked,
        "The run's ranks and scores tell different orders; the scores count. Are they distances?",
    )
    yield from _finding(
        "note",
        "run-misses-queries",
        pool.missing,
        "The run lists nothing for these judged queries; they score 0.",
    )
    share = f"Judged@10 is {pool.judged_share}. " if pool.judged_share is not None else ""
    if pool.shallow:
        advice = "Most queries have one judged document, so unjudged hits are the rule here."
    else:
        advice = "They count as wrong; judge them before believing a small difference."
    yield from _finding(
        "note" if pool.shallow else "warning",
        "unjudged-first-hit",
        pool.first_unjudged,
        f"Queries whose first hit nobody has judged. {share}{advice}",
    )


def _finding(severity: Severity, code: str, ids: Iterable[str], message: str) -> Iterator[Finding]:
    """The finding, if there are any ids."""
    listed = list(ids)
    if listed:
        yield Finding(severity, code, len(listed), tuple(listed[:SHOWN]), message)


def _joined(twins: Sequence[str]) -> str:
    return " = ".join(twins)
