"""Decisions about existing content, on SQLite, and on PostgreSQL where it is installed."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.errors import OperationalError
from kb.gaps.decisions.content import decided, pair_key, word_key
from kb.store import schema

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
PAIR = pair_key(["pump.en", "filter.en"])
WORD = word_key("پسورد", "fa")


def test_the_last_decision_about_a_subject_counts(store):
    store.content_decisions.decide(decided("pair", PAIR, "merge_later", at=NOON, who="Mina"))
    later = decided("pair", PAIR, "keep_both", at=NOON + dt.timedelta(days=1), who="Jun")
    store.content_decisions.decide(later)
    assert store.content_decisions.of("pair") == {PAIR: later}


def test_kinds_of_subjects_are_apart(store):
    refused = decided("word", WORD, "not_a_synonym", at=NOON)
    store.content_decisions.decide(refused)
    store.content_decisions.decide(decided("pair", PAIR, "keep_both", at=NOON))
    assert store.content_decisions.of("word") == {WORD: refused}


def test_what_is_taken_back_is_gone_and_only_once(store):
    store.content_decisions.decide(decided("word", WORD, "not_a_synonym", at=NOON))
    assert store.content_decisions.take_back("word", WORD)
    assert not store.content_decisions.take_back("word", WORD)
    assert store.content_decisions.of("word") == {}


def test_no_text_of_a_word_is_stored(store):
    store.content_decisions.decide(decided("word", WORD, "not_a_synonym", at=NOON))
    assert store.mentions("پسورد") == {}


def test_a_database_that_cannot_be_written_is_named(store):
    with store._engine.begin() as connection:
        schema.content_decisions.drop(connection)
    try:
        with pytest.raises(OperationalError, match="cannot be written"):
            store.content_decisions.take_back("word", WORD)
    finally:
        with store._engine.begin() as connection:
            schema.content_decisions.create(connection)
