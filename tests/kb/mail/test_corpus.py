"""Mails of three languages and many mail programs, each with what its author wrote."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.mail import read_mail

FOLDER = Path(__file__).parent / "mails"
MAILS: dict[str, dict[str, Any]] = {
    f"{path.stem}-{mail['id']}": mail
    for path in sorted(FOLDER.glob("*.yaml"))
    for mail in yaml.safe_load(path.read_text(encoding="utf-8"))
}
mails = pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)


def test_the_corpus_holds_at_least_twenty_mails_of_each_language() -> None:
    count = Counter(name.split("-")[0] for name in MAILS)
    assert set(count) == {"en", "fa", "zh"}
    assert min(count.values()) >= 20


@mails
def test_what_the_author_wrote_is_found(mail: dict[str, Any]) -> None:
    written = read_mail(mail["text"]).written
    assert written == mail.get("written", written).strip()
    for sentence in mail.get("has", []):
        assert sentence in written
    for sentence in mail.get("lacks", []):
        assert sentence not in written


@mails
def test_the_other_parts_are_where_they_belong(mail: dict[str, Any]) -> None:
    found = read_mail(mail["text"])
    for name in ("quoted", "signature", "forwarded"):
        for sentence in mail.get(name, []):
            assert sentence in getattr(found, name)
    assert bool(found.forwarded) == ("forwarded" in mail)


@mails
def test_messages_that_nobody_wrote_are_recognised(mail: dict[str, Any]) -> None:
    assert read_mail(mail["text"]).automatic == mail.get("automatic", False)


@mails
def test_windows_line_ends_make_no_difference(mail: dict[str, Any]) -> None:
    assert read_mail(mail["text"].replace("\n", "\r\n")) == read_mail(mail["text"])


@mails
def test_reading_what_was_written_again_changes_nothing(mail: dict[str, Any]) -> None:
    written = read_mail(mail["text"]).written
    assert written
    assert read_mail(written).written == written
