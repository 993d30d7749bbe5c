"""Phone numbers, as `phonenumbers` sees them: what to show it, and what to believe of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from phonenumbers import PhoneNumberMatcher, country_code_for_region, ndd_prefix_for_region

from kb.privacy.folding import Span, compile_folded, digits_of, labelled
from kb.privacy.numbers import blank_impersonal

_STRETCH = re.compile(r"[+(]{0,3}[0-9](?:[ ().\-/]{0,3}[0-9])*+")
# What stands right before a number that is not a phone: "SN-", "code: ".
_IDENTIFIER = compile_folded(
    r"(?:[A-Za-z_=|]|[0-9][.:]|[A-Za-z][A-Za-z0-9]*[0-9][-_]|(?<![A-Za-z])(?!TEL|MOB)[A-Z]{1,6}[-_]"
    r"|(?i:code|status|error|result|serial|build|bug|id)[ :#]{1,3}|خطا(?:ی)?[ :]{1,3}"
    r"|سریال[ :]{1,3}|(?:代码|序列号|编号|错误)[ :]{0,3})\Z"
)
_TABLE_PHONE = re.compile(
    r"(?<![^ ])(?:[+(]{0,2}0[0-9().\-/]{8,20}|\+[0-9().\-/]{8,20}|[2-9][0-9]{9}|1[3-9][0-9]{9}"
    r"|[0-9]{2,4}[.\-/][0-9().\-/]{6,14})(?![^ ])"
)
_LONE_DIGIT = re.compile(r"(?<![0-9])[0-9](?![0-9])")
_CHINESE_MOBILE_OR_SERVICE = re.compile(r"1[3-9][0-9]{9}\Z|[48]00[0-9]{7}\Z")
_PHONE_LABELLED = labelled(
    r"tel(?:ephone)?|phone|mobile|mob|cell|fax|whatsapp|call|text me|reach me"
    r"|تلفن(?: ثابت)?|موبایل|همراه|شماره\u0654? ?تماس|شماره\u0654? ?(?:تلفن|موبایل|همراه)"
    r"|واتساپ|فکس|电话|電話|手机|手機|联系方式|传真",
    r"[+(]{0,2}[0-9](?:[ ().\-/]{0,2}[0-9]){5,14}+(?![0-9A-Za-z])",
)


def find_phones(regions: Sequence[str], memo: dict[str, list[Span]], text: str) -> Iterator[Span]:
    text = blank_impersonal(text)
    for match in _PHONE_LABELLED.finditer(text):
        yield match.span(1)
    for start, stretch in _stretches(text):
        before = text[max(0, start - 16) : start]
        if _IDENTIFIER.search(before):
            continue
        context = before[-1:] + stretch + text[start + len(stretch) : start + len(stretch) + 1]
        if context not in memo:
            memo[context] = _phones_in(context, stretch, regions)
        offset = start - len(before[-1:])
        yield from ((offset + s, offset + e) for s, e in memo[context])


def _stretches(text: str) -> Iterator[tuple[int, str]]:
    """The pieces of a text that hold enough digits to be shown to `phonenumbers`."""
    for match in _STRETCH.finditer(text):
        stretch = match[0]
        if len(stretch) < 7:
            continue
        count = sum(map(stretch.count, "0123456789"))
        if 7 <= count <= 45:
            yield match.start(), stretch
        elif count > 45:  # a table of numbers: only those that stand alone
            for token in _TABLE_PHONE.finditer(stretch):
                yield match.start() + token.start(), token[0]


def _phones_in(context: str, stretch: str, regions: Sequence[str]) -> list[Span]:
    if stretch.isdigit() and not 9 <= len(stretch) <= 15:
        return []
    found: list[Span] = []
    # "ZZ" is no country: it accepts only what is written internationally.
    for region in ("ZZ",) if "+" in stretch[:3] and stretch.count("+") == 1 else tuple(regions):
        for match in PhoneNumberMatcher(context, region):
            raw: str = match.raw_string
            if "+" in raw or _is_dialled(raw, region):
                found.append((match.start, match.end))
        if any(end - start >= len(stretch) for start, end in found):
            break
    kept: list[Span] = []
    for start, end in sorted(found, key=lambda span: span[0] - span[1]):
        if all(end <= s or start >= e for s, e in kept):
            kept.append((start, end))
    return kept


def _is_dialled(raw: str, region: str) -> bool:
    """Whether a number without "+" starts the way it is dialled; `phonenumbers` lets some pass."""
    if len(_LONE_DIGIT.findall(raw)) > 1:
        return False
    digits = digits_of(raw)
    if ndd_prefix_for_region(region, True) == "0":
        dialled = digits.startswith(("0", str(country_code_for_region(region))))
        return dialled or (region == "CN" and bool(_CHINESE_MOBILE_OR_SERVICE.match(digits)))
    return not (region == "US" and raw.isdigit() and len(raw) != 10)
