"""Redaction of personal data: what a ticket may say once other people can read it.

    text ─► fold (digits, letter variants, same length) ─► detectors, most specific first ─► text'
              ▲                                                                               │
              └──────────────────────── until nothing more is found ◄─────────────────────────┘

Detection runs on a folded copy of the text: every digit of any script becomes ASCII, full-width
and accented characters become their plain form, ي/ك become ی/ک, odd spaces and dashes become
" " and "-". One character stays one character, so an offset in the copy is an offset in the text.
What a detector claims is blanked out before the next one looks, so an e-mail inside a URL that
carries a token is counted once, as the URL.

`redact` repeats until a pass finds nothing; that makes it idempotent by construction. Numbers are
judged by `phonenumbers` and `stdnum`; own rules exist only for what those libraries do not know.
Patterns are linear: every repetition is bounded, or consumed by the match that starts it.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise

from phonenumbers import PhoneNumberMatcher, country_code_for_region, ndd_prefix_for_region
from stdnum import iban, luhn
from stdnum.cn import ric
from stdnum.exceptions import ValidationError
from stdnum.us import ssn

__all__ = [
    "DEFAULT_ORDER_PATTERNS",
    "PLACEHOLDERS",
    "Redaction",
    "find_placeholders",
    "names_of",
    "redact",
]

PLACEHOLDERS = (
    "EMAIL",
    "PHONE",
    "CARD",
    "IBAN",
    "NATIONAL_ID",
    "ORDER",
    "IP",
    "URL",
    "SECRET",
    "NAME",
)

Span = tuple[int, int]
Detector = Callable[[str], Iterable[Span]]


@dataclass(frozen=True)
class Redaction:
    """The readable text without personal data, and how many of each kind were taken out."""

    text: str
    counts: dict[str, int]


# ── folding ──────────────────────────────────────────────────────────────────────────────────

_MASK = "\0"  # stands in the folded copy for what is already redacted; no detector crosses it
_SENTENCE_MARKS = frozenset("，；！？")  # kept full-width, so that a URL ends before them
_BIDI = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_LETTERS = {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ھ": "ه"}


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    category = unicodedata.category(char)
    if char in _SENTENCE_MARKS or category == "No":
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in _BIDI or category == "Zs":
        return " "
    if category == "Pd" or char == "\u2212":
        return "-"
    plain = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    folded = plain[0] if len(plain) == 1 else char
    return _LETTERS.get(folded, folded)


def _fold(text: str) -> str:
    table = {ord(c): _fold_char(c) for c in set(text) if not c.isascii()}
    return text.translate(table | {0: " "})


@lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    """Compile for folded text: the pattern itself is folded, so it may be written naturally."""
    return re.compile(_fold(pattern))


def _replace(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, new in spans:
        pieces += (text[at:start], new)
        at = end
    return "".join(pieces) + text[at:]


def _blank(folded: str, spans: Iterable[Span]) -> str:
    return _replace(folded, ((start, end, _MASK * (end - start)) for start, end in spans))


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    """Non-empty spans in text order; of two that overlap, the earlier, then the longer."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < end and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def _words(*lines: str) -> frozenset[str]:
    """A word list, folded like the text it is compared with."""
    return frozenset(_fold(" ".join(lines)).split())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


# The words that may stand between a label and its value, in the three languages:
# "phone number is: …", «تلفن من: …», 电话号码是…
_GAP = (
    r"(?:[ \u200c.:=#]{0,2}(?:numbers?|no|nr|num|is|was|at|on|me|من|ام|م|بنده|هم|این|号码|號碼|号"
    r"|號|是|为|為)){0,3}[ \u200c.:=#]{0,3}"
)


def _labelled(labels: str, value: str) -> re.Pattern[str]:
    return _compile(rf"(?<![A-Za-z])(?i:{labels}){_GAP}({value})")


# ── URL and SECRET ───────────────────────────────────────────────────────────────────────────

