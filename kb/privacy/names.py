"""The names of people known to take part, in all the ways that others write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from kb.privacy.folding import Span, fold
from kb.privacy.words import (
    ACTS,
    AFTER_FAMILIAR,
    AFTER_PERSIAN_NAME,
    BEFORE_PERSIAN_NAME,
    CALLED,
    COMPOUND_SURNAMES,
    EVERYDAY,
    FAMILIAR,
    HONORIFICS,
    MONTH_ACTS,
    MONTHS,
    NOT_AFTER_ZONG,
    PERSIAN_CLITICS,
    ROLES,
    SAYS,
    TITLES,
    UNFAMILIAR,
    WORDS_ENDING_IN,
)

# ── scripts and word lists ───────────────────────────────────────────────────────────────────

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ARABIC = "\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06ef\u06fa-\u06ff"
_WORD = "0-9A-Za-z_\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u05ff\u10a0-\u10ff\u1e00-\u1fff"
_IGNORABLE = "[\u0300-\u036f\u0640\u064b-\u0655\u0670\u200c\u200d\u00ad]*"  # inside a name
_LETTER = rf"[^\W\d_{_HAN}]"
_NAME_TOKEN = re.compile(
    rf"[{_HAN}]+|{_LETTER}(?:{_LETTER}|[\u0300-\u036f\u064b-\u0655\u0670\u200c'’ʼ])*"
)
_IS_HAN = re.compile(rf"[{_HAN}]")
_IS_ARABIC = re.compile(rf"[{_ARABIC}]")
_IS_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_HONORIFIC = f"(?: ?(?:{'|'.join(HONORIFICS)}(?!{NOT_AFTER_ZONG})))"
_AFTER_ARABIC = rf"(?![{_ARABIC}])(?!\u200c(?!(?:{PERSIAN_CLITICS})(?![{_ARABIC}]))[{_ARABIC}])"
_BEFORE_ARABIC = rf"(?<![{_ARABIC}])(?<![{_ARABIC}]\u200c)"
_BEFORE_WORD = rf"(?<![{_WORD}])(?<![{_WORD}][-'’])"
_AFTER_WORD = rf"(?![{_WORD}])(?!-[{_WORD}])"
_MAX_TOKENS = 8


# ── the writings of a name ───────────────────────────────────────────────────────────────────


def names_of(full_name: str) -> list[str]:
    """The writings that give this person away, longest first.

    "Marcus Fairweather" is also "Fairweather Marcus", "Marcus" and "Fairweather"; 王小满 is also
    小满 and 王先生. Titles, roles ("Support") and parts too short to mean anybody are left out.
    """
    tokens = [t for t in _NAME_TOKEN.findall(full_name) if fold(t).lower() not in TITLES]
    tokens = tokens[:_MAX_TOKENS]
    writings: dict[str, None] = {}
    if len(tokens) > 1:
        writings[" ".join(tokens)] = None
        writings[" ".join((tokens[-1], *tokens[:-1]))] = None
        if all(map(_IS_LATIN.match, tokens)) and len(tokens[-1]) >= 3:
            writings[f"{tokens[0][0]} {tokens[-1]}"] = None
        writings.update((" ".join(pair), None) for pair in pairwise(tokens))
    for i, token in enumerate(tokens):
        if _IS_HAN.match(token):
            writings.update(dict.fromkeys(_han_writings(token, surname_first=i == 0)))
        elif len(token) >= 3 and fold(token).lower() not in ROLES:
            writings[token] = None
    return sorted(writings, key=lambda writing: -len(writing))


def _han_writings(token: str, *, surname_first: bool) -> Iterator[str]:
    for honorific in HONORIFICS:
        token = token.removesuffix(honorific)
    if fold(token) in ROLES or not token:
        return
    size = 2 if fold(token[:2]) in COMPOUND_SURNAMES else 1
    if len(token) >= 2:
        yield token
    if surname_first and len(token) <= 4:
        if len(token) - size >= 2:
            yield token[size:]
        yield from (token[:size] + honorific for honorific in HONORIFICS)
        if size == 1 and fold(token[0]) not in UNFAMILIAR:
            yield from (prefix + token[0] for prefix in FAMILIAR)


# ── patterns ─────────────────────────────────────────────────────────────────────────────────


def name_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    writings = {fold(writing) for name in names for writing in names_of(name)}
    ordered = sorted(writings, key=lambda writing: (-len(writing), writing))
    patterns = [_writing_pattern(writing) for writing in ordered]
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _writing_pattern(writing: str) -> str:
    tokens = writing.split()
    first_han, last_han = (_IS_HAN.match(tokens[i]) is not None for i in (0, -1))
    first_arabic, last_arabic = (_IS_ARABIC.match(tokens[i]) is not None for i in (0, -1))
    letters = sum(map(len, tokens))
    joiner = r"[\s.,·_\u200c-]{0,3}" if letters >= 8 or first_arabic else r"[\s.,·_\u200c-]{1,3}"
    body = joiner.join(map(_token_pattern, tokens))
    if writing.lower() in EVERYDAY:
        body = _everyday_pattern(writing, body)
        if first_han:
            return body
    if last_han:
        if writing.startswith(FAMILIAR) and len(writing) == 2:
            body += f"(?:{AFTER_FAMILIAR})"
        elif writing.endswith(HONORIFICS):
            body += f"(?!{NOT_AFTER_ZONG})" if writing.endswith("总") else ""
            words = WORDS_ENDING_IN.get(writing[0], "")
            return f"(?<![{words}]){body}" if words else body
        else:
            body += f"{_HONORIFIC}?"
    elif last_arabic:
        # زهراام: "I am Zahra", typed without the break
        body += f"(?:(?<=[او])ام)?(?:{_AFTER_ARABIC}|(?=(?:جان|جون|خان)(?![{_ARABIC}])))"
    else:
        body += _AFTER_WORD
    before = "" if first_han else _BEFORE_ARABIC if first_arabic else _BEFORE_WORD
    return before + body


def _everyday_pattern(writing: str, body: str) -> str:
    """A name that is a word, too, where it must be the name; also alone on a line (signatures)."""
    signed = r"(?:(?<![^\n])|(?<=[,،] )|(?<=[，、])){}(?=[ .!]?(?:\n|\Z))"
    if _IS_HAN.match(writing):
        ends = rf"(?={SAYS}|[^{_HAN}]|\Z)"
        return rf"(?:{body}{_HONORIFIC}|(?<=[{CALLED}]){body}{ends}|{signed.format(body)})"
    if _IS_ARABIC.match(writing):
        titled = "|".join(f"(?<={title} ){body}" for title in BEFORE_PERSIAN_NAME)
        called = f"{body}(?=[ \u200c](?:{AFTER_PERSIAN_NAME})(?![{_ARABIC}]))"
        return rf"(?:{titled}|{called}|{signed.format(body)})"
    capital = f"(?-i:{writing.capitalize()}|{writing.upper()})"
    if writing.lower() in MONTHS:
        return rf"(?:{capital}{MONTH_ACTS}(?<!(?i:in|by|of|ce) {writing})|{signed.format(capital)})"
    # At the start of a line or sentence a capital says nothing.
    within = rf"(?<=[^\s.!?:>] ){capital}|(?<=[(\"“,]){capital}"
    return rf"(?:{within}|{capital}{ACTS}|{signed.format(capital)})"


_CHARACTERS = {**dict.fromkeys("'’ʼ", "['’ʼ]?"), "ß": "(?:ß|ss)"}


def _token_pattern(token: str) -> str:
    if _IS_HAN.match(token):
        surname = 2 if token[:2] in COMPOUND_SURNAMES else 1
        return token[:surname] + " ?" + token[surname:] if len(token) > surname else token
    pieces = (re.sub(_IGNORABLE, "", piece) for piece in token.split("\u200c"))
    pattern = "[ \u200c]?".join(
        _IGNORABLE.join(_CHARACTERS.get(c) or re.escape(c) for c in piece.replace("ss", "ß"))
        for piece in pieces
    )
    if not _IS_ARABIC.match(token):
        return pattern + "[\u0300-\u036f]*"
    ezafe = r"(?:[ \u200c]?ی)?" if token[-1] in fold("اوه") else ""
    return pattern + "[\u064b-\u0655\u0670]*" + ezafe


def find_names(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (match.span() for match in pattern.finditer(text))
