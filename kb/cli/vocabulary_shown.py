"""Words and the effect of synonyms, as the terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from kb.cli.console import out
from kb.cli.isolation import Paragraphs
from kb.drafting.bidi import plain

if TYPE_CHECKING:
    from eval.compare import Change
    from eval.vocabulary import Effect
    from kb.gaps.words.vocabulary_rows import VocabularyRow

_QUESTION = 60


def print_words(rows: Sequence[VocabularyRow]) -> None:
    """Words with what they may mean, and how to accept it."""
    from kb.cli.evaluation.tables import print_table

    table = Table("Word", "Language", "People", "May mean", "As in", "Asked", box=None)
    for row in rows:
        meanings = (
            ", ".join(f"{p.word} ({p.evidence} of {row.people})" for p in row.proposals) or row.kind
        )
        article = row.proposals[0].article if row.proposals else ""
        asked = row.examples[0] if row.examples else ""
        cells = (row.word, row.language, str(row.people), meanings, article, asked[:_QUESTION])
        table.add_row(*(Paragraphs(plain(cell)) for cell in cells))
    print_table(table)
    out.print(Text("\nAccept one with: kb vocabulary accept WORD PROPOSAL"))


def effect_document(effect: Effect, show: int) -> dict[str, Any]:
    """The effect as JSON, with some of the queries that changed."""
    changes = [asdict(change) for change in effect.changes]
    losses = [c for c in changes if c["after"] < c["before"]]
    gains = [c for c in reversed(changes) if c["after"] > c["before"]]
    return asdict(effect) | {
        "changes": len(changes),
        "losses": losses[:show],
        "gains": gains[:show],
    }


def print_effect(effect: Effect, show: int) -> None:
    """Before and after side by side, and the queries that changed most."""
    from kb.cli.evaluation.tables import print_table

    table = Table("Queries", "Measure", "Before", "After", "Difference, 95 %", "p", "of", box=None)
    for row in effect.rows:
        difference = f"{row.difference:+.4f} [{row.low:+.4f} {row.high:+.4f}]"
        values = (f"{row.before:.4f}", f"{row.after:.4f}", difference, f"{row.p:.4f}")
        table.add_row(row.slice, row.measure, *values, str(row.queries))
    print_table(table)
    out.print(
        f"{effect.expanded} of {effect.queries} queries have a synonym. Of {effect.unanswerable} "
        f"without an answer {effect.answered_before} were given one before, "
        f"{effect.answered_after} after."
    )
    changed = Table(box=None, show_header=False)
    for change in _most_changed(effect.changes, show):
        moved = f"{change.before:.3f} → {change.after:.3f}"
        changed.add_row(
            f"{change.difference:+.3f}",
            moved,
            change.query,
            Text(" ".join(change.text.split())[:_QUESTION]),
        )
    if changed.row_count:
        print_table(changed)


def _most_changed(changes: Sequence[Change], show: int) -> list[Change]:
    """The biggest losses and the biggest gains."""
    losses = [change for change in changes if change.difference < 0]
    gains = [change for change in changes if change.difference > 0]
    return [*losses[:show], *gains[::-1][:show]]
