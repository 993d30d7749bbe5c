"""The command line contract: exit codes, JSON on stdout, sentences on stderr."""

from __future__ import annotations

import json

import pytest

import kb.service
from tests.fakes import BagOfWordsEmbedder


@pytest.fixture(autouse=True)
def _instant_embedder(monkeypatch, tmp_path):
    monkeypatch.setattr(kb.service, "build_embedder", lambda settings: BagOfWordsEmbedder())


@pytest.fixture
def kb_(command_line):
    """Run `kb ARGS`; returns (exit code, stdout, stderr)."""
    return command_line


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    text = "---\nid: pump\nlocale: en\ntitle: Pump noise\n---\nClean the filter.\n"
    (folder / "pump.md").write_text(text, encoding="utf-8")
    return folder


def test_index_reports_json_and_a_second_run_says_nothing_changed(kb_, docs):
    code, out, _ = kb_("index", str(docs), "--json")
    report = json.loads(out)
    assert (code, report["passages_embedded"], report["published"]) == (0, 1, True)
    code, out, _ = kb_("index", str(docs))
    assert code == 0
    assert "Nothing changed: embedded nothing" in out


def test_index_names_what_it_skipped_and_exits_with_1(kb_, docs):
    (docs / "bad.md").write_bytes(b"\xff\xfe\x00")
    code, out, err = kb_("index", str(docs))
    assert code == 1
    assert "bad.md: is not UTF-8" in err.replace("\n", "")
    assert "1 added" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("index",), "Name at least one source"),
        (("index", "/no/such/folder"), "no file or folder"),
        (("search", "pump"), "Nothing has been indexed yet"),
        (("suggest", "/no/ticket.json"), "is no ticket"),
        (("key", "revoke", "0123456789ab"), "no key with the id"),
        (("eval", "run", "/nowhere", "--out", "/tmp/x"), "is no dataset"),
    ],
)
def test_a_users_mistake_is_one_sentence_and_exit_code_2(kb_, arguments, sentence):
    code, out, err = kb_(*arguments)
    assert code == 2
    assert sentence in err.replace("\n", " ")
    assert "Traceback" not in out + err


def test_an_interrupted_index_says_what_goes_on_serving(kb_, docs, monkeypatch):
    class Interrupted(BagOfWordsEmbedder):
        def embed_passages(self, texts):
            raise KeyboardInterrupt

    monkeypatch.setattr(kb.service, "build_embedder", lambda settings: Interrupted())
    code, _, err = kb_("index", str(docs))
    assert code == 130
    assert "what was published before goes on serving" in err


def test_a_wrong_setting_is_named(kb_, monkeypatch):
    monkeypatch.setenv("KB_PORT", "high")
    code, _, err = kb_("search", "x")
    assert code == 2
    assert "KB_PORT" in err


def test_search_prints_the_contract_as_json(kb_, docs):
    kb_("index", str(docs))
    code, out, err = kb_("search", "pump filter", "--locale", "en", "--json")
    result = json.loads(out)
    assert (code, err) == (0, "")
    assert result["hits"][0]["id"] == "pump"
    assert set(result) >= {"query", "locale", "generation", "confidence", "answer", "hits"}


def test_suggest_reads_a_ticket_file_and_prints_json(kb_, docs, tmp_path):
    kb_("index", str(docs))
    ticket = tmp_path / "t.json"
    ticket.write_text(json.dumps({"subject": "Pump noise", "body": "Clean filter?"}), "utf-8")
    code, out, _ = kb_("suggest", str(ticket), "--json")
    assert code == 0
    assert set(json.loads(out)) >= {"suggestions", "escalation"}


def test_a_key_is_shown_once_and_can_be_revoked(kb_):
    _, key, _ = kb_("key", "add", "--role", "rep", "--label", "sidebar")
    _, listed, _ = kb_("key", "list", "--json")
    entry = json.loads(listed)[0]
    assert (entry["role"], entry["label"]) == ("rep", "sidebar")
    assert key.strip() not in listed
    assert kb_("key", "revoke", entry["id"])[0] == 0
    assert json.loads(kb_("key", "list", "--json")[1]) == []


def test_a_wildcard_revokes_nothing(kb_):
    kb_("key", "add", "--role", "rep")
    assert kb_("key", "revoke", "%%%%%%%%")[0] == 2
    assert len(json.loads(kb_("key", "list", "--json")[1])) == 1


def test_doctor_finds_the_missing_snapshot_and_says_how_to_mend_it(kb_, docs):
    code, out, _ = kb_("doctor", "--json")
    findings = {finding["subject"]: finding for finding in json.loads(out)}
    assert code == 1
    assert findings["store"]["ok"]
    assert "kb index" in findings["snapshot"]["message"]
