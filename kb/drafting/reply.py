"""A past reply as a draft: its words without its own greeting and signature, in a fresh frame."""

from __future__ import annotations

from collections.abc import Mapping

import regex

from kb.drafting.bidi import marked
from kb.drafting.letter import letter
from kb.drafting.templates import Templates, packaged_templates
from kb.models import Ticket

# Greetings. What may stand between the greeting word and the punctuation is a name (in Latin
# letters capitalised, or one word), not a sentence: "Hi the pump is fine." is no greeting.

_EN_WORD = (
    r"(?:\p{Lu}[\p{L}\p{M}'’-]*|\[NAME\]|there|all|again|everyone|everybody|team|sir|madam|or|and"
    r"|valued|dear|friend|customer|to|you|(?:mr|mrs|ms|dr|prof))\.?"
)
_EN = (
    r"(?i:hi|hello|dear|hey|greetings|good[ ](?:morning|afternoon|evening|day))\b"
    rf"(?:(?:[^\S\n]{{1,3}}{_EN_WORD}){{0,5}}|[^\S\n]{{1,3}}[\p{{L}}'’-]{{1,30}})"
    r"[^\S\n]{0,3}(?:[,.!:–—]+|\n)"
)
_FA_HONORIFIC = (
    r"(?:عزیز|جان|گرامی|محترم|خانم|آقای|آقا|جناب|سرکار|دکتر|مهندس|دوست|کاربر|مشتری|همراه|مجدد|دوباره"
    r"|وقت|روز|صبح|عصر|شب|بخیر|به[ ]خیر|خدمت|شما|بر|و|احترام|ادب|عرض|درود|سلام|\[NAME\])"
)
_FA_NAMES = r"(?:[^\S\n]{1,3}[^\s.،!؟?:,؛]{1,20})"
_FA = (
    r"(?:با[ ])?(?:عرض[ ])?(?:سلام|درود)(?![\p{L}\p{M}])"
    rf"(?:[^\S\n]{{1,3}}{_FA_HONORIFIC}){{0,5}}"
    rf"(?:{_FA_NAMES}{{0,2}}(?:[^\S\n]{{1,3}}{_FA_HONORIFIC}){{1,4}}|{_FA_NAMES}{{0,1}}(?=[.])"
    rf"|{_FA_NAMES}{{0,2}}(?=[،,!:\n]))?"
    r"[^\S\n]{0,3}(?:[،,.!:]+|\n)"
)
_FA_TITLE = r"(?:جناب|سرکار|آقای|خانم|دکتر|مهندس)"
_FA_GREETED = r"[^\S\n]{0,3}(?:با[ ])?سلام(?:[ ]و[ ](?:احترام|وقت[ ]بخیر))?[^\S\n]{0,3}"
_FA_VOCATIVE = (
    rf"{_FA_TITLE}(?:[^\S\n]{_FA_TITLE}){{0,3}}{_FA_NAMES}{{0,2}}"
    rf"(?:[^\S\n](?:عزیز|گرامی|محترم))?(?:[،:]?{_FA_GREETED}(?:[،.!:]|\n)|[،:])"
    rf"|(?:کاربر|مشتری|دوست|همراه)[^\S\n](?:گرامی|عزیز|محترم)(?:[،:]?{_FA_GREETED}(?:[،.!:]|\n)|[،:])"
    rf"|[^\n.،!؟?:]{{1,40}}[،,]{_FA_GREETED}[.!،]?\n"
)
_ZH_TITLE = r"(?:女士|先生|小姐|老师|经理)"
_ZH = (
    r"[^\n，。！？、：]{0,12}[，,]?[^\S\n]{0,3}(?:您好|你好)(?:[，,！!：:。、~～]+|\n)"
    rf"|(?:您好|你好)[，,]?[^\S\n]{{0,3}}(?:\[NAME\]{_ZH_TITLE}?|\p{{Han}}{{1,3}}{_ZH_TITLE})[，,！!：:。]"
    r"|(?:尊敬的|亲爱的)[^\n，。！？：:]{0,15}[，,：:！!\n](?:\s*(?:您好|你好)[，,！!。:：]*)?"
)
_REDACTED = (
    rf"\[NAME\][^\S\n]{{0,3}}(?:{_ZH_TITLE}|عزیز|جان|خانم|آقا|گرامی)?"
    r"(?:(?:早上|上午|中午|下午|晚上|新年)?好)?[^\S\n]{0,3}(?:[,،，:：!！]+|\n)"
)
_GREETING = regex.compile(rf"(?:{_EN}|{_FA}|{_FA_VOCATIVE}|{_ZH}|{_REDACTED})\s*")
_GREETINGS = 2
"""At most so many in a row: «با سلام» and then «جناب آقای [NAME]،»."""

# Closings. Thanks close a text only together with the name of the one who thanks.

