"""`LoggedSearch` to events. Pure.

A row that stands for many searches, some of which led to a click or a contact, becomes up to three
searches that each stand for some. Nothing says which of those that clicked contacted the team as
well; it is taken that those who did not click did so first.

The same file twice, or two exports that overlap, count once: a search is named by what is kept of
it (moment as the file says, question, language) and by how many such rows came before. What is
personal takes no part in that, so that no name can be guessed from it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from kb.events import ContactMade, ResultClicked, SearchMade
from kb.search_logs.rows import LoggedSearch
from kb.sessions import pseudonym
from kb.store.events import Fact


def facts_of(
    searches: Iterable[LoggedSearch],
    salt: str,
    *,
    keep: Callable[[str], str],
    language: Callable[[str], str],
    article_of: Callable[[str], str],
) -> Iterator[list[Fact]]:
    """The facts of each row.

    Args:
        salt: of this run alone; see `kb.sessions.pseudonym`.
        keep: what of a question may be kept, redacted and shortened.
        language: of what is kept of a question.
        article_of: id of an article by its id or address; empty: there is none.
    """
    seen: Counter[bytes] = Counter()
    for search in searches:
        query = keep(search.query)
        written = search.at - search.moved
        named = hashlib.sha256(f"{written.isoformat()}\n{search.locale}\n{query}".encode()).digest()
        ordinal = seen[named]
        seen[named] += 1
        base = SearchMade(
            occasion=hashlib.sha256(named + str(ordinal).encode()).hexdigest()[:40],
            session=pseudonym(salt, search.session) if search.session else "",
            channel="import",
            query=query,
            locale=search.locale or language(query),
            results=search.results,
        )
        article = article_of(search.article) if search.article else ""
        yield [fact for part in _parts(search, base) for fact in _facts(search, part, article)]


def _parts(search: LoggedSearch, base: SearchMade) -> Iterator[tuple[SearchMade, bool, bool]]:
    """The searches that a row stands for; whether they led to a click, and to a contact."""
    clicked, silent = search.clicked, search.times - search.contacted
    cuts = sorted({0, clicked, silent, search.times})
    for number, (start, end) in enumerate(pairwise(cuts)):
        occasion = f"{base.occasion}-{number}" if number else base.occasion
        update = {"occasion": occasion, "times": end - start}
        yield base.model_copy(update=update), start < clicked, start >= silent


def _facts(
    search: LoggedSearch, part: tuple[SearchMade, bool, bool], article: str
) -> Iterator[Fact]:
    made, clicked, contacted = part
    of = {"occasion": made.occasion, "session": made.session, "channel": made.channel}
    yield Fact(made, search.at, f"import search {made.occasion}")
    if clicked:
        click = ResultClicked.model_validate({**of, "article": article})
        yield Fact(click, search.at, f"import click {made.occasion}")
    if contacted:
        contact = ContactMade.model_validate({**of, "locale": made.locale})
        yield Fact(contact, search.at, f"import contact {made.occasion}")
