"""Found, right, confused, excess: each by hand on a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.redaction import Report, Sentence, measure, parse_marked
from kb.privacy import PersonalSpan, Redaction


def sentence(marked: str, language: str = "en") -> Sentence:
    text, spans = parse_marked(marked)
    return Sentence(marked, language, text, (), spans)


def report_of(marked: Sequence[str], *pieces: tuple[str, str], language: str = "en") -> Report:
    """What `measure` says of a redactor that takes away exactly these pieces."""

    def redact(text: str, names: Sequence[str]) -> Redaction:
        found = ((text.find(piece), piece, kind) for piece, kind in pieces)
        spans = (PersonalSpan(at, at + len(p), k) for at, p, k in found if at >= 0)
        return Redaction("…", {}, tuple(sorted(spans)))

    return measure([sentence(one, language) for one in marked], redact)


def test_a_span_taken_away_whole_is_found_and_right() -> None:
    figure = report_of(["call ⟦PHONE|0912 345⟧"], ("0912 345", "PHONE")).figure("PHONE", "en")
    assert (figure.marked, figure.found, figure.replaced, figure.right) == (1, 1, 1, 1)
    assert (figure.recall, figure.precision, figure.f1) == (1.0, 1.0, 1.0)


def test_half_a_span_is_missed_though_the_replacement_is_right() -> None:
    report = report_of(["call ⟦PHONE|0912 345⟧"], ("0912", "PHONE"))
    figure = report.figure("PHONE")
    assert (figure.recall, figure.precision, figure.f1) == (0.0, 1.0, 0.0)
    assert [(e.what, e.kind, e.piece) for e in report.errors] == [("missed", "PHONE", "0912 345")]


def test_blanks_and_commas_between_two_replacements_may_stay() -> None:
    report = report_of(
        ["⟦ADDRESS|12 Elm Road, Leeds⟧"], ("12 Elm Road", "ADDRESS"), ("Leeds", "NAME")
    )
    assert report.figure("ADDRESS").recall == 1.0
    assert report.confusion == {("ADDRESS", "NAME"): 1}


def test_another_type_counts_as_found_and_as_confusion() -> None:
    report = report_of(["id ⟦NATIONAL_ID|0912345678⟧"], ("0912345678", "PHONE"))
    assert report.figure("NATIONAL_ID").recall == 1.0
    assert report.figure("PHONE").precision == 1.0
    assert report.confusion == {("NATIONAL_ID", "PHONE"): 1}


def test_taking_what_is_not_marked_costs_precision() -> None:
    report = report_of(
        ["version 2.0.0.24", "at ⟦IP|10.0.0.5⟧"], ("2.0.0.24", "IP"), ("10.0.0.5", "IP")
    )
    assert report.figure("IP").precision == 0.5
    assert (report.sentences, report.without_marks) == (2, 1)
    assert [(e.what, e.piece) for e in report.errors] == [("wrong", "2.0.0.24")]


def test_excess_is_the_unmarked_share_of_letters_and_digits_taken() -> None:
    assert report_of(["say ⟦NAME|abcd⟧"], ("y abcd", "NAME")).excess == pytest.approx(1 / 5)


def test_nothing_marked_and_nothing_taken_has_no_figures() -> None:
    report = report_of(["nothing here"])
    assert report.figures == ()
    assert report.figure("EMAIL").recall is None
    assert report.missed_targets == []


@pytest.mark.parametrize(
    ("kind", "found", "of", "missed"),
    [("CARD", 49, 50, 0), ("CARD", 48, 50, 2), ("NAME", 19, 20, 0), ("NAME", 18, 20, 2)],
)
def test_recall_targets_hold_at_their_bound(kind: str, found: int, of: int, missed: int) -> None:
    marked = [f"⟦{kind}|x{i:02d}x⟧" for i in range(of)]
    report = report_of(marked, *((f"x{i:02d}x", kind) for i in range(found)))
    assert len(report.missed_targets) == missed  # in the language and over all


def test_types_without_a_target_may_be_missed() -> None:
    assert report_of(["⟦ADDRESS|12 Elm Road⟧ ⟦SECRET|tulip⟧"]).missed_targets == []


def test_a_language_below_the_precision_target_is_named() -> None:
    report = report_of(["版本 2.0.0.24"], ("2.0.0.24", "IP"), language="zh")
    assert report.missed_targets == [
        "Precision of all in all is 0.000, below 0.95.",
        "Precision of all in zh is 0.000, below 0.95.",
    ]
