"""What a team has decided about gaps: which states follow which, and what is shown. Pure.

    open ⇄ planned ⇄ in progress ─► done         dismissed (with a reason) from anywhere but done
      ▲────────────┴──────┴──────────┴─────────────┘  whatever was decided can be taken back

A decision is about the evidence of its day. A dismissed gap comes back when its evidence doubles;
a gap that is done and whose questions still find no answer is shown as such.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from pydantic import Field

from kb.errors import InvalidInput
from kb.gaps.decisions.effect import Effect
from kb.gaps.models import Gap, GapState
from kb.models import Model

COMES_BACK_TIMES = 2
COMES_BACK_PEOPLE = 3
"""A dismissed gap comes back at so many times the people, and so many more of them."""
STILL_ASKED_PEOPLE = 3
STILL_ASKED_ANSWERED = 0.5
"""A done gap is still asked where so many people asked since, and fewer than this share of them
were answered."""
MAX_REASON = 2_000
MAX_ARTICLES = 20

_FOLLOWS: Mapping[GapState, frozenset[GapState]] = {
    "open": frozenset({"planned", "in_progress", "done", "dismissed"}),
    "planned": frozenset({"open", "in_progress", "done", "dismissed"}),
    "in_progress": frozenset({"open", "planned", "done", "dismissed"}),
    "done": frozenset({"open", "in_progress"}),
    "dismissed": frozenset({"open", "planned"}),
}
_APART: Mapping[GapState, int] = {"done": 1, "dismissed": 2}


class Baseline(Model):
    """How a gap stood when it was set to done."""

    confidence: float | None
    """Mean probability that the nearest article answers; None where there was none."""
    contacts_per_week: float
    people_per_week: float


class StateChange(Model):
    """One decision about a gap. The last one counts; earlier ones are its history."""

    gap_id: str = Field(min_length=1, max_length=64)
    state: GapState
    at: dt.datetime
    reason: str = ""
    """Why; dismissing needs one. Redacted."""
    who: str = ""
    people_at: int = 0
    """People in the gap's evidence at that moment."""
    articles: tuple[str, ...] = ()
    """Ids of the articles that closed it."""
    before: Baseline | None = None
    """Given with `done`."""
    draft: str = ""
    """A draft that was saved, relative to the content folder."""


def change(
    shown: GapState,
    gap_id: str,
    to: GapState,
    *,
    at: dt.datetime,
    reason: str = "",
    who: str = "",
    people_at: int = 0,
    articles: Sequence[str] = (),
    before: Baseline | None = None,
) -> StateChange:
    """A decision that may follow.

    Args:
        shown: the state as it is shown now, see `with_states`.

    Raises:
        InvalidInput: `to` does not follow, lacks a reason, or names articles without being done.
    """
    reason = " ".join(reason.split())
    if to not in _FOLLOWS[shown]:
        raise InvalidInput(_cannot_follow(shown, to))
    if to == "dismissed" and not reason:
        raise InvalidInput("Say why the gap is dismissed; without a reason nobody can judge it.")
    if articles and to != "done":
        raise InvalidInput(f"Articles close a gap; they go with done, not with {_words(to)}.")
    if len(reason) > MAX_REASON:
        raise InvalidInput(f"The reason has {len(reason)} characters; at most {MAX_REASON}.")
    if len(articles) > MAX_ARTICLES:
        raise InvalidInput(f"{len(articles)} articles are named; at most {MAX_ARTICLES}.")
    return StateChange(
        gap_id=gap_id,
        state=to,
        at=at,
        reason=reason,
        who=" ".join(who.split())[:200],
        people_at=people_at,
        articles=tuple(dict.fromkeys(articles)),
        before=before if to == "done" else None,
    )


def baseline(gap: Gap, weeks: float) -> Baseline:
    """How a gap stands now, by its report.

    Args:
        weeks: that the report covers.
    """
    weeks = max(weeks, 1.0)
    return Baseline(
        confidence=gap.nearest.confidence if gap.nearest else None,
        contacts_per_week=gap.contacts / weeks,
        people_per_week=gap.people / weeks,
    )


def reopened(last: StateChange, people_now: int) -> bool:
    """Whether a dismissed gap comes back: its evidence has doubled, by three people at least."""
    return (
        last.state == "dismissed"
        and people_now >= COMES_BACK_TIMES * last.people_at
        and people_now >= last.people_at + COMES_BACK_PEOPLE
    )


def still_asked(effect: Effect) -> bool:
    """Whether people went on asking what is done, and mostly were not answered."""
    after = effect.after
    share = after.answered.share
    return after.people >= STILL_ASKED_PEOPLE and share is not None and share < STILL_ASKED_ANSWERED


def with_states(
    gaps: Iterable[Gap],
    states: Mapping[str, StateChange],
    effects: Mapping[str, Effect] | None = None,
) -> tuple[Gap, ...]:
    """The gaps with what was decided about them, in the order in which they are shown.

    First those to work on (open, planned, in progress) by priority, the highest first; then those
    done and then those dismissed, the last decided first.

    Args:
        states: the last decision by gap id; a gap without one is open.
        effects: of gaps that are done, where known.
    """
    shown = [_with_state(gap, states.get(gap.id), (effects or {}).get(gap.id)) for gap in gaps]
    return tuple(sorted(shown, key=_place))


def to_do(gaps: Iterable[Gap]) -> list[Gap]:
    """Those that are neither done nor dismissed."""
    return [gap for gap in gaps if gap.state not in _APART]


def allowed(shown: GapState) -> Collection[GapState]:
    """The states that may follow, for choices on a page."""
    return _FOLLOWS[shown]


def _with_state(gap: Gap, last: StateChange | None, effect: Effect | None) -> Gap:
    if last is None:
        return gap
    back = reopened(last, gap.people)
    return gap.model_copy(
        update={
            "state": "open" if back else last.state,
            "state_reason": last.reason,
            "state_since": last.at,
            "came_back": back,
            "still_asked": last.state == "done"
            and (still_asked(effect) if effect else gap.still_asked),
        }
    )


def _place(gap: Gap) -> tuple[int, float, str]:
    apart = _APART.get(gap.state, 0)
    if apart and gap.state_since:
        return apart, -gap.state_since.timestamp(), gap.id
    return apart, -gap.priority, gap.id


def _cannot_follow(shown: GapState, to: GapState) -> str:
    if shown == to:
        return f"The gap is {_words(to)} already."
    choices = ", ".join(sorted(_FOLLOWS[shown]))
    return f"A gap that is {_words(shown)} cannot become {_words(to)}; choose one of {choices}."


def _words(state: GapState) -> str:
    return state.replace("_", " ")
