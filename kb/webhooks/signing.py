"""What the receiver gets, and how it knows that we sent it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md:
`webhook-id`, `webhook-timestamp` and `webhook-signature`, an HMAC-SHA256 over both and the body.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from standardwebhooks import Webhook

from kb.models import Ticket
from kb.store.outbox import OutboxMessage

_SECRET_BYTES = 32
_PREFIX = "whsec_"


@dataclass(frozen=True)
class Signed:
    """A request that is ready to be sent."""

    headers: Mapping[str, str]
    body: str


def new_secret() -> str:
    """A secret for `KB_WEBHOOK_SECRET` and for the receiver."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed(message: OutboxMessage, ticket: Ticket, secret: str, now: dt.datetime) -> Signed:
    """A message with the ticket as it is now.

    Args:
        secret: `whsec_…`.
        now: of this attempt: receivers refuse what was signed long ago.
    """
    document = {
        "type": message.type,
        "timestamp": message.created_at.isoformat().replace("+00:00", "Z"),
        "data": {"ticket": ticket.model_dump(mode="json", exclude={"kind"})},
    }
    body = json.dumps(document, ensure_ascii=False)
    # The library reads the digits of a moment as UTC, and rounds down.
    moment = now.astimezone(dt.UTC)
    return Signed(
        {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(secret).sign(message.id, moment, body),
        },
        body,
    )