_URL = re.compile(
    r"(?<![A-Za-z0-9+.-])(?:[A-Za-z][A-Za-z0-9+.-]{1,15}://|www\.)"
    r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~|\0\u0620-\u06ff\u200c]+"
)
_USERINFO = re.compile(r"[A-Za-z0-9+.-]+://[^/?#]*@")
_PARAMETER = re.compile(r"[?&;#]([^=&;#?]{1,80})=([^&;#]*)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CREDENTIAL_WORDS = _words(
    "auth credential jwt key otp pass passwd password pwd secret session sessionid sid sig",
    "signature token",
)
_CREDENTIAL_ENDINGS = ("token", "secret", "password", "passwd", "signature", "apikey")
_LONG_CREDENTIALS = frozenset({"code", "hash", "state", "invite", "reset"})


def _is_credential(name: str, value: str) -> bool:
    value = value.strip(_MASK)
    words = _CAMEL.sub("_", name).lower().replace("-", "_").replace(".", "_").split("_")
    if words[-1] in _LONG_CREDENTIALS:
        return len(value) >= 16
    known = words[-1] in _CREDENTIAL_WORDS or words[-1].endswith(_CREDENTIAL_ENDINGS)
    return known and bool(value)


def _urls(text: str) -> Iterator[Span]:
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?'|" if "(" in match[0] else ".,;:!?'|)]")
        parameters = (p.groups() for p in _PARAMETER.finditer(url))
        if _USERINFO.match(url) or any(_is_credential(*p) for p in parameters):
            yield match.start(), match.start() + len(url)


_KNOWN_SECRETS = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"(?:sk|pk|rk)[-_](?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{8,}"  # OpenAI, Stripe and their kind
    r"|gh[oprsu]_[A-Za-z0-9]{10,}|github_pat_[A-Za-z0-9_]{10,}|glpat-[A-Za-z0-9_-]{10,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{12,}|AIza[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{10,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|(?:hf|npm)_[A-Za-z0-9]{20,}|SG\.[A-Za-z0-9_.-]{20,}"
    r"|eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?"  # JSON web token
    r"|[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"  # Telegram bot
    r")"
    r"|-----BEGIN [A-Z ]{0,30}KEY-----(?:[^-\0]|-(?!----))*+-----END [A-Z ]{0,30}KEY-----"
)
_BEARER = re.compile(r"(?<![A-Za-z])[Bb]earer {1,3}([A-Za-z0-9._~+/=-]{12,})")
_QUERY_SECRET = re.compile(r"[?&;]([A-Za-z0-9_.-]{1,40})=([^\s&;#\"'<>\0]{3,})")
_ENGLISH_SECRET = re.compile(
    r"(?<![A-Za-z0-9])(?i:pass(?:word|code|phrase|wd)|pwd|api[ _-]?(?:key|token)|token|otp"
    r"|(?:client[ _-]?)?secret(?:[ _-]?key)?|(?:access|private)[ _-]?key|pin(?:[ _-]?code)?"
    r"|cv[cv]2?|(?:verification|security|one[ -]time|confirmation|2fa|login)[ -]?code)"
    r"(?: (?:for|of|to|at|on|in)(?: [A-Za-z]{1,12}){1,3})?"
    r"(?:[\"']? ?([:=]) {0,2}| {1,2}(is|was)(?: now)? ?:? {0,2})"
    r"([\"'`“‘«]?)([!-~]{3,})(?=( *(?:$|[\n,;]|(?:and|but)\b))?)"
)
_PERSIAN_SECRET = _compile(
    r"(?<![\u0620-\u06ff])(?:رمز(?:[ \u200c]?(?:عبور|دوم|پویا|ورود))?|پسو?ورد|گذر[ \u200c]?واژه"
    r"|کلمه\u0654?(?:[ \u200c]ی)? ?عبور|پین(?:[ \u200c]?کد)?|کد (?:تایید|فعالسازی|ورود)|توکن)"
    r"[\u0654\u0650]?(?:[ \u200c]?ی)?(?:[ \u200c]?(?:ام|م|مان))?"
    r"(?: (?:من|ما|اینجانب|(?:حساب|اکانت|ایمیل|کارت)(?:[ \u200c]?(?:ام|م|من))?"
    r"|قبلی|جدید|فعلی)){0,3}"
    r"(?: ?([:=]) {0,2}| {1,2}(?:(?:هم|این|اینه|عبارت است از|برابر|برابر با|میشه) ?:? ?)?)"
    r"([\"'«“]?)([!-~]{3,})"
    r"(?=([\"'»”]? ?(?:است|هست|بود|می[ \u200c]?باشد|ه)(?![\u0620-\u06ff]))?)"
    r"(?! ?(?:رقم|کاراکتر|حرف|بار|تومان|ریال))"
)
_CHINESE_SECRET = _compile(
    r"(?:密码|密碼|口令|验证码|驗證碼|密钥|密鑰|令牌) ?"
    r"(?:(?:就?是|[设設]?置?[为為]|改[为為成]了?|[:=]) ?:? {0,2}[\"'“「『]?([!-~]{4,})(?! ?[位个])"
    r"|([!-~]{0,64}+)(?! ?[位个]))"
)
_NOT_A_SECRET = _words(
    "about above absent again always asked authentication automatically bad below blank broken",
    "case-sensitive correct different email empty exactly false field fine forgotten gone good",
    "here hidden incorrect invalid known long lost missing never none null okay only optional",
    "malicious reset right safe same secret secure seen sent short still stolen strong that there",
    "these this true undefined unknown unsafe username valid weak what where wrong wrongly",
)
_ADJECTIVAL = ("ed", "en", "ing", "able", "ible", "ary", "ous", "ful", "less", "ive", "ly")
_TRAILING = ".,;:!?)]}\"'`>"


