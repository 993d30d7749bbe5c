"""The report on gaps, as it is stored and served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from kb.gaps.articles.health import Health
from kb.gaps.decisions.closed import ClosedGap
from kb.gaps.models import Gap
from kb.gaps.words.vocabulary_rows import VocabularyRow
from kb.models import Model

NOTES: Mapping[str, str] = {
    "nothing": "Nobody searched and no ticket came in the window; there is nothing to find.",
    "no_searches": "No searches are logged: demand is tickets alone.",
    "no_clicks": "No clicks are logged: what helped is judged by the search's confidence.",
    "no_contacts": "No contact after a search is logged.",
    "no_visits": "The log names no visits: people are the times a question was asked.",
}
"""What a reader may have to know about the data, by a name that pages translate."""


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
