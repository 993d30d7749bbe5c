"""`kb vocabulary …`: proposals, the synonyms file, and what it does to search."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

import kb.service
from indexer.pipeline import index
from kb.config import load_settings
from kb.events import ResultClicked, SearchMade
from kb.gaps.words.vocabulary_rows import Proposal, VocabularyRow
from kb.store import Store
from kb.synonyms import read_entries, synonyms_path
from tests.eval.tiny import write_dataset
from tests.fakes import BagOfWordsEmbedder
from tests.kb.gaps.made import report

NOW = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
WORDS = (("passcode", "en", "password"), ("پسورد", "fa", "رمز عبور"), ("口令", "zh", "密码"))
ARTICLES = [
    {"_id": f"{topic}.{language}", "lang": language, "title": title, "text": text}
    for language, articles in {
        "en": {
            "password": ("Reset your password", "Open the login page."),
            "pump": ("Pump noise", "Clean the filter every month."),
            "lamp": ("Lamp hours", "The lamp shines fourteen hours."),
        },
        "fa": {
            "password": ("بازیابی رمز عبور", "صفحهٔ ورود را باز کنید."),
            "pump": ("صدای پمپ", "فیلتر را هر ماه تمیز کنید."),
        },
        "zh": {
            "password": ("重置密码", "打开登录页面。"),
            "pump": ("水泵噪音", "每月清洗过滤器。"),
        },
    }.items()
    for topic, (title, text) in articles.items()
]


@pytest.fixture
def kb_(command_line, monkeypatch, tmp_path):
    """Run `kb ARGS`; returns (exit code, stdout, stderr)."""
    monkeypatch.setattr(kb.service, "build_embedder", lambda settings: BagOfWordsEmbedder())
    monkeypatch.setenv("KB_CONTENT_DIR", str(tmp_path / "articles"))
    monkeypatch.setenv("COLUMNS", "300")
    return command_line


@pytest.fixture
def indexed(kb_, tmp_path):
    settings = load_settings()
    path = tmp_path / "docs.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in ARTICLES), encoding="utf-8")
    store = Store(settings.store_url)
    index([path], settings, store, BagOfWordsEmbedder())
    yield store
    store.close()


@pytest.fixture
def dataset(tmp_path):
    """Three questions in the customers' words, in three languages, and one without an answer."""
    queries = [
        {"_id": "en", "text": "passcode", "lang": "en"},
        {"_id": "fa", "text": "پسورد", "lang": "fa"},
        {"_id": "zh", "text": "口令", "lang": "zh"},
        {"_id": "pump", "text": "pump noise", "lang": "en"},
        {"_id": "none", "text": "zebra quagga", "lang": "en"},
    ]
    qrels = [(lang, f"password.{lang}", 1) for lang in ("en", "fa", "zh")]
    write_dataset(tmp_path / "tiny", ARTICLES, queries, [*qrels, ("pump", "pump.en", 1)])
    return tmp_path / "tiny"


def searched(store, query, locale, article, count, start=0):
    for n in range(start, start + count):
        occasion = f"{query} {n}"
        store.events.append(
            SearchMade(
                occasion=occasion, session=occasion, query=query, locale=locale, hits=(article,),
                confidence=0.4, outcome="related", channel="help_center",
            ),
            NOW,
        )  # fmt: skip
        click = ResultClicked(occasion=occasion, session=occasion, article=article, position=1)
        store.events.append(click, NOW)


def test_what_nobody_searched_lacks_no_word(kb_, indexed):
    code, out, _ = kb_("vocabulary", "list")
    assert code == 0
    assert "no search is recorded" in out


def test_words_are_listed_with_what_they_mean_in_three_languages(kb_, indexed):
    for query, locale in (("passcode", "en"), ("پسورد", "fa"), ("口令", "zh")):
        searched(indexed, query, locale, f"password.{locale}", 5)
        searched(indexed, f"{locale} ordinary", locale, f"pump.{locale}", 8)
    code, out, _ = kb_("vocabulary", "list")
    assert code == 0
    assert "kb vocabulary accept" in out
    _, printed, _ = kb_("vocabulary", "list", "--json")
    document = json.loads(printed)
    rows = {row["word"]: row for row in document["words"]}
    assert {"passcode", "پسورد", "口令"} <= rows.keys()
    assert all(word in out for word in rows)
    assert "密码" in [proposal["word"] for proposal in rows["口令"]["proposals"]]
    assert rows["passcode"]["people"] == 5
    assert document["definitions"].keys() >= {"people", "score", "evidence"}
    _, later, _ = kb_("vocabulary", "list", "--since", "2026-12-01", "--json")
    assert json.loads(later)["words"] == []


