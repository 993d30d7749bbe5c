"""The lexical index of a collection, built here or beside the embedder by a process of its own.

Analysis and Whoosh are pure Python, and the embedder leaves them time on the second core. The
process is a plain `python -m indexer.words`, so it does not matter who called.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kb.lexical import LexicalIndex
from kb.text import analyse

logger = logging.getLogger(__name__)

BACKGROUND_PASSAGES = 2000
"""From so many passages on, starting a process costs less than it saves."""

Text = tuple[str, str, str]
"""(context, text, locale) of a passage."""


@contextmanager
def words_indexed(texts: Sequence[Text], folder: Path) -> Iterator[None]:
    """Write the lexical index of `texts` to `folder`; it is there when the context ends."""
    if len(texts) < BACKGROUND_PASSAGES:
        build_words(texts, folder)
        yield
        return
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for text in texts:
            file.write(json.dumps(text) + "\n")
        file.flush()
        worker = subprocess.Popen(
            [sys.executable, "-m", "indexer.words", file.name, str(folder)],
            stdout=subprocess.DEVNULL,
        )
        try:
            yield
        except BaseException:
            worker.kill()
            worker.wait()
            raise
        if worker.wait() != 0:
            logger.warning("the process that indexes words failed; doing its work here")
            shutil.rmtree(folder, ignore_errors=True)
            build_words(texts, folder)


def build_words(texts: Sequence[Text], folder: Path) -> None:
    """Analyse the passages and write their lexical index."""
    LexicalIndex.build(analysed(texts), folder)


def analysed(texts: Sequence[Text]) -> Iterator[tuple[list[str], list[str]]]:
    """The passages' terms: (title terms, body terms)."""
    for context, text, locale in texts:
        yield (
            [term.text for term in analyse(context, locale)],
            [term.text for term in analyse(text, locale)],
        )


if __name__ == "__main__":
    source, target = sys.argv[1:]
    with Path(source).open(encoding="utf-8") as lines:
        build_words([json.loads(line) for line in lines], Path(target))
