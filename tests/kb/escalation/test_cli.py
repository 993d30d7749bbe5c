"""`kb escalation check`."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from kb.cli import app
from kb.errors import ConfigurationError, InvalidInput

runner = CliRunner()


def test_check_shows_due_times_by_priority_and_channel(write_rules, rules_text):
    path = write_rules(rules_text)
    result = runner.invoke(app, ["escalation", "check", str(path), "--at", "2026-03-20T17:30"])
    assert result.exit_code == 0
    assert "is valid: 2 groups, 3 levels" in result.stdout
    assert "Fri 2026-03-20 18:30" in result.stdout  # urgent: one hour
    assert "Mon 2026-03-23 16:30" in result.stdout  # normal: eight business hours
    assert "any other" in result.stdout


def test_check_prints_one_json_document_with_times_in_the_offices_zone(write_rules, rules_text):
    path = write_rules(rules_text)
    arguments = ["escalation", "check", str(path), "--json", "--at", "2026-03-16T09:00Z"]
    document = json.loads(runner.invoke(app, arguments).stdout)
    assert document["timezone"] == "Europe/Berlin"
    assert len(document["due"]) == 4
    assert document["due"][-1] == {
        "at": "2026-03-16T10:00:00+01:00",
        "priority": "normal",
        "channel": "",
        "first_answer": "2026-03-16T18:00:00+01:00",
        "resolution": "2026-03-23T10:00:00+01:00",
    }


def test_check_takes_the_present_moment_by_default(write_rules, rules_text):
    result = runner.invoke(app, ["escalation", "check", str(write_rules(rules_text)), "--json"])
    assert len(json.loads(result.stdout)["due"]) == 4


def test_a_bad_file_and_a_bad_time_are_the_users_mistake(write_rules, rules_text):
    bad = runner.invoke(app, ["escalation", "check", str(write_rules("timezone = 1"))])
    assert isinstance(bad.exception, ConfigurationError)
    path = write_rules(rules_text)
    late = runner.invoke(app, ["escalation", "check", str(path), "--at", "tomorrow"])
    assert isinstance(late.exception, InvalidInput)
    assert "'tomorrow' is no time" in str(late.exception)
