"""What is wrong with an installation, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.config import Settings
from kb.errors import KBError
from kb.parameters import load_parameters
from kb.service import build_embedder
from kb.snapshot import open_current
from kb.store import Store


@dataclass(frozen=True)
class Finding:
    subject: str
    ok: bool
    message: str


def examine(load: Callable[[], Settings]) -> list[Finding]:
    """Check the parts in the order they depend on each other; stops at broken settings."""
    try:
        settings = load()
    except KBError as error:
        return [Finding("settings", False, str(error))]
    embedder = build_embedder(settings)

    def store() -> str:
        opened = Store(settings.store_url)
        try:
            return f"{sum(1 for _ in opened.documents.all())} documents in {settings.store_url}"
        finally:
            opened.close()

    def model() -> str:
        return f"{embedder.name}, {embedder.dimension} dimensions, {embedder.max_tokens} tokens"

    def snapshot() -> str:
        opened = open_current(settings.index_dir, embedder.fingerprint)
        sizes = ", ".join(f"{n} {len(c)} passages" for n, c in opened.collections.items())
        return f"generation {opened.generation} is intact ({sizes})"

    def parameters() -> str:
        loaded = load_parameters(settings).confidence
        return f"confidence trained on {', '.join(loaded.trained_on) or 'nothing'}"

    checks = {"store": store, "model": model, "snapshot": snapshot, "parameters": parameters}
    findings = [Finding("settings", True, f"data in {settings.data_dir.absolute()}")]
    for subject, check in checks.items():
        try:
            findings.append(Finding(subject, True, check()))
        except KBError as error:
            findings.append(Finding(subject, False, str(error)))
    return findings
