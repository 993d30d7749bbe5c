"""A help center that nobody wishes well: every text that others write is an injection."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb import audit
from kb.accounts.people import add_user
from kb.events import ArticleVoted, ResultClicked, SearchMade
from kb.models import Customer, Message, Ticket
from kb.store.events import Fact
from kb.visits import QUERY_CHARS, kept
from tests.browser.house import House
from tests.browser.injections import INJECTIONS, Injection

COMMENTS = 5
"""Comments that the desk shows of one article."""
PEOPLE = 4
"""Who ask the same, so that it is a gap."""
SOME = INJECTIONS[::6]
"""Of every class, for what costs a transaction each."""


def article_id(injection: Injection) -> str:
    return f"hostile-{injection.name}.en"


def write_articles(folder: Path) -> None:
    """One article per injection: it is the title and stands in the body."""
    lines = [json.dumps(_article(injection)) for injection in INJECTIONS]
    (folder / "articles.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _article(injection: Injection) -> dict[str, Any]:
    identifier = article_id(injection)
    return {
        "kind": "article",
        "id": identifier,
        "group": identifier,
        "locale": "en",
        "title": f"{injection.name} {injection.text}",
        "section": injection.kind,
        "tags": [injection.text],
        "body": f"Before the text of {injection.name}.\n\n{injection.text}\n\nAfter it.",
    }


def fill(house: House) -> None:
    """Tickets, searches, votes with comments and colleagues, and the report made of them."""
    now = dt.datetime.now(dt.UTC)
    for injection in SOME:
        house.store.documents.save(_ticket(injection, now), now, replaces=None)
    house.store.documents.save(_thread(now), now, replaces=None)
    house.store.events.append_many(_visits(now - dt.timedelta(hours=1)))
    for number, injection in enumerate(SOME):
        email = f"colleague{number}@example.com"
        add_user(house.store, email, "rep", injection.text, now, name=injection.text)
        audit.record(house.store, injection.text, "user.added", injection.text, now=now)
    house.reports.gaps.refresh()
    house.reports.support.refresh()


def _ticket(injection: Injection, now: dt.datetime) -> Ticket:
    text = injection.text
    return Ticket(
        id=f"hostile-{injection.name}",
        locale="en",
        subject=text,
        messages=(Message(author="customer", text=text, name=text, at=now),),
        created=now,
        customer=Customer(name=text, email=text, phone=text, attributes={"plan": text}),
        channel=text[:40],
        group=text[:40],
        priority=text[:40],
    )


def _thread(now: dt.datetime) -> Ticket:
    """All of them in one conversation, from everybody."""
    authors = ("customer", "rep", "system")
    messages = [
        Message(author=authors[number % 3], text=one.text, name=INJECTIONS[number % 3].text, at=now)
        for number, one in enumerate(INJECTIONS)
    ]
    return Ticket(
        id="hostile-thread", locale="en", subject="All", messages=tuple(messages), created=now
    )


def _visits(at: dt.datetime) -> Iterator[Fact]:
    for number, injection in enumerate(INJECTIONS):
        query = kept(injection.text, QUERY_CHARS)
        for visitor in range(PEOPLE):  # who find nothing
            yield Fact(_search(f"{injection.name}-{visitor}", query), at)
        # The comments on some cases stand under one article, so that all of them are shown.
        article = article_id(INJECTIONS[number // COMMENTS])
        angry, content = f"{injection.name}-angry", f"{injection.name}-content"
        for visit, read in ((angry, article), (content, article_id(INJECTIONS[-1]))):
            yield Fact(_search(visit, query, read), at)
            yield Fact(ResultClicked(article=read, position=1, **_told(visit)), at)
        vote = ArticleVoted(article=article, helpful=False, comment=query, **_told(angry))
        yield Fact(vote, at)


def _search(visit: str, query: str, *hits: str) -> SearchMade:
    return SearchMade(query=query, locale="en", hits=hits, results=len(hits), **_told(visit))


def _told(visit: str) -> dict[str, Any]:
    return {"occasion": visit, "session": visit, "channel": "help_center"}
