"""What a new article begins with can be saved as it is."""

from __future__ import annotations

import pytest

from kb.authoring.beginning import as_translation, blank, from_outline
from kb.gaps.drafts.outline import outline_of
from tests.kb.authoring.conftest import NOW, WIFI, article
from tests.kb.gaps.made import gap


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_an_outline_fills_the_form_and_becomes_a_draft(desk, locale) -> None:
    outline = outline_of(gap(), [], NOW).model_copy(update={"locale": locale})
    typed = from_outline(outline)
    assert (typed.locale, typed.title, typed.audience) == (locale, outline.title, "public")
    assert "## " in typed.body
    assert typed.body.startswith("<!--")  # not the front matter
    saved = desk.create(typed, "draft", NOW)
    assert saved.article.draft
    assert saved.article.locale == locale


def test_a_blank_article_has_a_language_and_nothing_else() -> None:
    typed = blank("fa")
    assert (typed.locale, typed.title, typed.body) == ("fa", "", "")


def test_links_of_a_translation_lead_to_its_languages_articles_where_there_are_some(
    desk, content
) -> None:
    body = "[a](wifi.en) [b](wifi.en#part) [c](gone.en) [d](https://x.example/wifi.en)"
    text = article("pump.en", "en", "Pump", body, "tags: [a, b]")
    (content / "help" / "pump.md").write_text(text, encoding="utf-8")
    listed = desk.folder.listed()
    source = next(one.article for one in listed if one.name == "pump.en")
    typed = as_translation(source, "fa", listed)
    assert (
        typed.body == "[a](wifi.fa) [b](wifi.fa#part) [c](gone.en) [d](https://x.example/wifi.en)"
    )
    assert (typed.translation_of, typed.tags, typed.title) == ("pump.en", "a, b", "")
    assert as_translation(source, "de", listed).body == body


def test_a_title_that_an_article_answers_names_it(desk, publish, knowledge_base) -> None:
    from kb.authoring.similar import similar_article

    for one in desk.folder.listed():
        desk.store(one.path, NOW)
    publish()
    asked = f"{WIFI['en'][0]} {WIFI['en'][1]}"
    assert similar_article(knowledge_base, asked, "en", "wifi.en") is None
    found = similar_article(knowledge_base, asked, "en", "")
    result = knowledge_base.search(asked[:200], locale="en", role="writer")
    assert (found is not None) == (result.outcome == "answered")
    assert similar_article(knowledge_base, "  ", "en", "") is None


def test_nothing_similar_can_be_told_before_anything_is_indexed(knowledge_base) -> None:
    from kb.authoring.similar import similar_article

    assert similar_article(knowledge_base, "Pump", "en", "") is None
