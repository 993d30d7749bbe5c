"""A signed-in writer with reports made by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.pages.desk.house import WriterDesk


@pytest.fixture
def writing(tmp_path) -> Iterator[WriterDesk]:
    """Nobody's report is there yet."""
    house = WriterDesk(tmp_path).sign_in("writer")
    with house.client:
        yield house
    house.store.close()
