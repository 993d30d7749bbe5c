"""Passwords, keys and codes: known by their own form, or by the sentence that gives them away.

"The password is tulip" tells a secret and "the password is wrong" does not; most of this module
is about that difference, in three languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kb.privacy.folding import Span, compile_folded, word_set
from kb.privacy.web import is_credential

# ── patterns ─────────────────────────────────────────────────────────────────────────────────

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
    r"(?<![A-Za-z0-9])(?i:pass(?:word|code|phrase|wd)|pwd|pw|token|otp"
    r"|api[ _-]?(?:key|token)|(?:client[ _-]?)?secret(?:[ _-]?key)?"
    r"|(?:access|private)[ _-]?key|pin(?:[ _-]?code)?"
    r"|cv[cv]2?|(?:verification|security|one[ -]time|confirmation|2fa|login)[ -]?code)"
    r"(?: (?:for|of|to|at|on|in)(?: [A-Za-z]{1,12}){1,3})?"
    r"(?:[\"']? ?([:=]) {0,2}| {1,2}(is|was)(?: now)? ?:? {0,2})"
    r"([\"'`“‘«]?)([!-~]{3,})(?=( *(?:$|[\n,;]|(?:and|but)\b))?)"
)
# "password gr33nThumb#7", "set the password to …": no verb says it, so it must look like one.
_ENGLISH_BARE = re.compile(
    r"(?<![A-Za-z0-9])(?i:pass(?:word|code|phrase|wd)|pwd|pw|token|api[ _-]key)( to)? {1,2}"
    r"[\"'`“‘«]?([!-~]{6,})"
)
_CHANGED = re.compile(r"(?i:\b(?:set|chang|updat|reset|renew|switch)[a-z]{0,4}\b)")
_PASS = re.compile(r"(?<![A-Za-z0-9_])[Pp]ass ?: ?([!-~]{6,64})")
_IS_CODE = re.compile(r"(?=[!-~]{0,63}[A-Za-z])(?=[!-~]{0,63}[0-9])[^.:/\\<>()]{6,64}\Z")
_SYMBOL = re.compile("[@#$%^&*+=~!_-]")
_CARD_CODE = compile_folded(
    r"(?<![A-Za-z0-9])(?:(?i:cv[cv]2?)(?: (?:code|is|اش|ش|من|کارتم?))?|安全码|校验码)(?:是|为)?"
    r" ?[:=]? ?([0-9]{3,4})(?![0-9A-Za-z]|[.,/][0-9])"
)
_CODE_RECEIVED = re.compile(
    r"(?<![A-Za-z])(?i:code|pin|otp) (?:that |which )?(?i:you|i|we|they|it|he|she)"
    r"(?: [A-Za-z']{1,12}){1,4} (?:is|was|:) ?:? ?([0-9]{4,8})(?![0-9A-Za-z]|[.,/:-][0-9])"
)
_LOGIN = compile_folded(
    r"(?i:\b(?:log[ -]?in|user(?:name)?|account|credentials)\b)|یوزر|کاربری|账号|用户|登录"
)
_AFTER_LOGIN = re.compile(  # "login ann@shop.example / Thyme4Tea"
    r"@[A-Za-z0-9.-]{1,80}[A-Za-z](?: ?[/|:] | - |[|:])([!-~]{6,64})(?![!-~])"
)
_PERSIAN_SECRET = compile_folded(
    r"(?<![\u0620-\u06ff])(?:رمز(?:[ \u200c]?(?:عبور|دوم|پویا|ورود))?|پسو?ورد|گذر[ \u200c]?واژه"
    r"|کلمه\u0654?(?:[ \u200c]ی)? ?عبور|پین(?:[ \u200c]?کد)?|کد (?:تایید|فعالسازی|ورود)|توکن)"
    r"[\u0654\u0650]?(?:[ \u200c]?ی)?(?:[ \u200c]?(?:ام|م|مان|مون|اش|ش|شان|شون))?"
    r"(?: (?:من|ما|اینجانب|(?:حساب|اکانت|ایمیل|کارت|برنامه|اپ|سایت|پنل|مودم|گلدان|وای[ \u200c]?فای"
    r"|wi-?fi|(?i:api))(?:[ \u200c]?(?:ام|م|من))?|قبلی|جدید|فعلی|را به|رو به)){0,3}"
    r"(?: [0-9]{1,2} ?(?:رقمی|حرفی)(?:ه|ست)?(?= ?:))?"
    r"(?: ?([:=]) {0,2}| {1,2}(?:(?:هم|این|اینه|عبارت است از|برابر|برابر با|میشه) ?:? ?)?)"
    r"([\"'«“]?)([!-~]{3,})"
    r"(?=([\"'»”]? ?(?:است|هست|بود|می[ \u200c]?باشد|ه)(?![\u0620-\u06ff]))?)"
    r"(?! ?(?:رقم|کاراکتر|حرف|بار|تومان|ریال))"
)
_CHINESE_SECRET = compile_folded(
    r"(?:密码|口令|验证码|密钥|令牌|(?<![A-Za-z])(?i:token|api key|key)(?=[是为就])) ?"
    r"(?:(?:我们?|之前|现在|原来|一直|设置?|用)的?){0,3}"
    r"(?:(?:就?是|[设設]?置?[为為]|改[为為成]了?|[:=]) ?:? {0,2}[\"'“「『]?([!-~]{4,})(?! ?[位个])"
    r"|([!-~]{0,64}+)(?! ?[位个]))"
)


# ── judgement ────────────────────────────────────────────────────────────────────────────────

_NOT_A_SECRET = word_set(
    "about above absent again always asked authentication automatically bad below blank broken",
    "case-sensitive correct different email empty exactly false field fine forgotten gone good",
    "here hidden incorrect invalid known long lost missing never none null okay only optional",
    "malicious reset right safe same secret secure seen sent short still stolen strong that there",
    "these this true undefined unknown unsafe username valid weak what where wrong wrongly",
)
_PASSPHRASE = re.compile(r"[a-z]{2,15}(?:-[a-z]{2,15}){2,6}\Z")
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


def _unstated(text: str) -> Iterator[Span]:
    """Secrets that follow their label without a verb: only what nobody writes as a word or host."""
    for pattern, before in ((_ENGLISH_BARE, _CHANGED), (_AFTER_LOGIN, _LOGIN)):
        for match in pattern.finditer(text):
            group = match.re.groups
            value = match[group].rstrip(_TRAILING)
            if match[1] or pattern is _AFTER_LOGIN:
                context = text[max(0, match.start() - 80) : match.start()]
                if not before.search(context):
                    continue
            if _IS_CODE.match(value) and (pattern is _AFTER_LOGIN or _SYMBOL.search(value)):
                yield match.start(group), match.start(group) + len(value)
    for match in _PASS.finditer(text):
        if _IS_CODE.match(match[1]):
            yield match.span(1)


def find_secrets(text: str) -> Iterator[Span]:
    for match in _KNOWN_SECRETS.finditer(text):
        yield match.span()
    for match in _BEARER.finditer(text):
        if _looks_secret(match[1]):
            yield match.span(1)
    for match in _QUERY_SECRET.finditer(text):
        if is_credential(match[1], match[2]):
            yield match.span(2)
    for match in _ENGLISH_SECRET.finditer(text):
        _, verb, quote, raw, clause_end = match.groups()
        value = raw.rstrip(_TRAILING)
        # "password: tulip" or "the password is tulip." but not "the password was tulip-shaped"
        word = verb != "was" and not quote and (clause_end is not None or raw[-1] in ".,;!?")
        pin = value.isdigit() and len(value) >= 3
        plain = (word or quote) and _could_be_secret(value)
        if pin or _looks_secret(value) or _PASSPHRASE.match(value) or plain:
            yield match.start(4), match.start(4) + len(value)
    yield from _unstated(text)
    for pattern in (_CARD_CODE, _CODE_RECEIVED):
        for match in pattern.finditer(text):
            yield match.span(1)
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
