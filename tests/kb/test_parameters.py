"""Parameters: the packaged ones, an operator's own, and files from before gaps were found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb.config import Settings
from kb.errors import ConfigurationError
from kb.gaps.missing.coverage import FEATURES
from kb.parameters import load_parameters, packaged_parameters, write_parameters


def write(path: Path, **changes: Any) -> Path:
    document = packaged_parameters().model_dump(mode="json") | changes
    kept = {name: value for name, value in document.items() if value is not None}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept), encoding="utf-8")
    return path


def own(settings: Settings) -> Path:
    return settings.data_dir / "parameters.json"


def test_without_a_file_the_packaged_ones_are_in_force(settings) -> None:
    assert load_parameters(settings) == packaged_parameters()
    assert packaged_parameters().gaps.coverage.features == FEATURES
    assert packaged_parameters().gaps.least_people >= 2  # one person makes no gap


def test_a_file_from_before_gaps_loads_with_the_packaged_ones_for_gaps(settings) -> None:
    fusion = packaged_parameters().fusion.model_copy(update={"lexical_weight": 9.5})
    write(own(settings), gaps=None, fusion=fusion.model_dump())
    assert "gaps" not in json.loads(own(settings).read_text(encoding="utf-8"))
    loaded = load_parameters(settings)
    assert loaded.gaps == packaged_parameters().gaps
    assert loaded.fusion.lexical_weight == 9.5


def test_a_file_of_ones_own_says_what_a_gap_is(settings) -> None:
    gaps = packaged_parameters().gaps.model_copy(update={"least_people": 5})
    write_parameters(packaged_parameters().model_copy(update={"gaps": gaps}), own(settings))
    assert load_parameters(settings).gaps.least_people == 5
    assert load_parameters(settings).fusion == packaged_parameters().fusion


@pytest.mark.parametrize(
    "broken",
    [
        {"gaps": {}},
        {"gaps": {"least_people": 0}},
        {"gaps": 7},
        {"fusion": None},
        {"unknown": 1},
    ],
)
def test_a_file_that_cannot_be_used_is_named(settings, broken: dict[str, Any]) -> None:
    path = write(own(settings), **broken)
    with pytest.raises(ConfigurationError, match="kb eval calibrate") as told:
        load_parameters(settings)
    assert str(path) in str(told.value)


@pytest.mark.parametrize("text", ["", "[]", "7", "null", "{", '"gaps"', "\x00"])
def test_a_file_that_is_no_document_is_named(settings, text: str) -> None:
    own(settings).parent.mkdir(parents=True, exist_ok=True)
    own(settings).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be used"):
        load_parameters(settings)


def test_a_named_file_goes_before_the_one_in_the_data_folder(settings, tmp_path) -> None:
    write(own(settings), unknown=1)
    named = write(tmp_path / "other.json", gaps=None)
    loaded = load_parameters(settings.model_copy(update={"parameters_file": named}))
    assert loaded == packaged_parameters()
    missing = settings.model_copy(update={"parameters_file": tmp_path / "nowhere.json"})
    with pytest.raises(ConfigurationError, match=r"nowhere\.json"):
        load_parameters(missing)


def test_features_and_weights_have_one_length(settings) -> None:
    coverage = {"features": ["contacts"], "weights": [1.0, 2.0], "intercept": 0.0}
    gaps = packaged_parameters().gaps.model_dump(mode="json") | {"coverage": coverage}
    write(own(settings), gaps=gaps)
    with pytest.raises(ConfigurationError, match="differ in length"):
        load_parameters(settings)
