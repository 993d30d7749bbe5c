"""What follows when an article was saved: the audit log, the gap it was begun from, the index."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping

from api.signed_in import SignedIn
from api.state import State
from kb.audit import record
from kb.authoring.desk import Saved
from kb.errors import Conflict, NotFound, OperationalError
from kb.gaps.decisions.writing import begun

logger = logging.getLogger(__name__)


def done_with(saved: Saved) -> str:
    """What was done, as the audit log and the pages' words name it."""
    if saved.was_draft is None:
        return "created"
    if saved.was_draft == saved.article.draft:
        return "saved"
    return "unpublished" if saved.article.draft else "published"


def note_begun(state: State, found: SignedIn, gap_id: str, path: str, now: dt.datetime) -> None:
    """Note at the gap that its article is begun; that somebody decided otherwise is no failure."""
    try:
        gap = state.reports.gaps.gap(gap_id)
        begun(state.store, gap, path, now=now, who=found.user.name or found.user.email)
    except (NotFound, Conflict, OperationalError):
        logger.exception("the gap %s does not know of its draft", gap_id)


def record_saved(
    state: State, found: SignedIn, action: str, saved: Saved, now: dt.datetime
) -> None:
    """What was saved, in the audit log."""
    article = saved.article
    detail = {"id": article.id, "title": article.title, "draft": article.draft}
    note(state, found, action, saved.path, detail, now)


def note(
    state: State,
    found: SignedIn,
    action: str,
    path: str,
    detail: Mapping[str, object],
    now: dt.datetime,
) -> None:
    """A line in the audit log; the file is written already, whatever becomes of it."""
    try:
        record(state.store, found.user.email, action, path, detail, now=now)
    except OperationalError:
        logger.exception("%s of %s is not in the audit log", action, path)


def wake(state: State) -> None:
    """Have what the store holds published."""
    if state.indexing:
        state.indexing.wake()
