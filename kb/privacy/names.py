"""The names of people known to take part, in all the ways that others write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from kb.privacy.folding import Span, fold, word_set

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
_HONORIFICS = ("先生", "女士", "小姐", "太太", "老师", "同学", "师傅", "经理")
_HONORIFIC = f"(?: ?(?:{'|'.join(_HONORIFICS)}))"
_COMPOUND_SURNAMES = word_set(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒",
    "轩辕 端木 南宫 独孤",
)
_TITLES = word_set(
    "mr mrs ms miss dr prof sir herr frau von van der den del bin ibn",
    "آقای خانم آقا جناب سرکار دکتر مهندس سید سیده حاج",
)
# Names of nobody in particular: never redacted on their own.
_ROLES = word_set(
    "admin agent anonymous client customer guest info sales service support team unknown user",
    "مشتری کاربر پشتیبانی مدیر مهمان ناشناس 客服 用户 匿名 顾客 客户",
)
# Names that are also everyday words: on their own only with a capital, or (Persian) a title.
_EVERYDAY = word_set(
    "art bell best bill can case hope long mark may page price read will young",
    "پیام امید آرزو بهار مهر رویا سپاس",
)
_VOCATIVES = fold("جان|خان|ها|های|ام|ات|اش|ای|ی|را|آقا|خانم")
_AFTER_ARABIC = rf"(?![{_ARABIC}])(?!\u200c(?!(?:{_VOCATIVES})(?![{_ARABIC}]))[{_ARABIC}])"
_BEFORE_ARABIC = rf"(?<![{_ARABIC}])(?<![{_ARABIC}]\u200c)"
_BEFORE_WORD = rf"(?<![{_WORD}])(?<![{_WORD}][-'’])"
_AFTER_WORD = rf"(?![{_WORD}])(?!-[{_WORD}])"
_MR_MRS = ("آقای", "خانم", "جناب")
_MAX_TOKENS = 8


# ── the writings of a name ───────────────────────────────────────────────────────────────────


def names_of(full_name: str) -> list[str]:
    """The writings that give this person away, longest first.

    "Marcus Fairweather" is also "Fairweather Marcus", "Marcus" and "Fairweather"; 王小满 is also
    小满 and 王先生. Titles, roles ("Support") and parts too short to mean anybody are left out.
    """
    tokens = [t for t in _NAME_TOKEN.findall(full_name) if fold(t).lower() not in _TITLES]
    tokens = tokens[:_MAX_TOKENS]
    writings: dict[str, None] = {}
    if len(tokens) > 1:
        writings[" ".join(tokens)] = None
        writings[" ".join((tokens[-1], *tokens[:-1]))] = None
        writings.update((" ".join(pair), None) for pair in pairwise(tokens))
    for i, token in enumerate(tokens):
        if _IS_HAN.match(token):
            writings.update(dict.fromkeys(_han_writings(token, surname_first=i == 0)))
        elif len(token) >= 3 and fold(token).lower() not in _ROLES:
            writings[token] = None
    return sorted(writings, key=lambda writing: -len(writing))


def _han_writings(token: str, *, surname_first: bool) -> Iterator[str]:
    for honorific in _HONORIFICS:
        token = token.removesuffix(honorific)
    if fold(token) in _ROLES or not token:
        return
    size = 2 if token[:2] in _COMPOUND_SURNAMES else 1
    if len(token) >= 2:
        yield token
    if surname_first and len(token) <= 4:
        if len(token) - size >= 2:
            yield token[size:]
        yield from (token[:size] + honorific for honorific in _HONORIFICS)


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
    if writing.lower() in _EVERYDAY:
        if first_arabic:
            body = rf"(?:{'|'.join(rf'(?<={fold(title)} )' for title in _MR_MRS)}){body}"
        else:
            body = f"(?-i:{writing.capitalize()}|{writing.upper()})"
    if last_han:
        body += "" if writing.endswith(_HONORIFICS) else f"{_HONORIFIC}?"
    elif last_arabic:
        body += _AFTER_ARABIC
    else:
        body += _AFTER_WORD
    before = "" if first_han else _BEFORE_ARABIC if first_arabic else _BEFORE_WORD
    return before + body


def _token_pattern(token: str) -> str:
    if _IS_HAN.match(token):
        surname = 2 if token[:2] in _COMPOUND_SURNAMES else 1
        return token[:surname] + " ?" + token[surname:] if len(token) > surname else token
    pieces = (re.sub(_IGNORABLE, "", piece) for piece in token.split("\u200c"))
    pattern = "[ \u200c]?".join(
        _IGNORABLE.join("['’ʼ]?" if c in "'’ʼ" else re.escape(c) for c in piece) for piece in pieces
    )
    if not _IS_ARABIC.match(token):
        return pattern + "[\u0300-\u036f]*"
    ezafe = r"(?:[ \u200c]?ی)?" if token[-1] in fold("اوه") else ""
    return pattern + "[\u064b-\u0655\u0670]*" + ezafe


def find_names(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (match.span() for match in pattern.finditer(text))
