"""The whole: an open ticket to ranked suggestions, or whom to hand it to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.collection import Collection
from kb.conflicts import Conflict, Statement, find_conflict
from kb.drafting import moment_text
from kb.escalation import Advice, advise
from kb.models import (
    CollectionName,
    Escalation,
    IndexedDocument,
    Passage,
    Suggestion,
    Ticket,
)
from kb.parameters import SuggestionParameters
from kb.ranker import Candidate
from kb.retriever import Gathered, Query, Retrieval, Retriever
from kb.suggest.answers import (
    Answer,
    Found,
    content,
    diverse,
    experienced,
    merged,
    order,
    past_replies,
)
from kb.suggest.precedents import precedents_of
from kb.suggest.problem import Problem
from kb.suggest.tools import SuggestionTools
from kb.suggest.wording import suggestion_of
from kb.text import language_of

_CONTENT = 20
"""Articles and macros looked at per request."""
_SAME_ANSWER = 7.5
"""Spreads of the cosine from which two answers say the same; of random pairs of replies one in
two thousand is as close."""
_ABOUT_THE_SAME = 4.0
"""Spreads from which a reply and an article may be about the same, so that they are compared."""
_CONFLICTING_ARTICLES = 3
_VOTING_TICKETS = 5


@dataclass(frozen=True)
class Desk:
    """What suggesting needs from the rest of the house; of one generation."""

    retriever: Retriever
    collections: Mapping[CollectionName, Collection]
    candidates: int
    """Passages taken from each side and collection."""
    confidence: Callable[[Retrieval, Candidate], float]
    url_of: Callable[[IndexedDocument], str]
    parameters: SuggestionParameters
    tools: SuggestionTools


@dataclass(frozen=True)
class Weighed:
    """A ticket's answers, best first, and the solved tickets behind them."""

    answers: list[Answer]
    nearest: list[IndexedDocument]
    """Solved tickets, nearest first."""


def weigh(ticket: Ticket, query: Query, desk: Desk, now: dt.datetime) -> Weighed:
    """Everything that could be replied, however improbable."""
    gathered = {
        part.collection.name: part for part in desk.retriever.gather(query, desk.candidates)
    }
    unrelated, spread = desk.retriever.unrelated, desk.retriever.spread
    tickets = gathered.pop("tickets", None)
    replies: list[Answer] = []
    nearest: list[IndexedDocument] = []
    precedents = None
    if tickets is not None:
        tickets = _without(tickets, ticket.id)
        precedents = precedents_of(tickets, spread, desk.parameters.precedents)
        nearest = _documents(precedents.collection, precedents.documents.tolist())
        problems = precedents.collection.passages(precedents.passages.tolist())
        replies = past_replies(
            precedents,
            nearest,
            [problems[ordinal] for ordinal in precedents.passages.tolist()],
            desk.parameters,
            unrelated=unrelated,
            spread=spread,
            today=now.date(),
        )
    retrieval = desk.retriever.rank(query, list(gathered.values()))
    reader = language_of(ticket.locale)
    versions = _versions(retrieval, query, reader, desk)
    found = [_found(retrieval, candidate, reader, desk) for candidate in versions]
    written = content(found, precedents, nearest, desk.parameters)
    answers = merged([*replies, *written])
    ids = [source.id for answer in answers for source in answer.sources]
    answers = experienced(
        answers, desk.tools.experience.acceptance_of(ids), desk.parameters.acceptance_strength
    )
    # Last: however often a reply was used before the article changed, it is wrong now.
    answers = _conflicts_settled(answers, unrelated + _ABOUT_THE_SAME * spread)
    return Weighed(diverse(answers, unrelated + _SAME_ANSWER * spread), nearest)


def present(
    weighed: Weighed,
    ticket: Ticket,
    problem: Problem,
    desk: Desk,
    *,
    now: dt.datetime,
    limit: int,
) -> tuple[tuple[Suggestion, ...], Escalation | None]:
    """What a rep is shown: the answers that clear the threshold, and whom to escalate to."""
    fitting = [a for a in weighed.answers if a.probability >= desk.parameters.threshold]
    suggestions = tuple(
        suggestion_of(answer, ticket, problem.words, desk.tools.drafter, desk.url_of, now.date())
        for answer in fitting[:limit]
    )
    advice = advise(
        ticket,
        group_votes=[document.support_group for document in weighed.nearest[:_VOTING_TICKETS]],
        fits=bool(suggestions),
        earlier_tickets=_earlier_tickets(ticket, desk.tools, now),
        rules=desk.tools.rules,
        now=now,
    )
    return suggestions, _escalation(advice, ticket, problem, desk, now) if advice else None


