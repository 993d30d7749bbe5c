"""The most used macro: replies that were sent again and again, ranked by how often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from eval.replay.baselines import MOST_USED, by_language
from eval.replay.systems import DEPTH, Offer, System, document_offer, without_frame
from kb.collection import Collection
from kb.embedder import Vectors
from kb.models import IndexedDocument
from kb.snapshot import Snapshot
from kb.text import analyse, language_of

SAME_WORDS = 0.7
"""Jaccard similarity of words from which two replies are one, sent again."""
_SAME_DIRECTION = 0.8
"""Cosine below which two replies cannot have so many words in common; saves comparing them."""
_ROWS = 512

Words = frozenset[str]


@dataclass
class UsedReplies:
    """Remembers the words of replies from one snapshot to the next."""

    _words: dict[str, Words] = field(default_factory=dict)

    def baseline(self, snapshot: Snapshot) -> dict[str, System]:
        """What was replied most often in the ticket's language, macros among it."""
        tickets = snapshot.collections["tickets"]
        internal = snapshot.collections["internal"].all_documents()
        macros = by_language([document for document in internal if document.kind == "macro"])
        replies = by_language(tickets.all_documents())
        offers = {
            language: self._ranked(tickets, replies.get(language, []), macros.get(language, []))
            for language in {*replies, *macros}
        }
        return {MOST_USED: lambda ticket: offers.get(language_of(ticket.locale), [])}

    def _ranked(
        self,
        tickets: Collection,
        replies: Sequence[IndexedDocument],
        macros: Sequence[IndexedDocument],
    ) -> list[Offer]:
        words = [self._words_of(reply) for reply in replies]
        found = [(len(group), replies[first]) for first, group in _groups(tickets, replies, words)]
        for macro in macros:
            own = self._words_of(macro)
            found.append((sum(is_same(own, other) for other in words), macro))
        found.sort(key=lambda item: (-item[0], item[1].kind, item[1].id))
        return [document_offer(document) for _, document in found[:DEPTH]]

    def _words_of(self, document: IndexedDocument) -> Words:
        text = without_frame(document.body)
        if text not in self._words:
            found = analyse(text, document.locale)
            self._words[text] = frozenset(term.text for term in found)
        return self._words[text]


def is_same(left: Words, right: Words) -> bool:
    union = len(left | right)
    return bool(union) and len(left & right) / union >= SAME_WORDS


def _groups(
    tickets: Collection, replies: Sequence[IndexedDocument], words: Sequence[Words]
) -> Iterator[tuple[int, set[int]]]:
    """The largest groups of near-identical replies: the place of the one most others are like,
    and those of all of them; no reply is in two."""
    like: list[set[int]] = [{place} for place in range(len(replies))]
    for left, right in _near(_reply_vectors(tickets, replies)):
        if is_same(words[left], words[right]):
            like[left].add(right)
            like[right].add(left)
    taken: set[int] = set()
    for _ in range(min(DEPTH, len(replies))):
        free = [place for place in range(len(replies)) if place not in taken]
        if not free:
            return
        first = max(free, key=lambda place: (len(like[place] - taken), -place))
        group = like[first] - taken
        taken |= group
        yield first, group


def _reply_vectors(tickets: Collection, replies: Sequence[IndexedDocument]) -> Vectors:
    """Of the first passage of each reply, shape (replies, dimension)."""
    passages = np.flatnonzero(tickets.replies)
    documents, first = np.unique(tickets.document_of[passages], return_index=True)
    passage_of = dict(zip(documents.tolist(), passages[first].tolist(), strict=True))
    ordinals = [tickets.ordinal_of(reply.id) for reply in replies]
    return tickets.dense.vectors([passage_of[o] for o in ordinals if o is not None])


def _near(vectors: Vectors) -> Iterator[tuple[int, int]]:
    """Pairs of rows, each once, that are close enough to be compared word by word."""
    for start in range(0, len(vectors), _ROWS):
        cosines = vectors[start : start + _ROWS] @ vectors[start:].T
        rows: NDArray[np.int64]
        rows, columns = np.nonzero(cosines >= _SAME_DIRECTION)
        later = columns > rows
        yield from zip(
            (rows[later] + start).tolist(), (columns[later] + start).tolist(), strict=True
        )
