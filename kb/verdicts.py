"""What a rep's decision says of sources: pure functions.

    used               accepted; the suggestions above it are declined: the rep read down to the one
                       that was used and passed them over (Joachims, KDD 2002). Guidance is not
                       passed over, because it is not there to be sent.
    rejected           declined
    nothing fitted     the first three are declined

All sources of a suggestion say the same, so its verdict is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.errors import InvalidInput, NotFound
from kb.events import (
    Event,
    NothingFitted,
    Offered,
    SuggestionRejected,
    SuggestionsOffered,
    SuggestionUsed,
)

_READ = 3
"""Suggestions that somebody who says that nothing fitted has read."""


def verdicts_of(event: Event, offer: SuggestionsOffered) -> dict[str, bool]:
    """Source id to accepted (True) or declined (False); empty for events that judge nothing.

    Raises:
        NotFound: the event names a suggestion that was not offered.
    """
    if isinstance(event, SuggestionUsed):
        used = find_offered(offer, event.suggestion_id)
        above = offer.offered[: offer.offered.index(used)] if used in offer.offered else ()
        passed_over = [item for item in above if item.kind != "guidance"]
        return _sources(passed_over, accepted=False) | _sources([used], accepted=True)
    if isinstance(event, SuggestionRejected):
        return _sources([find_offered(offer, event.suggestion_id)], accepted=False)
    if isinstance(event, NothingFitted):
        return _sources(offer.offered[:_READ], accepted=False)
    return {}


def find_offered(offer: SuggestionsOffered, suggestion_id: str) -> Offered:
    """The suggestion of that id, the holding reply of the escalation advice included.

    Raises:
        InvalidInput: no id is given.
        NotFound: no such suggestion was offered.
    """
    if not suggestion_id:
        raise InvalidInput("Name the suggestion as `suggestion_id`.")
    for item in (*offer.offered, *filter(None, [offer.meanwhile])):
        if item.id == suggestion_id:
            return item
    raise NotFound(f"The occasion '{offer.occasion}' did not offer '{suggestion_id}'.")


def _sources(offered: Sequence[Offered], *, accepted: bool) -> dict[str, bool]:
    return {source: accepted for item in offered for source in item.sources}
