"""Surface words of the help center: how words are written there, and how often.

The index knows stems; whoever completes or corrects what somebody types needs the words as readers
write them. A word's `key` evens out what the analysis evens out, but for the stem: `Wi-Fi`, `wifi`
and `WiFi` have one key, and so have `می‌شود` and `می شود`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import regex
from rapidfuzz.distance import OSA

from kb.text import ZWNJ, Term, analyse, fold, simplify

FUNCTION_WORDS = frozenset(
    "a an the i my me we our you your it is are am was be been do does did can could will would"
    " should how what where when why who which to of in on at for from with and or not if get"
    " من ما شما تو را رو از در به با تا که و یا این آن اگر چه چرا چطور چگونه کجا کجاست کی چند است"
    " هست نیست باشد باید شد شده شود میشود نمیشود میتوانم میتوانید کرد کنم کنید کند دارد دارم بود"
    " برای هم هر یک نه".split()
)
"""Keys of words that questions are built with; what is meant they do not say."""
LONG = 8
"""Letters from which on a word may have two slips."""
_SOUNDS = str.maketrans("ثصذضظطحغ", "سسزززته" + "ق")
JOINTS = f"'’-‐‑{ZWNJ}"
"""What stands within words and is left out of keys, as spaces are."""
_JOINTS = regex.compile(rf"[\s{regex.escape(JOINTS)}]+")


@dataclass(frozen=True, slots=True)
class Word:
    key: str
    surface: str
    """As it is written most often."""
    stem: str
    """Its term in the index."""
    passages: int
    """How many hold it."""
    named: bool = False
    """Whether a title or heading has it."""


def key_of(word: str) -> str:
    """One key for all ways to write a word; empty for what has no letter or digit.

    >>> key_of("Wi-Fi") == key_of("wifi")
    True
    """
    return _JOINTS.sub("", fold(word))


def sound_of(key: str) -> str:
    """The key with one letter for all Persian ones that sound alike: `زظضذ` are one."""
    return key.translate(_SOUNDS)


class Words:
    """The words of one language."""

    def __init__(self, words: Iterable[Word], passages: int) -> None:
        self._by_key = {word.key: word for word in words}
        self._keys = sorted(self._by_key)
        self._by_sound: dict[str, list[Word]] = {}
        for key in self._keys:
            self._by_sound.setdefault(sound_of(key[0]), []).append(self._by_key[key])
        self.passages = passages
        """In this language, with or without the words."""

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Word]:
        return iter(self._by_key.values())

    def get(self, key: str) -> Word | None:
        return self._by_key.get(key)

    def beginning_like(self, key: str) -> list[Word]:
        """Words whose first letter sounds like that of `key`."""
        return self._by_sound.get(sound_of(key[:1]), [])

    def starting_with(self, prefix: str, limit: int = 2000) -> list[Word]:
        """Words whose key starts with `prefix`, in order of their keys."""
        at = bisect_left(self._keys, prefix)
        found = []
        for key in self._keys[at : at + limit]:
            if not key.startswith(prefix):
                break
            found.append(self._by_key[key])
        return found


def is_slip(key: str, other: str, *, begun: bool) -> bool:
    """Whether a key is another one but for a slip, in long ones two; see kb.spelling.

    Args:
        begun: whether the key may be the beginning of a word.
    """
    most = 1 if len(key) < LONG else 2
    sizes = (0, 1, -1) if begun else ()
    ends = {other, *(other[: len(key) + size] for size in sizes)}
    return any(OSA.distance(key, end, score_cutoff=most) <= most for end in ends)


def words_of(texts: Iterable[tuple[str, str, str]]) -> Mapping[str, Words]:
    """The words of passages, by language.

    Args:
        texts: language, title with headings, and plain text of each passage.
    """
    named: dict[str, set[str]] = {}
    forms: dict[str, dict[str, Counter[str]]] = {}
    stems: dict[str, dict[str, str]] = {}
    passages: dict[str, Counter[str]] = {}
    counts: Counter[str] = Counter()
    for language, context, text in texts:
        counts[language] += 1
        own_forms = forms.setdefault(language, {})
        own_stems = stems.setdefault(language, {})
        above = list(_surfaces(context, language))
        named.setdefault(language, set()).update(key for key, _, _ in above)
        seen = set()
        for key, surface, term in (*above, *_surfaces(text, language)):
            own_forms.setdefault(key, Counter())[surface] += 1
            own_stems.setdefault(key, term.text)
            seen.add(key)
        passages.setdefault(language, Counter()).update(seen)
    return {
        language: Words(
            (
                Word(
                    key,
                    _usual(written),
                    stems[language][key],
                    passages[language][key],
                    key in named[language],
                )
                for key, written in own.items()
            ),
            counts[language],
        )
        for language, own in forms.items()
    }


def _surfaces(text: str, language: str) -> Iterator[tuple[str, str, Term]]:
    for term in analyse(text, language):
        surface = text[term.start : term.end]
        key = key_of(simplify(surface) if language == "zh" else surface)
        if key and "\n" not in surface:
            yield key, surface, term


def _usual(written: Counter[str]) -> str:
    """The most frequent form; of a word that also starts sentences, the small one."""
    best = min(written, key=lambda form: (-written[form], " " in form, form))
    small = best.lower()
    return small if best.istitle() and 4 * written[small] >= written[best] else best
