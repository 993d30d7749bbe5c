"""A query with its misspelt words replaced by words of the help center. Pure.

A word is left alone when it is short (three letters: unless it sounds like another); known to the
help center in any language or form; a right word of another language (kb.spelling.known); part of
an address, a number or a code; or a name, as far as its capitals tell. What remains is replaced by
the nearest word with the same beginning, counting insertions, deletions, substitutions and
transpositions (optimal string alignment): one in words of up to seven letters, two in longer ones.

In Persian, letters that sound alike (ز ذ ض ظ) count half, and words that differ only by what
Persian puts before or behind a word (نمی‌شود, سفارشم) are none of each other's slips. Chinese is not
touched: its slips are homophones, and one different character makes another right word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import OSA

from kb.completion.words import FUNCTION_WORDS, LONG, Word, Words, key_of, sound_of
from kb.spelling.known import Known
from kb.text import analyse, script_of

_SHORTEST = 3
_MOST_WORDS = 12
"""Longer questions say enough with their other words."""
_ADDRESS = regex.compile(r"\S*[@/\\_#:&=]\S*|\S+\.\S+|\S*\p{N}\S*")
_WORD = regex.compile(r"[\p{L}\p{M}\u200c'’\-]+")
_ARABIC, _HAN = regex.compile(r"\p{Arabic}"), regex.compile(r"\p{Han}")
_BEFORE = ("نمی", "می", "ن", "ب", "بی", "نا")
_BEHIND = (
    "ها",
    "های",
    "هایی",
    "م",
    "ت",
    "ش",
    "ی",
    "ه",
    "ند",
    "ید",
    "یم",
    "د",
    "ن",
    "ان",
    "تر",
    "ا",
)


@dataclass(frozen=True)
class Correction:
    text: str
    changed: tuple[tuple[str, str], ...]
    """As typed, and as corrected; in order of appearance."""


def corrected(
    query: str,
    words: Mapping[str, Words],
    has_term: Callable[[str], bool],
    known: Known,
) -> Correction | None:
    """The query with its slips mended; None where there is none, or too much to guess.

    Args:
        words: of the help center, by language.
        has_term: whether the index knows a term, in any language.
    """
    protected = [match.span() for match in _ADDRESS.finditer(query)]
    found = [match for match in _WORD.finditer(query) if not _inside(match.span(), protected)]
    if not found or len(found) > _MOST_WORDS:
        return None
    parts, changed, at = [], [], 0
    for match in found:
        typed = match.group()
        better = _better(typed, match.start() == found[0].start(), words, has_term, known)
        if better:
            parts += [query[at : match.start()], better]
            changed.append((typed, better))
            at = match.end()
    if not changed:
        return None
    return Correction("".join([*parts, query[at:]]), tuple(changed))


def _inside(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _better(
    typed: str,
    first: bool,
    words: Mapping[str, Words],
    has_term: Callable[[str], bool],
    known: Known,
) -> str | None:
    key = key_of(typed)
    script = "arabic" if _ARABIC.search(typed) else "han" if _HAN.search(typed) else "other"
    fitting = {name: own for name, own in words.items() if script_of(name) == script}
    if len(key) < _SHORTEST or script == "han" or _is_name(typed, first) or known(key):
        return None
    if any(own.get(key) for own in words.values()) or _has_stem(typed, fitting, has_term):
        return None
    candidates = [word for own in fitting.values() for word in _near(key, own)]
    best = min(candidates, key=lambda one: (one[0], -one[1].passages, one[1].key), default=None)
    return _in_case(best[1].surface, typed) if best else None


def _is_name(typed: str, first: bool) -> bool:
    """Capitals inside a word, or at the beginning of one that does not begin the query."""
    letters = typed.strip("'’-")
    return any(c.isupper() for c in letters[1:]) or (letters[:1].isupper() and not first)


def _has_stem(typed: str, languages: Iterable[str], has_term: Callable[[str], bool]) -> bool:
    for language in languages:
        terms = analyse(typed, language)
        if terms and all(has_term(term.text) for term in terms):
            return True
    return False


def _near(key: str, words: Words) -> list[tuple[float, Word]]:
    """Words a slip or two away with the cost of each, in slips; of three letters, half a one."""
    most = 0.5 if len(key) == _SHORTEST else 1 if len(key) < LONG else 2
    found = []
    for word in words.beginning_like(key):
        if word.key in FUNCTION_WORDS:  # the meaning is elsewhere
            continue
        slips = _slips(key, word.key, most)
        if slips <= most and not _inflected(key, word.key):
            found.append((slips, word))
    return found


def _slips(key: str, other: str, most: float) -> float:
    """What is heard differs by whole slips, what is only written differently by halves."""
    heard = OSA.distance(sound_of(key), sound_of(other), score_cutoff=int(most))
    if heard > most:
        return float(heard)
    return heard + 0.5 * max(OSA.distance(key, other) - heard, 0)


def _inflected(one: str, other: str) -> bool:
    """Whether two Persian words differ only in what is put before or behind a word."""
    short, long = sorted((one, other), key=len)
    return _differ(short, long, _BEFORE, before=True) or _differ(short, long, _BEHIND, before=False)


def _differ(short: str, long: str, affixes: Sequence[str], *, before: bool) -> bool:
    if before:
        return long.endswith(short) and long[: len(long) - len(short)] in affixes
    # Also where one ending takes the place of another: سفارشم, سفارشت.
    for size in range(3):
        stem = short[: len(short) - size]
        if len(stem) >= 3 and long.startswith(stem):
            ends = (short[len(stem) :], long[len(stem) :])
            if all(end == "" or end in affixes for end in ends):
                return True
    return False


def _in_case(surface: str, typed: str) -> str:
    """The word as whoever typed writes: small where everything is, unless it has inner capitals."""
    if typed[:1].isupper():
        return surface[:1].upper() + surface[1:]
    return surface.lower() if surface.istitle() else surface
