"""What reps' decisions say about a source, and how far that moves a confidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.errors import InvalidInput

_CERTAIN = 1e-6
"""A confidence this close to 0 or 1 is held there, so that no suggestion is beyond recall."""
_LEAST = 1e-12
"""However many decisions there are, the confidence stays in (0, 1)."""


@dataclass(frozen=True)
class Acceptance:
    """How often reps used what a source says, and how often they passed over or refused it."""

    accepted: int = 0
    declined: int = 0


def posterior(confidence: float, acceptance: Acceptance, strength: float = 10.0) -> float:
    """The confidence after what reps did with it on other tickets, in (0, 1).

        q = (m/2 + a) / (m + a + d)        odds' = odds · q / (1 - q)

    q is the mean of a Beta-Binomial posterior with the prior Beta(m/2, m/2) (Gelman et al.,
    Bayesian Data Analysis, 3rd ed., section 2.4): how good the answer is, apart from this ticket.
    Unknown answers have q = 1/2, which changes nothing. Odds are multiplied, so that a good answer
    to something else stays improbable. One click moves it little, and many outvote it. Rises
    with `confidence` and `accepted`, falls with `declined`.

    Args:
        strength: m, in decisions.

    Raises:
        InvalidInput: `strength` is not above 0, or a count is below 0.
    """
    if not strength > 0 or acceptance.accepted < 0 or acceptance.declined < 0:
        raise InvalidInput("The strength of the prior must be above 0, and no count below 0.")
    prior = min(max(confidence, _CERTAIN), 1 - _CERTAIN)
    good = strength / 2 + acceptance.accepted
    bad = strength / 2 + acceptance.declined
    odds = prior / (1 - prior) * good / bad
    return min(max(odds / (1 + odds), _LEAST), 1 - _LEAST)


def of_sources(source_ids: Iterable[str], known: Mapping[str, Acceptance]) -> Acceptance:
    """What is known of a suggestion with several sources that say the same.

    A decision counts for every source of its suggestion, so adding them up would count it several
    times: the source with the most decisions speaks for all.
    """
    found = [known[source_id] for source_id in source_ids if source_id in known]
    return max(found, key=lambda a: (a.accepted + a.declined, a.accepted), default=Acceptance())
