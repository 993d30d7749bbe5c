"""One attempt to deliver one message."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from kb.webhooks.signing import Signed

_SECONDS = 10.0
"""For connecting, for sending, and for each part of the reply."""


@dataclass(frozen=True)
class Attempt:
    """What came of an attempt."""

    problem: str = ""
    """Why it failed; empty: it is delivered."""
    unreachable: bool = False
    """Nobody answered, so that the other messages would not arrive either."""


class Receiver:
    """The other system. Safe to share between threads.

    Args:
        url: where it listens.
        transport: how to get there; for tests.
    """

    def __init__(
        self, url: str, *, seconds: float = _SECONDS, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._url = url
        self._client = httpx.Client(
            timeout=seconds,
            transport=transport,
            # Whoever answers with a redirect is not who was configured.
            follow_redirects=False,
            headers={"user-agent": "verdant-kb"},
        )

    def send(self, request: Signed) -> Attempt:
        """Deliver, or say why not. What the receiver answers is not read, only its status."""
        try:
            with self._client.stream(
                "POST", self._url, headers=request.headers, content=request.body.encode()
            ) as reply:
                status = reply.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Attempt(f"{type(error).__name__}: {error}".rstrip(": "), unreachable=True)
        if 200 <= status < 300:
            return Attempt()
        if 300 <= status < 400:
            return Attempt(f"HTTP {status}: redirects are not followed; configure the last address")
        return Attempt(f"HTTP {status}")

    def close(self) -> None:
        self._client.close()
