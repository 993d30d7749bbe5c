"""`GET /v1/articles/{id}`."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter
from pydantic import BaseModel

from api.auth import RoleDep, StateDep
from api.rendering import render_markdown

router = APIRouter(tags=["articles"])


class Translation(BaseModel):
    id: str
    locale: str
    title: str
    url: str


class ArticleOut(BaseModel):
    """An article as a reader sees it."""

    id: str
    group: str
    locale: str
    title: str
    section: str
    tags: tuple[str, ...]
    updated: dt.date | None
    markdown: str
    html: str
    """Rendered and sanitised: safe to put into a page."""
    url: str
    translations: list[Translation]


@router.get("/v1/articles/{identifier:path}", response_model=ArticleOut)
def article(identifier: str, state: StateDep, role: RoleDep) -> ArticleOut:
    """One article; 404 for what the caller's role may not see, as for what does not exist."""
    knowledge_base = state.knowledge_base
    found = knowledge_base.article(identifier, role=role)
    return ArticleOut(
        **found.model_dump(
            include={"id", "group", "locale", "title", "section", "tags", "updated"}
        ),
        markdown=found.body,
        html=render_markdown(found.body),
        url=knowledge_base.url_of(found),
        translations=[
            Translation(
                id=other.id,
                locale=other.locale,
                title=other.title,
                url=knowledge_base.url_of(other),
            )
            for other in knowledge_base.translations(found)
            if other.id != found.id
        ],
    )
