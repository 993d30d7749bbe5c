"""Article health, duplicates, translations and words."""

from __future__ import annotations

import datetime as dt

import pytest

from api.pages.desk.translations import matrix
from kb.authoring.listing import Listed
from kb.gaps.decisions.content import pair_key
from kb.gaps.words.vocabulary_rows import Proposal, VocabularyRow
from kb.models import Article
from kb.synonyms import read_entries, synonyms_path
from tests.api.pages.desk.house import text_of, texts
from tests.kb.gaps.made import report
from tests.kb.gaps.mended import (
    contradiction,
    duplicate,
    figures,
    health,
    missing,
    outdated,
    ref,
    stale,
    weak,
)

PAIR = pair_key(["pump.zh", "pump-copy.zh"])
WORDS = (
    VocabularyRow(
        word="passcode", language="en", kind="word", people=4, examples=("reset passcode",),
        proposals=(
            Proposal(word="password", language="en", article="connect-wifi.en", evidence=4,
                     association=0.8),
            Proposal(word="login", language="en", article="gone.en", evidence=2, association=0.5),
        ), score=3.2,
    ),
    VocabularyRow(word="پسورد", language="fa", kind="word", people=3, examples=("پسورد یادم رفته",),
                  proposals=(Proposal(word="رمز عبور", language="fa", article="x.fa", evidence=3,
                                      association=1.0),), score=3.0),
    VocabularyRow(word="wiffi", language="en", kind="misspelling", people=3, examples=(),
                  proposals=(), score=0),
)  # fmt: skip


@pytest.fixture
def desk(writing):
    writing.report(report(health=health(), vocabulary=WORDS))
    return writing


# Health


def test_an_article_that_does_not_help_is_shown_with_what_readers_did(desk):
    desk.report(report(health=health(weak=(weak(vote_reasons={"outdated": 3}),))))
    card = text_of(desk.page("/desk/health"), "li.card")
    assert "9 of 12 readers were let down." in card
    assert "7 contacted the team after reading it." in card
    assert "4 voted that it did not help." in card
    assert "Reps passed it over 6 of the 7 times it was suggested." in card
    assert "wifi keeps dropping 5 people" in card
    assert "Which button?" in card
    assert "Out of date 3 people" in card


def test_what_moved_on_is_told_with_both_sentences(desk):
    card = text_of(desk.page("/desk/health", kind="stale"), "li.card")
    assert "Tickets about it grow: 12 in the last eight weeks, 4 in the eight before." in card
    assert "مخزن را هر ۱۴ روز پر کنید." in card
    assert "مخزن را هر ۳۰ روز پر کنید." in card


def test_all_articles_are_a_table_that_can_be_sorted_and_filtered(desk):
    rows = tuple(
        figures(name, let_down=let_down, shown=shown)
        for name, let_down, shown in (("a.en", 1, 50), ("b.fa", 3, 10), ("c.zh", 2, 90))
    )
    desk.report(report(health=health(articles=rows)))

    def order(**asked):
        links = desk.page("/desk/health", kind="all", **asked).css("tbody th a")
        return [link.attributes["href"].partition("?")[0].rpartition("/")[2] for link in links]

    assert order() == ["b.fa", "c.zh", "a.en"]
    assert order(sort="shown") == ["c.zh", "a.en", "b.fa"]
    assert order(language="fa") == ["b.fa"]
    assert order(q="水泵") == ["c.zh"]
    table = desk.page("/desk/health", kind="all", sort="shown")
    assert text_of(table, "th[aria-sort=descending]") == "Shown"
    assert desk.get("/desk/health.csv", kind="all").text.count("\r\n") == 4


def test_an_article_with_a_file_can_be_edited(desk):
    folder = desk.content / "help" / "wifi"
    folder.mkdir(parents=True)
    (folder / "en.md").write_text("---\nid: wifi.en\nlocale: en\ntitle: Wi-Fi\n---\nText\n")
    page = desk.page("/desk/health")
    edit = page.css_first("li.card .actions a").attributes["href"]
    assert edit == "/desk/articles/edit?path=help%2Fwifi%2Fen.md&locale=en"


