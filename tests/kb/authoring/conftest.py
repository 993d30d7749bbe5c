"""A content folder with an article in three languages, and the desk over it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexer.pipeline import index
from kb.authoring.desk import Authoring
from kb.config import load_settings
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
WIFI = {
    "en": ("Connect your planter", "Hold the leaf button for 5 seconds."),
    "fa": ("وصل کردن گلدان", "دکمهٔ برگ را ۵ ثانیه نگه دارید."),
    "zh": ("让花盆连上网络", "按住叶子按键 5 秒。"),
}


def article(identifier: str, locale: str, title: str, body: str, *more: str) -> str:
    lines = [f"id: {identifier}", f"locale: {locale}", f"title: {title}", "section: planter", *more]
    return "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    root = tmp_path / "content"
    folder = root / "help" / "wifi"
    folder.mkdir(parents=True)
    for locale, (title, body) in WIFI.items():
        more = [] if locale == "en" else ["translation_of: wifi.en"]
        text = article(f"wifi.{locale}", locale, title, body, "updated: 2026-05-01", *more)
        (folder / f"{locale}.md").write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def settings(tmp_path: Path, content: Path):
    return load_settings(data_dir=tmp_path / "data", content_dir=content)


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def knowledge_base(settings):
    return KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())


@pytest.fixture
def desk(settings, store, knowledge_base) -> Authoring:
    return Authoring(settings, store, knowledge_base)


@pytest.fixture
def publish(settings, store, knowledge_base):
    """Publish what the store holds, as the worker does."""

    def run() -> None:
        index([], settings, store, knowledge_base.embedder)
        knowledge_base.reload()

    return run
