"""Spelling that readers stumble over: Persian letters and joiners, Chinese punctuation. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import regex

from kb.authoring.advice.reading import Pieces
from kb.authoring.faults import Fault
from kb.text import ZWNJ, detect_language, language_of

_ARABIC = regex.compile(r"[\p{L}\u200c]*[يك][\p{L}\u200c]*")
_TO_PERSIAN = str.maketrans("يك", "یک")
_VERB = regex.compile(r"(?<![\p{L}\u200c])(ن?می) (?=[\p{Arabic}]{2,})(\p{Arabic}+)")
_PLURAL = regex.compile(r"(\p{Arabic}+) (ها|های|هایی|هایم|هایت|هایش|هایتان|هایشان)(?!\p{L})")
_FA_PUNCTUATION = regex.compile(r"\p{Arabic}+[,;?]")
_TO_FA = str.maketrans(",;?", "،؛؟")
_FA_DIGITS = regex.compile(r"(?<=\p{Arabic} )[0-9]+(?= \p{Arabic})")
_TO_FA_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ZH_PUNCTUATION = regex.compile(r"\p{Han}[,;:?!](?!//)|\p{Han}\.(?![\w.])|\p{Han}\(|\)(?=\p{Han})")
_TO_ZH = str.maketrans(",;:?!.()", "，；：？！。（）")
_LEAST_CHARS = 60
"""Of prose, before its language can be told."""

_Rule = tuple[str, "regex.Pattern[str]", Callable[[str], str]]

_RULES: dict[str, tuple[_Rule, ...]] = {
    "fa": (
        ("fa_letters", _ARABIC, lambda found: found.translate(_TO_PERSIAN)),
        ("fa_joiner", _VERB, lambda found: found.replace(" ", ZWNJ)),
        ("fa_joiner", _PLURAL, lambda found: found.replace(" ", ZWNJ)),
        ("fa_punctuation", _FA_PUNCTUATION, lambda found: found.translate(_TO_FA)),
        ("fa_digits", _FA_DIGITS, lambda found: found.translate(_TO_FA_DIGITS)),
    ),
    "zh": (("zh_punctuation", _ZH_PUNCTUATION, lambda found: found.translate(_TO_ZH)),),
}


def writing_advice(
    pieces: Pieces, title: str, locale: str, languages: Sequence[str]
) -> Iterator[Fault]:
    """What is written otherwise in the language of the text.

    Args:
        languages: of the settings; among them it is guessed what the text is written in.
    """
    language = language_of(locale)
    for code, pattern, mended in _RULES.get(language, ()):
        for match in pattern.finditer(title):
            yield _fault(code, match[0], mended(match[0]), field="title")
        for piece in pieces.words:
            for match in pattern.finditer(piece.text):
                yield _fault(code, match[0], mended(match[0]), line=piece.line)
    prose = " ".join(piece.text for piece in pieces.words)
    if len(prose) >= _LEAST_CHARS and language in languages:
        guess = detect_language(prose, languages, language)
        if guess != language:
            yield Fault(code="other_language", field="locale", values={"language": guess})


def _fault(code: str, found: str, mended: str, **where: object) -> Fault:
    return Fault.model_validate(
        {"code": code, "values": {"found": found[:60], "mended": mended[:60]}, **where}
    )
