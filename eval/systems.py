"""What can be measured: the two halves, the hybrid, fusion baselines, named configurations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from eval.baselines import FUSIONS
from kb.confidence import FEATURES
from kb.errors import InvalidInput
from kb.parameters import FusionParameters, Parameters

LEXICAL, DENSE, HYBRID = "lexical", "dense", "hybrid"
RETRIEVERS = (LEXICAL, DENSE, HYBRID)
SYSTEMS = (*RETRIEVERS, *FUSIONS)
"""Known by name; a parameters file is a system, too."""

_NAME = re.compile(r"[\w.-]+")
"""A TREC run's tag holds no spaces, and a system's run file is named like it."""


@dataclass(frozen=True)
class System:
    """Something that ranks documents, by the name it has in tables and files."""

    name: str
    parameters: Parameters
    configured: bool = False
    """A named configuration: a hybrid with the parameters of a file."""

    @property
    def retriever(self) -> str | None:
        """Which retriever to run; None for what is fused from the two halves' results."""
        if self.configured:
            return HYBRID
        return None if self.name in FUSIONS else self.name

    @property
    def is_hybrid(self) -> bool:
        """Whether it is what we ship, or could: it states a confidence and is put to the test."""
        return self.retriever == HYBRID


def fusion_of(retriever: str, parameters: Parameters) -> FusionParameters:
    """The fusion that makes the product's retriever behave as one of `RETRIEVERS`.

    The halves are what the field means by them: one kind of evidence, a document's best passage.
    """
    if retriever == LEXICAL:
        return _alone(lexical_weight=1, other_language_vote=1)
    if retriever == DENSE:
        return _alone(lexical_weight=0, other_language_vote=0)
    return parameters.fusion


def _alone(lexical_weight: float, other_language_vote: float) -> FusionParameters:
    return FusionParameters(
        lexical_weight=lexical_weight,
        other_language_vote=other_language_vote,
        other_language_credit=0,
        reinforcement=0,
    )


def parse_systems(text: str, parameters: Parameters) -> tuple[System, ...]:
    """The systems of a comma separated list of names and parameters files, each once.

    Args:
        parameters: those in force.

    Raises:
        InvalidInput: a name is unknown, a file unusable, two systems would have one name, or the
            list is empty.
    """
    systems: dict[str, System] = {}
    for item in dict.fromkeys(part.strip() for part in text.split(",")):
        if not item:
            continue
        system = System(item, parameters) if item in SYSTEMS else _configuration(item)
        if system.name in systems or (system.configured and system.name in SYSTEMS):
            raise InvalidInput(f"Two systems would be called '{system.name}'; rename {item}.")
        systems[system.name] = system
    if not systems:
        raise InvalidInput(f"There is no system to run; name some of {', '.join(SYSTEMS)}.")
    return tuple(systems.values())


def comparisons_of(systems: Sequence[System], baseline: str | None) -> list[tuple[str, str]]:
    """Which system is compared with which: (system, baseline) pairs, each two systems once.

    The hybrid and every configuration with all that are not put to the test themselves, and a
    configuration with those named before it; or all of them with `baseline` only.

    Raises:
        InvalidInput: `baseline` is not among the systems, or nothing is compared with it.
    """
    tested = [system.name for system in systems if system.is_hybrid]
    if baseline is None:
        return [
            (name, system.name)
            for place, name in enumerate(tested)
            for system in systems
            if not system.is_hybrid or system.name in tested[:place]
        ]
    if baseline not in [system.name for system in systems]:
        raise InvalidInput(f"The baseline '{baseline}' is not run; add it to --systems.")
    pairs = [(name, baseline) for name in tested if name != baseline]
    if not pairs:
        raise InvalidInput(
            f"Nothing is compared with '{baseline}': add hybrid or a parameters file to --systems."
        )
    return pairs


def _configuration(item: str) -> System:
    path = Path(item)
    if not path.is_file():
        raise InvalidInput(
            f"Unknown system {item}; use {', '.join(SYSTEMS)}, or the path of a parameters file."
        )
    if not _NAME.fullmatch(path.stem):
        raise InvalidInput(
            f"{path} cannot name a system: use letters, digits, '-', '_' and '.' only."
        )
    try:
        parameters = Parameters.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        reason = str(error)
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            reason = f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
        raise InvalidInput(f"{path} is no parameters file ({reason}).") from error
    if {parameters.confidence.features, parameters.tickets.features} != {FEATURES}:
        raise InvalidInput(
            f"{path} is for another version: its confidence has other features than "
            f"{', '.join(FEATURES)}. Write a new one with `kb eval calibrate`."
        )
    return System(path.stem, parameters, configured=True)
