"""The tour of docs/tour.md leads where it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.pages import tour
from tests.browser.house import house, in_use

ROOT = Path(__file__).resolve().parents[2]
TEXT = " ".join((ROOT / "docs" / "tour.md").read_text(encoding="utf-8").split())


@pytest.fixture
def first_day(sample, embedder, tmp_path):
    """A sample that no other test has touched."""
    embeddings = sample.cache_dir / "embeddings.sqlite"
    with house(tmp_path / "house", ROOT / "articles", embedder, embeddings) as running:
        yield in_use(running)


def test_every_step_of_the_tour_leads_on(browser, first_day):
    walked = tour.Tour(browser, first_day)
    try:
        for step in tour.STEPS:
            step(walked)
    finally:
        walked.close()
    assert walked.problems == []


def test_the_document_tells_what_the_script_does():
    for said in (tour.QUESTION, tour.SAMPLE_TICKET, tour.LEARNED, tour.SECOND, tour.MISSING):
        assert said in TEXT
    pictures = re.findall(r"images/tour/([\w-]+\.webp)", TEXT)
    assert pictures == [tour.picture_name(step) for step in tour.PICTURED]


def test_pictures_are_few_and_small():
    folder = ROOT / "docs" / "images" / "tour"
    pictures = sorted(path.name for path in folder.iterdir())
    assert pictures == sorted(tour.picture_name(step) for step in tour.PICTURED)
    assert max(path.stat().st_size for path in folder.iterdir()) <= 60_000
