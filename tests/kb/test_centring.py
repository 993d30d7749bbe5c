"""Taking the language out of vectors."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest

from kb.embedder import Centring
from kb.embedder.centring import (
    SHARE,
    centring_version,
    measure,
    measured,
    probe_languages,
)
from kb.text import detect_language, is_blank
from tests.fakes import BagOfWordsEmbedder

LANGUAGES = ("en", "fa", "zh")


def probes(language: str) -> dict[str, list[str]]:
    file = resources.files("kb.embedder").joinpath("probes", f"{language}.json")
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def centring(embedder, model_cache) -> Centring:
    return measured(embedder, LANGUAGES, model_cache)


def test_the_languages_of_the_sample_have_probes():
    assert set(LANGUAGES) <= set(probe_languages())


@pytest.mark.parametrize("language", probe_languages())
def test_probes_are_parallel_and_say_something(language):
    english, own = probes("en"), probes(language)
    for kind in ("questions", "passages"):
        assert len(own[kind]) == len(english[kind])
        assert len(set(own[kind])) == len(own[kind])
        assert not any(is_blank(text) for text in own[kind])


@pytest.mark.parametrize("language", LANGUAGES)
def test_probes_are_in_the_language_they_claim(language):
    text = " ".join(probes(language)["passages"])
    assert detect_language(text, LANGUAGES, "en") == language


def test_the_formula_is_unit_of_vector_minus_share_of_the_mean():
    means = np.array([[1.0, 0.0]], np.float32)
    centring = Centring(("en",), means, means, unrelated=0.0, spread=1.0)
    found = centring.query(np.array([0.8, 0.6], np.float32), "en")
    left = np.array([0.8 - SHARE, 0.6])
    assert found.tolist() == pytest.approx((left / np.linalg.norm(left)).tolist())


def test_a_language_without_probes_counts_as_the_average_one():
    means = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    centring = Centring(("en", "fa"), means, means, unrelated=0.0, spread=1.0)
    found = centring.passage(np.array([[0.0, 1.0]], np.float32), ["xx"])[0]
    left = np.array([0.0, 1.0]) - SHARE * np.array([0.5, 0.5])
    assert found.tolist() == pytest.approx((left / np.linalg.norm(left)).tolist())


def test_no_passages_are_centred_to_no_passages(centring):
    assert centring.passage(np.zeros((0, 384), np.float32), []).shape == (0, 384)


def test_a_question_is_nearer_to_its_translation_than_to_other_questions_of_its_language(
    embedder, centring
):
    """Questions the means were not made from."""
    questions = {
        "en": ["Where is my invoice?", "The washing machine smells bad", "How old is the Earth?"],
        "fa": ["فاکتورم کجاست؟", "ماشین لباسشویی بوی بد می‌دهد", "زمین چند سال عمر دارد؟"],
        "zh": ["我的发票在哪里？", "洗衣机有臭味", "地球多少岁了？"],
    }
    vectors = {
        language: np.stack([centring.query(v, language) for v in embedder.embed_queries(texts)])
        for language, texts in questions.items()
    }
    for left in LANGUAGES:
        for right in LANGUAGES:
            across = vectors[left] @ vectors[right].T
            own = vectors[left] @ vectors[left].T
            np.fill_diagonal(own, -1)
            assert (np.diag(across) > own.max(axis=1)).all(), (left, right)


def test_unrelated_texts_are_no_closer_within_a_language_than_across(embedder, centring):
    asked = {
        language: np.stack(
            [
                centring.query(v, language)
                for v in embedder.embed_queries(probes(language)["questions"])
            ]
        )
        for language in LANGUAGES
    }
    said = {
        language: centring.passage(
            embedder.embed_passages(probes(language)["passages"]), [language] * 48
        )
        for language in LANGUAGES
    }
    for language in LANGUAGES:
        for other in LANGUAGES:
            gap = (asked[language] @ said[language].T).mean() - (
                asked[language] @ said[other].T
            ).mean()
            assert abs(gap) < 0.05
    assert 0.05 < centring.unrelated < 0.25
    assert 0.05 < centring.spread < 0.15


def test_the_means_survive_saving(tmp_path):
    centring = measure(BagOfWordsEmbedder(), LANGUAGES)
    centring.save(tmp_path / "centring.npz")
    loaded = Centring.load(tmp_path / "centring.npz")
    assert loaded.languages == LANGUAGES
    assert loaded.queries.tolist() == centring.queries.tolist()
    assert loaded.passages.tolist() == centring.passages.tolist()
    assert (loaded.unrelated, loaded.spread) == (centring.unrelated, centring.spread)


def test_means_are_measured_once_per_model_and_languages(tmp_path):
    embedder = BagOfWordsEmbedder()
    measured(embedder, LANGUAGES, tmp_path)
    embedder.embedded.clear()
    measured(embedder, LANGUAGES, tmp_path)
    assert embedder.embedded == []
    measured(embedder, ("en",), tmp_path)
    assert len(embedder.embedded) == 48


def test_a_damaged_file_of_means_is_measured_anew(tmp_path):
    first = measured(BagOfWordsEmbedder(), LANGUAGES, tmp_path)
    (path,) = (tmp_path / "centring").iterdir()
    path.write_bytes(b"PK\x03\x04 not really")
    again = measured(BagOfWordsEmbedder(), LANGUAGES, tmp_path)
    assert again.queries.tolist() == first.queries.tolist()


def test_the_version_tells_sets_of_languages_apart():
    assert centring_version(("en", "fa")) != centring_version(("en", "zh"))
    assert centring_version(("en", "fa")) == centring_version(("en", "fa"))


def test_languages_without_any_probes_fall_back_on_all_there_are():
    assert measure(BagOfWordsEmbedder(), ("xx",)).languages == probe_languages()
