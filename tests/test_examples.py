"""The tickets in docs/examples can be asked about as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.schemas import TicketIn
from kb.config import load_settings

EXAMPLES = sorted((Path(__file__).parent.parent / "docs" / "examples").glob("*.json"))


def test_there_are_ten_examples() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_ticket_in_the_language_of_its_name(path: Path) -> None:
    ticket = TicketIn.model_validate(json.loads(path.read_text(encoding="utf-8")))
    language = "fa" if "mixed" in path.stem else path.stem.split("-")[1]
    assert ticket.to_ticket(load_settings()).locale == language
