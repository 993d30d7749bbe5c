"""What an answer shows of an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answer import LIMIT, joined, stretch
from kb.models import Passage
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.snapshot import open_current


def test_the_better_neighbour_comes_first_while_there_is_room():
    lengths, scores = [100, 100, 100, 100], [0.1, 0.5, 0.9, 0.6]
    assert stretch(lengths, scores, best=2, limit=200) == range(2, 4)
    assert stretch(lengths, scores, best=2, limit=300) == range(1, 4)
    assert stretch(lengths, scores, best=2, limit=400) == range(4)


def test_a_neighbour_without_room_is_passed_over_for_the_other():
    assert stretch([50, 100, 900], [0.1, 0.9, 0.8], best=1, limit=200) == range(2)


def test_a_passage_longer_than_the_limit_stands_alone():
    assert stretch([10, 900, 10], [0.1, 0.9, 0.1], best=1, limit=600) == range(1, 2)


@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0, 1)), min_size=1, max_size=8), st.data())
def test_a_stretch_holds_the_best_passage_and_keeps_to_the_limit(
    passages: list[tuple[int, float]], data: st.DataObject
) -> None:
    best = data.draw(st.integers(0, len(passages) - 1))
    lengths = [length for length, _ in passages]
    shown = stretch(lengths, [score for _, score in passages], best, 600)
    assert best in shown
    assert sum(lengths[place] for place in shown) <= 600
    for beside in {shown.start - 1, shown.stop} & set(range(len(passages))):
        assert sum(lengths[place] for place in shown) + lengths[beside] > 600


def passage(heading: str, text: str) -> Passage:
    return Passage(id="a#top.1", document_id="a", title="A", heading=heading, text=text)


def test_passages_of_one_section_have_its_heading():
    passages = [passage("Care › Water", "One."), passage("Care › Water", "Two.")]
    assert joined(passages) == ("Care › Water", "One.\n\nTwo.")


def test_passages_of_several_sections_have_their_headings_between_them():
    top, care = passage("", "Zero."), passage("Care", "One.")
    water = [passage("Care › Water", "Two."), passage("Care › Water", "3.")]
    assert joined([care, *water]) == ("", "Care\n\nOne.\n\nWater\n\nTwo.\n\n3.")
    assert joined([top, care]) == ("", "Zero.\n\nCare\n\nOne.")


@pytest.mark.parametrize(
    "query", ["I forgot my password", "忘记密码了登不上去", "پول بازگشتی کی به کارتم می‌رسد؟"]
)
def test_an_answer_is_a_stretch_of_its_article_around_the_passage_found(sample, embedder, query):
    knowledge_base = KnowledgeBase(sample, embedder, packaged_parameters())
    result = knowledge_base.search(query)
    assert result.answer is not None
    collection = open_current(sample.index_dir, embedder.fingerprint).collections["help"]
    passages = collection.passages(range(len(collection))).values()
    best = next(p for p in passages if p.id == result.answer.passage_id)
    assert result.answer.heading in ("", best.heading)
    assert best.document_id == result.answer.id
    assert best.text in result.answer.text
    assert len(best.text) <= len(result.answer.text) <= LIMIT + 200  # headings and blank lines
    for start, end in result.answer.highlights:
        assert result.answer.text[start:end].strip()
