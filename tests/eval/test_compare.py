"""Two runs side by side."""

from __future__ import annotations

import pytest

from eval.compare import Change, SliceChange, compare
from eval.records import read_run, write_record
from kb.errors import InvalidInput
from tests.eval.records import dataset_record, run_record

OLD = {"q1": 1.0, "q2": 0.5, "q3": 0.0, "q4": 0.0}
NEW = {"q1": 0.0, "q2": 1.0, "q3": 0.25, "q4": 0.0}
SLICES = {"locale:en": ("q1", "q2"), "locale:fa": ("q3", "q4")}


def test_means_difference_and_test_are_those_of_the_queries() -> None:
    found = compare(
        run_record(dataset_record({"hybrid": OLD}, slices=SLICES)),
        run_record(dataset_record({"hybrid": NEW}, slices=SLICES)),
        "hybrid",
        "hybrid",
        seed=1,
    )
    (shop,) = found.datasets
    assert (shop.dataset, shop.measure, shop.queries) == ("shop", "nDCG@10", 4)
    assert (shop.before, shop.after, shop.difference) == (0.375, 0.3125, -0.0625)
    # Differences -1, 0.5, 0.25: of the eight sign patterns only those with the sums ±0.25 … hold:
    # |±1 ±0.5 ±0.25| is 0.25, 0.75, 1.25 or 1.75, all at least the observed 0.25, so p is 1.
    assert shop.p == 1.0
    assert shop.low <= shop.difference <= shop.high
    assert shop.low < 0 < shop.high


def test_changed_queries_go_from_the_biggest_loss_to_the_biggest_gain() -> None:
    found = compare(
        run_record(dataset_record({"hybrid": OLD}, slices=SLICES)),
        run_record(dataset_record({"hybrid": NEW}, slices=SLICES)),
        "hybrid",
        "hybrid",
        seed=1,
    )
    (shop,) = found.datasets
    assert shop.changes == (
        Change("q1", "text of q1", 1.0, 0.0),
        Change("q3", "text of q3", 0.0, 0.25),
        Change("q2", "text of q2", 0.5, 1.0),
    )
    assert [change.query for change in shop.lost] == ["q1"]
    assert [change.query for change in shop.found] == ["q3"]
    assert shop.slices == (
        SliceChange("locale:en", 2, 0.75, 0.5),
        SliceChange("locale:fa", 2, 0.0, 0.125),
    )


def test_a_clear_difference_is_significant_and_corrected_for_all_datasets() -> None:
    old, new = {f"q{n}": 0.0 for n in range(8)}, {f"q{n}": 1.0 for n in range(8)}
    same = dataset_record({"hybrid": old}, name="same")
    found = compare(
        run_record(dataset_record({"hybrid": old}), same),
        run_record(dataset_record({"hybrid": new}), same),
        "hybrid",
        "hybrid",
        seed=1,
    )
    shop, unchanged = found.datasets
    # All eight differences are +1: two of 2^8 sign patterns are as far from 0.
    assert shop.p == pytest.approx(2 / 256, abs=1e-6)
    assert shop.p_holm == pytest.approx(4 / 256, abs=1e-6)
    assert (shop.low, shop.high) == (1.0, 1.0)
    assert (unchanged.p, unchanged.p_holm, unchanged.changes) == (1.0, 1.0, ())


def test_two_systems_of_one_run_can_be_compared() -> None:
    run = run_record(dataset_record({"dense": OLD, "hybrid": NEW}))
    (shop,) = compare(run, run, "dense", "hybrid", seed=1).datasets
    assert (shop.before, shop.after) == (0.375, 0.3125)


def test_datasets_that_ask_differently_are_left_out_with_a_reason() -> None:
    found = compare(
        run_record(
            dataset_record({"hybrid": OLD}),
            dataset_record({"hybrid": OLD}, name="edited", fingerprint="old"),
            dataset_record({"hybrid": OLD}, name="gone"),
        ),
        run_record(
            dataset_record({"hybrid": NEW}),
            dataset_record({"hybrid": NEW}, name="edited", fingerprint="new"),
            dataset_record({"hybrid": OLD}, name="added"),
        ),
        "hybrid",
        "hybrid",
        seed=1,
    )
    assert [item.dataset for item in found.datasets] == ["shop"]
    edited, gone, added = found.left_out
    assert edited.startswith("edited asks or judges differently in the two runs")
    assert gone == "gone is only in the first run."
    assert added == "added is only in the second run."


@pytest.mark.parametrize(
    ("name", "fingerprint", "reason"),
    [("shop", "other", "different questions"), ("other", "same", "only in the first run")],
)
def test_runs_with_nothing_in_common_are_refused(name: str, fingerprint: str, reason: str) -> None:
    one = run_record(dataset_record({"hybrid": OLD}))
    other = run_record(dataset_record({"hybrid": NEW}, name=name, fingerprint=fingerprint))
    with pytest.raises(InvalidInput, match=f"cannot be compared.*{reason}"):
        compare(one, other, "hybrid", "hybrid", seed=1)


def test_one_dataset_can_be_chosen_and_must_exist() -> None:
    run = run_record(
        dataset_record({"a": OLD, "b": NEW}), dataset_record({"a": OLD, "b": NEW}, name="faq")
    )
    found = compare(run, run, "a", "b", only="faq", seed=1)
    assert [item.dataset for item in found.datasets] == ["faq"]
    with pytest.raises(InvalidInput, match="Neither run has a dataset 'x'; they have shop, faq"):
        compare(run, run, "a", "b", only="x", seed=1)


def test_an_unknown_system_is_refused_with_the_known_ones() -> None:
    run = run_record(dataset_record({"hybrid": OLD}))
    with pytest.raises(InvalidInput, match="'dense'; it has hybrid"):
        compare(run, run, "hybrid", "dense", seed=1)


def test_records_that_hold_other_queries_are_refused() -> None:
    one = run_record(dataset_record({"hybrid": OLD}))
    other = run_record(dataset_record({"hybrid": {"q1": 1.0}}))
    with pytest.raises(InvalidInput, match="shop: the records do not hold nDCG@10 for the same"):
        compare(one, other, "hybrid", "hybrid", seed=1)


def test_a_dataset_without_judged_queries_is_left_out() -> None:
    empty, shop = dataset_record({"hybrid": {}}, name="empty"), dataset_record({"hybrid": OLD})
    found = compare(run_record(empty, shop), run_record(empty, shop), "hybrid", "hybrid", seed=1)
    assert [item.dataset for item in found.datasets] == ["shop"]
    assert found.left_out == ("empty has no judged query.",)


def test_a_run_made_with_other_parameter_fields_can_still_be_read(tmp_path):
    old = run_record().model_copy(update={"parameters": {"fusion": {"a_field_of_the_past": 1.0}}})
    path = write_record(old, tmp_path)
    assert read_run(path).parameters == {"fusion": {"a_field_of_the_past": 1.0}}
