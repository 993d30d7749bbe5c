"""The whole, with vectors and confidences chosen by hand: what is offered, in which order, and when
to escalate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kb.acceptance import Acceptance
from kb.drafting import Drafter
from kb.escalation import EscalationRules
from kb.models import CollectionName, Customer, Escalation, IndexedDocument, Suggestion, Ticket
from kb.parameters import SuggestionParameters
from kb.privacy import Redactor
from kb.suggest import NoExperience, SuggestionTools, Weighed, present, problem_of, weigh
from tests.kb.suggest.house import (
    NOW,
    Placed,
    asked,
    desk_of,
    document,
    query,
    shelf,
    suggestion_parameters,
)

EAST, NORTH, UP, NEAR = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0.5, 0.5, 0.5, 0.5)
TILT = "Tilt the tank slowly so that the trapped air escapes, then run the pump for a minute."
SWAP = "Please order a new pump in the shop and send the old one back to us."
RETURNS_14 = "You can return a planter within 14 days of delivery."
RETURNS_30 = "You can return a planter within 30 days of delivery."

WEEK = "monday tuesday wednesday thursday friday".split()
RULES = EscalationRules.model_validate(
    {
        "timezone": "Europe/Berlin",
        "hours": {day: ["09:00-18:00"] for day in WEEK},
        "groups": [{"id": "devices", "names": {"en": "Devices"}, "channel": "note"}],
        "levels": [
            {"level": 2, "names": {"en": "specialists"}},
            {"level": 3, "names": {"en": "manager"}, "channel": "call"},
        ],
        "targets": [{"priority": "normal", "first_answer": "4 hours"}],
        "functional": {"level": 2, "meanwhile": "handover"},
        "triggers": {
            "legal": {"level": 3, "meanwhile": "legal"},
            "repeat_contact": {"level": 3, "contacts": 9, "earlier_tickets": 2, "days": 30},
        },
    }
)
ANGRY = "The pump rattles. I will take legal action against you."


class Known(NoExperience):
    """Experience by source id, and of this customer."""

    def __init__(self, acceptance: Mapping[str, Acceptance], earlier: int = 0) -> None:
        self._acceptance = acceptance
        self._earlier = earlier

    def acceptance_of(self, source_ids: Sequence[str]) -> Mapping[str, Acceptance]:
        return {i: self._acceptance[i] for i in source_ids if i in self._acceptance}

    def earlier_tickets(self, ticket: Ticket, days: int, now: dt.datetime) -> int:
        assert days == 30
        return self._earlier


class Room:
    """A knowledge base of three shelves and what is asked of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built = 0
        self._placed: dict[CollectionName, list[Placed]] = {
            "help": [], "internal": [], "tickets": []
        }  # fmt: skip
        self.confidence: dict[str, float] = {}
        self.parameters: SuggestionParameters = suggestion_parameters()
        self.tools = SuggestionTools()

    def article(
        self, identifier: str, confidence: float, vector: Any = NEAR, **fields: Any
    ) -> IndexedDocument:
        found = document("article", identifier, **fields)
        self._placed[found.collection].append((found, [vector], []))
        self.confidence[identifier] = confidence
        return found

    def macro(self, identifier: str, confidence: float, vector: Any = NEAR, **fields: Any) -> None:
        found = document("macro", identifier, **fields)
        self._placed["internal"].append((found, [vector], []))
        self.confidence[identifier] = confidence

    def ticket(self, identifier: str, problem: Any = EAST, reply: Any = UP, **fields: Any) -> None:
        found = document("ticket", identifier, **fields)
        self._placed["tickets"].append((found, [problem], [reply]))

    def _desk(self) -> Any:
        self._built += 1
        folder = self._folder / str(self._built)
        shelves = [shelf(folder, name, *placed) for name, placed in self._placed.items()]
        return desk_of(
            *shelves, confidence=self.confidence, parameters=self.parameters, tools=self.tools
        )

    def weigh(self, ticket: Ticket | None = None, now: dt.datetime = NOW) -> Weighed:
        return weigh(ticket or asked(), query(), self._desk(), now)

    def suggest(
        self, ticket: Ticket | None = None, limit: int = 5, now: dt.datetime = NOW
    ) -> tuple[tuple[Suggestion, ...], Escalation | None]:
        ticket = ticket or asked()
        desk = self._desk()
        weighed = weigh(ticket, query(), desk, now)
        problem = problem_of(ticket, Redactor())
        return present(weighed, ticket, problem, desk, now=now, limit=limit)

    def ids(self, ticket: Ticket | None = None, limit: int = 5) -> list[str]:
        return [s.sources[0].id for s in self.suggest(ticket, limit)[0]]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


