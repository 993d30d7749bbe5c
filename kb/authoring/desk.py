"""`Authoring`: what writers do with articles. The folder is written first, then the store.

Whoever publishes what the store holds is woken by the caller; `standing` tells how far that is.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from kb.authoring.faults import Refused, refused
from kb.authoring.fields import Typed, checked, unfinished, unknown_fields
from kb.authoring.folder import Changed, ContentFolder, Opened
from kb.authoring.names import beside, name_fault, name_of, of_its_own, top_of
from kb.authoring.reading import FIELDS, Unreadable
from kb.authoring.standing import Standings
from kb.authoring.text import ArticleText, Value, fields_of
from kb.config import Settings
from kb.errors import NotFound, OperationalError
from kb.models import Article, Audience
from kb.service import KnowledgeBase
from kb.store import Store
from kb.store.documents import API, StoredDocument

logger = logging.getLogger(__name__)

Intent = Literal["draft", "publish"]
"""As what it is saved: for writers only, or for readers."""


@dataclass(frozen=True)
class Saved:
    path: str
    article: Article
    was_draft: bool | None
    """None: it is new."""
    stored: bool
    """False: the file is written, but the store could not be."""


class Authoring:
    """The writers' desk over one content folder. Thread-safe.

    Args:
        knowledge_base: asked what readers find.
    """

    def __init__(self, settings: Settings, store: Store, knowledge_base: KnowledgeBase) -> None:
        self._settings, self._store = settings, store
        self.folder = ContentFolder(
            settings.content_dir, settings.data_dir / "content.lock", settings.max_document_bytes
        )
        self.standings = Standings(store, knowledge_base)

    # Saving

    def save(
        self, path: str, version: str, typed: Typed, intent: Intent, now: dt.datetime
    ) -> Saved:
        """Write what was typed into a file that is there, and into the store.

        Args:
            version: of the file that the writer has seen.

        Raises:
            Changed: the file is another one by now.
            Refused: something typed is wrong, or the file cannot be written.
        """
        try:
            opened = self.folder.open(path)
        except NotFound as error:
            raise Changed(path, None) from error
        if opened.version != version:
            raise Changed(path, opened)
        before = opened.listed.article
        text = self._written(opened, typed, intent, now)
        article = self._article(path, text, before.id if before else "")
        if before is None or before.locale != article.locale:
            self._check_language(path, article)
        self.folder.replace(path, version, text.encoded())
        was_draft = before.draft if before else True
        return Saved(path, article, was_draft, self._keep(path, article, now))

    def create(self, typed: Typed, intent: Intent, now: dt.datetime) -> Saved:
        """Write a new file for what was typed: a translation beside its source, else in a folder of
        its own.

        Raises:
            Refused: something typed is wrong, its name is taken, or it cannot be written.
        """
        values, body, faults = checked(typed, self._settings.max_document_bytes)
        name = typed.name.strip()
        if not name and not typed.translation_of.strip():
            name = name_of(str(values["title"]))
        fault = name_fault(name) if name else None
        if fault:
            faults.append(fault)
        if intent == "publish":
            faults += unfinished(body)
        if faults:
            raise Refused(faults)
        path, identifier = self._place(name, values)
        source = values["translation_of"]
        if intent == "publish":
            values["updated"] = values["updated"] or now.date()
        values["draft"] = None if intent == "publish" else True
        text = ArticleText.new().with_changes({"id": identifier, **values}, body)
        article = self._article(path, text)
        self.folder.create(path, text.encoded(), own_folder=not source)
        return Saved(path, article, None, self._keep(path, article, now))

    def delete(self, path: str, version: str, now: dt.datetime) -> Opened:
        """Put a file away, so that nobody finds it any more; `restore` brings it back.

        Raises:
            Changed: the file is another one by now.
            Refused: it cannot be moved.
        """
        try:
            opened = self.folder.open(path)
        except NotFound as error:
            raise Changed(path, None) from error
        self.folder.delete(path, version, now)
        if opened.listed.article:
            self._forget(opened.listed.article.id)
        return opened

    def restore(self, name: str, now: dt.datetime) -> Saved | None:
        """Bring a deleted file back as it was; None where it is no article.

        Raises:
            NotFound: it is not in the trash any more.
            Refused: another file is in its place, or it cannot be moved.
        """
        path = self.folder.restore(name)
        return self.store(path, now)

    def store(self, path: str, now: dt.datetime) -> Saved | None:
        """Take a file as it is into the store; None where it is no article.

        Raises:
            NotFound: there is none.
        """
        article = self.folder.open(path).listed.article
        if article is None:
            return None
        return Saved(path, article, None, self._keep(path, article, now))

    def _written(
        self, opened: Opened, typed: Typed, intent: Intent, now: dt.datetime
    ) -> ArticleText:
        values, body, faults = checked(typed, self._settings.max_document_bytes)
        if intent == "publish":
            faults += unfinished(body)
        if faults:
            raise Refused(faults)
        before, stated = opened.listed.article, _stated(opened.text)
        values["draft"] = intent == "draft" or (False if stated.get("draft") is False else None)
        unchanged_date = before and before.updated == values["updated"]
        rewritten = before is None or (before.title, before.body) != (values["title"], body)
        if intent == "publish" and not typed.minor and unchanged_date and rewritten:
            values["updated"] = now.date()
        for name in typed.without:
            if name in unknown_fields(list(stated), FIELDS):
                values[name] = None
        if values["audience"] == "public" and "audience" not in stated:
            del values["audience"]  # it need not be said
        kept = {n: v for n, v in values.items() if v or stated.get(n) or n not in stated}
        original = opened.text.body
        same_body = before is not None and before.body.strip("\n") == body
        return opened.text.with_changes(kept, original if same_body else body)

    def _article(self, path: str, text: ArticleText, own: str = "") -> Article:
        """What the file will say.

        Args:
            own: the id that it has already.

        Raises:
            Refused: it would be no article, or have another's id.
        """
        listed = self.folder.reading(path, text.encoded())
        if listed.article is None:
            raise Refused([listed.fault] if listed.fault else [])
        if listed.article.id != own and self._is_taken(listed.article.id):
            raise refused("id_taken", "name", id=listed.article.id)
        return listed.article

    def _check_language(self, path: str, article: Article) -> None:
        """An article has one version in a language."""
        wanted = (article.group, article.locale)
        others = [one.article for one in self.folder.listed() if one.path != path]
        if any(other and (other.group, other.locale) == wanted for other in others):
            raise refused("language_taken", "locale")

    def _place(self, name: str, values: Mapping[str, Value]) -> tuple[str, str]:
        """Path and id of a new file."""
        listed, locale = self.folder.listed(), str(values["locale"])
        if source := values["translation_of"]:
            return beside(str(source), locale, listed)
        audience: Audience = "internal" if values["audience"] == "internal" else "public"

        def is_free(folder: str, identifier: str) -> bool:
            return not (self.folder.root / folder).exists() and not self._is_taken(identifier)

        return of_its_own(name, locale, top_of(listed, audience), is_free)

    def _is_taken(self, identifier: str) -> bool:
        """Whether something else than a new file has this id."""
        if any(one.name == identifier for one in self.folder.listed()):
            return True
        stored = self._store.documents.stored(identifier)
        if stored is None:
            return False
        of_line = stored.origin.rpartition(":")[2].isdigit()  # of a file with many documents
        if stored.document.kind != "article" or stored.source == API or of_line:
            return True
        elsewhere = Path(stored.origin).resolve()
        return elsewhere.is_file() and not elsewhere.is_relative_to(self.folder.root.resolve())

    # Store

    def _keep(self, path: str, article: Article, now: dt.datetime) -> bool:
        """Store an article as `kb index` would."""
        origin = str(self.folder.root / path)
        try:
            stored = self._store.documents.stored(article.id)
            source = self._source(stored)
            erased: list[str] = []
            self._store.documents.upsert(
                [(article, origin)], source, now, lambda document, _: erased.append(document.id)
            )
        except (SQLAlchemyError, OperationalError):
            logger.exception("%s is saved and could not be stored", path)
            return False
        return not erased

    def _source(self, stored: StoredDocument | None) -> str:
        root = self.folder.root.resolve()
        if stored and Path(stored.source).is_relative_to(root):
            return stored.source
        return str(root)

    def _forget(self, identifier: str) -> None:
        try:
            self._store.documents.remove([identifier])
        except SQLAlchemyError:
            logger.exception("%s is deleted and still stored", identifier)


def _stated(text: ArticleText) -> dict[str, object]:
    try:
        return fields_of(text.front)
    except Unreadable:
        return {}
