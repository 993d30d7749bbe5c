"""Real threads as a source: later ones are asked, on a memory of what was known by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.replay.asking import Block, Judge, Options, Question
from eval.replay.baselines import frequent_links
from eval.replay.equivalence import ENOUGH_PAIRS, ThreadJudge
from eval.replay.records import Kind
from eval.replay.sources import Knowledge, Tickets, read_knowledge, read_tickets, share_of
from eval.replay.systems import System
from eval.replay.timeline import UNDATED, Case, existed
from eval.replay.used import UsedReplies
from kb.config import Settings
from kb.embedder import Embedder
from kb.errors import InvalidInput
from kb.models import CollectionName, Document
from kb.privacy import Redactor
from kb.snapshot import Snapshot

ENOUGH_TICKETS = 10
"""With fewer, a share of them says nothing."""


@dataclass(frozen=True)
class Threads:
    """Resolved tickets in time order."""

    tickets: Tickets
    knowledge: Sequence[Knowledge]
    history: Sequence[Case]
    replayed: Sequence[Case]
    judging: ThreadJudge
    refresh: int
    kind: Kind = "threads"
    searched: tuple[CollectionName, ...] = ("tickets",)
    _used: UsedReplies = field(default_factory=UsedReplies)

    @classmethod
    def read(
        cls,
        path: Path,
        knowledge: Sequence[Path],
        options: Options,
        settings: Settings,
        embedder: Embedder,
    ) -> Threads:
        """Read threads, articles and macros, and learn what replies are similar by chance.

        Raises:
            InvalidInput: a source does not exist, or there are too few tickets on either side.
        """
        limit = settings.max_document_bytes
        tickets = read_tickets(path, limit, options.limit)
        articles = read_knowledge(knowledge, limit, options.article_url)
        history, replayed = _split(tickets, options)
        known = _known(history, replayed[0])
        redactor = Redactor.of(settings)
        judging = ThreadJudge.from_history(known, embedder, redactor, options.seed)
        return cls(tickets, articles, history, replayed, judging, options.refresh)

    def asked(self) -> int:
        return len(self.replayed)

    def remembered(self) -> int:
        return len(self.history)

    def blocks(self) -> Iterator[Block]:
        """A snapshot serves `refresh` tickets; it holds what existed before the first of them."""
        cases = [*self.history, *self.replayed]
        for start in range(0, len(self.replayed), self.refresh):
            block = self.replayed[start : start + self.refresh]
            moment = block[0].created
            visible: list[Document] = [t for case in cases if (t := case.as_of(moment))]
            visible += [document for document in self.knowledge if existed(document, moment)]
            yield Block(visible, [Question(case.unanswered(), case.created) for case in block])

    def judge(self, snapshot: Snapshot) -> Judge:
        cases = {case.ticket.id: case for case in self.replayed}
        return self.judging.over(snapshot, lambda question: cases[question.ticket.id])

    def baselines(self, snapshot: Snapshot) -> Mapping[str, System]:
        links = frequent_links(snapshot.collections["tickets"], self.judging.generic)
        return {**self._used.baseline(snapshot), **links}

    def notes(self) -> Iterator[str]:
        """What a reader of the figures has to know about the data."""
        days, cases = UNDATED.days, self.tickets.cases
        if untimed := sum(case.untimed for case in cases):
            yield (
                f"{untimed} messages carry no time: they count as written with the next message "
                f"that has one, else {days} days after the last that has one."
            )
        if any(m.accepted or m.helpful for case in cases for m in case.ticket.messages) or any(
            case.ticket.satisfaction for case in cases
        ):
            yield (
                "Votes, acceptance and satisfaction carry no time: they count as known "
                f"{days} days after a conversation's last message."
            )
        if self.knowledge:
            dated = [document for document in self.knowledge if document.updated]
            never = sum(not existed(document, self.replayed[-1].created) for document in dated)
            yield (
                f"{len(self.knowledge)} articles and macros: {len(dated)} are visible from the day "
                f"after they were updated ({never} only after the last replayed ticket), the "
                "others always."
            )
        if (pairs := self.judging.thresholds.other.pairs) < ENOUGH_PAIRS:
            yield (
                f"Only {pairs} pairs of earlier replies could be compared: the threshold for "
                "similar replies is rough."
            )


def _split(tickets: Tickets, options: Options) -> tuple[Sequence[Case], Sequence[Case]]:
    """History, and what is asked."""
    cases = tickets.cases
    cut, end = share_of(cases, options.split), share_of(cases, options.until)
    if len(cases) < ENOUGH_TICKETS or not 2 <= cut < end:
        left_out = ", ".join(f"{count} {reason}" for reason, count in tickets.left_out.items())
        raise InvalidInput(
            f"Too few tickets to replay: of {tickets.read} read, {len(cases)} are solved, dated "
            f"and answered{f' (left out: {left_out})' if left_out else ''}, of which the first "
            f"{options.split:.0%} are history and those up to {options.until:.0%} are asked. At "
            f"least {ENOUGH_TICKETS} are needed, two of them history and one after it."
        )
    return cases[:cut], cases[cut:end]


def _known(cases: Sequence[Case], first: Case) -> list[Case]:
    """The cases as they stood when the first ticket is asked, if they had an answer by then."""
    return [known for case in cases if (known := case.known_at(first.created))]
