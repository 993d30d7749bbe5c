"""Fitting the confidence, and saying what it is worth."""

from __future__ import annotations

import pytest

from eval.calibrate import Example, calibrate, examples_of
from eval.experiment import opened
from kb.confidence import FEATURES
from kb.errors import InvalidInput
from kb.parameters import load_parameters, packaged_parameters, write_parameters
from tests.eval.tiny import CORPUS, OUT_OF_SCOPE, QRELS, QUERIES, write_dataset
from tests.fakes import BagOfWordsEmbedder

POLICY = {"related_probability": 0.25, "seed": 1}


def example(
    value: float, relevant: bool, *, dataset: str = "tiny", language: str = "en"
) -> Example:
    features = (value,) + (0.0,) * (len(FEATURES) - 1)
    return Example(dataset, language, features, relevant, relevant)


def examples(count: int, noise: int = 0, dataset: str = "tiny") -> list[Example]:
    """`count` right and `count` wrong first hits; the feature lies about `noise` of each."""
    return [
        example(float(relevant is not (index < noise)), relevant, dataset=dataset)
        for index in range(count)
        for relevant in (True, False)
    ]


def test_calibration_separates_what_can_be_separated():
    report = calibrate(examples(50), wrong_answer_rate=0.05, **POLICY)
    assert report.auroc == 1.0
    assert report.auroc_scope == {"tiny": 1.0, "tiny en": 1.0}
    point = report.at_threshold
    assert (point.precision, point.coverage, point.false_answers) == (1.0, 1.0, 0.0)
    assert report.parameters.weights[0] > 1
    assert report.parameters.trained_on == ("tiny",)
    assert report.queries == 100


def test_calibrated_probabilities_match_frequencies():
    report = calibrate(examples(1000, noise=200), wrong_answer_rate=0.25, **POLICY)
    assert report.expected_calibration_error < 0.05
    # Of those it believes in, 800 are right and 200 are wrong.
    assert report.at_threshold.precision == pytest.approx(0.8, abs=0.01)
    assert report.at_threshold.coverage == pytest.approx(0.8, abs=0.01)
    assert report.at_threshold.false_answers == pytest.approx(0.2, abs=0.01)
    for point in report.reliability:
        assert point.stated == pytest.approx(point.observed, abs=0.1)


def test_the_threshold_is_where_the_chosen_share_of_answers_is_wrong():
    # Four bands: of the answers from the top downwards 0 %, 5 %, 25 % and 50 % are wrong.
    bands = [(3.0, 100, 0), (2.0, 90, 10), (1.0, 60, 90), (0.0, 50, 200)]
    mixed = [
        example(value, relevant)
        for value, right, wrong in bands
        for relevant, count in ((True, right), (False, wrong))
        for _ in range(count)
    ]
    strict = calibrate(mixed, wrong_answer_rate=0.06, **POLICY).at_threshold
    loose = calibrate(mixed, wrong_answer_rate=0.3, **POLICY).at_threshold
    assert strict.precision == pytest.approx(0.95)  # 190 of 200
    assert strict.coverage == pytest.approx(190 / 300, abs=1e-3)
    assert loose.precision == pytest.approx(250 / 350, abs=1e-3)
    assert loose.threshold < strict.threshold


def test_datasets_weigh_the_same_whatever_their_size():
    # The feature is right about the small dataset and wrong about half of the large one.
    small, large = examples(20, dataset="small"), examples(400, noise=200, dataset="large")
    together = calibrate([*small, *large], wrong_answer_rate=0.5, **POLICY).parameters
    alone = calibrate(large, wrong_answer_rate=0.5, **POLICY).parameters
    assert abs(alone.weights[0]) < 0.1
    assert together.weights[0] > 1


def test_datasets_without_unanswerable_queries_are_left_out_and_named():
    answerable = [example(0.0, True, dataset="easy")] * 10
    report = calibrate([*examples(50), *answerable], wrong_answer_rate=0.05, **POLICY)
    assert report.left_out == ("easy",)
    assert report.queries == 100


def test_each_dataset_is_also_judged_by_a_model_fitted_on_the_others():
    misleading = [example(float(not right), right, dataset="odd") for right in (True, False)] * 50
    report = calibrate([*examples(50), *misleading], wrong_answer_rate=0.5, **POLICY)
    assert report.auroc_elsewhere == {"odd": 0.0, "tiny": 0.0}


def test_languages_are_reported_each_for_itself():
    both = [
        example(float(right) if language == "en" else 0.0, right, language=language)
        for language in ("en", "fa")
        for right in (True, False)
        for _ in range(20)
    ]
    scope = calibrate(both, wrong_answer_rate=0.5, **POLICY).auroc_scope
    assert scope["tiny en"] == 1.0
    assert scope["tiny fa"] == pytest.approx(0.5, abs=0.2)


def test_without_unanswerable_queries_it_says_what_to_add():
    with pytest.raises(InvalidInput, match=r"questions that the content does not answer"):
        calibrate([example(0.0, True)] * 20, wrong_answer_rate=0.1, **POLICY)


def test_tickets_are_fitted_without_unanswerable_queries():
    found = [
        Example("threads", "en", (value,) + (0.0,) * (len(FEATURES) - 1), relevant, True)
        for value, relevant in ((1.0, True), (0.0, False))
        for _ in range(40)
    ]
    report = calibrate(found, wrong_answer_rate=0.1, unanswerable=False, **POLICY)
    assert report.auroc == 1.0
    assert report.auroc_scope == {}
    assert report.parameters.trained_on == ("threads",)


def test_with_too_few_queries_to_hold_any_out_it_says_so():
    with pytest.raises(InvalidInput, match="at least two"):
        calibrate(examples(1), wrong_answer_rate=0.1, **POLICY)


def test_examples_are_first_hits_with_their_labels(tmp_path, settings):
    dataset = write_dataset(tmp_path / "tiny", CORPUS, [*QUERIES, OUT_OF_SCOPE], QRELS)
    with opened(dataset, settings, BagOfWordsEmbedder(), lambda *_: None) as experiment:
        found = examples_of(experiment, packaged_parameters())
    assert [example.in_scope for example in found] == [True] * len(QUERIES) + [False]
    assert all(example.relevant for example in found if example.in_scope)
    assert {example.language for example in found} == {"en"}


def test_parameters_survive_writing(tmp_path, settings):
    path = tmp_path / "new" / "parameters.json"
    fitted = calibrate(examples(50), wrong_answer_rate=0.05, **POLICY).parameters
    parameters = packaged_parameters().model_copy(update={"confidence": fitted})
    write_parameters(parameters, path)
    own = settings.model_copy(update={"parameters_file": path})
    assert load_parameters(own) == parameters
    assert [p.name for p in path.parent.iterdir()] == ["parameters.json"]
