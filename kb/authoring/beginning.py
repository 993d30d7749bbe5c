"""What a new article begins with: nothing, a gap's outline, or the text to be translated. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import regex

from kb.authoring.fields import Typed
from kb.authoring.listing import Listed
from kb.authoring.text import ArticleText, fields_of
from kb.gaps.drafts.outline import Outline, to_markdown
from kb.models import Article
from kb.text import language_of

_LINK = regex.compile(r"(?<=\]\()([^)\s#]+)(?=[)#])")


def blank(locale: str, section: str = "") -> Typed:
    """An article that nothing is known of."""
    return Typed(locale=locale, section=section)


def from_outline(outline: Outline) -> Typed:
    """An article that closes a gap, as far as its tickets tell."""
    text = ArticleText.of(to_markdown(outline))
    stated = fields_of(text.front)
    return replace(Typed.of_broken(stated, text.body), updated="")


def as_translation(source: Article, locale: str, others: Iterable[Listed]) -> Typed:
    """An article in another language, before its words are: links lead to that language's articles.

    Args:
        others: the folder.
    """
    return Typed(
        title="",
        locale=locale,
        section=source.section,
        audience=source.audience,
        tags=", ".join(source.tags),
        translation_of=source.group,
        body=_linked_in(source.body, locale, others),
    )


def _linked_in(body: str, locale: str, others: Iterable[Listed]) -> str:
    articles = [one.article for one in others if one.article]
    group_of = {article.id: article.group for article in articles}
    there = {
        article.group: article.id
        for article in articles
        if language_of(article.locale) == language_of(locale)
    }

    def target(match: regex.Match[str]) -> str:
        group = group_of.get(match[0])
        return there.get(group, match[0]) if group else match[0]

    return str(_LINK.sub(target, body))
