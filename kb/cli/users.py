"""`kb user …`: accounts of staff, for whoever sits at the server."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json
from kb.config import Settings, load_settings
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from kb.accounts.models import User
    from kb.accounts.service import Accounts

user_app = typer.Typer(help="Accounts of reps, writers and admins.", no_args_is_help=True)

_ACTOR = "command line"


class StaffRoleName(StrEnum):
    """Roles that sign in, as a command line choice."""

    rep = "rep"
    writer = "writer"
    admin = "admin"


Email = Annotated[str, typer.Argument(help="E-mail address of the account.")]
Role = Annotated[StaffRoleName, typer.Option(help="What they may do.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@user_app.command("add")
def add(
    email: Email,
    role: Role,
    name: Annotated[str, typer.Option(help="What colleagues see.")] = "",
    password: Annotated[bool, typer.Option("--password", help="Ask for a password.")] = False,
    password_stdin: FromStdin = False,
    link: Annotated[
        bool, typer.Option("--link", help="Print a one-time link; so without a password.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make an account, and a link that signs its owner in once, or set a password.

    Example: kb user add mina@example.com --role admin
    """
    from kb.accounts.people import add_user

    secret = _asked_password(password, password_stdin)
    with _accounts() as (accounts, settings):
        hashed = accounts.passwords.hash(secret) if secret else None
        now = _now()
        user = add_user(
            accounts.store, email, role.value, _ACTOR, now, name=name, password_hash=hashed
        )
        address = _link(accounts, settings, user, 15) if link or not secret else ""
    _tell(user, f"Added {user.email} as {user.role}.", as_json, address, 15)


@user_app.command("list")
def list_users(as_json: JsonOption = False) -> None:
    """List all accounts.

    Example: kb user list
    """
    with _accounts() as (accounts, _):
        users = accounts.store.users.all()
    if as_json:
        print_json([user.model_dump(mode="json") for user in users])
        return
    table = Table("E-mail", "Name", "Role", "Signs in with", "Last signed in", "", box=None)
    for user in users:
        ways = [
            way for way, has in (("password", user.has_password), ("OIDC", user.has_oidc)) if has
        ]
        last = f"{user.signed_in_at:%Y-%m-%d %H:%M} UTC" if user.signed_in_at else "never"
        state = "disabled" if user.disabled else ""
        cells = (user.email, user.name, user.role, ", ".join(ways) or "links", last, state)
        table.add_row(*(Text(cell) for cell in cells))
    out.print(table)


@user_app.command("role")
def change_role(
    email: Email,
    role: Annotated[StaffRoleName, typer.Argument(help="The new one.")],
    as_json: JsonOption = False,
) -> None:
    """Give an account another role; it is signed out everywhere.

    Example: kb user role mina@example.com writer
    """
    from kb.accounts.people import find_user, set_role

    with _accounts() as (accounts, _):
        set_role(accounts.store, find_user(accounts.store, email), role.value, _ACTOR, _now())
        user = find_user(accounts.store, email)
    _tell(user, f"{user.email} is {user.role} now.", as_json)


@user_app.command("disable")
def disable(email: Email, as_json: JsonOption = False) -> None:
    """Let nobody sign in with an account; who is signed in is signed out.

    Example: kb user disable mina@example.com
    """
    from kb.accounts import people

    with _accounts() as (accounts, _):
        people.disable(accounts.store, people.find_user(accounts.store, email), _ACTOR, _now())
        user = people.find_user(accounts.store, email)
    _tell(user, f"{user.email} is disabled.", as_json)


@user_app.command("enable")
def enable(email: Email, as_json: JsonOption = False) -> None:
    """The opposite of `kb user disable`.

    Example: kb user enable mina@example.com
    """
    from kb.accounts import people

    with _accounts() as (accounts, _):
        people.enable(accounts.store, people.find_user(accounts.store, email), _ACTOR, _now())
        user = people.find_user(accounts.store, email)
    _tell(user, f"{user.email} can sign in.", as_json)


@user_app.command("set-password")
def set_password(
    email: Email, password_stdin: FromStdin = False, as_json: JsonOption = False
) -> None:
    """Set a password; the account is signed out everywhere.

    Example: kb user set-password mina@example.com
    """
    from kb.accounts import people

    with _accounts() as (accounts, _):
        user = people.find_user(accounts.store, email)
        secret = _asked_password(not password_stdin, password_stdin)
        people.set_password(accounts.store, accounts.passwords, user, secret, _ACTOR, _now())
        user = people.find_user(accounts.store, email)
    _tell(user, f"{user.email} has a new password.", as_json)


@user_app.command("link")
def link(
    email: Email,
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="How long it works.")] = 15,
    as_json: JsonOption = False,
) -> None:
    """Print a link that signs an account in once.

    Example: kb user link mina@example.com
    """
    from kb.accounts.people import find_user

    with _accounts() as (accounts, settings):
        user = find_user(accounts.store, email)
        address = _link(accounts, settings, user, minutes)
    _tell(user, "", as_json, address, minutes)


@user_app.command("sign-out")
def sign_out(email: Email, as_json: JsonOption = False) -> None:
    """End all sessions and one-time links of an account.

    Example: kb user sign-out mina@example.com
    """
    from kb.accounts.people import find_user, sign_out_everywhere

    with _accounts() as (accounts, _):
        user = find_user(accounts.store, email)
        ended = sign_out_everywhere(accounts.store, user, _ACTOR, _now())
    _tell(user, f"Signed {user.email} out of {ended} sessions.", as_json)


@user_app.command("forget")
def forget(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete an account; the audit log keeps what was done, without the name.

    Example: kb user forget mina@example.com
    """
    from kb.accounts import people

    if as_json and not yes:
        raise InvalidInput("With --json nobody can be asked: add --yes.")
    with _accounts() as (accounts, _):
        user = people.find_user(accounts.store, email)
        if not (yes or typer.confirm(f"Delete the account of {user.email}?")):
            raise typer.Exit(1)
        alias = people.forget(accounts.store, user, _ACTOR, _now())
    if as_json:
        print_json({"email": user.email, "audit_name": alias})
    else:
        out.print(f"Deleted. The audit log calls them '{alias}'.")


@contextmanager
def _accounts() -> Iterator[tuple[Accounts, Settings]]:
    from kb.accounts.service import Accounts
    from kb.store import Store

    settings = load_settings()
    store = Store(settings.store_url)
    try:
        yield Accounts.of(store, settings), settings
    finally:
        store.close()


def _asked_password(ask: bool, from_stdin: bool) -> str:
    """The password; empty if none was asked for."""
    if from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
        if not secret:
            raise InvalidInput("Standard input holds no password.")
        return secret
    if not ask:
        return ""
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _link(accounts: Accounts, settings: Settings, user: User, minutes: int) -> str:
    from kb.accounts.welcome import link_address

    token = accounts.make_link(user, dt.timedelta(minutes=minutes), _ACTOR, _now())
    return link_address(settings.public_url or f"http://{settings.host}:{settings.port}", token)


def _tell(user: User, text: str, as_json: bool, address: str = "", minutes: int = 0) -> None:
    if as_json:
        document: dict[str, Any] = user.model_dump(mode="json")
        print_json(document | ({"link": address, "minutes": minutes} if address else {}))
        return
    if text:
        err.print(Text(text), soft_wrap=True)
    if address:
        sys.stdout.write(address + "\n")
        err.print(f"Signs {user.email} in once, within {minutes} minutes.", highlight=False)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
