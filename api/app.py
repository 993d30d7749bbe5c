"""`create_app`: the composition root of the HTTP side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import errors
from api.limits import BodyLimit, RateLimit
from api.origins import Cors, PublishableOrigins
from api.pages import account, audit, missing, provider, seo, signing_in, users
from api.pages import article as article_page
from api.pages import contact as contact_page
from api.pages import embed as embed_pages
from api.pages import help as help_pages
from api.pages import widget as widget_pages
from api.pages.console import inbox as console_inbox
from api.pages.console import panel as console_panel
from api.pages.console import search as console_search
from api.pages.console import ticket as console_ticket
from api.pages.console.desk import Console
from api.pages.desk import articles as desk_articles
from api.pages.desk import editor as desk_editor
from api.pages.desk import putting_away as desk_putting_away
from api.pages.desk import routes as desk_pages
from api.routes import (
    articles,
    completions,
    content,
    feedback,
    gaps,
    health,
    search,
    suggestions,
    support,
    tickets,
    visits,
    widget,
)
from api.state import Indexing, Reports, State, Telling
from api.static import VersionedFiles
from kb.accounts.oidc import provider_of
from kb.accounts.service import Accounts
from kb.config import Settings
from kb.errors import KBError
from kb.gaps.service import GapDesk
from kb.help_center.service import HelpCenter
from kb.privacy import Redactor
from kb.service import KnowledgeBase
from kb.sessions import Sessions
from kb.store import Store
from kb.support_desk import SupportDesk

_ROUTES = (
    search,
    completions,
    articles,
    visits,
    suggestions,
    feedback,
    tickets,
    gaps,
    content,
    support,
    health,
    help_pages,
    article_page,
    seo,
    desk_pages,
    desk_articles,
    desk_editor,
    desk_putting_away,
    console_inbox,
    console_search,
    console_panel,
    console_ticket,
    embed_pages,
    signing_in,
    provider,
    account,
    users,
    audit,
    contact_page,
    widget_pages,
    widget,
)


def create_app(
    settings: Settings,
    knowledge_base: KnowledgeBase | None = None,
    indexing: Indexing | None = None,
    reports: Reports | None = None,
    telling: Telling | None = None,
) -> FastAPI:
    """Wire the application. Tests pass a knowledge base of their own.

    Args:
        indexing: is woken when tickets change, and closed with the application.
        reports: default: those in the store, and nobody who computes new ones. Who does is closed
            with the application.
        telling: tells the webhook; is woken when there is something to tell, and closed with the
            application.
    """
    store = Store(settings.store_url)
    knowledge_base = knowledge_base or KnowledgeBase.build(settings, store)
    reports = reports or Reports(
        GapDesk(store, knowledge_base, settings), SupportDesk(store, knowledge_base)
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if reports.refreshing:
            reports.refreshing.close()
        if indexing:
            indexing.close()
        if telling:
            telling.close()
        store.close()

    app = FastAPI(
        title="Knowledge base",
        summary="Multilingual search and reply suggestion",
        version="0.1.0",
        lifespan=lifespan,
        responses={"4XX": {"model": errors.Problem, "content": {"application/problem+json": {}}}},
        docs_url=None,  # Swagger UI and ReDoc load scripts from elsewhere; we work offline
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    rate_limit = RateLimit(settings.requests_per_minute)
    sessions, redactor = Sessions(store.salts), Redactor.of(settings)
    app.state.kb = State(
        settings,
        store,
        knowledge_base,
        rate_limit,
        sessions,
        redactor.redact,
        reports,
        Accounts.of(store, settings),
        HelpCenter(settings, knowledge_base, store.events),
        RateLimit(settings.contacts_per_hour / 60, burst=settings.contacts_per_hour),
        indexing,
        telling,
        provider_of(settings),
    )
    app.state.console = Console.of(store, knowledge_base)
    errors.install(app)
    missing.install(app)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Cors, settings=settings, publishable=PublishableOrigins(store.keys.origins))
    for module in _ROUTES:
        app.include_router(module.router)
    app.mount("/static", VersionedFiles(), name="static")
    return app


def warm_up(knowledge_base: KnowledgeBase) -> str | None:
    """Open the snapshot and load the model before the first visitor; the reason if it cannot."""
    try:
        knowledge_base.search("warm up")
    except KBError as error:
        return str(error)
    return None
