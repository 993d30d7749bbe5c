"""Problem details (RFC 9457): the one error shape of the API."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from kb.errors import KBError

logger = logging.getLogger(__name__)

_MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What every failed request returns."""

    type: str
    """Stable: `urn:kb:problem:<name>`."""
    title: str
    status: int
    detail: str
    """What is wrong and what to do, for a person."""
    instance: str


def install(app: FastAPI) -> None:
    """Render every failure as a problem; nothing internal leaves the house."""

    @app.exception_handler(KBError)
    async def _ours(request: Request, error: KBError) -> JSONResponse:
        if error.status >= 500:
            logger.error("%s: %s", request.url.path, error)
        return problem(request, error.status, error.slug, error.title, str(error))

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        details = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors()
        )
        return problem(request, 422, "invalid-input", "The input is not valid", details)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return http_problem(request, error)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.exception("%s failed", request.url.path, exc_info=error)
        return problem(
            request,
            503,
            "unexpected",
            "The service cannot answer right now",
            "Something went wrong on our side; it was logged. Try again in a moment.",
        )


def http_problem(request: Request, error: HTTPException) -> JSONResponse:
    """What the framework itself refuses: unknown addresses, methods, upgrades."""
    response = problem(request, error.status_code, "http", str(error.detail), str(error.detail))
    response.headers.update(error.headers or {})
    return response


def problem(request: Request, status: int, slug: str, title: str, detail: str) -> JSONResponse:
    body = Problem(
        type=f"urn:kb:problem:{slug}",
        title=title,
        status=status,
        detail=detail,
        instance=request.url.path,
    )
    return JSONResponse(body.model_dump(), status_code=status, media_type=_MEDIA_TYPE)
