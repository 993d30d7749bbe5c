"""Articles that no search reaches, and why."""

from __future__ import annotations

import pytest

from kb.gaps.articles.near_questions import Asked
from kb.gaps.articles.unfound import least_people, never_found, searching_people
from tests.kb.gaps.library import article, content, near, visit

TITLES = {
    "en": ("Descaling procedure", "Limescale removal with acid.", "white crust in the tank"),
    "fa": ("رسوب‌زدایی", "زدودن رسوب با اسید.", "لایه سفید ته مخزن"),
    "zh": ("除垢步骤", "用酸去除水垢。", "白色 硬壳 怎么 清洗"),
}


def lost(language="en"):
    title, body, _ = TITLES[language]
    return article(f"descale.{language}", near(0), title=title, body=body, group="descale")


def shown(language="en"):
    return article(f"wifi.{language}", near(1), group="wifi", title="Wi-Fi", body="Wi-Fi")


def crowd(count=100, query="wifi", language="en", first=None):
    return [
        visit(query, language=language, hits=[first or f"wifi.{language}"]) for _ in range(count)
    ]


def wifi(people=100, language="en"):
    return Asked("wifi", language, people, near(1))


def unfound(searches, asked=(), articles=None, language="en"):
    return never_found(content(*(articles or (lost(language), shown(language)))), searches, asked)


def test_an_article_that_nobody_asks_for_is_told():
    (row,) = unfound(crowd(), [wifi()])
    assert (row.article.id, row.why, row.near_people) == ("descale.en", "nobody_asks", 0)
    assert row.reason == "No question came near it: nobody asks about this."


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_an_article_in_words_that_nobody_uses_gets_the_users_words(language):
    query = TITLES[language][2]
    searches = [*crowd(100, language=language), *crowd(6, query, language)]
    asked = [wifi(100, language), Asked(query, language, 6, near(0, 0.6))]
    (row,) = unfound(searches, asked, language=language)
    assert (row.why, row.near_people, row.examples) == ("other_words", 6, (query,))
    assert {"en": "crust", "fa": "سفید", "zh": "硬壳"}[language] in row.words
    assert len(row.words) <= 5
    assert row.instead is not None
    assert row.instead.id == f"wifi.{language}"
    assert f"“{row.words[0]}”" in row.reason


def test_words_that_everybody_uses_are_not_proposed():
    searches = [*crowd(100, "how to connect"), *crowd(6, "how to clean crust")]
    asked = [
        Asked("how to connect", "en", 100, near(1)),
        Asked("how to clean crust", "en", 6, near(0, 0.6)),
    ]
    (row,) = unfound(searches, asked)
    assert set(row.words) == {"clean", "crust"}


def test_one_persons_words_are_not_proposed():
    searches = [*crowd(), *crowd(1, "crust")]
    (row,) = unfound(searches, [wifi(), Asked("crust", "en", 1, near(0, 0.6))])
    assert row.words == ()


def test_an_article_behind_another_one_is_overshadowed():
    searches = [*crowd(), *crowd(8, "descaling the tank", first="clean.en")]
    clean = article("clean.en", near(0, 0.9, 30), title="Clean the tank")
    asked = [wifi(), Asked("descaling the tank", "en", 8, near(0, 0.6))]
    rows = unfound(searches, asked, [lost(), shown(), clean])
    assert [(row.article.id, row.why) for row in rows] == [("descale.en", "overshadowed")]
    assert rows[0].reason == "8 people asked near it. “Clean the tank” is shown first instead."


def test_an_article_below_now_this_now_that_is_ranked_lower():
    others = [article(f"o{n}.en", near(0, 0.9, 10 + n)) for n in range(3)]
    searches, asked = crowd(), [wifi()]
    for n, other in enumerate(others):
        query = f"descaling {n}"
        searches += crowd(4, query, first=other.id)
        asked.append(Asked(query, "en", 4, near(0, 0.6)))
    (row,) = unfound(searches, asked, [lost(), shown(), *others])
    assert (row.why, row.near_questions, row.instead) == ("ranked_lower", 3, None)


def test_a_question_that_is_much_nearer_to_another_article_is_not_near():
    asked = [wifi(), Asked("crust", "en", 5, 0.35 * near(0) + 0.9 * near(1))]
    (row,) = unfound(crowd(), asked)
    assert row.why == "nobody_asks"


@pytest.mark.parametrize(
    "finding",
    [
        visit(hits=[*(f"x{n}" for n in range(9)), "descale.en"]),
        visit(hits=[], results=None, clicked=["descale.en"]),
    ],
    ids=["tenth", "opened"],
)
def test_what_was_once_shown_or_opened_is_found(finding):
    assert unfound([*crowd(), finding]) == []


def test_too_few_people_say_nothing_about_an_article():
    assert unfound(crowd(99)) == []
    assert unfound([visit(session="v1", hits=["wifi.en"]) for _ in range(1000)]) == []
    unknown = [visit(hits=[], results=None) for _ in range(1000)]  # imported without results
    assert unfound(unknown) == []
    many = content(*(article(f"a{n}.en", near(0)) for n in range(150)))
    assert least_people(many, "en") == 150
    assert least_people(many, "fa") == 100


def test_languages_are_judged_apart():
    searches = [*crowd(100), *crowd(99, language="fa")]
    assert searching_people(searches) == {"en": 100, "fa": 99}
    rows = unfound(searches, articles=[lost("en"), lost("fa"), shown("en")])
    assert [row.article.id for row in rows] == ["descale.en"]


def test_drafts_for_renaming_come_before_what_nobody_asks_for():
    asked = [wifi(), Asked("white crust", "en", 6, near(0, 0.6))]
    rows = unfound(crowd(), asked, [article("aaa.en", near(7)), lost(), shown()])
    assert [row.why for row in rows] == ["other_words", "nobody_asks"]


def test_internal_articles_are_not_for_searchers():
    assert unfound(crowd(), articles=[article("hb.en", near(0), audience="internal")]) == []


def test_a_question_of_a_hundred_thousand_characters_is_read():
    asked = [Asked("crust ؟" * 15_000, "en", 3, near(0, 0.6)), wifi()]
    (row,) = unfound(crowd(), asked)
    assert len(row.examples[0]) == 160
