"""What the figures of a gap mean, to be told beside them; docs/gaps.md says how they come about."""

from __future__ import annotations

from collections.abc import Mapping

DEFINITIONS: Mapping[str, str] = {
    "priority": "demand × uncovered × trend.",
    "demand": "People whom nothing answered: the sum over questions of people × share that nothing "
    "answered.",
    "people": "Different visitors and customers that asked it; nobody counts twice, however often "
    "they ask.",
    "uncovered": "Share of the people whom nothing answered: demand ÷ people.",
    "trend": "(people in the last 4 weeks + 2) ÷ (people in the 4 weeks before + 2), within 0.5 "
    "and 2.",
    "weeks": "People a week, the oldest first.",
    "nearest": "The article that comes nearest, with the mean probability that it answers.",
}
