"""What a replay leaves behind: `replay.json`. Ids and figures only; what people wrote stays out.

ReplayRecord             one `kb eval replay`
  ViewRecord             everything ranked, or what a rep would have been shown
    SystemRecord         the suggestions, or a baseline, by criterion
      CriterionRecord    helpful source; or same link, similar, very similar reply, either
  DifferenceRecord       the suggestions against a baseline, paired by ticket
  ShownRecord            what the suggestion threshold does
  AbstentionRecord       what every threshold would do
    CurveRecord          … to all tickets, to those whose answer is in the memory, to the others
      PointRecord        … at one threshold
  AgreementRecord        how far links confirm similarity
  TicketRecord           one replayed ticket
    SuggestionRecord     one suggestion for it
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from eval.records import MeasureRecord

REPLAY_FILE = "replay.json"
VERSION = 2

Kind = Literal["threads", "judged"]
"""Real threads in time order, or tickets with judgements of which document helps."""
Criterion = Literal["same link", "similar reply", "very similar reply", "either", "helpful source"]
"""`either`: the same link or a similar reply. `helpful source`: a document judged to help."""
CRITERIA: Mapping[Kind, tuple[Criterion, ...]] = {
    "threads": ("same link", "similar reply", "very similar reply", "either"),
    "judged": ("helpful source",),
}
MAIN: Mapping[Kind, Criterion] = {"threads": "either", "judged": "helpful source"}
"""What `right` means where one word has to do."""

Part = Literal["all", "in the memory", "not in the memory"]
"""Of the tickets: whether anything in the memory meets the criterion."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ThresholdRecord(_Record):
    """From which cosine on two replies count as similar."""

    similar: float
    """99th percentile of the cosines of random pairs of earlier replies."""
    very_similar: float
    """Their 99.9th percentile."""
    pairs: int
    """How many pairs."""


class CriterionRecord(_Record):
    """How often the suggestions hold what was sent."""

    tickets: int
    """Those that can be judged: for the same link, those whose sent reply has a link."""
    measures: dict[str, MeasureRecord]
    """Success@1, Success@3, Success@5 and RR@10, each with its 95 % bootstrap interval."""
    by_rank: tuple[float | None, ...] = ()
    """Share of the suggestions at rank 1, 2, … 5 that hold it; None where nothing has this rank."""


class SystemRecord(_Record):
    system: str
    criteria: dict[Criterion, CriterionRecord]
    slices: dict[str, dict[Criterion, CriterionRecord]] = {}
    """By `language:en` (of the ticket) and `age:≤30 days` (of the first suggestion's source)."""


class ViewRecord(_Record):
    view: Literal["ranked", "shown"]
    systems: tuple[SystemRecord, ...]


class DifferenceRecord(_Record):
    """Everything ranked: Success of the suggestions minus that of a baseline, ticket by ticket."""

    criterion: Criterion
    cutoff: int
    baseline: str
    tickets: int
    difference: float
    low: float
    high: float
    """95 % bootstrap interval of the paired difference."""
    p: float
    """Two-sided paired randomisation test."""
    p_holm: float
    """The same, corrected for all baselines held against at this criterion and cutoff."""


class ShownRecord(_Record):
    """What a rep sees at the suggestion threshold; None where nothing can be said."""

    threshold: float
    coverage: MeasureRecord
    """Share of tickets with any suggestion."""
    precision: dict[Criterion, MeasureRecord | None]
    """Share of the tickets with a suggestion whose first one holds what was sent."""
    auroc: float | None
    """First suggestion's confidence, right (`MAIN`) against wrong, threshold off."""
    expected_calibration_error: float | None
    """Gap between the first suggestion's confidence and how often it is right (`MAIN`)."""


class PointRecord(_Record):
    """What would be shown at a threshold, as far as the first suggestion goes."""

    threshold: float
    coverage: float
    """Share of tickets whose first suggestion is at least so sure."""
    shown: int
    """How many tickets that is."""
    precision: MeasureRecord | None
    """Share of these first suggestions that are right, with Wilson's 95 % interval."""


class CurveRecord(_Record):
    tickets: int
    points: tuple[PointRecord, ...]


class AbstentionRecord(_Record):
    criterion: Criterion
    at_threshold: dict[Part, PointRecord]
    """At the threshold in force."""
    curves: dict[Part, CurveRecord]
    wanted: float
    """A precision."""
    most: PointRecord | None
    """Of all tickets, the largest coverage with at least that precision; None if no ten tickets
    reach it."""


class AgreementRecord(_Record):
    """Suggestions of one degree of similarity, where they and the sent reply both have links."""

    suggestions: int
    same_link: float | None
    """Share of them that have a link of the sent reply."""


class SuggestionRecord(_Record):
    sources: tuple[str, ...]
    kind: str
    confidence: float
    age_days: int | None
    """Between its newest source and the ticket."""
    meets: tuple[Criterion, ...]
    has_link: bool
    """It has a link that counts."""
    cosine: float | None
    """With the sent reply, where there is one."""


class TicketRecord(_Record):
    id: str
    language: str
    created: dt.datetime | None
    visible: int
    """Documents that existed by then and were searched."""
    links: tuple[str, ...]
    """Of the reply that was sent, in canonical form, without those that are everywhere."""
    judged: tuple[Criterion, ...]
    """By which it can be judged at all: by the same link if the sent reply has one."""
    in_memory: tuple[Criterion, ...]
    """Which of these anything in the memory met."""
    ranks: dict[Criterion, int | None]
    """First suggestion, counted from 1, that holds what was sent."""
    suggestions: tuple[SuggestionRecord, ...]
    shown: int
    """How many of them a rep would have been shown: always the first ones."""
    baselines: dict[str, dict[Criterion, int | None]]
    """The same for each baseline."""


class ReplayRecord(_Record):
    version: int = VERSION
    created: dt.datetime
    kind: Kind
    embedder: str
    split: float
    until: float
    refresh: int
    seed: int
    limit: int | None
    read: int
    """Tickets found in the source, those left out included."""
    left_out: dict[str, int]
    """Reason to number of tickets."""
    history: int
    """Tickets before the split; of judged tickets, the documents in the memory."""
    replayed: int
    first: dt.datetime | None
    last: dt.datetime | None
    """When the first and the last replayed ticket were created."""
    similar_from: dict[str, ThresholdRecord]
    """By language; `en/fa` for a suggestion in another than the ticket's; `other` for others."""
    generic_share: float
    generic_links: dict[str, int]
    """Links of the history that do not count, with the number of replies that have them."""
    notes: tuple[str, ...]
    views: tuple[ViewRecord, ...]
    differences: tuple[DifferenceRecord, ...]
    shown: ShownRecord
    abstention: tuple[AbstentionRecord, ...]
    agreement: dict[Literal["not similar", "similar", "very similar"], AgreementRecord]
    """Whether similarity means anything: links are the more reliable judge, where there are any."""
    tickets: tuple[TicketRecord, ...]


def write_replay(record: ReplayRecord, folder: Path) -> Path:
    """Write `replay.json` into a folder; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REPLAY_FILE
    path.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return path
