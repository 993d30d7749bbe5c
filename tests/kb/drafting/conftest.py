"""The sample help center, as the drafts read it."""

from __future__ import annotations

from pathlib import Path

import frontmatter
import pytest

HELP = Path(__file__).resolve().parents[3] / "articles" / "help"


@pytest.fixture(scope="session")
def articles() -> list[tuple[str, str, str]]:
    """(id, title, body) of every public article."""
    loaded = [frontmatter.load(str(path)) for path in sorted(HELP.glob("*/*.md"))]
    return [(str(post["id"]), str(post["title"]), post.content) for post in loaded]
