"""What all pages of the writer's desk have: navigation with counts, the report, how old it is."""

from __future__ import annotations

from dataclasses import dataclass, fields

from fastapi import Request
from markupsafe import Markup

from api.pages.staff import StaffView, staff_view
from api.reports import is_refreshing
from api.signed_in import SignedIn
from api.state import State, state_of
from kb.authoring.folder import ContentFolder
from kb.authoring.listing import Listed
from kb.errors import InvalidInput, NotFound, OperationalError
from kb.gaps.articles.health import Health
from kb.gaps.decisions.content import open_rows
from kb.gaps.decisions.states import to_do
from kb.gaps.report import GapReport
from kb.gaps.words.vocabulary_rows import VocabularyRow, unsettled
from kb.models import IndexedDocument
from kb.synonyms import load_synonyms

AREA = "desk"


@dataclass(frozen=True)
class Tab:
    """A page of the desk in its navigation."""

    path: str
    icon: str
    label: str
    current: bool
    count: int | None = None
    """What waits there; None where nothing is counted."""


_TABS: tuple[tuple[str, str, str], ...] = (
    ("/desk", "list", "overview"),
    ("/desk/gaps", "gap", "gaps"),
    ("/desk/articles", "book", "articles"),
    ("/desk/health", "pulse", "health"),
    ("/desk/duplicates", "twins", "duplicates"),
    ("/desk/translations", "globe", "translations"),
    ("/desk/vocabulary", "words", "vocabulary"),
    ("/desk/effect", "flag", "effect"),
    ("/desk/support", "chart", "support"),
)
"""Path, icon and the key of its label, which is `tab_<key>` in the words."""


@dataclass(frozen=True, kw_only=True)
class DeskView(StaffView):
    """A page of the desk."""

    report: GapReport | None
    """The last one, with what was decided since; None before the first."""
    refreshing: bool
    can_refresh: bool
    """Whether this server computes reports."""
    problem: bool
    """Whether the last attempt to compute one failed."""
    tabs: tuple[Tab, ...]

    @property
    def health(self) -> Health | None:
        return self.report.health if self.report else None

    def isolated(self, text: str, locale: str = "") -> Markup:
        """Somebody's words within a sentence of ours: in their own direction and language."""
        named = Markup(' lang="{}"').format(locale) if locale else Markup("")
        return Markup("<bdi{}>{}</bdi>").format(named, text)

    def quoted(self, text: str, locale: str = "") -> Markup:
        """The same in the quotation marks of the page's language."""
        opening, closing = self.t.quotes
        return Markup("{}{}{}").format(opening, self.isolated(text, locale), closing)

    def public(self, identifier: str) -> str:
        """Link to an article as customers see it."""
        return self.article(identifier)


def desk_view(request: Request, found: SignedIn) -> DeskView:
    """The desk's page that a request asks for."""
    view, state = staff_view(request, found, AREA), state_of(request)
    report = state.reports.gaps.report()
    worker = state.reports.refreshing
    counts = _counts(state, report)
    path = request.url.path
    tabs = tuple(
        Tab(start, icon, getattr(view.t, f"tab_{key}"), _is_current(start, path), counts.get(key))
        for start, icon, key in _TABS
    )
    return DeskView(
        **{field.name: getattr(view, field.name) for field in fields(view)},
        report=report,
        refreshing=is_refreshing(state),
        can_refresh=worker is not None,
        problem=bool(worker and worker.problem),
        tabs=tabs,
    )


def words_to_decide(state: State, report: GapReport | None) -> list[VocabularyRow]:
    """Customers' words with proposals that nobody accepted or refused."""
    rows = unsettled(report.vocabulary if report else (), load_synonyms(state.settings))
    return open_rows(rows, state.store.content_decisions.of("word"))


def content(state: State) -> list[Listed]:
    """The files of the content folder; none where there is no such folder."""
    settings = state.settings
    lock = settings.data_dir / "content.lock"
    folder = ContentFolder(settings.content_dir, lock, settings.max_document_bytes)
    try:
        return folder.listed()
    except InvalidInput:
        return []


def editors(state: State, view: DeskView) -> dict[str, str]:
    """Link to where an article is changed, by its id; only those that have a file of their own."""
    return {
        one.article.id: view.url("/desk/articles/edit", path=one.path)
        for one in content(state)
        if one.article
    }


def article_now(state: State, identifier: str) -> IndexedDocument | None:
    """An article as it is indexed; None where it left since the report was computed."""
    try:
        return state.knowledge_base.article(identifier, role="writer")
    except (NotFound, OperationalError):
        return None


def _is_current(start: str, path: str) -> bool:
    return path == start or (start != "/desk" and path.startswith(f"{start}/"))


def _counts(state: State, report: GapReport | None) -> dict[str, int]:
    if report is None:
        return {}
    counts = {
        "gaps": len(to_do(report.missing)),
        "vocabulary": sum(bool(row.proposals) for row in words_to_decide(state, report)),
        "effect": len(report.closed),
    }
    if health := report.health:
        counts["health"] = len(health.weak) + len(health.stale) + len(health.never_found)
        counts["duplicates"] = len(health.duplicates)
        counts["translations"] = len(health.missing_translations)
    return counts
