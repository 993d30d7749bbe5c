"""`kb erase`: the right to erasure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json, progress_bars
from kb.config import load_settings
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from indexer.erasure import ErasureReport, Request
    from indexer.proof import Proof
    from kb.models import Ticket
    from kb.store import Store

_CustomerOption = Annotated[
    list[str] | None, typer.Option(help="E-mail address or customer id; may be repeated.")
]
_NameOption = Annotated[
    list[str] | None, typer.Option(help="Full name; look at the list that it finds.")
]


def add_commands(app: typer.Typer) -> None:
    """Register this module's command at the top level."""
    app.command()(erase)


def erase(
    customer: _CustomerOption = None,
    name: _NameOption = None,
    ticket: Annotated[list[str] | None, typer.Option(help="Ticket id; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only list what would be erased.")] = False,
    yes: Annotated[bool, typer.Option(help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Erase a customer's tickets from store, caches and every snapshot, and prove it.

    Interrupted, it finishes when it is run again. Exit code 1: something is left; it says where.

    Example: kb erase --customer sam@doe.example
    """
    from indexer.erasure import Request, find_tickets
    from indexer.erasure import erase as run
    from kb.service import build_embedder
    from kb.store import Store

    request = Request(_given(customer), _given(name), _given(ticket))
    if request == Request():
        raise InvalidInput("Say whose tickets: --customer, --name or --ticket.")
    if request.names and yes:
        raise InvalidInput(
            "Several people may have one name: look at the list (--dry-run), then erase by "
            "--ticket or --customer."
        )
    if as_json and not (yes or dry_run):
        raise InvalidInput("With --json nobody can be asked: add --yes, or --dry-run.")
    settings = load_settings()
    store = Store(settings.store_url)
    try:
        tickets = find_tickets(store, request)
        if dry_run:
            _list(tickets, as_json)
            return
        if not as_json:
            _list(tickets, as_json)
        if tickets and not (yes or typer.confirm("Erase them? This cannot be undone.")):
            raise typer.Exit(1)
        with progress_bars(quiet=as_json) as progress:
            report = run(
                tickets,
                request,
                settings,
                store,
                build_embedder(settings),
                now=dt.datetime.now(dt.UTC),
                progress=progress,
            )
        left = _left(store, request)
    finally:
        store.close()
    if as_json:
        print_json(report.as_dict() | {"mentioned_in": left})
    else:
        _tell(report, left)
    if not report.proof.clean:
        raise typer.Exit(1)


def _given(values: list[str] | None) -> tuple[str, ...]:
    given = tuple(value.strip() for value in values or ())
    if "" in given:
        raise InvalidInput("An option is empty; give an e-mail address, an id or a name.")
    return given


def _list(tickets: list[Ticket], as_json: bool) -> None:
    rows = [
        {
            "id": ticket.id,
            "created": ticket.created.date().isoformat() if ticket.created else "",
            "customer": ticket.customer.email or ticket.customer.name or ticket.customer.id,
            "status": ticket.status,
            "subject": ticket.subject,
        }
        for ticket in tickets
    ]
    if as_json:
        print_json({"tickets": rows})
        return
    if not rows:
        out.print("There is no such ticket in the store.")
        return
    table = Table("Id", "Created", "Customer", "Status", "Subject", box=None)
    for row in rows:
        table.add_row(*(Text(value) for value in row.values()))
    out.print(table)


def _left(store: Store, request: Request) -> list[str]:
    """Other tickets that still mention the customer's e-mail addresses."""
    addresses = [value for value in request.customers if "@" in value]
    found = (store.documents.tickets_mentioning(address) for address in addresses)
    return sorted({identifier for tickets in found for identifier, _ in tickets})


def _tell(report: ErasureReport, left: list[str]) -> None:
    out.print(
        f"Erased {report.documents} tickets, {report.events} events and {report.vectors} vectors."
    )
    if report.generation is not None:
        out.print(
            f"Published generation {report.generation} without them and removed all others; a "
            "running `kb serve` switches to it with its next request."
        )
    _tell_proof(report.proof)
    if left:
        out.print(
            Text(f"Tickets of others mention the address: {', '.join(left)}; see --ticket."),
            soft_wrap=True,
        )
    for source in report.sources:
        out.print(
            Text(f"{source} may still hold one; `kb index` skips it, but delete it there, too."),
            soft_wrap=True,
        )


def _tell_proof(proof: Proof) -> None:
    out.print(
        f"Looked for {proof.traces} traces in the store and in {proof.files} files "
        f"({proof.bytes / 1e6:.0f} MB)"
        + (f"; {proof.shared} sentences are others' as well" if proof.shared else "")
        + "."
    )
    for place, kinds in sorted(proof.found.items()):
        found = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items()))
        err.print(Text(f"LEFT in {place}: {found}"), soft_wrap=True)
    for problem in proof.unreadable:
        err.print(Text(f"could not be read: {problem}"), soft_wrap=True)
    if proof.clean:
        out.print("Nothing of them is left.")
