"""What a short message does in a conversation: only be polite, or refer to what was said before.

English, Persian and Chinese; held against the folded text of `kb.mail.lines.bare`.
"""

from __future__ import annotations

import regex

from kb.mail.lines import bare
from kb.mail.patterns import one_of

_MAX_CHARS = 200
"""Longer messages say something of their own."""

_COURTEOUS_EN = (
    "thanks", "thank you", "many thanks", "thx", "ty", "cheers", "bye", "goodbye", "good night",
    "a lot", "so much", "very much", "again", "in advance", "everyone", "guys", "team", "support",
    "for your help", "for the help", "for all your help", "for your reply", "for the reply",
    "for the quick reply", "for your quick reply", "for the info", "for your time",
    "for your support", "for the support", "for everything", "for the answer", "for your answer",
    "hi", "hello", "hey", "dear", "there", "sir", "madam", "all", "ok", "okay", "great", "perfect",
    "awesome", "cool", "noted", "got it", "yes", "will do", "good morning", "good afternoon",
    "good evening", "good day", "appreciated", "much appreciated", "i appreciate it", "helpful",
    "you are welcome", "you're welcome", "have a nice day", "have a good day", "have a great day",
    "have a nice weekend", "have a good weekend", "regards", "best regards", "kind regards",
    "it works", "it works now", "that worked", "this worked", "that works", "it worked", "works",
    "works now", "works again", "it is working now", "it's working now", "working now", "solved",
    "fixed", "resolved", "problem solved", "issue resolved", "all good", "all good now",
    "perfectly", "that helped", "that was it", "that fixed it", "that solved it", "very",
    "much", "kind", "now",
)  # fmt: skip
_COURTEOUS_FA = (
    "ممنون", "ممنونم", "خیلی ممنون", "سپاس", "متشکرم", "متشکر", "سپاسگزارم", "تشکر", "با تشکر",
    "مرسی", "سلام", "با سلام", "درود", "خداحافظ", "خدانگهدار", "خسته نباشید", "وقت بخیر", "باشه",
    "روز بخیر", "شب بخیر", "عصر بخیر", "صبح بخیر", "موفق باشید", "چشم", "بله", "عالی", "خیلی",
    "درست شد", "حل شد", "مشکل حل شد", "مشکلم حل شد", "کار کرد", "دستتون درد نکنه", "دمتون گرم",
    "از شما", "شما", "لطف کردید", "بسیار", "با احترام", "از راهنمایی شما", "از راهنماییتون",
    "از پاسخ شما", "از کمک شما", "بابت پاسخ", "بابت راهنمایی", "از لطف شما", "فراوان", "واقعا",
    "وقتتون بخیر", "وقت شما بخیر", "از پاسختون", "از پیگیری شما", "ممنونم از شما", "عزیز", "گرامی",
)  # fmt: skip
_COURTEOUS_ZH = (
    "谢谢", "谢谢您", "谢谢你", "谢谢你们", "谢谢大家", "谢谢啦", "多谢", "非常感谢", "十分感谢",
    "感谢", "感谢您的帮助", "感谢您的回复", "感谢您的支持", "感谢帮助", "感谢回复", "的帮助",
    "的回复", "您好", "你好", "大家好", "再见", "拜拜", "辛苦了", "麻烦了", "好的", "好", "收到",
    "明白了", "明白", "知道了", "解决了", "已经解决", "已解决", "问题解决了", "问题已解决",
    "搞定了", "可以了", "没问题了", "太好了", "嗯", "哦", "在吗", "早上好", "下午好", "晚上好",
    "中午好", "您", "你", "了", "啦", "哈", "们",
)  # fmt: skip
_COURTESY = regex.compile(
    rf"\b{one_of(*_COURTEOUS_EN)}\b|\b{one_of(*_COURTEOUS_FA)}\b|{one_of(*_COURTEOUS_ZH)}"
)
_WORD = regex.compile(r"\p{Han}|[\p{L}\p{N}]+")
_NAME = regex.compile(r"^(?!still$|not$|no$)[a-z\p{Arabic}]{2,}$")

_BACK = regex.compile(
    r"\b(?:still|again|same|as before|no (?:luck|change|difference|success)|tried|neither"
    r"|did(?: not|n't)|(?:does|is|has)(?: not|n't) (?:help|work|fix|solve|change|solved|fixed)\w*"
    r"|(?:did|done) (?:that|this|it|so)|what (?:now|next|else)|not (?:working|fixed|solved))\b"
    r"|还是|仍然?|依然|依旧|还没|没用|不行|无效|没有?(?:效果|变化|解决|作用|反应)|试过|试了|同样|一样"
    r"|照做|按(?:照)?您?说的|做了也|也不"
    rf"|\b{one_of('هنوز', 'همچنان', 'باز هم', 'بازم', 'دوباره', 'همان', 'همون', 'مجددا')}\b"
    rf"|\b{one_of('درست نشد', 'حل نشد', 'نشد', 'فایده نداشت', 'فایده‌ای نداشت', 'جواب نداد')}\b"
    rf"|\b{one_of('کار نکرد', 'تاثیری نداشت', 'امتحان کردم', 'انجام دادم', 'این کار را کردم')}\b"
)


def is_courtesy(text: str) -> bool:
    """Whether `text` is only thanks, a greeting, a goodbye or "it works now", perhaps to a name."""
    if len(text) > _MAX_CHARS:
        return False
    folded = bare(text)
    rest = _WORD.findall(_COURTESY.sub(" ", folded))
    if not rest:
        return True
    return len(rest) == 1 and rest[0] != folded and bool(_NAME.match(rest[0]))


def refers_back(text: str) -> bool:
    """Whether `text` is short and leans on what was said before: "it still does not work"."""
    return len(text) <= _MAX_CHARS and bool(_BACK.search(bare(text)))
