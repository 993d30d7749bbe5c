"""`kb user` and `kb audit`, as somebody at the server uses them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kb.cli import app
from kb.errors import Conflict, InvalidInput, NotFound


@pytest.fixture
def kb(tmp_path, monkeypatch):
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str, stdin: str | None = None):
        finished = CliRunner().invoke(app, list(arguments), input=stdin)
        if finished.exception and not isinstance(finished.exception, SystemExit):
            raise finished.exception
        return finished

    return run


def test_a_new_account_comes_with_a_link_and_nothing_else_on_stdout(kb):
    added = kb("user", "add", "Mina@Example.com", "--role", "admin")
    assert added.exit_code == 0
    assert added.stdout.startswith("http://127.0.0.1:8600/sign-in/link/")
    assert len(added.stdout.splitlines()) == 1
    (user,) = json.loads(kb("user", "list", "--json").stdout)
    assert (user["email"], user["role"], user["has_password"]) == (
        "mina@example.com",
        "admin",
        False,
    )


def test_a_password_can_be_piped_in_and_then_no_link_is_made(kb):
    added = kb(
        "user", "add", "m@example.com", "--role", "rep", "--password-stdin", "--json",
        stdin="four unrelated words\n",
    )  # fmt: skip
    document = json.loads(added.stdout)
    assert document["has_password"]
    assert "link" not in document
    assert "unrelated" not in added.stdout


def test_an_empty_pipe_is_no_password(kb):
    with pytest.raises(InvalidInput, match="no password"):
        kb("user", "add", "m@example.com", "--role", "rep", "--password-stdin", stdin="")


def test_links_of_a_public_address_begin_with_it(kb, monkeypatch):
    monkeypatch.setenv("KB_PUBLIC_URL", "https://kb.example.com/help/")
    kb("user", "add", "m@example.com", "--role", "rep")
    made = json.loads(kb("user", "link", "m@example.com", "--minutes", "60", "--json").stdout)
    assert made["link"].startswith("https://kb.example.com/help/sign-in/link/")
    assert made["minutes"] == 60


def test_roles_passwords_and_sessions_are_changed_from_the_server(kb):
    kb("user", "add", "a@example.com", "--role", "admin")
    kb("user", "add", "b@example.com", "--role", "rep")
    assert (
        json.loads(kb("user", "role", "b@example.com", "writer", "--json").stdout)["role"]
        == "writer"
    )
    changed = kb(
        "user", "set-password", "b@example.com", "--password-stdin", "--json",
        stdin="four unrelated words",
    )  # fmt: skip
    assert json.loads(changed.stdout)["has_password"]
    assert json.loads(kb("user", "disable", "b@example.com", "--json").stdout)["disabled"]
    assert not json.loads(kb("user", "enable", "b@example.com", "--json").stdout)["disabled"]
    assert kb("user", "sign-out", "b@example.com").exit_code == 0
    log = json.loads(kb("audit", "--json", "--action", "user", "--text", "b@example").stdout)
    assert [line["action"] for line in reversed(log)] == [
        "user.added",
        "user.link-made",
        "user.role-changed",
        "user.password-changed",
        "user.disabled",
        "user.enabled",
        "user.signed-out",
    ]
    assert {line["actor"] for line in log} == {"command line"}


def test_forgetting_takes_the_name_out_of_the_log(kb):
    kb("user", "add", "b@example.com", "--role", "rep")
    gone = json.loads(kb("user", "forget", "b@example.com", "--yes", "--json").stdout)
    shown = kb("audit").stdout
    assert "b@example.com" not in shown
    assert gone["audit_name"].split()[-1] in shown
    assert json.loads(kb("user", "list", "--json").stdout) == []


def test_mistakes_are_said_in_a_sentence(kb):
    kb("user", "add", "a@example.com", "--role", "admin")
    with pytest.raises(Conflict, match="is an account for"):
        kb("user", "add", "A@example.com", "--role", "rep")
    with pytest.raises(Conflict, match="only admin"):
        kb("user", "disable", "a@example.com")
    with pytest.raises(NotFound, match="kb user list"):
        kb("user", "link", "nobody@example.com")
    with pytest.raises(InvalidInput, match="--yes"):
        kb("user", "forget", "a@example.com", "--json")


def test_the_log_is_filtered_by_day_and_person(kb):
    kb("user", "add", "a@example.com", "--role", "admin")
    assert json.loads(kb("audit", "--since", "2099-01-01", "--json").stdout) == []
    assert json.loads(kb("audit", "--actor", "nobody", "--json").stdout) == []
    assert len(json.loads(kb("audit", "--limit", "1", "--json").stdout)) == 1
