"""Takes out of a vector what only says in which language, and in which role, a text was written.

A multilingual model's vectors of one language lie close together whatever they are about, so a
question is nearer to anything in its own language than to its answer in another, and all cosines
crowd into a narrow band. The mean vector of a language says just that, so most of it is subtracted:

    c(v) = unit(v - SHARE · m),   m = mean vector of many unrelated texts of that language and role

(language centroids after Libovický, Rosa and Fraser, "On the Language Neutrality of Pre-trained
Multilingual Representations", 2020). The means come from texts of our own, the probes: the same
everyday questions and passages about everything, in many languages. They do not depend on what is
indexed, so a passage's vector stays the same whatever else is published, and cosines of centred
vectors mean the same in every collection; docs/decisions/0006 has the measurements.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from kb.embedder.base import Embedder, Vectors, unit

SHARE = 0.8
"""Of the mean. All of it would also take away what an unusual text has in common with others;
between 0.7 and 0.9 the measures hardly move."""
_FOLDER = "probes"


@dataclass(frozen=True)
class Centring:
    """Means by language, and what cosines of centred vectors are compared with."""

    languages: tuple[str, ...]
    queries: Vectors
    """Mean query vector per language, shape (n, dimension)."""
    passages: Vectors
    """Mean passage vector per language, shape (n, dimension)."""
    unrelated: float
    """Mean cosine between questions and passages that have nothing to do with each other."""
    spread: float
    """Standard deviation of those cosines: the unit in which cosines are compared."""

    def query(self, vector: Vectors, language: str) -> Vectors:
        """Centre one query vector, shape (dimension,)."""
        return np.asarray(_without(self._mean(self.queries, language), vector[None])[0])

    def passage(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """Centre passage vectors, shape (n, dimension), each in its language."""
        if not len(vectors):
            return vectors
        means = {language: self._mean(self.passages, language) for language in set(languages)}
        return _without(np.stack([means[language] for language in languages]), vectors)

    def _mean(self, means: Vectors, language: str) -> Vectors:
        """A language that has no probes is taken for the average one."""
        if language in self.languages:
            return np.asarray(means[self.languages.index(language)])
        return np.asarray(means.mean(axis=0), np.float32)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            path,
            languages=np.array(self.languages),
            queries=self.queries,
            passages=self.passages,
            scale=np.array([self.unrelated, self.spread]),
        )

    @classmethod
    def load(cls, path: Path) -> Centring:
        """Read a file written by `save`.

        Raises:
            OSError, ValueError: it cannot be read or is no such file.
        """
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                unrelated, spread = (float(number) for number in file["scale"])
                languages = tuple(str(language) for language in file["languages"])
                return cls(languages, file["queries"], file["passages"], unrelated, spread)
        except (KeyError, BadZipFile, EOFError) as error:
            raise ValueError(f"{path} holds no language means ({error!r})") from error


def measure(embedder: Embedder, languages: Sequence[str]) -> Centring:
    """Embed the probes of `languages` (all there are, if none of these has any)."""
    known = [language for language in dict.fromkeys(languages) if language in probe_languages()]
    chosen = tuple(known or probe_languages())
    probes = [_probes(language) for language in chosen]
    questions = [embedder.embed_queries(questions) for questions, _ in probes]
    passages = [embedder.embed_passages(passages) for _, passages in probes]
    asked, said = (
        np.stack([vectors.mean(axis=0) for vectors in side]) for side in (questions, passages)
    )
    cosines = np.concatenate(
        [
            (_without(asked[n], questions[n]) @ _without(said[n], passages[n]).T).ravel()
            for n in range(len(chosen))
        ]
    )
    return Centring(chosen, asked, said, float(cosines.mean()), max(float(cosines.std()), 1e-6))


def measured(embedder: Embedder, languages: Sequence[str], cache_dir: Path) -> Centring:
    """`measure`, remembered in `cache_dir` by embedder, probes and languages."""
    key = hashlib.sha256(
        json.dumps([embedder.fingerprint, centring_version(languages)]).encode()
    ).hexdigest()
    path = cache_dir / "centring" / f"{key}.npz"
    try:
        return Centring.load(path)
    except (OSError, ValueError):
        centring = measure(embedder, languages)
        centring.save(path)
        return centring


def centring_version(languages: Sequence[str]) -> str:
    """Equal means the same embedder gives the same `Centring`."""
    digest = hashlib.sha256(f"{SHARE}".encode())
    for language in languages:
        digest.update(language.encode())
        if language in probe_languages():
            digest.update(json.dumps(_probes(language)).encode())
    return digest.hexdigest()


@cache
def probe_languages() -> tuple[str, ...]:
    """Languages that have probes, in alphabetical order."""
    folder = resources.files(__package__).joinpath(_FOLDER)
    return tuple(sorted(Path(f.name).stem for f in folder.iterdir() if f.name.endswith(".json")))


@cache
def _probes(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Questions and passages; item n says the same in every language."""
    file = resources.files(__package__).joinpath(_FOLDER, f"{language}.json")
    content = json.loads(file.read_text(encoding="utf-8"))
    return tuple(content["questions"]), tuple(content["passages"])


def _without(mean: Vectors, vectors: Vectors) -> Vectors:
    """The module's formula; `mean` has shape (dimension,) or that of `vectors`."""
    return unit(vectors - SHARE * mean)
