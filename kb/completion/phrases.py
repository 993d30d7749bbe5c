"""What is typed, with its last word completed from the words of the help center."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from kb.completion.words import FUNCTION_WORDS, Word, Words, is_slip, key_of
from kb.text import analyse, script_of, simplify

COMMON = 0.3
"""Words in a larger share of a language's passages complete nothing, unless titles name them."""
_TRIED = 24
_UNNAMED = 0.2
"""Weight of words that no title or heading names; they need `_OFTEN` passages."""
_OFTEN = 3
_SHORTEST_TYPO = 5
_LAST = regex.compile(r"(?P<han>\p{Han}+)$|(?P<word>[\p{L}\p{M}\u200c'’\-]+)$")
_ARABIC = regex.compile(r"\p{Arabic}")

Together = Callable[[Sequence[str], str], int]
"""How many articles hold all of some stems and one more; of no stems: those with that one."""


@dataclass(frozen=True)
class _Typed:
    kept: str
    """What stays as it is."""
    beginning: str
    """Key of the word that is not finished."""
    script: str


def completed(
    text: str, words: Mapping[str, Words], language: str, together: Together, limit: int
) -> list[str]:
    """Queries that what is typed may become, best first; none after a space.

    A completion has to stand in an article that holds the words before it, too. Words that titles
    and headings name come before those that only occur.

    Args:
        words: by language. language: the reader's, which goes first.
    """
    typed = _typed(text)
    if typed is None:
        return []
    fitting = [name for name in words if script_of(name) == typed.script]
    for name in sorted(fitting, key=lambda name: (name != language, name)):
        found = _ranked(typed, words[name], name, together)
        if found:
            return [typed.kept + word.surface for word in found[:limit]]
    return []


def _typed(text: str) -> _Typed | None:
    match = _LAST.search(text)
    if not match:
        return None
    if match.lastgroup == "han":
        size = _last_word(match.group())
        return _Typed(text[:-size], simplify(text[-size:]), "han")
    beginning = key_of(match.group())
    script = "arabic" if _ARABIC.search(beginning) else "other"
    return _Typed(text[: match.start()], beginning, script) if len(beginning) > 1 else None


def _last_word(run: str) -> int:
    """Characters of the last word of a Chinese run."""
    ending = [term for term in analyse(run, "zh") if term.end == len(run)]
    return max((term.end - term.start for term in ending), default=1)


def _ranked(typed: _Typed, vocabulary: Words, language: str, together: Together) -> list[Word]:
    candidates = vocabulary.starting_with(typed.beginning)
    if not candidates and len(typed.beginning) >= _SHORTEST_TYPO:
        near = vocabulary.beginning_like(typed.beginning)
        candidates = [w for w in near if w.named and is_slip(typed.beginning, w.key, begun=True)]
    kept = typed.kept
    terms = analyse(kept, language)
    context = [t.text for t in terms if key_of(kept[t.start : t.end]) not in FUNCTION_WORDS]
    offered = _one_per_stem(
        _worth(candidates, vocabulary, typed.beginning), vocabulary.get(typed.beginning)
    )
    scored = []
    for word in offered[:_TRIED]:
        count = together(context, word.stem)
        if count:
            weight = 1.0 if word.named else _UNNAMED
            scored.append((-weight * math.log1p(count) / len(word.key) ** 0.25, word.key, word))
    return [word for _, _, word in sorted(scored)]


def _worth(words: Iterable[Word], vocabulary: Words, beginning: str) -> list[Word]:
    """Words that say something, the frequent ones first."""
    most = COMMON * vocabulary.passages
    worth = [
        word
        for word in words
        if word.key != beginning
        and word.key not in FUNCTION_WORDS
        and (word.named or _OFTEN <= word.passages <= most)
    ]
    return sorted(worth, key=lambda word: (not word.named, -word.passages, len(word.key), word.key))


def _one_per_stem(words: Iterable[Word], whole: Word | None) -> list[Word]:
    """The first word of each stem, without other forms of the word that is typed as a whole."""
    seen = {whole.stem} if whole else set()
    kept = []
    for word in words:
        if word.stem not in seen:
            seen.add(word.stem)
            kept.append(word)
    return kept
