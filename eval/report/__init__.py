"""The self-contained HTML report of a run, for an engineer and for a support lead.

    figures    what it says, as data          summary   its opening sentences
    plots      what is drawn, in `drawing`    glossary  what each figure means
    views      one dataset's part             templates/  the page and its style sheet

No script, and nothing is fetched: the page's own policy forbids both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from eval.observed import Observed
from eval.records import RunRecord
from eval.report.figures import groups_of, means_of, measures_of, series_of, systems_of
from eval.report.glossary import general_terms, glossary, measure_term
from eval.report.summary import count, p_value, percent, summary
from eval.report.views import overview_of, view_of

REPORT_FILE = "report.html"
_OPEN_DATASETS = 3
"""So many are unfolded from the start."""
_LONG_QUERY = 360
"""Characters above which a query, rather a ticket, is folded."""


def write_report(record: RunRecord, observed: Sequence[Observed], folder: Path) -> Path:
    """Write `report.html` into a folder; returns its path.

    The same record gives the same bytes.

    Args:
        observed: what was shown and expected, for any of the record's datasets; the lists of worst
            queries need it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REPORT_FILE
    path.write_text(render(record, observed), encoding="utf-8")
    return path


def render(record: RunRecord, observed: Sequence[Observed]) -> str:
    """The report as HTML."""
    groups, measures = groups_of(record), measures_of(record)
    series = series_of(systems_of(record))
    seen = {part.dataset: part for part in observed}
    has_containment = any(row.containment for group in groups for row in group.rows)
    return _environment().get_template("report.html").render(
        record=record,
        summary=summary(record),
        groups=groups,
        means=means_of(record),
        measures=[measure_term(measure) for measure in measures],
        columns=len(measures) + 4 + has_containment,
        has_containment=has_containment,
        series=series,
        overview=overview_of(record, series),
        datasets=[view_of(group, seen.get(group.dataset.dataset), series) for group in groups],
        open_datasets=_OPEN_DATASETS,
        glossary=glossary(measures),
        terms=general_terms(),
        parameters=_lines(record.parameters),
        configurations=_configurations(record),
    )  # fmt: skip


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("eval.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=count,
        date=_date,
        milliseconds=_milliseconds,
        p_value=p_value,
        percent=percent,
        score=_score,
        signed=_signed,
        three=_three,
    )
    environment.globals.update(long_query=_LONG_QUERY)
    return environment


def _date(moment: datetime) -> str:
    zone = moment.tzname() or ""
    return f"{moment.day} {moment:%B %Y, %H:%M} {zone}".rstrip()


def _three(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _signed(value: float) -> str:
    return "0.000" if abs(value) < 0.0005 else f"{value:+.3f}".replace("-", "\u2212")


def _score(value: float) -> str:
    return f"{value:.3f}".replace("-", "\u2212")


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _lines(parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    return list(_flat(parameters))


def _configurations(record: RunRecord) -> list[tuple[str, list[tuple[str, str]]]]:
    """Systems with parameters of their own, each with those that differ from the ones in force."""
    own = {s.system: s.parameters for d in record.results for s in d.systems if s.parameters}
    in_force = _lines(record.parameters)
    return [
        (name, [line for line in _lines(parameters) if line not in in_force])
        for name, parameters in own.items()
    ]


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested settings as lines; a list of weights beside its list of names becomes a line each."""
    if "features" in values and "weights" in values:
        pairs = dict(zip(values["features"], values["weights"], strict=True))
        values = {k: v for k, v in values.items() if k != "features"} | {"weights": pairs}
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name} ")
        elif isinstance(value, list):
            yield f"{prefix}{name}".replace("_", " "), ", ".join(map(str, value)) or "–"
        else:
            yield f"{prefix}{name}".replace("_", " "), "–" if value is None else f"{value}"
