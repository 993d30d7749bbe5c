"""`kb gaps articles`: what the report says of the articles that are there already."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json
from kb.cli.gaps_office import NOTHING_YET, open_office
from kb.drafting.bidi import plain
from kb.errors import InvalidInput
from kb.gaps.articles.section_names import Section

if TYPE_CHECKING:
    from kb.gaps.report import GapReport

_NO_HEALTH = (
    "The last report says nothing of existing articles: `kb gaps refresh` computes one that does."
)


def add_articles(app: typer.Typer) -> None:
    """Put the command under `kb gaps`."""
    app.command("articles")(articles)


def articles(
    section: Annotated[
        Section | None, typer.Argument(metavar="[SECTION]", help=", ".join(Section))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many in the table.")] = 20,
    as_json: JsonOption = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a table for spreadsheet programs, of all rows.")
    ] = False,
) -> None:
    """Existing articles that need work, and why; without a section, the first of each.

    Example: kb gaps articles stale
    """
    from kb.cli.gaps_articles_shown import print_overview, print_section
    from kb.gaps.articles.health_sheet import overview_csv, section_csv
    from kb.gaps.articles.sections import overview_document, section_document

    if as_json and as_csv:
        raise InvalidInput("--json and --csv exclude each other.")
    with open_office() as office:
        report = office.desk.report()
    health = report.health if report else None
    if report is None or health is None:
        message = NOTHING_YET if report is None else _NO_HEALTH
        if as_json:
            at = report.computed_at if report else None
            print_json({"computed_at": at, "message": message})
        else:
            (err if as_csv else out).print(Text(message), soft_wrap=True)
    elif as_json:
        print_json(
            section_document(report, health, section)
            if section
            else overview_document(report, health)
        )
    elif as_csv:
        sys.stdout.write(section_csv(health, section) if section else overview_csv(health))
    elif section:
        print_section(report, health, section, limit)
    else:
        print_overview(report, health)


def print_end(report: GapReport) -> None:
    """What a report holds beside missing content, and what a reader has to know about its data."""
    from kb.gaps.articles.sections import also_held

    for line in (also_held(report), *(f"Note: {plain(note)}" for note in report.notes)):
        out.print(Text(line), soft_wrap=True)