# Duplicates


def test_articles_that_are_there_twice_are_compared_line_by_line(desk):
    page = desk.page(f"/desk/duplicates/{PAIR}")
    assert texts(page, "tbody mark.gone") == ["月"]
    assert "周" in texts(page, "tbody mark.added")
    assert "Keep this one" in text_of(page, "thead")


def test_a_pair_is_decided_once_and_can_be_decided_again(desk):
    assert len(desk.page("/desk/duplicates").css("#pairs ~ article")) == 1
    done = desk.post(f"/desk/duplicates/{PAIR}", verdict="keep_both", note="两种型号")
    assert done.status_code == 303
    assert not desk.page("/desk/duplicates").css("#pairs")
    kept = desk.page("/desk/duplicates", show="keep_both")
    assert "两种型号" in text_of(kept)
    assert "Nora Lind" in text_of(kept)
    desk.post(f"/desk/duplicates/{PAIR}", verdict="open")
    assert len(desk.page("/desk/duplicates").css("#pairs ~ article")) == 1
    assert [action for action, _ in desk.audited()] == ["duplicate.keep_both", "duplicate.open"]


def test_a_decision_that_nobody_knows_is_refused(desk):
    assert desk.post(f"/desk/duplicates/{PAIR}", verdict="burn").status_code == 422
    assert desk.audited() == []


def test_sentences_that_contradict_each_other_stand_side_by_side(desk):
    row = stale(contradictions=(contradiction(kind="article", source="pump.zh", title="更换水泵"),))
    desk.report(report(health=health(duplicates=(), stale=(row,))))
    page = desk.page("/desk/duplicates")
    assert len(page.css("#clashes ~ article")) == 2  # and a translation with its source
    first = text_of(page, "#clashes ~ article")
    assert "A newer article says 更换水泵" in first
    assert "They disagree on: ۱۴ روز / ۳۰ روز" in first
    assert "Its source says" in text_of(page)


def test_a_pair_that_left_the_report_is_not_found(desk):
    desk.report(report(health=health(duplicates=(duplicate("a.en", "b.en"),))))
    assert desk.get(f"/desk/duplicates/{PAIR}").status_code == 404
    gone = pair_key(["a.en", "b.en"])  # in the report, and not indexed any more
    assert desk.get(f"/desk/duplicates/{gone}").status_code == 404


# Translations


def test_the_matrix_tells_missing_outdated_draft_and_present():
    found = health(
        articles=(
            figures("wifi.en"), figures("wifi.fa"), figures("watering.en"),
            figures("watering.fa", is_source=False),
            figures("secret.en", article=ref("secret.en", audience="internal")),
        ),
        missing_translations=(missing(),), outdated_translations=(outdated(),),
    )  # fmt: skip
    draft = Article(
        id="watering.zh", group="watering.en", locale="zh", title="浇水", body="", draft=True
    )
    rows = matrix(found, [Listed("help/watering/zh.md", draft)], ["en", "fa", "zh"], "fa")
    assert [row.group for row in rows] == ["wifi.en", "watering.en"]
    wifi, watering = ([(c.state, c.demand) for c in row.cells] for row in rows)
    assert wifi == [("present", 0), ("present", 0), ("missing", 8)]
    assert watering == [("present", 0), ("outdated", 4), ("draft", 0)]
    assert [row.title.locale for row in rows] == ["fa", "fa"]
    assert rows[1].cells[2].path == "help/watering/zh.md"


def test_a_missing_translation_is_begun_from_its_cell(desk):
    desk.report(report(health=health(articles=(figures("wifi.en"),))))
    cell = desk.page("/desk/translations").css("a.cell.missing")
    links = [one.attributes["href"] for one in cell]
    assert links[1].startswith("/desk/articles/new?translation_of=wifi.en&to=zh")
    assert "8 asked" in text_of(desk.page("/desk/translations"), "tbody tr")