def _looks_secret(value: str) -> bool:
    """Something nobody writes as a word: digits, inner capitals or password-like symbols."""
    value = value.strip("*_~=%")
    if len(value) < 4 or value.lower().startswith(("http:", "https:", "//")):
        return False
    mixed = any(a.islower() and b.isupper() for a, b in pairwise(value))
    return mixed or any(c.isdigit() or c in "@#$%^&*+=~!" for c in value)


def _could_be_secret(value: str) -> bool:
    """A plain word that is not how one describes a password ("wrong", "expired", "working")."""
    word = value.lower()
    return (
        len(word) >= 4
        and word.isalpha()
        and not word.endswith(_ADJECTIVAL)
        and (word not in _NOT_A_SECRET)
    )


def _secrets(text: str) -> Iterator[Span]:
    for match in _KNOWN_SECRETS.finditer(text):
        yield match.span()
    for match in _BEARER.finditer(text):
        if _looks_secret(match[1]):
            yield match.span(1)
    for match in _QUERY_SECRET.finditer(text):
        if _is_credential(match[1], match[2]):
            yield match.span(2)
    for match in _ENGLISH_SECRET.finditer(text):
        _, verb, quote, raw, clause_end = match.groups()
        value = raw.rstrip(_TRAILING)
        # "password: tulip" or "the password is tulip." but not "the password was tulip-shaped"
        word = verb != "was" and not quote and (clause_end is not None or raw[-1] in ".,;!?")
        pin = value.isdigit() and len(value) >= 3
        if pin or _looks_secret(value) or ((word or quote) and _could_be_secret(value)):
            yield match.start(4), match.start(4) + len(value)
    for match in _PERSIAN_SECRET.finditer(text):
        value = match[3].rstrip(_TRAILING)
        stated = match[1] or match[2] or match[4]
        pin = bool(stated) and value.isdigit() and len(value) >= 3
        if pin or _looks_secret(value) or (stated and len(value) >= 4):
            yield match.start(3), match.start(3) + len(value)
    for match in _CHINESE_SECRET.finditer(text):
        group = 1 if match[1] else 2
        value = match[group].rstrip(_TRAILING)
        if len(value) >= 4 and (group == 1 or _looks_secret(value)):
            yield match.start(group), match.start(group) + len(value)


# ── EMAIL and IP ─────────────────────────────────────────────────────────────────────────────

