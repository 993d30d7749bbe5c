"""Addresses that lead nowhere: a browser gets a page with ways on, a program a problem."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from api.errors import http_problem
from api.pages import security
from api.pages.frame import failure_page
from kb.errors import NotFound


def install(app: FastAPI) -> None:
    """Answer whoever asks for a page that no route knows."""

    @app.exception_handler(404)
    async def _missing(request: Request, error: HTTPException) -> Response:
        if not _wants_page(request):
            return http_problem(request, error)
        response = failure_page(request, NotFound("Nothing is at this address."))
        response.headers.update(security.headers())
        return response


def _wants_page(request: Request) -> bool:
    programs = request.url.path.startswith(("/v1/", "/static/"))
    return not programs and "text/html" in request.headers.get("accept", "")
