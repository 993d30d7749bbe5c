"""What to write next: `/v1/gaps…`, for writers and admins."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth import StateDep, WriterDep
from api.reports import CSV_REPLY, Computed, Format, csv_reply, is_refreshing, notes_of
from api.state import State
from kb.errors import InvalidInput, NotFound, OperationalError
from kb.gaps.decisions.closed import ClosedGap
from kb.gaps.decisions.effect import DEFINITIONS as EFFECT_DEFINITIONS
from kb.gaps.decisions.states import MAX_ARTICLES, MAX_REASON, StateChange, allowed
from kb.gaps.decisions.writing import decide, draft, outline_for
from kb.gaps.definitions import DEFINITIONS
from kb.gaps.drafts.outline import Outline, to_markdown
from kb.gaps.models import Gap, GapState
from kb.gaps.report import GapReport
from kb.gaps.sheet import gaps_csv
from kb.models import Identifier, Locale, Text
from kb.text import language_of

router = APIRouter(tags=["gaps"])

GapId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="`id` of a gap.")]
Who = Annotated[Text, Field(max_length=200)]
IfMatch = Annotated[
    str | None,
    Header(description="The ETag that was read; 409 if something was decided since."),
]


class GapsOut(Computed):
    """The last report, with what was decided since."""

    seconds: float | None = None
    """How long computing it took."""
    generation: int | None = None
    """Of the snapshot that questions were looked up in."""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    searches: int = 0
    tickets: int = 0
    questions: int = 0
    """Different texts."""
    states: Mapping[str, int] = Field(default_factory=dict)
    """Gaps in the report by state."""
    matching: int = 0
    """Gaps that the filters leave, however many are listed."""
    gaps: list[Gap] = Field(default_factory=list)
    """To be worked on first, the most pressing of them first; then done, then dismissed."""
    closed: list[ClosedGap] = Field(default_factory=list)
    """Everything that is done, with its effect; the last one first."""
    definitions: Mapping[str, str] = DEFINITIONS
    effect_definitions: Mapping[str, str] = EFFECT_DEFINITIONS


class GapOut(BaseModel):
    """One gap, and what was decided about it."""

    id: str
    gap: Gap | None
    """Null where the last report has it no more."""
    history: list[StateChange]
    """The first decision first."""
    closed: ClosedGap | None
    """With the effect, where it is done."""
    may_become: list[GapState]
    """The states that may follow."""
    definitions: Mapping[str, str] = DEFINITIONS
    effect_definitions: Mapping[str, str] = EFFECT_DEFINITIONS


class StateIn(BaseModel):
    """What happens with a gap."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"state": "planned", "who": "Mina"},
                {"state": "done", "articles": ["second-phone.en"], "who": "Mina"},
                {"state": "dismissed", "reason": "We do not sell lamps any more."},
            ]
        }
    )

    state: GapState
    reason: Text = Field("", max_length=MAX_REASON)
    """Why; dismissing needs one."""
    articles: list[Identifier] = Field(default_factory=list, max_length=MAX_ARTICLES)
    """Ids of the articles that closed it, with `done`."""
    who: Who = ""


