"""Articles that are there twice, and translations that nobody linked."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.gaps.articles import pairs as pairs_module
from kb.gaps.articles.duplicates import duplicates
from kb.gaps.articles.pairs import similar_pairs
from kb.gaps.articles.traffic import traffic_of
from tests.kb.gaps.library import article, content, near, visit

BODY = {
    "en": "Fill the tank up to the line and close the lid. Wait for two minutes until the pump is "
    "silent, then press the leaf button once. The light turns green when the water is enough.",
    "fa": "مخزن را تا خط پر کنید و در آن را ببندید. دو دقیقه صبر کنید تا پمپ ساکت شود، سپس دکمهٔ "
    "برگ را یک بار بزنید. وقتی آب کافی باشد چراغ سبز می‌شود.",
    "zh": "把水箱加到刻度线，盖好盖子。等两分钟，水泵安静后按一下叶子键。水够了指示灯会变绿。",
}
TITLE = {"en": "Fill the tank", "fa": "پر کردن مخزن", "zh": "给水箱加水"}
MORE = {
    "en": " Use cold water.",
    "fa": " از آب سرد استفاده کنید.",
    "zh": "请用冷水。",
}
OTHER = {
    "en": "Cold water is best, says our gardener, who waters by hand.",
    "fa": "باغبان ما می‌گوید آب سرد بهتر است و خودش با دست آب می‌دهد.",
    "zh": "我们的园丁说冷水最好，她自己动手浇。",
}


def found(*articles, searches=()):
    every = content(*articles)
    return duplicates(every, similar_pairs(every), traffic_of(searches, []))


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_the_same_text_in_other_spelling_is_an_exact_copy_whatever_its_title(language):
    text = BODY[language]
    shouted = "\n\n".join(text.upper().replace("ی", "ي").split())
    (row,) = found(
        article(f"fill.{language}", near(0), group="fill", title=TITLE[language], body=text),
        article(f"water.{language}", near(0), group="water", title="Water!", body=shouted),
    )
    assert row.kind == "exact"
    assert row.languages == (language,)
    assert row.reason.startswith("The same text is published 2 times.")


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_a_text_with_a_sentence_more_is_a_near_copy(language):
    text, title = BODY[language], TITLE[language]
    (row,) = found(
        article(f"fill.{language}", near(0), group="fill", title=title, body=text),
        article(f"w.{language}", near(0, 0.8), group="w", title=title, body=text + MORE[language]),
    )
    assert row.kind == "near"
    assert row.resemblance > 0.7
    assert row.similarity == pytest.approx(8)
    assert row.keep == f"w.{language}"  # the longer one, for nobody opened either


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_another_text_under_the_same_title_is_the_same_subject(language):
    def pair(cosine):
        return found(
            article(
                f"fill.{language}", near(0), group="f", title=TITLE[language], body=BODY[language]
            ),
            article(
                f"w.{language}", near(0, cosine), group="w", title=TITLE[language],
                body=OTHER[language],
            ),
        )  # fmt: skip

    (row,) = pair(0.6)
    assert (row.kind, row.titles) == ("same_subject", 1)
    assert pair(0.5) == []  # "Overview" of two products


@pytest.mark.parametrize(
    ("one", "other"), [("Android", "iOS"), ("اندروید", "ویندوز"), ("安卓", "苹果")]
)
def test_articles_made_from_one_template_are_no_duplicates(one, other):
    def made(name):
        body = f"{BODY['en']} This is for {name}. {BODY['fa']} {BODY['zh']}"
        return article(f"{name}.en", near(0), title=f"Install it on {name}", body=body)

    assert found(made(one), made(other)) == []


def test_one_shared_passage_is_no_duplicate():
    footer = near(9)
    assert found(
        article("fill.en", near(0), near(1), footer, body=BODY["en"]),
        article("wifi.en", near(2), near(3), footer, body=OTHER["en"]),
    ) == []  # fmt: skip


def test_a_short_article_is_no_duplicate_of_a_long_one_that_mentions_it():
    assert found(
        article("fill.en", near(0), title="Fill the tank", body=BODY["en"]),
        article("all.en", *(near(n) for n in range(6)), title="Fill the tank", body=OTHER["en"]),
    ) == []  # fmt: skip


def test_the_one_that_more_people_opened_is_kept():
    one, two = (article(f"{name}.en", near(0), body=BODY["en"]) for name in "ab")
    opened = [visit(clicked=["b.en"]), visit(clicked=["b.en"]), visit(clicked=["a.en"])]
    (row,) = found(one, two, searches=opened)
    assert (row.keep, row.articles[0].id, row.people) == ("b.en", "b.en", 3)
    assert row.reason.endswith("Keep “b”: 2 people opened it.")


def test_of_two_that_nobody_opened_the_newer_is_kept():
    dates = {"a": dt.date(2026, 5, 1), "b": dt.date(2025, 5, 1), "c": None}
    rows = found(
        *(article(f"{n}.en", near(0), body=BODY["en"], updated=day) for n, day in dates.items())
    )
    assert [[one.id for one in row.articles] for row in rows] == [["a.en", "b.en", "c.en"]]
    assert rows[0].reason == (
        "The same text is published 3 times. Keep “a”: it is newer (2026-05-01)."
    )


def test_copies_in_several_languages_are_one_row():
    def versions(name):
        return [
            article(f"{name}.{one}", near(axis), title=TITLE[one], body=BODY[one])
            for axis, one in enumerate(("en", "fa", "zh"))
        ]

    (row,) = found(*versions("a"), *versions("b"))
    assert row.languages == ("en", "fa", "zh")
    assert {one.group for one in row.articles} == {"a.en", "b.en"}
    assert len({one.locale for one in row.articles}) == 1


def test_translations_of_one_article_are_no_duplicates():
    assert found(article("a.en", near(0)), article("a.fa", near(0)), article("a.zh", near(0))) == []


def test_articles_in_two_languages_that_are_nearest_to_each_other_may_be_unlinked_translations():
    (row,) = found(
        article("fill.en", near(0), body=BODY["en"], title=TITLE["en"]),
        article("por-kardan.fa", near(0, 0.6), group="por", body=BODY["fa"], title=TITLE["fa"]),
        article("wifi.fa", near(0, 0.45), group="wifi-fa", body=OTHER["fa"], title="وای‌فای"),
    )
    assert (row.kind, row.keep, row.languages) == ("unlinked", "", ("en", "fa"))
    assert row.reason.startswith("“Fill the tank” and “پر کردن مخزن” seem to be one article")


def test_a_pair_is_not_called_a_translation_while_another_article_is_as_near():
    en = article("fill.en", near(0))
    two = [
        article(f"{name}.fa", near(0, 0.6, beside), group=name)
        for name, beside in (("x", 5), ("y", 6))
    ]
    assert found(en, *two) == []


def test_a_pair_is_not_called_a_translation_where_one_has_a_translation_already():
    rows = found(
        article("fill.en", near(0), body=BODY["en"]),
        article("fill.fa", near(1), body=BODY["fa"]),
        article("por.fa", near(0, 0.7), group="por", body=OTHER["fa"]),
    )
    assert rows == []


def test_more_copies_than_are_compared_are_found_through_each_other(monkeypatch):
    monkeypatch.setattr(pairs_module, "MOST_EACH", 3)
    (row,) = found(*(article(f"n{n:02}.en", near(0), body=BODY["en"]) for n in range(12)))
    assert len(row.articles) == 12


def test_two_hundred_thousand_characters_of_noise_are_compared():
    noise = "- [ ](" * 20_000 + "a" * 100_000
    (row,) = found(*(article(f"{name}.en", near(0), body=noise) for name in "ab"))
    assert row.kind == "exact"
