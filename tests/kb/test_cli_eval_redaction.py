"""`kb eval redaction`: what it prints and how it exits."""

from __future__ import annotations

import json
import sys

import pytest

from kb import cli


@pytest.fixture
def kb_eval(monkeypatch, capsys):
    """Run `kb eval redaction ARGS`; returns (exit code, stdout, stderr)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kb", "eval", "redaction", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return int(stopped.value.code or 0), printed.out, printed.err.replace("\n", " ")

    return call


@pytest.fixture
def sentences(tmp_path):
    """A file with one e-mail that is found and one phone number that is not."""
    path = tmp_path / "en.jsonl"
    lines = [
        {"id": "a", "text": "mail ⟦EMAIL|ann@shop.example⟧"},
        {"id": "b", "text": "my number is ⟦PHONE|twelve⟧"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_the_packaged_sentences_reach_the_targets(kb_eval):
    code, out, err = kb_eval()
    assert (code, err) == (0, "")
    assert "NATIONAL_ID" in out
    assert "below" not in out


def test_a_missed_target_exits_with_1_and_is_named(kb_eval, sentences):
    code, out, _ = kb_eval(sentences, "--show-errors")
    assert code == 1
    assert "Recall of PHONE in en is 0.000, below 0.98." in out
    assert "b missed PHONE: twelve" in out


def test_json_is_one_document_with_figures_and_errors(kb_eval, sentences):
    code, out, _ = kb_eval(sentences, "--json", "--show-errors")
    document = json.loads(out)
    assert code == 1
    by_cell = {(f["kind"], f["language"]): f for f in document["figures"]}
    assert by_cell["EMAIL", "en"]["recall"] == 1.0
    assert by_cell["all", "all"]["recall"] == 0.5
    assert [e["sentence"] for e in document["errors"]] == ["b"]
    assert len(document["missed_targets"]) == 2


def test_the_installation_s_own_patterns_are_measured(kb_eval, tmp_path, monkeypatch):
    path = tmp_path / "en.jsonl"
    path.write_text('{"id": "a", "text": "case ⟦ORDER|Q/77⟧"}', encoding="utf-8")
    assert json.loads(kb_eval(path, "--json")[1])["figures"][0]["recall"] == 0.0
    monkeypatch.setenv("KB_ORDER_PATTERNS", r'["\\bQ/\\d+"]')
    assert json.loads(kb_eval(path, "--json")[1])["figures"][0]["recall"] == 1.0


def test_a_mistake_is_said_and_exits_with_2(kb_eval, tmp_path):
    assert kb_eval("--set", "nope")[0] == 2
    code, out, err = kb_eval(tmp_path / "none.jsonl")
    assert (code, out) == (2, "")
    assert "cannot be read" in err
