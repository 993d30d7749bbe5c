"""A parts shop whose questions are made so that one knows what helps: words, or meaning.

By code: "kx3 filter", answered by the one page with that code. Vectors say nothing about it.
By topic: in other words than the page's, along with the codes of another page. Vectors know.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from eval.datasets import Dataset
from eval.tune import is_training
from kb.embedder import Vectors
from tests.eval.tiny import write_dataset
from tests.fakes import BagOfWordsEmbedder

PARTS = 40
CODES = [tuple(f"{a}x{b}z" for a in "klm") for b in range(PARTS)]
"""Three words per page that no other page has."""
CORPUS = [
    {"_id": f"part-{n}", "title": f"part {n}", "lang": "en", "text": f"Filter {' '.join(codes)}."}
    for n, codes in enumerate(CODES)
] + [
    {"_id": f"topic-{n}", "title": f"page {n}", "lang": "en", "text": f"We tell{n}x."}
    for n in range(PARTS)
]


class TopicEmbedder(BagOfWordsEmbedder):
    """Knows that ask7x and tell7x are one topic; all else in a text is noise to it."""

    def _vector(self, text: str) -> Vectors:
        topic = re.search(r"(?:ask|tell)(\d+)x", text)
        parts = [text] if topic is None else [text, topic[1]]
        total = np.sum([_direction(part) for part in parts], axis=0)
        return np.asarray(total / np.linalg.norm(total), np.float32)


def _direction(text: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return np.asarray(np.random.default_rng(seed).standard_normal(BagOfWordsEmbedder.dimension))


def training(prefix: str, count: int) -> list[str]:
    """The first ids that train."""
    return _ids(prefix, count, True)


def held_out(prefix: str, count: int) -> list[str]:
    """The first ids that are held out."""
    return _ids(prefix, count, False)


def _ids(prefix: str, count: int, side: bool) -> list[str]:
    found = (f"{prefix}-{n}" for n in range(1000) if is_training(f"{prefix}-{n}") is side)
    return [next(found) for _ in range(count)]


def shop(folder: Path, by_code: Iterable[str], by_topic: Iterable[str] = ()) -> Dataset:
    """The shop with queries of these ids."""
    queries: list[dict[str, Any]] = []
    qrels: list[tuple[str, str, int]] = []
    for n, identifier in enumerate(by_code):
        part = n % PARTS
        queries.append({"_id": identifier, "text": f"{CODES[part][n % 3]} filter"})
        qrels.append((identifier, f"part-{part}", 1))
    for n, identifier in enumerate(by_topic):
        text = f"ask{n}x {' '.join(CODES[n])}"
        queries.append({"_id": identifier, "text": text, "metadata": {"slice": "topic"}})
        qrels.append((identifier, f"topic-{n}", 1))
    return write_dataset(folder, CORPUS, queries, qrels)
