"""What the words around a quantity make of it: a limit, a minimum, a rhythm, somebody's case."""

from __future__ import annotations

from typing import Literal

import regex

Kind = Literal["plain", "span", "limit", "least", "every", "before", "after", "other"]
"""`span` is a time that something is granted (valid for, you have): a limit where compared with
one, a plain value otherwise. `other` is never compared (ago, another, the first …)."""

_BEFORE: tuple[tuple[Kind, str], ...] = (
    (
        "other",
        r"\b(?:last|past|previous|first|next|another|extra|additional|remaining|these|those"
        r"|plus|day|step|level|version|than the|about every)"
        r"|گذشته|این|آن|روز|سطح|第|(?:^|[ ,，。、在])前|过去|最近|再|另外|多|还有|剩下?|加",
    ),
    ("every", r"\b(?:every|each|once (?:in|every|per)|once a)|هر|每隔?|每个?|隔"),
    (
        "least",
        r"\b(?:at least|minimum(?: of)?|min\.?|no less than|not less than|more than|over|above"
        r"|longer than|older than|exceed(?:s|ing)?)|≥|>=?"
        r"|حداقل|دست ?کم|بیش از|بیشتر از|بالای|بالاتر از|لااقل"
        r"|至少|最少|最低|不少于|不低于|不短于|超过|大于|高于|多于|满",
    ),
    (
        "limit",
        r"\b(?:at most|up to|maximum(?: of)?|max\.?|no more than|not more than|no later than"
        r"|within(?: a| the)?|less than|under|below|until|cannot exceed|in under)|≤|<=?"
        r"|حداکثر(?: تا)?|تا|ظرف|کمتر از|زیر|نهایتا|در مدت|طی|در عرض"
        r"|最多|最长|不超过|少于|低于|至多|最迟|不到|不足|上限为?",
    ),
    ("after", r"\bafter|(?:پس|بعد) از"),
    ("before", r"\w前"),
    (
        "span",
        r"\b(?:valid(?: for)?|you have|expires? (?:in|after)|lasts?|good for|works for)"
        r"|有效期为?|有效时间为?|保留|期限为?|اعتبار",
    ),
)
_AFTER: tuple[tuple[Kind, str], ...] = (
    (
        "other",
        r"(?:ago|old|earlier|in advance of|left|remaining)\b|s? of (?:the|your)\b"
        r"|(?:پیش|قبل)(?! از)|گذشته|اخیر|اول|آینده|دیگر|باقی|مانده|پیاپی|左右前",
    ),
    ("before", r"(?:before|prior|ahead|in advance)\b|(?:قبل|پیش) از|之?前|以前"),
    ("every", r"(?:بار|یک بار)"),
    (
        "least",
        r"(?:or more|or longer|or later|or newer|at least|minimum|or above)\b|\+"
        r"|به بالا|یا بیشتر|以上|或以上|或更",
    ),
    (
        "limit",
        r"(?:or less|or fewer|at most|at the (?:most|latest)|max)|یا کمتر|(?:以|之)?内|以下|为限",
    ),
    ("after", r"(?:after|later|from now)\b|بعد|之?后|以后"),
    (
        "span",
        r"(?:to (?!\d)|grace|trial|window|period|deadline)"
        r"|(?:وقت|فرصت|مهلت|اعتبار)|的?(?:有效|期限|反悔|缓冲|冷静|保留|宽限)",
    ),
)  # fmt: skip

_BEFORE_PATTERNS = [
    (kind, regex.compile(rf"(?:{pattern})(?: about| around| roughly| حدود|大?约)?[ :：]*$"))
    for kind, pattern in _BEFORE
]
_AFTER_PATTERNS = [(kind, regex.compile(rf"[ -]?(?:{pattern})")) for kind, pattern in _AFTER]
_ROUGH = regex.compile(
    r"(?:about|around|roughly|approximately|approx\.?|some|nearly|almost|usually|typically"
    r"|حدود(?: در)?|تقریبا|نزدیک(?: به)?|معمولا|大?约|大概|差不多|通常|一般)[ :：]*$"
)
_ROUGH_AFTER = regex.compile(r"[ ]?(?:or so\b|左右|上下)")
_REACH = 24
"""Characters before a quantity in which its qualifier may end."""


def kind_of(text: str, start: int, end: int) -> Kind:
    """What `text[start:end]`, a quantity in folded text, is by the words beside it."""
    before = text[max(0, start - _REACH) : start]
    after = text[end : end + _REACH]
    kinds = [kind for kind, pattern in _BEFORE_PATTERNS if pattern.search(before)]
    kinds += [kind for kind, pattern in _AFTER_PATTERNS if pattern.match(after)]
    for kind in ("other", "every", "before", "after", "least", "limit", "span"):
        if kind in kinds:
            return kind
    return "plain"


def is_rough(text: str, start: int, end: int) -> bool:
    """Whether the quantity is called approximate."""
    before = text[max(0, start - _REACH) : start]
    return bool(_ROUGH.search(before) or _ROUGH_AFTER.match(text, end))
