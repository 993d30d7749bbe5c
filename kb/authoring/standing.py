"""Whether readers find an article as it is in the folder: compared, not remembered.

draft     nobody finds it, and nobody shall
live      who may see it finds it as it is
pending   it is stored, and not yet (or still) in the published snapshot
unstored  the file says something else than the store: it was changed by other means
failed    the last attempt to publish failed
broken    the file is no article
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kb.authoring.listing import Listed
from kb.errors import NotFound, OperationalError
from kb.models import Article, IndexedDocument, Model
from kb.service import KnowledgeBase
from kb.store import Store

State = Literal["draft", "live", "pending", "unstored", "failed", "broken"]


class Standing(Model):
    state: State
    generation: int | None = None
    """Of the snapshot that was looked at."""
    reason: str = ""
    """Of a failure, for a person."""
    found_now: bool = False
    """Readers find a version of it, be it an older one."""


def standing_of(
    article: Article,
    stored: Article | None,
    indexed: IndexedDocument | None,
    generation: int | None,
    problem: str = "",
) -> Standing:
    """How an article stands.

    Args:
        stored: what the store has under its id.
        indexed: what the snapshot has under its id.
        problem: why the last attempt to publish failed; empty: it did not.
    """
    there = indexed is not None
    as_wanted = not there if article.draft else bool(indexed and is_same(article, indexed))
    if stored != article:
        state: State = "unstored"
    elif as_wanted:
        state = "draft" if article.draft else "live"
    else:
        state = "failed" if problem else "pending"
    reason = problem if state == "failed" else ""
    return Standing(state=state, generation=generation, reason=reason, found_now=there)


def is_same(article: Article, indexed: IndexedDocument) -> bool:
    """Whether the snapshot's document is this article, word for word."""
    names = ("id", "group", "collection", "locale", "title", "body", "url", "section", "updated")
    return article.tags == indexed.tags and all(
        getattr(article, name) == getattr(indexed, name) for name in names
    )


class Standings:
    """How files stand with the store and the published snapshot. Thread-safe."""

    def __init__(self, store: Store, knowledge_base: KnowledgeBase) -> None:
        self._store, self._knowledge_base = store, knowledge_base

    def of(self, listed: Sequence[Listed], problem: str = "") -> list[Standing]:
        """How each file stands, in order.

        Args:
            problem: why the last attempt to publish failed; empty: it did not.
        """
        ids = [one.article.id for one in listed if one.article]
        stored = {s.document.id: s.document for s in self._store.documents.some(ids)}
        generation = self._generation()
        found = []
        for one in listed:
            if one.article is None:
                found.append(Standing(state="broken", generation=generation))
                continue
            held = stored.get(one.article.id)
            kept = held if isinstance(held, Article) else None
            indexed = self._indexed(one.article.id) if generation is not None else None
            found.append(standing_of(one.article, kept, indexed, generation, problem))
        return found

    def _generation(self) -> int | None:
        try:
            return self._knowledge_base.generation
        except OperationalError:
            return None

    def _indexed(self, identifier: str) -> IndexedDocument | None:
        try:
            return self._knowledge_base.article(identifier, role="writer")
        except NotFound:
            return None
