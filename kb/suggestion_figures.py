"""The figures of suggestions: what is counted, what it means, and how sure a share is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate

DEFINITIONS: Mapping[str, str] = {
    "occasions": "requests for suggestions",
    "tickets": "distinct tickets they were for",
    "coverage": "share of tickets with at least one suggestion that was confident enough to offer",
    "acceptance": "share of the occasions shown with suggestions in which one was used",
    "helped": "share of the tickets shown suggestions for which one was used",
    "unchanged": "of the occasions in which one was used, those in which it was sent as it was",
    "edit_distance": "median Levenshtein distance of the edited ones over the longer length",
    "mrr": "mean of 1/position of the used one, where one was used; 1 means always the first",
    "rejected": "share of the occasions shown with suggestions in which one was rejected",
    "nothing_fitted": "share of the occasions shown with suggestions in which none fitted",
    "escalated": "share of occasions with an escalation advice",
    "reasons": "why suggestions were rejected, the most frequent first",
}
"""What each figure means; intervals are Wilson's, at 95 %."""

_Z = 1.959963984540054
_REASON_CHARS = 120
_REASONS_KEPT = 5000
"""Different reasons counted per slice; what is new beyond that is counted as "other"."""
_OTHER = "other"
_TOP = 5


@dataclass(frozen=True)
class Share:
    """`count` of `of`, with Wilson's 95 % interval; `share` is None of nothing."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.of)

    def as_dict(self) -> dict[str, object]:
        interval = list(self.interval) if self.of else None
        return {"share": self.share, "count": self.count, "of": self.of, "interval": interval}


def wilson(count: float, of: int) -> tuple[float, float]:
    """Wilson's score interval of a share at 95 % (Wilson, JASA 22, 1927); of nothing: (0, 1)."""
    if not of:
        return 0.0, 1.0
    share, z2 = count / of, _Z * _Z
    centre = share + z2 / (2 * of)
    spread = _Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    low, high = ((centre + sign * spread) / (1 + z2 / of) for sign in (-1, 1))
    # At the ends rounding would leave 1e-17 instead of the bound.
    return (low if count else 0.0), (high if count < of else 1.0)


@dataclass
class Figures:
    """Counts of one slice; `DEFINITIONS` says what they mean."""

    occasions: int = 0
    escalations: int = 0
    tickets: int = 0
    covered: int = 0
    tickets_shown: int = 0
    tickets_helped: int = 0
    shown: int = 0
    used: int = 0
    unchanged: int = 0
    rejecting: int = 0
    unfitting: int = 0
    reciprocal_ranks: float = 0.0
    distances: Counter[float] = field(default_factory=Counter)
    """Rounded to a thousandth, so that their number is bounded."""
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def median_distance(self) -> float | None:
        total = self.distances.total()
        if not total:
            return None
        return (self._distance(total // 2) + self._distance((total - 1) // 2)) / 2

    def _distance(self, place: int) -> float:
        """The distance in that place, from 0, among the sorted ones."""
        ordered = sorted(self.distances)
        reached = accumulate(self.distances[distance] for distance in ordered)
        return next(d for d, so_far in zip(ordered, reached, strict=True) if so_far > place)

    def as_dict(self) -> dict[str, object]:
        """The figures under the names of `DEFINITIONS`."""
        return {
            "occasions": self.occasions,
            "tickets": self.tickets,
            "coverage": Share(self.covered, self.tickets).as_dict(),
            "acceptance": Share(self.used, self.shown).as_dict(),
            "helped": Share(self.tickets_helped, self.tickets_shown).as_dict(),
            "unchanged": Share(self.unchanged, self.used).as_dict(),
            "edit_distance": self.median_distance,
            "mrr": self.reciprocal_ranks / self.used if self.used else None,
            "rejected": Share(self.rejecting, self.shown).as_dict(),
            "nothing_fitted": Share(self.unfitting, self.shown).as_dict(),
            "escalated": Share(self.escalations, self.occasions).as_dict(),
            "reasons": [{"reason": r, "times": n} for r, n in self.top_reasons()],
        }

    def top_reasons(self) -> list[tuple[str, int]]:
        """The most frequent reasons of rejections; ties by name."""
        return sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))[:_TOP]

    def add_reason(self, reason: str) -> None:
        reason = " ".join(reason.casefold().split())[:_REASON_CHARS]
        known = reason in self.reasons or len(self.reasons) < _REASONS_KEPT
        self.reasons[reason if known else _OTHER] += 1
