"""A report as the store has it, read again only when there is another."""

from __future__ import annotations

import datetime as dt
from typing import Generic, TypeVar

from pydantic import ValidationError

from kb.models import Model
from kb.store import Store

M = TypeVar("M", bound=Model)


class StoredReport(Generic[M]):
    """The last report of a name."""

    def __init__(self, store: Store, name: str, model: type[M]) -> None:
        self._store, self._name, self._model = store, name, model
        self._read: tuple[dt.datetime, M] | None = None

    def read(self) -> M | None:
        """None before the first, and for one of an earlier version, which the next replaces."""
        age = self._store.gaps.report_age(self._name)
        if age is None:
            return None
        held = self._read
        if held is None or held[0] != age[0]:
            stored = self._store.gaps.report(self._name)
            if stored is None:
                return None
            try:
                held = stored.computed_at, self._model.model_validate_json(stored.payload)
            except ValidationError:
                return None
            self._read = held
        return held[1]
