"""What the help center finds for questions; nothing is looked up twice while it is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kb.gaps.missing.questions import Question, question_key
from kb.gaps.probing import Probed, probe
from kb.gaps.remembered import open_cache
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from tests.kb.gaps.house import ARTICLES, HEATING, House, open_house

ASKED = {"rattling pump": "en", "پیگیری بسته": "fa", "在设置里调节亮度": "zh", HEATING["en"]: "en"}


@pytest.fixture
def house(settings, tmp_path) -> Iterator[House]:
    with open_house(settings, tmp_path) as opened:
        opened.embedder.asked.clear()
        yield opened


def questions(asked: dict[str, str] = ASKED) -> list[Question]:
    return [Question(question_key(text, code), text, code) for text, code in asked.items()]


def looked_up(
    house: House, asked: list[Question] | None = None, kb: KnowledgeBase | None = None
) -> tuple[Probed, list[str]]:
    """What is found, and the texts that were looked up for it."""
    knowledge_base = kb or house.knowledge_base
    held = knowledge_base.held()
    seen: list[str] = []

    def counting(text: str, language: str, vector: Any) -> Any:
        seen.append(text)
        return held.look_up(text, language, vector)

    with open_cache(house.settings.cache_dir) as cache:
        found = probe(
            questions() if asked is None else asked,
            knowledge_base,
            replace(held, look_up=counting),
            cache,
            lambda _stage, _done, _total: None,
        )
    return found, seen


def test_each_question_finds_its_article_with_the_confidence_that_a_search_has(house) -> None:
    probed, _ = looked_up(house)
    assert [one.article for one in probed.found[:3]] == ["pump.en", "parcel.fa", "lamp.zh"]
    assert [one.locale for one in probed.found[:3]] == ["en", "fa", "zh"]
    assert probed.found[1].group == "parcel.en"
    for question, one in zip(questions(), probed.found, strict=True):
        result = house.knowledge_base.search(question.text)
        assert one.confidence == result.confidence
    assert probed.found[3].confidence < 0.25 < probed.found[0].confidence


def test_vectors_are_centred_unit_vectors_in_the_order_of_the_questions(house) -> None:
    probed, _ = looked_up(house)
    assert probed.vectors.shape == (4, house.embedder.dimension)
    assert np.linalg.norm(probed.vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    back, _ = looked_up(house, questions()[::-1])
    assert np.array_equal(back.vectors[::-1], probed.vectors)
    assert back.found[::-1] == probed.found
    centring = house.knowledge_base.held().snapshot.centring
    assert (probed.unrelated, probed.spread) == (centring.unrelated, centring.spread)


def test_nothing_is_embedded_or_looked_up_twice_while_the_articles_are_the_same(house) -> None:
    first, seen = looked_up(house)
    assert seen == list(ASKED)
    assert sorted(house.embedder.asked) == sorted(ASKED)
    house.embedder.asked.clear()
    again, seen = looked_up(house)
    assert (seen, house.embedder.asked) == ([], [])
    assert again.found == first.found
    assert np.array_equal(again.vectors, first.vectors)
    more = questions(ASKED | {"noisy filter": "en"})
    assert looked_up(house, more)[1] == ["noisy filter"]
    assert house.embedder.asked == ["noisy filter"]


def test_all_is_looked_up_again_when_an_article_changed_but_embedded_only_once(house) -> None:
    before, _ = looked_up(house)
    heating = {"_id": "frost.en", "lang": "en", "title": "Frost", "text": f"If {HEATING['en']}."}
    house.publish([*ARTICLES, heating])
    house.embedder.asked.clear()
    after, seen = looked_up(house)
    assert seen == list(ASKED)
    assert not set(house.embedder.asked) & set(ASKED)
    assert (before.found[3].article != "frost.en", after.found[3].article) == (True, "frost.en")
    assert looked_up(house)[1] == []


def test_what_only_staff_read_and_tickets_do_not_make_it_look_again(house) -> None:
    looked_up(house)
    staff = {
        "_id": "limits.en", "lang": "en", "title": "L", "text": "Zebra.", "audience": "internal",
    }  # fmt: skip
    house.publish([staff], "staff.jsonl")
    assert looked_up(house)[1] == []


def test_other_parameters_make_it_look_again(house) -> None:
    looked_up(house)
    fitted = packaged_parameters()
    other = fitted.model_copy(
        update={"fusion": fitted.fusion.model_copy(update={"reinforcement": 0.5})}
    )
    kb = KnowledgeBase(house.settings, house.embedder, other)
    assert looked_up(house, kb=kb)[1] == list(ASKED)


def test_of_a_long_question_the_beginning_is_looked_up(house) -> None:
    long = "rattling pump " + "نویز " * 50_000
    probed, seen = looked_up(house, [Question("k", long, "en")])
    assert [len(text) for text in seen] == [1000]
    assert len(probed.found) == 1


def test_no_questions_are_no_trouble(house) -> None:
    probed, seen = looked_up(house, [])
    assert probed.vectors.shape == (0, house.embedder.dimension)
    assert (probed.found, seen) == ([], [])


def test_where_nothing_is_public_nothing_is_found(settings, tmp_path) -> None:
    staff = [record | {"audience": "internal"} for record in ARTICLES]
    with open_house(settings, tmp_path, staff) as house:
        probed, _ = looked_up(house)
    assert {(one.article, one.group, one.confidence) for one in probed.found} == {("", "", 0.0)}


def test_a_language_without_probes_of_its_own_is_no_trouble(house) -> None:
    probed, _ = looked_up(house, questions({"نظام الري": "ar", "rattling pump": "", "पानी": "hi"}))
    assert np.isfinite(probed.vectors).all()
    assert len(probed.found) == 3
