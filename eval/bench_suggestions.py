"""How long a suggestion takes for a long thread, beside embedding its problem alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from eval.bench import Progress, Timing, timed
from eval.replay.memory import RememberingEmbedder
from indexer.pipeline import index
from indexer.sources import SourceDocument, open_source
from kb.config import Settings
from kb.embedder import Embedder
from kb.embedder.cached import EMBEDDINGS, EmbeddingCache
from kb.errors import InvalidInput
from kb.models import Message, Ticket
from kb.parameters import Parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.suggest import problem_of

SEARCH_BUDGET = 1.3
"""A search may take so many times what embedding its query does (DESIGN §11)."""


def bench_suggestions(
    sources: Sequence[Path],
    words: int,
    count: int,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    progress: Progress,
) -> dict[str, Any]:
    """Index `sources`, then ask about `count` threads of about `words` words made from them.

    Raises:
        InvalidInput: the sources hold no solved tickets, or do not exist.
    """
    scratch = settings.model_copy(
        update={"data_dir": settings.data_dir / "bench-suggestions", "database_url": ""}
    )
    cache = EmbeddingCache(settings.cache_dir / EMBEDDINGS)
    store = Store(scratch.store_url)
    try:
        remembering = RememberingEmbedder(embedder, cache)
        report = index(sources, scratch, store, remembering, progress=progress)
    finally:
        store.close()
        cache.close()
    threads = list(_threads(sources, words, count, settings))
    knowledge_base = KnowledgeBase(scratch, embedder, parameters)
    knowledge_base.suggest(threads[0])
    embed_alone, suggest = [], []
    for number, thread in enumerate(threads):
        problem = problem_of(thread, knowledge_base.tools.redactor)
        # Alternating in one loop: whatever else the machine does hits both.
        embed_alone.append(timed(partial(embedder.embed_queries, [problem.meaning])))
        suggest.append(timed(partial(knowledge_base.suggest, thread)))
        progress("suggest", number + 1, len(threads))
    alone, whole = Timing.of(embed_alone), Timing.of(suggest)
    return {
        "documents": report.documents,
        "passages": report.passages,
        "threads": len(threads),
        "words_per_thread": words,
        "embed_problem_ms": vars(alone),
        "suggest_ms": vars(whole),
        "suggest_to_embed_p50": round(whole.p50 / alone.p50, 3),
        "suggest_to_embed_p95": round(whole.p95 / alone.p95, 3),
        "suggest_to_search_budget_p95": round(whole.p95 / (SEARCH_BUDGET * alone.p95), 3),
    }


def _threads(
    sources: Sequence[Path], words: int, count: int, settings: Settings
) -> Iterator[Ticket]:
    """Threads of several tickets' messages in turn, the last one with all before it quoted."""
    tickets = [
        item.document
        for source in sources
        for item in open_source(source, max_document_bytes=settings.max_document_bytes)
        if isinstance(item, SourceDocument) and isinstance(item.document, Ticket)
    ]
    if not tickets:
        raise InvalidInput("The sources hold no tickets to make threads of.")
    step = max(1, len(tickets) // count)
    for number in range(min(count, len(tickets))):
        start = number * step
        rotated = tickets[start:] + tickets[:start]
        yield _thread(rotated, number, words)


def _thread(tickets: Sequence[Ticket], number: int, words: int) -> Ticket:
    first = tickets[0]
    opening, quoted = first.messages[0], []
    messages: list[Message] = []
    room = words - len(opening.text.split())
    for ticket in tickets[1:]:
        if room <= 0:
            break
        for message in ticket.messages:
            quoted += [f"> {line}" for line in message.text.splitlines()]
            messages.append(Message(author=message.author, text=message.text))
            room -= 2 * len(message.text.split())  # said, and quoted below the last message
    last = Message(author="customer", text="\n".join([opening.text, "", *quoted]))
    return Ticket(
        id=f"bench-{number}",
        locale=first.locale,
        subject=first.subject,
        messages=(*messages, last),
        created=first.created or dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        customer=first.customer,
    )
