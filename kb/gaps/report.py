"""The report on gaps, as it is stored and served."""

from __future__ import annotations

import datetime as dt

from kb.gaps.articles.health import Health
from kb.gaps.decisions.closed import ClosedGap
from kb.gaps.models import Gap
from kb.gaps.words.vocabulary_rows import VocabularyRow
from kb.models import Model


class GapReport(Model):
    """What writers read on Monday. Computed in the background; states are put on when served."""

    computed_at: dt.datetime
    seconds: float
    """How long it took."""
    generation: int
    """Of the snapshot that questions were looked up in."""
    since: dt.datetime
    until: dt.datetime
    searches: int
    tickets: int
    questions: int
    """Different texts."""
    last_event: int = 0
    """Number of the last event when it began."""
    missing: tuple[Gap, ...]
    """The most urgent first."""
    closed: tuple[ClosedGap, ...] = ()
    """Those that are done, with what that changed; the last one first."""
    health: Health | None = None
    """Articles that do not help, stale, duplicate, untranslated and never found ones."""
    vocabulary: tuple[VocabularyRow, ...] = ()
    """Words of customers that articles do not use, with proposals."""
    notes: tuple[str, ...] = ()
    """What a reader has to know about the data."""