def _earlier_tickets(ticket: Ticket, tools: SuggestionTools, now: dt.datetime) -> int:
    repeated = tools.rules.triggers.repeat_contact if tools.rules else None
    return tools.experience.earlier_tickets(ticket, repeated.days, now) if repeated else 0


def _without(gathered: Gathered, ticket_id: str) -> Gathered:
    """A ticket is no precedent of itself."""
    own = gathered.collection.ordinal_of(ticket_id)
    if own is None:
        return gathered
    kept = gathered.collection.document_of[gathered.ordinals] != own
    return Gathered(
        gathered.collection,
        gathered.ordinals[kept],
        gathered.cosines[kept],
        gathered.lexical[kept],
        gathered.same_language[kept],
    )


def _documents(collection: Collection, ordinals: Sequence[int]) -> list[IndexedDocument]:
    found = collection.documents(ordinals)
    return [found[ordinal] for ordinal in ordinals]


def _versions(retrieval: Retrieval, query: Query, reader: str, desk: Desk) -> list[Candidate]:
    """The best articles and macros, each in the customer's language where there is such a one.

    That is the language of the draft, too, whatever language the problem looks like: an error
    message is English everywhere.
    """
    groups = retrieval.groups()[:_CONTENT]
    return [desk.retriever.version_for(group, query, reader) for group in groups]


def _found(retrieval: Retrieval, candidate: Candidate, reader: str, desk: Desk) -> Found:
    collection = desk.collections[candidate.collection]
    document = _documents(collection, [candidate.document])[0]
    return Found(
        document=document,
        passage=collection.passages([candidate.passage])[candidate.passage],
        vector=collection.dense.vectors([candidate.passage])[0],
        confidence=desk.confidence(retrieval, candidate),
        url=desk.url_of(document),
        same_language=language_of(candidate.locale) == reader,
    )


def _conflicts_settled(answers: Sequence[Answer], about_the_same: float) -> list[Answer]:
    """All answers; a reply that contradicts a newer article comes after that, and says so."""
    articles = sorted((a for a in answers if a.document.kind == "article"), key=order)
    likely = articles[:_CONFLICTING_ARTICLES]
    settled = []
    for answer in answers:
        for article in likely if answer.is_reply else ():
            if float(answer.vector @ article.vector) < about_the_same:
                continue
            if (conflict := _conflict(answer, article.document)) is not None:
                behind = min(answer.probability / 2, 0.99 * article.probability)
                answer = replace(answer, conflict=conflict, probability=behind)
                break
        settled.append(answer)
    return settled


def _conflict(reply: Answer, article: IndexedDocument) -> Conflict | None:
    """A reply that was sent again after the article was written is as new as then."""
    dates = [source.updated for source in reply.sources if source.updated]
    if not dates or article.updated is None or max(dates) >= article.updated:
        return None
    older = Statement(reply.document.body, reply.document.locale)
    newer = Statement(f"{article.title}\n{article.body}", article.locale)
    return find_conflict(older, newer)


def _escalation(
    advice: Advice, ticket: Ticket, problem: Problem, desk: Desk, now: dt.datetime
) -> Escalation:
    return Escalation(
        type=advice.type,
        support_group=advice.support_group,
        level=advice.level,
        channel=advice.channel,
        channels=advice.channels,
        reason=advice.reason,
        reason_points=advice.points,
        due=advice.due,
        lapsed=advice.lapsed,
        meanwhile=_meanwhile(advice, ticket, problem, desk, now),
    )


def _meanwhile(
    advice: Advice, ticket: Ticket, problem: Problem, desk: Desk, now: dt.datetime
) -> Suggestion | None:
    """The macro that tells the customer what happens next, in their language if there is one."""
    macros = desk.collections["internal"].group_members(advice.meanwhile_macro)
    if not macros:
        return None
    wanted = language_of(ticket.locale)
    macro = min(macros, key=lambda m: (language_of(m.locale) != wanted, m.locale != "en"))
    drafter = desk.tools.drafter
    if advice.due:
        due = moment_text(advice.due, macro.locale)
        drafter = drafter.with_values({"ticket.due_time": due})
    nothing = np.zeros(0, np.float32)
    passage = Passage(id=macro.id, document_id=macro.id, title=macro.title, heading="", text="")
    answer = Answer(macro, passage, nothing, (), 1.0)
    return suggestion_of(answer, ticket, problem.words, drafter, desk.url_of, now.date())
