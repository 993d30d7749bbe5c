"""The documentation is true: settings, commands and the README's examples, executed."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from kb.config import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shell_lines(path: Path) -> list[str]:
    """Command lines of ```sh blocks, without comments; continued lines joined."""
    blocks = re.findall(r"```sh\n(.*?)```", read(path), re.DOTALL)
    text = "\n".join(blocks).replace("\\\n", " ")
    return [shlex.join(shlex.split(line, comments=True)) for line in text.splitlines() if line]


def run(arguments: list[str], folder: Path, data: Path, **extra: str):
    environment = {**os.environ, "KB_DATA_DIR": str(data), **extra}
    return subprocess.run(
        [sys.executable, "-m", "kb.cli", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def workplace(tmp_path_factory, sample):
    """A folder as the README assumes it: articles/, ticket.json, and an indexed data folder."""
    folder = tmp_path_factory.mktemp("workplace")
    (folder / "articles").symlink_to(ROOT / "articles")
    ticket = {"subject": "Parcel broken", "messages": [{"text": "The tank has a crack."}]}
    (folder / "ticket.json").write_text(json.dumps(ticket), encoding="utf-8")
    return folder


README_COMMANDS = [
    line
    for line in shell_lines(ROOT / "README.md")
    if line.startswith("kb ") and "serve" not in line
]


@pytest.mark.parametrize("command", README_COMMANDS)
def test_every_readme_command_works(command, workplace, sample, tmp_path):
    arguments = shlex.split(command)[1:]
    if "--out" in arguments:
        arguments[arguments.index("--out") + 1] = str(tmp_path / "out")
    finished = run(arguments, workplace, sample.data_dir)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip()
    assert "Traceback" not in finished.stderr


def test_the_readme_requests_work_against_a_served_sample(workplace, sample):
    key = run(["key", "add", "--role", "rep", "--json"], workplace, sample.data_dir)
    environment = {**os.environ, "KB_DATA_DIR": str(sample.data_dir), "KB_PORT": "0"}
    server = subprocess.Popen(
        [sys.executable, "-m", "kb.cli", "serve"],
        cwd=workplace,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = None
        deadline = time.monotonic() + 120
        while not address and time.monotonic() < deadline:
            found = re.search(r"http://[\d.]+:\d+", server.stdout.readline())
            address = found[0] if found else None
        assert address
        for line in shell_lines(ROOT / "README.md"):
            if not line.startswith("curl"):
                continue
            arguments = shlex.split(line.replace("http://127.0.0.1:8600", address))
            arguments = [a.replace("$KEY", json.loads(key.stdout)["key"]) for a in arguments]
            reply = subprocess.run(
                [*arguments, "--silent", "--fail"], capture_output=True, timeout=60, check=True
            )
            assert json.loads(reply.stdout)["generation"] == 1
        page = urllib.request.urlopen(f"{address}/?q=password&locale=en", timeout=30)
        assert b"Reset" in page.read()
    finally:
        server.terminate()
        server.wait(timeout=30)
        server.stdout.close()


def test_every_setting_is_documented_with_its_default():
    text = read(ROOT / "docs" / "configuration.md")
    rows = dict(re.findall(r"^\| `KB_(\w+)` \| (.*?) \|", text, re.MULTILINE))
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, bool):
            default = str(default).lower()
        elif isinstance(default, tuple):
            default = ",".join(default)
        if default not in (None, "", ()):
            assert f"`{default}`" in rows[name.upper()], name


def test_every_command_is_documented_and_has_an_example():
    import typer.main

    from kb.cli import app

    group = typer.main.get_command(app)
    text = "\n".join(read(path) for path in DOCS)

    def walk(command, path):
        if hasattr(command, "commands"):
            for name, child in command.commands.items():
                walk(child, [*path, name])
        else:
            name = "kb " + " ".join(path)
            assert f"Example: {name}" in (command.help or ""), name
            assert name in text, f"{name} is not in README or docs"

    walk(group, [])


def test_every_endpoint_is_documented():
    from api.app import create_app
    from kb.config import load_settings

    paths = create_app(load_settings()).openapi()["paths"]
    text = "\n".join(read(path) for path in [*DOCS, ROOT / "CHANGELOG.md"])
    for path in paths:
        assert path.replace("{identifier}", "{id}") in text, path


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#:]+)\)", read(path)):
        assert (path.parent / target).exists(), target


def test_dependencies_are_declared_once_with_a_reason():
    lines = read(ROOT / "pyproject.toml").split("dependencies = [")[1].split("\n]")[0].splitlines()
    for line in lines[1:]:
        assert "#" in line, f"{line.strip()} says not what it is for"
