"""What one run of the indexer did, and how it tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from indexer.sources import Problem
from kb.store import Changes

StageProgress = Callable[[str, int, int], None]
"""Called with (stage, done, total); total 0 means unknown."""


@dataclass
class IndexReport:
    """What one run did; `--json` prints it."""

    changes: Changes = field(default_factory=Changes)
    problems: list[Problem] = field(default_factory=list)
    generation: int = 0
    published: bool = False
    documents: int = 0
    passages: int = 0
    passages_embedded: int = 0
    passages_cached: int = 0
    seconds: float = 0.0
    embedding_seconds: float = 0.0
    """Wall time of computing vectors."""
    embedder_seconds: float = 0.0
    """The same, with loading the model and counting tokens."""

    def as_dict(self) -> dict[str, Any]:
        rate = self.passages_embedded / self.embedding_seconds if self.embedding_seconds else 0.0
        wall = self.seconds or 1.0
        return asdict(self) | {
            "embedding_share": round(self.embedding_seconds / wall, 4),
            "embedder_share": round(self.embedder_seconds / wall, 4),
            "passages_per_second": round(rate, 1),
        }
