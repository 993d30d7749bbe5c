"""The replay itself: a source is opened, everything is asked, and the answers become a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.replay.abstention import abstention
from eval.replay.asking import Asked, House, Options, Progress, Verdict, ask, remembering
from eval.replay.comparing import differences
from eval.replay.judged import JudgedTickets
from eval.replay.measures import SHOWN, agreement, shown_record, views
from eval.replay.records import (
    CRITERIA,
    Criterion,
    Kind,
    ReplayRecord,
    SuggestionRecord,
    TicketRecord,
)
from eval.replay.systems import DEPTH, SUGGESTIONS, Offer, suggestion_threshold
from eval.replay.threads import Threads
from kb.embedder import Embedder
from kb.links import GENERIC_SHARE
from kb.parameters import Parameters


def open_source(
    path: Path, knowledge: Sequence[Path], options: Options, house: House, embedder: Embedder
) -> Threads | JudgedTickets:
    """A folder with judgements (`qrels/`), else real threads.

    Raises:
        InvalidInput: a source does not exist or is malformed, or there is too little in it.
    """
    if (path / "qrels").is_dir():
        return JudgedTickets.read(path, knowledge, options, house.settings)
    return Threads.read(path, knowledge, options, house.settings, embedder)


def collect(
    source: Path,
    knowledge: Sequence[Path],
    options: Options,
    house: House,
    progress: Progress,
) -> Iterator[Asked]:
    """Every ticket with its suggestions and their verdicts (`Asked.suggestions`), to learn from.

    The threshold is off; `options.until` keeps later tickets unseen.

    Raises:
        InvalidInput: see `open_source`.
    """
    with remembering(house) as embedder:
        opened = open_source(source, knowledge, options, house, embedder)
        yield from ask(opened, house, embedder, options, progress, with_baselines=False)


def replay(
    source: Path,
    knowledge: Sequence[Path],
    options: Options,
    house: House,
    now: dt.datetime,
    progress: Progress,
) -> ReplayRecord:
    """Put the tickets of `source` to the suggestions and the baselines, and judge what they offer.

    Args:
        knowledge: where articles and macros come from; see `open_source` and `Options`.
        now: when the record says it was made.

    Raises:
        InvalidInput: see `open_source`.
    """
    threshold = suggestion_threshold(house.parameters)
    problems: list[str] = []
    with remembering(house) as embedder:
        progress("read", 0, 0)
        opened = open_source(source, knowledge, options, house, embedder)
        asked = ask(
            opened, house, embedder, options, progress, with_baselines=True, problems=problems
        )
        records = [record_of(one, opened.kind, threshold) for one in asked]
    notes = (*opened.notes(), *_notes_on_parameters(house.parameters), *problems)
    return _record(opened, records, notes, options, house, now)


def _record(
    source: Threads | JudgedTickets,
    tickets: Sequence[TicketRecord],
    notes: tuple[str, ...],
    options: Options,
    house: House,
    now: dt.datetime,
) -> ReplayRecord:
    kind, seed = source.kind, options.seed
    threshold = suggestion_threshold(house.parameters)
    threads = source if isinstance(source, Threads) else None
    dates = [ticket.created for ticket in tickets if ticket.created]
    similar = threads.judging.thresholds if threads else None
    return ReplayRecord(
        created=now,
        kind=kind,
        embedder=house.embedder.name,
        split=options.split,
        until=options.until,
        refresh=options.refresh,
        seed=seed,
        limit=options.limit,
        read=threads.tickets.read if threads else len(tickets),
        left_out=dict(threads.tickets.left_out) if threads else {},
        history=source.remembered(),
        replayed=len(tickets),
        first=min(dates, default=None),
        last=max(dates, default=None),
        similar_from={**similar.by_languages, "other": similar.other} if similar else {},
        generic_share=GENERIC_SHARE,
        generic_links=dict(threads.judging.generic) if threads else {},
        notes=notes,
        views=views(tickets, kind, seed),
        differences=differences(tickets, kind, seed),
        shown=shown_record(tickets, kind, threshold, seed),
        abstention=abstention(tickets, kind, threshold),
        agreement=agreement(tickets),
        tickets=tuple(tickets),
    )


def record_of(asked: Asked, kind: Kind, threshold: float) -> TicketRecord:
    """One ticket's record, without anything that people wrote."""
    chosen = asked.suggestions[:DEPTH]
    suggestions = tuple(
        SuggestionRecord(
            sources=offer.sources,
            kind=offer.kind,
            confidence=offer.confidence,
            age_days=_age(asked.question.created, offer),
            meets=_ordered(verdict.meets, kind),
            has_link=verdict.has_link,
            cosine=verdict.cosine,
        )
        for offer, verdict in chosen
    )
    below = (n for n, s in enumerate(suggestions) if s.confidence < threshold)
    ranks = {
        name: _ranks([verdict for _, verdict in offers[:DEPTH]], kind)
        for name, offers in asked.offers.items()
    }
    return TicketRecord(
        id=asked.question.ticket.id,
        language=asked.question.language,
        created=asked.question.created,
        visible=asked.visible,
        links=tuple(sorted(asked.links)),
        judged=_ordered(asked.judged, kind),
        in_memory=_ordered(asked.in_memory, kind),
        ranks=ranks.pop(SUGGESTIONS),
        suggestions=suggestions,
        shown=min(next(below, len(suggestions)), SHOWN),
        baselines=ranks,
    )


def _ordered(criteria: frozenset[Criterion], kind: Kind) -> tuple[Criterion, ...]:
    return tuple(criterion for criterion in CRITERIA[kind] if criterion in criteria)


def _ranks(verdicts: Sequence[Verdict], kind: Kind) -> dict[Criterion, int | None]:
    """Rank, from 1, of the first that meets each criterion."""
    return {
        criterion: next(
            (n for n, verdict in enumerate(verdicts, start=1) if criterion in verdict.meets), None
        )
        for criterion in CRITERIA[kind]
    }


def _age(created: dt.datetime | None, offer: Offer) -> int | None:
    if offer.updated is None or created is None:
        return None
    return max(0, (created.astimezone(dt.UTC).date() - offer.updated).days)


def _notes_on_parameters(parameters: Parameters) -> Iterator[str]:
    known = dict.fromkeys(
        (
            *parameters.confidence.trained_on,
            *parameters.tickets.trained_on,
            *parameters.suggestions.trained_on,
        )
    )
    if known:
        yield (
            f"The confidence was fitted on {', '.join(known)}: where these hold tickets that are "
            "replayed here, its figures flatter."
        )
