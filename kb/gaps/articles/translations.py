"""Translations: missing ones by the demand for them, and outdated ones.

    asked       people who searched in the language and met the article in whatever language: its
                group was the first result (of a search not answered with `nothing`), or they
                opened it
    tickets     solved tickets in the language on its topic (kb.gaps.articles.topics)
    expected    where fewer than `LEAST_PEOPLE` searched in the language, nothing is known, and this
                stands in: asked in all other languages × share of the language among all people
                who searched
    demand      asked + tickets + expected

A translation is missing where a public article has no version in one of the configured languages.
It is outdated where its source (the version that the group is named after) was updated more than
`GRACE_DAYS` later. Both are ordered by demand; what nobody asks for is counted, not listed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kb.conflicts import Statement, find_conflict
from kb.gaps.articles.content import ArticleRef, ArticleVersion, Content
from kb.gaps.articles.topics import OnTopic
from kb.gaps.articles.traffic import People, count, times_asked
from kb.gaps.journeys import Search
from kb.models import Model
from kb.text import language_of

LEAST_PEOPLE = 30
"""Fewer visitors of a language say little about what they want."""
GRACE_DAYS = 1
"""A translation made the next day is up to date."""
MOST = 50


class MissingTranslation(Model):
    """An article that people ask for in a language that it is not in."""

    article: ArticleRef
    """The version to translate."""
    language: str
    asked: int
    tickets: int
    expected: float
    demand: float
    reason: str


class OutdatedTranslation(Model):
    """A translation that its source has left behind."""

    article: ArticleRef
    """The translation."""
    source: ArticleRef
    days_behind: int
    asked: int
    tickets: int
    demand: float
    sentence: str = ""
    source_sentence: str = ""
    """Where the two contradict each other (kb.conflicts): what it says, and what the source says.
    Empty where that is not known."""
    reason: str


@dataclass(frozen=True)
class Demand:
    """Who asks for what, in which language."""

    asked: Mapping[tuple[str, str], People] = field(default_factory=dict)
    """People by group and language."""
    tickets: Mapping[tuple[str, str], int] = field(default_factory=dict)
    searching: Mapping[str, int] = field(default_factory=dict)
    """People who searched, by language."""

    def of(self, group: str, language: str) -> int:
        return count(self.asked.get((group, language), {}))

    def elsewhere(self, group: str, language: str) -> int:
        """People who asked for it in another language."""
        return sum(self.of(group, other) for other in self.searching if other != language)

    def expected(self, group: str, language: str) -> float:
        here = self.searching.get(language, 0)
        every = sum(self.searching.values())
        if here >= LEAST_PEOPLE or not every:
            return 0.0
        return self.elsewhere(group, language) * here / every


def demand_of(
    content: Content,
    searches: Iterable[Search],
    on_topic: Mapping[str, Sequence[OnTopic]],
) -> Demand:
    """Count the demand for each article by language."""
    asked: dict[tuple[str, str], People] = defaultdict(dict)
    searching: dict[str, People] = defaultdict(dict)
    for search in searches:
        person, times, language = search.person, times_asked(search), language_of(search.language)
        searching[language][person] = times
        met = {click.article for click in search.clicks}
        if search.outcome != "nothing":
            met.update(search.hits[:1])
        for group in {content.group_of(article) for article in met} - {""}:
            asked[group, language][person] = times
    tickets: dict[tuple[str, str], int] = defaultdict(int)
    for group, items in on_topic.items():
        for item in items:
            tickets[group, item.ticket.language] += 1
    return Demand(
        dict(asked),
        dict(tickets),
        {language: count(people) for language, people in searching.items()},
    )


def missing_translations(
    content: Content, demand: Demand, languages: Sequence[str]
) -> list[MissingTranslation]:
    """The most wanted first."""
    rows = []
    for group, versions in content.groups.items():
        there = {version.language for version in versions}
        if all(version.audience == "internal" for version in versions):
            continue
        for language in dict.fromkeys(map(language_of, languages)):
            if language in there:
                continue
            row = _missing(content.source_of(group, languages), language, demand)
            if row.demand > 0:
                rows.append(row)
    return sorted(rows, key=lambda row: (-row.demand, row.article.id, row.language))[:MOST]


def untranslated(content: Content, languages: Sequence[str]) -> dict[str, int]:
    """How many public articles have no version in each language."""
    groups = [
        {version.language for version in versions}
        for versions in content.groups.values()
        if any(version.audience == "public" for version in versions)
    ]
    return {
        language: sum(language not in there for there in groups)
        for language in dict.fromkeys(map(language_of, languages))
    }


def outdated_translations(content: Content, demand: Demand) -> list[OutdatedTranslation]:
    """The most wanted first, then the longest behind."""
    rows = []
    for group, versions in content.groups.items():
        source = content.by_id.get(group)
        if source is None or source.updated is None:
            continue
        for version in versions:
            if version.language == source.language or version.updated is None:
                continue
            if source.updated - version.updated > dt.timedelta(days=GRACE_DAYS):
                rows.append((source, version, demand.of(group, version.language)))
    order = sorted(
        rows,
        key=lambda row: (
            -row[2] - demand.tickets.get((row[1].group, row[1].language), 0),
            -_behind(row[0], row[1]),
            row[1].id,
        ),
    )
    return [_outdated(source, version, asked, demand) for source, version, asked in order[:MOST]]


def _missing(source: ArticleVersion, language: str, demand: Demand) -> MissingTranslation:
    asked = demand.of(source.group, language)
    tickets = demand.tickets.get((source.group, language), 0)
    expected = demand.expected(source.group, language)
    said = []
    if asked:
        said.append(f"people who searched in it and were led to the article: {asked}")
    if tickets:
        said.append(f"solved tickets in it about the article: {tickets}")
    if expected:
        elsewhere = demand.elsewhere(source.group, language)
        said.append(f"few searched in it so far; people who asked in other languages: {elsewhere}")
    return MissingTranslation(
        article=source.ref,
        language=language,
        asked=asked,
        tickets=tickets,
        expected=expected,
        demand=asked + tickets + expected,
        reason=f"There is no version in “{language}”; {'; '.join(said)}.",
    )


def _outdated(
    source: ArticleVersion, version: ArticleVersion, asked: int, demand: Demand
) -> OutdatedTranslation:
    tickets = demand.tickets.get((version.group, version.language), 0)
    days = _behind(source, version)
    conflict = find_conflict(_statement(version), _statement(source))
    reason = f"“{source.title}” was changed {days} days after this translation of it."
    if asked:
        reason += f" People who asked for it in “{version.language}”: {asked}."
    if tickets:
        reason += f" Solved tickets in “{version.language}” about it: {tickets}."
    if conflict:
        reason += f" They contradict each other: {conflict.about}."
    return OutdatedTranslation(
        article=version.ref,
        source=source.ref,
        days_behind=days,
        asked=asked,
        tickets=tickets,
        demand=asked + tickets,
        sentence=conflict.older_sentence if conflict else "",
        source_sentence=conflict.newer_sentence if conflict else "",
        reason=reason,
    )


def _behind(source: ArticleVersion, version: ArticleVersion) -> int:
    """Days; both dates are known."""
    if source.updated is None or version.updated is None:
        return 0
    return (source.updated - version.updated).days


def _statement(article: ArticleVersion) -> Statement:
    return Statement(f"{article.title}\n{article.body}", article.locale)
