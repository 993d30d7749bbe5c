"""The sections together, and each article's figures."""

from __future__ import annotations

import datetime as dt

from kb.acceptance import Acceptance
from kb.gaps.articles.health import DEFINITIONS, ArticleHealth, Health, health_of
from kb.gaps.articles.near_questions import Asked
from tests.kb.gaps.library import NOW, OLD, article, content, near, ticket, visit, vote

LANGUAGES = ("en", "fa", "zh")
LINK = "The reset link is valid for {} hours."
TEXT = "Fill the tank up to the line, close the lid, and press the leaf button once."


def test_every_section_is_filled_from_one_look_at_the_content():
    articles = (
        article("fill.en", near(0), body=TEXT),
        article("water.en", near(0), body=TEXT),
        article(
            "leak.en",
            near(1),
            updated=OLD,
            title="Valid link",
            body="The reset link is valid for 24 hours.",
        ),
        article("leak.fa", near(1), updated=OLD - dt.timedelta(days=9)),
        article("lost.en", near(2)),
    )
    solved = [ticket("T1", near(1), text=LINK.format(3))]
    searches = [
        *(visit(hits=["fill.en"], clicked=["fill.en"], contacted=n < 80) for n in range(100)),
        *(visit(hits=["water.en"], clicked=["water.en"]) for _ in range(20)),
        *(visit(hits=["leak.en"], language="zh") for _ in range(4)),
        visit(hits=["leak.en"], language="en"),
    ]
    health = health_of(
        content(*articles, tickets=solved),
        searches,
        [vote("fill.en", "v1", comment="Which button?")],
        {"fill.en": Acceptance(accepted=2, declined=1)},
        [Asked("low water", "en", 120, near(0))],
        LANGUAGES,
        NOW,
    )
    assert [row.article.id for row in health.weak] == ["fill.en"]
    assert health.weak[0].comments == ("Which button?",)
    assert [row.article.id for row in health.stale] == ["leak.en"]
    assert [row.keep for row in health.duplicates] == ["fill.en"]
    assert health.missing_translations[0].article.id == "leak.en"
    assert [row.article.id for row in health.outdated_translations] == ["leak.fa"]
    assert [row.article.id for row in health.never_found] == ["lost.en"]
    assert health.untranslated == {"en": 0, "fa": 3, "zh": 4}
    assert set(health.notes) == {"missing_translations", "never_found"}
    assert health.notes["never_found"] == "Too few searches (people, fa: 0 of 100)."
    assert Health.model_validate_json(health.model_dump_json()) == health


def test_the_table_has_every_version_with_its_figures():
    health = health_of(
        content(article("a.en", near(0)), article("a.zh", updated=None)),
        [visit(hits=["a.en"], clicked=["a.en"], contacted=True)],
        [vote("a.en", "v1", helpful=True), vote("a.zh", "v2")],
        {"a.en": Acceptance(accepted=3, declined=4)},
        [],
        LANGUAGES,
        NOW,
    )
    first, second = health.articles
    assert first == ArticleHealth(
        article=first.article, is_source=True, shown=1, opened=1, readers=2, contacted=1,
        voted_up=1, voted_down=0, let_down=1, accepted=3, declined=4, days_old=30,
    )  # fmt: skip
    assert (second.voted_down, second.let_down, second.days_old) == (1, 1, None)


def test_a_knowledge_base_without_visitors_says_what_is_missing_instead_of_listing_everything():
    every = content(*(article(f"a{n}.en", near(n), updated=None) for n in range(9)))
    health = health_of(every, [], [], {}, [], LANGUAGES, NOW)
    assert (health.weak, health.stale, health.never_found) == ((), (), ())
    assert health.missing_translations == ()
    assert set(health.notes) == {"weak", "stale", "missing_translations", "never_found"}
    assert health.notes["never_found"] == "Too few searches (people, en: 0 of 100)."
    assert len(health.articles) == 9


def test_an_empty_knowledge_base_is_healthy():
    health = health_of(content(), [], [], {}, [], LANGUAGES, NOW)
    assert health.articles == ()
    assert health.duplicates == ()


def test_every_section_and_every_figure_is_defined():
    sections = {"weak", "stale", "duplicates", "missing_translations", "outdated_translations",
                "never_found"}  # fmt: skip
    figures = set(ArticleHealth.model_fields) - {"article", "is_source", "days_old"}
    assert sections | figures <= set(DEFINITIONS)
