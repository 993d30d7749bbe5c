"""Names of the report's sections about existing articles; imports nothing that is slow to load."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Section(StrEnum):
    """What can be asked for, by the name it is asked with."""

    weak = "weak"
    stale = "stale"
    duplicates = "duplicates"
    missing_translations = "missing-translations"
    outdated_translations = "outdated-translations"
    never_found = "never-found"
    table = "table"

    @property
    def field(self) -> str:
        """Its name in `Health`, where its notes have it, too."""
        return "articles" if self is Section.table else self.name


TO_MEND = tuple(section for section in Section if section is not Section.table)
"""All but the table of every article."""

TITLES: Mapping[Section, str] = {
    Section.weak: "Articles that do not help",
    Section.stale: "Stale articles",
    Section.duplicates: "Duplicates",
    Section.missing_translations: "Missing translations",
    Section.outdated_translations: "Outdated translations",
    Section.never_found: "Articles never found",
    Section.table: "All articles",
}

BRIEFLY: Mapping[Section, str] = {
    Section.weak: "readers contact the team or vote them down, or reps decline them",
    Section.stale: "old while tickets grow or replies change, or contradicted by something newer",
    Section.duplicates: "several articles with one text or one subject; which one to keep",
    Section.missing_translations: "people ask for them in a language that they are not in",
    Section.outdated_translations: "the source was changed later",
    Section.never_found: "no search in their language leads to them",
    Section.table: "every version with its figures",
}
