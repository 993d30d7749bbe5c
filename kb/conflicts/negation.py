"""How English, Persian and Chinese deny, and what a denial turns into when it is taken away."""

from __future__ import annotations

import regex

_AUX = "is|are|was|were|can|could|do|does|did|will|would|should|must|may|might|has|have|need"
_NOT = "not(?! only| just| merely| necessarily)"
_ENGLISH = (
    rf"(?P<aux>{_AUX})(?:n't| {_NOT})(?: any ?more| any longer)?"
    r"|(?P<cannot>can(?:not|'t|t))(?! only| just| wait| help)|(?P<wont>won't)"
    rf"|(?P<nolonger>(?:{_AUX})? ?no longer)|(?P<no>(?:is|are|has|have) no(?= ))"
    r"|(?P<never>never)|(?P<unable>unable)|(?P<impossible>impossible)"
    rf"|(?P<unavailable>unavailable)|(?P<unsupported>unsupported)|(?P<plain>{_NOT})"
)
_ENGLISH_AFFIRMED = {
    "cannot": "can", "wont": "will", "never": "always", "unable": "able",
    "impossible": "possible", "unavailable": "available", "unsupported": "supported",
}  # fmt: skip
_PERSIAN_VERBS = (  # after the prefix ن; what begins with نمی is always one
    "دارد|دارند|دارید|داریم|داشته|باید|باشد|باشند|شود|شوند|شده|شد|شدند|کند|کنند|کنید|کنیم|کرد|کرده"
    "|توان|تواند|توانید|توانیم|دهد|دهند|دهیم|گیرد|گیرند|خواهد|خواهند|خواهید|خواهیم|رود|ماند|رسد"
    "|یاید|یابد|پذیرد|پذیریم|پردازد"
)
_PERSIAN_ORDERS = (  # their affirmation has the prefix ب
    "دهید|گیرید|زنید|گذارید|ریزید|برید|فرستید|بندید|روید|گویید|نویسید|کشید|خرید|فروشید|پردازید"
)
_PERSIAN = (
    r"(?P<nami>نمی ?(?=\p{L}))|(?P<nist>نیست(?:ند|ید|یم)?)(?!\w)|(?P<gheyr>غیر ?ممکن|ناممکن)"
    rf"|(?P<na>ن(?=(?:{_PERSIAN_VERBS})(?!\w)))|(?P<order>ن(?=(?:{_PERSIAN_ORDERS})(?!\w)))"
)
_CHINESE_AFFIRMED = {
    "不再": "还", "不能够": "能够", "不能": "能", "不可以": "可以", "不可": "可", "不会": "会",
    "不支持": "支持", "不需要": "需要", "不必": "需要", "不用": "需要", "不允许": "允许",
    "不提供": "提供", "不接受": "接受", "不包括": "包括", "不包含": "包含", "不得": "可以",
    "无法": "可以", "无需": "需要", "无须": "需要", "无权": "有权", "没有": "有",
    "没办法": "可以", "并非": "是", "尚未": "已", "切勿": "可以", "请勿": "可以",
    "禁止": "允许", "严禁": "允许", "没": "有",
}  # fmt: skip
NEGATION = {
    "en": regex.compile(rf"(?<!\w)(?:{_ENGLISH})(?!\w)"),
    "fa": regex.compile(rf"(?<!\w)(?:{_PERSIAN})"),
    "zh": regex.compile(
        rf"(?P<zh>{'|'.join(_CHINESE_AFFIRMED)}|未(?!来|必|知)|勿|别(?!的|人|处)|不)"
    ),
}
"""Signs of denial in folded text, by language."""

IDIOM = {
    "en": regex.compile(
        r"\b(?:why not|not only|not just|(?:don't|do not) (?:worry|hesitate|forget)"
        r"|no (?:problem|worries|doubt|matter)|whether or not|if not|not to worry|not sure"
        r"|or not|can't wait|not (?:at all|yet)|never ?mind)\b"
    ),
    "fa": regex.compile(
        r"نه ?تنها|نگران نباشید|فراموش نکنید|شک نکنید|اشکالی? ندارد|مشکلی نیست|یا نه"
    ),
    "zh": regex.compile(
        "不过|不同|不但|不仅|不光|不只|不管|不论|不断|不久|不少|不错|不妨|差不多|不好意思|对不起"
        "|不客气|不如|不足|不超过|不低于|不少于|不到|不满|不一定|不小心|不用(?:担心|谢)|别担心"
        "|不必担心|不要紧|没关系|没问题|不限|有没有|可不可以|特别|分别|级别|别名|区别|个别|类别"
        "|性别|识别|不可或缺|必不可少|不定期|不得不|不方便|不舒服|不见了|用不着|不想要?|不知道"
        "|不清楚|不确定|不明白|不愿|淹没|没收|沉没|(?P<x>[是能可会要行好])不(?P=x)"
    ),
}
"""What looks like a denial and is none."""

CONDITION = {
    "en": regex.compile(
        r"\b(?:if|when|whenever|unless|in case|where|once|until|while|as long as|because|since"
        r"|although|though|so that|before|after|even if)\b[^,;:]*"
    ),
    "fa": regex.compile(
        r"(?<!\w)(?:اگر|چنانچه|وقتی|هنگامی که|در صورتی که|هرگاه|مگر|چون|زیرا|تا وقتی)(?!\w)[^،؛:,]*"
    ),
    "zh": regex.compile(
        "(?:如果|若|假如|要是|一旦|除非|当|只要|只有|即使|因为|由于|虽然|为了|以免|倘若|万一)"
        "[^，；：,]*|[^，；：,。]*(?:的话|时候|时)(?=[，,])"
    ),
}
"""Subordinate clauses: a denial in them denies nothing in general."""

ONLY = {
    "en": regex.compile(
        r"\b(?:only|except|unless|other than|apart from|just|solely|instead|rather)\b"
    ),
    "fa": regex.compile(r"(?<!\w)(?:فقط|تنها|مگر|به ?جز|غیر از|بلکه)(?!\w)"),
    "zh": regex.compile("只|仅|除|唯|而是|才"),
}
NEED = {
    "en": regex.compile(r"\b(?:need|needs|needed|have to|has to|must|required?|necessary)\b"),
    "fa": regex.compile(r"(?<!\w)(?:باید|لازم|نیاز|مجبور|ضروری|نیازی|نباید)(?!\w)"),
    "zh": regex.compile("需要?|必须|必要|务必|无需|不必|不用|无须|得(?=先|要)|要"),
}
QUESTION = regex.compile(r"[?؟？]\W*$|[吗呢]\W*$|^(?:ایا|چرا|چطور|چگونه|为什么|why|how|what)(?!\w)")


def affirmed(found: regex.Match[str]) -> str:
    """What stands in the place of a match of `NEGATION` once nothing is denied."""
    kind, text = found.lastgroup, found.group()
    if kind == "zh":
        return _CHINESE_AFFIRMED.get(text, "")
    if kind == "nami":
        return "می "
    if kind == "order":
        return "ب"
    if kind == "nist":
        return f"هست{text[4:]}" if text[4:] else "است"
    if kind == "gheyr":
        return "ممکن"
    if kind == "aux":
        return str(found["aux"])
    if kind in ("nolonger", "no"):
        return text.partition("no")[0].strip()
    return _ENGLISH_AFFIRMED.get(kind or "", "")
