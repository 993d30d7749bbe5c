"""Text analysis: one function for indexing and querying (DESIGN §5).

`analyse` turns text into terms with their place in the original, so the same call serves the
lexical index, the query and the highlighting. What it evens out:

- width, case, compatibility forms (NFKC, case folding), digits of every script;
- Arabic ي ك ى ة أ إ آ → Persian ی ک ه ا, diacritics and tatweel dropped;
- Persian writing: `می‌شود`, `می شود` and the plural `ها` in any spacing become one word; other
  words joined by ZWNJ (and Latin ones joined by a hyphen) give their parts and the joined form;
- traditional Chinese to simplified, then words by rjieba's search mode;
- inflection, by the Snowball stemmer of the text's language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

import regex

ANALYSIS_VERSION = "1"
"""Part of every snapshot's manifest: bump when `analyse` gives different terms for any text."""

ZWNJ = "\u200c"

_FOLD = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ۂ": "ه", "ە": "ه",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ء": None,
        "ـ": None,  # tatweel
        "\u200d": None, "\u200e": None, "\u200f": None, "\u00ad": None, "\ufeff": None,
    }
)  # fmt: skip

_LINE_END = regex.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_UNCLEAN = regex.compile(r"[[\p{Cc}\p{Cs}\uFEFF]--[\n\t]]", regex.V1)

_POSSESSIVE = regex.compile(r"['’][sS]?$")

_WORD = regex.compile(
    r"(?P<han>\p{Han}+)"
    r"|(?P<arabic>[\p{Arabic}&&[\p{L}\p{N}]](?:[\p{Arabic}&&[\p{L}\p{M}\p{N}]]"
    r"|[\u064B-\u065F\u0670\u0640\u200C])*)"
    r"|(?P<word>[\p{L}\p{M}\p{N}--[\p{Han}\p{Arabic}]]+(?:['’][\p{L}\p{M}]+)?)",
    regex.V1,
)

_FA_PREFIXES = frozenset({"می", "نمی"})
_FA_SPACED_SUFFIXES = frozenset("ها های هایی هایم هایت هایش هایمان هایتان هایشان تر ترین".split())
"""Suffixes that are no words of their own, so a space before them is a typing habit."""
_FA_SUFFIXES = _FA_SPACED_SUFFIXES | frozenset("تری ام ات اش مان تان شان ای اند ایم اید".split())

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "fa": "persian", "fi": "finnish",
    "fr": "french", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "it": "italian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_ARABIC_SCRIPT = frozenset({"fa", "ar", "ur", "ps"})
_HAN_SCRIPT = frozenset({"zh", "ja"})


class Term(NamedTuple):
    """An index term and the half-open span `text[start:end]` it came from."""

    text: str
    start: int
    end: int


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - snowballstemmer's name


def clean(text: str) -> str:
    """Text as it is stored and shown: NFC, no control characters, no stray line-ending forms.

    Lone surrogates and U+0000, which neither UTF-8 files nor SQLite take, are dropped.
    """
    text = _LINE_END.sub("\n", text)
    return unicodedata.normalize("NFC", _UNCLEAN.sub("", text))


def is_blank(text: str) -> bool:
    """Whether nothing in `text` can be seen: only spaces, joiners, marks of direction."""
    return all(unicodedata.category(char)[0] in "ZC" for char in text)