def test_only_what_is_missing_in_a_language_can_be_shown(desk):
    rows = (figures("wifi.en"), figures("pump.en"), figures("pump.zh"))
    desk.report(report(health=health(articles=rows)))
    assert len(desk.page("/desk/translations").css("tbody tr")) == 2
    page = desk.page("/desk/translations", show="missing", language="zh")
    assert len(page.css("tbody tr")) == 1
    assert texts(page, "thead th") == ["Article", "Chinese"]


# Words


def test_a_word_is_accepted_into_the_file_and_taken_back(desk):
    form = {"word": "passcode", "proposal": "password", "language": "en"}
    assert desk.post("/desk/vocabulary/accept", **form).status_code == 303
    path = synonyms_path(desk.settings)
    (entry,) = read_entries(path, ("en", "fa", "zh"))
    assert [word.word for word in entry.words] == ["passcode", "password"]
    page = desk.page("/desk/vocabulary")
    assert "passcode" not in texts(page, ".word-row h2")
    key = page.css_first("#accepted ~ ul button[name=key]").attributes["value"]
    assert desk.post("/desk/vocabulary/undo", key=key).status_code == 303
    assert read_entries(path, ("en", "fa", "zh")) == ()
    assert texts(desk.page("/desk/vocabulary"), ".word-row h2")[0] == "passcode"
    assert [one for one, _ in desk.audited()] == ["synonym.accepted", "synonym.taken_back"]
    assert desk.post("/desk/vocabulary/undo", key=key).status_code == 409


def test_a_word_of_the_writers_own_counts_instead_and_one_way_if_wanted(desk):
    desk.post("/desk/vocabulary/accept", word="پسورد", proposal="رمز عبور", own="گذرواژه",
              language="fa", one_way="true")  # fmt: skip
    (entry,) = read_entries(synonyms_path(desk.settings), ("en", "fa", "zh"))
    assert [word.word for word in entry.asked] == ["پسورد"]
    assert [word.word for word in entry.to] == ["گذرواژه"]


def test_a_word_that_can_be_no_synonym_is_shown_again(desk):
    form = {"word": "پسورد", "own": "پسورد", "language": "fa", "proposal": "x"}
    response = desk.post("/desk/vocabulary/accept", **form)
    assert response.status_code == 422
    assert "at most four words" in response.text
    assert 'value="پسورد" aria-invalid="true"' in response.text
    assert not synonyms_path(desk.settings).exists()


def test_a_refused_word_is_proposed_no_more_until_it_is_taken_back(desk):
    desk.post("/desk/vocabulary/refuse", word="پسورد", language="fa")
    page = desk.page("/desk/vocabulary")
    assert texts(page, ".word-row h2") == ["passcode"]
    key = page.css_first("#refused ~ ul button[name=key]").attributes["value"]
    desk.post("/desk/vocabulary/undo", key=key)
    assert len(texts(desk.page("/desk/vocabulary"), ".word-row h2")) == 2
    assert not any("پسورد" in target for _, target in desk.audited())


def test_misspellings_need_no_decision(desk):
    page = desk.page("/desk/vocabulary")
    assert "wiffi" in text_of(page, ".desk > details.fold")
    assert "wiffi" not in texts(page, ".word-row h2")


def test_words_of_one_language_can_be_shown(desk):
    page = desk.page("/desk/vocabulary", language="fa")
    assert texts(page, ".word-row h2") == ["پسورد in Persian"]


def test_the_time_of_decisions_is_told(desk):
    desk.post(f"/desk/duplicates/{PAIR}", verdict="merge_later")
    at = desk.store.content_decisions.of("pair")[PAIR].at
    assert dt.datetime.now(dt.UTC) - at < dt.timedelta(minutes=5)
