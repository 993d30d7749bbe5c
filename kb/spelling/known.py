"""Right words of eleven languages, so that none of them is taken for a slip of another one.

The word lists come with pyspellchecker (MIT). Only hashes are kept: 1.8 million words take 15 MB
instead of 200.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from kb.completion.words import key_of

Known = Callable[[str], bool]
"""Whether a key (`kb.completion.words.key_of`) is a right word of some language."""

_LISTS = ("ar", "de", "en", "es", "eu", "fa", "fr", "it", "lv", "nl", "pt", "ru")


@cache
def known_words() -> Known:
    """The look-up; takes a second the first time."""
    hashes = np.unique(np.concatenate([_hashes(language) for language in _LISTS]))

    def known(key: str) -> bool:
        at = int(np.searchsorted(hashes, hash(key)))
        return at < len(hashes) and int(hashes[at]) == hash(key)

    return known


def _hashes(language: str) -> NDArray[np.int64]:
    return np.fromiter((hash(key_of(word)) for word in _words(language)), np.int64)


def _words(language: str) -> Iterator[str]:
    packed = files("spellchecker").joinpath("resources", f"{language}.json.gz").read_bytes()
    yield from json.loads(gzip.decompress(packed))
