"""Simulated visitors behave as stated, and the same way for a seed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from eval.gaps.subjects import Asked
from eval.gaps.visitors import WEEKS, Manners, Visit, nonsense, visits

UNTIL = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
SUBJECTS = [frozenset({f"s{n}"}) for n in range(200)]
ASKED = [Asked(f"{n} {text}", "en", subjects) for n, subjects in enumerate(SUBJECTS)
         for text in ("how", "why", "when")]  # fmt: skip
MANNERS = Manners()


def come(
    asked: list[Asked], *, shown: bool = True, seed: int = 1, manners: Manners = MANNERS
) -> list[Visit]:
    """Everybody is shown what is relevant, or nobody."""

    def look(question: Asked) -> tuple[tuple[str, ...], frozenset[str]]:
        return ("a.en", "b.en"), question.subjects if shown else frozenset()

    return visits(asked, look, manners, UNTIL, np.random.default_rng(seed), "p")


def share(made: list[Visit], what: str) -> float:
    return sum(bool(getattr(visit.search, what)) for visit in made) / len(made)


def test_the_same_seed_gives_the_same_visits_and_another_one_others() -> None:
    def told(made: list[Visit]) -> list[tuple[object, ...]]:
        return [
            (
                v.search.query,
                v.search.at,
                v.search.session,
                v.search.contacted,
                len(v.search.clicks),
            )
            for v in made
        ]

    assert told(come(ASKED)) == told(come(ASKED))
    assert told(come(ASKED)) != told(come(ASKED, seed=2))


def test_every_person_is_one_visit_within_the_weeks() -> None:
    made = come(ASKED[:60])
    assert len({visit.search.session for visit in made}) == len(made)
    assert all(visit.search.id.startswith("p") for visit in made)
    begin = UNTIL - dt.timedelta(weeks=WEEKS)
    assert all(begin <= visit.search.at <= UNTIL for visit in made)
    assert {visit.search.query for visit in made} == {asked.text for asked in ASKED[:60]}


def test_a_subject_concerns_as_many_people_as_stated_on_average() -> None:
    made = come(ASKED)
    assert len(made) / len(SUBJECTS) == pytest.approx(MANNERS.people, rel=0.15)
    counts = np.bincount([int(visit.search.query.split()[0]) for visit in made])
    assert counts.min() >= 3  # every question is asked
    assert float(np.std(np.log(counts))) == pytest.approx(MANNERS.unevenness, abs=0.2)


def test_who_is_shown_what_helps_behaves_as_stated() -> None:
    made = come(ASKED)
    helped = MANNERS.helped
    clicks = helped * MANNERS.clicks_when_helped + (1 - helped) * MANNERS.clicks_when_not
    contacts = helped * MANNERS.contacts_when_helped + (1 - helped) * MANNERS.contacts_when_not
    assert share(made, "clicks") == pytest.approx(clicks, abs=0.02)
    assert share(made, "contacted") == pytest.approx(contacts, abs=0.02)


def test_who_is_not_behaves_as_stated() -> None:
    made = come(ASKED, shown=False)
    assert share(made, "clicks") == pytest.approx(MANNERS.clicks_when_not, abs=0.02)
    assert share(made, "contacted") == pytest.approx(MANNERS.contacts_when_not, abs=0.02)


def test_other_manners_are_followed() -> None:
    manners = Manners(people=5, helped=1.0, clicks_when_helped=0.0, contacts_when_helped=1.0)
    made = come(ASKED, manners=manners)
    assert (share(made, "clicks"), share(made, "contacted")) == (0.0, 1.0)
    assert len(made) / len(SUBJECTS) == pytest.approx(6, rel=0.25)  # at least one for a question


def test_nobody_clicks_where_nothing_is_shown() -> None:
    made = visits(ASKED, lambda _: ((), frozenset()), MANNERS, UNTIL, np.random.default_rng(1))
    assert share(made, "clicks") == 0


def test_nonsense_is_asked_by_one_or_two_and_greetings_by_some() -> None:
    asked = nonsense(ASKED, 300, np.random.default_rng(4))
    assert len({question.text for question in asked}) == len(asked) == 300
    assert all(question.subjects == frozenset() for question in asked)
    made = come(asked, shown=False)
    people = {text: 0 for text in (question.text for question in asked)}
    for visit in made:
        people[visit.search.query] += 1
    keys = [count for text, count in people.items() if " " not in text and text.isascii()
            and not text.startswith(("hello", "test", "help"))]  # fmt: skip
    assert set(keys) <= {1, 2}
    greeted = [
        count for text, count in people.items() if text.startswith(("hello", "سلام", "你好"))
    ]
    assert max(greeted) > 2
    assert share(made, "clicks") == pytest.approx(MANNERS.nonsense_clicks, abs=0.05)
    assert share(made, "contacted") == pytest.approx(MANNERS.nonsense_contacts, abs=0.03)


def test_no_nonsense_needs_no_words() -> None:
    assert nonsense([], 0, np.random.default_rng(1)) == []
