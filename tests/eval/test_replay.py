"""Replaying tickets: nothing of the future is seen, and what was sent is recognised."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from eval.replay import House, Options, replay, write_page, write_replay
from eval.replay.baselines import BM25, FREQUENT_LINK
from eval.replay.equivalence import derive_thresholds
from eval.replay.measures import agreement, shown_record, views
from eval.replay.memory import RememberingEmbedder
from eval.replay.page import page
from eval.replay.records import CRITERIA, SuggestionRecord, TicketRecord
from eval.replay.sheets import sentences, sheets
from eval.replay.sources import read_knowledge, read_tickets
from eval.replay.systems import Offer
from eval.replay.timeline import UNDATED, Case, existed, placed
from kb.cli import app
from kb.config import Settings
from kb.embedder.cached import EmbeddingCache
from kb.errors import InvalidInput
from kb.links import canonical, generic_links, links_in
from kb.models import Article, Ticket
from kb.parameters import packaged_parameters
from tests.fakes import BagOfWordsEmbedder

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
START = dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC)

THEMES = [
    ("parcel", "Where is my parcel? The courier never rang.", "Track the parcel under orders."),
    ("pump", "The pump rattles all night long.", "Tilt the tank so that trapped air leaves."),
    ("lamp", "The lamp is too bright for my bedroom.", "Lower brightness in lamp settings."),
    ("refund", "When does my money come back?", "Refunds reach the card in seven days."),
    ("password", "I forgot the password of my account.", "Ask for a fresh reset link."),
    ("seeds", "Nothing sprouts although I water daily.", "Seeds of basil want two warm weeks."),
    ("wifi", "It cannot find our wireless network.", "Use the slower radio band of the router."),
    ("invoice", "My accountant needs an invoice.", "Invoices wait beneath billing, as files."),
    ("gift", "The voucher code is refused.", "Vouchers expire after one calendar year."),
    ("mould", "White fluff grows on the soil.", "Dry the surface and air the room more."),
]

QUESTION = "The siphon valve of my balcony fountain squeaks at dawn."
ANSWER = "Grease the siphon valve with silicone, see https://help.example/en/grease-valve today."


def ticket(
    identifier: str,
    day: float,
    question: str,
    answer: str,
    *,
    answered_after: float | None = 0.1,
    **fields: Any,
) -> dict[str, Any]:
    """A resolved ticket of two messages; days count from `START`, `None` gives no time."""
    created = START + dt.timedelta(days=day)
    reply = {"author": "rep", "text": answer}
    if answered_after is not None:
        reply["at"] = (created + dt.timedelta(days=answered_after)).isoformat()
    return {
        "kind": "ticket",
        "id": identifier,
        "locale": "en",
        "created": created.isoformat(),
        "subject": "",
        "status": "solved",
        "messages": [
            {"author": "customer", "text": question, "at": created.isoformat()},
            reply,
        ],
        **fields,
    }


def history() -> list[dict[str, Any]]:
    """Ten tickets on different matters, one a day."""
    return [ticket(name, n, q, a, subject=name) for n, (name, q, a) in enumerate(THEMES)]


def asked(identifier: str = "asked", day: float = 20.0) -> dict[str, Any]:
    return ticket(identifier, day, QUESTION, ANSWER)


@pytest.fixture
def run(settings: Settings, write_jsonl):
    """Replay records: the first ten are history, unless told otherwise."""
    counter = iter(range(100))

    def run(
        records: list[dict[str, Any]], knowledge: list[dict[str, Any]] | None = None, **options: Any
    ):
        source = write_jsonl(f"tickets-{next(counter)}.jsonl", records)
        beside = [write_jsonl(f"with-{next(counter)}.jsonl", knowledge)] if knowledge else []
        house = options.pop("house", None) or House(
            settings, BagOfWordsEmbedder(), packaged_parameters()
        )
        chosen = Options(**{"split": 10.5 / len(records), **options})
        return replay(source, beside, chosen, house, NOW, lambda *_: None)

    return run


def sources_of(record, identifier: str) -> list[str]:
    [found] = [t for t in record.tickets if t.id == identifier]
    return [source for suggestion in found.suggestions for source in suggestion.sources]


# No leakage


def test_a_duplicate_from_the_future_changes_nothing(run):
    bystander = ticket("later", 25, "The hinge of the lid is loose.", "Tighten its small screw.")
    without = run([*history(), asked(), bystander])
    future = asked("future", day=20.01)
    for refresh in (1, 50):
        with_it = run([*history(), asked(), future, bystander], refresh=refresh)
        assert with_it.similar_from == without.similar_from
        assert [t for t in with_it.tickets if t.id == "asked"] == [
            t for t in without.tickets if t.id == "asked"
        ]
    assert "future" not in sources_of(without, "asked")


def test_the_same_duplicate_in_the_past_is_found_first(run):
    records = [asked("past", day=9.5), *history(), asked()]
    record = run(records, split=11.5 / 12)
    [found] = record.tickets
    assert found.id == "asked"
    assert found.suggestions[0].sources == ("past",)
    assert set(found.ranks.values()) == {1}
    assert found.suggestions[0].cosine == pytest.approx(1, abs=1e-3)
    assert found.suggestions[0].age_days == 10
    assert found.links == ("help.example/grease-valve",)
    assert found.baselines["BM25"]["either"] == 1
    assert found.baselines["dense"]["either"] == 1


def test_a_ticket_created_before_but_answered_after_is_not_seen(run):
    late = ticket("late", 9.5, QUESTION, ANSWER, answered_after=15)  # on day 24.5, asked on day 20
    record = run([*history(), late, asked()], split=11.5 / 12)
    assert "late" not in sources_of(record, "asked")
    assert record.tickets[0].visible == 10
    assert record.tickets[0].ranks["same link"] is None
    soon = ticket("late", 9.5, QUESTION, ANSWER, answered_after=10)
    record = run([*history(), soon, asked()], split=11.5 / 12)
    assert sources_of(record, "asked")[0] == "late"
    assert record.tickets[0].visible == 11


def test_within_a_block_later_tickets_see_no_more_than_the_first(run):
    tickets = [*history(), asked("first", 20), asked("second", 30), asked("third", 40)]
    together = run(tickets, refresh=50)
    assert [t.visible for t in together.tickets] == [10, 10, 10]
    assert sources_of(together, "second").count("first") == 0
    apart = run(tickets, refresh=1)
    assert [t.visible for t in apart.tickets] == [10, 11, 12]
    assert sources_of(apart, "second")[0] == "first"


def test_no_ticket_is_its_own_suggestion(run):
    record = run([*history(), *(asked(f"again-{n}", 20 + n) for n in range(5))], refresh=2)
    assert len(record.tickets) == 5
    for found in record.tickets:
        assert found.id not in sources_of(record, found.id)


def test_only_what_was_asked_before_the_first_reply_reaches_the_suggestions(run, settings):
    seen: list[Ticket] = []

    def spy(_settings, _embedder, _parameters):
        def offers(unanswered: Ticket) -> list[Offer]:
            seen.append(unanswered)
            return []

        return offers

    replayed = asked() | {"group": "plumbing", "tags": ["valve"], "satisfaction": 5}
    follow_up = {"author": "customer", "text": "Silicone did it!", "at": "2025-02-01T00:00:00Z"}
    replayed["messages"] = [*replayed["messages"], follow_up]
    house = House(settings, BagOfWordsEmbedder(), packaged_parameters(), spy)
    record = run([*history(), replayed], house=house)
    [unanswered] = seen
    assert [message.text for message in unanswered.messages] == [QUESTION]
    assert unanswered.status == "open"
    assert (unanswered.group, unanswered.tags, unanswered.satisfaction) == ("", (), None)
    assert record.tickets[0].suggestions == ()
    assert record.shown.coverage.value == 0
    assert record.shown.auroc is None


# The time line


def case(*messages: tuple[str, float | None], **fields: Any) -> Case:
    """A ticket created at `START`; messages are (author, days after)."""
    return Case.of(
        Ticket.model_validate(
            {
                "id": "t",
                "locale": "en",
                "created": START,
                "status": "solved",
                "messages": [
                    {
                        "author": author,
                        "text": f"{author} writes on {day}",
                        "at": None if day is None else START + dt.timedelta(days=day),
                    }
                    for author, day in messages
                ],
                **fields,
            }
        )
    )


def day(number: float) -> dt.datetime:
    return START + dt.timedelta(days=number)


def test_a_ticket_is_cut_down_to_the_messages_written_before():
    placed = case(("customer", 0), ("rep", 2), ("customer", 3), ("rep", 3.5), ("customer", 9))
    assert placed.resolved == day(3.5)  # the longer of equally good replies, or the later
    assert placed.as_of(day(3.5)) is None
    then = placed.as_of(day(4))
    assert then is not None
    assert len(then.messages) == 4
    assert len(placed.as_of(day(10)).messages) == 5


def test_a_message_without_a_time_counts_as_written_with_the_next_that_has_one():
    placed = case(("customer", 0), ("rep", None), ("customer", 5))
    assert placed.written == (day(0), day(5), day(5))
    assert placed.as_of(day(5)) is None
    assert placed.untimed == 1


def test_a_last_message_without_a_time_counts_as_written_late():
    placed = case(("customer", 0), ("customer", 2), ("rep", None))
    assert placed.resolved == day(2) + UNDATED
    untimed = case(("customer", None), ("rep", None))
    assert untimed.resolved == START + UNDATED


def test_votes_and_satisfaction_count_as_known_only_long_after_the_conversation():
    ticket = case(("customer", 0), ("rep", 1), ("rep", 2)).ticket
    voted = ticket.messages[1].model_copy(update={"helpful": 3, "accepted": True})
    messages = (ticket.messages[0], voted, ticket.messages[2])
    placed = Case.of(ticket.model_copy(update={"messages": messages, "satisfaction": 4}))
    early, late = placed.as_of(day(3)), placed.as_of(day(2.1) + UNDATED)
    assert (early.messages[1].helpful, early.messages[1].accepted, early.satisfaction) == (
        0, False, None,
    )  # fmt: skip
    assert (late.messages[1].helpful, late.messages[1].accepted, late.satisfaction) == (3, True, 4)


def test_a_reply_that_only_its_later_acceptance_makes_the_answer_is_not_known_before():
    ticket = case(("customer", 0), ("rep", 1)).ticket
    asked = ticket.messages[1].model_copy(update={"text": "Which version?", "accepted": True})
    placed = Case.of(ticket.model_copy(update={"messages": (ticket.messages[0], asked)}))
    assert placed.as_of(day(3)) is None
    assert placed.as_of(day(1.1) + UNDATED).messages[1].accepted


def test_moments_with_and_without_a_zone_compare():
    naive = case(("customer", 0), ("rep", 1), created=dt.datetime(2025, 1, 1, 12))
    assert naive.created == START


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"created": None, "messages": [("customer", None), ("rep", None)]}, "no creation date"),
        ({"messages": [("customer", 0)]}, "no reply that answers"),
        ({"status": "open", "messages": [("customer", 0), ("rep", 1)]}, "not solved"),
        ({"messages": [("rep", 0), ("customer", 1)]}, "no question before the first reply"),
    ],
)
def test_tickets_that_cannot_be_replayed_have_a_reason(changed, reason):
    messages = [
        {"author": a, "text": "some words", "at": None if n is None else day(n)}
        for a, n in changed.pop("messages")
    ]
    fields = {"id": "t", "locale": "en", "created": START, "status": "solved", **changed}
    broken = Ticket.model_validate({**fields, "messages": messages})
    assert placed(broken) == reason


def test_a_ticket_without_a_reply_has_no_place_in_time():
    with pytest.raises(InvalidInput, match="no reply that answers"):
        case(("customer", 0))


def test_what_was_left_out_is_counted_by_reason(write_jsonl):
    twin = ticket("parcel", 3, "Again?", "Yes.")
    open_one = ticket("open", 4, "Anybody?", "Nobody came by.") | {"status": "open"}
    thread = {
        "id": "spam", "title": "Buy", "body": "now", "created": "2025-01-01 00:00:00 +0000",
        "spam": True, "replies": [],
    }  # fmt: skip
    source = write_jsonl("mixed.jsonl", [*history(), twin, open_one, thread, {"kind": "letter"}])
    found = read_tickets(source, 1_000_000)
    assert dict(found.left_out) == {
        "repeats an id": 1, "not solved": 1, "spam": 1, "cannot be read": 1,
    }  # fmt: skip
    assert len(found.cases) == 10
    assert found.read == 14


def test_a_limit_takes_the_earliest_whatever_their_order_in_the_file(write_jsonl):
    source = write_jsonl("reversed.jsonl", history()[::-1])
    found = read_tickets(source, 1_000_000, limit=3)
    assert [case.ticket.id for case in found.cases] == ["parcel", "pump", "lamp"]
    assert found.read == 3


def test_too_few_tickets_are_refused_with_a_sentence(run):
    with pytest.raises(InvalidInput, match=r"Too few tickets to replay: of 3 read, 3 are solved"):
        run(history()[:3], split=0.8)
    with pytest.raises(InvalidInput, match="Too few tickets"):
        run(history(), split=1.0)


# Articles and macros


def article(identifier: str, updated: str | None) -> dict[str, Any]:
    body = f"Grease the siphon valve of the fountain. Read https://help.example/{identifier}."
    return {
        "kind": "article", "id": identifier, "group": identifier, "locale": "en",
        "title": "Siphon valve squeaks", "body": body, "updated": updated,
    }  # fmt: skip


def test_articles_are_visible_from_the_day_after_they_were_updated(run):
    dates = {"old": "2025-01-10", "same-day": "2025-01-21", "new": "2025-06-01", "undated": None}
    knowledge = [article(name, date) for name, date in dates.items()]
    record = run([*history(), asked()], knowledge)
    found = {s for s in sources_of(record, "asked") if s in dates}
    assert found <= {"old", "undated"}
    assert found
    assert record.tickets[0].visible == 12
    assert any(
        note == "4 articles and macros: 3 are visible from the day after they were updated (2 only "
        "after the last replayed ticket), the others always."
        for note in record.notes
    )


def test_an_article_that_holds_the_sent_link_counts_by_link(run):
    record = run([*history(), asked()], [article("grease-valve", "2025-01-02")])
    assert record.tickets[0].ranks["same link"] == 1
    assert record.tickets[0].suggestions[0].kind == "article"


def test_tickets_among_the_articles_are_left_alone(run, write_jsonl):
    duplicate = asked("sneaked", day=50)
    knowledge = [article("valve", None), duplicate]
    record = run([*history(), asked()], knowledge)
    assert "sneaked" not in sources_of(record, "asked")
    assert [d.id for d in read_knowledge([write_jsonl("k.jsonl", knowledge)], 10**6)] == ["valve"]


def test_dates_are_compared_in_one_zone():
    known = Article(
        id="a", group="a", locale="en", title="t", body="b", updated=dt.date(2025, 1, 1)
    )
    zone = dt.timezone(dt.timedelta(hours=9))
    assert not existed(known, dt.datetime(2025, 1, 2, 8, tzinfo=zone))  # still the first in UTC
    assert existed(known, dt.datetime(2025, 1, 2, 9, tzinfo=zone))


# Links


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.Example.com/en-US/kb/Reset/?src=mail#top", "example.com/kb/reset"),
        ("http://example.com/kb/reset", "example.com/kb/reset"),
        ("www.example.com/fa/kb/reset", "example.com/kb/reset"),
        ("https://example.com/help/zh-hans/lamp", "example.com/help/lamp"),
        ("https://example.com/kb/x", "example.com/kb/x"),  # kb is no language
        ("https://bugs.example/show_bug.cgi?id=7#c1", "bugs.example/show_bug.cgi?id=7"),
        ("https://forum.example/index.php?topic=9", "forum.example/index.php?topic=9"),
        ("https://example.com/manual/index.html", "example.com/manual"),
        ("https://example.com/%D8%B1%D9%85%D8%B2", "example.com/رمز"),
        ("https://example.com/", None),
        ("https://example.com/en/", None),
        ("http://[broken", None),
    ],
)  # fmt: skip
def test_all_addresses_of_a_page_have_one_form(url, expected):
    assert canonical(url) == expected


def test_links_end_where_the_sentence_goes_on():
    text = "See [this](https://a.example/x), or（https://b.example/y）。 Also www.c.example/z."
    assert links_in(text) == {"a.example/x", "b.example/y", "c.example/z"}


def test_links_that_are_everywhere_say_nothing():
    replies = [frozenset({"a/everywhere"}), frozenset({"a/once"})] * 3 + [frozenset()] * 4
    assert generic_links(replies) == {}  # three of ten, but three is no evidence
    replies = [frozenset({"a/everywhere"})] * 6 + [frozenset({"a/some"})] * 5 + [frozenset()] * 389
    assert generic_links(replies) == {"a/everywhere": 6}
    many = [frozenset({"a/some"})] * 10 + [frozenset()] * 990
    assert generic_links(many) == {}  # one in a hundred is still allowed


def test_a_generic_link_of_the_sent_reply_does_not_count(run):
    footer = " More on https://help.example/start."
    records = [*history(), asked()]
    for record in records:
        record["messages"][1]["text"] += footer
    found = run(records)
    assert found.generic_links == {"help.example/start": 10}
    assert found.tickets[0].links == ("help.example/grease-valve",)
    assert found.tickets[0].ranks["same link"] is None


# Similar replies


def test_one_in_a_hundred_random_replies_is_similar():
    generator = np.random.default_rng(3)
    vectors = generator.standard_normal((200, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = derive_thresholds({"en": vectors, "fa": vectors[:3]}, seed=1)
    cosines = (vectors @ vectors.T)[np.triu_indices(200, 1)]
    assert found.by_languages.keys() == {"en", "en/fa"}  # three pairs are no percentile
    assert found.by_languages["en"].pairs == len(cosines) == 19_900
    assert np.mean(cosines >= found.of("en", "en").similar) == pytest.approx(0.01, abs=0.001)
    share = np.mean(cosines >= found.of("en", "en").very_similar)
    assert share == pytest.approx(0.001, abs=0.0002)
    assert found.of("fa", "fa") == found.other
    assert found.other.pairs == 19_903


def test_replies_in_two_languages_are_held_against_pairs_in_these_two():
    generator = np.random.default_rng(3)
    vectors = generator.standard_normal((60, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = derive_thresholds({"fa": vectors[:30], "en": vectors[30:]}, seed=1)
    assert found.of("fa", "en") == found.of("en", "fa") == found.by_languages["en/fa"]
    assert found.by_languages["en/fa"].pairs == 900
    across = (vectors[:30] @ vectors[30:].T).ravel()
    assert np.mean(across >= found.of("fa", "en").similar) == pytest.approx(0.01, abs=0.002)
    assert found.of("fa", "zh") == found.other


def test_a_large_history_is_sampled_and_no_reply_is_compared_with_itself():
    vectors = np.eye(400, dtype=np.float32)
    found = derive_thresholds({"en": vectors}, seed=1)
    assert found.by_languages["en"].pairs == 20_000
    assert found.of("en", "en").very_similar == 0  # all different replies are at right angles


def test_thresholds_need_two_replies():
    with pytest.raises(InvalidInput, match="no history"):
        derive_thresholds({"en": np.eye(1, dtype=np.float32)}, seed=1)


def test_languages_with_one_reply_each_are_compared_with_each_other():
    vectors = np.eye(2, dtype=np.float32)
    found = derive_thresholds({"en": vectors[:1], "fa": vectors[1:]}, seed=1)
    assert found.other.pairs == 1


# Measures


MET = {"link": "same link", "text": "similar reply", "TEXT": "very similar reply"}


def record_of(identifier: str, *hits: str, shown: int = 0, links: bool = True, **fields: Any):
    """A ticket whose suggestions hit by `link`, `text`, both or `-`; confidences fall from 0.9."""
    suggestions = []
    for n, hit in enumerate(hits):
        meets = [MET[word] for word in hit.split("+") if word in MET]
        if {"same link", "similar reply"} & set(meets):
            meets.append("either")
        suggestions.append(
            SuggestionRecord(
                sources=(f"s{n}",), kind="reply", confidence=fields.get("top", 0.9) - n / 10,
                age_days=fields.get("age", 3), has_link="link" in hit or "other" in hit,
                meets=tuple(meets), cosine=0.5,
            )
        )  # fmt: skip

    def first(criterion: str) -> int | None:
        found = (n for n, s in enumerate(suggestions, start=1) if criterion in s.meets)
        return next(found, None)

    criteria = CRITERIA["threads"]
    judged = tuple(c for c in criteria if links or c != "same link")
    return TicketRecord(
        id=identifier, language=fields.get("language", "en"), created=START, visible=1,
        links=("a/b",) if links else (), ranks={c: first(c) for c in criteria},
        judged=judged, in_memory=fields.get("in_memory", judged),
        suggestions=tuple(suggestions), shown=shown,
        baselines=fields.get("baselines", {BM25: {}, FREQUENT_LINK: {}}),
    )  # fmt: skip


RECORDS = [
    record_of("1", "link", "text", shown=1),
    record_of("2", "-", "-", "link+text", shown=2, age=60),
    record_of("3", "text", shown=0, links=False, language="fa", age=None),
    record_of("4", shown=0),
]


def test_success_and_reciprocal_rank_are_counted_over_the_tickets_that_can_be_judged():
    ranked, shown = views(RECORDS, "threads", seed=1)
    figures = ranked.systems[0].criteria
    value = {c: {k: m.value for k, m in r.measures.items()} for c, r in figures.items()}
    assert figures["same link"].tickets == 3
    assert value["same link"] == {
        "Success@1": 0.3333, "Success@3": 0.6667, "Success@5": 0.6667, "RR@10": 0.4444,
    }  # fmt: skip
    assert value["similar reply"] == {
        "Success@1": 0.25, "Success@3": 0.75, "Success@5": 0.75, "RR@10": 0.4583,
    }  # fmt: skip
    assert value["either"]["RR@10"] == pytest.approx((1 + 1 / 3 + 1) / 4, abs=1e-4)
    assert figures["either"].by_rank == (0.6667, 0.5, 1.0, None, None)
    assert 0 <= figures["either"].measures["RR@10"].low < value["either"]["RR@10"]
    only_shown = shown.systems[0].criteria
    assert only_shown["same link"].measures["Success@5"].value == 0.3333  # rank 3 was not shown
    assert only_shown["similar reply"].measures["Success@5"].value == 0
    assert only_shown["either"].by_rank == (0.5, 0.0, None, None, None)


def test_figures_are_told_by_language_and_by_age_of_the_first_source():
    ranked, _ = views(RECORDS, "threads", seed=1)
    slices = ranked.systems[0].slices
    assert {name: figures["either"].tickets for name, figures in slices.items()} == {
        "age:no date": 1, "age:no suggestion": 1, "age:≤30 days": 1, "age:31–90 days": 1,
        "language:en": 3, "language:fa": 1,
    }  # fmt: skip
    assert list(slices) == [
        "language:en", "language:fa", "age:≤30 days", "age:31–90 days", "age:no date",
        "age:no suggestion",
    ]  # fmt: skip
    assert slices["age:31–90 days"]["either"].measures["Success@1"].value == 0
    assert slices["language:fa"]["same link"].measures == {}  # nothing to judge


def test_what_is_shown_has_coverage_and_precision_and_the_confidence_is_checked():
    found = shown_record(RECORDS, "threads", threshold=0.25, seed=1)
    assert found.coverage.value == 0.5
    assert {k: v.value for k, v in found.precision.items() if v} == {
        "same link": 0.5, "similar reply": 0, "very similar reply": 0, "either": 0.5,
    }  # fmt: skip
    assert found.auroc == 0.5  # three first suggestions, all stated alike
    assert found.expected_calibration_error == pytest.approx(0.9 - 2 / 3, abs=1e-3)


def test_links_tell_how_far_similarity_can_be_trusted():
    records = [
        record_of("1", "link+text", "other+text", "text", "link"),
        record_of("2", "other", "link+text+TEXT", "other"),
        record_of("3", "other+text", "link", links=False),  # nothing was linked in the reply
    ]
    found = {k: (v.suggestions, v.same_link) for k, v in agreement(records).items()}
    assert found == {"not similar": (3, 0.3333), "similar": (2, 0.5), "very similar": (1, 1.0)}
    assert agreement([])["similar"].same_link is None


def test_a_bare_link_is_not_measured_as_a_reply():
    ranked, _ = views(RECORDS, "threads", seed=1)
    [frequent] = [s for s in ranked.systems if s.system == "frequent link"]
    assert list(frequent.criteria) == ["same link"]


def test_the_most_frequent_link_and_random_replies_are_baselines_of_the_visible_past(run):
    records = history()
    for record in records[:3]:
        record["messages"][1]["text"] += " https://help.example/grease-valve"
    found = run([*records, asked()]).tickets[0].baselines
    assert found["frequent link"]["same link"] == 1
    assert 1 <= found["random"]["same link"] <= 8  # three of ten drawn in some order


# What is written


def test_nothing_that_people_wrote_is_written_out(run, tmp_path):
    record = run([asked("past", day=9.5), *history(), asked()], split=11.5 / 12)
    path, page = write_replay(record, tmp_path / "out"), write_page(record, tmp_path / "out")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"replay.json", "replay.html"}
    for file in (path, page):
        for word in ("siphon", "silicone", "rattles", "courier"):
            assert word not in file.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["tickets"][0]["id"] == "asked"


def test_the_page_needs_nothing_else_and_shows_every_table(run):
    record = run([asked("past", day=9.5), *history(), asked()], split=11.5 / 12)
    html = page(record)
    assert "http" not in html
    assert "<script" not in html
    for sheet in sheets(record):
        assert f"<h2>{sheet.title}</h2>" in html
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)
    assert '<td>suggestions</td><td class="figure">1</td>' in html
    assert "1 tickets replayed" in html


def test_what_cannot_be_judged_is_said_and_not_tabled(run):
    records = [*history(), ticket("asked", 20, QUESTION, "Grease the siphon valve.")]
    record = run(records)
    assert any("the same link cannot be judged" in sentence for sentence in sentences(record))
    assert not any("same link" in row for sheet in sheets(record) for row in sheet.rows)


def test_the_command_prints_figures_and_writes_records(
    settings, write_jsonl, tmp_path, monkeypatch
):
    monkeypatch.setenv("KB_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("kb.service.build_embedder", lambda _settings: BagOfWordsEmbedder())
    source = write_jsonl("tickets.jsonl", [asked("past", day=9.5), *history(), asked()])
    command = ["eval", "replay", str(source), "--split", "0.95", "--out", str(tmp_path / "out")]
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 0, shown.output
    assert "Similar reply: the cosine" in shown.output
    printed = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    written = json.loads((tmp_path / "out" / "replay.json").read_text(encoding="utf-8"))
    assert written.pop("tickets")[0]["ranks"]["same link"] == 1
    assert printed == written


def test_the_same_seed_gives_the_same_record(run):
    records = [asked("past", day=9.5), *history(), asked(), asked("more", 21)]
    assert run(records, seed=5) == run(records, seed=5)


def test_texts_are_embedded_once_whatever_asks_for_them(tmp_path):
    inner = BagOfWordsEmbedder()
    cache = EmbeddingCache(tmp_path / "embeddings.sqlite")
    try:
        embedder = RememberingEmbedder(inner, cache)
        first = embedder.embed_passages(["one two", "three", "one two"])
        again = embedder.embed_passages(["three", "one two"])
        assert inner.embedded == ["one two", "three"]
        assert np.array_equal(first[[1, 0]], again)
        assert np.array_equal(embedder.embed_queries(["three"]), inner.embed_queries(["three"]))
        assert embedder.embed_queries([]).shape == (0, inner.dimension)
    finally:
        cache.close()
