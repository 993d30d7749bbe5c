"""What a replay leaves behind: `replay.json`. Ids and figures only; what people wrote stays out.

ReplayRecord             one `kb eval replay`
  ViewRecord             everything ranked, or what a rep would have been shown
    SystemRecord         the suggestions, or a baseline, by criterion
      CriterionRecord    same link, similar reply, very similar reply; or one of the first two
      AgreementRecord    how far links confirm similarity
  ShownRecord            what the suggestion threshold does
  TicketRecord           one replayed ticket
    SuggestionRecord     one suggestion for it
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from eval.records import MeasureRecord

REPLAY_FILE = "replay.json"
VERSION = 1

Criterion = Literal["same link", "similar reply", "very similar reply", "either"]
"""`either`: the same link or a similar reply."""
CRITERIA: tuple[Criterion, ...] = ("same link", "similar reply", "very similar reply", "either")


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


class ShownRecord(_Record):
    """What a rep sees at the suggestion threshold; None where nothing can be said."""

    threshold: float
    coverage: MeasureRecord
    """Share of tickets with any suggestion."""
    precision: dict[Criterion, MeasureRecord | None]
    """Share of the tickets with a suggestion whose first one holds what was sent."""
    auroc: float | None
    """First suggestion's confidence, right (`either`) against wrong, threshold off."""
    expected_calibration_error: float | None
    """Gap between the first suggestion's confidence and how often it is right (`either`)."""


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
    has_link: bool
    """It has a link that counts."""
    same_link: bool
    cosine: float
    similar: bool
    very_similar: bool

    def meets(self, criterion: Criterion) -> bool:
        """Whether it holds what was sent."""
        return {
            "same link": self.same_link,
            "similar reply": self.similar,
            "very similar reply": self.very_similar,
            "either": self.same_link or self.similar,
        }[criterion]


class TicketRecord(_Record):
    id: str
    language: str
    created: dt.datetime
    visible: int
    """Documents that existed by then and were searched."""
    links: tuple[str, ...]
    """Of the reply that was sent, in canonical form, without those that are everywhere."""
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
    embedder: str
    split: float
    refresh: int
    seed: int
    limit: int | None
    read: int
    """Tickets found in the source, those left out included."""
    left_out: dict[str, int]
    """Reason to number of tickets."""
    history: int
    """Tickets before the split."""
    replayed: int
    first: dt.datetime
    last: dt.datetime
    """When the first and the last replayed ticket were created."""
    similar_from: dict[str, ThresholdRecord]
    """By language; `en/fa` for a suggestion in another than the ticket's; `other` for others."""
    generic_share: float
    generic_links: dict[str, int]
    """Links of the history that do not count, with the number of replies that have them."""
    notes: tuple[str, ...]
    views: tuple[ViewRecord, ...]
    shown: ShownRecord
    agreement: dict[Literal["not similar", "similar", "very similar"], AgreementRecord]
    """Whether similarity means anything: links are the more reliable judge, where there are any."""
    tickets: tuple[TicketRecord, ...]


def write_replay(record: ReplayRecord, folder: Path) -> Path:
    """Write `replay.json` into a folder; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REPLAY_FILE
    path.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return path
