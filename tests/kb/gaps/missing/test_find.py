"""Questions to gaps, from end to end, with vectors by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from kb.embedder import Vectors
from kb.gaps.journeys import Search
from kb.gaps.missing.clustering import MOST
from kb.gaps.missing.coverage import Found
from kb.gaps.missing.find import _STAYS, Missing
from kb.gaps.missing.questions import Question
from kb.gaps.models import Gap
from kb.parameters import packaged_parameters
from tests.kb.gaps.library import NOW, TODAY, visit
from tests.kb.gaps.missing.shelf import FOUND, Shelf, asked_by, gaps_of

TOPICS = {"phone": 0, "گوشی": 0, "手机": 0, "pump": 1, "lamp": 2, "lid": 3}
PHONE = {"en": "pair second phone", "fa": "وصل کردن گوشی دوم", "zh": "绑定第二部手机"}
THRESHOLD = packaged_parameters().gaps.least_uncovered
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Known:
    id: str
    centroid: Vectors
    members: dict[str, float]


def known(missing: Missing) -> list[Known]:
    """What the next report is told."""
    return [Known(name, one.centroid, dict(one.members)) for name, one in missing.topics.items()]


def asking(*texts: str, times: int = 1, **fields: object) -> list[Search]:
    """So many visits for each text."""
    return [visit(text, **fields) for text in texts for _ in range(times)]  # type: ignore[arg-type]


NOISE = asking("hello", "asdf", "zebra quagga", "whatever else", "okapi")


def only(missing: Missing) -> Gap:
    (gap,) = missing.gaps
    return gap


def confident(at: float) -> Found:
    return Found(at, FOUND.article, FOUND.group, FOUND.locale)


def test_one_visit_makes_no_gap_however_it_asks_and_three_do() -> None:
    same = asking("pair second phone", times=1000, session="bot")
    other = [visit(f"pair phone {'x' * n}", session="bot") for n in range(1000)]
    assert gaps_of(same + other, TOPICS).gaps == ()
    assert gaps_of(same + other + asking("second phone"), TOPICS).gaps == ()
    made = only(gaps_of(same + other + asking("second phone", times=2), TOPICS))
    assert made.people == 3


def test_a_shouting_person_weighs_no_more_than_others_in_a_gap() -> None:
    flood = [visit(f"pair phone {'x' * n}", session="bot") for n in range(1000)]
    gap = only(gaps_of(flood + asking("second phone", times=2), TOPICS))
    assert gap.demand == pytest.approx(3 * 0.6, abs=0.051)
    assert gap.uncovered == pytest.approx(0.6)
    assert gap.label == "second phone"
    assert gap.trend.recent == 3


def test_a_flood_neither_hides_nor_moves_what_others_ask() -> None:
    ours = [
        *asking("pair second phone", times=4, contacted=True, hits=["wifi.en"]),
        *asking("noisy pump", times=20, clicked=["wifi.en"], hits=["wifi.en"]),
    ]
    alone = only(gaps_of(ours, TOPICS))
    assert alone.label == "pair second phone"
    flood = [visit(f"pump pair phone {n} {'y' * n}", session="bot") for n in range(3000)]
    (among,) = [gap for gap in gaps_of(ours + flood, TOPICS).gaps if gap.id == alone.id]
    assert among.people == alone.people
    assert among.priority == pytest.approx(alone.priority, rel=0.1)


def test_people_of_an_imported_log_are_the_times_and_of_a_customer_one() -> None:
    imported = [visit("pair second phone", session="", times=5, channel="import")]
    gap = only(gaps_of(imported, TOPICS))
    assert (gap.people, gap.searches, gap.questions) == (5, 5, 1)
    mine = [asked_by(f"T{n}", "customer a", f"phone {n} broken") for n in range(10)]
    assert gaps_of([], TOPICS, tickets=mine).gaps == ()


def test_three_languages_become_one_gap_with_its_people_by_language() -> None:
    searches = [
        *asking(PHONE["en"], times=4), *asking(PHONE["fa"], times=2, language="fa"),
        *asking(PHONE["zh"], language="zh"), *asking("noisy pump", times=3),
    ]  # fmt: skip
    phone, pump = gaps_of(searches, TOPICS).gaps
    assert phone.languages == {"en": 4, "fa": 2, "zh": 1}
    assert list(phone.languages) == ["en", "fa", "zh"]
    assert {question.locale: question.text for question in phone.central} == PHONE
    assert [question.people for question in phone.central if question.locale == "fa"] == [2]
    assert (phone.people, phone.questions, pump.people) == (7, 3, 3)


def test_too_few_people_and_what_is_about_nothing_are_left_out() -> None:
    searches = [*asking("pair second phone", times=3), *asking("noisy pump", times=2), *NOISE]
    found = gaps_of(searches, TOPICS)
    assert [gap.label for gap in found.gaps] == ["pair second phone"]
    assert only(found).questions == 1
    assert set(found.topics) == {only(found).id}
    assert gaps_of(searches, TOPICS, least_people=4).gaps == ()
    assert gaps_of([], TOPICS).gaps == ()


def test_answered_neighbours_are_no_part_of_a_gap() -> None:
    searches = [
        *asking("pair second phone", times=8, contacted=True, hits=["wifi.en"]),
        *asking("pair first phone", times=8, clicked=["wifi.en"], hits=["wifi.en"]),
    ]
    gap = only(gaps_of(searches, TOPICS))
    assert (gap.label, gap.people, gap.contacts) == ("pair second phone", 8, 8)
    assert gap.uncovered > 0.9


def test_a_new_article_closes_a_gap_although_its_searches_had_led_to_contact() -> None:
    searches = [
        *asking("pair second phone", times=8, contacted=True, hits=["wifi.en"], at=NOW - 9 * DAY),
        *asking("noisy pump", times=8, clicked=["pump.en"], hits=["pump.en"], at=NOW - 9 * DAY),
    ]

    def now(article: str, confidence: float):
        return lambda q: Found(confidence, article, article, "en") if "phone" in q.text else pump

    pump = Found(0.9, "pump.en", "pump.en", "en")
    shelf = Shelf({"wifi.en": "", "pump.en": "", "second-phone.en": ""})
    before = gaps_of(searches, TOPICS, found=now("wifi.en", 0.9), shelf=shelf)
    assert only(before).label == "pair second phone"
    after = gaps_of(searches, TOPICS, found=now("second-phone.en", 0.9), shelf=shelf)
    assert after.gaps == ()
    unsure = gaps_of(searches, TOPICS, found=now("second-phone.en", 0.3), shelf=shelf)
    assert only(unsure).uncovered == pytest.approx(0.7)  # what the search itself says


def test_a_changed_article_is_judged_anew() -> None:
    searches = [
        *asking("pair second phone", times=8, contacted=True, hits=["wifi.en"], at=NOW - 9 * DAY),
        *asking("noisy pump", times=8, clicked=["wifi.en"], hits=["wifi.en"], at=NOW),
    ]
    for days, gaps in ((20, 1), (5, 0)):
        shelf = Shelf({"wifi.en": ""}, changed=TODAY - days * DAY)
        found = gaps_of(searches, TOPICS, found=lambda _: confident(0.9), shelf=shelf)
        assert len(found.gaps) == gaps


def test_a_log_that_tells_nothing_falls_back_on_the_search() -> None:
    searches = asking("pair second phone", times=4)
    for confidence in (0.1, 0.4):
        gap = only(gaps_of(searches, TOPICS, found=lambda _, at=confidence: confident(at)))
        assert gap.uncovered == pytest.approx(1 - confidence)
        assert gap.demand == pytest.approx(4 * (1 - confidence))
    assert gaps_of(searches, TOPICS, found=lambda _: confident(0.6)).gaps == ()


def test_a_mixed_log_weighs_both() -> None:
    told = [
        *asking("pair second phone", times=6, contacted=True, hits=["wifi.en"]),
        *asking("noisy pump", times=20, clicked=["wifi.en"], hits=["wifi.en"]),
    ]
    untold = asking("pair second phone", times=6, channel="import")
    behaved = only(gaps_of(told, TOPICS)).uncovered
    mixed = only(gaps_of(told + untold, TOPICS))
    assert mixed.people == 12
    assert mixed.uncovered == pytest.approx((behaved + 0.6) / 2, abs=0.02)


def test_every_gap_shows_the_factors_of_its_priority() -> None:
    rng = np.random.default_rng(5)
    searches = [
        visit(
            f"{word} {'abc'[rng.integers(3)]}",
            at=NOW - DAY * float(rng.random() * 80),
            session=f"v{rng.integers(60)}",
            contacted=bool(rng.random() < 0.2),
        )
        for word in TOPICS
        for _ in range(40)
    ]
    gaps = gaps_of(searches, TOPICS, least_uncovered=0.0).gaps
    assert len(gaps) >= 4
    for gap in gaps:
        product = gap.demand * gap.uncovered * gap.trend.factor
        assert gap.priority == pytest.approx(product, rel=0.03, abs=0.06)
        rounding = 0.06 + gap.people * 0.0005
        assert gap.demand == pytest.approx(gap.people * gap.uncovered, abs=rounding)
        assert 0.5 <= gap.trend.factor <= 2
        assert gap.people <= 60
    assert [gap.priority for gap in gaps] == sorted((g.priority for g in gaps), reverse=True)


def test_contacts_are_searches_that_led_there_and_tickets_of_others() -> None:
    searches = asking("pair second phone", times=3, contacted=True)
    tickets = [
        asked_by("T1", searches[0].session, "phone will not pair"),
        asked_by("T2", "customer b", "phone will not pair"),
    ]
    others = asking("noisy pump", times=9, clicked=["wifi.en"], hits=["wifi.en"])
    gap = only(gaps_of(searches + others, TOPICS, tickets=tickets))
    assert (gap.contacts, gap.tickets, gap.people, gap.searches) == (4, 2, 4, 3)
    assert set(gap.ticket_ids) == {"T1", "T2"}
    by_text = {question.text: question.tickets for question in gap.central}
    assert by_text == {"pair second phone": (), "phone will not pair": ("T1", "T2")}


def test_the_dates_are_of_the_first_and_last_time_it_was_asked() -> None:
    searches = [visit("pair second phone", at=NOW - days * DAY) for days in (50, 3, 20)]
    gap = only(gaps_of(searches, TOPICS))
    assert (gap.first_asked, gap.last_asked) == (TODAY - 50 * DAY, TODAY - 3 * DAY)


def test_the_nearest_article_is_told_with_what_it_lacks() -> None:
    gap = only(gaps_of(asking("pair second phone", times=3) + NOISE, TOPICS))
    assert gap.nearest is not None
    assert (gap.nearest.id, gap.nearest.title) == ("wifi.en", "Title of wifi.en")
    assert gap.nearest.shortfall == "does_not_mention"
    assert set(gap.nearest.missing_words) == {"pair", "second", "phone"}
    assert gap.nearest.confidence == 0.4


@pytest.mark.parametrize(
    ("language", "text", "missed"),
    [
        ("en", "how is my phone", {"phone"}),
        ("fa", "گوشی و من", {"گوشی"}),
        ("zh", "手机 的", {"手机"}),
    ],
)
def test_common_and_one_letter_words_are_not_missed(
    language: str, text: str, missed: set[str]
) -> None:
    shelf = Shelf({f"wifi.{language}": "", "wifi.en": ""}, common={"how", "is", "my", "من"})
    found = Found(0.4, f"wifi.{language}", "wifi.en", language)
    searches = asking(text, times=3, language=language) + NOISE
    gap = only(gaps_of(searches, TOPICS, found=lambda _: found, shelf=shelf))
    assert gap.nearest is not None
    assert set(gap.nearest.missing_words) == missed


def test_words_that_all_ask_with_are_not_missed_where_many_ask() -> None:
    others = asking(*(f"please show thing {'x' * n}" for n in range(3, 70)))
    phone = asking("please pair phone", times=3)
    gap = next(g for g in gaps_of(others + phone, TOPICS).gaps if g.label == "please pair phone")
    assert gap.nearest is not None
    assert set(gap.nearest.missing_words) == {"pair", "phone"}


def test_an_article_in_another_language_only_is_said_so() -> None:
    gap = only(gaps_of(asking(PHONE["fa"], times=3, language="fa"), TOPICS))
    assert gap.nearest is not None
    assert gap.nearest.shortfall == "other_language"
    assert gap.nearest.reason == "“Title of wifi.en” exists only in en; 100% ask in fa."


def test_an_empty_knowledge_base_has_no_nearest_article() -> None:
    nothing = Found(0.0, "", "", "")
    gap = only(
        gaps_of(asking("pair phone", times=3), TOPICS, found=lambda _: nothing, shelf=Shelf({}))
    )
    assert gap.nearest is None
    assert gap.uncovered == 1.0


def test_an_article_that_is_gone_by_now_is_no_nearest_one() -> None:
    gap = only(gaps_of(asking("pair phone", times=3), TOPICS, shelf=Shelf({})))
    assert gap.nearest is None


def test_a_gap_keeps_its_id_while_its_questions_are_replaced_one_by_one() -> None:
    texts = [f"phone {word}" for word in "abs cut dip elm fog gum hat ink jam kit".split()]
    last: Sequence[Known] = ()
    ids = set()
    for start in range(len(texts) - 3):
        found = gaps_of(asking(*texts[start : start + 4]), TOPICS, known=last)
        ids.add(only(found).id)
        last = known(found)
    assert len(ids) == 1


def test_a_gap_keeps_its_id_when_another_appears_and_when_the_order_changes() -> None:
    ours = asking("pair second phone", "second phone", times=3)
    first = gaps_of(ours, TOPICS)
    both = gaps_of(ours + asking("noisy pump", times=30), TOPICS, known=known(first))
    assert [gap.label for gap in both.gaps] == ["noisy pump", only(first).label]
    assert both.gaps[1].id == only(first).id
    everything = ours + asking("noisy pump", times=30)
    again = gaps_of(everything[::-1], TOPICS, known=known(both)[::-1])
    assert {gap.id: gap.label for gap in again.gaps} == {gap.id: gap.label for gap in both.gaps}
    fresh = gaps_of(everything[::-1], TOPICS)
    assert [gap.id for gap in fresh.gaps] == [gap.id for gap in gaps_of(everything, TOPICS).gaps]


def test_a_listed_gap_stays_below_the_threshold_and_a_new_one_does_not_come() -> None:
    searches = asking("pair second phone", times=4)

    def at(uncovered: float, last: Sequence[Known] = ()) -> list[str]:
        found = gaps_of(searches, TOPICS, found=lambda _: confident(1 - uncovered), known=last)
        return [gap.id for gap in found.gaps]

    first = gaps_of(searches, TOPICS)
    assert at(THRESHOLD) == [only(first).id]
    assert at(THRESHOLD - 0.01) == []
    assert at(THRESHOLD - 0.01, known(first)) == [only(first).id]
    assert at(_STAYS * THRESHOLD + 0.001, known(first)) == [only(first).id]
    assert at(_STAYS * THRESHOLD - 0.001, known(first)) == []


def test_what_was_forgotten_in_an_erasure_is_found_again() -> None:
    searches = asking("pair second phone", "second phone", times=3)
    first = gaps_of(searches, TOPICS)
    forgotten = [Known(one.id, one.centroid, {}) for one in known(first)]
    assert only(gaps_of(searches, TOPICS, known=forgotten)).id == only(first).id
    other_model = [Known(one.id, one.centroid[:7], one.members) for one in known(first)]
    assert only(gaps_of(searches, TOPICS, known=other_model)).id == only(first).id


HOSTILE = [
    "phone " * 20_000,
    "phone" + "😀" * 100_000,
    "phone नमस्ते دنیا " * 8000,
    '=HYPERLINK("http://evil.example","phone")',
    "phone \ud800\udfff \udcff",
    "phone\x00\x1b[31m\u202e",
    "phone " + "\u0301" * 100_000,
    "phone" * 20_000,
]


def test_hostile_texts_make_a_report_of_bounded_size() -> None:
    searches = [visit(text[:500], language=code) for text in HOSTILE for code in ("en", "fa", "zh")]
    tickets = [asked_by(f"T{n}", f"c{n}", text[:1000]) for n, text in enumerate(HOSTILE)]
    found = gaps_of(searches * 3, TOPICS, tickets=tickets)
    assert found.gaps
    for gap in found.gaps:
        assert len(gap.label) <= 91
        assert len(gap.central) <= 3
        assert all(len(question.text) <= 1000 for question in gap.central)
        assert len(gap.words) <= 5
        assert all(len(word) <= 40 for word in gap.words)
        assert len(json.dumps(gap.model_dump(mode="json"), ensure_ascii=False).encode()) < 20_000


def test_texts_of_any_length_do_not_break_it() -> None:
    found = gaps_of([visit(text) for text in HOSTILE for _ in range(3)], TOPICS)
    assert all(len(gap.label) <= 91 for gap in found.gaps)
    assert all(len(question.text) <= 1000 for gap in found.gaps for question in gap.central)
    assert sum(len(word) for gap in found.gaps for word in gap.words) <= 5 * 40 * len(found.gaps)


def test_of_more_questions_than_can_be_clustered_those_that_matter_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kb.gaps.missing.find.MOST", 5)
    others = asking(*(f"thing {'x' * n}" for n in range(1, 40)))
    found = gaps_of(others + asking("pair second phone", times=3), TOPICS)
    assert [gap.label for gap in found.gaps] == ["pair second phone"]
    assert MOST >= 1000


def test_members_carry_their_share_of_the_people() -> None:
    searches = [visit("second phone", session="a"), visit("pair phone", session="a"),
                *asking("pair phone", times=2)]  # fmt: skip
    found = gaps_of(searches, TOPICS)
    (topic,) = found.topics.values()
    assert sorted(topic.members.values()) == [0.5, 2.5]
    assert set(topic.members) == set(only(found).members)
    assert float(np.linalg.norm(topic.centroid)) == pytest.approx(1.0, abs=1e-5)


def test_what_is_found_for_each_question_decides_not_the_gap_of_others() -> None:
    def found(question: Question) -> Found:
        return confident(0.95 if "pump" in question.text else 0.1)

    searches = asking("pair second phone", "noisy pump", times=5)
    assert [gap.label for gap in gaps_of(searches, TOPICS, found=found).gaps] == [
        "pair second phone"
    ]