# ── What is offered ──────────────────────────────────────────────────────────────────────────


def test_replies_articles_and_macros_compete_by_probability(room: Room) -> None:
    room.ticket("t", EAST)  # cosine 1: 10 spreads, logit 10 / 4 - 1 = 1.5
    room.article("a", 0.9)
    room.macro("m", 0.6)
    room.article("h", 0.3, collection="internal")
    suggestions, escalation = room.suggest()
    assert [(s.kind, s.sources[0].id, s.confidence) for s in suggestions] == [
        ("article", "a", 0.9),
        ("reply", "t", 0.8176),
        ("macro", "m", 0.6),
        ("guidance", "h", 0.3),
    ]
    assert escalation is None


def test_a_probability_at_the_threshold_is_enough_and_below_is_not(room: Room) -> None:
    room.parameters = suggestion_parameters(threshold=0.5)
    room.macro("at", 0.50001, NORTH)
    room.macro("below", 0.4999, UP)
    assert room.ids() == ["at"]
    assert [a.document.id for a in room.weigh().answers] == ["at", "below"]


def test_no_more_than_the_limit_are_offered(room: Room) -> None:
    for number in range(9):
        room.macro(f"m{number}", 0.9 - number / 100)
    assert room.ids(limit=2) == ["m0", "m1"]
    assert len(room.suggest(limit=20)[0]) == 9


def test_equally_probable_answers_are_in_the_order_of_their_ids(room: Room) -> None:
    for name in ("c", "a", "b"):
        room.macro(name, 0.8)
    assert room.ids() == room.ids() == ["a", "b", "c"]


def test_near_identical_replies_are_one_suggestion_that_counts_them(room: Room) -> None:
    room.ticket("t1", EAST, NORTH, body=TILT, updated=dt.date(2026, 1, 1))
    room.ticket("t2", NEAR, NORTH, body=TILT.replace("slowly", "gently"))
    room.ticket("t3", NEAR, NORTH, body=TILT, updated=dt.date(2026, 4, 1))
    room.ticket("other", NEAR, UP, body=SWAP)
    (best, *_), _ = room.suggest()
    assert [source.id for source in best.sources] == ["t1", "t3", "t2"]
    assert (best.used, best.last_used) == (3, dt.date(2026, 4, 1))


def test_the_first_three_are_different_answers(room: Room) -> None:
    # Cosine 1 is 10 spreads: the same.
    room.article("first", 0.9, EAST)
    room.macro("first-again", 0.8, EAST)
    room.macro("second", 0.7, NORTH)
    room.macro("third", 0.6, UP)
    assert room.ids() == ["first", "second", "third", "first-again"]


def test_a_ticket_is_no_precedent_of_itself(room: Room) -> None:
    room.ticket("new", EAST, support_group="billing")
    room.ticket("other", NEAR, support_group="devices")
    room.parameters = suggestion_parameters(reply={"intercept": -5.0})
    weighed = room.weigh(asked(id="new"))
    assert [answer.document.id for answer in weighed.answers] == ["other"]
    assert [nearest.id for nearest in weighed.nearest] == ["other"]
    _, escalation = room.suggest(asked(id="new"))
    assert escalation is not None
    assert escalation.support_group == "devices"


def test_an_only_solved_ticket_that_is_the_ticket_itself_leaves_articles(room: Room) -> None:
    room.ticket("new", EAST)
    room.article("a", 0.7)
    assert room.ids(asked(id="new")) == ["a"]


def test_solved_tickets_that_link_an_article_speak_for_it(room: Room) -> None:
    room.parameters = suggestion_parameters(content={"confidence": 2, "links": 2})
    room.article("linked", 0.4, NORTH)
    room.article("other", 0.5, UP)
    room.ticket("t1", EAST, body="Read https://help.example/articles/linked")
    room.ticket("t2", NORTH, body="Read https://help.example/articles/linked#rattling please")
    suggestions, _ = room.suggest()
    linked = next(s for s in suggestions if s.sources[0].id == "linked")
    assert [s.sources[0].id for s in suggestions if s.kind == "article"] == ["linked", "other"]
    assert linked.used == 2
    assert "2 solved tickets with a similar problem got its link" in linked.reason


