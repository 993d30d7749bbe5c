"""The article that comes closest to a gap's questions, and why it falls short. Pure.

The reasons, in the order they are looked for:

    nothing_near       nothing comes close: the help center does not know the subject
    other_language     it exists, but not in the language that most of the people ask in
    does_not_mention   it lacks a word that most of the people use
    other_subject      the questions lead to different articles, none is about all of them
    unsure             it is near, but it helped few, or nobody knows yet whether it does
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.gaps.missing.coverage import Found
from kb.gaps.models import Shortfall

_OF_THE_PEOPLE = 0.5
"""A word or language that fewer use is not what the article lacks."""
_AGREEING = 0.5
"""Share of the demand that leads to one article, below which there is no one subject."""
_WORDS = 4


@dataclass(frozen=True)
class Candidate:
    """The article that most of the demand leads to."""

    id: str
    group: str
    share: float
    """Of the demand."""
    confidence: float
    """Mean of the questions that lead to it, by demand."""


@dataclass(frozen=True)
class Judged:
    shortfall: Shortfall
    missing_words: tuple[str, ...]
    reason: str


def nearest_of(found: Sequence[Found], weights: Sequence[float]) -> Candidate | None:
    """The candidate; None where nothing is found for any question."""
    led: dict[str, float] = {}
    for one, weight in zip(found, weights, strict=True):
        if one.article:
            led[one.group] = led.get(one.group, 0.0) + weight
    if not led:
        return None
    group = min(led, key=lambda name: (-led[name], name))
    leading = [(one, w) for one, w in zip(found, weights, strict=True) if one.group == group]
    versions: dict[str, float] = {}
    for one, weight in leading:
        versions[one.article] = versions.get(one.article, 0.0) + weight
    return Candidate(
        id=min(versions, key=lambda name: (-versions[name], name)),
        group=group,
        share=led[group] / sum(weights),
        confidence=sum(one.confidence * w for one, w in leading) / sum(w for _, w in leading),
    )


def judged(
    candidate: Candidate,
    title: str,
    languages: Mapping[str, float],
    written_in: Sequence[str],
    words: Sequence[tuple[str, str, float]],
    terms: frozenset[str],
    related_threshold: float,
) -> Judged:
    """Why the candidate falls short.

    Args:
        languages: demand by language.
        written_in: languages that the candidate exists in.
        words: the users' telling words: as written, as analysed, share of the demand that uses it;
            only those in languages that the candidate is written in.
        terms: every analysed term of the candidate's versions.
        related_threshold: confidence below which a search says that it found nothing.
    """
    if candidate.confidence < related_threshold:
        return Judged("nothing_near", (), f"Nothing comes close; the nearest is “{title}”.")
    main = max(languages, key=lambda code: (languages[code], code))
    share = languages[main] / sum(languages.values())
    if main not in written_in and share >= _OF_THE_PEOPLE:
        only = ", ".join(written_in)
        return Judged(
            "other_language", (), f"“{title}” exists only in {only}; {share:.0%} ask in {main}."
        )
    lacking = [word for word, term, used in words if used >= _OF_THE_PEOPLE and term not in terms]
    if lacking:
        missing = tuple(lacking[:_WORDS])
        quoted = ", ".join(f"“{word}”" for word in missing)
        return Judged("does_not_mention", missing, f"“{title}” does not mention {quoted}.")
    if candidate.share < _AGREEING:
        return Judged(
            "other_subject",
            (),
            f"The questions lead to different articles; only {candidate.share:.0%} to “{title}”.",
        )
    return Judged("unsure", (), f"“{title}” comes near, but it is not sure that it helps.")
