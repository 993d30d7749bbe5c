"""What every source yields."""

from __future__ import annotations

from dataclasses import dataclass

from kb.models import Document


@dataclass(frozen=True)
class SourceDocument:
    document: Document
    origin: str
    """File (and line) it came from, for messages."""


@dataclass(frozen=True)
class Problem:
    """A document that was skipped, and why, in words for its author."""

    origin: str
    reason: str


Item = SourceDocument | Problem
