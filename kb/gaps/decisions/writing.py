"""What writers do with a gap: decide about it, look at its outline, save that as a draft.

The one place where decisions and drafts meet store and content folder; command line and API call
it alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from kb.errors import Conflict, NotFound
from kb.gaps.decisions.states import StateChange, baseline, change, with_states
from kb.gaps.drafts.outline import Outline, outline_of
from kb.gaps.drafts.replies import MAX_REPLIES, replies_of
from kb.gaps.drafts.saving import save_draft
from kb.gaps.models import Gap, GapState
from kb.models import Article, Ticket
from kb.privacy import Redactor
from kb.store import Store

_TICKETS = 100
"""Looked through for replies, the most central first."""


def decide(
    store: Store,
    gap_id: str,
    to: GapState,
    *,
    gap: Gap | None,
    weeks: float,
    redactor: Redactor,
    now: dt.datetime,
    reason: str = "",
    who: str = "",
    articles: Sequence[str] = (),
    known: int | None = None,
) -> StateChange:
    """Set a gap's state.

    Args:
        gap: as the last report has it; None where that no longer has it (it is answered now).
        weeks: that the report covers.
        reason: is redacted.
        articles: ids of the articles that closed it, with `done`.
        known: how many decisions the caller has seen; default: whatever there are.

    Raises:
        InvalidInput: the state does not follow on the one shown now, or lacks a reason.
        NotFound: there is no such gap, or no such article.
        Conflict: somebody else decided something in between.
    """
    history = _history(store, gap_id, known)
    if gap is None and not history and store.gaps.topic(gap_id) is None:
        raise NotFound(f"There is no gap '{gap_id}'; `kb gaps` lists them.")
    for article in articles:
        if not isinstance(store.documents.get(article), Article):
            raise NotFound(f"There is no article '{article}'; index it before naming it.")
    made = change(
        _shown(gap, history),
        gap_id,
        to,
        at=now,
        reason=redactor.redact(reason).text,
        who=who,
        people_at=_people(gap, history),
        articles=articles,
        before=baseline(gap, weeks) if gap else None,
    )
    store.gaps.decide(made, after=len(history))
    return made


def outline_for(
    store: Store, gap: Gap, redactor: Redactor, now: dt.datetime, default_locale: str = "en"
) -> Outline:
    """The outline of an article for a gap, from the replies that resolved its tickets."""
    ids = gap.ticket_ids[:_TICKETS]
    place = {identifier: number for number, identifier in enumerate(ids)}
    found = [stored.document for stored in store.documents.some(ids)]
    tickets = [document for document in found if isinstance(document, Ticket)]
    tickets.sort(key=lambda ticket: place[ticket.id])
    return outline_of(gap, replies_of(tickets, redactor)[:MAX_REPLIES], now, default_locale)


def draft(
    store: Store,
    gap: Gap,
    outline: Outline,
    content_dir: Path,
    *,
    now: dt.datetime,
    who: str = "",
    known: int | None = None,
) -> Path:
    """Save the outline as a draft in the content folder; the gap is in progress from then on.

    It is never published by itself: `kb index` stores drafts and does not index them.

    Raises:
        InvalidInput: the gap is done or dismissed, or there is no content folder.
        Conflict: a draft for it is there already, or something was decided since (see `decide`).
        OperationalError: the file cannot be written.
    """
    history = _history(store, gap.id, known)
    shown = _shown(gap, history)
    for earlier in history:
        if earlier.draft and (content_dir / earlier.draft).exists():
            raise Conflict(
                f"There is a draft for this gap: {content_dir / earlier.draft}; go on with it, or "
                "delete it first."
            )
    # Asked for before anything is written; a gap in progress stays so.
    made = change(
        "open" if shown == "in_progress" else shown,
        gap.id,
        "in_progress",
        at=now,
        who=who,
        people_at=gap.people,
    )
    path = save_draft(outline, content_dir, store.documents.hashes())
    saved = made.model_copy(update={"draft": path.relative_to(content_dir).as_posix()})
    store.gaps.decide(saved, after=len(history))
    return path


def begun(
    store: Store, gap: Gap, draft: str, *, now: dt.datetime, who: str = ""
) -> StateChange | None:
    """Note that somebody writes the article; None where the gap is done or dismissed.

    Args:
        draft: path of the file below the content folder.

    Raises:
        Conflict: somebody else decided something at the same moment.
    """
    history = _history(store, gap.id, None)
    shown = _shown(gap, history)
    if shown in ("done", "dismissed"):
        return None
    made = change(
        "open" if shown == "in_progress" else shown,
        gap.id,
        "in_progress",
        at=now,
        who=who,
        people_at=gap.people,
    ).model_copy(update={"draft": draft})
    store.gaps.decide(made, after=len(history))
    return made


def _history(store: Store, gap_id: str, known: int | None) -> list[StateChange]:
    history = store.gaps.history(gap_id)
    if known is not None and known != len(history):
        raise Conflict("Somebody else decided about the gap in between; look at it again.")
    return history


def _shown(gap: Gap | None, history: Sequence[StateChange]) -> GapState:
    if not history:
        return "open"
    last = history[-1]
    return with_states([gap], {gap.id: last})[0].state if gap else last.state


def _people(gap: Gap | None, history: Sequence[StateChange]) -> int:
    if gap:
        return gap.people
    return history[-1].people_at if history else 0
