"""What a dataset's articles and questions are about.

A *subject* is what one article (all its language versions) is about. Articles that are relevant to
exactly the same questions are one subject: hiding one of them would hide nothing.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from eval.datasets import load_dataset
from eval.reading import read_lines
from indexer.sources.jsonl import to_document
from kb.authoring.reading import describe
from kb.errors import InvalidInput
from kb.models import Article
from kb.text import clean, detect_language, language_of

CHARS = 300
"""Of a question: people do not type whole letters into a search box."""


@dataclass(frozen=True)
class Asked:
    """A question and what it is about."""

    text: str
    language: str
    subjects: frozenset[str]
    """Empty for nonsense, and for questions that no article answers."""


@dataclass(frozen=True)
class Subjects:
    """A dataset by subject."""

    name: str
    articles: Mapping[str, Sequence[Article]]
    """By subject; those that no question is about are a subject each."""
    asked: Sequence[Asked]

    def asked_about(self) -> Counter[str]:
        """How many questions are about a subject and nothing else."""
        return Counter(next(iter(q.subjects)) for q in self.asked if len(q.subjects) == 1)


def load_subjects(path: Path, languages: Sequence[str], default_locale: str) -> Subjects:
    """Read a labelled dataset; questions of staff are left out.

    Raises:
        InvalidInput: it is no dataset, or its corpus is no JSON Lines file of articles.
    """
    dataset = load_dataset(path)
    articles = list(_articles(dataset.corpus))
    group_of = {article.id: article.group for article in articles}
    queries = [query for query in dataset.queries if query.role == "customer"]
    about = {
        query.id: frozenset(
            group_of[document]
            for document, grade in dataset.qrels.get(query.id, {}).items()
            if grade > 0 and document in group_of
        )
        for query in queries
    }
    subject_of = _subjects(about)
    by_subject: dict[str, list[Article]] = {}
    for article in articles:
        by_subject.setdefault(subject_of.get(article.group, article.group), []).append(article)
    asked = []
    for query in queries:
        text = clean(query.text).strip()[:CHARS]
        stated = language_of(query.locale or default_locale)
        language = detect_language(text, languages, stated)
        subjects = frozenset(subject_of[group] for group in about[query.id])
        asked.append(Asked(text, language, subjects))
    return Subjects(path.parent.name if path.name == "golden" else path.name, by_subject, asked)


def hidden_subjects(subjects: Subjects, count: int, least: int, seed: int) -> frozenset[str]:
    """Some subjects at random that at least so many questions are about.

    Raises:
        InvalidInput: there are not enough.
    """
    asked = subjects.asked_about()
    fit = sorted(name for name, questions in asked.items() if questions >= least)
    if len(fit) < 2 * count:
        raise InvalidInput(
            f"{subjects.name} has {len(fit)} subjects with at least {least} questions about "
            f"nothing else; to hide {count}, it needs {2 * count}."
        )
    return frozenset(random.Random(seed).sample(fit, count))


def _subjects(about: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Group to subject: the first of all groups that are relevant to the same questions."""
    questions: dict[str, set[str]] = {}
    for query, groups in about.items():
        for group in groups:
            questions.setdefault(group, set()).add(query)
    same: dict[frozenset[str], str] = {}
    return {
        group: same.setdefault(frozenset(questions[group]), group) for group in sorted(questions)
    }


def _articles(corpus: Path) -> Iterator[Article]:
    """What `kb index` would read; undated, as simulated visitors come whenever they like."""
    for number, line in read_lines(corpus):
        try:
            document = to_document(json.loads(line))
        except ValidationError as error:
            raise InvalidInput(f"{corpus}:{number} is no article: {describe(error)}.") from error
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
            raise InvalidInput(f"{corpus}:{number} is no article: {reason}.") from error
        if isinstance(document, Article) and document.body.strip() and not document.draft:
            yield document.model_copy(update={"updated": None})
