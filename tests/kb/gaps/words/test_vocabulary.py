"""Customers' words that articles lack, and what they mean."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from indexer.pipeline import index
from kb.config import load_settings
from kb.expansion import Synonyms, Wording
from kb.gaps.journeys import Click, Search
from kb.gaps.words.lexicon import vocabulary_of
from kb.gaps.words.units import units_of
from kb.gaps.words.vocabulary import Title, vocabulary
from kb.gaps.words.vocabulary_rows import VocabularyRow
from kb.snapshot import open_current
from kb.store import Store
from kb.text import analyse
from tests.fakes import BagOfWordsEmbedder

NOON = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
TITLES = {
    "password.en": Title("Reset your password", "en"),
    "login.en": Title("Two-step verification", "en"),
    "pump.en": Title("Pump noise", "en"),
    "lamp.en": Title("Lamp hours", "en"),
    "refund.en": Title("When refunds arrive", "en"),
    "password.fa": Title("بازیابی رمز عبور", "fa"),
    "pump.fa": Title("صدای پمپ", "fa"),
    "lamp.fa": Title("ساعت کار چراغ", "fa"),
    "password.zh": Title("重置密码", "zh"),
    "pump.zh": Title("水泵噪音", "zh"),
    "lamp.zh": Title("植物灯时间", "zh"),
}
TEXTS = {
    "en": ["my reset your password", "two-step verification", "pump noise", "lamp hours and light",
           "when refunds arrive", "sign in with a code", "how to", "the", "why does", "it"],
    "fa": ["بازیابی رمز عبور", "صدای پمپ", "ساعت کار چراغ", "چطور", "من", "را", "کنم", "است"],
    "zh": ["重置密码", "水泵噪音", "植物灯时间", "怎么", "我", "忘记", "了", "办"],
}  # fmt: skip


class Words:
    """A lexicon over a few passages."""

    def __init__(self, texts: dict[str, list[str]] | None = None) -> None:
        self._passages = {
            language: [{term.text for term in analyse(text, language)} for text in passages]
            for language, passages in (texts or TEXTS).items()
        }

    def passages(self, language: str) -> int:
        return len(self._passages.get(language, ()))

    def holding(self, terms: Sequence[str], language: str) -> int:
        return sum(set(terms) <= passage for passage in self._passages.get(language, ()))

    def similar(self, term: str) -> str | None:
        known = {word for passages in self._passages.values() for one in passages for word in one}
        return next((w for w in known if len(w) == len(term) and _one_apart(w, term)), None)


def _one_apart(one: str, other: str) -> bool:
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


_number = iter(range(10**9))


def search(
    query: str, article: str = "", *, clicked: bool = True, session: str | None = None, **more: Any
) -> Search:
    number = next(_number)
    defaults: dict[str, Any] = {
        "id": f"s{number}", "at": NOON + dt.timedelta(seconds=number),
        "session": f"visit {number}" if session is None else session, "query": query,
        "language": article.rpartition(".")[2] or "en", "role": "customer",
        "channel": "help_center", "confidence": 0.4, "outcome": "related",
        "hits": (article,) if article else (), "results": 1,
        "clicks": [Click(article, 1)] if clicked and article else [],
    }  # fmt: skip
    return Search(**(defaults | more))


def others() -> list[Search]:
    """Ordinary searches, so that there is something to compare with."""
    return [
        search(query, article)
        for query, article in (
            ("pump noise", "pump.en"), ("lamp hours", "lamp.en"), ("refunds arrive", "refund.en"),
            ("صدای پمپ", "pump.fa"), ("ساعت چراغ", "lamp.fa"),
            ("水泵噪音", "pump.zh"), ("植物灯时间", "lamp.zh"),
        )
        for _ in range(10)
    ]  # fmt: skip


def rows_of(searches: Iterable[Search], **more: Any) -> list[VocabularyRow]:
    return vocabulary([*others(), *searches], more.pop("lexicon", Words()), TITLES, **more)


def proposed(row: VocabularyRow) -> list[str]:
    return [proposal.word for proposal in row.proposals]


@pytest.mark.parametrize(
    ("query", "article", "word", "means"),
    [
        ("reset Passcodes", "password.en", "Passcodes", "password"),
        ("بازیابی پسوردم", "password.fa", "پسوردم", "عبور"),
        ("重置口令", "password.zh", "口令", "密码"),
    ],
)
def test_a_new_word_means_the_words_of_the_article_that_those_who_use_it_open(
    query, article, word, means
) -> None:
    (row,) = rows_of(search(query, article) for _ in range(4))
    assert (row.word, row.language, row.kind, row.people) == (word, article[-2:], "word", 4)
    assert means in proposed(row)
    best = row.proposals[0]
    assert (best.article, best.evidence, best.association) == (article, 4, 1.0)
    assert row.examples == (query,)
    assert row.score == 4


def test_what_the_question_says_itself_is_not_what_the_new_word_means() -> None:
    (row,) = rows_of(search("reset my passcode", "password.en") for _ in range(4))
    assert "password" in proposed(row)
    assert not any("reset" in word.casefold() for word in proposed(row))


def test_one_shouting_visit_is_no_evidence() -> None:
    assert rows_of(search("passcode", "password.en", session="loud") for _ in range(500)) == []
    assert rows_of(search("passcode", "password.en") for _ in range(2)) == []


def test_a_row_of_an_imported_log_counts_as_often_as_it_was_asked() -> None:
    (row,) = rows_of([search("passcode", "password.en", session="", times=7)])
    assert row.people == 7


def test_staff_do_not_count() -> None:
    assert rows_of(search("passcode", "password.en", role="rep") for _ in range(9)) == []


def test_the_next_successful_search_of_a_visit_tells_what_was_meant() -> None:
    asked = []
    for n in range(4):
        asked.append(search("passcode", session=f"v{n}", outcome="nothing"))
        asked.append(search("password", "password.en", session=f"v{n}"))
    (row,) = rows_of(asked)
    assert proposed(row)[0] == "password"
    late = [
        search(s.query, *s.hits[:1], session=s.session, at=s.at + dt.timedelta(hours=n % 2))
        for n, s in enumerate(asked)
    ]
    assert rows_of(late) == []


def test_the_first_hit_tells_unless_nothing_was_near_or_the_team_was_contacted() -> None:
    def found(**more: Any) -> list[VocabularyRow]:
        return rows_of(search("passcode", "password.en", clicked=False, **more) for _ in range(4))

    assert "password" in proposed(found()[0])
    assert found(outcome="nothing") == []
    assert found(contacted=True) == []


def test_an_article_that_was_voted_down_is_not_what_was_meant() -> None:
    asked = [search("passcode", "pump.en", voted_down=["pump.en"]) for _ in range(4)]
    assert [row for row in rows_of(asked) if "Pump" in proposed(row)] == []


def test_a_word_whose_people_end_up_anywhere_is_not_explained() -> None:
    asked = [
        search("hello", article) for article in ("pump.en", "lamp.en", "refund.en") for _ in "abcd"
    ]
    assert rows_of(asked) == []


def test_words_of_articles_numbers_names_and_codes_are_no_new_words() -> None:
    queries = ("your password", "4711 123456", "[NAME] [EMAIL]", "a1b2c3d4 99999999", "ab")
    assert rows_of(search(query, "pump.en") for query in queries for _ in range(5)) == []


def test_a_misspelling_is_listed_as_one_without_proposals_after_the_words() -> None:
    asked = [search("passwort", "password.en") for _ in range(4)]
    asked += [search("passcode", "password.en") for _ in range(4)]
    rows = rows_of(asked)
    assert [(row.word, row.kind) for row in rows] == [
        ("passcode", "word"),
        ("passwort", "misspelling"),
    ]
    assert rows[1].proposals == ()


def test_known_words_that_articles_never_put_together_are_a_phrase() -> None:
    (row,) = rows_of(search("light code", "login.en") for _ in range(4))
    assert (row.word, row.kind) == ("light code", "phrase")
    assert "verification" in proposed(row)


def test_new_words_that_come_together_are_one_phrase_and_others_are_not() -> None:
    together = [search("magic token", "login.en") for _ in range(4)]
    assert [row.word for row in rows_of(together)] == ["magic token"]
    apart = [search("magic", "login.en") for _ in range(9)]
    assert "magic" in [row.word for row in rows_of(together + apart)]
    assert "magic token" not in [row.word for row in rows_of(together + apart)]


def test_a_language_without_articles_lacks_translations_not_words() -> None:
    asked = [search("passcode", "password.en", language="de") for _ in range(5)]
    assert rows_of(asked) == []


def test_a_word_with_synonyms_is_settled() -> None:
    known = Synonyms([(Wording("passcode"), Wording("password"))], ("en", "fa", "zh"))
    asked = [search("passcodes", "password.en") for _ in range(5)]
    assert rows_of(asked, synonyms=known) == []


def test_the_words_that_most_people_need_come_first() -> None:
    asked = [search("gizmo", "pump.en") for _ in range(4)]
    asked += [search("passcode", "password.en") for _ in range(8)]
    assert [row.word for row in rows_of(asked)] == ["passcode", "gizmo"]


def test_a_word_of_one_long_question_is_only_said_in_passing() -> None:
    long = "please tell why my passcode never seems accepted anymore"
    assert rows_of(search(long, "password.en") for _ in range(5)) == []
    asked = [search(long, "password.en") for _ in range(3)]
    asked += [search("forgot passcode", "password.en") for _ in range(2)]
    assert [row.word for row in rows_of(asked)] == ["passcode"]


@pytest.mark.parametrize(
    ("text", "language", "surfaces"),
    [
        ("Wi-Fi passwords", "en", ["Wi-Fi", "passwords", "Wi-Fi passwords"]),
        ("رمز عبورهایم، پمپ", "fa", ["رمز", "عبورهایم", "پمپ", "رمز عبورهایم"]),
        ("忘记口令了", "zh", ["忘记", "口令", "忘记口令"]),
        ("I lost [ORDER_ID] key", "en", ["lost", "key"]),
        ("pump. lamp", "en", ["pump", "lamp"]),
    ],
)
def test_units_are_words_and_neighbours_as_written(text, language, surfaces) -> None:
    assert [unit.surface for unit in units_of(text, language)] == surfaces


def test_a_hostile_query_is_read_from_its_beginning() -> None:
    assert len(units_of("=HYPERLINK(passcode) " * 10_000, "en")) < 100
    assert units_of("‌" * 100_000 + "[" * 100_000, "fa") == []


def test_the_index_answers_what_articles_say(tmp_path) -> None:
    settings = load_settings(data_dir=tmp_path / "data")
    records = [
        {"_id": key, "lang": title.language, "title": title.text, "text": title.text}
        for key, title in TITLES.items()
    ]
    path = tmp_path / "docs.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in records), encoding="utf-8")
    store = Store(settings.store_url)
    embedder = BagOfWordsEmbedder()
    index([path], settings, store, embedder)
    store.close()
    articles = open_current(settings.index_dir, embedder.fingerprint).collections["help"]
    asked = [search("passcode", "password.en") for _ in range(4)]
    asked += [search("口令", "password.zh") for _ in range(4)]
    rows = vocabulary_of([*others(), *asked], articles, Synonyms())
    assert {row.word for row in rows} == {"passcode", "口令"}
    lexicon_rows = {row.word: proposed(row) for row in rows}
    assert "密码" in lexicon_rows["口令"]
