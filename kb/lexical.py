"""Words: build, open and score. The only module that imports whoosh.

Whoosh holds the inverted index and answers fuzzy look-ups. The same postings are compiled once, at
build time, into arrays of BM25F impacts (one number per term and passage), because scoring a
natural-language query in pure Python takes 272 ms at 100k passages and adding up arrays takes a
few. Tests prove that both agree. An index can be derived from an earlier one by what changed.

BM25F after Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009):
    tf'(t,p)  = Σ_f w_f · tf_f(t,p) / (1 - b + b · len_f(p) / avglen_f)
    impact    = idf(t) · tf' · (k1 + 1) / (k1 + tf'),   idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5))
so `(k1 + 1) · idf(t)` bounds what a term can contribute, and the sum over a query's terms bounds
its score. Scores are reported as a share of that bound: 1 would be a perfect match of every term,
and a query whose weighty terms do not occur at all stays near 0, whatever its other terms find.
kb.lexical_query says what counts for a word that is not there, or has synonyms.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, index
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.reading import IndexReader
from whoosh.writing import IndexWriter

from kb.errors import SnapshotCorrupt
from kb.expansion import Expansion
from kb.lexical_query import K1, Choice, LexicalQuery, Vocabulary, is_han
from kb.postings import FIELDS, Passage, Postings

Scores = NDArray[np.float32]

FIELD_WEIGHTS = dict(zip(FIELDS, (2.0, 1.0), strict=True))
B = 0.75
_FUZZY_FIELD = "body"
"""Words of titles stand in some body, too, and a look-up costs milliseconds."""
_WHOOSH_FOLDER = "whoosh"
_MIN_FUZZY_LENGTH = 5
_REMEMBERED = 1024
"""Resolved queries kept: one search asks several times."""
_COMMON = 0.15
"""Words in more than this share of the passages tell nothing about one of them."""


class LexicalIndex:
    """Impacts by passage ordinal, and the Whoosh index they came from."""

    def __init__(self, folder: Path) -> None:
        """Open a folder written by `build`. Whoosh unpickles: verify the files first."""
        self._folder = folder
        try:
            self._indptr = np.load(folder / "indptr.npy", mmap_mode="r")
            self._ordinals = np.load(folder / "ordinals.npy", mmap_mode="r")
            self._impacts = np.load(folder / "impacts.npy", mmap_mode="r")
            self._idf = np.load(folder / "idf.npy")
            self._terms = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")
            self._size = int(np.load(folder / "size.npy"))
        except (OSError, ValueError, EOFError) as error:
            raise SnapshotCorrupt(f"The lexical index {folder} cannot be read: {error}.") from error
        self._rows = {term: row for row, term in enumerate(self._terms) if term}
        self._local = threading.local()
        vocabulary = Vocabulary(self._rows, self._idf, self._size, self.similar)
        self._remembered = lru_cache(_REMEMBERED)(vocabulary.resolve)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, term: str) -> bool:
        return term in self._rows

    @staticmethod
    def build(passages: Iterable[Passage], folder: Path) -> None:
        """Write the index of (title terms, body terms) pairs, in ordinal order."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _WHOOSH_FOLDER).mkdir()
        writer = index.create_in(str(folder / _WHOOSH_FOLDER), _schema()).writer(
            limitmb=256, procs=1
        )
        postings = Postings.of(_added_to(writer, passages))
        # One process, one big commit, one segment.
        writer.commit(optimize=True)
        _compile(postings, folder)

    @staticmethod
    def derive(
        earlier: Path,
        kept: NDArray[np.int64],
        added: Sequence[Passage],
        places: NDArray[np.int64],
        folder: Path,
    ) -> None:
        """Write the index that `build` would, from an earlier one and what changed.

        Scores are the same to the bit; Whoosh keeps words of passages that went until the next
        `build`, which no look-up gives back.

        Args:
            earlier: folder of an index; stays as it is.
            kept, places: see `Postings.replaced`.

        Raises:
            OSError, ValueError: the earlier index cannot be read.
        """
        postings = Postings.load(earlier)
        # Whoosh never writes to a segment again, so two generations may share its file.
        shutil.copytree(
            earlier / _WHOOSH_FOLDER, folder / _WHOOSH_FOLDER, copy_function=link_or_copy
        )
        writer = index.open_dir(str(folder / _WHOOSH_FOLDER)).writer(limitmb=64, procs=1)
        fresh = Postings.of(_added_to(writer, added))
        writer.commit()  # merges small segments, so that their number grows with the logarithm
        _compile(postings.replaced(kept, fresh, places), folder)

    @staticmethod
    def passages_in_whoosh(folder: Path) -> int:
        """How many passages Whoosh holds: those of the index, and those that went since `build`."""
        whoosh = index.open_dir(str(folder / _WHOOSH_FOLDER), readonly=True)
        return int(whoosh.doc_count_all())

    def resolve(self, terms: Sequence[str], expansions: tuple[Expansion, ...] = ()) -> LexicalQuery:
        """Find the query's terms in the vocabulary; remembered for the next caller.

        A term that is not there is tried as two words written together (`گذرواژه`), then as a
        misspelling; neighbours that are there as one word (`wi fi`) count too.

        Args:
            expansions: what some of the terms may be called instead.
        """
        return self._remembered(tuple(terms), expansions)

    def telling(self, query: LexicalQuery, population: int) -> set[str]:
        """The query's words (as found here) worth pointing at: not those every text has.

        Args:
            population: passages that could hold them, e.g. those in the query's language.

        Returns:
            Terms in at most a share of the population; all, if there is no such term.
        """
        most = max(1.0, population * _COMMON)
        frequency = {
            self._terms[row]: int(self._indptr[row + 1] - self._indptr[row])
            for row in query.all_rows()
        }
        return {term for term, count in frequency.items() if count <= most} or set(frequency)

    def score_all(self, query: LexicalQuery) -> Scores:
        """Score of every passage as a share of the query's bound, shape (n,), in [0, 1]."""
        scores = np.zeros(self._size, np.float32)
        if query.bound <= 0:
            return scores
        self._add(scores, query.rows, query.weights)
        for choice in query.choices:
            scores += self._best_of(choice)
        return np.asarray(np.minimum(scores / np.float32(query.bound), 1.0), np.float32)

    def _add(self, scores: Scores, rows: Sequence[int], weights: Sequence[float]) -> None:
        for row, weight in zip(rows, weights, strict=True):
            start, end = int(self._indptr[row]), int(self._indptr[row + 1])
            # A passage occurs once per row, so in-place fancy addition is safe.
            scores[self._ordinals[start:end]] += self._impacts[start:end] * np.float32(weight)

    def _best_of(self, choice: Choice) -> Scores:
        """What some terms earn in every passage, by themselves or by a synonym."""
        best = np.zeros(self._size, np.float32)
        self._add(best, choice.rows, choice.weights)
        for alternative in choice.alternatives:
            found = np.zeros(self._size, np.float32)
            self._add(found, alternative.counted, [alternative.weight] * len(alternative.counted))
            if len(alternative.rows) > 1:
                found[~self._with_all(alternative.rows)] = 0
            np.maximum(best, found, out=best)
        return best

    def passages_with(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """Which passages hold all of the terms, by ordinal; of no terms, none."""
        rows = [self._rows.get(term, -1) for term in terms]
        if not rows or -1 in rows:
            return np.zeros(self._size, np.bool_)
        return self._with_all(tuple(set(rows)))

    def _with_all(self, rows: Sequence[int]) -> NDArray[np.bool_]:
        """Which passages hold all of some terms."""
        count = np.zeros(self._size, np.int32)
        for row in rows:
            count[self._ordinals[int(self._indptr[row]) : int(self._indptr[row + 1])]] += 1
        return np.asarray(count == len(rows), np.bool_)

    def similar(self, term: str) -> str | None:
        """The most frequent known term one edit away (first letter kept), if there is one."""
        if len(term) < _MIN_FUZZY_LENGTH or not term.isalpha() or is_han(term):
            return None
        found = {
            candidate.decode() if isinstance(candidate, bytes) else candidate
            for candidate in self._reader.terms_within(_FUZZY_FIELD, term, 1, prefix=1)
        }
        known = [candidate for candidate in found if candidate in self._rows]
        return min(known, key=lambda t: (float(self._idf[self._rows[t]]), t), default=None)

    @property
    def _reader(self) -> IndexReader:
        """One Whoosh reader per thread: they share no state."""
        if not hasattr(self._local, "reader"):
            self._local.reader = self._whoosh.reader()  # type: ignore[no-untyped-call]
        reader: IndexReader = self._local.reader
        return reader

    @cached_property
    def _whoosh(self) -> index.FileIndex:
        return index.open_dir(str(self._folder / _WHOOSH_FOLDER), readonly=True)


def _schema() -> fields.Schema:
    # Analysis happened before: terms arrive joined by spaces.
    words = SpaceSeparatedTokenizer()
    return fields.Schema(
        **{name: fields.TEXT(analyzer=words, phrase=False) for name in FIELD_WEIGHTS}
    )


def _added_to(writer: IndexWriter, passages: Iterable[Passage]) -> Iterator[Passage]:
    for title, body in passages:
        writer.add_document(title=" ".join(title), body=" ".join(body))
        yield title, body


def _compile(postings: Postings, folder: Path) -> None:
    """Write the postings and their impacts, by the module's formula."""
    size, containing = postings.size, postings.frequencies
    frequency = np.zeros(len(postings.ordinals))
    for counts, length, weight in zip(
        postings.counts, postings.lengths, FIELD_WEIGHTS.values(), strict=True
    ):
        mean = max(float(length.sum()) / max(size, 1), 1e-9)
        norm = 1 - B + B * length / mean
        frequency += weight * counts / norm[postings.ordinals]
    idf = np.log(1 + (size - containing + 0.5) / (containing + 0.5))
    impacts = np.repeat(idf, containing) * frequency * (K1 + 1) / (K1 + frequency)
    postings.save(folder)
    np.save(folder / "idf.npy", idf.astype(np.float32))
    np.save(folder / "size.npy", np.int64(size))
    np.save(folder / "impacts.npy", impacts.astype(np.float32))


def link_or_copy(source: str, target: str) -> None:
    """Generations are immutable, so they may share files."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
