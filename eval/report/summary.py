"""The report's opening sentences, computed from the figures for a reader who knows no measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from eval.records import ConfidenceRecord, DatasetRecord, RunRecord, SystemRecord
from eval.report.figures import HALVES, better_half, halves_of, judged, main_system, value_of
from eval.slices import ALL_QUERIES, TOLERANCE, Loss, losses

SIGNIFICANT = 0.05
_SMALLEST_SLICE = 10
"""Slices with fewer queries go up and down with each of them."""
_NAMED = 6
_PERCENT = "\u00a0%"


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
        *_against_halves([dataset for dataset, _ in runs]),
        *_confidence(runs),
    ]


def _finding(runs: Sequence[tuple[DatasetRecord, SystemRecord]]) -> Iterator[Markup]:
    firsts = [(d.dataset, value_of(s, "Success@1"), d, s) for d, s in runs]
    firsts = [entry for entry in firsts if entry[1] >= 0]
    if not firsts:
        for dataset, system in runs[:_NAMED]:
            yield Markup("{} reaches {} <b>{:.3f}</b> on {}.").format(
                system.system.capitalize(), dataset.primary,
                value_of(system, dataset.primary), dataset.dataset,
            )  # fmt: skip
        return
    name, first, dataset, system = firsts[0]
    subject = system.system.capitalize()
    if len(firsts) == 1:
        third = value_of(system, "Success@3")
        more = Markup(", and among the first three for <b>{}</b>").format(percent(third))
        yield Markup("{} finds a right article first for <b>{}</b> of the {} in {}{}.").format(
            subject, percent(first), count(judged(dataset), "question", "questions"), name,
            more if third >= 0 else "",
        )  # fmt: skip
        return
    worst = min(firsts, key=lambda entry: entry[1])
    best = max(firsts, key=lambda entry: entry[1])
    mean = sum(entry[1] for entry in firsts) / len(firsts)
    yield Markup(
        "Over {} datasets {} finds a right article first for <b>{}</b> of the questions: "
        "most often in {} (<b>{}</b>), least often in {} (<b>{}</b>)."
    ).format(len(firsts), system.system, percent(mean), best[0], percent(best[1]),
             worst[0], percent(worst[1]))  # fmt: skip


def _against_halves(datasets: Sequence[DatasetRecord]) -> Iterator[Markup]:
    pairs = [(d, main_system(d), better_half(d)) for d in datasets]
    known = [(d, main, half) for d, main, half in pairs if main and half]
    if not known:
        return
    above = [
        (d, main, half)
        for d, main, half in known
        if value_of(main, d.primary) > value_of(half, d.primary)
    ]
    significant = [1 for _, main, half in above if _p(main, half.system) < SIGNIFICANT]
    halves = " and ".join(dict.fromkeys(h.system for d, _, _ in known for h in halves_of(d)))
    if len(known) == 1:
        dataset, main, half = known[0]
        yield Markup(
            "Its ranking scores <b>{:.3f}</b> ({}, 1 is perfect); that of {}, the next best, "
            "<b>{:.3f}</b>{}."
        ).format(
            value_of(main, dataset.primary), dataset.primary, half.system,
            value_of(half, dataset.primary), _significance(main, half),
        )  # fmt: skip
    else:
        yield Markup(
            "It is above the better of {} on <b>{} of {}</b> datasets, "
            "significantly so on <b>{}</b>."
        ).format(halves, len(above), len(known), len(significant))
    yield from _losses(datasets)
    yield from _outdone(datasets)


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
        if theirs > ours:
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


def _confidence(runs: Sequence[tuple[DatasetRecord, SystemRecord]]) -> Iterator[Markup]:
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
