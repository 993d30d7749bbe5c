"""The replay itself: one snapshot per block of tickets, each built from what existed by then."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval.replay.equivalence import ENOUGH_PAIRS, Judge, Verdict
from eval.replay.links import GENERIC_SHARE
from eval.replay.measures import SHOWN, agreement, shown_record, views
from eval.replay.memory import RememberingEmbedder
from eval.replay.records import Criterion, ReplayRecord, SuggestionRecord, TicketRecord
from eval.replay.sources import Tickets, read_knowledge, read_tickets
from eval.replay.systems import (
    BASELINES,
    SUGGESTIONS,
    MakeSuggester,
    Offer,
    System,
    baselines,
    offers_of,
    product_suggester,
)
from eval.replay.timeline import UNDATED, Case, existed
from indexer.embed import EmbeddingCache
from indexer.pipeline import index
from kb.config import Settings
from kb.embedder import Embedder
from kb.errors import InvalidInput
from kb.models import Article, Document, Macro, Ticket
from kb.parameters import Parameters
from kb.snapshot import open_current
from kb.store import Store

ENOUGH_TICKETS = 10
"""With fewer, a share of them says nothing."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    split: float = 0.8
    """Share of the tickets that is history, by creation."""
    refresh: int = 50
    """Tickets replayed on one snapshot."""
    limit: int | None = None
    """Use only the so many earliest tickets."""
    seed: int = 7


@dataclass(frozen=True)
class House:
    """What the product is built from."""

    settings: Settings
    embedder: Embedder
    parameters: Parameters
    make_suggester: MakeSuggester = product_suggester


def replay(
    source: Path,
    knowledge_sources: Sequence[Path],
    options: Options,
    house: House,
    now: dt.datetime,
    progress: Progress,
) -> ReplayRecord:
    """Replay the later tickets of `source` on the earlier ones.

    Args:
        knowledge_sources: where articles and macros come from.
        now: when the record says it was made.

    Raises:
        InvalidInput: a source does not exist, or there are too few tickets on either side.
    """
    limit = house.settings.max_document_bytes
    tickets = read_tickets(source, limit, options.limit)
    knowledge = read_knowledge(knowledge_sources, limit)
    history, replayed = _split(tickets, options.split)
    cache = EmbeddingCache(house.settings.cache_dir / "embeddings.sqlite")
    try:
        embedder = RememberingEmbedder(house.embedder, cache)
        progress("judge's threshold", 0, 0)
        judge = Judge.from_history(_known(history, replayed[0].created), embedder, options.seed)
        with tempfile.TemporaryDirectory(prefix="kb-replay-") as folder:
            past = _Past(Path(folder), house, embedder, [*history, *replayed], knowledge)
            records = list(_replayed(replayed, past, judge, options, progress))
    finally:
        cache.close()
    threshold = house.parameters.confidence.suggestion_threshold
    return ReplayRecord(
        created=now,
        embedder=house.embedder.name,
        split=options.split,
        refresh=options.refresh,
        seed=options.seed,
        limit=options.limit,
        read=tickets.read,
        left_out=dict(tickets.left_out),
        history=len(history),
        replayed=len(replayed),
        first=replayed[0].created,
        last=replayed[-1].created,
        similar_from={**judge.thresholds.by_languages, "other": judge.thresholds.other},
        generic_share=GENERIC_SHARE,
        generic_links=dict(judge.generic),
        notes=(
            *_notes(tickets.cases, knowledge, replayed, judge),
            *_notes_on_parameters(house.parameters),
            *past.problems,
        ),
        views=views(records, options.seed),
        shown=shown_record(records, threshold, options.seed),
        agreement=agreement(records),
        tickets=tuple(records),
    )


def _split(tickets: Tickets, share: float) -> tuple[Sequence[Case], Sequence[Case]]:
    cases = tickets.cases
    cut = int(share * len(cases) + 1e-9)  # 0.7 * 10 is 7, whatever floating point says
    if len(cases) < ENOUGH_TICKETS or not 2 <= cut < len(cases):
        left_out = ", ".join(f"{count} {reason}" for reason, count in tickets.left_out.items())
        raise InvalidInput(
            f"Too few tickets to replay: of {tickets.read} read, {len(cases)} are solved, dated "
            f"and answered{f' (left out: {left_out})' if left_out else ''}, of which the first "
            f"{share:.0%} are history. At least {ENOUGH_TICKETS} are needed, two of them history "
            "and one after it."
        )
    return cases[:cut], cases[cut:]


def _known(cases: Sequence[Case], moment: dt.datetime) -> list[Case]:
    """The cases as they stood at a moment; those without an answer by then are not among them."""
    return [Case.of(ticket) for case in cases if (ticket := case.as_of(moment))]


