"""Gaps that are done: what became of their questions, even where no report has them any more. Pure.

A gap whose questions are answered leaves the report. What is known of it stays: the decision, and
the questions it was recognised by, whose searches before and after are compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from kb.gaps.decisions.effect import Effect, effect_of
from kb.gaps.decisions.states import StateChange
from kb.gaps.missing.questions import Question
from kb.models import Model


class ClosedGap(Model):
    """A gap that is done."""

    id: str
    label: str
    """Empty where it was forgotten in an erasure."""
    done: StateChange
    effect: Effect | None = None
    """None where its questions are not known any more, or no report was computed since."""


def effects_of(
    states: Mapping[str, StateChange],
    members: Mapping[str, Collection[str]],
    questions: Iterable[Question],
    now: dt.datetime,
    since: dt.datetime,
) -> dict[str, Effect]:
    """The effect of every gap that is done and whose questions are known, by gap id.

    Args:
        states: the last decision by gap id.
        members: keys of questions by gap id.
        questions: all that were asked since `since`.
    """
    closed = {name: one for name, one in states.items() if one.state == "done"}
    wanted = {key for name in closed for key in members.get(name, ())}
    by_key = {question.key: question for question in questions if question.key in wanted}
    found: dict[str, Effect] = {}
    for name, decision in closed.items():
        theirs = [by_key[key] for key in members.get(name, ()) if key in by_key]
        if members.get(name):
            searches = [search for question in theirs for search in question.searches]
            tickets = [(one.at, one.person) for question in theirs for one in question.tickets]
            found[name] = effect_of(searches, tickets, decision.at, now, since)
    return found


def closed_gaps(
    states: Mapping[str, StateChange], labels: Mapping[str, str], effects: Mapping[str, Effect]
) -> list[ClosedGap]:
    """Every gap that is done, the last one first."""
    closed = [one for one in states.values() if one.state == "done"]
    return [
        ClosedGap(
            id=one.gap_id,
            label=labels.get(one.gap_id, ""),
            done=one,
            effect=_of_this(effects.get(one.gap_id), one),
        )
        for one in sorted(closed, key=lambda one: (one.at, one.gap_id), reverse=True)
    ]


def _of_this(effect: Effect | None, decision: StateChange) -> Effect | None:
    """The effect, unless it is of an earlier decision than the last one."""
    same = effect is not None and effect.done_on == decision.at.astimezone(dt.UTC).date()
    return effect if same else None
