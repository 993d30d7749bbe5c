"""`/desk/duplicates`: articles that are there twice, side by side; sentences that contradict."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages.desk.view import DeskView, desk_view, editors
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.signed_in import CsrfChecked, WriterPage
from api.state import State
from kb.audit import record
from kb.authoring.merging import Row, side_by_side
from kb.errors import NotFound
from kb.gaps.articles.content import ArticleRef
from kb.gaps.articles.duplicates import Duplicate
from kb.gaps.articles.health import Health
from kb.gaps.decisions.content import VERDICTS, ContentDecision, decided, pair_key
from kb.models import IndexedDocument

Key = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_AROUND = 1
"""Equal lines shown beside a change."""
_MOST_CHARS = 40_000
"""Of an article that are compared: word by word is quadratic."""

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@dataclass(frozen=True)
class Twins:
    """A row of the report with what was decided about it."""

    key: str
    row: Duplicate
    decision: ContentDecision | None


@dataclass(frozen=True)
class Clash:
    """Two sentences that cannot both be right."""

    key: str
    older: ArticleRef
    sentence: str
    newer_title: str
    newer_sentence: str
    newer_url: str
    """Of the article or the ticket that says so."""
    about: str
    kind: str
    """`ticket`, `article` or `translation`: where the newer sentence is from."""
    date: dt.date | None
    decision: ContentDecision | None


@router.get("/desk/duplicates")
def listing(
    request: Request,
    state: StateDep,
    found: WriterPage,
    show: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Pairs and contradictions that wait; with `show`, those that were decided so."""
    view = desk_view(request, found)
    show = show if show in VERDICTS["pair"] else ""
    every, clashing = _both(state, view)
    decided_so = Counter([*map(_verdict, every), *map(_verdict, clashing)])
    counts = {verdict: decided_so[verdict] for verdict in ("", *VERDICTS["pair"])}
    return render(
        "desk/duplicates.html",
        view,
        show=show,
        counts=counts,
        twins=[one for one in every if _verdict(one) == show],
        clashes=[one for one in clashing if _verdict(one) == show],
        editors=editors(state, view),
    )


@router.get("/desk/duplicates/{key}")
def compare(
    request: Request,
    state: StateDep,
    found: WriterPage,
    key: Key,
    other: Annotated[int, Query(ge=1, le=100)] = 1,
) -> HTMLResponse:
    """Two articles of a row side by side: the one to keep, and the `other`."""
    view = desk_view(request, found)
    twins = next((one for one in _both(state, view)[0] if one.key == key), None)
    if twins is None:
        raise NotFound("The last report has no such pair any more.")
    other = min(other, len(twins.row.articles) - 1)
    left, right = (_read(state, twins.row.articles[place]) for place in (0, other))
    return render(
        "desk/compare.html",
        view,
        twins=twins,
        other=other,
        left=left,
        right=right,
        rows=_rows(left, right),
        editors=editors(state, view),
    )


@router.post("/desk/duplicates/{key}", dependencies=[CsrfChecked])
def decide(
    request: Request,
    state: StateDep,
    found: WriterPage,
    key: Key,
    verdict: Annotated[str, Form(max_length=20)],
    note: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Keep both, merge later, or `open` again."""
    view, now = desk_view(request, found), dt.datetime.now(dt.UTC)
    decisions = state.store.content_decisions
    if verdict == "open":
        decisions.take_back("pair", key)
    else:
        told = state.knowledge_base.tools.redactor.redact(note).text
        who = found.user.name or found.user.email
        decisions.decide(decided("pair", key, verdict, at=now, who=who, note=told))
    record(state.store, found.user.email, f"duplicate.{verdict}", key, now=now)
    return RedirectResponse(view.url("/desk/duplicates"), status_code=303)


def open_duplicates(state: State, health: Health) -> list[Twins]:
    """The pairs that nobody decided about."""
    return [one for one in _twins(state, health) if one.decision is None]


def _verdict(one: Twins | Clash) -> str:
    return one.decision.verdict if one.decision else ""


def _both(state: State, view: DeskView) -> tuple[list[Twins], list[Clash]]:
    if view.health is None:
        return [], []
    return _twins(state, view.health), _clashes(state, view, view.health)


def _twins(state: State, health: Health) -> list[Twins]:
    decisions = state.store.content_decisions.of("pair")
    keys = [pair_key(article.id for article in row.articles) for row in health.duplicates]
    return [
        Twins(key, row, decisions.get(key))
        for key, row in zip(keys, health.duplicates, strict=True)
    ]


def _clashes(state: State, view: DeskView, health: Health) -> list[Clash]:
    """What newer replies, articles and sources say against articles."""
    decisions = state.store.content_decisions.of("pair")
    found = []
    for row in health.stale:
        for one in row.contradictions:
            key = pair_key([row.article.id, one.source, one.sentence, one.newer_sentence])
            ticket = one.kind == "ticket"
            url = (
                view.url(f"/console/tickets/{quote(one.source, safe='')}")
                if ticket
                else view.public(one.source)
            )
            found.append(
                Clash(
                    key,
                    row.article,
                    one.sentence,
                    one.title,
                    one.newer_sentence,
                    url,
                    one.about,
                    one.kind,
                    one.date,
                    decisions.get(key),
                )
            )
    for outdated in health.outdated_translations:
        if outdated.sentence:
            said, source = outdated.source_sentence, outdated.source
            key = pair_key([outdated.article.id, source.id, outdated.sentence, said])
            found.append(
                Clash(
                    key,
                    outdated.article,
                    outdated.sentence,
                    source.title,
                    said,
                    view.public(source.id),
                    "",
                    "translation",
                    source.updated,
                    decisions.get(key),
                )
            )
    return found


def _read(state: State, article: ArticleRef) -> IndexedDocument:
    """The article as it is indexed now.

    Raises:
        NotFound: it left since the report was computed.
    """
    return state.knowledge_base.article(article.id, role="writer")


def _rows(left: IndexedDocument, right: IndexedDocument) -> list[Row | None]:
    one, other = (f"# {d.title}\n\n{d.body}"[:_MOST_CHARS] for d in (left, right))
    return side_by_side(one, other, _AROUND)
