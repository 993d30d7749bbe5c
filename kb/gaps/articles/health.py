"""The report about what is there already: which articles need work, and how each one fares.

    read_content ─► similar_pairs ─► duplicates
         │               └─────────► stale ◄─ topics (tickets)
         │                             translations ◄─┘
    searches, votes ─► traffic ─► weak, unfound, the table of articles

Each section's module defines its numbers; `DEFINITIONS` says the same in a line each, to be printed
beside them. Where too little is known for a section, `notes` says so instead of listing everything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from kb.acceptance import Acceptance
from kb.gaps.articles.content import ArticleRef, Content
from kb.gaps.articles.duplicates import Duplicate, duplicates
from kb.gaps.articles.near_questions import Asked
from kb.gaps.articles.pairs import similar_pairs
from kb.gaps.articles.stale import STALE_DAYS, StaleArticle, stale_articles
from kb.gaps.articles.topics import topics
from kb.gaps.articles.traffic import NOTHING, Traffic, count, traffic_of
from kb.gaps.articles.translations import (
    LEAST_PEOPLE,
    Demand,
    MissingTranslation,
    OutdatedTranslation,
    demand_of,
    missing_translations,
    outdated_translations,
    untranslated,
)
from kb.gaps.articles.unfound import NeverFound, least_people, never_found, searching_people
from kb.gaps.articles.weak import LEAST_LET_DOWN, WeakArticle, weak_articles
from kb.gaps.journeys import Search, Vote
from kb.models import Model
from kb.text import language_of

DEFINITIONS: Mapping[str, str] = {
    "shown": "people who had it among the first 3 results; a visit is one person",
    "opened": "people who clicked it",
    "readers": "people who opened it, voted on it, or got it as the answer",
    "contacted": "readers whose search led to contact with the team (within an hour)",
    "voted_up": "people whose last vote on it was that it helped",
    "voted_down": "people whose last vote on it was that it did not help",
    "let_down": "people who voted it down, or read it and then contacted the team",
    "share": "let_down / readers",
    "sure": "lower end of Wilson's 95 % interval of that share: what it is at least",
    "accepted": "times a rep used it as a suggested reply",
    "declined": "times a rep passed over or refused it as a suggested reply",
    "weak": "let_down × sure, and declined × sure where reps decline it more than others",
    "stale": f"not updated for {STALE_DAYS} days (or nobody knows when) while tickets on its topic "
    "grow or their replies become less like it; or contradicted by a newer reply or article",
    "duplicates": "similarity: how well the passages of either article are covered by the other, "
    "in spreads above unrelated texts; resemblance: three-word sequences shared, over all",
    "missing_translations": "demand: people who searched in the language and were led to the "
    "article, and solved tickets in it about the article; where fewer than "
    f"{LEAST_PEOPLE} searched in it, what its share of visitors would ask",
    "outdated_translations": "the source was updated more than a day after the translation",
    "never_found": "not among the first 10 results of any search in its language, nor opened",
}


class ArticleHealth(Model):
    """One article version's figures; see `DEFINITIONS`."""

    article: ArticleRef
    is_source: bool
    shown: int
    opened: int
    readers: int
    contacted: int
    voted_up: int
    voted_down: int
    let_down: int
    accepted: int
    declined: int
    days_old: int | None
    """Since it was updated; None where nobody knows."""


class Health(Model):
    """What to mend, each section with the most important first."""

    weak: tuple[WeakArticle, ...]
    stale: tuple[StaleArticle, ...]
    duplicates: tuple[Duplicate, ...]
    missing_translations: tuple[MissingTranslation, ...]
    outdated_translations: tuple[OutdatedTranslation, ...]
    never_found: tuple[NeverFound, ...]
    untranslated: Mapping[str, int]
    """Public articles without a version, by language; whether anybody asks for it or not."""
    articles: tuple[ArticleHealth, ...]
    """Every article version, by id."""
    notes: Mapping[str, str]
    """By section: what is missing for it to say more."""


