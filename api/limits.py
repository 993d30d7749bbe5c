"""Limits that protect the process: body size and request rate."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem
from kb.errors import TooLarge, TooManyRequests


class BodyLimit:
    """Refuses bodies over `max_bytes`, announced or not, without reading them whole."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app, self._max = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self._max:
            await self._refuse(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return  # the client went away
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max:
                await self._refuse(scope, receive, send)
                return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = problem(
            Request(scope),
            TooLarge.status,
            "too-large",
            TooLarge.title,
            f"The request body is larger than {self._max} bytes; send less text.",
        )
        await response(scope, receive, send)


class RateLimit:
    """Token bucket per caller, in memory; the least recently seen callers are forgotten.

    Args:
        per_minute: sustained rate.
        burst: how many may come at once; default: those of a minute.
        clock: monotonic seconds.
    """

    _CALLERS = 10_000

    def __init__(
        self,
        per_minute: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        burst: float | None = None,
    ) -> None:
        self._rate = per_minute / 60
        self._burst = float(per_minute if burst is None else burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, caller: str) -> None:
        """Count one request.

        Raises:
            TooManyRequests: the caller's bucket is empty.
        """
        now = self._clock()
        tokens, seen = self._buckets.pop(caller, (self._burst, now))
        tokens = min(self._burst, tokens + (now - seen) * self._rate)
        allowed = tokens >= 1
        self._buckets[caller] = (tokens - 1 if allowed else tokens, now)
        while len(self._buckets) > self._CALLERS:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, round((1 - tokens) / self._rate))
            raise TooManyRequests(f"Too many requests; try again in {wait} s.")
