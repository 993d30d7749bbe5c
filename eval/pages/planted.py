"""What makes the sample look used: its searches of the last weeks, and open tickets of invented
people with invented trouble (the sample's own tickets are all solved)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

from kb.config import Settings
from kb.models import Customer, Message, Ticket
from kb.search_logs import Reader, find_columns, read_table
from kb.search_logs.importing import ImportReport, import_searches
from kb.sessions import new_salt
from kb.store import Store


def plant_searches(
    folder: Path, settings: Settings, store: Store, now: dt.datetime, *, whole: bool = True
) -> None:
    """Log the searches of `articles/searches`, as if the last one was today.

    Args:
        folder: has `log.csv` and, for less than the whole, `planted.csv`.
        whole: if not, only the visits that asked what a planted gap is about.
    """
    data = (folder / "log.csv").read_bytes()
    if not whole:
        data = _of_gaps(data, (folder / "planted.csv").read_bytes())
    table = read_table(data, lambda header: find_columns(header, {}), None)
    reader = Reader.of(table, now, fallback=None, zone=dt.UTC, first=None, recent=True)
    report = ImportReport.of("log.csv", table, False, reader.moved.days)
    import_searches(reader, report, settings, store, new_salt())


def _of_gaps(log: bytes, planted: bytes) -> bytes:
    questions = {row["query"] for row in csv.DictReader(io.StringIO(planted.decode()))}
    rows = list(csv.DictReader(io.StringIO(log.decode())))
    visits = {row["session"] for row in rows if row["query"] in questions}
    kept = io.StringIO()
    writer = csv.DictWriter(kept, rows[0])
    writer.writeheader()
    writer.writerows(row for row in rows if row["session"] in visits)
    return kept.getvalue().encode()


@dataclass(frozen=True)
class _Waiting:
    locale: str
    name: str
    subject: str
    text: str
    hours: float
    """How long ago."""
    group: str = ""
    priority: str = ""
    channel: str = "contact form"
    earlier: tuple[tuple[str, str], ...] = ()
    """(author, text) of what was said before."""


_WAITING = (
    _Waiting(
        "en",
        "Priya Raman",
        "Planter went offline after I changed my router",
        "New router since Tuesday and now the app says my planter is offline. The light on it "
        "blinks orange. I typed the new password twice. What am I missing?",
        2.5,
        group="devices",
    ),
    _Waiting(
        "en",
        "Owen Bellweather",
        "Refund still not here",
        "I sent the lamp back three weeks ago and you said the refund is on its way. My bank sees "
        "nothing. Please look into it, order VD-48213.",
        30,
        group="billing",
        priority="high",
        channel="email",
        earlier=(
            ("customer", "Hello, has my return arrived? Order VD-48213."),
            ("rep", "Hi Owen, it has, and the refund was started today."),
        ),
    ),
    _Waiting(
        "en",
        "June Castellan",
        "Can it stay on the balcony in winter?",
        "It gets down to minus 8 at night. Can the planter stay out, or do I have to carry it in?",
        0.7,
    ),
    _Waiting(
        "fa",
        "نیلوفر کاظمی",
        "بسته‌ام شکسته رسید",
        "سلام، امروز بسته رسید ولی مخزن آب ترک دارد و آب نشت می‌کند. عکس هم گرفته‌ام. چه کار کنم؟",
        4,
        group="orders",
    ),
    _Waiting(
        "fa",
        "آرش مرادیان",
        "تغییر ایمیل حساب",
        "ایمیلم را عوض کرده‌ام و دیگر به قبلی دسترسی ندارم. چطور ایمیل حسابم را تغییر بدهم؟",
        20,
        channel="chat",
    ),
    _Waiting(
        "zh",
        "林晓岚",
        "种子一直没发芽",
        "罗勒胶囊放了三个星期还是没有发芽，灯和水都正常。请问怎么办？可以补发吗？",
        6,
        group="devices",
    ),
    _Waiting(
        "zh",
        "赵启明",
        "怎么暂停下个月的盒子？",
        "下个月我要出差，想把订阅的盒子暂停一个月，在哪里设置？",
        50,
        priority="low",
        channel="email",
    ),
)


def plant_tickets(store: Store, now: dt.datetime) -> list[str]:
    """Store the open tickets, each so old as if `now` was the day of the sample; returns ids."""
    tickets = [_ticket(number, waiting, now) for number, waiting in enumerate(_WAITING, start=1)]
    for ticket in tickets:
        store.documents.save(ticket, now, replaces=None)
    return [ticket.id for ticket in tickets]


def _ticket(number: int, waiting: _Waiting, now: dt.datetime) -> Ticket:
    last = now - dt.timedelta(hours=waiting.hours)
    said = [*waiting.earlier, ("customer", waiting.text)]
    messages = [
        Message.model_validate(
            {
                "author": author,
                "text": text,
                "name": waiting.name if author == "customer" else "Hannah",
                "at": last - dt.timedelta(hours=5 * (len(said) - place)),
            }
        )
        for place, (author, text) in enumerate(said, start=1)
    ]
    return Ticket(
        id=f"T-9{number:04d}",
        locale=waiting.locale,
        subject=waiting.subject,
        messages=tuple(messages),
        created=messages[0].at,
        customer=Customer(name=waiting.name, email=f"customer{number}@example.com"),
        channel=waiting.channel,
        group=waiting.group,
        priority=waiting.priority,
    )
