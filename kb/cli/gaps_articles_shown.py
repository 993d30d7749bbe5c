"""What is to be mended in existing articles, on a terminal: an overview, sections, the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from kb.cli.console import out
from kb.cli.gaps_shown import computed
from kb.cli.isolation import Paragraphs, isolated
from kb.drafting.bidi import plain
from kb.gaps.articles.content import ArticleRef
from kb.gaps.articles.duplicates import Duplicate
from kb.gaps.articles.health import ArticleHealth, Health
from kb.gaps.articles.section_names import BRIEFLY, TITLES, TO_MEND, Section
from kb.gaps.articles.sections import FIGURES, FIRST, Row, counted, first_article, rows_of
from kb.gaps.articles.stale import StaleArticle
from kb.gaps.articles.translations import MissingTranslation, OutdatedTranslation
from kb.gaps.articles.unfound import NeverFound
from kb.gaps.articles.weak import WeakArticle
from kb.gaps.drafts.replies import shortened

if TYPE_CHECKING:
    from kb.gaps.report import GapReport

_TITLE_CHARS = 100
_REASON_CHARS = 320
_SENTENCE_CHARS = 240
_QUERIES = 3
_COMMENTS = 2
_CONTRADICTIONS = 2
_COPIES = 5


def print_overview(report: GapReport, health: Health) -> None:
    """Every section on one screen: how many, the first few with their reasons, what is missing."""
    _say(f"Existing articles, {computed(report)}.")
    for section in TO_MEND:
        rows = rows_of(health, section)
        heading = Text(f"\n{TITLES[section]}: {counted(health, section)}", style="bold")
        heading.append(f"  {BRIEFLY[section]}", style="not bold dim")
        out.print(heading, soft_wrap=True)
        for row in rows[:FIRST]:
            _say(f"  {_named(row)}: {isolated(_short(_reason(row), _REASON_CHARS))}")
        if len(rows) > FIRST:
            _say(f"  … `kb gaps articles {section.value}`")
        _print_note(health, section, "  ")
    _say(f"\n{len(health.articles)} article versions with their figures: `kb gaps articles table`.")
    for note in report.notes:
        _say(f"Note: {plain(note)}")


def print_section(report: GapReport, health: Health, section: Section, limit: int) -> None:
    """One section as a table, what is missing for it to say more, and what its figures mean."""
    rows = rows_of(health, section)
    _say(f"{TITLES[section]}: {counted(health, section)}, {computed(report)}.")
    if rows:
        # Not out.print with soft wrapping: a table has its own width.
        out.print(
            _figures_table(rows[:limit]) if section is Section.table else _table(rows[:limit])
        )
    if len(rows) > limit:
        _say(f"{len(rows) - limit} more: --limit, --json or --csv shows them.")
    _print_note(health, section, "")
    if section is Section.table:
        _say("First those that let down most people, then by readers and people shown to.", "dim")
    for name, meaning in FIGURES[section].items():
        _say(f"{name}: {meaning}", "dim")


def _print_note(health: Health, section: Section, indent: str) -> None:
    note = health.notes.get(section.field)
    if note:
        _say(f"{indent}Note: {_short(note, _REASON_CHARS)}")
    without = {plain(name)[:8]: n for name, n in health.untranslated.items() if n}
    if section is Section.missing_translations and without:
        said = ", ".join(f"{name} {n}" for name, n in without.items())
        _say(f"{indent}Public articles without a version, asked for or not: {said}.")


def _table(rows: Sequence[Row]) -> Table:
    table = Table(box=box.SIMPLE, padding=(0, 1), show_lines=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Article", ratio=3, overflow="fold")
    table.add_column("Figures", overflow="fold")
    table.add_column("Why", ratio=5, overflow="fold")
    for rank, row in enumerate(rows, start=1):
        figures, evidence = _SHOWN[type(row)]
        why = Paragraphs(_short(_reason(row), _REASON_CHARS), *evidence(row))
        table.add_row(str(rank), Paragraphs(*_articles(row)), Paragraphs(*figures(row)), why)
    return table


def _figures_table(rows: Sequence[Row]) -> Table:
    table = Table(box=box.SIMPLE, padding=(0, 1), show_lines=True)
    table.add_column("Article\n", overflow="fold")
    pairs = (
        ("shown", "opened"),
        ("readers", "contacted"),
        ("voted_up", "voted_down"),
        ("accepted", "declined"),
        ("let_down", "days_old"),
    )
    for pair in pairs:
        table.add_column("\n".join(pair).replace("_", " "), justify="right", overflow="fold")
    for row in rows:
        figures = [
            "\n".join("–" if (value := getattr(row, name)) is None else str(value) for name in pair)
            for pair in pairs
        ]
        table.add_row(Paragraphs(*_articles(row)), *figures)
    return table


def _articles(row: Row) -> Iterator[str]:
    """Title and id of the article; of duplicates of all, the one to keep first."""
    if not isinstance(row, Duplicate):
        yield from _article(first_article(row))
        return
    for place, article in enumerate(row.articles[:_COPIES]):
        title, name = _article(article)
        yield title
        yield f"{name} · keep" if row.keep and not place else name
    if len(row.articles) > _COPIES:
        yield f"and {len(row.articles) - _COPIES} more"


def _article(article: ArticleRef) -> tuple[str, str]:
    name = _short(article.id, _TITLE_CHARS)
    return _short(article.title, _TITLE_CHARS), (
        name if article.audience == "public" else f"{name} · internal"
    )


def _named(row: Row) -> str:
    article = first_article(row)
    language = f" → {plain(row.language)[:8]}" if isinstance(row, MissingTranslation) else ""
    return (
        f"{isolated(_short(article.title, _TITLE_CHARS))} "
        f"({isolated(_short(article.id, _TITLE_CHARS))}{language})"
    )


def _weak_figures(row: WeakArticle) -> Iterator[str]:
    yield f"priority {row.priority:.1f}"
    if row.readers:
        yield f"let down {row.let_down} of {row.readers} readers"
        yield f"share {row.share:.0%}, sure {row.sure:.0%}"
    if row.accepted or row.declined:
        yield f"declined {row.declined}, accepted {row.accepted}"


def _weak_evidence(row: WeakArticle) -> Iterator[str]:
    if row.queries:
        yield "Asked, by so many of them:"
    for query in row.queries[:_QUERIES]:
        yield f"{_quoted(query.text)} ({query.people})"
    if row.comments:
        yield "Comments:"
    yield from map(_quoted, row.comments[:_COMMENTS])


def _stale_figures(row: StaleArticle) -> Iterator[str]:
    yield f"priority {row.priority:.1f}"
    yield f"tickets {row.tickets_before} → {row.tickets}"
    yield f"days old {'–' if row.days_old is None else row.days_old}"


def _stale_evidence(row: StaleArticle) -> Iterator[str]:
    """Where it is contradicted, both sentences."""
    for found in row.contradictions[:_CONTRADICTIONS]:
        yield "The article:"
        yield _short(found.sentence, _SENTENCE_CHARS)
        date = f", {found.date}" if found.date else ""
        what = "reply" if found.kind == "ticket" else "article"
        yield f"The newer {what} ({_short(found.source, _TITLE_CHARS)}{date}):"
        yield _short(found.newer_sentence, _SENTENCE_CHARS)
    if len(row.contradictions) > _CONTRADICTIONS:
        yield f"and {len(row.contradictions) - _CONTRADICTIONS} more of them"


def _duplicate_figures(row: Duplicate) -> Iterator[str]:
    yield row.kind.replace("_", " ")
    yield f"people {row.people}"
    yield f"similarity {row.similarity:.1f}"
    yield f"resemblance {row.resemblance:.0%}"


def _missing_figures(row: MissingTranslation) -> Iterator[str]:
    yield f"into {plain(row.language)[:8]}"
    yield f"demand {row.demand:.1f}"


def _outdated_figures(row: OutdatedTranslation) -> Iterator[str]:
    yield f"demand {row.demand:.1f}"
    yield f"days behind {row.days_behind}"


def _outdated_evidence(row: OutdatedTranslation) -> Iterator[str]:
    if row.sentence and row.source_sentence:
        yield "The translation:"
        yield _short(row.sentence, _SENTENCE_CHARS)
        yield "The source:"
        yield _short(row.source_sentence, _SENTENCE_CHARS)


def _unfound_figures(row: NeverFound) -> Iterator[str]:
    yield row.why.replace("_", " ")
    yield f"people near {row.near_people}"


def _unfound_evidence(row: NeverFound) -> Iterator[str]:
    if row.examples:
        yield "Asked:"
    yield from map(_quoted, row.examples[:_QUERIES])


def _quoted(text: str) -> str:
    return f"“{_short(text, _SENTENCE_CHARS)}”"


_Lines = Callable[[Any], Iterator[str]]
_SHOWN: Mapping[type, tuple[_Lines, _Lines]] = {
    WeakArticle: (_weak_figures, _weak_evidence),
    StaleArticle: (_stale_figures, _stale_evidence),
    Duplicate: (_duplicate_figures, lambda _: iter(())),
    MissingTranslation: (_missing_figures, lambda _: iter(())),
    OutdatedTranslation: (_outdated_figures, _outdated_evidence),
    NeverFound: (_unfound_figures, _unfound_evidence),
}


def _reason(row: Row) -> str:
    return "" if isinstance(row, ArticleHealth) else row.reason


def _short(text: str, limit: int) -> str:
    return shortened(plain(text), limit)


def _say(text: str, style: str = "") -> None:
    out.print(Text(text, style=style), soft_wrap=True)