def reported(store, computed_at):
    rows = tuple(
        VocabularyRow(
            word=word, language=language, kind="word", people=7, examples=(f"my {word}",),
            proposals=(
                Proposal(word=meant, language=language, article="a", evidence=6, association=0.9),
            ),
            score=6.3,
        )
        for word, language, meant in WORDS
    )  # fmt: skip
    made = report(vocabulary=rows, computed_at=computed_at)
    store.gaps.save_report("gaps", made.model_dump_json(), 1, computed_at)


@pytest.fixture
def reported_today(kb_):
    store = Store(load_settings().store_url)
    reported(store, dt.datetime.now(dt.UTC) - dt.timedelta(hours=2))
    store.close()


def test_a_report_of_today_is_read_and_named_without_loading_the_index(kb_, reported_today):
    code, out, _ = kb_("vocabulary", "list")
    assert code == 0  # nothing is indexed here
    assert all(word in out for word, _, _ in WORDS)
    assert "From the report on gaps, computed 20" in out
    assert "--fresh computes it now" in out
    document = json.loads(kb_("vocabulary", "list", "--limit", "2", "--json")[1])
    assert [row["word"] for row in document["words"]] == ["passcode", "پسورد"]
    assert (document["searches"], document["reported_at"][:2]) == (120, "20")
    assert kb_("vocabulary", "list", "--fresh")[0] == 2  # nothing is indexed
    assert kb_("vocabulary", "list", "--since", "2026-01-01")[0] == 2


def test_hostile_words_are_shown_without_control_characters_and_as_no_markup(kb_):
    text = "[bold]x[/] \x1b[31m\u202eevil"
    row = VocabularyRow(
        word=text, language="en", kind="word", people=3, examples=(text,), proposals=(), score=1
    )
    store = Store(load_settings().store_url)
    now = dt.datetime.now(dt.UTC)
    made = report(vocabulary=(row,), computed_at=now)
    store.gaps.save_report("gaps", made.model_dump_json(), 1, now)
    store.close()
    _, out, _ = kb_("vocabulary", "list")
    assert not {"\x1b", "\u202e"} & set(out)
    assert out.count("[bold]x[/]") == 2


def test_a_word_accepted_after_the_report_is_not_listed_again(kb_, reported_today):
    kb_("vocabulary", "accept", "پسورد", "رمز عبور", "--language", "fa")
    document = json.loads(kb_("vocabulary", "list", "--json")[1])
    assert [row["word"] for row in document["words"]] == ["passcode", "口令"]


def test_a_fresh_list_or_one_from_a_day_on_is_computed_whatever_the_report_says(kb_, indexed):
    reported(indexed, dt.datetime.now(dt.UTC))
    for option in (("--fresh",), ("--since", "2026-01-01")):
        document = json.loads(kb_("vocabulary", "list", *option, "--json")[1])
        assert (document["words"], document["reported_at"]) == ([], None)
        assert "From the report" not in kb_("vocabulary", "list", *option)[1]


@pytest.mark.parametrize("hours", [25, -25])
def test_a_report_of_another_day_is_not_read(kb_, indexed, hours):
    reported(indexed, dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours))
    assert json.loads(kb_("vocabulary", "list", "--json")[1])["words"] == []


def test_accepting_writes_the_file_once(kb_):
    path = synonyms_path(load_settings())
    code, out, _ = kb_("vocabulary", "accept", "passcode", "password", "--language", "en")
    assert (code, "added" in out) == (0, True)
    code, out, _ = kb_("vocabulary", "accept", "password", "passcode", "--language", "en")
    assert (code, "says so already" in out) == (0, True)
    kb_("vocabulary", "accept", "پسورد", "رمز عبور", "--one-way")
    entries = read_entries(path, ("en", "fa", "zh"))
    assert [len(list(entry.pairs())) for entry in entries] == [2, 1]
    assert entries[0].note.startswith("accepted 20")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("passcode", "passcode"), "give two different words"),
        (("passcode", "!!!"), "holds no letter"),
        (("passcode", "one two three four five"), "at most 4 words"),
        (("passcode", "password", "--language", "xx"), "no configured language"),
    ],
)
def test_what_can_be_no_synonym_is_refused_with_a_sentence(kb_, arguments, said):
    code, _, err = kb_("vocabulary", "accept", *arguments)
    assert code == 2
    assert said in err
    assert not synonyms_path(load_settings()).exists()


