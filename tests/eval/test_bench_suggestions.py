"""The bench of suggestions: what it asks, not how long that takes."""

from __future__ import annotations

import pytest

from eval.bench_suggestions import bench_suggestions
from kb.config import load_settings
from kb.errors import InvalidInput
from kb.models import Message, Ticket
from kb.parameters import packaged_parameters
from tests.fakes import BagOfWordsEmbedder


def bench(sources, settings, words=60, count=3):
    return bench_suggestions(
        sources, words, count, settings, BagOfWordsEmbedder(), packaged_parameters(),
        lambda _stage, _done, _total: None,
    )  # fmt: skip


def test_threads_are_made_of_the_tickets_and_asked_about(tmp_path):
    def ticket(number: int) -> Ticket:
        said = f"The pump number {number} rattles and I do not know what to do about it."
        reply = f"Tilt tank {number} slowly so that the air escapes, then run the pump a minute."
        messages = (Message(author="customer", text=said), Message(author="rep", text=reply))
        return Ticket(id=f"t{number}", locale="en", messages=messages, status="solved")

    source = tmp_path / "tickets.jsonl"
    source.write_text("\n".join(ticket(n).model_dump_json() for n in range(6)), encoding="utf-8")
    figures = bench([source], load_settings(data_dir=tmp_path / "data"))
    assert figures["documents"] == 6
    assert figures["threads"] == 3
    assert figures["words_per_thread"] == 60
    assert figures["suggest_to_embed_p95"] > 0


def test_without_tickets_there_is_nothing_to_ask(tmp_path):
    source = tmp_path / "a.jsonl"
    source.write_text('{"_id": "a", "title": "Pump", "text": "The pump."}\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match="no tickets"):
        bench([source], load_settings(data_dir=tmp_path / "data"))
