"""How closely two things people do go together, from a table of counts. Pure.

                 reached w   did not
used u               a          b
did not use u        c          d
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Table(NamedTuple):
    """Counts of people."""

    a: int
    b: int
    c: int
    d: int

    @property
    def delta_p(self) -> float:
        """ΔP = P(w | u) - P(w | not u), in [-1, 1] (Allan 1980); a share of nobody is 0."""
        used, others = self.a + self.b, self.c + self.d
        return (self.a / used if used else 0.0) - (self.c / others if others else 0.0)

    @property
    def g_squared(self) -> float:
        """Log-likelihood ratio (Dunning, "Accurate Methods for the Statistics of Surprise and
        Coincidence", 1993); 0 of nothing."""
        a, b, c, d = self
        cells = ((a, a + b, a + c), (b, a + b, b + d), (c, c + d, a + c), (d, c + d, b + d))
        return 2 * sum(
            count * math.log(count * sum(self) / (row * column))
            for count, row, column in cells
            if count
        )