# ── Nothing there ────────────────────────────────────────────────────────────────────────────


def test_an_empty_knowledge_base_offers_nothing_and_escalates(room: Room) -> None:
    suggestions, escalation = room.suggest()
    assert suggestions == ()
    assert escalation is not None
    assert (escalation.type, escalation.support_group) == ("functional", "")


def test_without_solved_tickets_articles_are_offered(room: Room) -> None:
    room.article("a", 0.7)
    assert room.ids() == ["a"]
    assert room.weigh().nearest == []


def test_without_articles_solved_tickets_are_offered(room: Room) -> None:
    room.ticket("t")
    assert room.ids() == ["t"]


# ── Languages ────────────────────────────────────────────────────────────────────────────────


def test_the_version_in_the_customer_s_language_is_offered(room: Room) -> None:
    for locale in ("en", "fa", "zh"):
        room.article(f"pump.{locale}", 0.8, locale=locale, body=f"body {locale}")
        room.macro(f"calm.{locale}", 0.6, NORTH, locale=locale)
    for locale in ("en", "fa-IR", "zh-Hant"):
        language = locale[:2]
        assert room.ids(asked(locale=locale)) == [f"pump.{language}", f"calm.{language}"]


def test_the_language_of_the_draft_counts_where_the_problem_looks_like_another(room: Room) -> None:
    """An error message is English everywhere; the draft must not say there is no Persian text."""
    room.article("pump.en", 0.8, EAST, body="Tilt the tank.")
    room.article("pump.fa", 0.8, NORTH, locale="fa", body="مخزن را کج کنید.")
    (suggestion,), _ = room.suggest(asked("ERROR E-4017 pump timeout", locale="fa"))
    assert suggestion.sources[0].id == "pump.fa"
    assert "فقط به زبان" not in suggestion.draft
    assert suggestion.warnings == ()


def test_what_exists_only_in_another_language_is_offered_as_such(room: Room) -> None:
    room.article("pump.zh", 0.8, locale="zh", body="请倾斜水箱。")
    (suggestion,), _ = room.suggest(asked(locale="fa"))
    assert "فقط به زبان چینی" in suggestion.draft
    assert suggestion.warnings == ("The source is in another language (zh).",)


# ── Contradictions ───────────────────────────────────────────────────────────────────────────


def contradiction(room: Room, replied: dt.date | None, written: dt.date | None) -> None:
    room.ticket("old", EAST, NEAR, body=RETURNS_14, title="Return", updated=replied)
    room.article("new", 0.6, NEAR, body=RETURNS_30, title="Returns", updated=written)


@pytest.mark.parametrize(
    ("locale", "title", "older", "newer", "about"),
    [
        ("en", "Return a planter", RETURNS_14, RETURNS_30, "14 days / 30 days"),
        (
            "fa",
            "مرجوع کردن گلدان",
            "تا ۱۴ روز پس از تحویل می‌توانید گلدان را مرجوع کنید.",
            "تا ۳۰ روز پس از تحویل می‌توانید گلدان را مرجوع کنید.",
            "۱۴ روز / ۳۰ روز",
        ),
        (
            "zh",
            "退回花盆",
            "收货后14天内可以退回花盆。",
            "收货后30天内可以退回花盆。",
            "14天 / 30天",
        ),
    ],
)
def test_a_reply_that_contradicts_a_newer_article_comes_after_it_and_says_so(
    room: Room, locale: str, title: str, older: str, newer: str, about: str
) -> None:
    day = dt.date(2026, 5, 1)
    room.ticket("old", EAST, NEAR, body=older, locale=locale, updated=dt.date(2025, 9, 1))
    room.article("new", 0.6, NEAR, title=title, body=newer, locale=locale, updated=day)
    (article, reply), _ = room.suggest(asked(locale=locale))
    assert (article.sources[0].id, article.confidence) == ("new", 0.6)
    assert (reply.sources[0].id, reply.confidence) == ("old", 0.4088)  # half of 0.8176
    assert reply.warnings[0] == f"Contradicts a newer article ({about}): “{newer}”"


