"""What a report says of existing articles, in three languages, made by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kb.gaps.articles.content import ArticleRef
from kb.gaps.articles.contradictions import Contradiction
from kb.gaps.articles.duplicates import Duplicate
from kb.gaps.articles.health import ArticleHealth, Health
from kb.gaps.articles.stale import StaleArticle
from kb.gaps.articles.translations import MissingTranslation, OutdatedTranslation
from kb.gaps.articles.unfound import NeverFound
from kb.gaps.articles.weak import Query, WeakArticle

TITLES = {
    "en": "Connecting your planter to Wi-Fi",
    "fa": "تنظیم نوبت آبیاری گلدان هنگام سفر طولانی",
    "zh": "怎么更换花盆的水泵和过滤器",
}
HOSTILE = '=HYPERLINK("http://x") [bold]a[/] \u202eevil\x1b[31m'
"""A formula with markup, an override of direction and a terminal's colour."""


def ref(identifier: str = "wifi.en", **changes: Any) -> ArticleRef:
    name, _, language = identifier.rpartition(".")
    fields: dict[str, Any] = {
        "id": identifier,
        "group": f"{name}.en",
        "title": TITLES.get(language, name),
        "locale": language,
        "url": f"/articles/{identifier}",
        "audience": "public",
        "updated": dt.date(2024, 3, 1),
    }
    return ArticleRef(**{**fields, **changes})


def weak(identifier: str = "wifi.en", **changes: Any) -> WeakArticle:
    fields: dict[str, Any] = {
        "article": ref(identifier),
        "shown": 40,
        "opened": 12,
        "readers": 12,
        "let_down": 9,
        "contacted": 7,
        "voted_up": 1,
        "voted_down": 4,
        "accepted": 1,
        "declined": 6,
        "share": 0.75,
        "sure": 0.4677,
        "priority": 4.2093,
        "queries": (Query(text="wifi keeps dropping", people=5),),
        "comments": ("Which button?",),
        "reason": "9 of 12 readers were let down.",
    }
    return WeakArticle(**{**fields, **changes})


def contradiction(**changes: Any) -> Contradiction:
    fields: dict[str, Any] = {
        "sentence": "مخزن را هر ۱۴ روز پر کنید.",
        "newer_sentence": "مخزن را هر ۳۰ روز پر کنید.",
        "about": "۱۴ روز / ۳۰ روز",
        "source": "T-12",
        "kind": "ticket",
        "title": "",
        "date": dt.date(2026, 11, 1),
        "times": 2,
    }
    return Contradiction(**{**fields, **changes})


def stale(identifier: str = "watering.fa", **changes: Any) -> StaleArticle:
    fields: dict[str, Any] = {
        "article": ref(identifier),
        "days_old": 997,
        "tickets": 12,
        "tickets_before": 4,
        "growing": True,
        "diverging": None,
        "contradictions": (contradiction(),),
        "priority": 39.0,
        "reason": "A newer reply says something else (2 replies do): ۱۴ روز / ۳۰ روز.",
    }
    return StaleArticle(**{**fields, **changes})


def duplicate(*identifiers: str, **changes: Any) -> Duplicate:
    articles = tuple(map(ref, identifiers or ("pump.zh", "pump-copy.zh")))
    fields: dict[str, Any] = {
        "kind": "same_subject",
        "articles": articles,
        "keep": articles[0].id,
        "similarity": 7.25,
        "resemblance": 0.125,
        "titles": 1.0,
        "languages": ("zh",),
        "people": 31,
        "reason": f"2 articles with much the same title. Keep “{articles[0].title}”.",
    }
    return Duplicate(**{**fields, **changes})


def missing(identifier: str = "wifi.en", **changes: Any) -> MissingTranslation:
    fields: dict[str, Any] = {
        "article": ref(identifier),
        "language": "zh",
        "asked": 6,
        "tickets": 2,
        "expected": 0.0,
        "demand": 8.0,
        "reason": "There is no version in “zh”; 6 people asked.",
    }
    return MissingTranslation(**{**fields, **changes})


def outdated(identifier: str = "watering.fa", **changes: Any) -> OutdatedTranslation:
    fields: dict[str, Any] = {
        "article": ref(identifier),
        "source": ref("watering.en"),
        "days_behind": 31,
        "asked": 3,
        "tickets": 1,
        "demand": 4.0,
        "sentence": "مخزن را هر ۱۴ روز پر کنید.",
        "source_sentence": "Fill the tank every 30 days.",
        "reason": "The source was changed 31 days after this translation of it.",
    }
    return OutdatedTranslation(**{**fields, **changes})


def unfound(identifier: str = "pump.zh", **changes: Any) -> NeverFound:
    fields: dict[str, Any] = {
        "article": ref(identifier),
        "why": "other_words",
        "near_questions": 4,
        "near_people": 9,
        "words": ("马达", "噪音"),
        "instead": ref("noise.zh"),
        "examples": ("马达声音太大怎么办",),
        "reason": "9 people asked near it, in other words than its title: “马达”, “噪音”.",
    }
    return NeverFound(**{**fields, **changes})


def figures(identifier: str = "wifi.en", **changes: Any) -> ArticleHealth:
    fields: dict[str, Any] = {
        "article": ref(identifier),
        "is_source": True,
        "shown": 40,
        "opened": 12,
        "readers": 12,
        "contacted": 7,
        "voted_up": 1,
        "voted_down": 4,
        "let_down": 9,
        "accepted": 1,
        "declined": 6,
        "days_old": 997,
    }
    return ArticleHealth(**{**fields, **changes})


def health(**changes: Any) -> Health:
    """One row in each section, two articles in the table, a note on what is never found."""
    fields: dict[str, Any] = {
        "weak": (weak(),),
        "stale": (stale(),),
        "duplicates": (duplicate(),),
        "missing_translations": (missing(),),
        "outdated_translations": (outdated(),),
        "never_found": (unfound(),),
        "untranslated": {"en": 0, "fa": 3, "zh": 1},
        "articles": (figures("a.fa", let_down=0, days_old=None), figures()),
        "notes": {"never_found": "Too few searches (people, fa: 0 of 100)."},
    }
    return Health(**{**fields, **changes})


def nothing() -> Health:
    """Nothing to mend."""
    return health(
        weak=(), stale=(), duplicates=(), missing_translations=(), outdated_translations=(),
        never_found=(), untranslated={}, articles=(), notes={},
    )  # fmt: skip


def hostile(text: str = HOSTILE) -> Health:
    """Every text that comes from people or articles is `text`."""
    article = ref(title=text, id=text)
    said = contradiction(sentence=text, newer_sentence=text, source=text, about=text)
    return health(
        weak=(weak(article=article, reason=text, queries=(Query(text=text, people=1),),
                   comments=(text,)),),
        stale=(stale(article=article, reason=text, contradictions=(said,) * 3),),
        duplicates=(duplicate(articles=(article,) * 9, keep=text, reason=text),),
        missing_translations=(missing(article=article, language=text, reason=text),),
        outdated_translations=(outdated(article=article, source=article, sentence=text,
                                        source_sentence=text, reason=text),),
        never_found=(unfound(article=article, words=(text,), instead=article, examples=(text,),
                             reason=text),),
        articles=(figures(article=article),),
        untranslated={text: 1},
        notes={"weak": text},
    )  # fmt: skip
