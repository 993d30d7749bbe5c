"""The content folder as an editor sees it. Nothing outside it is read or written.

Files are found by looking them up among those that are there: a path from a request is compared,
never opened. Links are passed over: what they lead to may be anywhere. A reader sees the old file
or the new one, whole. What is deleted is moved to `.trash/`, which no indexer reads, and can be
put back.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from kb.authoring.faults import Refused, refused
from kb.authoring.files import MARKDOWN, content_files
from kb.authoring.listing import Listed, explained, listed, listed_of
from kb.authoring.text import ArticleText, version_of
from kb.errors import Conflict, NotFound

TRASH = ".trash"
_STAMP = "%Y%m%dT%H%M%S%fZ"
_WAIT_SECONDS = 10


@dataclass(frozen=True)
class Opened:
    """A file as it was read: what a writer sees, and what a save is compared with."""

    listed: Listed
    text: ArticleText
    version: str

    @property
    def path(self) -> str:
        return self.listed.path


@dataclass(frozen=True)
class Trashed:
    """A file that was deleted."""

    name: str
    """What names it in the trash."""
    path: str
    """Where it was."""
    at: dt.datetime


class Changed(Conflict):
    """Somebody else changed the file since it was opened; nothing was written.

    Args:
        theirs: the file as it is now; None: it is gone.
    """

    def __init__(self, path: str, theirs: Opened | None) -> None:
        super().__init__(f"Somebody else changed {path} in between; compare, then save again.")
        self.theirs = theirs


class ContentFolder:
    """One folder of articles. Safe to share between threads and processes.

    Args:
        lock: file that writers hold while they compare and write.
    """

    def __init__(self, root: Path, lock: Path, max_document_bytes: int) -> None:
        self._root, self._lock, self._limit = root, lock, max_document_bytes

    @property
    def root(self) -> Path:
        return self._root

    def listed(self) -> list[Listed]:
        """All Markdown files, by path.

        Raises:
            Refused: there is no such folder, or it cannot be read.
        """
        return [listed(path, file, self._limit) for path, file in sorted(self._files())]

    def open(self, path: str) -> Opened:
        """One file.

        Raises:
            NotFound: there is none; also for every path that leads elsewhere.
            Refused: it cannot be read, is not UTF-8 or too large.
        """
        return self._open(path, self._file(path))

    def reading(self, path: str, content: bytes) -> Listed:
        """What a file of this content would be listed as."""
        return listed_of(path, self._root / path, content.decode("utf-8"))

    def replace(self, path: str, version: str, content: bytes) -> None:
        """Write a file that is there.

        Args:
            version: of the file that the writer has seen.

        Raises:
            Changed: it is another one by now.
            Refused: it cannot be written.
        """
        with self._writing():
            file = self._same(path, version)
            with explained(path):
                _write(file, content)

    def create(self, path: str, content: bytes, *, own_folder: bool) -> None:
        """Write a file that is not there yet.

        Args:
            path: of names that `kb.authoring.names` allows.
            own_folder: its folder has to be new, too.

        Raises:
            Refused: it is there, or cannot be written.
        """
        with self._writing(), explained(path):
            self._check_root()
            file = self._root.joinpath(*PurePosixPath(path).parts)
            if not file.parent.parent.resolve().is_relative_to(self._root.resolve()):
                raise refused("name_taken", "name", name=path)
            try:
                file.parent.mkdir(parents=True, exist_ok=not own_folder)
            except FileExistsError as error:
                raise refused("name_taken", "name", name=path) from error
            if file.exists() or file.is_symlink() or file.parent.is_symlink():
                raise refused("name_taken", "name", name=path)
            _write(file, content)

    def delete(self, path: str, version: str, now: dt.datetime) -> str:
        """Move a file to the trash; returns its name there.

        Raises:
            Changed: it is another one by now.
            Refused: it cannot be moved.
        """
        with self._writing():
            file = self._same(path, version)
            with explained(path):
                while (place := self._root / TRASH / _stamp(now) / path).exists():
                    now += dt.timedelta(microseconds=1)
                place.parent.mkdir(parents=True, exist_ok=True)
                file.rename(place)
                with suppress(OSError):  # other files are in it
                    file.parent.rmdir()
        return f"{_stamp(now)}/{path}"

    def trashed(self) -> list[Trashed]:
        """What was deleted, the last first."""
        bin_ = self._root / TRASH
        found = []
        for folder in sorted(bin_.iterdir(), reverse=True) if bin_.is_dir() else ():
            try:
                at = dt.datetime.strptime(folder.name, _STAMP).replace(tzinfo=dt.UTC)
            except ValueError:
                continue
            for file in sorted(content_files(folder, MARKDOWN)):
                path = file.relative_to(folder).as_posix()
                found.append(Trashed(f"{folder.name}/{path}", path, at))
        return found

    def restore(self, name: str) -> str:
        """Put a deleted file back to where it was; returns its path.

        Raises:
            NotFound: the trash has nothing of that name.
            Refused: another file is there by now, or it cannot be moved.
        """
        with self._writing():
            found = next((one for one in self.trashed() if one.name == name), None)
            if found is None:
                raise NotFound("The trash has no such file; somebody may have put it back.")
            place = self._root / found.path
            with explained(found.path):
                if place.exists() or place.is_symlink():
                    raise refused("restore_taken", name=found.path)
                place.parent.mkdir(parents=True, exist_ok=True)
                (self._root / TRASH / name).rename(place)
        return found.path

    def _check_root(self) -> None:
        if not self._root.is_dir():
            raise refused("no_folder", path=self._root)

    def _files(self) -> Iterator[tuple[str, Path]]:
        self._check_root()
        real = self._root.resolve()
        with explained(str(self._root), "folder_unreadable"):
            for file in content_files(self._root, MARKDOWN):
                path = file.relative_to(self._root)
                if file.resolve() == real / path and file.is_file():  # no link on the way
                    yield path.as_posix(), file

    def _file(self, path: str) -> Path:
        file = dict(self._files()).get(path)
        if file is None:
            raise NotFound("There is no such article in the content folder.")
        return file

    def _open(self, path: str, file: Path) -> Opened:
        fault = listed(path, file, self._limit).fault
        if fault and fault.code in ("too_large", "unreadable", "not_utf8"):
            raise Refused([fault])
        with explained(path, "unreadable"):
            content = file.read_bytes()
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:  # since it was listed
            raise refused("not_utf8", byte=error.start) from error
        return Opened(listed_of(path, file, text), ArticleText.of(text), version_of(content))

    def _same(self, path: str, version: str) -> Path:
        try:
            file = self._file(path)
            opened = self._open(path, file)
        except (NotFound, Refused) as error:
            raise Changed(path, None) from error
        if opened.version != version:
            raise Changed(path, opened)
        return file

    @contextmanager
    def _writing(self) -> Iterator[None]:
        lock = FileLock(self._lock)
        with explained(str(self._lock)):
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=_WAIT_SECONDS)
            except Timeout as error:
                raise refused("busy") from error
        try:
            yield
        finally:
            lock.release()


def _stamp(now: dt.datetime) -> str:
    return now.astimezone(dt.UTC).strftime(_STAMP)


def _write(file: Path, content: bytes) -> None:
    scratch = file.with_name(f".{file.name}.new")  # hidden: no reader takes it for content
    try:
        scratch.write_bytes(content)
        with suppress(FileNotFoundError):
            shutil.copymode(file, scratch)
        scratch.replace(file)
    except OSError:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise
