"""What the help center finds for each question now, remembered between reports.

Looking a question up costs milliseconds and a log has tens of thousands, so what was found is kept
as long as the help articles, the parameters and the synonyms are the same, and vectors as long as
the model is (kb.gaps.remembered).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kb.embedder import Vectors
from kb.embedder.cached import embed_queries
from kb.gaps.missing.coverage import Found
from kb.gaps.missing.questions import Question
from kb.gaps.remembered import QuestionCache
from kb.ranker import Candidate
from kb.service import Held, KnowledgeBase

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total)."""

_FORMAT = "1"
"""Of what is kept of a look-up."""
_BATCH = 500
_EMBEDDED_CHARS = 1000


@dataclass(frozen=True)
class Probed:
    """Questions as one generation answers them; n questions."""

    found: list[Found]
    vectors: Vectors
    """Centred unit vectors, shape (n, dimension)."""
    unrelated: float
    """Mean cosine between unrelated texts."""
    spread: float


def probe(
    questions: Sequence[Question],
    knowledge_base: KnowledgeBase,
    held: Held,
    cache: QuestionCache,
    progress: Progress,
) -> Probed:
    """Embed and look up what is not known yet.

    Raises:
        OperationalError: the embedding model cannot be loaded.
    """
    texts = [question.text[:_EMBEDDED_CHARS] for question in questions]
    raw = embed_queries(
        texts,
        knowledge_base.embedder,
        cache.vectors,
        lambda done, total: progress("embed questions", done, total),
    )
    space = _space(knowledge_base, held)
    cache.keep_only(space)
    known = cache.found(space, [question.key for question in questions])
    missing = [n for n, question in enumerate(questions) if question.key not in known]
    for start in range(0, len(missing), _BATCH):
        fresh = {
            questions[n].key: _found(questions[n], raw[n], knowledge_base, held)
            for n in missing[start : start + _BATCH]
        }
        cache.remember_found(space, fresh)
        known |= fresh
        progress("look up", start + len(fresh), len(missing))
    centring = held.snapshot.centring
    centred = [
        centring.query(vector, question.language)
        for vector, question in zip(raw, questions, strict=True)
    ]
    dimension = knowledge_base.embedder.dimension
    return Probed(
        found=[known[question.key] for question in questions],
        vectors=np.stack(centred) if centred else np.zeros((0, dimension), np.float32),
        unrelated=centring.unrelated,
        spread=centring.spread,
    )


def _found(question: Question, vector: Vectors, kb: KnowledgeBase, held: Held) -> Found:
    retrieval = held.look_up(question.text[:_EMBEDDED_CHARS], question.language, vector)
    groups = retrieval.groups()
    if not groups:
        return Found(0.0, "", "", "")
    best: Candidate = groups[0].versions[0]
    return Found(
        confidence=kb.confidence_of(retrieval, best),
        article=best.document_id,
        group=best.group,
        locale=best.locale,
    )


def _space(kb: KnowledgeBase, held: Held) -> str:
    """Equal where the same question finds the same."""
    record = held.snapshot.manifest.collections.get("help")
    told = [
        _FORMAT,
        record.content_hash if record else "",
        kb.parameters.model_dump_json(),
        kb.embedder.fingerprint,
        str(kb.settings.candidates),
        held.stamp,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
