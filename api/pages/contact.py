"""Writing to the team, from the help center: form, proposed answers, confirmation.

Works without scripts: a button looks for answers first and shows them above the form. With them,
answers appear while one writes (`static/js/contact.js`). No cookie, no puzzle.
"""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import RoleDep, StateDep
from api.contacting import Answered, SentDep, begun, promised, proposals, receive, ticket_of
from api.pages.contact_form import due_of, form_view
from api.pages.frame import Page, PageRoute, page_of, render
from api.state import State
from api.web.words import words

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/contact")
def contact(request: Request, state: StateDep, _role: RoleDep) -> HTMLResponse:
    """The form, with what the address tells of the way here (`q`, `s`, `seen`)."""
    return _form(state, page_of(request, "help"), Answered(sent=begun(request)))


@router.post("/contact")
def send(
    request: Request, state: StateDep, _role: RoleDep, sent: SentDep, background: BackgroundTasks
) -> Response:
    """Store it and lead to the confirmation, or show the form again with all that was typed."""
    page = page_of(request, "help")
    if sent.wants_answers:
        return _form(state, page, Answered(sent=sent), looked=True)
    answered = receive(request, state, sent, "help_center", page.locale, background)
    if answered.ticket is None:
        return _form(state, page, answered)
    return RedirectResponse(
        page.url("/contact/sent", reference=answered.ticket.id), 303, background=background
    )


@router.post("/contact/answers")
def answers(request: Request, state: StateDep, _role: RoleDep, sent: SentDep) -> HTMLResponse:
    """A fragment: what may answer the question as far as it is written."""
    page = page_of(request, "help")
    result = proposals(state, sent.form, page.locale)
    c = words(page.locale, "contact")
    return render("contact/_answers.html", page, result=result, looked=False, c=c)


@router.get("/contact/sent")
def confirmation(request: Request, state: StateDep, _role: RoleDep, reference: str) -> HTMLResponse:
    """That it arrived, its reference, and by when it is answered."""
    page = page_of(request, "help")
    c = words(page.locale, "contact")
    ticket = ticket_of(state, reference)
    at = promised(state, "help_center", ticket.created or page.now)
    due = due_of(at if at and at > page.now else None, c)
    return render("contact/sent.html", page, c=c, reference=ticket.id, due=due)


def _form(state: State, page: Page, answered: Answered, looked: bool = False) -> HTMLResponse:
    view = form_view(state, page, answered, "help_center", looked)
    return render("contact/form.html", page, status=answered.status, view=view, c=view.c)
