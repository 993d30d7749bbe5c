"""Where the search ends, on landscapes made up for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.search import GRID, ROUNDS, search
from kb.parameters import FusionParameters

Vector = NDArray[np.float64]

START = FusionParameters(
    lexical_weight=4, other_language_vote=0.3, other_language_credit=1, reinforcement=0.2
)
NOISE, OTHER_NOISE = np.linalg.qr(np.random.default_rng(3).normal(size=(200, 3)))[0].T[:2]
NOISE, OTHER_NOISE = (
    (noise - noise.mean()) / noise.std() for noise in (NOISE, OTHER_NOISE)
)  # unrelated to each other


def found(
    measure: Callable[[FusionParameters], list[Vector]],
    halves: list[Vector] | None = None,
    start: FusionParameters = START,
) -> FusionParameters:
    nothing = [np.zeros(len(values)) for values in measure(start)]
    return search(measure, halves or nothing, start, lambda *_: None)


def moved(**values: float) -> FusionParameters:
    return START.model_copy(update=values)


def test_a_parameter_that_helps_is_moved_and_the_others_stay() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        return [0.9 - (fusion.lexical_weight - 8) ** 2 / 100 + NOISE / 10]

    assert found(measure) == moved(lexical_weight=8)


def test_parameters_that_need_each_other_are_found_in_the_second_round() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        # The best weight depends on the reinforcement, which comes after it.
        gap = fusion.lexical_weight - (12 if fusion.reinforcement == 0.4 else 5)
        return [0.5 + fusion.reinforcement - gap**2 / 1000 + NOISE / 10]

    assert found(measure) == moved(lexical_weight=12, reinforcement=0.4)


def test_what_is_better_by_chance_is_not_taken() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        return [0.5 + 0.01 * (fusion.lexical_weight == 8) + NOISE * fusion.lexical_weight / 40]

    assert measure(moved(lexical_weight=8))[0].mean() > measure(START)[0].mean()
    assert found(measure) == START


def test_only_what_makes_the_difference_is_taken() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        chance = 0.001 * fusion.other_language_vote
        return [0.5 + 0.1 * (fusion.lexical_weight == 8) + chance * (1 + 100 * NOISE)]

    assert measure(moved(other_language_vote=1))[0].mean() > measure(START)[0].mean()
    assert found(measure) == moved(lexical_weight=8)


def test_gains_that_might_each_be_chance_count_together() -> None:
    # One alone is 0.01 with a standard error of 0.0057; both are 0.02 with 0.008.
    one, other = 0.01 + 0.08 * NOISE, 0.01 + 0.08 * OTHER_NOISE

    def measure(fusion: FusionParameters) -> list[Vector]:
        gain = one * (fusion.lexical_weight == 8) + other * (fusion.reinforcement == 0.4)
        return [0.5 + gain]

    assert found(measure) == moved(lexical_weight=8)


def test_parameters_in_force_that_are_as_good_stay_though_nothing_between_is() -> None:
    steps = {(4, 0.2): 0.505 + 0.2 * NOISE, (8, 0.2): 0.51, (8, 0.4): 0.52}

    def measure(fusion: FusionParameters) -> list[Vector]:
        value = steps.get((fusion.lexical_weight, fusion.reinforcement), 0.4)
        return [np.broadcast_to(value, 200)]

    assert found(measure) == START


def test_a_dataset_below_its_better_half_weighs_more_than_any_gain() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        weight = fusion.lexical_weight
        return [np.full(50, weight / 12), np.full(50, 0.8 - 0.01 * max(0.0, weight - 6))]

    halves = [np.zeros(50), np.full(50, 0.8)]
    assert found(measure) == moved(lexical_weight=12)
    assert found(measure, halves) == moved(lexical_weight=6)


def test_parameters_in_force_that_fall_short_are_left_though_the_mean_is_lower() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        weight = fusion.lexical_weight
        return [np.full(50, weight / 12), np.full(50, 0.8 - 0.01 * weight)]

    assert found(measure, [np.zeros(50), np.full(50, 0.785)]) == moved(lexical_weight=1)


def test_a_shortfall_by_chance_moves_nothing() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        return [0.5 + 0.001 * (fusion.lexical_weight == 8) + 0.2 * NOISE * fusion.lexical_weight]

    assert found(measure, [np.full(200, 0.501)]) == START


def test_datasets_weigh_the_same_whatever_their_size() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        step = fusion.lexical_weight == 5
        return [np.full(1000, 0.5 + 0.1 * step), np.full(10, 0.5 - 0.2 * step)]

    assert found(measure) == START


def test_a_value_in_force_that_the_grid_lacks_is_among_the_points() -> None:
    start = moved(lexical_weight=4.5)

    def measure(fusion: FusionParameters) -> list[Vector]:
        return [np.full(50, 0.9 - (fusion.lexical_weight - 4.5) ** 2 / 100)]

    assert found(measure, start=start) == start


def test_of_equal_values_the_nearest_to_the_one_in_force_is_taken() -> None:
    def measure(fusion: FusionParameters) -> list[Vector]:
        return [np.full(50, 0.5 + 0.1 * (fusion.lexical_weight >= 8))]

    assert found(measure) == moved(lexical_weight=8)


def test_no_point_is_measured_twice_and_progress_ends_at_its_total() -> None:
    seen: list[FusionParameters] = []
    progress: list[tuple[int, int]] = []

    def measure(fusion: FusionParameters) -> list[Vector]:
        seen.append(fusion)
        return [np.full(50, fusion.reinforcement)]

    search(measure, [np.zeros(50)], START, lambda done, total: progress.append((done, total)))
    assert len(seen) == len(set(seen))
    # The vote in force is not in the grid.
    assert progress[-1] == (ROUNDS * (sum(map(len, GRID.values())) + 1),) * 2


@pytest.mark.parametrize("name", GRID)
def test_every_point_is_valid(name: str) -> None:
    assert GRID.keys() == FusionParameters.model_fields.keys()
    for value in GRID[name]:
        FusionParameters.model_validate(START.model_dump() | {name: value})
