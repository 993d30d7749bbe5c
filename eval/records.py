"""What a measurement leaves behind: `run.json`, read by compare, gate, report and people.

RunRecord            one `kb eval run`
  DatasetRecord      one dataset: its queries by slice
    SystemRecord     one system on it: measures, intervals, slices, per-query values, p-values
      ConfidenceRecord   how far its confidence can be trusted
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
)

from kb.errors import InvalidInput
from kb.parameters import Parameters

RUN_FILE = "run.json"
VERSION = 1


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _as_json(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, Parameters) else value


ParametersRecord = Annotated[dict[str, JsonValue], BeforeValidator(_as_json)]
"""Parameters as they were: comparing with a run made before a change of their fields must work."""


class MeasureRecord(_Record):
    """The mean over the judged queries, with its bootstrap confidence interval."""

    value: float
    low: float
    high: float


class ComparisonRecord(_Record):
    """A system against a baseline system, on the dataset's primary measure."""

    baseline: str
    difference: float
    """Mean of the paired differences, system minus baseline."""
    p: float
    """Two-sided paired randomisation test."""
    p_holm: float
    """The same, corrected for all comparisons on this dataset (Holm 1979)."""


class BinRecord(_Record):
    """One bin of the reliability curve."""

    stated: float
    """Mean confidence of its queries."""
    observed: float
    """Share of them whose first hit is relevant."""
    queries: int


class ConfidenceRecord(_Record):
    """The confidence as a statement about the first hit; None where labels are all alike."""

    auroc_relevant: float | None
    """First hit relevant against not."""
    auroc_scope: float | None
    """Queries with an answer in the corpus against queries without."""
    expected_calibration_error: float
    threshold: float
    precision: float | None
    """Share of the answers given at the threshold whose first hit is relevant."""
    coverage: float | None
    """Share of the answerable queries that are answered at the threshold."""
    reliability: tuple[BinRecord, ...]


class SystemRecord(_Record):
    system: str
    parameters: ParametersRecord | None = None
    """A named configuration's own; None for systems that have none or those in force."""
    measures: dict[str, MeasureRecord]
    slices: dict[str, dict[str, float]]
    """Slice to measure to mean; the number of queries is in `DatasetRecord.slices`."""
    per_query: dict[str, dict[str, float]]
    """Measure to query id to value: nDCG@10 and the primary measure."""
    comparisons: tuple[ComparisonRecord, ...] = ()
    confidence: ConfidenceRecord | None = None
    """None for systems that state none (fusion baselines, other people's runs)."""
    stated: dict[str, float] = Field(default_factory=dict)
    """Query id to confidence."""
    answer_containment: MeasureRecord | None = None
    """Of the queries with known answer texts whose first document is right, the share for which
    what an answer would show of it contains one; see eval.answers."""
    snippet_containment: MeasureRecord | None = None
    """The same for the snippet in the result list."""
    latency_ms: dict[str, float] = Field(default_factory=dict)
    """p50 and p95 of retrieval, without embedding the query."""


class DatasetRecord(_Record):
    dataset: str
    fingerprint: str
    """sha256 over queries and qrels: records of different questions cannot be compared."""
    primary: str
    """The measure that comparisons and the gate look at."""
    queries: dict[str, str]
    """Query id to text."""
    slices: dict[str, tuple[str, ...]]
    """Slice (`locale:fa`, `length:short`, …) to the ids of its judged queries."""
    unanswerable: tuple[str, ...]
    """Ids of queries without a relevant document."""
    systems: tuple[SystemRecord, ...]
    notes: tuple[str, ...] = ()
    """What a reader of the figures has to know: sentences about what could not be indexed,
    judged or measured."""

    def system(self, name: str) -> SystemRecord:
        """A system by name.

        Raises:
            InvalidInput: this record has none of that name.
        """
        for record in self.systems:
            if record.system == name:
                return record
        known = ", ".join(record.system for record in self.systems)
        raise InvalidInput(f"{self.dataset} was not run with a system '{name}'; it has {known}.")


class RunRecord(_Record):
    version: int = VERSION
    created: datetime
    embedder: str
    parameters: ParametersRecord
    """Those in force."""
    seed: int = 0
    """Of the bootstrap and the randomisation tests."""
    results: tuple[DatasetRecord, ...]

    def dataset(self, name: str) -> DatasetRecord | None:
        """A dataset by name, if it was run."""
        return next((record for record in self.results if record.dataset == name), None)


def read_run(path: Path) -> RunRecord:
    """Read `run.json`, or the one in a folder.

    Raises:
        InvalidInput: there is none, or it is not one of this version.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        return RunRecord.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InvalidInput(
            f"{file} cannot be read ({error}). Write one with `kb eval run DATASET --out DIR`."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"{file} is no run record of this version ({where}: {first['msg']}). "
            "Write a new one with `kb eval run DATASET --out DIR`."
        ) from error


def write_record(record: RunRecord, folder: Path) -> Path:
    """Write `run.json` into a folder; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RUN_FILE
    path.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return path
