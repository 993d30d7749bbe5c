"""Replays in figures: paired tests, abstention, the most used replies, what killed runs leave."""

from __future__ import annotations

import datetime as dt
import os

import numpy as np
import pytest

from eval.replay import House, Options, replay
from eval.replay.abstention import abstention, point, steps_of, wilson
from eval.replay.baselines import BM25, FREQUENT_LINK
from eval.replay.comparing import differences
from eval.replay.page import page
from eval.replay.past import sweep_abandoned
from eval.replay.sheets import sentences, sheets
from eval.replay.used import is_same
from kb.parameters import packaged_parameters
from tests.eval.test_replay import (
    NOW,
    QUESTION,
    RECORDS,
    asked,
    history,
    record_of,
    ticket,
)
from tests.fakes import BagOfWordsEmbedder

# Paired tests


def against(*ranks: tuple[int | None, int | None]):
    """Tickets with our rank and the baseline's by similar reply."""
    records = []
    for n, (ours, theirs) in enumerate(ranks):
        hits = ["-"] * (ours - 1) + ["text"] if ours else ["-"]
        beaten = {BM25: {"similar reply": theirs, "either": theirs}, FREQUENT_LINK: {}}
        records.append(record_of(str(n), *hits, baselines=beaten, links=False))
    return records


def test_differences_are_paired_and_counted_at_every_cutoff():
    records = against((1, None), (1, None), (2, 1), (None, 4), (1, 1))
    found = {
        d.cutoff: d
        for d in differences(records, "threads", seed=1)
        if (d.criterion, d.baseline) == ("similar reply", BM25)
    }
    assert {cutoff: d.difference for cutoff, d in found.items()} == {1: 0.2, 3: 0.4, 5: 0.2}
    assert found[3].p == 0.5  # two wins, no loss: one of four sign patterns is as far, both ways
    assert found[3].low <= 0.4 <= found[3].high
    assert found[1].tickets == 5


def test_a_clear_win_is_significant_and_a_tie_is_not():
    clear = differences(against(*[(1, None)] * 20), "threads", seed=1)
    tie = differences(against(*[(1, 1)] * 20), "threads", seed=1)
    [won] = [d for d in clear if (d.criterion, d.cutoff, d.baseline) == ("either", 1, BM25)]
    [level] = [d for d in tie if (d.criterion, d.cutoff, d.baseline) == ("either", 1, BM25)]
    assert won.p_holm < 0.001
    assert (level.difference, level.p_holm) == (0, 1)


def test_p_values_are_corrected_for_the_baselines_of_one_criterion():
    records = [
        record_of(str(n), "text", links=False, baselines={BM25: {}, "dense": {}, "random": {}})
        for n in range(5)
    ]
    found = [
        d for d in differences(records, "threads", 1) if (d.criterion, d.cutoff) == ("either", 1)
    ]
    assert [d.p for d in found] == [pytest.approx(2 / 2**5)] * 3
    assert [d.p_holm for d in found] == [pytest.approx(3 * 2 / 2**5)] * 3


def test_bare_links_are_compared_by_link_alone():
    names = {(d.criterion, d.baseline) for d in differences(RECORDS, "threads", seed=1)}
    assert ("same link", FREQUENT_LINK) in names
    assert ("either", FREQUENT_LINK) not in names


# Abstention

CURVE = [
    record_of("a", "text", top=0.9, in_memory=("either",)),
    record_of("b", "text", top=0.8, in_memory=("either",)),
    record_of("c", "-", top=0.8, in_memory=("either",)),
    record_of("d", "text", top=0.5, in_memory=("either",)),
    record_of("e", "-", top=0.3, in_memory=()),
    record_of("f", in_memory=()),
]


def test_a_curve_tells_how_much_is_shown_and_how_often_it_is_right():
    steps = [(s.threshold, round(s.coverage, 3), s.precision) for s in steps_of(CURVE, "either")]
    assert steps == [(0.9, 0.167, 1), (0.8, 0.5, 2 / 3), (0.5, 0.667, 0.75), (0.3, 0.833, 0.6)]
    at = point(CURVE, "either", 0.6)
    assert (at.shown, at.coverage) == (3, 0.5)
    assert at.precision.value == 0.6667
    assert point(CURVE, "either", 0.95).precision is None


def test_tickets_whose_answer_is_in_the_memory_are_told_apart_from_the_others():
    [either, link] = abstention(CURVE, "threads", threshold=0.4)
    assert either.criterion == "either"
    assert {part: c.tickets for part, c in either.curves.items()} == {
        "all": 6, "in the memory": 4, "not in the memory": 2,
    }  # fmt: skip
    assert either.at_threshold["in the memory"].coverage == 1
    assert either.at_threshold["not in the memory"].coverage == 0
    assert link.curves.keys() == {"all", "not in the memory"}  # no reply with the link anywhere


def test_the_largest_coverage_with_the_wanted_precision_is_found_or_not_reached():
    few = abstention(CURVE, "threads", threshold=0.4)
    assert [part.most for part in few] == [None, None]  # one sure and right one is luck
    late = [*CURVE, *(record_of(f"x{n}", "text", top=0.2) for n in range(9))]
    [either, link] = abstention(late, "threads", threshold=0.4)
    assert (either.wanted, either.most.threshold, either.most.shown) == (0.8, 0.2, 14)
    assert link.most is None  # nothing links the same page


