"""`replay.html`: the figures on one page that needs nothing else, for people who were not there."""

from __future__ import annotations

from html import escape
from pathlib import Path

from eval.replay.plots import abstention_plot
from eval.replay.records import ReplayRecord
from eval.replay.sheets import Sheet, sentences, sheets

PAGE_FILE = "replay.html"

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  --text: #16211c; --muted: #55635c; --line: #dce4df; --surface: #fff; --won: #0b6e4f;
  --lost: #c2517c; --series-0: #0b6e4f; --series-1: #c98010; --series-2: #4a8fd0; }
@media (prefers-color-scheme: dark) { :root {
  --text: #e3eae6; --muted: #a2b1a9; --line: #2d3a35; --surface: #161e1b; --won: #6fd3ab;
  --lost: #dd6f97; --series-0: #6fd3ab; --series-1: #d9962f; --series-2: #5b9ade; } }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #8886; white-space: nowrap; }
th { text-align: left; font-weight: 600; }
.figure { text-align: right; }
"""


def write_page(record: ReplayRecord, folder: Path) -> Path:
    """Write `replay.html` into a folder; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PAGE_FILE
    path.write_text(page(record), encoding="utf-8")
    return path


def page(record: ReplayRecord) -> str:
    """The page as HTML. Like `replay.json` it holds figures only, nothing that people wrote."""
    plots = "\n".join(
        f"<h2>Shown and right by threshold ({escape(part.criterion)})</h2>\n"
        f'<div class="wide">{abstention_plot(f"abstention-{number}", part, record.tickets)}</div>'
        for number, part in enumerate(record.abstention)
    )
    said = "\n".join(f"<p>{escape(sentence)}</p>" for sentence in sentences(record))
    tables = "\n".join(_table(sheet) for sheet in sheets(record))
    made = f"{record.created:%Y-%m-%d %H:%M} UTC, {escape(record.embedder)}, seed {record.seed}"
    how = f"split {record.split:g}, a new snapshot every {record.refresh} tickets"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Replay</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        "<h1>Would the suggestions have held the reply that was sent?</h1>\n"
        f"{said}\n{plots}\n{tables}\n<p><small>Made {made}; {how}.</small></p>\n"
        "</main>\n</body>\n</html>\n"
    )


def _table(sheet: Sheet) -> str:
    def cells(tag: str, values: tuple[str, ...]) -> str:
        kinds = ("" if place < sheet.words else ' class="figure"' for place in range(len(values)))
        return "".join(
            f"<{tag}{kind}>{escape(value)}</{tag}>"
            for kind, value in zip(kinds, values, strict=True)
        )

    rows = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in sheet.rows)
    return (
        f'<h2>{escape(sheet.title)}</h2>\n<div class="wide"><table>\n'
        f"<thead><tr>{cells('th', sheet.columns)}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n"
        "</table></div>"
    )
