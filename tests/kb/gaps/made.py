"""Gaps, searches and tickets for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kb.gaps.journeys import Search
from kb.gaps.models import CentralQuestion, Gap, Nearest, Trend
from kb.gaps.report import GapReport
from kb.models import Message, Ticket

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

QUESTIONS = {
    "en": "How do I pair a second phone?",
    "fa": "گوشی دوم را چطور وصل کنم؟",
    "zh": "怎么绑定第二部手机？",
}


def gap(identifier: str = "g1", **changes: Any) -> Gap:
    """A gap asked in three languages, most in English."""
    fields: dict[str, Any] = {
        "id": identifier,
        "label": "pair second phone",
        "languages": {"en": 5, "fa": 3, "zh": 2},
        "questions": 9,
        "searches": 12,
        "tickets": 4,
        "contacts": 6,
        "people": 10,
        "trend": Trend(weeks=(0, 1, 2, 8), recent=10, before=1, factor=1.4),
        "demand": 8.0,
        "uncovered": 0.8,
        "priority": 8.96,
        "central": tuple(
            CentralQuestion(text=text, locale=locale, people=people)
            for (locale, text), people in zip(QUESTIONS.items(), (5, 3, 2), strict=True)
        ),
        "nearest": Nearest(
            id="connect-wifi.en",
            group="connect-wifi.en",
            title="Connecting your planter to Wi-Fi",
            locale="en",
            url="/articles/connect-wifi.en",
            confidence=0.31,
            shortfall="does_not_mention",
            missing_words=("second phone",),
            reason="It does not mention “second phone”.",
        ),
        "first_asked": dt.date(2026, 10, 1),
        "last_asked": dt.date(2026, 11, 20),
        "members": ("q1", "q2"),
        "ticket_ids": ("T-1", "T-2", "T-3", "T-4"),
    }
    return Gap(**{**fields, **changes})


def report(**changes: Any) -> GapReport:
    """A report without gaps, on four weeks of 120 searches and 4 tickets."""
    fields: dict[str, Any] = {
        "computed_at": NOW,
        "seconds": 1.5,
        "generation": 7,
        "since": NOW - 28 * DAY,
        "until": NOW,
        "searches": 120,
        "tickets": 4,
        "questions": 30,
        "missing": (),
    }
    return GapReport(**{**fields, **changes})


def search(number: int, at: dt.datetime, session: str = "", **changes: Any) -> Search:
    fields: dict[str, Any] = {
        "id": f"s{number}",
        "at": at,
        "session": session,
        "query": QUESTIONS["en"],
        "language": "en",
        "role": "customer",
        "channel": "help_center",
        "confidence": 0.2,
        "outcome": "nothing",
        "hits": (),
        "results": 0,
    }
    return Search(**{**fields, **changes})


def ticket(identifier: str, locale: str, asked: str, answer: str, **changes: Any) -> Ticket:
    """A solved ticket; `thanks` is what the customer says to the answer, `at` when it was given."""
    thanks, at = changes.pop("thanks", ""), changes.pop("at", None)
    messages = [
        Message(author="customer", text=asked, name="Sam Doe"),
        Message(author="rep", text=answer, name="Mina Roe", at=at),
    ]
    if thanks:
        messages.append(Message(author="customer", text=thanks))
    return Ticket(id=identifier, locale=locale, messages=messages, status="solved", **changes)


TICKETS = (
    ticket(
        "T-1",
        "en",
        QUESTIONS["en"],
        "Hi Sam,\n\nThanks for writing. Open the Verdilo app and tap Settings. Hold the leaf "
        "button for 5 seconds. See https://help.verdilo.example/phones?x=1.\n\nBest regards,\nMina",
        at=NOW - 90 * DAY,
        thanks="It works now, thank you!",
    ),
    ticket(
        "T-2",
        "en",
        "second phone",
        "Hello,\n1. Open the Verdilo app, tap Settings.\n2. Hold the leaf button for 10 seconds.\n"
        "3. You can pair up to 2 phones.\nCheers",
        at=NOW - 30 * DAY,
    ),
    ticket(
        "T-3",
        "fa",
        QUESTIONS["fa"],
        "سلام سارا جان،\nدر اپلیکیشن به تنظیمات بروید و «گوشی‌ها» را بزنید. سپس دکمهٔ برگ را "
        "۵ ثانیه نگه دارید.\nبا احترام",
    ),
    ticket(
        "T-4",
        "zh",
        QUESTIONS["zh"],
        "您好！请打开应用，点击“设置”。然后长按叶子按钮五秒。祝好",
    ),
)