@dataclass
class _Past:
    """A folder in which the index is what it would have been at some moment, ever later ones."""

    folder: Path
    house: House
    embedder: Embedder
    cases: Sequence[Case]
    knowledge: Sequence[Article | Macro]
    problems: list[str] = field(default_factory=list)

    def systems(
        self, moment: dt.datetime, generic: Mapping[str, int], seed: int, progress: Progress
    ) -> tuple[int, dict[str, System]]:
        """Everything that is replayed, over what existed before `moment`; and how much that was."""
        tickets = (case.as_of(moment) for case in self.cases)
        visible: list[Document] = [ticket for ticket in tickets if ticket]
        visible += [document for document in self.knowledge if existed(document, moment)]
        if not visible:
            return 0, dict.fromkeys((SUGGESTIONS, *BASELINES), lambda _ticket: [])
        settings = self.house.settings.model_copy(
            update={"data_dir": self.folder, "database_url": "", "keep_generations": 1}
        )
        self._index(visible, settings, progress)
        parameters = self.house.parameters
        suggester = self.house.make_suggester(settings, self.embedder, parameters)
        snapshot = open_current(settings.index_dir, self.embedder.fingerprint)
        others = baselines(snapshot, settings, self.embedder, parameters, generic, seed)

        def product(ticket: Ticket) -> list[Offer]:
            return offers_of(suggester(ticket))

        return len(visible), {SUGGESTIONS: product, **others}

    def _index(self, visible: Sequence[Document], settings: Settings, progress: Progress) -> None:
        source = self.folder / "visible.jsonl"
        with source.open("w", encoding="utf-8") as file:
            file.writelines(f"{document.model_dump_json()}\n" for document in visible)
        store = Store(settings.store_url)
        try:
            # Lines are in our own layout now, which takes more room than the source's.
            roomy = settings.model_copy(
                update={"max_document_bytes": 4 * settings.max_document_bytes}
            )
            report = index([source], roomy, store, self.embedder, progress=progress)
        finally:
            store.close()
        if report.problems and not self.problems:
            reason = report.problems[0].reason
            self.problems.append(f"{len(report.problems)} documents were not indexed: {reason}.")


def _replayed(
    cases: Sequence[Case], past: _Past, judge: Judge, options: Options, progress: Progress
) -> Iterator[TicketRecord]:
    """One record per case, in order; a snapshot serves `options.refresh` of them."""
    for start in range(0, len(cases), options.refresh):
        block = cases[start : start + options.refresh]
        visible, systems = past.systems(block[0].created, judge.generic, options.seed, progress)
        for number, case in enumerate(block, start=start + 1):
            ticket = case.unanswered()
            offers = {name: system(ticket) for name, system in systems.items()}
            yield _record(case, visible, offers, judge, past.house.parameters)
            progress("replay", number, len(cases))


def _record(
    case: Case,
    visible: int,
    offers: Mapping[str, Sequence[Offer]],
    judge: Judge,
    parameters: Parameters,
) -> TicketRecord:
    links, verdicts = judge.judge(case, offers)
    threshold = parameters.confidence.suggestion_threshold
    suggestions = tuple(
        SuggestionRecord(
            sources=offer.sources,
            kind=offer.kind,
            confidence=offer.confidence,
            age_days=_age(case, offer),
            **asdict(verdict),
        )
        for offer, verdict in zip(offers[SUGGESTIONS], verdicts[SUGGESTIONS], strict=True)
    )
    below = (n for n, s in enumerate(suggestions) if s.confidence < threshold)
    return TicketRecord(
        id=case.ticket.id,
        language=case.language,
        created=case.created,
        visible=visible,
        links=tuple(sorted(links)),
        ranks=_ranks(verdicts[SUGGESTIONS]),
        suggestions=suggestions,
        shown=min(next(below, len(suggestions)), SHOWN),
        baselines={name: _ranks(verdicts[name]) for name in BASELINES},
    )


def _ranks(verdicts: Sequence[Verdict]) -> dict[Criterion, int | None]:
    return {
        "same link": _first([verdict.same_link for verdict in verdicts]),
        "similar reply": _first([verdict.similar for verdict in verdicts]),
        "very similar reply": _first([verdict.very_similar for verdict in verdicts]),
        "either": _first([verdict.same_link or verdict.similar for verdict in verdicts]),
    }


def _first(hits: Sequence[bool]) -> int | None:
    """Rank, from 1, of the first hit."""
    return hits.index(True) + 1 if True in hits else None


def _age(case: Case, offer: Offer) -> int | None:
    if offer.updated is None:
        return None
    return max(0, (case.created.astimezone(dt.UTC).date() - offer.updated).days)


def _notes(
    cases: Sequence[Case],
    knowledge: Sequence[Article | Macro],
    replayed: Sequence[Case],
    judge: Judge,
) -> Iterator[str]:
    """What a reader of the figures has to know about the data."""
    days = UNDATED.days
    if untimed := sum(case.untimed for case in cases):
        yield (
            f"{untimed} messages carry no time: they count as written with the next message that "
            f"has one, else {days} days after the last that has one."
        )
    if any(m.accepted or m.helpful for case in cases for m in case.ticket.messages) or any(
        case.ticket.satisfaction for case in cases
    ):
        yield (
            "Votes, acceptance and satisfaction carry no time: they count as known "
            f"{days} days after a conversation's last message."
        )
    if knowledge:
        dated = [document for document in knowledge if document.updated]
        never = sum(not existed(document, replayed[-1].created) for document in dated)
        yield (
            f"{len(knowledge)} articles and macros: {len(dated)} are visible from the day after "
            f"they were updated ({never} only after the last replayed ticket), the others always."
        )
    if judge.thresholds.other.pairs < ENOUGH_PAIRS:
        yield (
            f"Only {judge.thresholds.other.pairs} pairs of earlier replies could be compared: the "
            "threshold for similar replies is rough."
        )


def _notes_on_parameters(parameters: Parameters) -> Iterator[str]:
    known = (*parameters.confidence.trained_on, *parameters.tickets.trained_on)
    if sets := ", ".join(known):
        yield (
            f"The confidence was fitted on {sets}: where these hold tickets that are replayed "
            "here, its figures flatter."
        )
