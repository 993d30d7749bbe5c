"""The application as browser tests meet it: a real server, a real store, the sample indexed."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.state import Reports
from eval.pages.planted import plant_searches, plant_tickets
from indexer.pipeline import index
from indexer.worker import IndexWorker
from kb.accounts.models import Place, StaffRole, User
from kb.accounts.service import Accounts
from kb.accounts.welcome import LINK_PATH
from kb.config import Settings, load_settings
from kb.embedder import Embedder
from kb.gaps.service import GapDesk
from kb.parameters import load_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.suggest import SuggestionTools
from kb.support_desk import SupportDesk

START_SECONDS = 20.0
NAMES: dict[StaffRole, str] = {"rep": "Mina Farhadi", "writer": "Lin Yue", "admin": "Tom Okafor"}


@dataclass(frozen=True)
class House:
    """A served application, and what is behind it."""

    url: str
    """Origin, without a slash at the end."""
    settings: Settings
    store: Store
    knowledge_base: KnowledgeBase
    reports: Reports
    accounts: Accounts
    tickets: tuple[str, ...] = ()
    """Open ones, planted by `in_use`."""
    gaps: tuple[str, ...] = ()
    """The most wanted first, planted by `in_use`."""

    def user(self, role: StaffRole) -> User:
        """A colleague with this role, who reads the pages in the browser's language."""
        email = f"{role}@verdilo.example"
        if found := self.store.users.by_email(email):
            return found
        name = NAMES[role]
        now = dt.datetime.now(dt.UTC)
        user = User(id=role, email=email, name=name, role=role, locale="", created_at=now)
        self.store.users.add(user)
        return user

    def session(self, role: StaffRole, place: Place = "page") -> str:
        """The token of a session that has just begun."""
        now = dt.datetime.now(dt.UTC)
        return self.accounts.begin(self.user(role), "link", now, place=place)

    def sign_in(self, page: Any, role: StaffRole) -> None:
        """By a link, as somebody who has just run `make run`."""
        page.goto(f"{self.url}{LINK_PATH}{self.link(role)}")
        page.locator("main form button").last.click()
        page.wait_for_url(lambda address: LINK_PATH not in address)

    def link(self, role: StaffRole) -> str:
        """A token that signs in once."""
        now = dt.datetime.now(dt.UTC)
        return self.accounts.make_link(self.user(role), dt.timedelta(hours=1), "test", now)


def in_use(house: House) -> House:
    """The sample as it is after some weeks: searches with gaps, open tickets."""
    now = dt.datetime.now(dt.UTC)
    settings, store = house.settings, house.store
    plant_searches(settings.content_dir / "searches", settings, store, now, whole=False)
    tickets = plant_tickets(settings.content_dir / "inbox", store, now)
    report = house.reports.gaps.refresh()
    house.reports.support.refresh()
    return replace(house, tickets=tuple(tickets), gaps=tuple(gap.id for gap in report.missing))


@contextmanager
def served(app: FastAPI, listener: socket.socket | None = None) -> Iterator[str]:
    """The app under uvicorn in a thread; its origin."""
    listener = listener or socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()


@contextmanager
def house(
    folder: Path, content: Path, embedder: Embedder, embeddings: Path | None = None, **more: Any
) -> Iterator[House]:
    """Index a copy of `content`, and serve it.

    Args:
        folder: of the test run: data and the copy of the content go there.
        embeddings: a cache of vectors to begin with.
        more: further settings.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    articles = folder / "articles"
    shutil.copytree(content, articles)
    data = folder / "data"
    if embeddings and embeddings.is_file():
        (data / "cache").mkdir(parents=True)
        shutil.copy(embeddings, data / "cache" / embeddings.name)
    settings = load_settings(
        **{
            "data_dir": data,
            "content_dir": articles,
            "public_url": f"http://127.0.0.1:{listener.getsockname()[1]}",
            "requests_per_minute": 100_000,
            "gaps_refresh_minutes": 0,
            "contacts_per_hour": 100_000,
            **more,
        }
    )
    store = Store(settings.store_url)
    report = index([articles], settings, store, embedder)
    if report.problems:
        raise RuntimeError(f"not indexed: {report.problems}")
    knowledge_base = KnowledgeBase(
        settings, embedder, load_parameters(settings), SuggestionTools.build(settings, store)
    )
    knowledge_base.search("warm up")
    reports = Reports(GapDesk(store, knowledge_base, settings), SupportDesk(store, knowledge_base))
    app = create_app(settings, knowledge_base, IndexWorker(settings, knowledge_base), reports)
    try:
        with served(app, listener) as url:
            yield House(url, settings, store, knowledge_base, reports, Accounts.of(store, settings))
    finally:
        store.close()
