"""How a person is addressed, from the one line that a ticket has for their name.

The rules go by the script of the name, not by the language of the ticket: a Persian name in an
English ticket is still a Persian name. What does not look like a person's name (an address, a
role, a placeholder) gives none: a greeting without a name is never wrong.
"""

from __future__ import annotations

from typing import NamedTuple

import regex

from kb.drafting.bidi import plain
from kb.text import fold

_LONGEST = 80
"""Characters; what is longer is no name."""
_ADDRESS = regex.compile(r"<[^<>]*@[^<>]*>|\([^()]*\)")
_NOT_IN_NAMES = regex.compile(r"[@{}<>\[\]#/\\|=\p{N}]|www\.")
_OTHER_SIGNS = regex.compile(r"[^\p{L}\p{M}\s\u200c\u200d'’.,،·・-]")
_HAN, _ARABIC = regex.compile(r"\p{Han}"), regex.compile(r"\p{Arabic}")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(fold(word) for line in lines for word in line.split())


_ROLES = _words(
    "admin administrator anonymous billing client contact customer guest help helpdesk info",
    "mailer daemon me my na nobody none null office owner postmaster sales service support",
    "system team test undefined unknown user webmaster noreply no-reply",
    "کاربر مشتری مهمان ناشناس مدیر پشتیبانی پشتیبان سایت سیستم فروش بی‌نام بدون نام تست آزمایشی",
    "用户 客户 顾客 游客 访客 客服 管理员 匿名 匿名用户 未知 系统 测试 微信用户 未命名",
)
_ORGANISATIONS = _words(
    "ag bv co company corp corporation gmbh group inc limited llc ltd plc sa support team",
    "شرکت فروشگاه پشتیبانی گروه مؤسسه سازمان",
)
_HAN_ORGANISATION = regex.compile(r"公司|集团|客服|用户|工作室|有限")
_TITLES = _words(
    "mr mrs ms miss mx sir madam herr frau",
    "آقا آقای خانم خانوم جناب سرکار حاج حاجی کربلایی سید سیده بانو",
)
_DEGREES = _words("dr doctor prof professor", "دکتر مهندس استاد پروفسور دکترا")
_BEFORE_ANOTHER = _words("محمد امیر علی غلام عبد سید میر ابو")
_AFTER_ANOTHER = _words(
    "ابراهیم ارسلان اصغر اکبر امین باقر تقی جواد حسن حسین رضا سام صادق صالح طاها عباس علی",
    "کاظم مبین متین محمد مهدی نقی هادی یاسین الرضا الله الحسین",
)


class _Name(NamedTuple):
    titles: tuple[str, ...]
    words: tuple[str, ...]
    """Given names, then surnames."""


def display_name(full_name: str) -> str:
    """The name as it can stand in a sentence; empty if it is not a person's or organisation's."""
    name = _ADDRESS.sub("", plain(full_name)).strip(" \"'“”«»")
    if len(name) > _LONGEST or _NOT_IN_NAMES.search(name):
        return ""
    words = _OTHER_SIGNS.sub("", name).split()
    if not any(char.isalpha() for word in words for char in word):
        return ""
    if all(fold(word).strip(".,") in _ROLES for word in words):
        return ""
    return " ".join(words)


def first_name(full_name: str, locale: str) -> str:
    """The given name; the whole name where it is Chinese, or where the ticket is.

    Where nothing but a title and a surname is known («خانم احمدی», "Mr Lee"), both; empty for what
    is not a person's name.
    """
    name = display_name(full_name)
    if not name or _is_organisation(name):
        return ""
    if _HAN.search(name) or locale.startswith("zh"):
        return name
    parsed = _parse(name)
    if len(parsed.words) < 2:
        return name if parsed.titles else "".join(parsed.words)
    given = parsed.words[: _given_words(parsed.words)]
    if len(given[0].rstrip(".")) == 1:  # an initial: "A. Lee"
        return " ".join(parsed.words)
    return " ".join(given)


def last_name(full_name: str) -> str:
    """The surname; empty where it is not told apart from the given name."""
    name = display_name(full_name)
    if not name or _is_organisation(name):
        return ""
    if _HAN.search(name):
        return name.split()[0] if " " in name else name[:1]
    words = _parse(name).words
    return " ".join(words[_given_words(words) :]) if len(words) > 1 else ""


def form_of_address(full_name: str, locale: str) -> str:
    """What a greeting calls the person: with a degree, that and the surname; else the first name.

    >>> form_of_address("خانم دکتر مریم احمدی", "fa")
    'خانم دکتر احمدی'
    """
    name = display_name(full_name)
    if name and not _HAN.search(name) and not locale.startswith("zh"):
        titles = _parse(name).titles
        surname = last_name(full_name)
        if surname and any(fold(title).strip(".") in _DEGREES for title in titles):
            return " ".join([*titles, surname])
    return first_name(full_name, locale)


def _is_organisation(name: str) -> bool:
    words = {fold(word).strip(".,") for word in name.split()}
    return bool(words & _ORGANISATIONS) or _HAN_ORGANISATION.search(name) is not None


def _parse(name: str) -> _Name:
    """Titles before (in Persian also after) the name, and its words, the given name first."""
    surname, comma, given = name.replace("،", ",").partition(",")
    if comma:  # "Lee, Ann"
        name = f"{given} {surname}" if given.strip() else surname
    words = name.replace(",", " ").split()
    start = 0
    while start < len(words) and _is_title(words[start]):
        start += 1
    end = len(words)
    while end > start + 1 and _ARABIC.search(words[end - 1]) and _is_title(words[end - 1]):
        end -= 1
    return _Name(tuple(words[:start]), tuple(words[start:end]))


def _is_title(word: str) -> bool:
    bare = fold(word).strip(".")
    return bare in _TITLES or bare in _DEGREES


def _given_words(words: tuple[str, ...]) -> int:
    """How many of `words` are given names: two in «محمد حسین رضایی»."""
    if len(words) < 2:
        return len(words)
    return 2 if fold(words[0]) in _BEFORE_ANOTHER and fold(words[1]) in _AFTER_ANOTHER else 1
