"""The audit log: who changed content or users, and who signed in. See docs/signing-in.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kb.store import Store

COMMAND_LINE = "command line"
"""The actor where nobody is signed in but somebody sits at the server."""
NOBODY = "nobody"
"""The actor of what was tried without being signed in."""

_ACTION_CHARS, _TARGET_CHARS, _VALUE_CHARS = 60, 300, 500


def record(
    store: Store,
    actor: str,
    action: str,
    target: str,
    detail: Mapping[str, Any] | None = None,
    *,
    now: dt.datetime,
) -> None:
    """Write one line. What is too long is shortened.

    Args:
        actor: the e-mail address of who did it (`signed_in.user.email`), or `COMMAND_LINE`.
        action: `<thing>.<what happened>`: `article.saved`, `gap.decided`, `user.disabled`.
        target: what it was done to: a path, an id, an address.
        detail: small values by name. Never a secret, never what a customer wrote.
        now: aware.

    Raises:
        OperationalError: it cannot be written.
    """
    kept = {name: _shortened(value) for name, value in (detail or {}).items()}
    moment = now.astimezone(dt.UTC)
    store.audit.add(moment, actor, action[:_ACTION_CHARS], target[:_TARGET_CHARS], kept)


def expire(store: Store, retention_days: int, now: dt.datetime) -> int:
    """Delete lines older than so many days (0: none); returns how many."""
    if not retention_days:
        return 0
    return store.audit.expire(now.astimezone(dt.UTC) - dt.timedelta(days=retention_days))


def _shortened(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= _VALUE_CHARS else text[: _VALUE_CHARS - 1] + "…"
