"""The support lead's figures: what each one is, out of what, and who defined it so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from kb.models import Model

Unit = Literal["count", "share", "mean", "hours", "points"]


class Value(Model):
    """One figure: never a number without what it is a number of."""

    value: float | None
    """None where there is no data."""
    count: float | None = None
    """Of a share: the numerator."""
    of: int
    """How many it is about."""
    interval: tuple[float, float] | None = None
    """95 %: Wilson's of a share, adjusted Wald of points."""


class Definition(NamedTuple):
    unit: Unit
    meaning: str
    source: str


_USUAL = "usual among help desks"
_WILSON = "intervals of shares: Wilson, JASA 22 (1927)"

DEFINITIONS: Mapping[str, Definition] = {
    "visits": Definition(
        "count",
        "visits of customers that searched: a pseudonym that lasts a day; a search without one is "
        "a visit of its own, and a row of an imported log as many as it says",
        "ours",
    ),
    "questions": Definition(
        "count",
        "different questions of each visit: who asks the same again and again asks once",
        "ours",
    ),
    "contacts": Definition(
        "count", "tickets, and contacts that are no ticket (yet); each counted once", "ours"
    ),
    "deflection": Definition(
        "share",
        "of the visits that searched, those that did not contact the team within the hour; an "
        "upper bound, because who gave up in silence counts, too",
        f"ticket deflection, {_USUAL}",
    ),
    "self_service": Definition(
        "share",
        "of all who wanted something (visits that searched, and contacts of anybody else), those "
        "that opened an article or were shown an answer, and did not contact the team",
        f"self-service rate, {_USUAL}; strict in that something must have been read",
    ),
    "no_result": Definition(
        "share",
        "of the questions whose result is known, those with no result at all or told that nothing "
        "was found",
        "zero-result rate of site search; ours also counts results that were said to be unrelated",
    ),
    "no_click": Definition(
        "share",
        "of the questions with results but no answer shown, those after which nothing was opened; "
        "only channels that report clicks",
        "abandonment: Li, Huffman & Tokuda, SIGIR 2009",
    ),
    "good_abandonment": Definition(
        "share",
        "of the questions whose answer was shown with the results, those that needed no click and "
        "led to no contact; only channels that report clicks",
        "potential good abandonment: Li, Huffman & Tokuda, SIGIR 2009",
    ),
    "mrr_clicks": Definition(
        "mean",
        "mean of 1/position of the highest result opened, over questions after which one was "
        "opened whose position is known; 1 means always the first",
        "mean reciprocal rank: Voorhees, TREC-8 (1999), with clicks for judgements",
    ),
    "covered": Definition(
        "share",
        "of the visits whose confidence is known, the mean share of their questions that the "
        "knowledge base answers with a confidence at or above the threshold",
        "ours; the confidence is calibrated (docs/evaluation.md)",
    ),
    "first_answer_median": Definition(
        "hours",
        "median time from a ticket to the first reply of a rep, by the clock on the wall; tickets "
        "without a reply are not in it, see unanswered",
        f"first response time, {_USUAL}",
    ),
    "first_answer_p90": Definition(
        "hours", "nine in ten of these were answered within this time", f"as above, {_USUAL}"
    ),
    "unanswered": Definition(
        "share", "of the tickets, those that no rep has replied to", f"{_USUAL}"
    ),
    "csat_tickets": Definition(
        "share",
        "of the ratings that came with tickets, those of 4 or 5 of 5",
        f"customer satisfaction, top two of five, {_USUAL}",
    ),
    "csat_surveys": Definition(
        "share",
        "the same of surveys that were reported as events; may be about the same tickets, so the "
        "two are not added up",
        f"customer satisfaction, top two of five, {_USUAL}",
    ),
    "nps": Definition(
        "points",
        "share of 9 and 10 minus share of 0 to 6, of 0 to 10, times 100",
        "net promoter score: Reichheld, Harvard Business Review, December 2003",
    ),
}
"""In the order in which they are shown; staff's searches count nowhere."""

NOTES = (
    f"{_WILSON}; of points: Wald's, adjusted by one answer of each kind.",
    "Weeks are ISO weeks, hours are local, in the time zone that is named.",
)
