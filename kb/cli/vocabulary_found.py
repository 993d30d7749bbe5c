"""Words that articles lack, for `kb vocabulary list`: of the last report, or computed now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kb.cli.gaps_office import open_office
from kb.config import load_settings
from kb.gaps.journeys import journeys
from kb.gaps.words.vocabulary_rows import VocabularyRow, unsettled
from kb.store import Store
from kb.synonyms import load_synonyms

FRESH_ENOUGH = dt.timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """Words, and what they come from."""

    rows: Sequence[VocabularyRow]
    searches: int
    reported_at: dt.datetime | None = None
    """When the report was computed; None for words that were computed now."""


def reported_words() -> Found | None:
    """Those of the last report without what was accepted since; None if it is older than a day."""
    with open_office() as office:
        report = office.desk.report()
        # A report that looks back from another day (`kb gaps refresh --as-of`) is not today's.
        if report is None or abs(office.now - report.computed_at) > FRESH_ENOUGH:
            return None
        rows = unsettled(report.vocabulary, load_synonyms(office.settings))
    return Found(rows, report.searches, report.computed_at)


def fresh_words(since: dt.datetime | None) -> Found:
    """Computed now, from searches since then, or from all.

    Raises:
        OperationalError: nothing is indexed.
    """
    from kb.gaps.words.lexicon import vocabulary_of
    from kb.service import KnowledgeBase

    settings = load_settings()
    articles = KnowledgeBase.build(settings).held().snapshot.collections["help"]
    store = Store(settings.store_url)
    try:
        searches = journeys(store.events.since(since)).searches
    finally:
        store.close()
    return Found(vocabulary_of(searches, articles, load_synonyms(settings)), len(searches))