_REGARDS = (
    r"(?i:(?:with[ ])?(?:(?:my|best|kind|kindest|warm|warmest|friendly)[ ]){0,2}(?:regards|wishes)"
    r"|all[ ]the[ ]best|best|cheers|sincerely|yours(?:[ ](?:sincerely|faithfully|truly))?"
    r"|sincerely[ ]yours|respectfully)"
    r"|با[ ](?:کمال[ ]|تقدیم[ ])?(?:احترام|سپاس|تشکر|مهر)(?:[ ]و[ ](?:احترام|سپاس|تشکر))?"
    r"(?:[ ]فراوان)?"
    r"|ارادتمند(?:[ ]شما)?"
    r"|祝好|此致|敬礼|敬上|谨上|顺祝商祺|顺颂商祺|祝您?(?:生活|工作|一切|身体)(?:愉快|顺利|健康|安好)"
)
_THANKS = (
    r"(?i:(?:many[ ])?thanks|thank[ ]you)(?i:[ ](?:again|a[ ]lot|so[ ]much|in[ ]advance))?"
    r"|ممنون|سپاسگزارم|متشکرم|با[ ]تشکر|谢谢|感谢"
)
# Possessive: a run of letters is one word, so there is one way to read a line.
_SIGNER = (
    r"(?:[\s,،，.!！。～–—-]*+"
    r"(?:\p{Lu}[\p{L}\p{M}'’.-]*+|\[NAME\]|(?:from|at|of|your|the|team|support)\b"
    r"|[\p{Arabic}\p{M}\u200c]++|\p{Han}++)){1,6}+"
)
_PUNCTUATION = r"[\s,،，.!！。～~–—-]*+"
_CLOSING = regex.compile(rf"(?:{_REGARDS}){_PUNCTUATION}(?:{_SIGNER})?{_PUNCTUATION}")
_THANKS_ALONE = regex.compile(rf"(?:{_THANKS}){_PUNCTUATION}")
_THANKS_SIGNED = regex.compile(
    rf"(?:{_THANKS})[^\S\n]*[,،，.!！。–—-]+[^\S\n]*(?:\[NAME\]|\p{{Lu}}[\p{{L}}'’-]+){_PUNCTUATION}"
)
_SIGNATURE = regex.compile(
    r"[-–—]*[^\S\n]*\[NAME\](?:(?:[,،，]|[^\S\n](?:from|at|از))[^\S\n]*[\p{L}\p{M}\s\u200c]{1,30})?"
    r"|\p{Han}{2,8}[^\S\n]*\[NAME\]"
)
_DELIMITER = regex.compile(r"--[^\S\n]*")
_SENTENCE = regex.compile(r"[.!?…؟](?=\s)|[。！？]|[؟]")
_TAIL_LINES = 6
_TAIL_CHARS = 60
"""A signature has at most so many lines of at most so many characters."""


def reply_draft(
    text: str,
    ticket: Ticket,
    locale: str,
    *,
    templates: Templates | None = None,
    values: Mapping[str, str] | None = None,
) -> str:
    """A past reply under a fresh greeting and over a fresh sign-off; nothing else is changed.

    Args:
        text: the reply, redacted.
        locale: of the reply. If it is not the customer's, the draft says so before it.
        values: `agent.name` signs the draft.
    """
    body = marked(without_closing(without_greeting(text)), locale)
    return letter(body, [], ticket, locale, templates or packaged_templates(), values or {})


def without_greeting(text: str) -> str:
    """`text` without the greeting it begins with; a text that is nothing else stays."""
    rest = text.lstrip()
    for _ in range(_GREETINGS):
        match = _GREETING.match(rest)
        if not match:
            break
        rest = rest[match.end() :]
    return rest or text


def without_closing(text: str) -> str:
    """`text` without the closing and signature it ends with; a text that is nothing else stays."""
    lines = text.rstrip().split("\n")
    lines = _before_delimiter(lines)
    for start in range(max(0, len(lines) - _TAIL_LINES), len(lines)):
        if _is_closing(lines[start].strip(), lines[start + 1 :]):
            lines = lines[:start]
            break
    else:
        lines = _without_signature(lines)
    kept = "\n".join(lines).rstrip()
    return _without_closing_sentence(kept) or text


def _before_delimiter(lines: list[str]) -> list[str]:
    for start in range(max(0, len(lines) - _TAIL_LINES), len(lines)):
        if _DELIMITER.fullmatch(lines[start]):
            return lines[:start]
    return lines


def _is_closing(line: str, below: list[str]) -> bool:
    if len(line) > _TAIL_CHARS or not all(_could_be_signature(other.strip()) for other in below):
        return False
    if _CLOSING.fullmatch(line) or _THANKS_SIGNED.fullmatch(line):
        return True
    return any(other.strip() for other in below) and _THANKS_ALONE.fullmatch(line) is not None


def _could_be_signature(line: str) -> bool:
    return (
        len(line) <= _TAIL_CHARS
        and not line.endswith(tuple(".?!:。？！؟："))
        and (not line.startswith(("- ", "* ", "1", "۱")))
    )


def _without_signature(lines: list[str]) -> list[str]:
    end = len(lines)
    for line in reversed(lines[1:][-_TAIL_LINES:]):
        signs = len(line) <= _TAIL_CHARS and _SIGNATURE.fullmatch(line.strip())
        if line.strip() and not signs:
            break
        end -= 1
    return lines[:end]


def _without_closing_sentence(text: str) -> str:
    """Without a closing in the last line, after its last sentence: "… works. Thanks, [NAME]"."""
    start = max(0, len(text) - 2 * _TAIL_CHARS)
    for match in _SENTENCE.finditer(text, start):
        tail = text[match.end() :].strip()
        if _CLOSING.fullmatch(tail) or _THANKS_SIGNED.fullmatch(tail):
            return text[: match.end()]
    return text
