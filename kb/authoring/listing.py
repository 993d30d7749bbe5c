"""One file of the content folder with what it says, or why it says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb.authoring.faults import Fault, refused
from kb.authoring.reading import Unreadable, read_article
from kb.models import Article

_KNOWN = 20_000
"""Files whose reading is remembered."""


@dataclass(frozen=True)
class Listed:
    """A file of the folder with what it says."""

    path: str
    """Below the content folder, `/` between the parts."""
    article: Article | None
    fault: Fault | None = None
    """Why it is no article."""

    @property
    def name(self) -> str:
        """The article's id, or else the file."""
        return self.article.id if self.article else self.path


def listed(path: str, file: Path, most_bytes: int) -> Listed:
    """A file, read again only where it is not the one that was read before."""
    try:
        status = file.stat()
    except OSError as error:
        return Listed(path, None, _unreadable(error))
    if status.st_size > most_bytes:
        values = {"size": str(status.st_size), "limit": str(most_bytes)}
        return Listed(path, None, Fault(code="too_large", values=values))
    return _read(path, file, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(_KNOWN)
def _read(path: str, file: Path, _changed: int, _size: int, _inode: int) -> Listed:
    try:
        return listed_of(path, file, file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        return Listed(path, None, Fault(code="not_utf8", values={"byte": str(error.start)}))
    except OSError as error:
        return Listed(path, None, _unreadable(error))


def listed_of(path: str, file: Path, text: str) -> Listed:
    """What a text is listed as, as the content of a file."""
    folder = file.parent.name or file.parent.resolve().name
    try:
        article = read_article(text.removeprefix("\ufeff"), f"{folder}.{file.stem}")
    except Unreadable as error:
        values = {"reason": error.reason}
        return Listed(path, None, Fault(code="broken", line=error.line, values=values))
    return Listed(path, article)


def _unreadable(error: OSError) -> Fault:
    return Fault(code="unreadable", values={"reason": error.strerror or str(error)})


@contextmanager
def explained(path: str, code: str = "cannot_write") -> Iterator[None]:
    """Failures of the disk as what a writer is told."""
    try:
        yield
    except OSError as error:
        raise refused(code, path=path, reason=error.strerror or error) from error
