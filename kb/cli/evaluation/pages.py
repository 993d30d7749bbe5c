"""`kb eval pages`, `screenshots` and `tour`: the pages in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json, progress_bars
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from eval.pages.serving import Site

_ContentArgument = Annotated[
    Path, typer.Argument(help="The sample: content, `inbox/` and `searches/`.")
]
_LocaleOption = Annotated[
    list[str] | None, typer.Option("--locale", help="Language of the pages; may be repeated.")
]
_SAMPLE = Path("articles")


@eval_app.command("pages")
def eval_pages(
    content: _ContentArgument = _SAMPLE,
    locale: _LocaleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Weigh the pages, time suggestions while typing, and check what a good page has.

    Serves a copy of the sample and opens it in Chromium. Exit code 1: something is not as it should
    be.

    Example: kb eval pages articles
    """
    from eval.pages.examination import examine

    with _site(content, as_json) as (browser, site, progress):
        report = examine(browser, site, _locales(site, locale), progress)
    if as_json:
        print_json(report)
    else:
        _tell(report)
    if report["failed"] or not all(entry["kept"] for entry in report["budgets"].values()):
        raise typer.Exit(1)


@eval_app.command("screenshots")
def eval_screenshots(
    to: Annotated[Path, typer.Option("--out", help="Folder for the pictures.")],
    content: _ContentArgument = _SAMPLE,
    locale: _LocaleOption = None,
    only: Annotated[str, typer.Option(help="Regular expression of pages' names.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Take pictures of every page: each language, light and dark, phone and desktop.

    `index.html` in the folder shows them side by side.

    Example: kb eval screenshots --out /tmp/pages --only desk
    """
    from eval.pages.screenshots import shoot

    with _site(content, as_json) as (browser, site, progress):
        locales = _locales(site, locale)
        shots = shoot(browser, site, to, locales=locales, only=only, progress=progress)
    wrong = {shot.file: shot.problems for shot in shots if shot.problems}
    if as_json:
        print_json({"pictures": len(shots), "index": str(to / "index.html"), "problems": wrong})
    else:
        out.print(Text(f"{len(shots)} pictures: {to / 'index.html'}"))
        for file, problems in wrong.items():
            out.print(Text(f"{file}: {'; '.join(problems)}"), soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


@eval_app.command("tour")
def eval_tour(
    to: Annotated[Path, typer.Option("--out", help="Folder for the pictures.")] = Path(
        "docs/images/tour"
    ),
    content: _ContentArgument = _SAMPLE,
    as_json: JsonOption = False,
) -> None:
    """Walk the tour of docs/tour.md in a browser and take its pictures.

    Example: kb eval tour --out docs/images/tour
    """
    from eval.pages.tour import take_pictures

    with _site(content, as_json) as (browser, site, progress):
        sizes = take_pictures(browser, site, to, progress)
    if as_json:
        print_json(sizes)
        return
    for name, size in sizes.items():
        out.print(Text(f"{to / name}: {size:,} bytes"))


@contextmanager
def _site(
    content: Path, quiet: bool
) -> Iterator[tuple[Browser, Site, Callable[[str, int, int], None]]]:
    from eval.pages.browser import chromium
    from eval.pages.serving import sample_site
    from kb.service import build_embedder

    settings = load_settings()
    if not content.is_dir():
        raise InvalidInput(f"There is no folder '{content}'; name the sample's content.")
    embedder = build_embedder(settings)
    with (
        chromium() as browser,
        progress_bars(quiet=quiet) as progress,
        sample_site(settings, content, embedder, progress) as site,
    ):
        yield browser, site, progress


def _locales(site: Site, named: list[str] | None) -> list[str]:
    known = [code for code in site.settings.languages if code in ("en", "fa", "zh")]
    for code in named or ():
        if code not in known:
            raise InvalidInput(f"'{code}' is no language of the pages; use {', '.join(known)}.")
    return named or known


def _tell(report: dict[str, Any]) -> None:
    table = Table(
        "Page", "HTML", "CSS", "JS", "together", "unpacked", "other", "requests", box=None
    )
    for row in report["payload"]:
        names = ("page", "documents", "styles", "scripts", "sent", "raw", "other", "requests")
        table.add_row(*(f"{row[n]:,}" if n != "page" else row[n] for n in names))
    out.print(table)
    for name, entry in report["budgets"].items():
        verdict = "kept" if entry["kept"] else "NOT KEPT"
        out.print(Text(f"{name}: {entry['bytes']:,} of {entry['budget']:,} bytes, {verdict}"))
    speed = report["speed"]
    out.print(
        f"Keystroke to suggestions: p50 {speed['painted_p50']} ms, p95 {speed['painted_p95']} ms "
        f"({speed['painted']} of {speed['keystrokes']} keystrokes); the API's own time: p50 "
        f"{speed['api_p50']} ms, p95 {speed['api_p95']} ms; p95 ratio {speed['ratio_p95']}"
    )
    pages = report["pages"]
    total = len(pages) * report["checks"]
    out.print(f"Checks: {total - report['failed']} of {total} passed on {len(pages)} pages.")
    for found in pages:
        for check, problem in found["problems"].items():
            line = f"  {found['page']} ({found['locale']}): {check}: {problem}"
            out.print(Text(line), soft_wrap=True)
