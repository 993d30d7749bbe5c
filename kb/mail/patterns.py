"""What mail programs write around a message, in English, Persian and Chinese.

Held against `Line.bare`: folded, simplified Chinese, half-spaces as spaces. Words are folded here
too, so they can be written as people write them. Other languages: see `kb.mail.quotes`.
"""

from __future__ import annotations

import regex

from kb.mail.lines import bare

_EDGE = r"[-_=*~—–<>\[\]\s]"
"""What separators are drawn with."""


def one_of(*phrases: str) -> str:
    """An alternation of literal phrases, the longest first."""
    spelled = sorted({bare(phrase) for phrase in phrases}, key=lambda p: (-len(p), p))
    return "(?:" + "|".join(regex.escape(phrase) for phrase in spelled) + ")"


# ── Where an older message begins ────────────────────────────────────────────────────────────

_WROTE = one_of(
    "wrote", "writes", "写道", "写了", "来信", "نوشت", "نوشته", "نوشتند",
    "نوشته است", "نوشته‌است", "نوشته اند", "نوشته بود", "چنین نوشت",
)  # fmt: skip
_SAID = one_of("wrote", "writes", "said", "says", "写道", "写了", "说", "说道", "نوشت", "گفت")

_DATED = (
    r"(?=.*\d)(?=.*(?:@|\d:\d\d|"
    + one_of(
        "در تاریخ", "در روز", "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر",
        "آبان", "آذر", "دی", "بهمن", "اسفند", "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن",
        "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
    )
    + "))"
)  # fmt: skip
INTRO = regex.compile(
    # On Mon, 3 Mar 2025 at 10:00, Ann <a@b.c> wrote:
    rf"^(?:on|at)\b(?=.*\d)(?=.*[,@])(?!.*\b(?:the|it|my) ?\w* {_WROTE}).{{4,250}} {_WROTE}\s?:$"
    # 在 2024年5月1日，小王 写道：   小王 于2024年5月1日周三 10:00写道：
    r"|^(?=.*\d).{4,250}(?:写道|来信)\s?:$"
    # در تاریخ دوشنبه ۳ مارس ۲۰۲۵ ساعت ۱۰:۰۰ علی <a@b.c> نوشت:
    rf"|^{_DATED}(?!.*\bرا {_WROTE}).{{4,250}} {_WROTE}\s?:$"
    # 2024-05-01 10:00 GMT+08:00 Ann <a@b.c>:
    r"|^\d{4}[-/年][^<>]{4,120}<[^<>\s]+@[^<>\s]+>\s?:$"
    # Ann <a@b.c> wrote on Monday, 3 March:
    rf"|^[^<>]{{0,80}}<[^<>\s]+@[^<>\s]+> ?{_WROTE}\b.{{0,80}}:$"
)
"""Announces a quotation by itself."""

WEAK_INTRO = regex.compile(rf"^.{{1,160}}{_SAID}\s?:?$")
"""Announces one only if quoted lines follow: `Ann said:`."""

_ORIGINAL = one_of(
    "original message", "original appointment", "original email", "previous message",
    "原始邮件", "原邮件", "原始信件", "邮件原件", "原始消息", "原件", "回复的邮件", "原文",
    "پیام اصلی", "پیغام اصلی", "ایمیل اصلی", "نامه اصلی", "متن پیام اصلی", "پیام قبلی",
)  # fmt: skip
_FORWARDED = one_of(
    "forwarded message", "begin forwarded message", "forwarded email", "message forwarded",
    "转发的邮件", "转发邮件", "转发邮件信息", "转发的消息", "转发的信息", "已转发邮件",
    "转发信息", "开始转发的邮件", "开始转发的信息", "下面是被转发的邮件", "被转发的邮件",
    "پیام فوروارد شده", "پیام ارجاع شده", "پیام هدایت‌شده", "پیام بازفرستاده", "ایمیل فوروارد شده",
    "شروع پیام ارجاع شده", "شروع پیام فوروارد شده", "شروع پیام هدایت‌شده", "پیام باز ارسال شده",
)  # fmt: skip
HISTORY = regex.compile(rf"^{_EDGE}{{2,}}{_ORIGINAL}{_EDGE}*:?{_EDGE}*$")
FORWARD = regex.compile(
    rf"^{_EDGE}{{2,}}{_FORWARDED}(?: by [^-]{{1,80}})?{_EDGE}*:?{_EDGE}*$"
    rf"|^(?:begin |start of )?{_FORWARDED}\s?:$"
)
REPLY_ABOVE = regex.compile(
    r"^[^\w]*(?:please )?"
    r"(?:(?:type your |write your )?(?:reply|response|answer) (?:above|over) this line"
    r"|请在此(?:行|线|处)?(?:之?上方|以上)(?:输入)?回复|请勿删除此行以上|请在此线之?上回复"
    rf"|{bare('لطفا')}.{{0,30}}{bare('بالای این خط')})"
)
RULE = regex.compile(r"^[_\-=*—]{5,}$")

# ── Header blocks: From / Sent / To / Subject ────────────────────────────────────────────────

_LABELS = {
    "from": ("from", "发件人", "寄件者", "寄件人", "发信人", "发送人", "از", "فرستنده"),
    "date": (
        "sent", "date", "发送时间", "日期", "时间", "发件时间", "寄件日期", "发送日期", "传送时间",
        "تاریخ", "ارسال شده", "ارسال", "فرستاده شده", "زمان ارسال", "تاریخ ارسال", "زمان",
    ),
    "to": ("to", "收件人", "收件者", "收信人", "به", "گیرنده", "گیرندگان"),
    "cc": ("cc", "bcc", "抄送", "副本", "密送", "رونوشت", "رونوشت به"),
    "subject": ("subject", "主题", "主旨", "标题", "موضوع", "عنوان"),
    "other": ("reply-to", "importance", "attachments", "重要性", "附件", "پیوست", "اهمیت"),
}  # fmt: skip
LABEL_OF = {bare(label): field for field, labels in _LABELS.items() for label in labels}
HEADER = regex.compile(r"^[*>\s]*(?P<label>[\p{L}][\p{L} -]{0,24}?)[*\s]*:(?P<value>.*)$")
RAW_HEADER = regex.compile(
    r"^(?:received|return-path|message-id|mime-version|content-type|dkim-signature|x-[\w-]+"
    r"|authentication-results|delivered-to|references|in-reply-to)\s?:"
)
"""Only mail sources have these: somebody shows us the headers, they are the problem."""

# ── The author passes on or points at what stands below ──────────────────────────────────────

POINTS_BELOW = regex.compile(
    r"\b(?:fyi|fwd?|forward(?:ed|ing)?|(?:see|read|check|look at) (?:\w+ ){0,4}below|below"
    r"|in ?line|passing (?:this )?on|between your lines)\b"
    r"|见下|看下|下面|以下|如下|下方|转发|转给|转达|供参考|红字"
    rf"|{one_of('پایین', 'زیر', 'فوروارد', 'ارجاع', 'جهت اطلاع', 'در ادامه', 'بازارسال')}"
)
