"""Fixtures shared by all tests. The embedding model is the real one, loaded once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from kb.config import Settings, load_settings, prepare_process

prepare_process()  # before anything imports torch

# The first example loads dictionaries and models; nothing here is a test of speed.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the developer's settings or working directory."""
    import os

    for name in list(os.environ):
        if name.startswith("KB_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """Where packaged models are unpacked; shared with `make run` so that it happens once."""
    return ROOT / "data" / "cache"


@pytest.fixture(scope="session")
def embedder(model_cache: Path):
    """The default embedding model."""
    from kb.embedder import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder("multilingual-e5-small", model_cache)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


@pytest.fixture
def write_jsonl(tmp_path: Path) -> Callable[[str, list[dict[str, object]]], Path]:
    """Write records to a JSON Lines file and return its path."""

    def write(name: str, records: list[dict[str, object]]) -> Path:
        path = tmp_path / name
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, embedder) -> Iterator[Settings]:
    """The sample help center, indexed once with the real model; read-only."""
    from indexer.pipeline import index
    from kb.store import Store

    settings = load_settings(data_dir=tmp_path_factory.mktemp("sample"))
    store = Store(settings.store_url)
    report = index([ROOT / "articles"], settings, store, embedder)
    assert not report.problems
    yield settings
    store.close()
