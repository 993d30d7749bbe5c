"""Which sites' pages may call us: those configured, and those that publishable keys were made for.

Browsers say where a request comes from (`Origin`); other programs may say anything. So this keeps a
key that everybody can read to the sites it is meant for; it does not make it a secret.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from fastapi import Request
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from kb.config import Settings
from kb.errors import Forbidden
from kb.store.keys import StoredKey

_KEPT_SECONDS = 5.0
"""A new or revoked key is noticed so soon."""


class PublishableOrigins:
    """The origins of all publishable keys, read again every few seconds. Thread-safe."""

    def __init__(
        self, read: Callable[[], Collection[str]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._clock = read, clock
        self._kept: tuple[float, Collection[str]] | None = None

    def __contains__(self, origin: str) -> bool:
        now = self._clock()
        kept = self._kept
        if kept is None or now - kept[0] >= _KEPT_SECONDS:
            kept = (now, self._read())
            self._kept = kept
        return origin in kept[1]


class Cors(CORSMiddleware):
    """CORS for the API; answers name the one origin that asks, and say that they differ (Vary).

    A preflight does not tell the key, so that any key's origin passes it; the request that follows
    is held to the origins of its own key (`check_origin`).
    """

    def __init__(self, app: ASGIApp, settings: Settings, publishable: PublishableOrigins) -> None:
        super().__init__(
            app,
            allow_origins=list(settings.allowed_origins),
            allow_methods=["GET", "POST", "PUT"],
            allow_headers=[
                "Authorization",
                "X-API-Key",
                "X-Session-Id",
                "Content-Type",
                "If-Match",
            ],
            expose_headers=["ETag", "Location"],
        )
        self._publishable = publishable

    def is_allowed_origin(self, origin: str) -> bool:
        return super().is_allowed_origin(origin) or origin in self._publishable


def check_origin(request: Request, key: StoredKey, settings: Settings) -> None:
    """Hold a publishable key to its origins; our own pages may use it, too.

    Raises:
        Forbidden: a page of another site sent it.
    """
    origin = request.headers.get("origin", "")
    if not key.origins or not origin or origin in key.origins or is_ours(request, settings):
        return
    raise Forbidden(
        f"This key is not for pages of {origin[:300]}; "
        "`kb key add --role customer --origin …` makes one."
    )


def is_ours(request: Request, settings: Settings) -> bool:
    """Whether a request's `Origin` is where we are reached ourselves."""
    origin = urlsplit(request.headers.get("origin", ""))
    own = urlsplit(settings.public_url)
    if own.netloc and (origin.scheme, origin.netloc) == (own.scheme, own.netloc):
        return True
    # Behind a proxy we see http where readers see https; the host is the same.
    return bool(origin.netloc) and origin.netloc == request.headers.get("host", "")
