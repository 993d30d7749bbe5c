"""The synonyms file: words that mean the same to search, kept by writers (docs/vocabulary.md).

It is read at query time: nothing has to be indexed again. kb.synonym_format says what it holds.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from kb.config import Settings
from kb.errors import ConfigurationError, Conflict, InvalidInput
from kb.expansion import Synonyms, Wording, variants
from kb.synonym_format import Entry, entry_text, parse_entries

_APPENDING = threading.Lock()
FILE_NAME = "synonyms.toml"
_PREAMBLE = "# Words that mean the same to search; `kb vocabulary check` checks this file.\n"


def synonyms_path(settings: Settings) -> Path:
    """Where the file is, or would be."""
    return settings.synonyms_file or settings.content_dir / FILE_NAME


def load_synonyms(settings: Settings) -> Synonyms:
    """The synonyms in force; none where there is no file.

    Raises:
        ConfigurationError: see `read_entries`.
    """
    entries = read_entries(synonyms_path(settings), settings.languages)
    return Synonyms((pair for entry in entries for pair in entry.pairs()), settings.languages)


def read_entries(path: Path, languages: Sequence[str]) -> tuple[Entry, ...]:
    """What the file holds, in its order; nothing where there is no file.

    Args:
        languages: the configured ones.

    Raises:
        ConfigurationError: it cannot be read or is malformed; names the line and what is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read ({error}); save it as UTF-8.") from error
    return parse_entries(text, languages, str(path))


def append_entry(path: Path, entry: Entry, languages: Sequence[str]) -> bool:
    """Add an entry at the end of the file; what is there stays as it was written.

    Readers see the old file or the new one, whole. Threads wait for each other.

    Returns:
        False if the file says as much already.

    Raises:
        ConfigurationError: the file is malformed, or the entry would make it so.
        InvalidInput: the file cannot be written.
    """
    with _APPENDING:
        return _append(path, entry, languages)


def _append(path: Path, entry: Entry, languages: Sequence[str]) -> bool:
    known = {pair for one in read_entries(path, languages) for pair in one.pairs()}
    if set(entry.pairs()) <= known:
        return False
    try:
        before = path.read_text(encoding="utf-8-sig") if path.exists() else _PREAMBLE
        after = f"{before.rstrip()}\n\n{entry_text(entry)}"
    except OSError as error:
        raise _cannot_write(path, error) from error
    parse_entries(after, languages, str(path))
    _write(path, after)
    return True


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.tmp")
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> InvalidInput:
    return InvalidInput(f"{path} cannot be written ({error}); check its folder.")


def remove_entry(path: Path, entry: Entry, languages: Sequence[str]) -> None:
    """Take back an entry that `append_entry` added; everything else stays as it was written.

    Raises:
        ConfigurationError: the file is malformed.
        Conflict: the file no longer has the entry as it was added.
        InvalidInput: the file cannot be written.
    """
    with _APPENDING:
        if entry not in read_entries(path, languages):
            raise Conflict("The synonyms file no longer has this entry; somebody removed it.")
        before = path.read_text(encoding="utf-8-sig")
        block = entry_text(entry)
        # Whole: the same lines with one more below them are another entry.
        at = re.search(rf"(?m)^{re.escape(block.rstrip())}[ \t]*(?=\n\s*(?:\[\[|#|\Z)|\Z)", before)
        if at is None:
            raise Conflict(f"The entry in {path} was edited by hand; remove it there.")
        after = f"{before[: at.start()].rstrip()}\n\n{before[at.end() :].strip()}".strip()
        parse_entries(after, languages, str(path))
        _write(path, f"{after}\n")


class WatchedSynonyms:
    """The synonyms in force, read again when the file changes.

    Raises:
        ConfigurationError: the file is malformed when it is first read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stamp = self._stamp_now()
        self.current = load_synonyms(settings)

    def refresh(self) -> bool:
        """Read the file if it changed; whether it did.

        Raises:
            ConfigurationError: it is malformed now; `current` stays, until it changes again.
        """
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.current = load_synonyms(self._settings)
        return True

    @property
    def stamp(self) -> str:
        """Equal where the file in force is the same."""
        return repr(self._stamp)

    def _stamp_now(self) -> tuple[int, int, int] | None:
        try:
            status = synonyms_path(self._settings).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def idle_entries(
    entries: Sequence[Entry],
    vocabularies: Sequence[Callable[[str], bool]],
    languages: Sequence[str],
) -> list[int]:
    """Entries (from 0) that can help no search: none of their words is in anything indexed.

    Args:
        vocabularies: whether each index has a term.
    """

    def occurs(wording: Wording) -> bool:
        return any(
            all(map(has, terms)) for terms in variants(wording, languages) for has in vocabularies
        )

    return [
        number
        for number, entry in enumerate(entries)
        if not any(occurs(also) for also in dict.fromkeys(also for _, also in entry.pairs()))
    ]
