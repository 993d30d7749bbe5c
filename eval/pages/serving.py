"""The application over a fresh copy of the sample, in a process of its own."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.pages.planted import plant_searches, plant_tickets
from indexer.pipeline import index
from kb.accounts.people import find_user
from kb.accounts.service import Accounts
from kb.accounts.welcome import LINK_PATH, sample_links
from kb.config import Settings, environment_with
from kb.embedder import Embedder
from kb.errors import OperationalError
from kb.gaps.service import GapDesk
from kb.parameters import load_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.support_desk import SupportDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page

Progress = Callable[[str, int, int], None]

_ADDRESS = re.compile(r"Serving on (http://\S+?)/ ")
_STOP_SECONDS = 15


@dataclass(frozen=True)
class Site:
    """A served copy of the sample."""

    url: str
    """Origin, without a slash at the end."""
    settings: Settings
    store: Store
    tickets: tuple[str, ...]
    """Ids of the open ones."""
    gaps: tuple[str, ...]
    """Ids, the most wanted first."""

    def sign_in(self, page: Page, role: str) -> None:
        """As `make run` has it: by a link that works once."""
        links = sample_links(Accounts.of(self.store, self.settings), dt.datetime.now(dt.UTC))
        token = next(token for name, token in links.items() if name == role)
        page.goto(f"{self.url}{LINK_PATH}{token}")
        page.locator("main form button").last.click()
        page.wait_for_url(lambda address: LINK_PATH not in address)

    def sign_in_sidebar(self, page: Page) -> None:
        """The embedded sidebar has sessions of its own, begun by a code from one's account."""
        user = find_user(self.store, "rep@verdilo.example")
        code = Accounts.of(self.store, self.settings).make_code(user, dt.datetime.now(dt.UTC))
        page.goto(f"{self.url}/embed/sign-in")
        page.locator("main details > summary").click()
        page.locator("input[name=code]").fill(code)
        page.locator("main details form button").click()
        page.wait_for_url(lambda address: "/embed/sign-in" not in address)


@contextmanager
def sample_site(
    settings: Settings, content: Path, embedder: Embedder, progress: Progress
) -> Iterator[Site]:
    """Index a copy of `content` below the data folder, with searches and open tickets; serve it.

    What was there from the last time is deleted; vectors are kept.

    Raises:
        OperationalError: the server does not start.
    """
    scratch = _fresh(settings, content)
    store = Store(scratch.store_url)
    try:
        tickets, gaps = _fill(scratch, store, embedder, progress)
        with _served(scratch) as url:
            yield Site(url, scratch, store, tickets, gaps)
    finally:
        store.close()


def _fresh(settings: Settings, content: Path) -> Settings:
    folder = settings.data_dir.absolute() / "pages"
    kept = folder / "data" / "cache"
    for gone in (folder / "articles", folder / "data"):
        for entry in gone.iterdir() if gone.is_dir() else ():
            if entry == kept:
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    shutil.copytree(content, folder / "articles", dirs_exist_ok=True)
    if settings.cache_dir.is_dir() and not kept.exists():
        shutil.copytree(settings.cache_dir, kept)
    changes = {
        "data_dir": folder / "data",
        "content_dir": folder / "articles",
        "database_url": "",
        "public_url": "",
        "requests_per_minute": 100_000,
        "gaps_refresh_minutes": 0,
    }
    return settings.model_copy(update=changes)


def _fill(
    settings: Settings, store: Store, embedder: Embedder, progress: Progress
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    index([settings.content_dir], settings, store, embedder, progress=progress)
    now = dt.datetime.now(dt.UTC)
    plant_searches(settings.content_dir / "searches", settings, store, now)
    tickets = plant_tickets(settings.content_dir / "inbox", store, now)
    knowledge_base = KnowledgeBase(settings, embedder, load_parameters(settings))
    found = GapDesk(store, knowledge_base, settings).refresh(progress)
    SupportDesk(store, knowledge_base).refresh(progress)
    return tuple(tickets), tuple(gap.id for gap in found.missing)


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    environment = environment_with(
        data_dir=settings.data_dir,
        content_dir=settings.content_dir,
        database_url="",
        requests_per_minute=settings.requests_per_minute,
        gaps_refresh_minutes=0,
        contacts_per_hour=100_000,
        port=0,
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "kb.cli", "serve"],
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address(process)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _address(process: subprocess.Popen[str]) -> str:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if found := _ADDRESS.search(line):
            return found.group(1)
    raise OperationalError(f"The server did not start: {' '.join(lines).strip()}")
