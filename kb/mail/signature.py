"""What stands below a message and is not part of it: names, phones, devices, legal notices.

Careful rather than thorough: a name too much in a problem costs nothing, a lost sentence does.
"""

from __future__ import annotations

import regex

from kb.mail.lines import Line, bare
from kb.mail.patterns import one_of

_DELIMITERS = frozenset({"--", "—", "——", "__"})
_MAX_SIGNATURE_LINES = 12
_MAX_SIGNATURE_CHARS = 1000
_TAIL_LINES = 8

_DEVICE = regex.compile(
    r"^(?:sent (?:from|via|with) (?:my|mail|outlook|yahoo|proton|samsung|gmail|an?|iphone|ipad)"
    r"|get outlook for|sent from \w+ mail)\b.{0,80}$"
    r"|^(?:发自|来自|发送自)(?:我的)?.{1,30}$|^从我的.{1,20}(?:发送|发出)$|^使用.{1,20}发送$"
    rf"|^{one_of('ارسال', 'ارسال شده', 'فرستاده شده')} {one_of('از', 'با', 'توسط')} (?:.{{0,20}})?"
    rf"{one_of('آیفون', 'آی‌فون', 'آیپد', 'گوشی', 'موبایل', 'یاهو', 'جیمیل', 'سامسونگ', 'تبلت')}"
    r".{0,40}$"
    rf"|^{one_of('ارسال', 'ارسال شده', 'فرستاده شده')} {one_of('از', 'با')} "
    r"(?:iphone|ipad|android|outlook|gmail|yahoo|samsung|xiaomi).{0,40}$"
)
_NOTICE = regex.compile(
    r"^[*\s]*(?:confidentiality|legal|privacy|important) (?:notice|note|disclaimer)\b"
    r"|^[*\s]*disclaimer\s?[:\-*]"
    r"|^(?:this|the information (?:contained )?in this|the contents? of this|any views in this)"
    r" (?:e-?mail|message|communication|transmission)\b.{0,120}"
    r"\b(?:confidential|intended|privileged|virus|recipient)"
    r"|^(?:please )?consider the environment before|^virus-free\b"
    r"|^this e-?mail has been (?:checked|scanned) for viruses"
    r"|^[【\[]?(?:免责声明|保密声明|保密提示|法律声明)"
    r"|^(?:本|此)(?:电子)?(?:邮件|信息).{0,60}(?:保密|机密|收件人|仅供)"
    rf"|^{bare('این')} {one_of('ایمیل', 'پیام', 'نامه', 'پست الکترونیکی')}.{{0,120}}"
    rf"{one_of('محرمانه', 'گیرنده')}"
    rf"|^{one_of('سلب مسئولیت', 'اطلاعیه محرمانگی', 'بیانیه محرمانگی')}"
)
_BANNER = regex.compile(
    r"^[\[*]*(?:caution|external|warning|attention)[\]*]*\s?[:!\-]?.{0,60}"
    r"\b(?:external|outside|originated|sender)\b|^\[external\]$"
    r"|^[【\[]?(?:外部邮件|注意|警告)[】\]]?[:!]?.{0,20}(?:外部|组织外)"
)

_REGARDS = (
    "regards", "best regards", "kind regards", "warm regards", "kindest regards", "with regards",
    "best wishes", "best", "all the best", "cheers", "sincerely", "yours", "yours sincerely",
    "yours faithfully", "yours truly", "sincerely yours", "respectfully", "take care", "rgds", "br",
    "with best regards", "with kind regards", "warmly", "greetings", "many greetings",
    "此致", "敬礼", "此致敬礼", "此致 敬礼", "祝好", "顺祝商祺", "顺颂商祺", "顺祝", "敬上", "致敬",
    "祝工作顺利", "祝商祺", "祝您工作顺利", "祝生活愉快", "祝您生活愉快", "此致,敬礼", "祝安好",
    "با احترام", "با احترام فراوان", "با تقدیم احترام", "ارادتمند", "ارادتمند شما", "با مهر",
    "با آرزوی موفقیت", "موفق باشید", "خدانگهدار", "دوستدار شما", "با درود", "با احترامات",
    "با تشکر و احترام", "با احترام و تشکر", "با سپاس و احترام", "روز خوش", "روز خوبی داشته باشید",
)  # fmt: skip
_THANKS = (
    "thanks", "thank you", "many thanks", "thanks a lot", "thanks so much", "thanks again", "thx",
    "thanks in advance", "thank you in advance", "thank you very much", "thank you so much",
    "thanks and regards", "thanks and best regards", "thanks & regards", "thank you and regards",
    "with thanks", "much appreciated", "谢谢", "多谢", "感谢", "非常感谢", "谢谢您", "谢谢你",
    "谢谢!", "十分感谢", "万分感谢", "谢谢大家",
    "با تشکر", "با سپاس", "سپاس", "متشکرم", "ممنون", "ممنونم", "سپاسگزارم", "با تشکر فراوان",
    "با سپاس فراوان", "پیشاپیش سپاسگزارم", "پیشاپیش ممنون", "پیشاپیش متشکرم", "تشکر", "مرسی",
    "با تشکر از شما", "خیلی ممنون", "باتشکر", "باسپاس", "پیشاپیش از لطف شما سپاسگزارم",
)  # fmt: skip
_END = r"[\s,.!。،;؛~:-]*"
_SIGN_OFF = regex.compile(rf"^(?:{one_of(*_REGARDS)}|{one_of(*_THANKS)}){_END}$")
_SIGN_OFF_AND_NAME = regex.compile(
    rf"^{one_of(*_REGARDS)}\s?[,،\-]\s?(?P<name>[\p{{L}} .]{{2,30}})$"
)
_CONTACT = regex.compile(
    r"@|https?://|www\.|^(?:t|f|m|tel|phone|mobile|cell|fax|mail|e-?mail|web|site|addr(?:ess)?)\b"
    rf"|\d[\d\s().-]{{6,}}|^(?:电话|手机|邮箱|地址|传真|微信|网址)"
    rf"|^{one_of('تلفن', 'موبایل', 'ایمیل', 'نشانی', 'آدرس', 'همراه', 'فکس', 'وب‌سایت')}"
    r"|^\d{4}年\d{1,2}月|^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}$"
)
_SENTENCE = regex.compile(
    r"[?؟!。;؛…]|[.:]$|[,،].*[,،].*[,،]"
    r"|\b(?:i|it|is|was|are|be|not|no|now|still|works?|working|please|you|my|have|has|can|but|ps"
    r"|also|when|what|how|why|same|get|got|did|does|do|tried|still|will|would|this|that|there)\b"
    r"|[了吗呢吧么请问题是不没还]"
    rf"|\b{one_of('است', 'شد', 'نشد', 'کرد', 'کردم', 'شده', 'نیست', 'بود', 'می', 'نمی', 'را')}\b"
    rf"|\b{one_of('لطفا', 'هنوز', 'هم', 'ولی', 'اما', 'چرا', 'چطور', 'مشکل', 'دارم', 'دارد')}\b"
)
_HAN = regex.compile(r"\p{Han}")
_DIGIT = regex.compile(r"\d")
"""In a line without contact details: a version, an error; what people add after their thanks."""


