"""Simulated visitors: who asks what and when, and what they do with what they find.

A plant needs a log, and no public dataset has one, so the visitors are made up; what they ask and
what they are shown is real. The assumptions, all in `Manners`:

- How many people a subject concerns follows a log-normal distribution; they share its questions
  unevenly (Dirichlet), and come evenly over `WEEKS` weeks. Every person is one visit.
- Somebody who is shown a relevant article among the first three results is helped with probability
  `helped`. Of those, some click it and the others have read enough.
- Of those who are not helped some click something else, some contact the team, most just leave.
- Nonsense (greetings, slips of the hand, words at random) is asked by one or two people each, a few
  greetings by many; they hardly ever click or make contact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.gaps.subjects import Asked
from kb.gaps.journeys import Click, Search

WEEKS = 12
_SEEN = 3
_GREETINGS = ("hello", "hi there", "test", "help", "سلام", "تست", "کمک", "你好", "测试", "在吗")
_KEYS = "asdfghjklqwertyuiopzxcvbnm"


@dataclass(frozen=True)
class Manners:
    """How visitors behave; probabilities unless stated otherwise."""

    people: float = 20.0
    """Mean number of people whom a subject concerns."""
    unevenness: float = 0.8
    """Standard deviation of ln people."""
    helped: float = 0.85
    clicks_when_helped: float = 0.7
    contacts_when_helped: float = 0.03
    clicks_when_not: float = 0.3
    contacts_when_not: float = 0.3
    nonsense_clicks: float = 0.1
    nonsense_contacts: float = 0.03


@dataclass(frozen=True)
class Visit:
    """One person asking once."""

    asked: Asked
    search: Search


Shown = Callable[[Asked], tuple[tuple[str, ...], frozenset[str]]]
"""Ids of the results for a question, and the subjects of the first three."""


def nonsense(asked: Sequence[Asked], count: int, rng: np.random.Generator) -> list[Asked]:
    """Questions about nothing: greetings, words of others at random, keys at random."""
    words = sorted({word for question in asked for word in question.text.split()})
    made: dict[str, Asked] = {}
    while len(made) < count:
        kind = rng.integers(3)
        if kind == 0:
            text = str(rng.choice(_GREETINGS)) + str(rng.choice(["", "!", " 1", "?", " ..."]))
        elif kind == 1:
            text = " ".join(rng.choice(words, size=int(rng.integers(2, 6))))
        else:
            text = "".join(rng.choice(list(_KEYS), size=int(rng.integers(3, 10))))
        made.setdefault(text, Asked(text, "en", frozenset()))
    return list(made.values())


def visits(
    asked: Sequence[Asked],
    shown: Shown,
    manners: Manners,
    until: dt.datetime,
    rng: np.random.Generator,
    prefix: str = "",
) -> list[Visit]:
    """Everybody's visits, in no particular order.

    Args:
        prefix: of the ids of visits, to tell two crowds apart.
    """
    made: list[Visit] = []
    for question, people in zip(asked, _people(asked, manners, rng), strict=True):
        hits, subjects = shown(question)
        finds = bool(question.subjects & subjects)
        for _ in range(people):
            at = until - dt.timedelta(weeks=WEEKS) * float(rng.random())
            identifier = f"{prefix}{len(made)}"
            search = Search(
                id=identifier,
                at=at,
                session=f"visit {identifier}",
                query=question.text,
                language=question.language,
                role="customer",
                channel="help_center",
                confidence=None,
                outcome=None,
                hits=hits,
                results=len(hits),
            )
            _behave(search, question, finds, manners, rng)
            made.append(Visit(question, search))
    return made


def _people(asked: Sequence[Asked], manners: Manners, rng: np.random.Generator) -> list[int]:
    """How many people ask each question."""
    counts = [1 + int(rng.random() < 0.1) for _ in asked]
    of_subject: dict[frozenset[str], list[int]] = {}
    for place, question in enumerate(asked):
        if question.subjects:
            of_subject.setdefault(question.subjects, []).append(place)
        elif question.text.rstrip("!?. 1") in _GREETINGS:
            counts[place] = 1 + int(rng.poisson(manners.people / 4))
    mean = np.log(manners.people) - manners.unevenness**2 / 2
    for places in of_subject.values():
        total = max(len(places), round(float(rng.lognormal(mean, manners.unevenness))))
        shares = rng.dirichlet(np.ones(len(places)))
        for place, more in zip(
            places, rng.multinomial(total - len(places), shares).tolist(), strict=True
        ):
            counts[place] = 1 + more
    return counts


def _behave(
    search: Search, question: Asked, finds: bool, manners: Manners, rng: np.random.Generator
) -> None:
    helped = finds and rng.random() < manners.helped
    if not question.subjects:
        clicks, contacts = manners.nonsense_clicks, manners.nonsense_contacts
    elif helped:
        clicks, contacts = manners.clicks_when_helped, manners.contacts_when_helped
    else:
        clicks, contacts = manners.clicks_when_not, manners.contacts_when_not
    if search.hits and rng.random() < clicks:
        search.clicks.append(Click(search.hits[0], 1))
    search.contacted = bool(rng.random() < contacts)