def test_it_stays_behind_the_article_however_often_it_was_used(room: Room) -> None:
    contradiction(room, dt.date(2025, 9, 1), dt.date(2026, 5, 1))
    known = {"old": Acceptance(accepted=400), "new": Acceptance(declined=5)}
    room.tools = SuggestionTools(experience=Known(known))
    (article, reply), _ = room.suggest()
    assert (article.sources[0].id, article.confidence) == ("new", 0.4286)  # odds 1.5 · 5/10
    assert (reply.sources[0].id, reply.confidence) == ("old", 0.4243)  # 0.99 of it


@pytest.mark.parametrize(
    ("replied", "written"),
    [
        (dt.date(2026, 5, 2), dt.date(2026, 5, 1)),
        (dt.date(2026, 5, 1), dt.date(2026, 5, 1)),
        (None, dt.date(2026, 5, 1)),
        (dt.date(2026, 5, 1), None),
    ],
    ids=["reply is newer", "same day", "reply without a date", "article without a date"],
)
def test_a_reply_that_is_not_known_to_be_older_keeps_its_place(
    room: Room, replied: dt.date | None, written: dt.date | None
) -> None:
    contradiction(room, replied, written)
    (reply, article), _ = room.suggest()
    assert [reply.sources[0].id, article.sources[0].id] == ["old", "new"]
    assert not [warning for warning in reply.warnings if "Contradicts" in warning]


def test_a_reply_that_was_sent_again_after_the_article_changed_is_not_old(room: Room) -> None:
    contradiction(room, dt.date(2025, 9, 1), dt.date(2026, 5, 1))
    room.ticket("again", NEAR, NEAR, body=RETURNS_14, updated=dt.date(2026, 5, 20))
    (reply, _), _ = room.suggest()
    assert [source.id for source in reply.sources] == ["old", "again"]
    assert reply.warnings == ()


def test_an_article_about_something_else_contradicts_nothing(room: Room) -> None:
    room.ticket("old", EAST, UP, body=RETURNS_14, updated=dt.date(2025, 9, 1))
    room.article("new", 0.6, NORTH, body=RETURNS_30, updated=dt.date(2026, 5, 1))
    assert room.ids() == ["old", "new"]


# ── Experience ───────────────────────────────────────────────────────────────────────────────


def test_one_decision_leaves_the_order_and_several_change_it(room: Room) -> None:
    room.macro("usual", 0.6, NORTH)
    room.macro("better", 0.5, UP)

    def ids(accepted: int) -> list[str]:
        known = {"better": Acceptance(accepted=accepted)}
        room.tools = SuggestionTools(experience=Known(known))
        return room.ids()

    assert ids(0) == ids(1) == ["usual", "better"]
    assert ids(5) == ["better", "usual"]


def test_what_is_refused_again_and_again_is_no_suggestion_any_more(room: Room) -> None:
    room.macro("m", 0.5)
    room.tools = SuggestionTools(experience=Known({"m": Acceptance(declined=11)}))
    suggestions, escalation = room.suggest()
    assert suggestions == ()  # 5 of 21 is below 0.25
    assert escalation is not None


# ── Escalation ───────────────────────────────────────────────────────────────────────────────


def meanwhile_macros(room: Room) -> None:
    for locale, greeting in (("en", "Hello"), ("fa", "سلام"), ("zh", "您好")):
        for name in ("handover", "legal"):
            body = f"{greeting} {{{{customer.name}}}} {name} {{{{ticket.due_time}}}} {{{{x.y}}}}"
            room.macro(f"{name}.{locale}", 0.0, locale=locale, body=body)


def test_a_suggestion_that_fits_and_no_rule_that_fires_need_no_escalation(room: Room) -> None:
    room.tools = SuggestionTools(rules=RULES)
    room.macro("m", 0.9)
    suggestions, escalation = room.suggest()
    assert (len(suggestions), escalation) == (1, None)


def test_nothing_that_fits_goes_to_the_group_of_the_nearest_tickets(room: Room) -> None:
    room.tools = SuggestionTools(rules=RULES)
    room.parameters = suggestion_parameters(reply={"intercept": -5.0})
    meanwhile_macros(room)
    for number, group in enumerate(["", "devices", "devices", "billing", "billing", "billing"]):
        room.ticket(f"t{number}", EAST, support_group=group)
    suggestions, escalation = room.suggest()
    assert suggestions == ()
    assert escalation is not None
    assert (escalation.type, escalation.support_group) == ("functional", "devices")
    assert (escalation.level, escalation.channel, escalation.lapsed) == (2, "note", False)
    assert escalation.reason.startswith("No suggestion fits; ")
    assert escalation.due == dt.datetime(2026, 6, 1, 14, tzinfo=dt.UTC)
    assert escalation.meanwhile is not None
    assert escalation.meanwhile.draft == "Hello {{customer.name}} handover " + (
        "Monday 1 June, 16:00 {{x.y}}"
    )
    assert escalation.meanwhile.unfilled == ("{{customer.name}}", "{{x.y}}")