class DraftIn(BaseModel):
    """Who goes to work on it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"who": "Mina"}]})

    who: Who = ""


class DraftOut(BaseModel):
    """The outline of an article."""

    gap: str
    title: str
    locale: str
    path: str | None
    """Relative to the content folder; null for a preview."""
    markdown: str


class RefreshOut(BaseModel):
    refreshing: bool


@router.get(
    "/v1/gaps",
    response_model=GapsOut,
    response_model_exclude={"gaps": {"__all__": {"members"}}},
    responses=CSV_REPLY,
)
def listing(
    state: StateDep,
    role: WriterDep,
    states: Annotated[list[GapState] | None, Query(alias="state", max_length=5)] = None,
    language: Annotated[Locale | None, Query(description="Only what is asked in it.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    format: Format = "json",
) -> GapsOut | Response:
    """Questions that people ask and nothing answers well, the most pressing first.

    From the report that was computed last; `state` may be repeated. Before the first report
    `computed_at` is null, and a note says what is going on.
    """
    report = state.reports.gaps.report()
    found = _filtered(report.missing if report else (), states, language)
    if format == "csv":
        return csv_reply(gaps_csv(found[:limit]), "gaps", report.computed_at if report else None)
    refreshing = is_refreshing(state)
    notes = notes_of(state, found=report is not None, notes=report.notes if report else ())
    if report is None:
        return GapsOut(refreshing=refreshing, notes=notes)
    return GapsOut(
        computed_at=report.computed_at,
        refreshing=refreshing,
        notes=notes,
        seconds=report.seconds,
        generation=report.generation,
        since=report.since,
        until=report.until,
        searches=report.searches,
        tickets=report.tickets,
        questions=report.questions,
        states=Counter(gap.state for gap in report.missing),
        matching=len(found),
        gaps=found[:limit],
        closed=list(report.closed),
    )


@router.post("/v1/gaps/refresh", response_model=RefreshOut, status_code=202)
def refresh(state: StateDep, role: WriterDep) -> RefreshOut:
    """Compute the report anew, in the background; `computed_at` tells when it is there."""
    worker = state.reports.refreshing
    if worker is None:
        raise OperationalError("This server computes no reports; `kb gaps refresh` does.")
    worker.wake()
    return RefreshOut(refreshing=True)


@router.get(
    "/v1/gaps/{identifier}",
    response_model=GapOut,
    response_model_exclude={"gap": {"members"}},
)
def show(identifier: GapId, state: StateDep, role: WriterDep, response: Response) -> GapOut:
    """One gap with its evidence, what was decided, and the effect where it is done."""
    return _shown(state, identifier, response)


@router.post(
    "/v1/gaps/{identifier}/state",
    response_model=GapOut,
    response_model_exclude={"gap": {"members"}},
)
def set_state(
    identifier: GapId,
    body: StateIn,
    state: StateDep,
    role: WriterDep,
    response: Response,
    if_match: IfMatch = None,
) -> GapOut:
    """Say what happens with a gap. 409 where somebody else decided something in between."""
    report = state.reports.gaps.report()
    decide(
        state.store,
        identifier,
        body.state,
        gap=_find(identifier, report),
        weeks=(report.until - report.since).days / 7 if report else 0,
        redactor=state.knowledge_base.tools.redactor,
        now=_now(),
        reason=body.reason,
        who=body.who,
        articles=body.articles,
        known=_known(if_match),
    )
    return _shown(state, identifier, response)


@router.get("/v1/gaps/{identifier}/draft", response_model=DraftOut)
def preview(identifier: GapId, state: StateDep, role: WriterDep) -> DraftOut:
    """The outline of an article for the gap as Markdown; nothing is saved or decided."""
    outline = _outline(state, state.reports.gaps.gap(identifier))
    return _draft(outline, None, to_markdown(outline))


@router.post("/v1/gaps/{identifier}/draft", response_model=DraftOut, status_code=201)
def save_draft(
    identifier: GapId,
    state: StateDep,
    role: WriterDep,
    body: DraftIn | None = None,
    if_match: IfMatch = None,
) -> DraftOut:
    """Save the outline as a draft in the content folder; the gap is in progress then.

    It is not published: nobody finds it until a writer removes `draft: true`.
    """
    gap, folder = state.reports.gaps.gap(identifier), state.settings.content_dir
    outline = _outline(state, gap)
    who = body.who if body else ""
    path = draft(state.store, gap, outline, folder, now=_now(), who=who, known=_known(if_match))
    relative = path.relative_to(folder).as_posix()
    return _draft(outline, relative, path.read_text(encoding="utf-8"))


def _filtered(
    gaps: Iterable[Gap], states: list[GapState] | None, language: str | None
) -> list[Gap]:
    asked_in = language_of(language) if language else None
    return [
        gap
        for gap in gaps
        if (not states or gap.state in states) and (not asked_in or asked_in in gap.languages)
    ]


def _find(identifier: str, report: GapReport | None) -> Gap | None:
    return next((gap for gap in (report.missing if report else ()) if gap.id == identifier), None)


def _shown(state: State, identifier: str, response: Response) -> GapOut:
    report = state.reports.gaps.report()
    gap, history = _find(identifier, report), state.store.gaps.history(identifier)
    if gap is None and not history:
        raise NotFound(f"The last report has no gap '{identifier}'; `GET /v1/gaps` lists them.")
    closed = report.closed if report else ()
    response.headers["ETag"] = f'"{len(history)}"'
    return GapOut(
        id=identifier,
        gap=gap,
        history=history,
        closed=next((one for one in closed if one.id == identifier), None),
        may_become=sorted(allowed(gap.state if gap else history[-1].state)),
    )


def _known(if_match: str | None) -> int | None:
    """How many decisions the caller has seen, as the ETag says; None where any will do."""
    version = (if_match or "").strip().removeprefix("W/").strip('"')
    if version in ("", "*"):
        return None
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise InvalidInput("If-Match: use the ETag of `GET /v1/gaps/{id}`, unchanged.")
    return int(version)


def _outline(state: State, gap: Gap) -> Outline:
    redactor = state.knowledge_base.tools.redactor
    return outline_for(state.store, gap, redactor, _now(), state.settings.default_locale)


def _draft(outline: Outline, path: str | None, markdown: str) -> DraftOut:
    return DraftOut(
        gap=outline.gap_id,
        title=outline.title,
        locale=outline.locale,
        path=path,
        markdown=markdown,
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
