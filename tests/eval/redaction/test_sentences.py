"""The packaged sentences: enough of everything, valid numbers; and the targets hold on them."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from stdnum import iban, luhn

from eval.redaction import Sentence, load_set, measure
from kb.privacy import PLACEHOLDERS, redact
from kb.privacy.folding import fold

LANGUAGES = ("en", "fa", "zh")


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    return load_set("packaged")


def test_redaction_reaches_its_targets_on_the_packaged_sentences(sentences) -> None:
    report = measure(sentences, redact)
    assert report.missed_targets == []
    assert (report.figure().recall or 0) >= 0.98
    assert report.excess < 0.02


def test_the_spans_tell_how_the_redacted_text_came_about(sentences) -> None:
    for sentence in sentences:
        result = redact(sentence.text, sentence.names)
        text = sentence.text
        for span in reversed(result.spans):
            text = text[: span.start] + span.placeholder + text[span.end :]
        assert text == result.text
        assert redact(text, sentence.names).text == text


def test_there_are_enough_sentences_of_every_kind(sentences) -> None:
    assert all(sum(s.language == one for s in sentences) >= 130 for one in LANGUAGES)
    assert sum(not s.spans for s in sentences) >= 120
    marked = Counter((span.kind, s.language) for s in sentences for span in s.spans)
    for kind in PLACEHOLDERS:
        assert sum(marked[kind, one] for one in LANGUAGES) >= 25, kind
        assert all(marked[kind, one] >= 6 for one in LANGUAGES), kind


def test_no_text_is_in_two_sets(sentences) -> None:
    held_out = load_set("held-out")
    assert {s.text for s in held_out}.isdisjoint(s.text for s in sentences)
    assert all(sum(s.language == one for s in held_out) >= 20 for one in LANGUAGES)


@pytest.mark.parametrize("chosen", ["packaged", "held-out"])
def test_marked_cards_and_ibans_are_valid_by_their_check_digits(chosen: str) -> None:
    pieces = [
        (span.kind, re.sub("[^0-9A-Z]", "", fold(s.text[span.start : span.end]).upper()))
        for s in load_set(chosen)
        for span in s.spans
    ]
    assert [p for kind, p in pieces if kind == "CARD" and not luhn.is_valid(p)] == []
    # `stdnum` does not know Iran's form; its checksum is the same.
    foreign = [
        p for kind, p in pieces if kind == "IBAN" and not p.startswith("IR") and p[:1].isalpha()
    ]
    assert [p for p in foreign if not iban.is_valid(p)] == []
    iranian = [p.removeprefix("IR") for kind, p in pieces if kind == "IBAN" and p not in foreign]
    assert {len(p) for p in iranian} <= {24}
    assert [p for p in iranian if int(f"{p[2:]}1827{p[:2]}") % 97 != 1] == []


def test_marked_names_belong_to_somebody_known(sentences) -> None:
    for sentence in sentences:
        assert sentence.names or not any(span.kind == "NAME" for span in sentence.spans), (
            sentence.id
        )
