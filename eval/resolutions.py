"""How often the reply that resolved a ticket is recognised, on tickets where somebody marked one.

Acceptance and votes are taken away and `kb.resolution` is asked; what the customer accepted, or
what was voted helpful most, is right. Beside it, simpler ways to choose on the same tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.statistics import Matrix, bootstrap_intervals, randomisation_p_values
from indexer.sources import SourceDocument, open_source
from kb.errors import InvalidInput
from kb.models import Ticket
from kb.resolution import find_resolution, is_answered
from kb.text import is_blank, language_of
from kb.tickets import without_quotes

FOUND = "found"
WITH_VOTES = "found, votes in sight"
RANDOM = "random reply"
ACCEPTED, VOTED = "accepted", "most helpful"
_LONGEST = 1500
"""Characters beyond which a reply is not taken for more of an answer."""


@dataclass(frozen=True)
class Marked:
    """A ticket with several replies, one of them marked."""

    ticket: Ticket
    position: int
    """Of the marked reply among the ticket's messages."""


@dataclass(frozen=True)
class Share:
    """How many of `count` were right, with a 95 % bootstrap interval."""

    share: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class LabelReport:
    """One kind of mark."""

    label: str
    systems: Mapping[str, Share]
    best_baseline: str
    p: float
    """Of the difference to it; two-sided paired randomisation test."""
    by_how: Mapping[str, Share]
    """`found` by what it recognised the reply."""
    by_language: Mapping[str, Share]
    not_an_answer: int
    """Marked replies that would be taken for no answer at all, were they not marked."""


@dataclass(frozen=True)
class ResolutionsReport:
    """What `kb eval resolutions` measured."""

    tickets: int
    replied: int
    """Tickets with a reply."""
    unanswered: int
    """Of these, those without any reply that carries an answer."""
    how: Mapping[str, int]
    """By what the answers of the others were recognised, marks in sight."""
    labels: tuple[LabelReport, ...]


def measure_resolutions(tickets: Sequence[Ticket], seed: int) -> ResolutionsReport:
    """Measure on tickets, most of which may be unmarked.

    Raises:
        InvalidInput: none has several replies of which one is accepted.
    """
    accepted = list(accepted_replies(tickets))
    if not accepted:
        raise InvalidInput(
            f"None of the {len(tickets)} tickets has two replies or more of which the customer "
            "accepted one: there is nothing to compare with. Give tickets with `accepted` replies."
        )
    labels = [_label(ACCEPTED, accepted, seed)]
    if voted := list(voted_replies(tickets)):
        labels.append(_label(VOTED, voted, seed))
    replied = [ticket for ticket in tickets if _replies(ticket)]
    found = [resolution.how for t in tickets if (resolution := find_resolution(t))]
    return ResolutionsReport(
        tickets=len(tickets),
        replied=len(replied),
        unanswered=len(replied) - len(found),
        how={how: found.count(how) for how in sorted(set(found))},
        labels=tuple(labels),
    )


def read_tickets(source: Path, max_document_bytes: int) -> list[Ticket]:
    """The tickets of a source; everything else in it is passed over.

    Raises:
        InvalidInput: there is no such source.
    """
    items = open_source(source, max_document_bytes=max_document_bytes)
    documents = (item.document for item in items if isinstance(item, SourceDocument))
    return [document for document in documents if isinstance(document, Ticket)]


def accepted_replies(tickets: Iterable[Ticket]) -> Iterable[Marked]:
    """Tickets of several replies of which exactly one was accepted."""
    for ticket in tickets:
        replies = _replies(ticket)
        accepted = [place for place in replies if ticket.messages[place].accepted]
        if len(replies) > 1 and len(accepted) == 1:
            yield Marked(ticket, accepted[0])


