"""What the figures of a gap mean, to be told beside them; docs/gaps.md says how they come about."""

from __future__ import annotations

from collections.abc import Mapping

DEFINITIONS: Mapping[str, str] = {
    "priority": "demand × uncovered × trend.",
    "demand": "People whom nothing answered: people × uncovered.",
    "people": "Different visitors and customers that asked it; nobody counts twice, however often "
    "they ask.",
    "uncovered": "Share of its people whom nothing answers, judged by what all of them did and by "
    "what is found now.",
    "trend": "(people in the last 4 weeks + 2) ÷ (people in the 4 weeks before + 2), within 0.5 "
    "and 2.",
    "weeks": "People a week, the oldest first.",
    "nearest": "The article that comes nearest, with the mean probability that it answers.",
}
