"""What is wrong with a text or a form, and advice on it, by code; pages have the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kb.errors import InvalidInput
from kb.models import Model


class Fault(Model):
    """Something a writer has to mend, or may want to."""

    code: str
    """Of a sentence in `words/editor.<locale>.toml`: `[faults]` or `[advice]`."""
    field: str = ""
    """Of the form; empty: the text, or all of it."""
    line: int | None = None
    """Of the body, from 1; of the file for front matter that cannot be read."""
    values: Mapping[str, str] = {}
    """Of the sentence's placeholders."""


class Refused(InvalidInput):
    """Nothing was written; what was typed is still with the caller."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        codes = ", ".join(fault.code for fault in self.faults)
        super().__init__(f"The article cannot be saved as it is: {codes}.")


def refused(code: str, field: str = "", **values: object) -> Refused:
    """One reason why nothing was written."""
    texts = {name: str(value) for name, value in values.items()}
    return Refused([Fault(code=code, field=field, values=texts)])