def health_of(
    content: Content,
    searches: Sequence[Search],
    votes: Sequence[Vote],
    acceptance: Mapping[str, Acceptance],
    asked: Sequence[Asked],
    languages: Sequence[str],
    now: dt.datetime,
) -> Health:
    """All sections about existing articles.

    Linear in searches and votes; quadratic, in matrix products, in passages of articles, tickets
    and questions.

    Args:
        searches, votes: of the window that the report is about, in order of time.
        acceptance: by source id; what is no article is passed over.
        asked: questions of that window.
        languages: the configured ones, the most important first.
    """
    traffic = traffic_of(searches, votes)
    pairs = similar_pairs(content)
    on_topic = topics(content)
    demand = demand_of(content, searches, on_topic)
    return Health(
        weak=tuple(weak_articles(content, searches, votes, traffic, acceptance)),
        stale=tuple(stale_articles(content, on_topic, pairs, now)),
        duplicates=tuple(duplicates(content, pairs, traffic)),
        missing_translations=tuple(missing_translations(content, demand, languages)),
        outdated_translations=tuple(outdated_translations(content, demand)),
        never_found=tuple(never_found(content, searches, asked)),
        untranslated=untranslated(content, languages),
        articles=article_table(content, traffic, acceptance, now.date()),
        notes=_notes(content, searches, traffic, demand, languages),
    )


def article_table(
    content: Content,
    traffic: Mapping[str, Traffic],
    acceptance: Mapping[str, Acceptance],
    today: dt.date,
) -> tuple[ArticleHealth, ...]:
    """The figures of every article version, by id."""
    rows = []
    for article in content.articles:
        own = traffic.get(article.id, NOTHING)
        reps = acceptance.get(article.id, Acceptance())
        rows.append(
            ArticleHealth(
                article=article.ref,
                is_source=article.is_source,
                shown=count(own.shown),
                opened=count(own.opened),
                readers=count(own.readers),
                contacted=count(own.contacted),
                voted_up=own.voted_up,
                voted_down=own.voted_down,
                let_down=count(own.let_down),
                accepted=reps.accepted,
                declined=reps.declined,
                days_old=(today - article.updated).days if article.updated else None,
            )
        )
    return tuple(rows)


def _notes(
    content: Content,
    searches: Sequence[Search],
    traffic: Mapping[str, Traffic],
    demand: Demand,
    languages: Sequence[str],
) -> dict[str, str]:
    notes: dict[str, str] = {}
    readers = sum(count(one.readers) for one in traffic.values())
    if readers < LEAST_LET_DOWN:
        notes["weak"] = f"Too few readers ({readers}): no clicks or votes were logged to judge by."
    if not content.tickets:
        notes["stale"] = "No solved tickets: only newer articles can contradict an article."
    elif content.articles and not any(article.updated for article in content.articles):
        notes["stale"] = "No article says when it was updated, so each counts as old."
    quiet = [
        f"{language} ({demand.searching.get(language, 0)})"
        for language in map(language_of, languages)
        if demand.searching.get(language, 0) < LEAST_PEOPLE
    ]
    if quiet:
        notes["missing_translations"] = (
            f"Few people searched in {', '.join(quiet)}; the demand there is partly estimated."
        )
    if not any(article.is_source for article in content.articles):
        notes["outdated_translations"] = "No article is marked as the source of its translations."
    unfound = _few_searches(content, searches, languages)
    if unfound:
        notes["never_found"] = unfound
    return notes


def _few_searches(content: Content, searches: Sequence[Search], languages: Sequence[str]) -> str:
    people = searching_people(searches)
    few = []
    for language in dict.fromkeys(map(language_of, languages)):
        least, there = least_people(content, language), people.get(language, 0)
        if there < least and any(a.language == language for a in content.articles):
            few.append(f"{language}: {there} of {least}")
    return f"Too few searches (people, {'; '.join(few)})." if few else ""
