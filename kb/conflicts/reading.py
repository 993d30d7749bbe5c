"""Texts as sentences: plain, folded to one spelling, with the words that carry their topic."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import regex

from kb.text import Term, analyse, language_of, simplify

_SAME_LENGTH = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "آ": "ا",
        "ؤ": "و", "\u200c": " ", "\u00a0": " ", "\u202f": " ", "’": "'",
        "–": "-", "—": "-", "−": "-", "‑": "-", "～": "~", "〜": "~", "％": "%", "٪": "%",
    }
    | {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F) if chr(code) not in "?!;,:"}
)  # fmt: skip

_LINK = regex.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)")
_ADDRESS = regex.compile(r"<?\b(?:https?://|www\.)[^\s<>)]+>?|\b[\w.+-]{1,64}@[\w.-]{1,100}")
_MARKUP = regex.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_MARGIN = regex.compile(r"^[\s>]*(?:[-*+•·][ \t]+|\(?[0-9۰-۹]{1,2}[.)、][ \t]*|[#]{1,6}[ \t]+)?")
_HEADING = regex.compile(r"^\s{0,3}#{1,6}\s")
_TABLE_RULE = regex.compile(r"^[\s|:-]+$")
_END = regex.compile(r"(?<=[.!?؟…])[\"'”»)]{0,2}\s+|(?<=[。！？!?])[”」』）)]?")
_LONGEST = 600
"""Characters of a sentence; a longer one is noise (a log, a table without lines)."""
_UNFINISHED = regex.compile(r"[^.!?؟。！？…;:：؛；|,،，]$")

_STOP_WORDS = """
a an the and or but if then so as of in on at to for from by with about into over after before
until than that this these those it its is are was were be been being am do does did done have
has had having can could may might will would shall should must not no nor i you he she we they
me him her us them my your his our their mine yours what which who whom when where why how there
here all any both each few more most other some such only own same too very just also please
well still yet already usually normally typically often always ever again once note hi hello
dear thanks thank best regards get gets got take takes took make makes made let lets via per up
out off it's we'll you'll works work lives live runs run itself themselves thing things way ways
time times tell look see know come comes go goes back new use used using valid sort keep kept
keeps enter type choose need needs possible day days hour hours week weeks month months year
years minute minutes business working
و یا اما ولی اگر پس که را از به در با تا بر برای این آن ها های هم نیز یک هر چه چون زیرا است هست
هستند بود بودند باشد باشید شود می‌شود شد شده شده‌اند شوند می‌شوند کند می‌کند کنید می‌کنید کنند
می‌کنند کرد کرده کردن کنیم می‌کنیم دارد دارید دارند داریم داشته داشت دهد می‌دهد دهید می‌دهید شما
ما من او آنها خود خودش خودتان باید می‌توانید می‌توان بتوانید تواند می‌تواند لطفا لطفاً سلام
ممنون فقط حدود معمولا معمولاً حداکثر حداقل دست‌کم دست کم بیش بیشتر کمتر ظرف پیش بعد روز ساعت
هفته ماه سال دقیقه کاری مدت زمان طول می‌کشد همان همین دیگر نه روی بگذارید بدهید بروید
的 了 是 在 我 您 你 他 她 它 我们 您的 你们 他们 这 那 这个 那个 这些 有 和 与 及 或 也 都 就
还 再 又 很 请 吧 呢 吗 啊 把 被 给 对 从 到 至 向 为 以 于 而 但 但是 如果 若 要 会 能 可以 可
需 需要 应 将 上 下 中 里 内 后 前 之 之后 之前 以内 之内 时 等 个 一 一个 天 日 周 月 年 小时
分钟 工作 工作日 最 最多 最长 至少 大约 约 左右 通常 一般 已 已经 并 其 所 只 仅 才 不 没 没有
无 未 您好 你好 谢谢 麻烦 这边 一下 超过 不超过
"""


@dataclass(frozen=True, eq=False)
class Sentence:
    """One sentence, table row, list item or heading."""

    text: str
    folded: str
    """Same length as `text`: spans in one are spans in the other."""
    terms: tuple[Term, ...]
    """Words with content, as `kb.text.analyse` gives them; no numbers."""
    context: frozenset[str]
    """Terms of the title and the heading it stands under."""
    title: frozenset[str]
    language: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Its terms, each once."""
        return frozenset(term.text for term in self.terms)


def sentences(text: str, locale: str, limit: int) -> Iterator[Sentence]:
    """Sentences of the first `limit` characters of `text`, Markdown or plain."""
    language = language_of(locale)
    top: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    for number, line in enumerate(text[:limit].splitlines()):
        plain = _plain(line)
        if not plain or _TABLE_RULE.match(plain):
            continue
        title = bool(_HEADING.match(line)) or (number == 0 and len(plain) < 100)
        if title and _UNFINISHED.search(plain):
            heading = content_terms(plain, language)
            if number == 0 or line.lstrip().startswith("# "):
                top = heading
            context = top | heading
        for piece in _END.split(plain):
            piece = piece.strip(" |")
            if 0 < len(piece) <= _LONGEST:
                folded = fold_same_length(piece, language)
                terms = _content(piece, language)
                yield Sentence(piece, folded, terms, context, top, language)


def fold_same_length(text: str, language: str) -> str:
    """Lower case, one spelling, ASCII digits; every character stays in its place."""
    if not text.isascii():
        text = (simplify(text) if language == "zh" else text).translate(_SAME_LENGTH)
        text = "".join(map(_fold_char, text))
    return text.lower() if len(text.lower()) == len(text) else text


def _fold_char(char: str) -> str:
    if char > "\u065f" and unicodedata.category(char) == "Nd":
        return str(unicodedata.digit(char))
    return char


def content_terms(text: str, language: str) -> frozenset[str]:
    """The words with content of a piece of text."""
    return frozenset(term.text for term in _content(text, language))


def _plain(line: str) -> str:
    line = _MARGIN.sub("", line, count=1)
    line = _LINK.sub(r"\1", line)
    return _MARKUP.sub("", _ADDRESS.sub("", line)).strip()


def _content(text: str, language: str) -> tuple[Term, ...]:
    stop = _stop_terms()
    return tuple(
        term
        for term in analyse(text, language)
        if term.text not in stop and not term.text.isdecimal() and not _is_noise(term.text)
    )


def _is_noise(term: str) -> bool:
    return len(term) == 1 and term.isascii()


@cache
def _stop_terms() -> frozenset[str]:
    return frozenset(term.text for term in analyse(_STOP_WORDS, "en"))
