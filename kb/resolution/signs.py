"""What one message does: carries an answer, or asks, promises, closes; confirms or contradicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import regex

from kb.mail import read_mail
from kb.resolution.phrases import LANGUAGES, languages_of, normalise, says, without

Kind = Literal["answer", "polite", "request", "question", "closing", "acknowledgement", "me_too"]
Reaction = Literal["worked", "did_not", "thanked", "asked", "other"]

LEAST_SAID = 6
"""Letters of the shortest answer: "Tilt it"."""
LEAST_SAID_UNKNOWN = 25
"""The same in languages whose greetings and thanks are not known."""
LEAST_BESIDE_REQUEST = 12
"""The same beside a request: "Details help"."""
LONG_QUESTION = 160
"""Letters from which a question explains something before it asks."""

# Of normalised text, in which the marks of Chinese have become ,!?; without a blank after them.
# Chinese strings whole sentences together with commas.
_SENTENCE_END = regex.compile(r"(?<=[.!?؟…])\s+|(?<=。)|(?<=[,!?;])(?=\p{Han})|\n+")
_CLOSING_MARKS = " )]}\"'»”’」)"
_ONE_WORD = regex.compile(r"\W*+[[\w'-]--[\p{Han}\p{Hiragana}\p{Katakana}]]++\W*+", regex.V1)
"""Whom it is to, who it is from."""
_POINTER = regex.compile(r"https?://|www\.|\p{L} ?[>→›»] ?\p{L}| -> ")


def sentences(text: str) -> list[str]:
    """The sentences and lines that a message's author wrote, normalised; a program writes none."""
    mail = read_mail(text)
    pieces = [] if mail.automatic else _SENTENCE_END.split(normalise(mail.written))
    return [piece for part in pieces if (piece := part.strip())]


def weight(text: str) -> int:
    """How much is said, in letters and digits; a Han character or kana counts as three."""
    return sum(3 if "\u3040" <= c <= "\u9fff" else 1 for c in text if c.isalnum())


def answer_weight(lines: Sequence[str], locale: str) -> int:
    """How much of an answer a rep's message gives, in letters; 0: it is not one.

    An answer says what to do or what is the case. Greetings, thanks, requests for information,
    questions, promises and closing notes are none. Every sentence counts by itself, so a long reply
    that also asks is an answer.

    Args:
        lines: its sentences.
        locale: language of the ticket.
    """
    languages = languages_of("\n".join(lines), locale)
    kinds = [kind_of(line, languages) for line in lines]
    if _own_story(lines, kinds, languages):
        return 0
    said = sum(weight(line) for line, kind in zip(lines, kinds, strict=True) if kind == "answer")
    if locale.split("-")[0].lower() not in LANGUAGES:
        least = LEAST_SAID_UNKNOWN
    else:
        least = LEAST_BESIDE_REQUEST if "request" in kinds else LEAST_SAID
    return said if said >= least else 0


def kind_of(sentence: str, languages: tuple[str, ...]) -> Kind:
    """What a rep's normalised sentence is."""
    rest = without("polite", sentence, languages)
    if weight(rest) < LEAST_SAID or _ONE_WORD.fullmatch(rest):
        return "polite"
    if says("suggestion", sentence, languages):
        return "answer"
    if says("me_too", sentence, languages):
        return "me_too"
    if says("closing", sentence, languages):
        return "closing"
    if says("acknowledgement", sentence, languages):
        return "acknowledgement"
    if says("request", sentence, languages):
        return "request"
    if is_question(sentence) and not _POINTER.search(sentence):
        return "question" if weight(sentence) < LONG_QUESTION else "answer"
    return "answer"


def reaction(lines: Iterable[str], locale: str) -> Reaction:
    """What a customer's messages say about the answer before them, from their sentences.

    Whoever says both that it worked and that it did not, has another problem or tells what was
    before: the sentences are counted, and as many of each confirm nothing.
    """
    worked = failed = 0
    thanked = asked = False
    for line in lines:
        languages = languages_of(line, locale)
        thanked = thanked or says("thanks", line, languages)
        if is_question(line):
            asked = True
        elif says("did_not", line, languages):
            failed += 1
        elif says("worked", line, languages) and not says("hedged", line, languages):
            worked += 1
    if worked > failed:
        return "worked"
    if failed:
        return "did_not"
    return "asked" if asked else "thanked" if thanked else "other"


def _own_story(lines: Sequence[str], kinds: Sequence[Kind], languages: tuple[str, ...]) -> bool:
    """Whether it begins with having the same problem, and does not go on to how it was solved."""
    first = next((kind for kind in kinds if kind != "polite"), None)
    return first == "me_too" and not any(says("worked", line, languages) for line in lines)


def is_question(sentence: str) -> bool:
    """Whether a normalised sentence ends with a question mark."""
    return sentence.rstrip(_CLOSING_MARKS).endswith(("?", "؟"))
