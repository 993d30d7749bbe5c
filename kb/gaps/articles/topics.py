"""Which article a solved ticket is about, if any.

A ticket is on the topic of the public article (in any language) that its problem is nearest to, by
the best cosine of their passages, where that is at least `FLOOR` spreads above unrelated texts
(kb.gaps.articles.content), and either

    agreed   the reply is nearest to the same article, or
    clear    the problem is nearer to it than to any other article by `LEAD` spreads.

Judged on 4,000 real support threads: the nearest article alone is the one that a helper linked in
20 % of cases (helpers link few pages, so 100 % cannot be reached), agreed ones are in 50 %; of
clear ones read by eye about 17 of 20 were right, and below `FLOOR` mostly the tone agreed, not the
subject. Most tickets stay without a topic; a false alarm costs a writer more than a missed ticket.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.embedder import Vectors
from kb.gaps.articles.content import ArticleVersion, Content, SolvedTicket
from kb.gaps.articles.cosines import Stack, nearest

FLOOR = 3.5
LEAD = 1.0
"""In spreads."""


@dataclass(frozen=True)
class OnTopic:
    """A ticket and the article it is about."""

    ticket: SolvedTicket
    clear: bool
    """Whether the problem alone tells. Where replies are judged, only these are fair witnesses:
    the others were chosen because their reply is like the article."""


def topics(content: Content) -> dict[str, list[OnTopic]]:
    """The tickets of each article, by its group; tickets ordered by id."""
    vectors: dict[str, list[Vectors]] = {}
    for article in content.articles:
        if article.audience == "public" and len(article.vectors):
            vectors.setdefault(article.group, []).append(article.vectors)
    tickets = [t for t in content.tickets if len(t.problems) and len(t.replies)]
    if not vectors or not tickets:
        return {}
    groups = list(vectors)
    articles = Stack.of([np.concatenate(vectors[group]) for group in groups])
    problem = nearest(Stack.of([ticket.problems for ticket in tickets]), articles)
    reply = nearest(Stack.of([ticket.replies for ticket in tickets]), articles)
    near = problem.cosine >= content.cosine_at(FLOOR)
    clear = problem.lead >= LEAD * content.spread
    found: dict[str, list[OnTopic]] = {}
    for place in np.flatnonzero(near & (clear | (problem.item == reply.item))).tolist():
        topic = OnTopic(tickets[place], bool(clear[place]))
        found.setdefault(groups[int(problem.item[place])], []).append(topic)
    return found


def likeness(version: ArticleVersion, item: OnTopic, content: Content) -> float:
    """How like an article's version a reply is: the best cosine of their passages, in spreads.

    Both have passages.
    """
    return content.spreads_of(float((item.ticket.replies @ version.vectors.T).max()))
