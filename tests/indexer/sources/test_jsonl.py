"""JSON Lines: own and foreign layouts are read; a bad line is reported and the next one read."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.sources import Problem, SourceDocument
from indexer.sources.jsonl import read_jsonl
from kb.models import Article, Customer, Document, Macro, Message, Ticket

LIMIT = 1_000_000
GOOD = b'{"_id": "good", "title": "Good", "text": "Body", "lang": "en"}'


def items(folder: Path, *lines: bytes, limit: int = LIMIT) -> list[SourceDocument | Problem]:
    path = folder / "docs.jsonl"
    path.write_bytes(b"\n".join(lines))
    return list(read_jsonl(path, max_document_bytes=limit))


def encoded(record: Any) -> bytes:
    return json.dumps(record).encode()


def document(folder: Path, record: dict[str, Any]) -> Document:
    (item,) = items(folder, encoded(record))
    assert isinstance(item, SourceDocument), item
    return item.document


def reason(folder: Path, line: bytes | dict[str, Any]) -> str:
    """The problem of a line that stands between two good ones, which are still read."""
    raw = line if isinstance(line, bytes) else encoded(line)
    before, item, after = items(folder, GOOD, raw, GOOD.replace(b"good", b"next"))
    assert isinstance(before, SourceDocument)
    assert isinstance(item, Problem), item
    assert item.origin == f"{folder / 'docs.jsonl'}:2"
    assert isinstance(after, SourceDocument)
    return item.reason


# ── Our own layout ───────────────────────────────────────────────────────────────────────────


def test_an_article(tmp_path: Path) -> None:
    record = {
        "kind": "article", "id": "a.en", "group": "a", "locale": "en", "title": "T", "body": "B",
        "section": "s", "audience": "internal", "tags": ["x"], "updated": "2026-01-02",
        "draft": True,
    }  # fmt: skip
    assert document(tmp_path, record) == Article(
        id="a.en", group="a", locale="en", title="T", body="B", section="s", audience="internal",
        tags=("x",), updated=dt.date(2026, 1, 2), draft=True,
    )  # fmt: skip


def test_a_macro_keeps_its_placeholders(tmp_path: Path) -> None:
    record = {
        "kind": "macro", "id": "m", "locale": "en", "title": "T", "support_group": "billing",
        "body": "Hello {{customer.first_name}}",
    }  # fmt: skip
    assert document(tmp_path, record) == Macro(
        id="m", group="m", locale="en", title="T", body="Hello {{customer.first_name}}",
        support_group="billing",
    )  # fmt: skip


def test_a_ticket(tmp_path: Path) -> None:
    record = {
        "kind": "ticket", "id": "T-1", "locale": "en", "subject": "S", "status": "solved",
        "group": "billing", "customer": {"name": "Ann"}, "satisfaction": 5,
        "messages": [
            {"author": "customer", "text": "Help", "at": "2026-01-02T03:04:05Z"},
            {"author": "rep", "text": "Done"},
        ],
    }  # fmt: skip
    assert document(tmp_path, record) == Ticket(
        id="T-1", locale="en", subject="S", status="solved", group="billing",
        customer=Customer(name="Ann"), satisfaction=5,
        messages=(
            Message(author="customer", text="Help",
                    at=dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)),
            Message(author="rep", text="Done"),
        ),
    )  # fmt: skip


def test_messages_make_a_ticket_without_saying_so(tmp_path: Path) -> None:
    record = {"id": "t", "messages": [{"author": "customer", "text": "سلام، رمزم کار نمی‌کند"}]}
    found = document(tmp_path, record)
    assert found.kind == "ticket"
    assert found.locale == "fa"


def test_the_subject_tells_a_ticket_s_language_too(tmp_path: Path) -> None:
    record = {"id": "t", "subject": "密码", "messages": [{"author": "customer", "text": "???"}]}
    assert document(tmp_path, record).locale == "zh"


def test_kinds_may_come_in_any_mix(tmp_path: Path) -> None:
    macro = {"kind": "macro", "id": "m", "locale": "en", "title": "T", "body": "B"}
    ticket = {"id": "t", "locale": "en", "messages": [{"author": "customer", "text": "x"}]}
    found = items(tmp_path, encoded(ticket), GOOD, encoded(macro))
    kinds = [item.document.kind for item in found if isinstance(item, SourceDocument)]
    assert kinds == ["ticket", "article", "macro"]


# ── Foreign layouts ──────────────────────────────────────────────────────────────────────────


def test_a_help_center_export_loads_as_it_is(tmp_path: Path) -> None:
    record = {
        "_id": "d1", "product": "mail", "group": "g1", "lang": "fa", "title": "عنوان",
        "text": "متن",
    }  # fmt: skip
    assert document(tmp_path, record) == Article(
        id="d1", group="g1", locale="fa", title="عنوان", body="متن", section="mail"
    )


def test_a_beir_corpus_loads_with_what_its_metadata_says(tmp_path: Path) -> None:
    record = {
        "_id": "d1", "title": "T", "text": "B",
        "metadata": {"lang": "zh", "group": "g", "audience": "internal", "tags": ["x", "y"],
                     "updated": "2024-05-06", "section": "s", "whatever": 1},
    }  # fmt: skip
    assert document(tmp_path, record) == Article(
        id="d1", group="g", locale="zh", title="T", body="B", audience="internal",
        tags=("x", "y"), updated=dt.date(2024, 5, 6), section="s",
    )  # fmt: skip


@pytest.mark.parametrize("tags", ["other;fix-problems;", ["other", "fix-problems"]])
def test_tags_may_be_one_string_with_semicolons(tmp_path: Path, tags: object) -> None:
    record = {"_id": "d", "title": "T", "text": "B", "metadata": {"tags": tags}}
    assert document(tmp_path, record) == Article(
        id="d", group="d", locale="en", title="T", body="B", tags=("other", "fix-problems")
    )


def test_an_article_without_a_title_is_titled_by_its_first_line(tmp_path: Path) -> None:
    found = document(tmp_path, {"_id": "d", "text": "First line\nSecond line"})
    assert found == Article(
        id="d", group="d", locale="en", title="First line", body="First line\nSecond line"
    )


def test_a_long_first_line_is_cut_between_words(tmp_path: Path) -> None:
    found = document(tmp_path, {"_id": "d", "text": "word " * 100})
    assert isinstance(found, Article)
    assert found.title == "word " * 14 + "word…"


def test_numbers_may_be_ids(tmp_path: Path) -> None:
    found = document(tmp_path, {"_id": 12, "title": "T", "text": "B", "group": 3})
    assert isinstance(found, Article)
    assert (found.id, found.group) == ("12", "3")


def thread(**changes: Any) -> dict[str, Any]:
    return {
        "id": "1401", "created": "2023-01-09 01:27:49 +0000", "lang": "es", "title": "Correo",
        "body": "No puedo", "topic": "mail", "tags": "other;send;", "spam": False,
        "solved": False, "author": "asker",
        "replies": [
            {"created": "2023-01-10 01:00:00 +0000", "author": "helper", "helpful": 3,
             "accepted": True, "body": "Prueba esto"},
            {"created": "2023-01-11 01:00:00 +0000", "author": "asker", "body": "Gracias"},
        ],
        **changes,
    }  # fmt: skip


def test_a_forum_thread_is_a_ticket_whose_asker_is_the_customer(tmp_path: Path) -> None:
    created = dt.datetime(2023, 1, 9, 1, 27, 49, tzinfo=dt.UTC)
    day = dt.timedelta(days=1)
    base = dt.datetime(2023, 1, 9, 1, 0, tzinfo=dt.UTC)
    assert document(tmp_path, thread()) == Ticket(
        id="1401", locale="es", subject="Correo", created=created, group="mail",
        tags=("other", "send"), status="solved",
        messages=(
            Message(author="customer", text="No puedo", at=created),
            Message(author="rep", text="Prueba esto", at=base + day, accepted=True, helpful=3),
            Message(author="customer", text="Gracias", at=base + 2 * day),
        ),
    )  # fmt: skip


def test_a_thread_nobody_answered_is_open(tmp_path: Path) -> None:
    found = document(tmp_path, thread(replies=[]))
    assert isinstance(found, Ticket)
    assert found.status == "open"


def test_without_a_known_asker_every_reply_is_a_rep_s(tmp_path: Path) -> None:
    record = thread(author=None)
    record["replies"][1]["author"] = None
    found = document(tmp_path, record)
    assert isinstance(found, Ticket)
    assert [message.author for message in found.messages] == ["customer", "rep", "rep"]


def test_spam_threads_are_skipped_and_counted(tmp_path: Path) -> None:
    assert reason(tmp_path, thread(spam=True)) == "is marked as spam"


# ── Hostile and broken lines ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            b'{"_id": "a", "te',
            "is not valid JSON: Unterminated string starting at column 14",
            id="truncated",
        ),
        pytest.param(b"garbage", "is not valid JSON: Expecting value at column 1", id="garbage"),
        pytest.param(b"\x00", "is not valid JSON", id="NUL"),
        pytest.param(b'{"a": 1} {"b": 2}', "is not valid JSON: Extra data", id="two objects"),
        pytest.param(b"\xff\xfe{}", "is not UTF-8 (byte 0)", id="UTF-16"),
        pytest.param(b'{"a": "\xe9"}', "is not UTF-8 (byte 7)", id="Latin-1"),
        pytest.param(b"[" * 100_000, "is not valid JSON", id="lists nested deeply"),
        pytest.param(b'{"a":' * 100_000, "is not valid JSON", id="objects nested deeply"),
        pytest.param(b"9" * 10_000, "is not valid JSON", id="a huge number"),
        pytest.param(b"[1, 2]", "is not a JSON object", id="a list"),
        pytest.param(b'"text"', "is not a JSON object", id="a string"),
        pytest.param(b"null", "is not a JSON object", id="null"),
        pytest.param(b"{}", "lacks or misuses a field: 'id'", id="an empty object"),
    ],
)
def test_a_line_that_is_no_json_object_is_reported_and_the_next_one_read(
    tmp_path: Path, line: bytes, expected: str
) -> None:
    assert expected in reason(tmp_path, line)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"_id": "a", "title": "T", "text": ""}, "has an empty body"),
        ({"_id": "a", "title": "T", "text": " \n "}, "has an empty body"),
        ({"_id": "a", "title": "T"}, "'body'"),
        ({"title": "T", "text": "B"}, "'id'"),
        ({"_id": "a", "title": 5, "text": "B"}, "title: Input should be a valid string"),
        ({"_id": "a", "title": "T", "text": 5}, "body: Input should be a valid string"),
        ({"_id": "a", "text": None}, "lacks or misuses a field"),
        ({"_id": "a", "title": "T", "text": "B", "metadata": "x"}, "lacks or misuses a field"),
        ({"_id": "a", "title": "T", "text": "B", "tags": 5}, "lacks or misuses a field"),
        ({"_id": "a", "title": "T", "text": "B", "lang": "English"}, "locale: String should match"),
        ({"_id": "x" * 301, "title": "T", "text": "B"}, "id: Value should have at most 300"),
        ({"kind": "video", "id": "a", "title": "T", "body": "B"}, "kind 'video' is none of"),
        ({"kind": ["x"], "id": "a", "title": "T", "body": "B"}, "kind ['x'] is none of"),
        (
            {"kind": "article", "id": "a", "locale": "en", "title": "T", "body": "B", "titel": "x"},
            "titel: Extra inputs are not permitted",
        ),
        ({"kind": "article", "id": "a", "locale": "en", "body": "B"}, "title: Field required"),
        ({"kind": "macro", "id": "a", "locale": "en", "title": "T"}, "body: Field required"),
        ({"kind": "macro", "locale": "en", "title": "T", "body": "B"}, "id: "),
        ({"kind": "ticket", "id": "a"}, "messages: Field required"),
        ({"id": "a", "messages": []}, "messages: "),
        ({"id": "a", "messages": "x"}, "messages: "),
        ({"id": "a", "messages": ["x"]}, "messages.0: "),
        ({"id": "a", "messages": [{"author": "bot", "text": "x"}]}, "messages.0.author: "),
        ({"id": "a", "subject": 5, "messages": [{"author": "rep", "text": "x"}]}, "subject: "),
        (thread(created=None), "lacks or misuses a field"),
        (thread(created="yesterday"), "valid datetime"),
        (thread(replies=None), "lacks or misuses a field"),
        (thread(replies=["x"]), "lacks or misuses a field"),
        (thread(replies=[{"body": "x"}]), "'created'"),
        (thread(title=None, body=None), "subject: Input should be a valid string"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_record_that_lacks_or_misuses_a_field_says_which(
    tmp_path: Path, record: dict[str, Any], expected: str
) -> None:
    assert expected in reason(tmp_path, record)


@pytest.mark.parametrize("count", ["Infinity", "1e999", "NaN", '"many"', "[]"])
def test_a_count_that_is_no_number_is_reported(tmp_path: Path, count: str) -> None:
    record = thread()
    record["replies"][0]["helpful"] = "COUNT"
    line = encoded(record).replace(b'"COUNT"', count.encode())
    if count == "[]":
        (item,) = items(tmp_path, line)
        assert isinstance(item, SourceDocument)
    else:
        assert "lacks or misuses a field" in reason(tmp_path, line)


def test_lone_surrogates_and_nul_never_reach_the_store(tmp_path: Path) -> None:
    line = (
        rb'{"kind": "ticket", "id": "t\u0000", "locale": "en", "subject": "a\ud800b",'
        rb' "group": "\udfff", "channel": "\ud800", "tags": ["x\ud800"],'
        rb' "customer": {"name": "\ud800", "email": "\ud800", "phone": "\ud800"},'
        rb' "messages": [{"author": "customer", "text": "a\u0000\ud800"}]}'
    )
    (item,) = items(tmp_path, line)
    assert isinstance(item, SourceDocument)
    written = item.document.model_dump_json()
    assert "\\u" not in written
    assert Ticket.model_validate_json(written) == item.document
    assert (item.document.id, item.document.tags) == ("t", ("x",))


def test_blank_lines_are_no_problem_but_count_as_lines(tmp_path: Path) -> None:
    blank, bad = b"  \t", b"{"
    (problem,) = items(tmp_path, b"", blank, bad, b"")
    assert isinstance(problem, Problem)
    assert problem.origin.endswith(":3")


def test_a_byte_order_mark_and_windows_line_endings_are_no_content(tmp_path: Path) -> None:
    found = items(tmp_path, b"\xef\xbb\xbf" + GOOD + b"\r", GOOD + b"\r")
    assert [isinstance(item, SourceDocument) for item in found] == [True, True]


def test_unicode_line_separators_do_not_end_a_line(tmp_path: Path) -> None:
    record = '{"_id": "a", "title": "T", "text": "one\u2028two\x85three", "lang": "en"}'
    (item,) = items(tmp_path, record.encode())
    assert isinstance(item, SourceDocument)
    assert isinstance(item.document, Article)
    assert item.document.body == "one\ntwo\nthree"


def test_a_line_of_20_megabytes_is_skipped_without_stopping(tmp_path: Path) -> None:
    assert reason(tmp_path, b'{"_id": "big", "text": "' + b"x" * 20_000_000 + b'"}') == (
        f"is longer than the limit of {LIMIT} bytes"
    )


def test_an_overlong_last_line_without_an_end_is_skipped(tmp_path: Path) -> None:
    good, problem = items(tmp_path, GOOD, b"x" * 200_000, limit=100)
    assert isinstance(good, SourceDocument)
    assert isinstance(problem, Problem)


@pytest.mark.parametrize(("extra", "kept"), [(0, True), (1, False)])
@pytest.mark.parametrize("end", [(), (b"",)], ids=["at the end", "before another"])
def test_a_line_may_be_exactly_as_long_as_the_limit(
    tmp_path: Path, extra: int, kept: bool, end: tuple[bytes, ...]
) -> None:
    line = GOOD.ljust(100 + extra)
    found = items(tmp_path, line, *end, limit=100)
    assert [isinstance(item, SourceDocument) for item in found] == [kept]


def test_an_empty_file_has_no_documents(tmp_path: Path) -> None:
    assert items(tmp_path) == []


def test_a_file_that_disappeared_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "gone.jsonl"
    assert list(read_jsonl(path, max_document_bytes=LIMIT)) == [
        Problem(str(path), "cannot be read: No such file or directory")
    ]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
_fields = st.sampled_from(
    ["_id", "id", "kind", "text", "body", "title", "lang", "locale", "group", "messages", "replies",
     "created", "author", "metadata", "tags", "updated", "spam", "subject", "customer", "self"]
)  # fmt: skip
_values = _json | st.sampled_from(["article", "ticket", "macro", "en", "T", [{"body": "x"}]])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_fields, _values))
def test_no_record_whatsoever_ends_the_run(tmp_path: Path, record: dict[str, Any]) -> None:
    (item,) = items(tmp_path, encoded(record))
    if isinstance(item, SourceDocument):
        item.document.model_dump_json()
    else:
        assert item.reason
