"""The report's opening sentences, computed from the figures for a reader who knows no measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from eval.records import ConfidenceRecord, DatasetRecord, RunRecord, SystemRecord
from eval.report.figures import HALVES, MAIN, better_half, halves_of, judged, main_system, value_of
from eval.slices import ALL_QUERIES, TOLERANCE, Loss, losses

SIGNIFICANT = 0.05
_SMALLEST_SLICE = 10
"""Slices with fewer queries go up and down with each of them."""
_NAMED = 6
_PERCENT = "\u00a0%"

_Pair = tuple[DatasetRecord, SystemRecord]
"""A dataset with judged queries, and its main system."""


def percent(share: float) -> str:
    """`78 %` with a space that does not break."""
    return f"{100 * share:.0f}{_PERCENT}"


def p_value(p: float) -> str:
    """Three decimals, or that it is below them."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def count(number: int, one: str, many: str) -> str:
    """`1 query`, `2 queries`."""
    return f"{number} {one if number == 1 else many}"


def summary(record: RunRecord) -> list[Markup]:
    """Sentences; names are escaped, figures are set in bold."""
    runs = [(d, main) for d in record.results if (main := main_system(d)) and judged(d)]
    if not runs:
        return [Markup("Nothing was measured: there is no judged query.")]
    return [
        *_finding(runs),
        *_against_halves(runs),
        *_confidence(runs),
    ]


def _finding(runs: Sequence[_Pair]) -> Iterator[Markup]:
    found = [(value_of(s, "Success@1"), d, s) for d, s in runs]
    found = [entry for entry in found if entry[0] >= 0]
    if not found:
        for dataset, system in runs[:_NAMED]:
            yield Markup("{} reaches {} <b>{:.3f}</b> on {}.").format(
                _subject(system), dataset.primary, value_of(system, dataset.primary),
                dataset.dataset,
            )  # fmt: skip
        return
    first, dataset, system = found[0]
    if len(found) == 1:
        third = value_of(system, "Success@3")
        more = Markup(", and among the first three for <b>{}</b>").format(percent(third))
        yield Markup("{} finds a right article first for <b>{}</b> of the {} in {}{}.").format(
            _subject(system), percent(first), count(judged(dataset), "question", "questions"),
            dataset.dataset, more if third >= 0 else "",
        )  # fmt: skip
        return
    worst = min(found, key=lambda entry: entry[0])
    best = max(found, key=lambda entry: entry[0])
    yield Markup(
        "{} finds a right article first for <b>{}</b> of the questions, averaged over {} datasets: "
        "most often in {} (<b>{}</b>), least often in {} (<b>{}</b>)."
    ).format(
        _subject(system), percent(sum(entry[0] for entry in found) / len(found)), len(found),
        best[1].dataset, percent(best[0]), worst[1].dataset, percent(worst[0]),
    )  # fmt: skip


def _subject(system: SystemRecord) -> str:
    """How a sentence begins; a configuration's name stays as it is written."""
    return system.system.capitalize() if system.system == MAIN else system.system


def _against_halves(runs: Sequence[_Pair]) -> Iterator[Markup]:
    known = [(d, main, half) for d, main in runs if (half := better_half(d))]
    if not known:
        return
    names = list(dict.fromkeys(half.system for d, _, _ in known for half in halves_of(d)))
    halves = " and ".join(names)
    if len(known) == 1:
        dataset, main, half = known[0]
        place = f", the better of {halves}," if len(names) > 1 else ""
        yield Markup(
            "Its ranking scores <b>{:.3f}</b> ({}, 1 is perfect), that of {}{} <b>{:.3f}</b>{}."
        ).format(
            value_of(main, dataset.primary), dataset.primary, half.system, place,
            value_of(half, dataset.primary), _significance(main, half),
        )  # fmt: skip
    else:
        above = [d for d, main, half in known if _is_above(d, main, half)]
        significant = [d for d, main, _ in known if _is_significantly_above(d, main)]
        yield Markup(
            "It is above the better of {} on <b>{} of {}</b> datasets, and significantly above "
            "each of them on <b>{}</b>."
        ).format(halves, len(above), len(known), len(significant))
    datasets = [dataset for dataset, _, _ in known]
    yield from _losses(datasets)
    yield from _outdone(datasets)


def _is_above(dataset: DatasetRecord, main: SystemRecord, other: SystemRecord) -> bool:
    return value_of(main, dataset.primary) > value_of(other, dataset.primary)


def _is_significantly_above(dataset: DatasetRecord, main: SystemRecord) -> bool:
    return all(
        _is_above(dataset, main, half) and _p(main, half.system) < SIGNIFICANT
        for half in halves_of(dataset)
    )


def _significance(main: SystemRecord, half: SystemRecord) -> str:
    p = _p(main, half.system)
    if p > 1:
        return ""
    verdict = "a significant difference" if p < SIGNIFICANT else "no significant difference"
    return f" ({verdict}, p {p_value(p)})"