def voted_replies(tickets: Iterable[Ticket]) -> Iterable[Marked]:
    """Tickets of several replies, none accepted, of which one was voted helpful most often.

    A weaker mark than acceptance: other readers vote, and for what helps them.
    """
    for ticket in tickets:
        replies = _replies(ticket)
        if len(replies) < 2 or any(message.accepted for message in ticket.messages):
            continue
        votes = [ticket.messages[place].helpful for place in replies]
        if max(votes) > 0 and votes.count(max(votes)) == 1:
            yield Marked(ticket, replies[votes.index(max(votes))])


def without_marks(ticket: Ticket, *, votes: bool = False) -> Ticket:
    """The ticket as if nobody had accepted or voted; with `votes`, these stay."""
    hidden = {"accepted": False} if votes else {"accepted": False, "helpful": 0}
    bare = (message.model_copy(update=hidden) for message in ticket.messages)
    return ticket.model_copy(update={"messages": tuple(bare)})


def _replies(ticket: Ticket) -> list[int]:
    """Positions of what reps wrote."""
    messages = enumerate(ticket.messages)
    return [place for place, m in messages if m.author == "rep" and not is_blank(m.text)]


def _longest(ticket: Ticket) -> int:
    def length(place: int) -> int:
        return min(len(without_quotes(ticket.messages[place].text)), _LONGEST)

    return max(_replies(ticket), key=lambda place: (length(place), place))


def _found(ticket: Ticket) -> int | None:
    resolution = find_resolution(ticket)
    return resolution.position if resolution else None


_BASELINES: Mapping[str, Callable[[Ticket], int]] = {
    "longest reply": _longest,
    "first reply": lambda ticket: _replies(ticket)[0],
    "last reply": lambda ticket: _replies(ticket)[-1],
}


def _label(label: str, marked: Sequence[Marked], seed: int) -> LabelReport:
    """Measure on one kind of mark; at least one ticket."""
    bare = [without_marks(item.ticket) for item in marked]
    marks = [item.position for item in marked]
    values = {
        FOUND: _right(map(_found, bare), marks),
        WITH_VOTES: _right((_found(without_marks(m.ticket, votes=True)) for m in marked), marks),
        **{name: _right(map(choose, bare), marks) for name, choose in _BASELINES.items()},
        RANDOM: np.array([1 / len(_replies(ticket)) for ticket in bare]),
    }
    if label != ACCEPTED:
        del values[WITH_VOTES]  # they are the marks
    systems = {name: _share(column, seed) for name, column in values.items()}
    best = max((*_BASELINES, RANDOM), key=lambda name: systems[name].share)
    differences = (values[FOUND] - values[best])[:, None]
    found = [find_resolution(ticket) for ticket in bare]
    return LabelReport(
        label=label,
        systems=systems,
        best_baseline=best,
        p=float(randomisation_p_values(differences, seed)[0]),
        by_how=_by([r.how if r else "none" for r in found], values[FOUND], seed),
        by_language=_by([language_of(t.locale) for t in bare], values[FOUND], seed),
        not_an_answer=sum(not _is_answer(item) for item in marked),
    )


def _right(chosen: Iterable[int | None], marks: Sequence[int]) -> Matrix:
    return np.array([place == mark for place, mark in zip(chosen, marks, strict=True)], np.float64)


def _is_answer(item: Marked) -> bool:
    """Whether the marked reply would count as one if no other had been written."""
    bare = without_marks(item.ticket)
    kept = (m for n, m in enumerate(bare.messages) if m.author != "rep" or n == item.position)
    return is_answered(bare.model_copy(update={"messages": tuple(kept)}))


def _by(groups: Sequence[str], right: Matrix, seed: int) -> dict[str, Share]:
    """Shares by group, the largest group first."""
    names = np.array(groups)
    order = sorted(set(groups), key=lambda name: (-groups.count(name), name))
    return {name: _share(right[names == name], seed) for name in order}


def _share(right: Matrix, seed: int) -> Share:
    low, high = bootstrap_intervals(right[:, None], seed)[0].tolist()
    return Share(round(float(right.mean()), 4), round(low, 4), round(high, 4), len(right))
