"""An article that readers find already when they ask what a title says."""

from __future__ import annotations

from kb.authoring.faults import Fault
from kb.errors import KBError
from kb.service import KnowledgeBase
from kb.text import is_blank

_TITLE_CHARS = 200


def similar_article(
    knowledge_base: KnowledgeBase, title: str, locale: str, group: str
) -> Fault | None:
    """Advice where another article answers the title; None where none does, or nobody can tell.

    Args:
        group: of the article that is written; empty for a new one.
    """
    asked = " ".join(title.split())[:_TITLE_CHARS]
    if is_blank(asked):
        return None
    try:
        result = knowledge_base.search(asked, locale=locale or None, role="writer", limit=1)
    except KBError:
        return None
    hit = result.hits[0] if result.hits else None
    if result.outcome != "answered" or hit is None or hit.kind != "article" or hit.group == group:
        return None
    return Fault(code="similar", field="title", values={"id": hit.id, "title": hit.title})
