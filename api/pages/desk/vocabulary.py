"""`/desk/vocabulary`: customers' words and what they may mean; accepted, refused, taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages.desk.view import DeskView, article_now, desk_view, words_to_decide
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.signed_in import CsrfChecked, WriterPage
from api.state import State
from kb.audit import record
from kb.errors import Conflict, InvalidInput
from kb.gaps.decisions.content import decided, word_key
from kb.gaps.words.vocabulary_rows import VocabularyRow
from kb.models import IndexedDocument
from kb.synonym_format import Entry, accepted_entry, entry_text
from kb.synonyms import append_entry, read_entries, remove_entry, synonyms_path
from kb.text import language_of

_ACCEPTED = "accepted "
"""How notes of entries begin that were accepted here or on the command line."""
_PAGE = 20
_LAST = 20
"""Accepted entries that are shown."""

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@router.get("/desk/vocabulary")
def vocabulary(
    request: Request,
    state: StateDep,
    found: WriterPage,
    language: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> HTMLResponse:
    """Words with proposals, words that search corrects, and what was decided."""
    return _page(state, desk_view(request, found), language, page)


@router.post("/desk/vocabulary/accept", dependencies=[CsrfChecked])
def accept(
    request: Request,
    state: StateDep,
    found: WriterPage,
    word: Annotated[str, Form(max_length=200)] = "",
    proposal: Annotated[str, Form(max_length=200)] = "",
    own: Annotated[str, Form(max_length=200)] = "",
    language: Annotated[str, Form(max_length=20)] = "",
    one_way: Annotated[bool, Form()] = False,
    filter: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Add a synonym to the file of the content folder; search uses it within a second.

    Args:
        own: a word of the writer's instead of the proposals.
    """
    view, now = desk_view(request, found), dt.datetime.now(dt.UTC)
    meant, languages = own.strip() or proposal, state.settings.languages
    code = language_of(language) if language else ""
    try:
        entry = accepted_entry(word, meant, code, languages, now.date(), one_way=one_way)
    except InvalidInput:
        typed = {"word": word, "own": own, "language": code}
        return _page(state, view, filter, typed=typed, status=422)
    append_entry(synonyms_path(state.settings), entry, languages)
    detail = {"proposal": meant, "language": code}
    record(state.store, found.user.email, "synonym.accepted", entry_key(entry), detail, now=now)
    return _back(view, filter)


@router.post("/desk/vocabulary/refuse", dependencies=[CsrfChecked])
def refuse(
    request: Request,
    state: StateDep,
    found: WriterPage,
    word: Annotated[str, Form(max_length=200)],
    language: Annotated[str, Form(max_length=20)],
    filter: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """The word shall not be proposed any more."""
    view, now = desk_view(request, found), dt.datetime.now(dt.UTC)
    key, who = word_key(word, language), found.user.name or found.user.email
    state.store.content_decisions.decide(
        decided("word", key, "not_a_synonym", at=now, who=who),
    )
    record(state.store, found.user.email, "synonym.refused", key, now=now)
    return _back(view, filter)


@router.post("/desk/vocabulary/undo", dependencies=[CsrfChecked])
def undo(
    request: Request,
    state: StateDep,
    found: WriterPage,
    key: Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")],
    filter: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Take back what was accepted or refused, by its key."""
    view, now = desk_view(request, found), dt.datetime.now(dt.UTC)
    if not state.store.content_decisions.take_back("word", key):
        entry = next((one for one in _accepted(state) if entry_key(one) == key), None)
        if entry is None:
            raise Conflict(view.t.no_longer_accepted)
        remove_entry(synonyms_path(state.settings), entry, state.settings.languages)
    record(state.store, found.user.email, "synonym.taken_back", key, now=now)
    return _back(view, filter)


def entry_key(entry: Entry) -> str:
    """What names an entry of the file in a form."""
    return hashlib.sha256(entry_text(entry).encode()).hexdigest()[:32]


def _page(
    state: State,
    view: DeskView,
    language: str,
    page: int = 1,
    *,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    rows = words_to_decide(state, view.report)
    code = language_of(language) if language else ""
    shown = [row for row in rows if not code or row.language == code]
    proposed = [row for row in shown if row.proposals]
    if typed:  # on whichever page the word is
        places = (n for n, row in enumerate(proposed) if row.word == typed["word"])
        page = next(places, 0) // _PAGE + 1
    start = (page - 1) * _PAGE
    return render(
        "desk/vocabulary.html",
        view,
        status=status,
        rows=proposed[start : start + _PAGE],
        before=page - 1,
        after=page + 1 if len(proposed) > start + _PAGE else 0,
        misspelt=[row for row in shown if not row.proposals],
        titles=_titles(state, shown),
        languages=sorted({row.language for row in rows}),
        language=code,
        accepted=[(entry_key(one), one) for one in _accepted(state)],
        refused=_refused(state, view),
        typed=typed or {},
    )


def _titles(state: State, rows: list[VocabularyRow]) -> dict[str, IndexedDocument]:
    """The articles that proposals come from, by id, as far as they are still there."""
    wanted = {proposal.article for row in rows for proposal in row.proposals}
    found = {}
    for identifier in wanted:
        if document := article_now(state, identifier):
            found[identifier] = document
    return found


def _accepted(state: State) -> list[Entry]:
    """Entries that were accepted, the last one first; those that somebody wrote are theirs."""
    entries = read_entries(synonyms_path(state.settings), state.settings.languages)
    return [one for one in reversed(entries) if one.note.startswith(_ACCEPTED)][:_LAST]


def _refused(state: State, view: DeskView) -> list[tuple[str, VocabularyRow]]:
    """Words of the last report that were refused; their texts are not stored."""
    known = state.store.content_decisions.of("word")
    rows = view.report.vocabulary if view.report else ()
    keyed = [(word_key(row.word, row.language), row) for row in rows]
    return [(key, row) for key, row in keyed if key in known]


def _back(view: DeskView, language: str) -> Response:
    return RedirectResponse(view.url("/desk/vocabulary", language=language), status_code=303)
