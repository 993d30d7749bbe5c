"""`kb webhooks …`: what the webhook was told, and what it could not be told."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Column, Table
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json
from kb.config import load_settings
from kb.errors import InvalidInput
from kb.store import Store

webhooks_app = typer.Typer(help="The webhook: messages and their delivery.", no_args_is_help=True)


class StateName(StrEnum):
    pending = "pending"
    delivered = "delivered"
    given_up = "given_up"


@webhooks_app.command("list")
def listing(
    state: Annotated[StateName | None, typer.Option(help="Only these.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List messages, the newest first; delivered ones are kept for 30 days.

    Example: kb webhooks list --state given_up
    """
    store = Store(load_settings().store_url)
    try:
        messages = store.outbox.all(limit, state.value if state else None)
    finally:
        store.close()
    if as_json:
        print_json({"messages": [vars(message) for message in messages]})
        return
    if not messages:
        out.print("There are no messages.")
        return
    table = Table(
        Column("Id", no_wrap=True),
        "Created",
        "Type",
        "Ticket",
        "State",
        "Attempts",
        "Problem",
        box=None,
    )
    for message in messages:
        table.add_row(
            message.id,
            f"{message.created_at:%Y-%m-%d %H:%M}",
            message.type,
            Text(message.ticket_id),
            message.state,
            str(message.attempts),
            Text(message.problem),
        )
    out.print(table)


@webhooks_app.command("retry")
def retry(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Message ids; none: all that were given up.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Deliver messages again; a running `kb serve` does so within a minute.

    Example: kb webhooks retry
    """
    store = Store(load_settings().store_url)
    try:
        waiting = store.outbox.retry(ids or [], dt.datetime.now(dt.UTC))
    finally:
        store.close()
    if ids and not waiting:
        raise InvalidInput("There is no message with such an id; see `kb webhooks list`.")
    if as_json:
        print_json({"waiting": waiting})
    else:
        out.print(f"{waiting} messages wait for delivery again.")


@webhooks_app.command("secret")
def secret(as_json: JsonOption = False) -> None:
    """Make a secret for KB_WEBHOOK_SECRET; the receiver needs the same one. Nothing is stored.

    Example: kb webhooks secret
    """
    from kb.webhooks import new_secret

    made = new_secret()
    if as_json:
        print_json({"secret": made})
        return
    sys.stdout.write(made + "\n")
    err.print("Set it as KB_WEBHOOK_SECRET, and give it to the receiver.")
