"""Numbers of accounts and dealings: IBAN, payment card, order and customer numbers.

Check digits decide wherever a number has them (`stdnum`); what a label such as "card number"
announces is believed without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum import iban, luhn

from kb.privacy.folding import Span, blank_spans, compile_folded, digits_of, labelled

# ── what is not personal ─────────────────────────────────────────────────────────────────────

# Dates, times, versions, amounts, hexadecimal codes, UUIDs, #tickets and integer limits.
_NOT_PERSONAL = compile_folded(
    r"(?<![0-9])(?<![0-9][-/.])(?:[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}"
    r"|[0-9]{1,2}([-/.])[0-9]{1,2}\2(?:[0-9]{4}|[0-9]{2}))(?![-/.]?[0-9])"
    r"|(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,9})?(?![0-9:])"
    r"|(?<![0-9])(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[ _-]?(?:[0-9]{6}|[0-9]{4}))?(?![0-9])"
    r"|(?<![0-9.+])(?!0[0-9]|(?:1\.)?[0-9]{3}\.[0-9]{3}\.[0-9]{4}(?![0-9]))"
    r"[0-9]{1,4}(?:\.[0-9]{1,8}){1,4}(?![0-9]|\.[0-9])"
    r"|(?:[$€£¥₹]|USD|EUR|GBP) ?[0-9][0-9.,]{0,30}"
    r"|(?<![0-9.,+])[0-9][0-9.,]{0,30}+ ?(?:[$€£¥₹%]|(?:USD|EUR|GBP|CNY|[KMGkmg]?[Bb]|ms|bytes)"
    r"(?![A-Za-z])|تومان|تومن|ریال|درهم|元|块|万|円)"
    r"|0[xX][0-9A-Fa-f]{1,64}|#[1-9][0-9]{0,30}"
    r"|(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
    r"|(?<![0-9])(?:214748364[78]|429496729[56])(?![0-9])"
    r"|(?i:(?<![A-Za-z])(?:error|err|exception|hresult)|خطا(?:ی)?|错误(?:码|代码)?)"
    r"[ :#(]{0,3}-?[0-9]{4,12}(?![0-9])"
)


def blank_impersonal(text: str) -> str:
    """The text without dates, times, amounts and the like, which identify nobody."""
    return blank_spans(text, (match.span() for match in _NOT_PERSONAL.finditer(text)))


# ── IBAN ─────────────────────────────────────────────────────────────────────────────────────

_IBAN = re.compile(  # a lookahead, because a word such as "AB12" may precede the number
    r"(?<![A-Za-z0-9_])(?=([A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])))"
)
_BASE_36 = {ord(c): str(int(c, 36)) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SHEBA = labelled("شبا|sheba|iban", r"(?:IR ?)?[0-9](?:[ -]?[0-9]){23}(?![0-9])")


def _passes_mod_97(text: str) -> bool:
    """The IBAN checksum alone: what `iban.is_valid` tests too, but quick enough for noise."""
    number = text.replace(" ", "").replace("-", "").upper()
    return int((number[4:] + number[:4]).translate(_BASE_36)) % 97 == 1


def _is_iranian(text: str) -> bool:
    """Iran's form, which is not in the register that `stdnum` knows."""
    number = text.replace(" ", "").replace("-", "").upper()
    return len(number) == 26 and number.startswith("IR") and number[2:].isdigit()


def find_ibans(text: str) -> Iterator[Span]:
    for sheba in _SHEBA.finditer(text):
        yield sheba.span(1)
    for match in _IBAN.finditer(text):
        start, run = match.start(), match[1]
        ends = (group.end() for group in re.finditer(r"[A-Za-z0-9]+(?![A-Za-z0-9])", run))
        for end in sorted(ends, reverse=True):
            if _passes_mod_97(run[:end]) and (_is_iranian(run[:end]) or iban.is_valid(run[:end])):
                yield start, start + end
                break


# ── CARD ─────────────────────────────────────────────────────────────────────────────────────

_CARD_BARE = re.compile(r"(?<![A-Za-z0-9_])[0-9]{13,19}(?![A-Za-z0-9_])")
_CARD_GROUPED = re.compile(
    r"(?<![A-Za-z0-9_])(?=([0-9]{4}(?:[ -]{1,3}[0-9]{4}){3}|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5})"
    r"([ -][0-9]{3})?(?![0-9]))"
)
_CARD_LABELLED = labelled(
    r"card (?:number|no)|(?:credit|debit) card|شماره\u0654? ?کارت|کارت(?: بانکی)?"
    r"|卡号|银行卡|信用卡",
    r"[0-9](?:[ -]{0,3}[0-9]){11,18}(?![0-9])",
)
_ISSUER = re.compile(  # issuer prefixes with the lengths they come in
    r"(?:3[47][0-9]{13}|3[068][0-9]{12}|[2-69][0-9]{15}|4[0-9]{12}|62[0-9]{15,17}|4[0-9]{18})\Z"
)


def _is_card(text: str) -> bool:
    digits = digits_of(text)
    return _ISSUER.match(digits) is not None and luhn.is_valid(digits)


