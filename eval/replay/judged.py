"""Judged tickets as a source: somebody said which documents help; a BEIR folder.

The corpus is the memory: documents with a `metadata.reply` become solved tickets, others articles.
Every query becomes an open ticket. There is no order in time, so all are asked on one snapshot.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.replay.asking import Block, Judge, Judgement, Options, Question, Verdict
from eval.replay.baselines import MOST_USED
from eval.replay.beir import BeirFolder, read_beir, read_others
from eval.replay.records import Criterion, Kind
from eval.replay.sources import share_of
from eval.replay.systems import DEPTH, Offer, System, document_offer
from indexer.build import is_indexed
from kb.config import Settings
from kb.errors import InvalidInput
from kb.links import canonical
from kb.models import Article, CollectionName, Document, Ticket
from kb.snapshot import Snapshot

_HELPFUL: Criterion = "helpful source"


@dataclass(frozen=True)
class JudgedTickets:
    """A BEIR folder, and what else is in the memory."""

    memory: Sequence[Document]
    questions: Sequence[Question]
    helpful: Mapping[str, frozenset[str]]
    """Ids of the documents that help, by question; a question without any has no answer."""
    addresses: Mapping[str, str]
    """Canonical links of documents that have a page, by id."""
    searched: tuple[CollectionName, ...]
    remarks: tuple[str, ...]
    kind: Kind = "judged"

    @classmethod
    def read(
        cls, path: Path, others: Sequence[Path], options: Options, settings: Settings
    ) -> JudgedTickets:
        """Read corpus, queries and judgements, and other sources of the memory.

        Raises:
            InvalidInput: a part is missing or malformed, or no query is judged.
        """
        folder = read_beir(path, settings, options.article_url)
        helpful = folder.helpful
        questions = folder.questions[: options.limit]
        questions = questions[: share_of(questions, options.until)]
        if not any(helpful.get(question.ticket.id) for question in questions):
            raise InvalidInput(f"{path} judges no document to help: there is nothing to replay.")
        kept = _without_withheld(folder.corpus, helpful, options)
        added = read_others(others, folder, settings, options.article_url)
        return cls(
            memory=[*kept, *added.documents],
            questions=questions,
            helpful=helpful,
            addresses={
                document.id: link
                for document in folder.corpus
                if isinstance(document, Article) and (link := canonical(document.url))
            },
            searched=tuple(sorted({document.collection for document in folder.corpus})),
            remarks=(*_remarks(folder, kept), *added.remarks),
        )

    def asked(self) -> int:
        return len(self.questions)

    def remembered(self) -> int:
        return len(self.memory)

    def blocks(self) -> Iterator[Block]:
        yield Block(self.memory, self.questions)

    def judge(self, snapshot: Snapshot) -> Judge:
        present = {
            identifier
            for collection in snapshot.collections.values()
            for identifier in collection.document_ids
        }

        def judge(question: Question, offers: Mapping[str, Sequence[Offer]]) -> Judgement:
            wanted = self.helpful.get(question.ticket.id, frozenset())
            links = frozenset(self.addresses[d] for d in wanted if d in self.addresses)
            verdicts = {
                name: [_verdict(offer, wanted, links) for offer in chosen]
                for name, chosen in offers.items()
            }
            judged: frozenset[Criterion] = frozenset({_HELPFUL})
            in_memory = judged if wanted & present else frozenset()
            return Judgement(judged, in_memory, frozenset(), verdicts)

        return judge

    def baselines(self, snapshot: Snapshot) -> Mapping[str, System]:
        """What helps most other tickets; what a ticket's own judgements say is not counted."""
        documents = {
            document.id: document
            for name in self.searched
            for document in snapshot.collections[name].all_documents()
        }
        used = Counter(d for wanted in self.helpful.values() for d in wanted if d in documents)
        ranked = sorted(used, key=lambda identifier: (-used[identifier], identifier))

        def most_used(ticket: Ticket) -> list[Offer]:
            own = self.helpful.get(ticket.id, frozenset())
            # The ticket's own are few, so nothing below moves up further than that.
            near = ranked[: DEPTH + len(own)] + [d for d in own if d in used]
            others = {d: used[d] - (d in own) for d in dict.fromkeys(near)}
            best = sorted(others, key=lambda identifier: (-others[identifier], identifier))
            return [document_offer(documents[identifier]) for identifier in best[:DEPTH]]

        return {MOST_USED: most_used}

    def notes(self) -> Iterator[str]:
        """What a reader of the figures has to know about the data."""
        yield from self.remarks
        yield "There is no order in time: documents later than a ticket are in the memory, too."
        if unjudged := sum(not self.helpful.get(q.ticket.id) for q in self.questions):
            yield f"{unjudged} tickets have no document that helps: nothing should be suggested."


def _verdict(offer: Offer, wanted: frozenset[str], links: frozenset[str]) -> Verdict:
    """A document that is sent as a link helps as much as one that is quoted."""
    right = not wanted.isdisjoint(offer.sources) or not links.isdisjoint(offer.links)
    met: frozenset[Criterion] = frozenset({_HELPFUL}) if right else frozenset()
    return Verdict(meets=met, right=right, has_link=bool(offer.links))


def _without_withheld(
    corpus: Sequence[Document], helpful: Mapping[str, frozenset[str]], options: Options
) -> list[Document]:
    """The documents that are not kept out of the memory on purpose; drawn by their ids."""
    helping = frozenset().union(*helpful.values()) if options.withhold else frozenset()

    def is_withheld(identifier: str) -> bool:
        digest = hashlib.sha256(f"{options.seed} withhold {identifier}".encode()).digest()
        return int.from_bytes(digest[:8], "big") < options.withhold * 2**64

    return [d for d in corpus if d.id not in helping or not is_withheld(d.id)]


def _remarks(folder: BeirFolder, kept: Sequence[Document]) -> Iterator[str]:
    corpus, unread = folder.corpus, folder.unread
    tickets = sum(isinstance(document, Ticket) for document in corpus)
    answered = sum(isinstance(document, Ticket) and is_indexed(document) for document in corpus)
    yield (
        f"The memory is the corpus: {tickets} tickets, of which {answered} have a reply that "
        f"answers, and {len(corpus) - tickets} articles"
        f"{f'; {unread} lines could not be read' if unread else ''}."
    )
    if withheld := len(corpus) - len(kept):
        yield f"{withheld} documents that help somebody were kept out of the memory on purpose."
