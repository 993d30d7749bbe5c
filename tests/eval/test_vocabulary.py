"""The effect of synonyms, measured on one index."""

from __future__ import annotations

import pytest

from eval.vocabulary import Effect, Row, effect_of_synonyms
from kb.errors import InvalidInput
from kb.expansion import NO_SYNONYMS, Synonyms, Wording
from kb.parameters import packaged_parameters
from tests.eval.tiny import CORPUS, QRELS, QUERIES, write_dataset
from tests.fakes import BagOfWordsEmbedder

SLANG = [
    {"_id": "slang-parcel", "text": "shipment"},
    {"_id": "slang-refund", "text": "cashback"},
    {"_id": "none", "text": "zebra"},
]
JUDGED = [("slang-parcel", "parcel", 1), ("slang-refund", "refund", 1)]


def measured(tmp_path, settings, before: Synonyms, after: Synonyms) -> Effect:
    dataset = write_dataset(tmp_path / "tiny", CORPUS, [*QUERIES, *SLANG], [*QRELS, *JUDGED])
    return effect_of_synonyms(
        dataset, settings, BagOfWordsEmbedder(), packaged_parameters(), before, after
    )


def synonyms(*pairs: tuple[str, str]) -> Synonyms:
    return Synonyms([(Wording(a), Wording(b)) for a, b in pairs], ("en", "fa", "zh"))


def test_before_and_after_are_paired_and_the_changed_queries_are_named(tmp_path, settings) -> None:
    known = synonyms(("shipment", "parcel"), ("cashback", "refund"))
    effect = measured(tmp_path, settings, NO_SYNONYMS, known)
    assert (effect.queries, effect.expanded, effect.unanswerable) == (11, 2, 1)
    first = effect.rows[0]
    assert (first.slice, first.measure, first.queries) == ("all", "nDCG@10", 10)
    assert first.after == 1
    assert first.difference == pytest.approx(first.after - first.before, abs=1e-5)
    assert first.low <= first.difference <= first.high
    assert {change.query for change in effect.changes} <= {"slang-parcel", "slang-refund"}
    assert effect.worst_drop() == 0


def test_the_other_way_round_is_the_same_difference_with_the_other_sign(tmp_path, settings) -> None:
    known = synonyms(("shipment", "parcel"), ("cashback", "refund"))
    gain = measured(tmp_path / "a", settings, NO_SYNONYMS, known)
    loss = measured(tmp_path / "b", settings, known, NO_SYNONYMS)
    assert loss.rows[0].difference == -gain.rows[0].difference
    assert loss.worst_drop() == max(0.0, *(r.difference for r in gain.rows if r.measure != "R@10"))


def test_nothing_changes_for_queries_without_a_synonym(tmp_path, settings) -> None:
    effect = measured(tmp_path, settings, NO_SYNONYMS, synonyms(("quokka", "parcel")))
    assert (effect.expanded, effect.changes) == (0, ())
    assert all(row.difference == 0 and row.p == 1 for row in effect.rows)
    assert effect.answered_before == effect.answered_after


def test_a_dataset_without_judgements_is_refused(tmp_path, settings) -> None:
    dataset = write_dataset(tmp_path / "tiny", CORPUS, QUERIES, [])
    with pytest.raises(InvalidInput, match="no judged query"):
        effect_of_synonyms(
            dataset, settings, BagOfWordsEmbedder(), packaged_parameters(), NO_SYNONYMS, NO_SYNONYMS
        )


def test_the_worst_drop_is_of_the_worst_language_and_of_ndcg_only() -> None:
    def row(slice_: str, measure: str, difference: float) -> Row:
        return Row(slice_, measure, 3, 0.5, 0.5 + difference, difference, -1, 1, 1)

    rows = (row("all", "nDCG@10", 0.1), row("locale:fa", "nDCG@10", -0.02), row("x", "R@10", -0.5))
    effect = Effect("d", 3, 1, rows, (), 0, 0, 0)
    assert effect.worst_drop() == 0.02