def find_cards(text: str) -> Iterator[Span]:
    for match in _CARD_LABELLED.finditer(text):
        yield match.span(1)
    for match in _CARD_BARE.finditer(text):
        if _is_card(match[0]):
            yield match.span()
    for match in _CARD_GROUPED.finditer(text):
        if match[2] and _is_card(match[1] + match[2]):
            yield match.start(1), match.end(2)
        elif _is_card(match[1]):
            yield match.span(1)


# ── ORDER ────────────────────────────────────────────────────────────────────────────────────

_ORDER_CODE = r"(?:[A-Za-z]{1,6}-?)?(?!(?:13|14|19|20)[0-9]{2}-[0-9]{1,2}-)[0-9]"
_ACCOUNT = r"(?=[A-Za-z0-9 -]{4})" + _ORDER_CODE + r"[0-9]{1,20}(?:[ -]?[0-9]{2,20}){0,5}+"
_ORDER_END = (
    r"(?![A-Za-z0-9_]|[./,:][0-9])"
    r"(?! ?(?:USD|EUR|GBP|CNY|[$€£¥%]|تومان|ریال|年|月|元|块|件|个))"
)
_ORDER_EN = (
    r"(?i:(?<![A-Za-z])(?:order|invoice|tracking|booking|reservation|purchase|shipment|parcel)"
)
_ORDER_FA = r"(?:سفارش|فاکتور|رهگیری|پیگیری|مرسوله|اشتراک)(?:[ \u200c]?(?:ام|م|من))?"
_ACCOUNT_FA = r"(?:مشتری|حساب|مشترک|عضویت|قرارداد|پرونده)(?:[ \u200c]?(?:ام|م|من))?"
_NUMBER_FA = r"(?:شماره|کد)[\u0654\u0650]?(?:[ \u200c]?ی)?"

DEFAULT_ORDER_PATTERNS: tuple[str, ...] = (
    # VD-483920: a short prefix and a long number, unless it names an error, an update or a file.
    r"(?<![A-Za-z0-9_-])(?!(?i:err|error|kb|cve|bug|rfc|iso|din|utf|sn|img|dsc|vid|tel|mob)-)"
    r"(?:[A-Z]{2,5}-[0-9]{5,12}|[A-Za-z]{2,3}-(?!(?:19|20)[0-9]{6}(?![0-9]))[0-9]{6,12})(?![A-Za-z0-9_]|-[0-9])",
    # INV-2024-00871: the year is part of it
    r"(?<![A-Za-z0-9_-])(?:INV|ORD|SO|PO|RE|RG)-(?:13|14|19|20)[0-9]{2}-[0-9]{3,10}(?![A-Za-z0-9_-])",
    # "customer number 30011847", "acct no. 5567-0921", and the same in Persian and Chinese
    r"(?i:(?<![A-Za-z])(?:customer|client|account|acct|member(?:ship)?|subscriber|contract|policy)"
    r" ?(?:numbers?|num|no|nr|id|#)(?![A-Za-z])\.?(?: is| was)? ?[:#=]? ?#?)"
    rf"({_ACCOUNT}){_ORDER_END}",
    rf"{_NUMBER_FA} ?{_ACCOUNT_FA} ?(?:من )?[:#]? ?({_ACCOUNT}){_ORDER_END}",
    r"(?:(?:客户|会员|用户|合同|保单)(?:编号|号码|号)|[账帐](?:号|户))(?:是|为)? ?[:#]? ?#?"
    rf"({_ACCOUNT}){_ORDER_END}",
    # "order number 4711", "invoice #2231", "order: 45231"
    _ORDER_EN
    + r"(?:[ -]?(?:number|num|no|nr|id|code|ref(?:erence)?)(?![A-Za-z])\.?(?: is| was)? ?[:#=]? ?#?"
    rf"| ?#)) ?({_ORDER_CODE}[A-Za-z0-9-]{{2,30}}+){_ORDER_END}",
    _ORDER_EN + rf" ?[:=]) {{0,2}}({_ORDER_CODE}[A-Za-z0-9-]{{3,30}}+){_ORDER_END}",
    # "order 452310": unlabelled as a number, so only a long one
    r"(?<!to )"
    + _ORDER_EN
    + rf" )({_ORDER_CODE}[0-9]{{4,20}}+(?:-[0-9]{{1,10}}){{0,3}}+){_ORDER_END}",
    rf"{_NUMBER_FA} ?{_ORDER_FA} ?[:#]? ?({_ORDER_CODE}[A-Za-z0-9-]{{2,30}}+){_ORDER_END}",
    rf"{_ORDER_FA} (?:به )?{_NUMBER_FA} ?[:#]? ?({_ORDER_CODE}[A-Za-z0-9-]{{2,30}}+){_ORDER_END}",
    rf"{_ORDER_FA} ?[:#]? ?({_ORDER_CODE}[0-9]{{4,20}}+){_ORDER_END}",
    r"(?:订单|訂單|运单|快递单|物流单|发票|单号)(?:编号|編號|号码|號碼|号|號)?"
    r"(?:是|为|為)? ?[:#]? ?#?"
    rf"({_ORDER_CODE}[A-Za-z0-9-]{{3,30}}+){_ORDER_END}",
)


def find_orders(patterns: Sequence[re.Pattern[str]], text: str) -> Iterator[Span]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield match.span(1 if match.lastindex else 0)