def test_a_rule_that_fires_escalates_even_though_a_suggestion_fits(room: Room) -> None:
    room.tools = SuggestionTools(rules=RULES)
    meanwhile_macros(room)
    room.macro("m", 0.9)
    suggestions, escalation = room.suggest(asked(ANGRY, group="devices"))
    assert [s.sources[0].id for s in suggestions] == ["m"]
    assert escalation is not None
    assert (escalation.type, escalation.level, escalation.channel) == ("hierarchical", 3, "call")
    assert escalation.support_group == "devices"
    assert escalation.reason == 'The customer mentions legal action ("legal action").'


def test_a_rule_that_fires_where_nothing_fits_says_both(room: Room) -> None:
    room.tools = SuggestionTools(rules=RULES)
    suggestions, escalation = room.suggest(asked(ANGRY))
    assert suggestions == ()
    assert escalation is not None
    assert escalation.type == "hierarchical"
    assert "legal action" in escalation.reason
    assert "no suggestion fits either" in escalation.reason
    assert escalation.meanwhile is None  # there is no such macro


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "Hello Ann Lee legal Monday 1 June, 16:00"),
        ("fa", "دوشنبه ۱۱ خرداد ساعت ۱۶:۰۰"),
        ("zh", "legal 6月1日（周一）16:00"),
        ("de", "Hello Ann Lee legal Monday 1 June, 16:00"),
    ],
)
def test_the_customer_is_told_meanwhile_in_their_language_by_when(
    room: Room, locale: str, said: str
) -> None:
    room.tools = SuggestionTools(rules=RULES)
    meanwhile_macros(room)
    ticket = asked(ANGRY, locale=locale, customer=Customer(name="Ann Lee"))
    _, escalation = room.suggest(ticket)
    assert escalation is not None
    assert escalation.meanwhile is not None
    assert said in escalation.meanwhile.draft
    assert escalation.meanwhile.kind == "macro"
    assert escalation.meanwhile.unfilled == ("{{x.y}}",)
    assert ("another language" in " ".join(escalation.meanwhile.warnings)) == (locale == "de")


def test_without_rules_the_advice_names_the_group_and_no_time(room: Room) -> None:
    room.parameters = suggestion_parameters(reply={"intercept": -5.0})
    room.ticket("t", support_group="devices")
    _, escalation = room.suggest(asked(ANGRY))
    assert escalation is not None
    assert (escalation.type, escalation.support_group) == ("functional", "devices")
    assert (escalation.due, escalation.meanwhile) == (None, None)


def test_a_customer_who_wrote_often_lately_is_escalated(room: Room) -> None:
    room.macro("m", 0.9)
    for earlier, escalated in ((1, False), (2, True)):
        room.tools = SuggestionTools(rules=RULES, experience=Known({}, earlier))
        _, escalation = room.suggest()
        assert (escalation is not None) == escalated
    assert escalation is not None
    assert "2 earlier tickets in 30 days" in escalation.reason


def test_only_the_five_nearest_tickets_vote(room: Room) -> None:
    room.parameters = suggestion_parameters(reply={"intercept": -5.0})
    for number, group in enumerate(["near"] * 3 + ["other"] * 2 + ["far"] * 5):
        room.ticket(f"t{number}", EAST if number < 5 else NEAR, support_group=group)
    _, escalation = room.suggest()
    assert escalation is not None
    assert escalation.support_group == "near"
    assert "3 of the 5 nearest solved tickets" in escalation.reason


# ── The same again ───────────────────────────────────────────────────────────────────────────


def test_the_same_ticket_gets_the_same_suggestions(room: Room) -> None:
    room.tools = SuggestionTools(rules=RULES, drafter=Drafter(values={"agent.name": "Mina"}))
    contradiction(room, dt.date(2025, 9, 1), dt.date(2026, 5, 1))
    meanwhile_macros(room)
    first, second = room.suggest(asked(ANGRY)), room.suggest(asked(ANGRY))
    assert first == second
    assert [s.model_dump_json() for s in first[0]] == [s.model_dump_json() for s in second[0]]
