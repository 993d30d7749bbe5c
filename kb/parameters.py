"""Ranking and confidence parameters: learned by `kb eval`, read by the retriever.

The packaged file was written by `kb eval tune` and `kb eval calibrate` (docs/decisions/0004); an
operator's own in `<data_dir>/parameters.json` or KB_PARAMETERS_FILE replaces it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kb.config import Settings
from kb.errors import ConfigurationError
from kb.models import CollectionName


class _Parameters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FusionParameters(_Parameters):
    lexical_weight: float = Field(ge=0)
    """w in kb.ranker: how many spreads of the cosine a perfect lexical match is worth."""
    other_language_vote: float = Field(ge=0, le=1)
    """v in kb.ranker: what a lexical match counts in another language than the query's."""
    other_language_credit: float = Field(ge=0)
    """κ in kb.ranker: what passages in another language are credited with for lexical evidence,
    in multiples of what near passages in the query's language have."""
    reinforcement: float = Field(ge=0, le=1)
    """Weight of a document's next best passages beside its best."""


class LogisticParameters(_Parameters):
    """A logistic regression over named features."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if len(self.features) != len(self.weights):
            raise ValueError("features and weights differ in length")
        return self


class ConfidenceParameters(LogisticParameters):
    """Over `kb.confidence.FEATURES`."""

    threshold: float = Field(ge=0, le=1)
    """Below it a search gives no answer."""
    related_threshold: float = Field(ge=0, le=1)
    """Below it a search says outright that it found nothing."""
    trained_on: tuple[str, ...] = ()


class PrecedentParameters(_Parameters):
    """How much a solved ticket says about what to reply; see kb.suggest.precedents."""

    lexical_weight: float = Field(ge=0)
    """w: how many spreads of the cosine a perfect lexical match is worth."""
    other_language_vote: float = Field(ge=0, le=1)
    other_language_credit: float = Field(ge=0)
    """As in `FusionParameters`."""
    reply_weight: float = Field(ge=0)
    """r: what the cosine with the reply counts beside that with the problem."""
    temperature: float = Field(gt=0)
    """τ, in spreads: how far a less similar ticket still has a say."""


class SuggestionParameters(_Parameters):
    precedents: PrecedentParameters
    reply: LogisticParameters
    """That a rep will use a past reply; over `kb.suggest.evidence.REPLY_FEATURES`."""
    content: LogisticParameters
    """The same of an article or a macro; over `kb.suggest.evidence.CONTENT_FEATURES`."""
    threshold: float = Field(ge=0, le=1)
    """Below it an answer is no suggestion for a rep."""
    other_language: float = Field(gt=0, le=1)
    """Policy: the probability of what a rep would have to translate is multiplied by it."""
    acceptance_strength: float = Field(gt=0)
    """How many decisions of reps the calibrated probability weighs as much as; see
    kb.acceptance."""
    trained_on: tuple[str, ...] = ()


class GapParameters(_Parameters):
    coverage: LogisticParameters
    """That nothing answers somebody's question; over `kb.gaps.missing.coverage.FEATURES`."""
    least_uncovered: float = Field(ge=0, le=1)
    """Share of its people whom nothing answers, below which a cluster is no gap."""
    least_people: int = Field(ge=1)
    """Who have to ask before a cluster is a gap."""
    trained_on: tuple[str, ...] = ()


class Parameters(_Parameters):
    fusion: FusionParameters
    confidence: ConfidenceParameters
    """That an article or a macro answers."""
    tickets: ConfidenceParameters
    """That a solved ticket is about the same problem: a long text against long texts of the same
    kind, which are all alike, so the same evidence means less."""
    suggestions: SuggestionParameters
    gaps: GapParameters

    def confidence_in(self, collection: CollectionName) -> ConfidenceParameters:
        """What judges hits of a collection."""
        return self.tickets if collection == "tickets" else self.confidence


def load_parameters(settings: Settings) -> Parameters:
    """The parameters in force.

    Raises:
        ConfigurationError: the file is missing or malformed.
    """
    own = settings.data_dir / "parameters.json"
    path = settings.parameters_file or (own if own.is_file() else None)
    if path is None:
        return packaged_parameters()
    try:
        # A file from before gaps were found has none of their parameters.
        read = {"gaps": packaged_parameters().gaps, **json.loads(path.read_bytes())}
        return Parameters.model_validate(read)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(
            f"The parameters file {path} cannot be used ({error}); "
            "write a new one with `kb eval calibrate` or unset KB_PARAMETERS_FILE."
        ) from error


def write_parameters(parameters: Parameters, path: Path) -> None:
    """Write a file that `load_parameters` reads; readers see the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.tmp")
    scratch.write_text(parameters.model_dump_json(indent=1) + "\n", encoding="utf-8")
    scratch.replace(path)


@cache
def packaged_parameters() -> Parameters:
    text = resources.files("kb").joinpath("parameters.json").read_text(encoding="utf-8")
    return Parameters.model_validate_json(text)