def test_wilsons_interval_is_honest_for_few():
    found = wilson(3, 3)
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(0.4385, abs=1e-3)
    assert wilson(50, 100).low == pytest.approx(0.4038, abs=1e-3)


@pytest.fixture
def replayed(settings, write_jsonl):
    """Replay records on ten of history."""

    def run(records, knowledge=(), **options):
        source = write_jsonl("tickets.jsonl", records)
        beside = [write_jsonl("with.jsonl", list(knowledge))] if knowledge else []
        house = House(settings, BagOfWordsEmbedder(), packaged_parameters())
        chosen = Options(**{"split": 10.5 / len(records), **options})
        return replay(source, beside, chosen, house, NOW, lambda *_: None)

    return run


def test_an_answer_is_in_the_memory_if_any_earlier_reply_says_it(replayed):
    past = asked("past", day=9.5)
    known = replayed([*history(), past, asked()], split=11.5 / 12)
    assert known.tickets[0].in_memory == (
        "same link", "similar reply", "very similar reply", "either",
    )  # fmt: skip
    unknown = replayed([*history(), asked()])
    assert "same link" not in unknown.tickets[0].in_memory
    assert "same link" in unknown.tickets[0].judged


def test_the_report_tells_and_draws_what_thresholds_do(replayed):
    record = replayed([asked("past", day=9.5), *history(), asked()], split=11.5 / 12)
    said = " ".join(sentences(record))
    assert "(either) in 80%: reached at no threshold with ten tickets or more" in said
    titles = [sheet.title for sheet in sheets(record)]
    assert any("by confidence threshold" in title and "(same link)" in title for title in titles)
    html = page(record)
    assert html.count("<svg") == 2
    assert "var(--series-0)" in html
    assert page(record) == html


# What is used most


def repeated(times: int):
    """Tickets on different matters with one canned reply, lightly varied."""
    reply = "Restart the base station, wait two minutes until the light is green and try again"
    return [
        ticket(f"canned-{n}", n / 10, f"Trouble number {n} with thing {n}.", f"{reply} {end}")
        for n, end in zip(range(times), ("please.", "now.", "then.", "later."), strict=False)
    ]


def test_replies_sent_again_and_again_are_ranked_by_how_often(replayed):
    canned = repeated(3)
    answer = canned[0]["messages"][1]["text"]
    records = [*canned, *history()[:7], ticket("asked", 20, QUESTION, answer)]
    [found] = replayed(records).tickets
    assert found.baselines["most used"]["very similar reply"] == 1


def test_macros_are_ranked_by_the_replies_that_are_like_them(replayed):
    canned = repeated(4)
    body = canned[0]["messages"][1]["text"]
    macro = {"kind": "macro", "id": "m", "locale": "en", "title": "Restart", "body": body}
    other = {**macro, "id": "n", "title": "Other", "body": "Something nobody has ever been told."}
    records = [*canned, *history()[:6], ticket("asked", 20, QUESTION, body)]
    [found] = replayed(records, [other, macro]).tickets
    assert found.baselines["most used"]["very similar reply"] == 1


def test_replies_are_the_same_if_most_of_their_words_are():
    assert is_same(frozenset("abcdefg"), frozenset("abcdefgh"))
    assert not is_same(frozenset("abcd"), frozenset("abef"))
    assert not is_same(frozenset(), frozenset())


def test_searches_compare_problems_with_problems_only(replayed):
    """The earlier reply repeats the question word by word; its problem is another."""
    echo = ticket("echo", 1, "Where is my parcel?", f"{QUESTION} Indeed, {QUESTION}")
    near = ticket("near", 2, "The siphon valve squeaks.", "Grease the siphon valve with silicone.")
    [found] = replayed([echo, near, *history()[:8], asked()]).tickets
    assert found.baselines["BM25"]["either"] == 1
    assert found.baselines["dense"]["either"] == 1


# Leftovers


def test_what_killed_runs_left_is_deleted_after_a_day(tmp_path):
    now = dt.datetime(2026, 1, 3, tzinfo=dt.UTC)
    left = {
        "tmp/kb-replay-old": 2.0, "tmp/kb-replay-new": 0.5, "tmp/other": 9.0,
        "data/eval/set/snapshot-old": 2.0, "data/eval/set/cache": 9.0,
    }  # fmt: skip
    for name, days in left.items():
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").touch()
        moment = now.timestamp() - days * 86_400
        os.utime(tmp_path / name, (moment, moment))
    assert sweep_abandoned(now, tmp_path / "tmp", tmp_path / "data") == 2
    kept = {name for name in left if (tmp_path / name).exists()}
    assert kept == {"tmp/kb-replay-new", "tmp/other", "data/eval/set/cache"}


def test_coverage_and_precision_agree_with_counting_by_hand():
    generator = np.random.default_rng(5)
    tops = generator.integers(1, 9, 60) / 10
    records = [
        record_of(str(n), "text" if generator.random() < top else "-", top=float(top))
        for n, top in enumerate(tops)
    ]
    at = point(records, "either", 0.5)
    shown = [r for r in records if r.suggestions[0].confidence >= 0.5]
    assert at.shown == len(shown)
    assert at.precision.value == pytest.approx(
        np.mean(["either" in r.suggestions[0].meets for r in shown]), abs=1e-4
    )
