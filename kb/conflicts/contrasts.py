"""Things that stand beside each other and are not the same: a card is not a wallet.

Two statements that name different members of one set speak of different things, whatever else
they have in common. The sets are of words that support texts of any trade use, in three languages.
"""

from __future__ import annotations

import regex

_SETS: tuple[tuple[str, ...], ...] = (
    (  # means of payment
        r"\b(?:credit |debit )?cards?\b(?<!gift cards?)|(?<!\w)کارت(?! هدیه)"
        r"|(?<!礼品|会员|学生|购物)卡(?!密|住|顿)",
        r"\bwallets?\b|کیف پول|钱包",
        r"\btransfers?\b|حواله|انتقال بانکی|转账|汇款",
        r"\bpaypal\b|پی ?پال",
        r"\bgift cards?\b|کارت هدیه|礼品卡",
        r"\bcash\b|نقد|现金",
    ),
    (
        r"\b(?:domestic(?:ally)?|within your country|inside the country)\b|داخل(?:ی| کشور)"
        r"|国内|境内",
        r"\b(?:abroad|international(?:ly)?|overseas|foreign)\b|خارج|بین ?المللی"
        r"|国外|海外|跨境|境外|国际",
    ),
    (
        r"\be-?mails?\b|ایمیل|رایانامه|邮件|电邮",
        r"\bchat\b|چت|گفت ?و ?گو|聊天|在线客服",
        r"\b(?:phone|call|telephone)\b|تلفن|电话|致电",
        r"\b(?:sms|text message)\b|پیامک|短信",
    ),
    (
        r"\bmonthly\b|\bper month\b|ماهانه|ماهیانه|每月|按月|月付|包月",
        r"\b(?:yearly|annual(?:ly)?|per year)\b|سالانه|سالیانه|每年|按年|年付|包年",
        r"\bweekly\b|\bper week\b|هفتگی|每周",
        r"\bdaily\b|\bper day\b|روزانه|每天|每日",
    ),
    (r"\bfree\b|رایگان|免费", r"\b(?:paid|premium|pro)\b|پولی|ویژه|付费|高级|收费"),
    (r"\bwith\b", r"\bwithout\b"),
    (r"(?<!\w)با(?!\w)", r"(?<!\w)بدون(?!\w)"),
    (
        r"\b(?:enabled?|activate[sd]?|turn(?:ed)? on|switch(?:ed)? on)\b"
        r"|فعال (?:کن|کرد|باشد|است|شود)|启用|开启|打开",
        r"\b(?:disabled?|deactivate[sd]?|turn(?:ed)? off|switch(?:ed)? off)\b"
        r"|غیر ?فعال|خاموش|停用|禁用|关闭",
    ),
    (
        r"\bincoming\b|\breceiv\w+|دریافت|接收|收到|收件",
        r"\boutgoing\b|\bsend\w*|ارسال|فرستاد|发送|发件",
    ),
    (r"\bupload\w*|بارگذاری|آپلود|上传", r"\bdownload\w*|دانلود|بارگیری|下载"),
    (r"\bimport\w*|درون ?ریزی|导入", r"\bexport\w*|برون ?بری|导出"),
    (r"\bold\b|قدیمی|قبلی|旧", r"\bnew\b|جدید|تازه|新"),
    (
        r"\bfirst\b|نخست|اولین|首次|第一",
        r"\b(?:second|next|last)\b|دومین|آخرین|بعدی|最后|第二|下一",
    ),
    (
        r"\bbefore\b|\buntil\b|\bprior\b|(?:پیش|قبل) از|(?<!目|以)前(?!往|提)",
        r"\b(?:after|once)\b|(?:پس|بعد) از|(?<!然|最|背)后(?!台|续)",
    ),
    (r"\burgent\b|فوری|紧急", r"\bhigh\b", r"\bnormal\b|عادی|普通", r"\blow\b"),
    (
        r"\brefund\w*|بازپرداخت|退款",
        r"\brepair\w*|تعمیر|维修|修理",
        r"\b(?:replace\w*|exchange\w*)|تعویض|جایگزین|换货|补发|补寄",
    ),
    (
        r"\b(?:answer|reply|response|respond)\w*|پاسخ|回复|答复",
        r"\b(?:solution|solve|resolve)\w*|解决",
    ),
    (
        r"\bopened\b|بازشده|باز شده|拆封(?<!未拆封)|已开",
        r"\b(?:unopened|sealed)\b|بازنشده|مهروموم|未拆封|未开",
    ),
    (r"\bpublic\b|عمومی|公开", r"\bprivate\b|خصوصی|私密|私人"),
    (
        r"\b(?:up to|below|under|less than|at most)\b|کمتر از|زیر|پایین تر از|不足|低于|少于|以下",
        r"\b(?:above|over|more than|exceed\w*|from \d\S*(?: \S+)? on(?:wards)?)\b"
        r"|بیش از|بیشتر از|بالای|بالاتر از|超过|高于|多于|以上",
    ),
    (
        r"\bmin(?:imum)?\b|حداقل|دست ?کم|至少|最少|最低",
        r"\bmax(?:imum)?\b|حداکثر|最多|最大|最高|最长",
    ),
    (r"\bday\b(?!s)|\bdaytime\b|白天", r"\bnight\w*|شبانه(?! روز)|夜间|夜里"),
    (r"\badults?\b|بزرگسال|成人", r"\b(?:child|children|kids)\b|کودک|儿童"),
    (r"\bandroid\b|اندروید|安卓", r"\b(?:ios|iphone|ipad)\b|آیفون|苹果", r"\bwindows\b|ویندوز",
     r"\b(?:mac|macos|osx)\b", r"\b(?:linux|ubuntu)\b"),
    (r"\bimap\b", r"\bpop3?\b", r"\bsmtp\b"),
    (r"\block(?:s|ed)?\b|قفل|锁", r"\bunlock\w*|بازگشایی|解锁"),
    (r"\badd(?:s|ed|ing)?\b|افزود|اضافه|添加|增加", r"\b(?:remove|delete)\w*|حذف|پاک|删除|移除"),
)  # fmt: skip

_PATTERNS = [[regex.compile(member.replace("آ", "ا")) for member in members] for members in _SETS]


def contrasts(folded: str) -> frozenset[tuple[int, int]]:
    """Members of the sets that folded text names, as (set, member)."""
    return frozenset(
        (number, place)
        for number, members in enumerate(_PATTERNS)
        for place, member in enumerate(members)
        if member.search(folded)
    )


def apart(one: frozenset[tuple[int, int]], other: frozenset[tuple[int, int]]) -> bool:
    """Whether the two name different members of a set (and none in common)."""
    if not one or not other or one == other:
        return False
    shared = {number for number, _ in one & other}
    return bool(({number for number, _ in one} & {number for number, _ in other}) - shared)
