"""Right words of twelve languages, so that none of them is taken for a slip of another one.

The word lists come with pyspellchecker (MIT). They are read when a word of their script is asked
for, and only hashes are kept: two million words take 16 MB instead of 200.
"""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from kb.completion.words import JOINTS, key_of

Known = Callable[[str], bool]
"""Whether a key (`kb.completion.words.key_of`) is a right word of some language."""

_ARABIC = ("ar", "fa")
_OTHERS = ("de", "en", "es", "eu", "fr", "it", "lv", "nl", "pt", "ru")


def is_known(key: str) -> bool:
    """Whether a key is a right word; the first time for a script, lists are read for a second."""
    arabic = any("\u0600" <= char <= "\u06ff" for char in key)
    hashes = _hashes(_ARABIC if arabic else _OTHERS)
    at = int(np.searchsorted(hashes, hash(key)))
    return at < len(hashes) and int(hashes[at]) == hash(key)


def read_all() -> None:
    """Read all lists now: three seconds of one core that nobody has to wait for later."""
    _hashes(_ARABIC)
    _hashes(_OTHERS)


@cache
def _hashes(languages: tuple[str, ...]) -> NDArray[np.int64]:
    read = _arabic_keys if languages == _ARABIC else _other_keys
    keys = (np.fromiter(map(hash, read(language)), np.int64) for language in languages)
    return np.unique(np.concatenate([*keys]))


def _arabic_keys(language: str) -> Iterable[str]:
    return map(key_of, _words(language))


def _other_keys(language: str) -> Iterable[str]:
    """As `key_of` gives them, but all at once: two million calls would take five seconds."""
    text = unicodedata.normalize("NFKC", "\n".join(_words(language)).casefold())
    for joint in JOINTS:
        text = text.replace(joint, "")
    return text.split("\n")


def _words(language: str) -> Iterable[str]:
    packed = files("spellchecker").joinpath("resources", f"{language}.json.gz").read_bytes()
    words: dict[str, int] = json.loads(gzip.decompress(packed))
    return words
