"""What each question is about, in a few words: for demand by topic. Pure.

A question of a gap is about the gap; any other about the article that customers find for it, where
that is worth reading at all; the rest is about nothing that has a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kb.gaps.journeys import Search
from kb.gaps.missing.questions import Question, question_key
from kb.gaps.stored import StoredReport
from kb.models import Model
from kb.store import Store
from kb.text import language_of

if TYPE_CHECKING:
    from kb.gaps.missing.coverage import Found
    from kb.gaps.missing.find import Missing
    from kb.gaps.missing.written import Library

SUBJECTS = "subjects"
"""Name of the stored report."""


class Subjects(Model):
    """Names by question key, and by ticket id."""

    questions: Mapping[str, str]
    tickets: Mapping[str, str]

    def of_searches(self, searches: Iterable[Search]) -> dict[str, str]:
        """Name by search id, and by ticket id, for kb.support_figures."""
        named = dict(self.tickets)
        for search in searches:
            if name := self.questions.get(question_key(search.query, search.language)):
                named[search.id] = name
        return named


def stored_subjects(store: Store) -> Subjects:
    """Those of the last report; none before the first."""
    return StoredReport(store, SUBJECTS, Subjects).read() or _NONE


_NONE = Subjects(questions={}, tickets={})


def subjects_of(
    questions: Sequence[Question],
    found: Sequence[Found],
    missing: Missing,
    library: Library,
    related_threshold: float,
    reader: str,
) -> Subjects:
    """Name every question that has one.

    Args:
        related_threshold: confidence below which a search says that it found nothing.
        reader: language that titles of articles are preferred in.
    """
    gaps = {key: gap.label for gap in missing.gaps for key in gap.members}
    names: dict[str, str] = {}
    tickets: dict[str, str] = {}
    for question, one in zip(questions, found, strict=True):
        name = gaps.get(question.key) or (
            _title(library, one, reader) if one.confidence >= related_threshold else ""
        )
        if name:
            names[question.key] = name
            tickets |= {t.ticket_id: name for t in question.tickets if t.ticket_id}
    return Subjects(questions=names, tickets=tickets)


def _title(library: Library, found: Found, reader: str) -> str:
    versions = library.versions(found.group)
    own = (version.title for version in versions if language_of(version.locale) == reader)
    source = (version.title for version in versions if version.id == version.group)
    first = (version.title for version in versions)
    return next(own, "") or next(source, "") or next(first, "")
