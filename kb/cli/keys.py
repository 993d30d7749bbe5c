"""`kb key …`: API keys."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, RoleName, err, out, print_json
from kb.config import Settings, load_settings
from kb.errors import InvalidInput
from kb.store import Store

key_app = typer.Typer(help="API keys.", no_args_is_help=True)


@key_app.command("add")
def key_add(
    role: Annotated[RoleName, typer.Option(help="What its holder may do.")],
    label: Annotated[str, typer.Option(help="Whose key it is.")] = "",
    origin: Annotated[
        list[str] | None,
        typer.Option(
            help="Makes it publishable: a site that may use it, as in https://shop.example"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Create an API key and print it once; only its hash is stored.

    With --origin (once for each site) it is a publishable key of a customer, for the widget and for
    browsers; anybody may read it.

    Example: kb key add --role rep --label "helpdesk sidebar"
    """
    from kb.keys import create_key, create_publishable_key

    store, label = _store(load_settings()), label or role.value
    if not origin:
        key = create_key(store, role.value, label)
    elif role is RoleName.customer:
        key = create_publishable_key(store, origin, label)
    else:
        raise InvalidInput(
            "A key with --origin can be read by everybody, so it cannot have the role "
            f"{role.value}; use --role customer."
        )
    if as_json:
        print_json({"key": key, "role": role.value, "label": label, "origins": origin or []})
    else:
        sys.stdout.write(key + "\n")
        err.print("Keep it now: it cannot be shown again.")


@key_app.command("list")
def key_list(as_json: JsonOption = False) -> None:
    """List keys by the beginning of their hash.

    Example: kb key list
    """
    keys = [
        {
            "id": key.digest[:12],
            "role": key.role,
            "label": key.label,
            "origins": list(key.origins),
        }
        for key in _store(load_settings()).keys.all()
    ]
    if as_json:
        print_json(keys)
        return
    table = Table("Id", "Role", "Label", "Origins", box=None)
    for row in keys:
        table.add_row(
            str(row["id"]), str(row["role"]), Text(str(row["label"])), " ".join(row["origins"])
        )
    out.print(table)


@key_app.command("revoke")
def key_revoke(
    identifier: Annotated[str, typer.Argument(help="Id from `kb key list`.")],
) -> None:
    """Revoke a key at once.

    Example: kb key revoke 3f2a9c01d4e5
    """
    if len(identifier) < 8:
        raise InvalidInput("Give at least 8 characters of the id, as `kb key list` prints it.")
    if not _store(load_settings()).keys.revoke(identifier):
        raise InvalidInput(f"There is no key with the id '{identifier}'; see `kb key list`.")
    out.print("Revoked.")


def _store(settings: Settings) -> Store:
    return Store(settings.store_url)
