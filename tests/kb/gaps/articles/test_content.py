"""Articles and tickets of a snapshot, with their vectors."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from kb.embedder import Centring
from kb.gaps.articles.content import read_content
from tests.kb.gaps.library import article, content
from tests.kb.suggest.house import DIMENSION, document, shelf

A, B, C = (tuple(float(n == axis) for n in range(DIMENSION)) for axis in range(3))


@pytest.fixture
def centring():
    means = np.zeros((1, DIMENSION), np.float32)
    return Centring(("en",), means, means, 0.1, 0.05)


def test_articles_of_both_audiences_come_with_their_own_passages(tmp_path, centring):
    written = dt.date(2026, 1, 5)
    help_center = shelf(
        tmp_path,
        "help",
        (document("article", "b.en", group="b.en", title="گلدان", locale="fa"), [B], []),
        (document("article", "a.en", group="a.en", updated=written, url="/a"), [A, C], []),
    )
    internal = shelf(
        tmp_path,
        "internal",
        (document("article", "c.zh", collection="internal", locale="zh-Hant"), [C], []),
        (document("macro", "m.en"), [A], []),
    )
    read = read_content({"help": help_center, "internal": internal}, centring)
    assert [one.id for one in read.articles] == ["a.en", "b.en", "c.zh"]
    first, second, third = read.articles
    assert (first.updated, first.url, first.audience) == (written, "/a", "public")
    assert first.vectors.tolist() == [list(A), list(C)]
    assert first.ordinals.tolist() == [0, 1]
    assert first.is_source
    assert first.mean == pytest.approx([0.5**0.5, 0, 0.5**0.5, 0])
    assert (second.title, second.language) == ("گلدان", "fa")
    assert (third.audience, third.language) == ("internal", "zh")
    assert not third.is_source
    assert read.tickets == ()


def test_the_problem_of_a_ticket_is_told_from_its_reply(tmp_path, centring):
    solved = document("ticket", "T1", locale="zh", body="请重置花盆。", updated=dt.date(2026, 2, 3))
    tickets = shelf(tmp_path, "tickets", (solved, [A, B], [C]))
    (read,) = read_content({"tickets": tickets}, centring).tickets
    assert (read.reply, read.replied) == ("请重置花盆。", dt.date(2026, 2, 3))
    assert read.problems.tolist() == [list(A), list(B)]
    assert read.replies.tolist() == [list(C)]


def test_an_empty_knowledge_base_has_no_content(tmp_path, centring):
    read = read_content({"help": shelf(tmp_path, "help")}, centring)
    assert read.articles == ()
    assert read_content({}, centring).tickets == ()


def test_spreads_measure_from_unrelated_texts(tmp_path, centring):
    read = read_content({}, centring)
    assert read.cosine_at(4) == pytest.approx(0.3)
    assert read.spreads_of(0.3) == pytest.approx(4)


def test_the_source_is_the_one_the_group_is_named_after_else_the_first_language():
    marked = content(article("a.fa"), article("a.en"), article("a.zh"))
    assert marked.source_of("a.en", ["zh"]).id == "a.en"
    unmarked = content(*(article(f"a.{one}", group="a") for one in ("fa", "zh")))
    assert unmarked.source_of("a", ["en", "zh", "fa"]).id == "a.zh"
    assert unmarked.source_of("a").id == "a.fa"
    assert unmarked.group_of("gone") == ""