def fold(text: str) -> str:
    """One spelling for strings that differ only in writing: the key for comparing titles.

    >>> fold("كتاب‌هاي ۱۲") == fold("کتاب‌های 12")
    True
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)
    return "".join(map(_fold_char, unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.digit(char))
    return "" if "\u064b" <= char <= "\u065f" or char == "\u0670" else char


def simplify(text: str) -> str:
    """Traditional Chinese to simplified, character by character (same length)."""
    converted = _opencc().convert(text)
    return converted if len(converted) == len(text) else text


def analyse(text: str, locale: str = "en") -> list[Term]:
    """Terms of `text` in order of appearance; overlapping terms (compounds) share a place.

    Args:
        text: any text, in any mix of scripts.
        locale: language of the text, for stemming words in Latin and other scripts.
    """
    terms: list[Term] = []
    language = locale if locale in _SNOWBALL and locale not in _ARABIC_SCRIPT else "en"
    algorithm = _SNOWBALL[language]
    arabic: list[_Part] = []  # a run of Persian words, held back until its joints are known
    previous_end = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        if arabic and (match.lastgroup != "arabic" or text[previous_end:start].strip(" ")):
            terms.extend(_persian_terms(arabic, locale))
            arabic = []
        if match.lastgroup == "arabic":
            arabic.extend(_parts(match.group(), start))
        elif match.lastgroup == "han":
            terms.extend(_chinese_terms(match.group(), start))
        else:
            terms.extend(_latin_terms(text, match, terms[-1] if terms else None, algorithm))
        previous_end = end
    terms.extend(_persian_terms(arabic, locale))
    return terms


class _Part(NamedTuple):
    text: str
    start: int
    end: int
    glued: bool
    """Joined to the part before it by ZWNJ, not by a space."""


def _parts(word: str, offset: int) -> Iterator[_Part]:
    at = 0
    for index, raw in enumerate(word.split(ZWNJ)):
        folded = fold(raw).replace(" ", "")  # NFKC gives isolated marks a space to stand on
        if folded:
            yield _Part(folded, offset + at, offset + at + len(raw), index > 0 and at > 0)
        at += len(raw) + 1


def _persian_terms(parts: Sequence[_Part], locale: str) -> Iterator[Term]:
    stem = _stemmer(locale if locale in _ARABIC_SCRIPT else "fa")
    group: list[_Part] = []

    def flush() -> Iterator[Term]:
        for part in group:
            yield Term(stem(part.text), part.start, part.end)
        if len(group) > 1:
            joined = stem("".join(part.text for part in group))
            yield Term(joined, group[0].start, group[-1].end)

    for part in _with_affixes_joined(parts):
        if group and not part.glued:
            yield from flush()
            group = []
        group.append(part)
    yield from flush()


def _with_affixes_joined(parts: Sequence[_Part]) -> list[_Part]:
    """`می شود` → `میشود`, `کتاب ها` → `کتابها`, whether written with ZWNJ or a space."""
    joined: list[_Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        suffixes = _FA_SUFFIXES if part.glued else _FA_SPACED_SUFFIXES
        if last and (last.text in _FA_PREFIXES or part.text in suffixes):
            joined[-1] = _Part(last.text + part.text, last.start, part.end, last.glued)
        else:
            joined.append(part)
    return joined


def _chinese_terms(run: str, offset: int) -> Iterator[Term]:
    import rjieba

    simplified = simplify(unicodedata.normalize("NFKC", run))
    if len(simplified) != len(run):  # a compatibility ideograph that decomposes: keep offsets true
        simplified = run
    for word, start, end in rjieba.tokenize(simplified, "search", True):
        yield Term(word, offset + start, offset + end)


def _latin_terms(
    text: str, match: regex.Match[str], previous: Term | None, algorithm: str
) -> list[Term]:
    start, end = match.span()
    word = _latin_term(match.group(), algorithm)
    if not word:
        return []
    terms = [Term(word, start, end)]
    # wi-fi: also found as wifi
    if previous and start - previous.end == 1 and text[previous.end] in "-‐‑":
        head = regex.sub("[-‐‑]", "", fold(text[previous.start : previous.end]))
        joined = _stem(algorithm, head + _fold_latin(match.group()))
        terms.append(Term(joined, previous.start, end))
    return terms


@lru_cache(maxsize=200_000)
def _latin_term(word: str, algorithm: str) -> str:
    folded = _fold_latin(word)
    return _stem(algorithm, folded) if folded else ""


@lru_cache(maxsize=100_000)
def _fold_latin(word: str) -> str:
    """A word folded, without apostrophes and the English possessive."""
    bare = _POSSESSIVE.sub("", word)
    return fold(bare).replace("'", "").replace("’", "").replace(" ", "")


@cache
def _stem_function(algorithm: str) -> _Stemmer:
    import snowballstemmer

    stemmer: _Stemmer = snowballstemmer.stemmer(algorithm)
    return stemmer


@lru_cache(maxsize=200_000)
def _stem(algorithm: str, word: str) -> str:
    if algorithm == "english":  # where accents are foreign and often left out: résumé, resume
        word = _without_accents(word)
    stem = _stem_function(algorithm).stemWord(word) or word
    return _without_accents(stem)  # other languages' stemmers need them, searchers drop them


def _without_accents(word: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare) or word


class _stemmer:  # noqa: N801 - reads as a function: a partial that keeps its type
    def __init__(self, locale: str) -> None:
        self._algorithm = _SNOWBALL[locale]

    def __call__(self, word: str) -> str:
        return _stem(self._algorithm, word)


@cache
def _opencc() -> _Converter:
    import opencc

    converter: _Converter = opencc.OpenCC("t2s")
    return converter


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def language_of(locale: str) -> str:
    """The language of a locale: `zh` of `zh-Hant-TW`."""
    return locale.split("-")[0].lower()


def detect_language(text: str, languages: Sequence[str], default: str) -> str:
    """The most likely of `languages`; `default` for text without letters.

    The script decides where it can; py3langid only chooses among languages that share one.
    """
    counts = {"han": 0, "arabic": 0, "other": 0}
    for char in text[:2000]:
        if not char.isalpha():
            continue
        code = ord(char)
        if 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF:
            counts["han"] += 2  # a Chinese character carries as much as a short word
        elif 0x0600 <= code <= 0x06FF or 0xFB50 <= code <= 0xFEFF:
            counts["arabic"] += 1
        else:
            counts["other"] += 1
    if not any(counts.values()):
        return default
    script = max(counts, key=lambda name: counts[name])
    candidates = [language for language in languages if script_of(language) == script]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        return default
    found = _identifier(tuple(candidates))(text)
    return found or (default if default in candidates else candidates[0])


def script_of(language: str) -> str:
    """`han`, `arabic`, or `other` for all else."""
    if language in _HAN_SCRIPT:
        return "han"
    return "arabic" if language in _ARABIC_SCRIPT else "other"


class _Classify(Protocol):
    def __call__(self, text: str) -> str | None: ...


@cache
def _identifier(languages: tuple[str, ...]) -> _Classify:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = [language for language in languages if language in identifier.labels]
    identifier.set_languages(known)

    def classify(text: str) -> str | None:
        return str(identifier.classify(text)[0]) if known else None

    return classify


def slug(heading: str) -> str:
    """An anchor for a heading in any script, as it also appears in the rendered page."""
    words = regex.findall(r"[\p{L}\p{M}\p{N}]+", heading.casefold())
    return "-".join(words)[:80] or "section"
