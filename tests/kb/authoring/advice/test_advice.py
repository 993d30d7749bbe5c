"""Advice points at what readers would trip over, and leaves good texts alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kb.authoring.advice import MOST_OF_A_KIND, Around, advice_on
from kb.authoring.advice.around import Known
from kb.authoring.advice.reading import Pieces
from kb.authoring.fields import Typed
from kb.authoring.reading import read_article

LANGUAGES = ("en", "fa", "zh")
SAMPLE = Path(__file__).parents[4] / "articles"


def known(title: str, group: str, language: str = "en", **other: object) -> Known:
    fields = {"audience": "public", "draft": False, "section": "planter", "updated": None}
    return Known(title=title, group=group, language=language, **{**fields, **other})  # type: ignore[arg-type]


OTHERS = {
    "offline.en": known("Planter is offline", "offline.en"),
    "offline.fa": known("گلدان آفلاین", "offline.en", "fa"),
    "secret.en": known("For the team", "secret.en", audience="internal"),
    "soon.en": known("Soon", "soon.en", draft=True),
}


def advice(body: str, locale: str = "en", around: Around | None = None, **fields: str):
    typed = Typed(**{"title": "Title", "section": "planter", "locale": locale, **fields}, body=body)
    around = around or Around(
        OTHERS, LANGUAGES, language=locale, anchors_of=lambda _: frozenset({"the-light"})
    )
    return advice_on(typed, around)


def codes(*arguments, **named) -> list[str]:
    return [fault.code for fault in advice(*arguments, **named)]


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("offline.en", []),
        ("/articles/offline.en", []),
        ("offline.en#the-light", []),
        ("https://example.com/x", []),
        ("mailto:help@verdilo.example", []),
        ("#here", []),
        ("/contact", []),
        ("gone.en", ["link_broken"]),
        ("offline.en#nowhere", ["anchor_broken"]),
        ("#nowhere", ["anchor_broken"]),
        ("soon.en", ["link_draft"]),
        ("secret.en", ["link_internal"]),
        ("offline.fa", ["link_language"]),
        ("ftp://a/b", ["link_unsafe"]),
    ],
)
def test_links_are_followed(link: str, found: list[str]) -> None:
    assert codes(f"## Here\n\nSee [this]({link}).") == found


def test_links_of_internal_articles_may_be_internal() -> None:
    around = Around(OTHERS, LANGUAGES, language="en", audience="internal")
    assert codes("See [this](secret.en).", around=around) == []


def test_a_link_without_words_and_pictures_without_names_or_from_elsewhere_are_told() -> None:
    body = "[](offline.en)\n\n![](a.png)\n\n![A leaf](https://cdn.example/leaf.png)"
    found = advice(body)
    assert [(f.code, f.line) for f in found] == [
        ("link_empty", 1),
        ("picture_unnamed", 3),
        ("picture_elsewhere", 5),
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("## One\n\n### Two\n\n## Three\n\nx", []),
        ("# One\n\nx", ["heading_one"]),
        ("## One\n\n#### Two\n\nx", ["heading_skips"]),
        ("### One\n\nx", ["heading_skips"]),
        ("## Same\n\nx\n\n## same!\n\ny", ["heading_twice"]),
        ("##\n\nx", ["heading_empty"]),
        ("word " * 130, ["paragraph_long"]),
        ("字" * 200, ["paragraph_long"]),
        ("\n\n".join(["word " * 100] * 4), ["headings_none"]),
        ("- [ ] check the plug", ["task_open"]),
        ("<!-- later -->\n\nx", ["comment_left"]),
        ("x <b>bold</b>", ["html"]),
        ("`<b>` and\n\n    <b>\n", []),
    ],
)
def test_the_structure_is_looked_at(body: str, found: list[str]) -> None:
    assert [f for f in codes(body) if f != "other_language"] == found


@pytest.mark.parametrize(
    ("locale", "body", "code", "pair"),
    [
        ("fa", "كليد را بزنيد", "fa_letters", ("كليد", "کلید")),
        ("fa", "چراغ روشن می شود", "fa_joiner", ("می شود", "می‌شود")),
        ("fa", "کتاب نمی خوانم", "fa_joiner", ("نمی خوانم", "نمی‌خوانم")),
        ("fa", "برگ های گیاه", "fa_joiner", ("برگ های", "برگ‌های")),
        ("fa", "چرا روشن نیست?", "fa_punctuation", ("نیست?", "نیست؟")),
        ("fa", "دکمه را 5 ثانیه نگه دارید", "fa_digits", ("5", "۵")),
        ("zh", "先插电,再按键", "zh_punctuation", ("电,", "电，")),
        ("zh", "为什么不亮?", "zh_punctuation", ("亮?", "亮？")),
        ("zh", "完成.", "zh_punctuation", ("成.", "成。")),
    ],
)
def test_spelling_is_proposed(locale: str, body: str, code: str, pair: tuple[str, str]) -> None:
    (found,) = [f for f in advice(f"\n\n{body}", locale) if f.code == code][:1]
    assert (found.values["found"], found.values["mended"]) == pair
    assert found.line == 1


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("fa", "چراغ می‌شود و برگ‌های ۲٫۴ گیگاهرتز؛ iOS 16 یا بالاتر، `می شود?`"),
        ("zh", "版本 2.4 GHz，见 `a,b` 与 https://a.example/x?y=1。Wi-Fi (2.4)"),
        ("en", "Why not? Press, hold; wait."),
    ],
)
def test_good_spelling_is_left_alone(locale: str, body: str) -> None:
    assert codes(body, locale) == []


def test_a_text_in_another_language_than_stated_is_told() -> None:
    body = "Hold the leaf button for five seconds until the light blinks blue, then wait."
    found = advice(body, "fa")
    assert [(f.code, f.values) for f in found] == [("other_language", {"language": "en"})]


def test_a_title_that_another_article_has_is_told_in_any_spelling() -> None:
    around = Around({"a.fa": known("كتاب‌ها", "a.fa", "fa")}, LANGUAGES, language="fa")
    found = advice("متن", "fa", around, title="کتاب ها")
    assert "title_twice" in [f.code for f in advice("متن", "fa", around, title="کتاب‌ها")]
    assert "title_twice" not in [f.code for f in found]


def test_sections_languages_and_long_titles_are_looked_at() -> None:
    assert codes("x", section="") == ["section_missing"]
    assert codes("x", section="plantr") == ["section_new"]
    assert codes("x", title="t" * 81) == ["title_long"]
    around = Around(OTHERS, LANGUAGES, language="de")
    assert codes("x", "de", around) == ["language_unknown"]


def test_versions_in_other_languages_are_told_when_the_source_changes() -> None:
    others = {"a.fa": known("الف", "a.en", "fa"), "a.zh": known("甲", "a.en", "zh", draft=True)}
    around = Around(others, LANGUAGES, "a.en", "a.en", "en", rewritten=True)
    (found,) = advice("x", around=around)
    assert (found.code, found.values) == ("translations_older", {"languages": "fa"})


def test_a_translation_older_than_its_source_is_told() -> None:
    others = {"a.en": known("A", "a.en", updated=dt.date(2026, 6, 1))}
    around = Around(others, LANGUAGES, "a.fa", "a.en", "fa")
    found = advice("متن", "fa", around, updated="2026-05-01")
    assert [f.code for f in found] == ["source_newer"]
    assert advice("متن", "fa", around, updated="2026-06-01") == []


def test_of_each_kind_so_many_are_told() -> None:
    assert codes("\n\n".join(["[a](gone.en)"] * 40)) == ["link_broken"] * MOST_OF_A_KIND


def test_lines_are_those_of_the_text() -> None:
    pieces = Pieces.of("one\n\ntwo\n[x](a)\nthree ![y](b)\n\n- four\n- five [z](c)")
    assert [(piece.target, piece.line) for piece in pieces.links] == [("a", 4), ("c", 8)]
    assert [(piece.target, piece.line) for piece in pieces.pictures] == [("b", 5)]


def test_the_sample_has_little_to_mend() -> None:
    files = sorted(SAMPLE.glob("h*/*/*.md"))
    articles = [read_article(file.read_text(encoding="utf-8"), "") for file in files]
    everything = {article.id: Known.of(article) for article in articles}
    found = []
    for article in articles:
        around = Around(
            everything, LANGUAGES, article.id, article.group,
            article.locale, article.audience,
        )  # fmt: skip
        typed = Typed.of(article, article.body)
        found += [
            (article.id, f.code, f.line, dict(f.values))
            for f in advice_on(typed, around)
            if f.code not in ("title_twice", "source_newer")
        ]
    assert found == []
