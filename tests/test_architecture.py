"""The house's rules, proved from the AST. Each names the failure that motivated it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("kb", "indexer", "api", "eval")
MODULES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))

ALLOWED = {
    "kb": {"kb"},
    "indexer": {"indexer", "kb"},
    "api": {"api", "kb"},
    "eval": {"eval", "indexer", "kb"},
}
CONFINED = {
    # A second place that parses untrusted binaries is a second place to verify before.
    "faiss": {"kb/dense.py"},
    "whoosh": {"kb/lexical.py"},
    # Two places that check passwords or tokens are two places to get it wrong.
    "argon2": {"kb/accounts/passwords.py"},
    "authlib": {"kb/accounts/oidc.py"},
    "joserfc": {"kb/accounts/oidc.py"},
    # A web framework in the core makes the command line start slowly and tests need a server.
    "fastapi": {"api"},
    "starlette": {"api"},
    "uvicorn": {"api"},
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_packages_import_only_whom_they_may(path):
    package = relative(path).split("/")[0]
    if relative(path).startswith("kb/cli/"):
        return  # the front door
    ours = {name.split(".")[0] for name in imports(tree_of(path))} & set(PACKAGES)
    assert ours <= ALLOWED[package]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_confined_libraries_stay_in_their_room(path):
    name = relative(path)
    used = {imported.split(".")[0] for imported in imports(tree_of(path))}
    for library, places in CONFINED.items():
        if library in used:
            assert name in places or name.split("/")[0] in places, library


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_only_config_reads_the_environment(path):
    # A setting read elsewhere is one that no document lists and no test sets.
    if relative(path) == "kb/config.py":
        return
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {("os", "environ"), ("os", "getenv")}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_only_publish_syncs_and_replaces(path):
    # Durable writes spread over modules are how half-written snapshots came to be served.
    if relative(path) == "indexer/publish.py":
        return
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            assert node.attr != "fsync"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_os_replace = (
                node.func.attr == "replace"
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "os"
            )
            assert not is_os_replace


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_assertions_are_not_validation_and_eval_is_not_imported_bare(path):
    for node in ast.walk(tree_of(path)):
        assert not isinstance(node, ast.Assert), "python -O drops assert statements"
        if isinstance(node, ast.Import):
            assert "eval" not in {alias.name for alias in node.names}, "it shadows the builtin"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_every_module_says_what_it_is_for_and_stays_readable(path):
    tree = tree_of(path)
    if tree.body:
        assert ast.get_docstring(tree), "a module without a purpose should not exist"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno
            assert length <= 90, f"{node.name} has {length} lines"


def test_no_module_makes_settings_at_import():
    for path in MODULES:
        for node in tree_of(path).body:
            for call in ast.walk(node) if isinstance(node, ast.Assign | ast.Expr) else ():
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    assert call.func.id not in {"load_settings", "Settings"}, relative(path)
