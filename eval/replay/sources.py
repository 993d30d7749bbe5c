"""What a replay reads: resolved tickets in time order, and the articles and macros beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from eval.replay.timeline import NO_DATE, Case, created_at, placed
from indexer.sources import SourceDocument, open_source
from kb.errors import InvalidInput
from kb.models import Article, Macro, Ticket

_SPAM = "is marked as spam"
"""What `indexer.sources` says of tickets that their source calls spam."""

Knowledge = Article | Macro


@dataclass(frozen=True)
class Tickets:
    """The tickets of a source."""

    cases: tuple[Case, ...]
    """Usable ones, by creation; ties by id."""
    read: int
    left_out: Mapping[str, int]
    """Reason to number; with `cases` they make up `read`."""


def read_tickets(source: Path, max_document_bytes: int, limit: int | None = None) -> Tickets:
    """Read resolved tickets.

    Args:
        source: JSON Lines file or folder; articles and macros in it are passed over.
        limit: only the so many earliest tickets are used, the rest is as if it were not there.

    Raises:
        InvalidInput: there is no such source.
    """
    left_out: Counter[str] = Counter()
    tickets: dict[str, Ticket] = {}
    for item in open_source(source, max_document_bytes=max_document_bytes):
        if not isinstance(item, SourceDocument):
            left_out["spam" if item.reason == _SPAM else "cannot be read"] += 1
        elif isinstance(item.document, Ticket):
            if item.document.id in tickets:
                left_out["repeats an id"] += 1
            tickets.setdefault(item.document.id, item.document)
    dated = [(moment, t.id, t) for t in tickets.values() if (moment := created_at(t))]
    undated = len(tickets) - len(dated)
    earliest = [ticket for _, _, ticket in sorted(dated, key=lambda entry: entry[:2])][:limit]
    found = [placed(ticket) for ticket in earliest]
    left_out.update(reason for reason in found if isinstance(reason, str))
    if undated:
        left_out[NO_DATE] = undated
    cases = [case for case in found if isinstance(case, Case)]
    return Tickets(tuple(cases), len(cases) + left_out.total(), dict(left_out))


def read_knowledge(
    sources: Sequence[Path], max_document_bytes: int, article_url: str = ""
) -> list[Knowledge]:
    """Articles and macros. Tickets there are left alone: nobody would cut them down in time.

    Args:
        article_url: see `with_address`.

    Raises:
        InvalidInput: a source does not exist, or `article_url` has no place for the name.
    """
    found: dict[str, Knowledge] = {}
    for source in sources:
        for item in open_source(source, max_document_bytes=max_document_bytes):
            if isinstance(item, SourceDocument) and not isinstance(item.document, Ticket):
                document = with_address(item.document, article_url)
                found.setdefault(document.id, document)
    return list(found.values())


def share_of(members: Sequence[object], share: float) -> int:
    """How many of the members the first so large a share is."""
    return int(share * len(members) + 1e-9)  # 0.7 * 10 is 7, whatever floating point says


def with_address(document: Knowledge, article_url: str) -> Knowledge:
    """An article with the address at which its readers find it.

    Args:
        article_url: `{}` in it stands for what follows the last `:` of the article's id; empty:
            the document stays as it is.

    Raises:
        InvalidInput: there is no `{}` in it.
    """
    if not article_url or not isinstance(document, Article) or document.url:
        return document
    if "{}" not in article_url:
        raise InvalidInput(
            f"The article address {article_url} has no {{}}; write one where the article's name "
            "belongs, as in https://help.example/kb/{}."
        )
    name = quote(document.id.rpartition(":")[2], safe="")
    return document.model_copy(update={"url": article_url.replace("{}", name)})
