"""`kb …`: the front door, and the one package of `kb` that may import the other packages.

Exit codes: 0 done, 1 negative result (something was skipped), 2 the user's mistake. With `--json`
one JSON document goes to stdout; progress and messages go to stderr.
"""

from __future__ import annotations

import sys

import typer

from kb.cli.audit import add_commands as add_audit
from kb.cli.console import fail
from kb.cli.erasure import add_commands as add_erasure
from kb.cli.escalation import escalation_app
from kb.cli.evaluation import eval_app
from kb.cli.events import events_app
from kb.cli.everyday import add_commands
from kb.cli.gaps import gaps_app
from kb.cli.imports import import_app
from kb.cli.keys import key_app
from kb.cli.sample import add_commands as add_sample
from kb.cli.stats import stats_app
from kb.cli.users import user_app
from kb.cli.vocabulary import vocabulary_app
from kb.cli.webhooks import webhooks_app
from kb.config import prepare_process
from kb.errors import KBError

app = typer.Typer(
    name="kb",
    help="Multilingual knowledge base: index, search, suggest, serve, measure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
add_commands(app)
add_erasure(app)
add_sample(app)
add_audit(app)
app.add_typer(user_app, name="user")
app.add_typer(key_app, name="key")
app.add_typer(stats_app, name="stats")
app.add_typer(gaps_app, name="gaps")
app.add_typer(events_app, name="events")
app.add_typer(import_app, name="import")
app.add_typer(escalation_app, name="escalation")
app.add_typer(vocabulary_app, name="vocabulary")
app.add_typer(webhooks_app, name="webhooks")
app.add_typer(eval_app, name="eval")


def main() -> None:
    """Entry point: turns every expected failure into one sentence and its exit code."""
    prepare_process()
    try:
        app()
    except KBError as error:
        fail(str(error), error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
