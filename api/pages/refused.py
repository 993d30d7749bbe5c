"""What is shown for a form that came too late: signed out meanwhile, or no longer valid."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.pages.frame import is_fragment, page_of, render
from api.signed_in import CsrfRefused, SignInNeeded


def refused(request: Request, error: SignInNeeded | CsrfRefused) -> HTMLResponse:
    """A page, or what a script puts in place of a fragment; with the texts that were typed."""
    page = page_of(request, "account")
    enter = error.location if isinstance(error, SignInNeeded) else ""
    template = "account/_refused.html" if is_fragment(request) else "account/refused.html"
    return render(
        template,
        page,
        status=error.status,
        signed_out=bool(enter),
        enter=enter,
        typed=error.typed,
    )
