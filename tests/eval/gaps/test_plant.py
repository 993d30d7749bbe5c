"""One plant: what is hidden is not in the index, and everybody else's answers are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest

from eval.gaps.plant import Ground, Options, planted
from eval.gaps.subjects import Subjects
from eval.gaps.visitors import Manners
from kb.config import Settings
from kb.errors import InvalidInput
from kb.parameters import packaged_parameters
from tests.eval.gaps.garden import garden
from tests.kb.gaps.house import CountingEmbedder

UNTIL = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
OPTIONS = Options(hide=3)


def unreported(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def subjects(tmp_path) -> Subjects:
    return garden(tmp_path / "garden")


def plant(subjects: Subjects, settings: Settings, options: Options = OPTIONS, seed: int = 3):
    return planted(
        subjects, options, seed, settings, CountingEmbedder(), packaged_parameters(), unreported
    )


@pytest.fixture
def ground(subjects, settings) -> Iterator[Ground]:
    with plant(subjects, settings) as made:
        yield made


def indexed(ground: Ground) -> set[str]:
    return set(ground.held.snapshot.collections["help"].document_ids)


def test_hidden_articles_are_not_in_the_index_and_all_others_are(ground, subjects) -> None:
    assert len(ground.hidden) == 3
    for subject, articles in subjects.articles.items():
        for article in articles:
            assert (article.id in indexed(ground)) == (subject not in ground.hidden)
    found = {hit for hits, _ in ground.shown.values() for hit in hits}
    assert not found & {a.id for name in ground.hidden for a in subjects.articles[name]}


def test_what_is_asked_is_about_hidden_subjects_or_answered_or_nonsense(ground, subjects) -> None:
    about_hidden = [q for q in ground.asked if q.subjects and q.subjects <= ground.hidden]
    assert len(about_hidden) == 3 * 6
    for question in ground.asked:
        seen = ground.shown[question.text][1]
        assert not question.subjects or question.subjects <= ground.hidden | seen
    silly = [q for q in ground.asked if not q.subjects]
    assert len(silly) == pytest.approx(OPTIONS.nonsense * (len(ground.asked) - len(silly)), abs=2)


def test_with_misses_also_what_the_search_does_not_show_is_asked(subjects, settings) -> None:
    with plant(subjects, settings, Options(hide=3, with_misses=True)) as ground:
        asked = {question.text for question in ground.asked}
    assert {question.text for question in subjects.asked} <= asked


def test_visits_leave_questions_with_their_subjects(ground) -> None:
    made = ground.plant(ground.visits(Manners(people=5), UNTIL, 1, "a"), unreported)
    assert len(made.questions) == len(made.subjects) == len(made.people)
    assert made.hidden == ground.hidden
    truth = {question.text: question.subjects for question in ground.asked}
    for question, subjects in zip(made.questions, made.subjects, strict=True):
        assert truth[question.text] == subjects
    assert set(made.hidden_questions.values()) == {frozenset({name}) for name in made.hidden}
    assert made.in_truth == len({s for one in made.subjects for s in one})
    (first, *_) = made.members([4])
    assert (first.key, first.people) == (made.questions[4].key, int(made.people[4]))


def test_a_seed_hides_the_same_and_another_one_something_else(subjects, settings) -> None:
    def told(seed: int) -> tuple[frozenset[str], list[str]]:
        with plant(subjects, settings, seed=seed) as ground:
            return ground.hidden, [question.text for question in ground.asked]

    assert told(3) == told(3)
    assert told(3) != told(4)


def test_at_most_a_third_is_hidden_and_never_nothing(subjects, settings) -> None:
    with plant(subjects, settings, Options(hide=100)) as ground:
        assert len(ground.hidden) == 3
    with (
        pytest.raises(InvalidInput, match="to hide 1, it needs 2"),
        plant(subjects, settings, Options(least_questions=7)),
    ):
        pass


def test_what_was_indexed_is_gone_afterwards_and_vectors_stay(subjects, settings) -> None:
    with plant(subjects, settings):
        pass
    left = settings.data_dir / "eval" / "gaps"
    assert [path.name for path in left.iterdir()] == ["cache"]
    assert not settings.index_dir.exists()
    embedder = CountingEmbedder()
    with planted(
        subjects, OPTIONS, 3, settings, embedder, packaged_parameters(), unreported
    ) as ground:
        ground.plant(ground.visits(Manners(people=5), UNTIL, 1, "a"), unreported)
    assert embedder.asked == []


def test_the_same_crowd_in_another_order_leaves_the_same_questions(ground) -> None:
    made = ground.visits(Manners(people=5), UNTIL, 1, "a")
    there, back = ground.plant(made, unreported), ground.plant(made[::-1], unreported)
    assert [q.key for q in there.questions] == [q.key for q in back.questions]
    assert np.array_equal(there.people, back.people)
    assert there.probed.found == back.probed.found
