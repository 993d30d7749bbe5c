"""Which systems a command names, and which of them are compared."""

from __future__ import annotations

import pytest

from eval.systems import comparisons_of, fusion_of, parse_systems
from kb.errors import InvalidInput
from kb.parameters import Parameters, packaged_parameters


@pytest.fixture
def parameters() -> Parameters:
    return packaged_parameters()


def configuration(folder, name: str, **fusion: float):
    current = packaged_parameters()
    changed = current.model_copy(update={"fusion": current.fusion.model_copy(update=fusion)})
    path = folder / name
    path.write_text(changed.model_dump_json(), encoding="utf-8")
    return path


def test_systems_are_run_in_the_order_named_and_once(parameters):
    found = parse_systems("hybrid, rrf,lexical ,,rrf", parameters)
    assert [system.name for system in found] == ["hybrid", "rrf", "lexical"]
    assert [system.retriever for system in found] == ["hybrid", None, "lexical"]
    assert [system.is_hybrid for system in found] == [True, False, False]


def test_a_parameters_file_is_a_hybrid_named_like_the_file(parameters, tmp_path):
    path = configuration(tmp_path, "bold.json", lexical_weight=9.0)
    system = parse_systems(f"dense,{path}", parameters)[1]
    assert (system.name, system.retriever, system.is_hybrid) == ("bold", "hybrid", True)
    assert system.parameters.fusion.lexical_weight == 9.0


def test_dense_is_the_plain_cosine(parameters):
    assert set(fusion_of("dense", parameters).model_dump().values()) == {0.0}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("bm25", "Unknown system bm25; use lexical, dense, hybrid, rrf, convex, or the path"),
        (" , ", "There is no system to run"),
        ("no/such.json", "Unknown system no/such.json"),
    ],
)
def test_a_system_that_is_not_known_is_refused(parameters, text, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        parse_systems(text, parameters)


def test_two_systems_of_one_name_are_refused(parameters, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    one, other = (configuration(tmp_path / folder, "x.json") for folder in ("a", "b"))
    with pytest.raises(InvalidInput, match="Two systems would be called 'x'"):
        parse_systems(f"{one},{other}", parameters)
    with pytest.raises(InvalidInput, match="Two systems would be called 'hybrid'"):
        parse_systems(str(configuration(tmp_path, "hybrid.json")), parameters)


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{}", r"\(fusion: Field required\)"), ("nonsense", r"\(it: Invalid JSON")],
)
def test_a_file_that_holds_no_parameters_is_refused(parameters, tmp_path, content, reason):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=f"is no parameters file {reason}"):
        parse_systems(str(path), parameters)


def test_parameters_for_other_confidence_features_are_refused(parameters, tmp_path):
    path = tmp_path / "old.json"
    stale = parameters.confidence.model_copy(update={"features": ("cosine",), "weights": (1.0,)})
    path.write_text(parameters.model_copy(update={"confidence": stale}).model_dump_json(), "utf-8")
    with pytest.raises(InvalidInput, match="is for another version"):
        parse_systems(str(path), parameters)


def test_a_file_whose_name_no_run_file_can_carry_is_refused(parameters, tmp_path):
    path = configuration(tmp_path, "my try.json")
    with pytest.raises(InvalidInput, match="cannot name a system"):
        parse_systems(str(path), parameters)


def test_the_hybrid_is_compared_with_every_other_system(parameters):
    systems = parse_systems("lexical,dense,hybrid,rrf", parameters)
    assert comparisons_of(systems, None) == [
        ("hybrid", "lexical"), ("hybrid", "dense"), ("hybrid", "rrf"),
    ]  # fmt: skip


def test_two_systems_are_compared_once(parameters, tmp_path):
    bold, shy = (configuration(tmp_path, f"{name}.json") for name in ("bold", "shy"))
    systems = parse_systems(f"dense,{bold},hybrid,{shy}", parameters)
    assert comparisons_of(systems, None) == [
        ("bold", "dense"),
        ("hybrid", "dense"), ("hybrid", "bold"),
        ("shy", "dense"), ("shy", "bold"), ("shy", "hybrid"),
    ]  # fmt: skip


def test_a_baseline_is_the_only_system_to_compare_with(parameters, tmp_path):
    path = configuration(tmp_path, "bold.json")
    systems = parse_systems(f"lexical,dense,hybrid,{path}", parameters)
    assert comparisons_of(systems, "dense") == [("hybrid", "dense"), ("bold", "dense")]
    assert comparisons_of(systems, "hybrid") == [("bold", "hybrid")]


@pytest.mark.parametrize(
    ("names", "baseline", "sentence"),
    [
        ("lexical,hybrid", "dense", "The baseline 'dense' is not run"),
        ("lexical,dense", "dense", "Nothing is compared with 'dense'"),
        ("dense,hybrid", "hybrid", "Nothing is compared with 'hybrid'"),
    ],
)
def test_a_baseline_without_anything_to_compare_is_refused(parameters, names, baseline, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        comparisons_of(parse_systems(names, parameters), baseline)


def test_without_a_hybrid_nothing_is_compared(parameters):
    assert comparisons_of(parse_systems("lexical,dense,rrf", parameters), None) == []