def test_checking_says_what_is_wrong_and_what_has_no_effect(kb_, indexed):
    code, out, _ = kb_("vocabulary", "check")
    assert (code, "There is no" in out) == (0, True)
    kb_("vocabulary", "accept", "passcode", "password")
    kb_("vocabulary", "accept", "zebra", "quagga")
    code, out, _ = kb_("vocabulary", "check")
    assert code == 0
    assert "2 entries" in out
    assert "Without effect, for nothing that is indexed says it: quagga, zebra" in out
    _, printed, _ = kb_("vocabulary", "check", "--json")
    assert json.loads(printed)["without_effect"] == [1]
    synonyms_path(load_settings()).write_text("[[synonym]]\nwords = 3\n", encoding="utf-8")
    code, _, err = kb_("vocabulary", "check")
    assert code == 2
    assert "line 1" in err


def test_checking_needs_no_index(kb_):
    kb_("vocabulary", "accept", "passcode", "password")
    code, out, err = kb_("vocabulary", "check")
    assert (code, "valid: 1 entry." in out, "nothing is indexed" in err) == (0, True, True)


def test_the_effect_is_shown_side_by_side_by_language(kb_, dataset):
    for word, proposal in (("passcode", "password"), ("پسورد", "رمز عبور"), ("口令", "密码")):
        kb_("vocabulary", "accept", word, proposal)
    code, printed, _ = kb_("vocabulary", "eval", dataset, "--json")
    effect = json.loads(printed)
    assert code == 0
    assert (effect["queries"], effect["expanded"], effect["unanswerable"]) == (5, 3, 1)
    rows = {(row["slice"], row["measure"]): row for row in effect["rows"]}
    assert {slice_ for slice_, _ in rows} == {"all", "locale:en", "locale:fa", "locale:zh"}
    assert all(
        row["queries"] == {"all": 4, "locale:en": 2}.get(row["slice"], 1) for row in effect["rows"]
    )
    assert effect["changes"] == len(effect["gains"]) + len(effect["losses"]) > 0
    everything = rows["all", "nDCG@10"]
    assert everything["difference"] == pytest.approx(
        everything["after"] - everything["before"], abs=1e-5
    )
    code, out, _ = kb_("vocabulary", "eval", dataset)
    assert code == 0
    assert "3 of 5 queries have a synonym" in out


def test_without_synonyms_there_is_no_effect(kb_, dataset):
    _, printed, _ = kb_("vocabulary", "eval", dataset, "--json")
    effect = json.loads(printed)
    assert (effect["expanded"], effect["changes"]) == (0, 0)
    assert all(row["difference"] == 0 for row in effect["rows"])


def test_a_synonym_that_makes_search_worse_is_refused_and_not_written(kb_, dataset, monkeypatch):
    import eval.vocabulary as measured

    original = measured.effect_of_synonyms

    def worse(*arguments, **options):
        effect = original(*arguments, **options)
        first, *others = effect.rows
        return replace(effect, rows=(replace(first, difference=-0.02), *others))

    monkeypatch.setattr(measured, "effect_of_synonyms", worse)
    arguments = ("vocabulary", "accept", "noise", "password", "--eval", dataset)
    code, out, _ = kb_(*arguments)
    assert (code, "refused: a language loses too much" in out) == (1, True)
    assert not synonyms_path(load_settings()).exists()
    code, printed, _ = kb_(*arguments, "--max-drop", "0.02", "--json")
    assert (code, json.loads(printed)["added"]) == (0, True)


def test_a_synonym_that_helps_is_measured_and_written(kb_, dataset):
    code, printed, _ = kb_("vocabulary", "accept", "口令", "密码", "--eval", dataset, "--json")
    document = json.loads(printed)
    assert (code, document["added"], document["effect"]["expanded"]) == (0, True, 1)


def test_a_run_of_the_harness_can_leave_the_synonyms_out(kb_, dataset, tmp_path):
    kb_("vocabulary", "accept", "passcode", "password")
    for option in ("--synonyms", "--no-synonyms"):
        out = tmp_path / option
        arguments = ("--systems", "lexical", "--out", out, option, "--json")
        assert kb_("eval", "run", dataset, *arguments)[0] == 0
    runs = [
        (tmp_path / option / "tiny" / "lexical.trec").read_text(encoding="utf-8")
        for option in ("--synonyms", "--no-synonyms")
    ]
    assert "en Q0 password.en" in runs[0]
    assert "en Q0 password.en" not in runs[1]


def test_a_broken_file_stops_a_measurement_with_its_line(kb_, dataset, tmp_path):
    kb_("vocabulary", "accept", "passcode", "password")
    synonyms_path(load_settings()).write_text("[[synonym]]\nwords = []\n", encoding="utf-8")
    code, _, err = kb_("eval", "run", dataset, "--out", tmp_path / "out")
    assert code == 2
    assert "line 1" in err
