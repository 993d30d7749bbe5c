"""`/desk/articles`: what is in the content folder, by article, with its languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.auth import StateDep
from api.pages.desk.editor_view import authoring_of, problem_of, sections_of
from api.pages.desk.editor_words import Sentence, Stands, sentences, stands
from api.pages.desk.view import desk_view
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.signed_in import WriterPage
from api.state import State
from api.web.words import Words, words
from kb.authoring.faults import Fault, Refused
from kb.authoring.listing import Listed
from kb.models import Article
from kb.text import fold, language_of

router = APIRouter(route_class=StaffRoute, include_in_schema=False)

_ON_A_PAGE = 40
_STATES = ("live", "draft", "pending", "unstored", "broken")


@dataclass(frozen=True)
class Version:
    """An article in one language."""

    listed: Listed
    stands: Stands

    @property
    def article(self) -> Article | None:
        return self.listed.article


@dataclass(frozen=True)
class Group:
    """An article in all its languages."""

    name: str
    shown: Version
    """In the page's language, else its source."""
    versions: tuple[Version, ...]
    missing: tuple[str, ...]
    """Languages it is not there in."""


@router.get("/desk/articles")
def listing(
    request: Request,
    state: StateDep,
    found: WriterPage,
    q: str = "",
    stand: str = "",
    language: str = "",
    section: str = "",
    audience: str = "",
    page: int = 1,
    done: str = "",
    refused: str = "",
) -> HTMLResponse:
    """Articles by title, with filters."""
    view = desk_view(request, found)
    t, desk = words(view.locale, "editor"), authoring_of(state)
    try:
        listed, trashed, faults = desk.folder.listed(), desk.folder.trashed(), []
    except Refused as refusal:
        listed, trashed, faults = [], [], sentences(t, "faults", refusal.faults)
    wanted = [one for one in listed if _fits(one, fold(q.strip()), section, audience)]
    groups = _groups(state, t, listed, wanted, view.locale)
    groups = [group for group in groups if _has(group, stand, language)]
    pages = max(1, -(-len(groups) // _ON_A_PAGE))
    page = min(max(1, page), pages)
    filters = {
        "q": q, "stand": stand, "language": language, "section": section, "audience": audience
    }  # fmt: skip
    kept = {name: value for name, value in filters.items() if value}
    return render(
        "editor/list.html",
        view,
        e=t,
        groups=groups[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE],
        count=len(groups),
        total=len(listed),
        faults=faults,
        filters=filters,
        filtered=bool(kept),
        before=view.url("/desk/articles", **kept, page=page - 1) if page > 1 else None,
        after=view.url("/desk/articles", **kept, page=page + 1) if page < pages else None,
        states=_STATES,
        languages=sorted({one.article.locale for one in listed if one.article}),
        sections=sections_of(t, listed),
        trashed=trashed[:_ON_A_PAGE],
        done=done if done in ("deleted", "restored") else "",
        refused=_refused(t, refused),
        query=urlencode(kept),
    )


def _refused(t: Words, code: str) -> list[Sentence]:
    """Why something could not be brought back; the address names the reason."""
    if code not in t.faults:
        return []
    values = dict.fromkeys(("name", "path", "reason", "id"), "…")
    return sentences(t, "faults", [Fault(code=code, values=values)])


def _fits(listed: Listed, asked: str, section: str, audience: str) -> bool:
    article = listed.article
    if article is None:
        return asked in fold(listed.path) and not section and not audience
    text = fold(" ".join((article.title, article.id, listed.path, *article.tags)))
    return (
        all(word in text for word in asked.split())
        and section in ("", article.section)
        and audience in ("", article.audience)
    )


def _groups(
    state: State, t: Words, listed: Sequence[Listed], wanted: Iterable[Listed], locale: str
) -> list[Group]:
    names = {_name(one) for one in wanted}
    members = [one for one in listed if _name(one) in names]
    standings = authoring_of(state).standings.of(members, problem_of(state))
    indexed_here = state.indexing is not None
    versions: dict[str, list[Version]] = {}
    for one, standing in zip(members, standings, strict=True):
        told = stands(t, one, standing, indexed_here=indexed_here)
        versions.setdefault(_name(one), []).append(Version(one, told))
    groups = [_group(name, of, state.settings.languages, locale) for name, of in versions.items()]
    return sorted(groups, key=lambda group: (group.shown.article is not None, _title(group)))


def _group(name: str, versions: list[Version], languages: Sequence[str], locale: str) -> Group:
    order = {language: place for place, language in enumerate(languages)}

    def place(version: Version) -> tuple[int, str]:
        stated = version.article.locale if version.article else ""
        return order.get(language_of(stated), len(order)), stated

    versions.sort(key=place)
    shown = min(
        versions,
        key=lambda one: (
            one.article is None or language_of(one.article.locale) != locale,
            one.listed.name != name,
        ),
    )
    there = {language_of(one.article.locale) for one in versions if one.article}
    missing = tuple(one for one in languages if one not in there) if shown.article else ()
    return Group(name, shown, tuple(versions), missing)


def _has(group: Group, stand: str, language: str) -> bool:
    return any(
        (not stand or version.stands.state == stand)
        and (not language or (version.article is not None and version.article.locale == language))
        for version in group.versions
    )


def _name(listed: Listed) -> str:
    return listed.article.group if listed.article else listed.path


def _title(group: Group) -> str:
    article = group.shown.article
    return fold(article.title) if article else group.name
