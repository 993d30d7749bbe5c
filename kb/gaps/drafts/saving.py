"""Drafts as files of the content folder: `help/<slug>/<locale>.md`, never overwritten."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from kb.errors import Conflict, InvalidInput, OperationalError
from kb.gaps.drafts.outline import Outline, to_markdown

FOLDER = "help"
_NUMBERED = 50
"""Drafts of one title; more are a mistake."""


def save_draft(outline: Outline, content_dir: Path, taken: Container[str] = ()) -> Path:
    """Write the outline into a folder of its own, numbered where the name is taken.

    A reader sees the whole file or none. Nothing is written outside the content folder, through
    no link either.

    Args:
        taken: ids of documents that exist elsewhere.

    Returns:
        The file; the article's id is `<folder>.<locale>`, as its front matter says.

    Raises:
        InvalidInput: the content folder does not exist, or its `help` leads out of it.
        Conflict: too many drafts have this title.
        OperationalError: the file cannot be written.
    """
    folder = _folder(content_dir)
    for number in range(1, _NUMBERED + 1):
        name = outline.slug if number == 1 else f"{outline.slug}-{number}"
        article_id = f"{name}.{outline.locale}"
        if article_id in taken:
            continue
        own = folder / name
        try:
            own.mkdir()  # whoever makes it owns it
        except FileExistsError:
            continue
        except OSError as error:
            raise _cannot_write(own, error) from error
        return _write(own / f"{outline.locale}.md", to_markdown(outline, article_id))
    raise Conflict(
        f"There are {_NUMBERED} articles named '{outline.slug}' in {folder}; finish or delete some."
    )


def _folder(content_dir: Path) -> Path:
    if not content_dir.is_dir():
        raise InvalidInput(
            f"There is no content folder {content_dir}; set KB_CONTENT_DIR to the folder that "
            "articles are written in."
        )
    folder = content_dir / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        inside = folder.resolve().is_relative_to(content_dir.resolve())
    except OSError as error:
        raise _cannot_write(folder, error) from error
    if not inside:
        raise InvalidInput(f"{folder} is a link that leads out of the content folder.")
    return folder


def _write(path: Path, text: str) -> Path:
    hidden = path.with_name(f".{path.name}.new")  # the reader passes over hidden files
    try:
        hidden.write_text(text, encoding="utf-8", newline="\n")
        hidden.rename(path)
    except OSError as error:
        hidden.unlink(missing_ok=True)
        path.parent.rmdir()
        raise _cannot_write(path, error) from error
    return path


def _cannot_write(path: Path, error: OSError) -> OperationalError:
    return OperationalError(f"{path} cannot be written: {error.strerror or error}.")
