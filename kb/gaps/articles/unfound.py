"""Never found: public articles that no search reaches, and why.

A version counts as found if it was among the first `FIRST` results of a search in its language, or
was opened. That is judged language by language, and only where enough people searched: at least
`LEAST_PEOPLE`, and as many as there are articles. Until then an article that no one found says
nothing. Only searches whose results are known count.

What is near an article, and which words are proposed: kb.gaps.articles.near_questions.

    nobody_asks   no question is near it
    other_words   the title's words are in fewer than `TITLE_USED` of the near questions (by
                  people), but for words that occur everywhere, and people use words that neither
                  title nor text has
    overshadowed  for at least `SHADOW` of the near questions (by people) another article is first
    ranked_lower  questions are near it, but other articles fit better, sometimes this, sometimes
                  that
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from kb.gaps.articles.content import ArticleRef, ArticleVersion, Content
from kb.gaps.articles.near_questions import (
    Asked,
    Background,
    near_questions,
    proposed_words,
    words_of,
)
from kb.gaps.articles.traffic import People, count, times_asked
from kb.gaps.journeys import Search
from kb.models import Model
from kb.text import fold, language_of

FIRST = 10
"""Results: more than a page shows is not found."""
LEAST_PEOPLE = 100
TITLE_USED = 0.25
SHADOW = 0.6
MOST = 50
_COMMON = 0.2
"""Words of titles that a greater share of people uses whatever they ask tell nothing."""
_EXAMPLES = 3
_QUERY_CHARS = 160

Why = Literal["nobody_asks", "other_words", "overshadowed", "ranked_lower"]
_ORDER: Sequence[Why] = ("other_words", "overshadowed", "ranked_lower", "nobody_asks")


class NeverFound(Model):
    """An article that no search reaches; the module defines the reasons."""

    article: ArticleRef
    why: Why
    near_questions: int
    near_people: int
    words: tuple[str, ...]
    """The users' words that it lacks, the most used first."""
    instead: ArticleRef | None
    """What is shown first for the near questions, if that is one article."""
    examples: tuple[str, ...]
    """Near questions."""
    reason: str


def searching_people(searches: Iterable[Search]) -> dict[str, int]:
    """People by language whose search results are known."""
    people: dict[str, People] = defaultdict(dict)
    for search in searches:
        if search.hits or search.results == 0:
            people[language_of(search.language)][search.person] = times_asked(search)
    return {language: count(crowd) for language, crowd in people.items()}


def least_people(content: Content, language: str) -> int:
    """How many people have to have searched in a language before its articles are judged."""
    return max(LEAST_PEOPLE, len(_public(content, language)))


def never_found(
    content: Content, searches: Sequence[Search], asked: Sequence[Asked]
) -> list[NeverFound]:
    """Articles to be renamed first, by the people near them; then those nobody asks for."""
    people = searching_people(searches)
    found = {article for search in searches for article in search.hits[:FIRST]}
    found |= {click.article for search in searches for click in search.clicks}
    rows: list[NeverFound] = []
    for language in sorted(people):
        if people[language] < least_people(content, language):
            continue
        lost = [a for a in _public(content, language) if a.id not in found and len(a.vectors)]
        if lost:
            rows += _explained(lost, content, searches, asked, language)
    rows.sort(key=lambda row: (_ORDER.index(row.why), -row.near_people, row.article.id))
    return rows[:MOST]


def _public(content: Content, language: str) -> list[ArticleVersion]:
    return [a for a in content.articles if a.audience == "public" and a.language == language]


def _explained(
    lost: Sequence[ArticleVersion],
    content: Content,
    searches: Iterable[Search],
    asked: Sequence[Asked],
    language: str,
) -> list[NeverFound]:
    questions = [one for one in asked if language_of(one.language) == language and one.people > 0]
    near = near_questions(lost, content, questions)
    words = [words_of(one.text, language) for one in questions]
    everywhere: Counter[str] = Counter()
    for terms, one in zip(words, questions, strict=True):
        everywhere.update(dict.fromkeys(terms, one.people))
    background = Background(everywhere, sum(one.people for one in questions))
    first = _first_results(searches)
    rows = []
    for article in lost:
        mine = near.get(article.id, [])
        rows.append(
            _row(
                article,
                [questions[place] for place in mine],
                [words[place] for place in mine],
                background,
                first,
                content,
            )
        )
    return rows


def _first_results(searches: Iterable[Search]) -> Mapping[str, Counter[str]]:
    """What was shown first for each question, by its folded text; people."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    seen = set()
    for search in searches:
        key = (fold(search.query), search.person)
        if search.hits and key not in seen:
            seen.add(key)
            found[key[0]][search.hits[0]] += times_asked(search)
    return found


def _row(
    article: ArticleVersion,
    near: Sequence[Asked],
    words: Sequence[Mapping[str, str]],
    background: Background,
    first: Mapping[str, Counter[str]],
    content: Content,
) -> NeverFound:
    people = sum(one.people for one in near)
    title = set(words_of(article.title, article.language))
    own = title | set(words_of(article.body, article.language))
    title -= {word for word in title if background.share(word) > _COMMON}
    using = sum(one.people for one, terms in zip(near, words, strict=True) if title & terms.keys())
    proposed = proposed_words(near, words, own, background)
    instead = _instead(near, people, first, content)
    why: Why = "ranked_lower"
    if not near:
        why = "nobody_asks"
    elif proposed and using < TITLE_USED * people:
        why = "other_words"
    elif instead is not None:
        why = "overshadowed"
    ordered = sorted(near, key=lambda one: (-one.people, one.text))
    return NeverFound(
        article=article.ref,
        why=why,
        near_questions=len(near),
        near_people=people,
        words=proposed,
        instead=instead,
        examples=tuple(" ".join(one.text.split())[:_QUERY_CHARS] for one in ordered[:_EXAMPLES]),
        reason=_reason(why, people, proposed, instead),
    )


def _instead(
    near: Sequence[Asked], people: int, first: Mapping[str, Counter[str]], content: Content
) -> ArticleRef | None:
    shown: Counter[str] = Counter()
    for one in near:
        results = first.get(fold(one.text))
        if results:
            shown[min(results, key=lambda article: (-results[article], article))] += one.people
    if not shown:
        return None
    most = min(shown, key=lambda article: (-shown[article], article))
    known = content.by_id.get(most)
    return known.ref if known and shown[most] >= SHADOW * people else None


def _reason(why: Why, people: int, words: Sequence[str], instead: ArticleRef | None) -> str:
    shown = f" “{instead.title}” is shown first instead." if instead else ""
    match why:
        case "nobody_asks":
            return "No question came near it: nobody asks about this."
        case "other_words":
            quoted = ", ".join(f"“{word}”" for word in words)
            return f"{people} people asked near it, in other words than its title: {quoted}.{shown}"
        case "overshadowed":
            return f"{people} people asked near it.{shown}"
        case _:
            return f"{people} people asked near it, but other articles fit better."
