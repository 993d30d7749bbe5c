"""The search log of the sample help center holds what its README says, and gaps come out of it."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from indexer.sources import open_source
from kb.config import Settings, load_settings
from kb.gaps.journeys import journeys
from kb.gaps.missing.questions import question_key
from kb.gaps.report import GapReport
from kb.gaps.service import GapDesk
from kb.parameters import packaged_parameters
from kb.search_logs import Reader, find_columns, read_table
from kb.search_logs.importing import ImportReport, import_searches
from kb.service import KnowledgeBase
from kb.store import Store
from kb.text import detect_language, fold

ARTICLES = Path(__file__).resolve().parent.parent.parent / "articles"
SEARCHES = ARTICLES / "searches"
NOW = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
LANGUAGES = ("en", "fa", "zh")

Row = Mapping[str, str]


def read(name: str) -> list[Row]:
    with (SEARCHES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def log() -> list[Row]:
    return read("log.csv")


@pytest.fixture(scope="module")
def readme() -> str:
    return (SEARCHES / "README.md").read_text(encoding="utf-8")


def people(rows: Sequence[Row]) -> int:
    return len({row["session"] for row in rows})


def imported(settings: Settings, store: Store) -> ImportReport:
    table = read_table((SEARCHES / "log.csv").read_bytes(), find_columns)
    report = ImportReport.of("log.csv", table, dry_run=False)
    import_searches(Reader.of(table, NOW), report, settings, store, "ab" * 32)
    return report


@pytest.fixture(scope="module")
def settings(sample: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("searched") / "data"
    shutil.copytree(sample.data_dir, folder)
    return load_settings(data_dir=folder, event_retention_days=0)


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def first_import(settings: Settings, store: Store) -> ImportReport:
    return imported(settings, store)


@pytest.fixture(scope="module")
def report(settings: Settings, store: Store, first_import: ImportReport, embedder) -> GapReport:
    assert first_import.rows
    served = KnowledgeBase(settings, embedder, packaged_parameters())
    return GapDesk(store, served, settings, now=lambda: NOW).refresh()


def test_the_log_is_no_content() -> None:
    assert list(open_source(SEARCHES, max_document_bytes=5_000_000)) == []


def test_every_row_is_imported_and_every_click_is_on_one_of_our_articles(
    log: list[Row], first_import: ImportReport
) -> None:
    assert (first_import.wrong, first_import.problems, first_import.too_old) == (0, [], 0)
    assert (first_import.rows, first_import.unknown_articles) == (len(log), 0)
    assert first_import.new_events == first_import.events


def test_nothing_personal_is_left_after_import(store: Store, first_import: ImportReport) -> None:
    assert first_import.rows
    texts = [search.query for search in journeys(store.events.visits()).searches]
    assert sum("[EMAIL]" in text for text in texts) == 3
    assert sum("[PHONE]" in text for text in texts) == 3
    assert [text for text in texts if "@" in text or re.search(r"\d{4}", fold(text))] == []


def test_the_log_has_the_numbers_that_its_readme_tells(log: list[Row], readme: str) -> None:
    of_locale = {row["session"]: row["locale"] for row in log}
    locales = [sum(of == language for of in of_locale.values()) for language in LANGUAGES]
    en, fa, zh = locales
    opened = [row for row in log if row["clicked article"]]
    contacted = [row for row in log if row["contacted"] == "yes"]
    for line in (
        f"| rows | {len(log):,} (150 of them one visit) |",
        f"| visits | {len(of_locale)}: en {en}, fa {fa}, zh {zh} |",
        f"| different questions | {len({row['query'] for row in log})} |",
        f"| visits that opened an article | {people(opened)} |",
        f"| visits that contacted the team | {people(contacted)} |",
        f"| from, to | {log[0]['timestamp'][:10]}, {log[-1]['timestamp'][:10]} (UTC) |",
    ):
        assert line in readme
    shouting = [row["session"] for row in log if row["query"] == "let me talk to a real person"]
    assert (len(shouting), len(set(shouting))) == (150, 1)


def test_what_is_planted_is_asked_by_as_many_people_as_the_readme_tells(
    log: list[Row], readme: str
) -> None:
    gap_of = {(row["locale"], row["query"]): row["gap"] for row in read("planted.csv")}
    asked: dict[str, list[Row]] = defaultdict(list)
    for row in log:
        asked[gap_of.get((row["locale"], row["query"]), "")].append(row)
    for gap in set(gap_of.values()):
        theirs = asked[gap]
        each = [people([r for r in theirs if r["locale"] == language]) for language in LANGUAGES]
        counts = " | ".join(map(str, [people(theirs), *each]))
        assert re.search(rf"\| `{gap}` \| [^|]+ \| {re.escape(counts)} \|", readme), counts
    recent = [row for row in asked["winter"] if row["timestamp"] >= "2026-10-19"]
    assert people(recent) > 0.8 * people(asked["winter"])


def test_opened_articles_and_new_words_are_as_the_readme_tells(log: list[Row], readme: str) -> None:
    for article in ("low-water-alert-wrong.en", "connect-wifi.fa"):
        opened = [row for row in log if row["clicked article"] == article]
        let_down = people([row for row in opened if row["contacted"] == "yes"])
        assert re.search(rf"`{article}`, (opened by )?{people(opened)},? \D+ {let_down}", readme)
    translations = re.findall(r"\| `([\w.-]+)` \| (\w\w) \| (\d+) \| (\d+) \|", readme)
    assert len(translations) == 3
    for article, locale, readers, contacts in translations:
        opened = [r for r in log if (r["clicked article"], r["locale"]) == (article, locale)]
        assert people(opened) == int(readers)
        assert people([row for row in opened if row["contacted"] == "yes"]) == int(contacts)
    words = re.findall(r"\| (\S+) \| (\d+) \| [^|]+ \| `([\w.-]+)` \|", readme)
    assert len(words) == 9
    for word, count, article in words:
        using = {row["session"] for row in log if word in row["query"].lower()}
        led = {row["session"] for row in log if row["clicked article"] == article}
        assert len(using) == int(count)
        assert using <= led


def test_questions_are_in_the_language_of_their_page_but_for_latin_letters(log: list[Row]) -> None:
    latin = set()
    for row in log:
        found = detect_language(row["query"], LANGUAGES, "en")
        if found != row["locale"]:
            assert found == "en"
            assert row["query"].isascii()
            latin.add(row["query"])
    assert 3 <= len(latin) <= 10


def test_no_question_is_one_of_the_golden_ones(log: list[Row]) -> None:
    golden = (ARTICLES / "golden" / "queries.jsonl").read_text(encoding="utf-8")
    known = {fold(text) for text in re.findall(r'"text": "(.*?)"[,}]', golden)}
    assert known
    assert {row["query"] for row in log if fold(row["query"]) in known} == set()


def test_what_grows_leads_the_report_and_what_one_person_shouts_is_not_in_it(
    report: GapReport,
) -> None:
    gap_of = {question_key(r["query"], r["locale"]): r["gap"] for r in read("planted.csv")}
    about = [{gap_of.get(key, "") for key in gap.members} for gap in report.missing]
    assert "winter" in about[0]
    assert {"winter", "power"} <= set().union(*about[:8])
    assert {"winter", "power", "own-seeds", "disposal"} <= set().union(*about)
    members = {key for gap in report.missing for key in gap.members}
    for text in ("let me talk to a real person", "hello", "asdfghjk"):
        assert question_key(text, "en") not in members


def test_articles_that_do_not_help_and_wanted_translations_lead_their_lists(
    report: GapReport,
) -> None:
    weak = [one.article.id for one in report.health.weak]
    assert weak == ["low-water-alert-wrong.en", "connect-wifi.fa"]
    wanted = [
        (one.article.id, one.language, one.asked) for one in report.health.missing_translations
    ]
    assert wanted[:3] == [
        ("hard-water.en", "zh", 15),
        ("customs-duties.en", "fa", 9),
        ("voice-assistants.en", "fa", 5),
    ]


def test_the_customers_words_get_the_articles_words_as_synonyms(report: GapReport) -> None:
    proposed = {row.word: {one.word for one in row.proposals} for row in report.vocabulary}
    for word, meant in {
        "voucher": "gift card", "passcode": "password", "charger": "adapter", "پسورد": "رمز",
        "ضمانت": "گارانتی", "عودت": "مرجوع", "质保": "保修", "代金券": "礼品", "水碱": "除垢",
    }.items():  # fmt: skip
        assert meant in proposed.get(word, set()), word