_LOCAL_EDGE = ".!#$%&'*/=?^`{|}~-"
_DOMAIN = re.compile(
    r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.(?:xn--[A-Za-z0-9-]{1,60}|[A-Za-z]{2,24})"
)


def _emails(text: str) -> Iterator[Span]:
    at = text.find("@")
    while at >= 0:
        start = at
        while start > max(0, at - 64) and _is_local(text[start - 1]):
            start -= 1
        start = at - len(text[start:at].lstrip(_LOCAL_EDGE))
        domain = _DOMAIN.match(text, at + 1)
        if start < at and domain:
            yield start, domain.end()
        at = text.find("@", at + 1)


def _is_local(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "._+-%'~!#$&*")


_IPV4 = re.compile(r"(?<![A-Za-z0-9_.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![A-Za-z0-9_]|\.[0-9])")
_IPV6 = re.compile(
    r"(?<![A-Za-z0-9:._-])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:\.[0-9]{1,3}){0,3}"
    r"(?![A-Za-z0-9:])"
)
_VERSION_LABEL = _compile(
    r"(?i:\b(?:v|ver|version|release|build|firmware)|نسخه\u0654?|نگارش|ورژن"
    r"|版本号?|固件)[ :.]{0,3}\Z|(?<![\w./])[A-Za-z]{1,20}/\Z"  # also Thunderbird/2.0.0.24
)


def _ips(text: str) -> Iterator[Span]:
    for match in _IPV4.finditer(text):
        octets = [int(part) for part in match[0].split(".")]
        local = octets[0] in (0, 127, 255)  # loopback, "any" and netmasks point at nobody
        label = _VERSION_LABEL.search(text[max(0, match.start() - 24) : match.start()])
        if not local and max(octets) < 256 and not label:
            yield match.span()
    for match in _IPV6.finditer(text):
        if len(match[0]) >= 6 and _is_ipv6(match[0]):
            yield match.span()


def _is_ipv6(text: str) -> bool:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return not address.is_loopback


# ── IBAN, CARD, NATIONAL_ID, ORDER ───────────────────────────────────────────────────────────