def _p(main: SystemRecord, baseline: str) -> float:
    """Corrected p against a baseline; 2 where it was not tested."""
    return next((c.p_holm for c in main.comparisons if c.baseline == baseline), 2.0)


def _losses(datasets: Sequence[DatasetRecord]) -> Iterator[Markup]:
    """Where the main system is below the better of lexical and dense, if both were run."""
    comparable = [d for d in datasets if {s.system for s in d.systems} > set(HALVES)]
    if not comparable:
        return
    found = [
        loss
        for dataset in comparable
        if (main := main_system(dataset))
        for loss in losses(dataset, main.system)
    ]
    found.sort(key=lambda loss: (loss.value - loss.half_value, loss.dataset, loss.slice))
    whole = [loss for loss in found if loss.slice == ALL_QUERIES]
    parts = [loss for loss in found if loss.slice != ALL_QUERIES]
    large = [loss for loss in parts if loss.queries >= _SMALLEST_SLICE]
    if whole:
        yield Markup("Below its better half on {}.").format(_named(whole))
    if large:
        yield Markup("Below its better half on the slices {}.").format(_named(large))
    elif parts:
        yield Markup("Below its better half only on slices of fewer than {} questions: {}.").format(
            _SMALLEST_SLICE, _named(parts)
        )
    if not found:
        what = "slice" if len(comparable) == 1 else "dataset and no slice"
        yield Markup("On no {} is it more than {} below its better half.").format(what, TOLERANCE)


def _outdone(datasets: Sequence[DatasetRecord]) -> Iterator[Markup]:
    """Where something that is neither the main system nor one of its halves is best."""
    found = []
    for dataset in datasets:
        main = main_system(dataset)
        best = max(dataset.systems, key=lambda system: value_of(system, dataset.primary))
        if main is None or best in (main, *halves_of(dataset)):
            continue
        ours, theirs = value_of(main, dataset.primary), value_of(best, dataset.primary)
        if round(theirs - ours, 6) > TOLERANCE:
            found.append(
                Markup("<b>{}</b> ({} of {} {:.3f} against {:.3f})").format(
                    dataset.dataset, dataset.primary, best.system, theirs, ours
                )
            )
    if found:
        yield Markup("Another system is best on {}.").format(Markup(", ").join(found))


def _named(found: Sequence[Loss]) -> Markup:
    named = [
        Markup("<b>{}{}</b> ({} {:.3f} against {:.3f} of {}, {})").format(
            loss.dataset, "" if loss.slice == ALL_QUERIES else f" {loss.slice}", loss.measure,
            loss.value, loss.half_value, loss.half, count(loss.queries, "question", "questions"),
        )
        for loss in found[:_NAMED]
    ]  # fmt: skip
    rest = len(found) - len(named)
    return Markup(", ").join([*named, *([f"and {rest} more"] if rest else [])])


def _confidence(runs: Sequence[_Pair]) -> Iterator[Markup]:
    known = [(d.dataset, s.confidence) for d, s in runs if s.confidence]
    if not known:
        return
    first = known[0][1]
    if len(known) == 1:
        stated, observed = _stated_observed(first)
        if stated is not None and observed is not None:
            yield Markup(
                "It states a confidence of <b>{}</b> on average, and its first article is right "
                "for <b>{}</b> of all questions asked."
            ).format(percent(stated), percent(observed))
    else:
        gaps = [(record.expected_calibration_error, name) for name, record in known]
        worst, where = max(gaps)
        yield Markup(
            "Its stated confidence is off by <b>{}</b> percentage points on average, most in {} "
            "(<b>{}</b>)."
        ).format(_points(sum(gap for gap, _ in gaps) / len(gaps)), where, _points(worst))
    coverage = [record.coverage for _, record in known if record.coverage is not None]
    precision = [record.precision for _, record in known if record.precision is not None]
    if coverage and precision:
        yield Markup(
            "At its threshold it answers <b>{}</b> of the questions that have an answer; "
            "<b>{}</b> of the answers it gives are right."
        ).format(_range(coverage), _range(precision))


def _range(shares: Sequence[float]) -> str:
    """One share, or the lowest and the highest."""
    low, high = percent(min(shares)), percent(max(shares))
    return low if low == high else f"{low.removesuffix(_PERCENT)} to {high}"


def _stated_observed(record: ConfidenceRecord) -> tuple[float | None, float | None]:
    """Means over the reliability bins."""
    total = sum(member.queries for member in record.reliability)
    if not total:
        return None, None
    stated = sum(member.stated * member.queries for member in record.reliability) / total
    observed = sum(member.observed * member.queries for member in record.reliability) / total
    return stated, observed


def _points(share: float) -> str:
    return f"{100 * share:.1f}"
