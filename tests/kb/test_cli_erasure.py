"""`kb erase` as the person who answers the customer's letter meets it."""

from __future__ import annotations

import json

import pytest
import typer

import kb.service
from tests.fakes import BagOfWordsEmbedder


@pytest.fixture
def kb_(command_line, monkeypatch, tmp_path):
    """Run `kb ARGS`; returns (exit code, stdout, stderr)."""
    monkeypatch.setattr(kb.service, "build_embedder", lambda settings: BagOfWordsEmbedder())
    return command_line


@pytest.fixture
def tickets(kb_, write_jsonl):
    records = [
        {
            "kind": "ticket", "id": f"T-{who}", "locale": "en", "subject": f"Pump of {who}",
            "status": "solved", "customer": {"email": f"{who}@doe.example", "name": "Sam Doe"},
            "messages": [
                {"author": "customer", "text": f"The pump in the cellar of {who} rattles."},
                {"author": "rep", "text": "Tilt the tank until the air is out of the pump."},
            ],
        }
        for who in ("sam", "kim")
    ]  # fmt: skip
    path = write_jsonl("tickets.jsonl", records)
    assert kb_("index", str(path))[0] == 0
    return path


def test_it_lists_asks_erases_proves_and_names_the_source(kb_, tickets, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(typer, "confirm", lambda question: asked.append(question) or True)
    code, out, err = kb_("erase", "--customer", "SAM@doe.example")
    assert (code, err.strip()) == (0, "")
    assert len(asked) == 1
    assert "T-sam" in out
    assert "T-kim" not in out
    assert "Nothing of them is left." in out
    assert f"{tickets}:1 may still hold one" in out
    code, out, err = kb_("index", str(tickets))
    assert code == 1
    assert "'T-sam' was erased on request" in err


def test_whoever_says_no_changes_nothing(kb_, tickets, monkeypatch):
    monkeypatch.setattr(typer, "confirm", lambda question: False)
    assert kb_("erase", "--customer", "sam@doe.example")[0] == 1
    assert json.loads(kb_("erase", "--ticket", "T-sam", "--dry-run", "--json")[1]) == {
        "tickets": [
            {
                "id": "T-sam", "created": "", "customer": "sam@doe.example", "status": "solved",
                "subject": "Pump of sam",
            }
        ]
    }  # fmt: skip


def test_json_has_the_proof(kb_, tickets):
    code, out, _ = kb_("erase", "--ticket", "T-sam", "--yes", "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["tickets"], report["clean"], report["proof"]["found"]) == (["T-sam"], True, {})
    assert (report["documents"], report["generation"]) == (1, 2)


def test_what_is_left_is_named_and_the_exit_code_is_1(kb_, tickets, tmp_path):
    (tmp_path / "data" / "notes.txt").write_text("call back Sam@Doe.example", encoding="utf-8")
    code, out, err = kb_("erase", "--customer", "sam@doe.example", "--yes")
    assert code == 1
    assert "LEFT in notes.txt: 1 × e-mail" in err
    assert "Nothing of them is left." not in out


def test_somebody_unknown_is_looked_for_all_the_same(kb_, tickets):
    code, out, _ = kb_("erase", "--customer", "nobody@doe.example", "--yes")
    assert code == 0
    assert "There is no such ticket in the store." in out
    assert "Nothing of them is left." in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Say whose tickets"),
        (["--customer", " "], "An option is empty"),
        (["--customer", "a@b.example", "--json"], "nobody can be asked"),
        (["--name", "Sam Doe", "--yes"], "Several people may have one name"),
    ],
)
def test_mistakes_are_told_before_anything_is_done(kb_, arguments, sentence):
    code, _, err = kb_("erase", *arguments)
    assert code == 2
    assert sentence in err


def test_a_name_lists_everybody_who_has_it(kb_, tickets):
    out = kb_("erase", "--name", "sam doe", "--dry-run")[1]
    assert "T-sam" in out
    assert "T-kim" in out