_IBAN = re.compile(  # a lookahead, because a word such as "AB12" may precede the number
    r"(?<![A-Za-z0-9_])(?=([A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])))"
)
_BASE_36 = {ord(c): str(int(c, 36)) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SHEBA = _labelled("شبا|sheba|iban", r"(?:IR ?)?[0-9](?:[ -]?[0-9]){23}(?![0-9])")


def _passes_mod_97(text: str) -> bool:
    """The IBAN checksum alone: what `iban.is_valid` tests too, but quick enough for noise."""
    number = text.replace(" ", "").replace("-", "").upper()
    return int((number[4:] + number[:4]).translate(_BASE_36)) % 97 == 1


def _ibans(text: str) -> Iterator[Span]:
    for sheba in _SHEBA.finditer(text):
        yield sheba.span(1)
    for match in _IBAN.finditer(text):
        start, run = match.start(), match[1]
        ends = (group.end() for group in re.finditer(r"[A-Za-z0-9]+(?![A-Za-z0-9])", run))
        for end in sorted(ends, reverse=True):
            if _passes_mod_97(run[:end]) and iban.is_valid(run[:end]):
                yield start, start + end
                break


_CARD_BARE = re.compile(r"(?<![A-Za-z0-9_])[0-9]{13,19}(?![A-Za-z0-9_])")
_CARD_GROUPED = re.compile(
    r"(?<![A-Za-z0-9_])(?=([0-9]{4}(?:[ -]{1,3}[0-9]{4}){3}|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5})"
    r"([ -][0-9]{3})?(?![0-9]))"
)
_CARD_LABELLED = _labelled(
    r"card (?:number|no)|(?:credit|debit) card|شماره\u0654? ?کارت|کارت(?: بانکی)?"
    r"|卡号|银行卡|信用卡",
    r"[0-9](?:[ -]{0,3}[0-9]){11,18}(?![0-9])",
)
_ISSUER = re.compile(  # issuer prefixes with the lengths they come in
    r"(?:3[47][0-9]{13}|3[068][0-9]{12}|[2-69][0-9]{15}|4[0-9]{12}|62[0-9]{15,17}|4[0-9]{18})\Z"
)


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return _ISSUER.match(digits) is not None and luhn.is_valid(digits)


def _cards(text: str) -> Iterator[Span]:
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


_ID_LABELLED = _labelled(
    r"ssn|social security|national (?:id|code|insurance)|nino|identity card|id card|passport"
    r"|steuer-?id|tax id|کد ?ملی|شماره\u0654? ملی|شناسه\u0654? ملی|شماره\u0654? شناسنامه|گذرنامه"
    r"|پاسپورت|身份证|身份證|护照|護照",
    r"[A-Za-z]{0,2} ?[0-9](?:[ -]?[0-9]){5,17}(?: ?[A-DXx])?(?![A-Za-z0-9])",
)
_RIC = re.compile(
    r"(?<![A-Za-z0-9_])[1-9][0-9]{5}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx](?![A-Za-z0-9_])"
)
_MELLI = re.compile(r"(?<![A-Za-z0-9_#])(?<![0-9][.,/-])[0-9]{10}(?![A-Za-z0-9_]|[.,/-][0-9])")
_MELLI_GROUPED = re.compile(r"(?<![A-Za-z0-9_-])[0-9]{3}-[0-9]{6}-[0-9](?![A-Za-z0-9_-])")
_SSN = re.compile(r"(?<![A-Za-z0-9_-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![A-Za-z0-9_-])")
_ARABIC_LETTER = re.compile("[\u0620-\u064a\u0671-\u06d3]")


def _is_melli(text: str) -> bool:
    """Check digit of the Iranian national code (stdnum has no module for it)."""
    digits = [int(c) for c in _digits(text)]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    remainder = sum(d * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return digits[9] == (remainder if remainder < 2 else 11 - remainder)


def _is_ric(text: str) -> bool:
    number = re.sub("[^0-9X]", "", text.upper())
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return number[-1] == ric.calc_check_digit(number)


def _national_ids(regions: Sequence[str], text: str) -> Iterator[Span]:
    for match in _ID_LABELLED.finditer(text):
        yield match.span(1)
    rules: list[tuple[str, re.Pattern[str], Callable[[str], bool]]] = [
        ("CN", _RIC, _is_ric),
        ("US", _SSN, ssn.is_valid),
        ("IR", _MELLI_GROUPED, _is_melli),
    ]
    # One bare ten-digit number in eleven passes the check by chance; in a Persian text it means
    # something, elsewhere it is an account number or a US phone.
    if _ARABIC_LETTER.search(text):
        rules.append(("IR", _MELLI, _is_melli))
        text = _NOT_PERSONAL.sub(lambda match: _MASK * len(match[0]), text)
    for region, pattern, is_valid in rules:
        if region in regions:
            yield from (m.span() for m in pattern.finditer(text) if is_valid(m[0]))


_ORDER_CODE = r"(?:[A-Za-z]{1,6}-?)?(?!(?:13|14|19|20)[0-9]{2}-[0-9]{1,2}-)[0-9]"
_ORDER_END = (
    r"(?![A-Za-z0-9_]|[./,:][0-9])"
    r"(?! ?(?:USD|EUR|GBP|CNY|[$€£¥%]|تومان|ریال|年|月|元|块|件|个))"
)
_ORDER_EN = (
    r"(?i:(?<![A-Za-z])(?:order|invoice|tracking|booking|reservation|purchase|shipment|parcel)"
)
_ORDER_FA = r"(?:سفارش|فاکتور|رهگیری|پیگیری|مرسوله|اشتراک)(?:[ \u200c]?(?:ام|م|من))?"
_NUMBER_FA = r"(?:شماره|کد)[\u0654\u0650]?(?:[ \u200c]?ی)?"

DEFAULT_ORDER_PATTERNS: tuple[str, ...] = (
    # VD-483920: a short prefix and a long number, unless it names an error, an update or a file.
    r"(?<![A-Za-z0-9_-])(?!(?i:err|error|kb|cve|bug|rfc|iso|din|utf|sn|img|dsc|vid|tel|mob)-)"
    r"(?:[A-Z]{2,5}-[0-9]{5,12}|[A-Za-z]{2,3}-(?!(?:19|20)[0-9]{6}(?![0-9]))[0-9]{6,12})(?![A-Za-z0-9_]|-[0-9])",
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


def _orders(patterns: Sequence[re.Pattern[str]], text: str) -> Iterator[Span]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield match.span(1 if match.lastindex else 0)


# ── PHONE ────────────────────────────────────────────────────────────────────────────────────

# Dates, times, versions, amounts, hexadecimal codes, UUIDs, #tickets and integer limits.
_NOT_PERSONAL = _compile(
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
)
_STRETCH = re.compile(r"[+(]{0,3}[0-9](?:[ ().\-/]{0,3}[0-9])*+")
_IDENTIFIER = _compile(  # what stands right before a number that is not a phone: "SN-", "code: "
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
_PHONE_LABELLED = _labelled(
    r"tel(?:ephone)?|phone|mobile|mob|cell|fax|whatsapp|call|text me|reach me"
    r"|تلفن(?: ثابت)?|موبایل|همراه|شماره\u0654? ?تماس|شماره\u0654? ?(?:تلفن|موبایل|همراه)"
    r"|واتساپ|فکس|电话|電話|手机|手機|联系方式|传真",
    r"[+(]{0,2}[0-9](?:[ ().\-/]{0,2}[0-9]){5,14}+(?![0-9A-Za-z])",
)


def _phones(regions: Sequence[str], memo: dict[str, list[Span]], text: str) -> Iterator[Span]:
    text = _NOT_PERSONAL.sub(lambda match: _MASK * len(match[0]), text)
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
    digits = _digits(raw)
    if ndd_prefix_for_region(region, True) == "0":
        dialled = digits.startswith(("0", str(country_code_for_region(region))))
        return dialled or (region == "CN" and bool(_CHINESE_MOBILE_OR_SERVICE.match(digits)))
    return not (region == "US" and raw.isdigit() and len(raw) != 10)


# ── NAME ─────────────────────────────────────────────────────────────────────────────────────

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
_COMPOUND_SURNAMES = _words(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒",
    "轩辕 端木 南宫 独孤",
)
_TITLES = _words(
    "mr mrs ms miss dr prof sir herr frau von van der den del bin ibn",
    "آقای خانم آقا جناب سرکار دکتر مهندس سید سیده حاج",
)
# Names of nobody in particular: never redacted on their own.
_ROLES = _words(
    "admin agent anonymous client customer guest info sales service support team unknown user",
    "مشتری کاربر پشتیبانی مدیر مهمان ناشناس 客服 用户 匿名 顾客 客户",
)
# Names that are also everyday words: on their own only with a capital, or (Persian) a title.
_EVERYDAY = _words(
    "art bell best bill can case hope long mark may page price read will young",
    "پیام امید آرزو بهار مهر رویا سپاس",
)
_VOCATIVES = _fold("جان|خان|ها|های|ام|ات|اش|ای|ی|را|آقا|خانم")
_AFTER_ARABIC = rf"(?![{_ARABIC}])(?!\u200c(?!(?:{_VOCATIVES})(?![{_ARABIC}]))[{_ARABIC}])"
_BEFORE_ARABIC = rf"(?<![{_ARABIC}])(?<![{_ARABIC}]\u200c)"
_BEFORE_WORD = rf"(?<![{_WORD}])(?<![{_WORD}][-'’])"
_AFTER_WORD = rf"(?![{_WORD}])(?!-[{_WORD}])"
_MR_MRS = ("آقای", "خانم", "جناب")
_MAX_TOKENS = 8


def names_of(full_name: str) -> list[str]:
    """The writings that give this person away, longest first.

    "Marcus Fairweather" is also "Fairweather Marcus", "Marcus" and "Fairweather"; 王小满 is also
    小满 and 王先生. Titles, roles ("Support") and parts too short to mean anybody are left out.
    """
    tokens = [t for t in _NAME_TOKEN.findall(full_name) if _fold(t).lower() not in _TITLES]
    tokens = tokens[:_MAX_TOKENS]
    writings: dict[str, None] = {}
    if len(tokens) > 1:
        writings[" ".join(tokens)] = None
        writings[" ".join((tokens[-1], *tokens[:-1]))] = None
        writings.update((" ".join(pair), None) for pair in pairwise(tokens))
    for i, token in enumerate(tokens):
        if _IS_HAN.match(token):
            writings.update(dict.fromkeys(_han_writings(token, surname_first=i == 0)))
        elif len(token) >= 3 and _fold(token).lower() not in _ROLES:
            writings[token] = None
    return sorted(writings, key=lambda writing: -len(writing))


def _han_writings(token: str, *, surname_first: bool) -> Iterator[str]:
    for honorific in _HONORIFICS:
        token = token.removesuffix(honorific)
    if _fold(token) in _ROLES or not token:
        return
    size = 2 if token[:2] in _COMPOUND_SURNAMES else 1
    if len(token) >= 2:
        yield token
    if surname_first and len(token) <= 4:
        if len(token) - size >= 2:
            yield token[size:]
        yield from (token[:size] + honorific for honorific in _HONORIFICS)


def _name_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    writings = {_fold(writing) for name in names for writing in names_of(name)}
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
            body = rf"(?:{'|'.join(rf'(?<={_fold(title)} )' for title in _MR_MRS)}){body}"
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
    ezafe = r"(?:[ \u200c]?ی)?" if token[-1] in _fold("اوه") else ""
    return pattern + "[\u064b-\u0655\u0670]*" + ezafe


def _names(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (match.span() for match in pattern.finditer(text))


# ── the whole ────────────────────────────────────────────────────────────────────────────────

_PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(PLACEHOLDERS)})\]")


def redact(
    text: str,
    names: Sequence[str] = (),
    *,
    regions: Sequence[str] = ("IR", "CN", "US", "DE", "GB"),
    order_patterns: Sequence[str] = DEFAULT_ORDER_PATTERNS,
) -> Redaction:
    """Replace personal data by readable placeholders such as `[EMAIL]`.

    `names` are the people known to take part (full names as stored); `regions` are the countries
    whose national phone and identity numbers are recognised. `order_patterns` are regular
    expressions over the folded text; group 1, where there is one, is what gets replaced.
    """
    detectors: list[tuple[str, Detector]] = [
        ("URL", _urls),
        ("SECRET", _secrets),
        ("EMAIL", _emails),
        ("IBAN", _ibans),
        ("ORDER", partial(_orders, [_compile(pattern) for pattern in order_patterns])),
        ("CARD", _cards),
        ("NATIONAL_ID", partial(_national_ids, regions)),
        ("IP", _ips),
        ("PHONE", partial(_phones, regions, {})),
    ]
    known = _name_pattern((names,) if isinstance(names, str) else names)
    if known:
        detectors.append(("NAME", partial(_names, known)))
    counts: Counter[str] = Counter()
    while found := _find(text, detectors):
        counts.update(kind for _, _, kind in found)
        text = _replace(text, ((start, end, f"[{kind}]") for start, end, kind in found))
    return Redaction(text, dict(counts))


def _find(text: str, detectors: Sequence[tuple[str, Detector]]) -> list[tuple[int, int, str]]:
    folded = _blank(_fold(text), (match.span() for match in _PLACEHOLDER.finditer(text)))
    found: list[tuple[int, int, str]] = []
    for kind, detect in detectors:
        spans = _disjoint(detect(folded))
        if kind != "URL":  # a URL may hold a placeholder; everything else ends before one
            spans = [(start, end) for start, end in spans if _MASK not in folded[start:end]]
        if spans:
            found += ((start, end, kind) for start, end in spans)
            folded = _blank(folded, spans)
    return sorted(found)


def find_placeholders(text: str) -> list[str]:
    """Every placeholder still in the text, in order: what a reply must not be sent with."""
    return _PLACEHOLDER.findall(text)
