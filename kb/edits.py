"""How far the text that was sent is from the draft that was offered: pure functions."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from kb.drafting import unfilled

MAX_CHARS = 20_000
"""Drafts and sent texts are compared, and kept, up to here."""
_LONGEST_WORD = 300
_MOST_PLACEHOLDERS = 50
"""Different ones; a draft with more is noise."""
_LONGEST_VALUE = 100
"""Characters that may stand where a placeholder was; more is writing, not filling."""


def edit_distance(draft: str, text: str) -> float:
    """Levenshtein distance between draft and text over the longer one's length, in [0, 1].

    White space does not count (editors change it), and neither does filling placeholders: a text
    that differs from the draft in nothing else has distance 0. Of longer texts, the first 20,000
    characters are compared.
    """
    draft, text = _plain(draft), _plain(text)
    if _only_filled(draft, text):
        return 0.0
    return float(Levenshtein.normalized_distance(draft, text))


def shortened(text: str) -> str:
    """The first 20,000 characters, cut at a space: half an e-mail address is not recognised."""
    if len(text) <= MAX_CHARS:
        return text
    head = text[:MAX_CHARS]
    space = max(head.rfind(" "), head.rfind("\n"))
    return head[:space] if space > MAX_CHARS - _LONGEST_WORD else head


def _plain(text: str) -> str:
    return " ".join(shortened(text).split())


def _only_filled(draft: str, text: str) -> bool:
    """Whether the text is the draft with something short in each placeholder's place."""
    found = [re.escape(placeholder) for placeholder in unfilled(draft)]
    if not 0 < len(found) <= _MOST_PLACEHOLDERS:
        return draft == text
    first, *others, last = re.split("|".join(found), draft)
    if not text.startswith(first):
        return False
    position = len(first)
    for piece in others:
        found_at = text.find(piece, position, position + _LONGEST_VALUE + len(piece))
        if found_at < 0:
            return False
        position = found_at + len(piece)
    return 0 <= len(text) - len(last) - position <= _LONGEST_VALUE and text.endswith(last)
