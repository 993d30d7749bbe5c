"""axe-core in a page: rules of WCAG 2.2 A and AA, and best practices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


_HIGH = 4000
"""Pixels."""


def serious_violations(page: Any, inside: str | None = None) -> list[str]:
    """What axe calls serious or critical: rule, what to do, the first elements.

    Args:
        inside: CSS selector of the part to look at; default: the whole page.
    """
    options = {
        "runOnly": {"type": "tag", "values": _TAGS},
        "rules": {"target-size": {"enabled": True}},
    }
    return _run(page, inside, options)


def _run(page: Any, inside: str | None, options: dict[str, Any]) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    with _whole(page):
        results = page.evaluate(
            "([inside, options]) => axe.run(inside ?? document, options)",
            [inside, {**options, "resultTypes": ["violations"]}],
        )
    return [
        _line(violation)
        for violation in results["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@contextmanager
def _whole(page: Any) -> Iterator[None]:
    """The window as high as the page: what stays at its edge covers nothing then. Not of frames."""
    size = getattr(page, "viewport_size", None)
    if size:
        page.set_viewport_size({**size, "height": _HIGH})
    yield
    if size:
        page.set_viewport_size(size)


def _line(violation: dict[str, Any]) -> str:
    nodes = "; ".join(
        f"{node['target']} {node['html'][:120]} ({_why(node)})" for node in violation["nodes"][:4]
    )
    return f"{violation['id']} ({violation['impact']}): {violation['help']} — {nodes}"


def _why(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return " / ".join(check["message"] for check in checks)
