"""`kb eval …`: one module per kind of question; importing them registers their commands."""

from __future__ import annotations

from kb.cli.evaluation import (
    benchmark,
    checking,
    comparing,
    fitting,
    pages,
    planting,
    redacting,
    replaying,
    resolving,
    running,
    weighing,
)
from kb.cli.evaluation.app import eval_app

__all__ = [
    "benchmark",
    "checking",
    "comparing",
    "eval_app",
    "fitting",
    "pages",
    "planting",
    "redacting",
    "replaying",
    "resolving",
    "running",
    "weighing",
]