def without_signature(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The message and its signature. A signature with nothing above it is the message."""
    own = [line for line in lines if line.part != "signature"]
    signature = [line for line in lines if line.part == "signature"]
    if all(line.blank for line in own):
        return lines, []
    own, banner = _without_banner(own)
    for cut in (_below_notice, _below_delimiter, _devices, _below_sign_off):
        own, removed = cut(own)
        signature = removed + signature
    return own, banner + signature


def _cut(lines: list[Line], at: int | None) -> tuple[list[Line], list[Line]]:
    """Cut before line `at`, unless nothing would be left above."""
    if at is None or all(line.blank for line in lines[:at]):
        return lines, []
    return lines[:at], lines[at:]


def _without_banner(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Warnings about senders from outside, which mail servers put on top."""
    first = next((i for i, line in enumerate(lines) if not line.blank), 0)
    below = lines[first + 1 :]
    if _BANNER.match(lines[first].bare) and not all(line.blank for line in below):
        return below, [lines[first]]
    return lines, []


def _below_delimiter(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """From `--` on, if what follows is short enough for a signature."""
    at, said, size = None, 0, 0
    first = Line("")  # that says something below the line looked at
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if line.text.strip() in _DELIMITERS and (line.text == "-- " or not _is_prose(first)):
            at = number
        if not line.blank:
            first = line
            said += 1
        size += len(line.text)
        if said > _MAX_SIGNATURE_LINES or size > _MAX_SIGNATURE_CHARS:
            break
    return _cut(lines, at)


def _below_notice(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    found = (i for i, line in enumerate(lines) if i and _NOTICE.match(line.bare))
    return _cut(lines, next(found, None))


def _tail(lines: list[Line]) -> list[int]:
    """Numbers of the last lines that say something, in order."""
    said = [i for i in range(len(lines) - 1, -1, -1) if not lines[i].blank][:_TAIL_LINES]
    return said[::-1]


def _devices(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Lines like "Sent from my phone"; what stands below them stays."""
    footers = {i for i in _tail(lines) if i and _DEVICE.match(lines[i].bare)}
    own = [line for i, line in enumerate(lines) if i not in footers]
    if not footers or all(line.blank for line in own):
        return lines, []
    return own, [lines[i] for i in sorted(footers)]


def _below_sign_off(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """From "Best regards" on, if only names and contact details follow."""
    tail = _tail(lines)
    at = None
    for place in range(len(tail) - 1, -1, -1):
        line = lines[tail[place]]
        named = _SIGN_OFF_AND_NAME.match(line.bare)
        if _SIGN_OFF.match(line.bare) or (named and not _SENTENCE.search(named["name"])):
            at = tail[place]
        elif not _is_name_or_contact(line):
            break
    return _cut(lines, at)


def _is_prose(line: Line) -> bool:
    """A sentence, so the dashes above it only divide the text."""
    words = len(line.bare.split()) + len(_HAN.findall(line.bare)) // 2
    return words >= 7 and bool(_SENTENCE.search(line.bare)) and not _CONTACT.search(line.bare)


def _is_name_or_contact(line: Line) -> bool:
    text = line.bare
    if _CONTACT.search(text) and len(text) <= 100:
        return not _SENTENCE.search(_CONTACT.sub("", text).strip(" :."))
    words = [word for word in text.split() if word not in "|·•-–—/"]
    if len(words) > 7 or len(text) > 70 or _DIGIT.search(text) or _SENTENCE.search(text):
        return False
    latin = [word for word in line.text.split() if word[0].isascii() and word[0].isalpha()]
    return all(word[0].isupper() or len(word) <= 3 for word in latin)
