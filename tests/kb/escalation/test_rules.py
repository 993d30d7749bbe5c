"""Rules files: what they say, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kb.errors import ConfigurationError
from kb.escalation import load_rules


def test_a_rules_file_says_groups_levels_promises_and_triggers(rules):
    assert [group.id for group in rules.groups] == ["billing", "devices"]
    assert rules.level(3).channel == "call"
    assert rules.priorities == ["urgent", "normal"]
    assert rules.channels == ["chat"]
    assert [name for name, _ in rules.triggers.named()] == [
        "safety", "legal", "frustration", "repeat_contact", "sla", "refund", "refund"
    ]  # fmt: skip
    assert rules.triggers.sla.share == 0.75
    assert str(rules.late_answer) == "2 business hours"


def test_a_group_may_keep_its_own_hours_and_all_share_the_holidays(rules):
    wednesday, saturday = dt.date(2026, 3, 18), dt.date(2026, 3, 21)
    assert rules.calendar("billing").spans(saturday) == ()
    assert rules.calendar("devices").spans(saturday) == ((540, 780),)
    assert rules.calendar("nobody knows").spans(wednesday) == ()


def test_public_holidays_of_a_country_count(write_rules, rules_text):
    text = rules_text.replace("[holidays]", '[holidays]\ncountry = "DE"\nsubdivision = "BE"')
    calendar = load_rules(write_rules(text)).calendar()
    assert calendar.spans(dt.date(2026, 12, 25)) == ()
    assert calendar.spans(dt.date(2027, 3, 8)) == ()  # a holiday of Berlin only
    assert calendar.spans(dt.date(2026, 12, 23)) != ()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("[functional]", "[functional]\nlevle = 2", r"functional\.levle: unknown key"),
        ("[triggers.sla]", "[triggers.slo]\nlevel = 3\n[triggers.sla]", r"triggers\.slo: unknown"),
        ("Europe/Berlin", "Europe/Atlantis", "timezone 'Europe/Atlantis' is unknown"),
        ('timezone = "Europe/Berlin"\n', "", "timezone: is missing"),
        ("09:00-18:00", "18:00-09:00", r"hours\.monday\.0: opening hours end after they begin"),
        ("09:00-18:00", "9 to 6", "write opening hours as in"),
        ('["09:00-18:00"]', '["09:00-12:00", "11:00-18:00"]', "do not overlap"),
        ("hours = { saturday", "hours = { caturday", r"groups\.1\.hours\.caturday: unknown key"),
        ('{ saturday = ["09:00-13:00"] }', "{}", "name a weekday's hours"),
        ('channel = "call"', "channel = 5", r"levels\.2\.channel"),
        ('channel = "call"', "channel = { english = 'x' }", r"levels\.2\.channel.*english"),
        ("[holidays]", '[holidays]\ncountry = "XX"', "Country XX not available"),
        ("[holidays]", '[holidays]\nsubdivision = "BE"', "a subdivision needs a country"),
        ('id = "devices"', 'id = "billing"', "groups: 'billing' is there twice"),
        ("level = 2\nnames", "level = 3\nnames", "levels: '3' is there twice"),
        ('priority = "urgent"\nfirst', 'priority = "normal"\nfirst', "'normal/\\*' is there twice"),
        ('first_answer = "5 minutes"', "", "a target names first_answer"),
        ('"5 minutes"', '"soon"', r"targets\.2\.first_answer: write a time as in"),
        ('"5 minutes"', '"0 minutes"', "longer than nothing"),
        ("[holidays]", "x = 1\n[holidays]", r"hours\.x: unknown key"),
        ('group = "devices"\npriority', 'group = "toys"\npriority', "no group 'toys'"),
        ('priority = "urgent"\nmean', 'priority = "red"\nmean', "priority 'red' has no target"),
        ("[functional]\nlevel = 2", "[functional]\nlevel = 7", "there is no level 7"),
        ("[triggers.sla]\nlevel = 3", "[triggers.sla]", "names a level, a group or both"),
        ("[triggers.sla]", "[triggers.sla]\nshare = 1.5", r"triggers\.sla\.share"),
        ("contacts = 3", "contacts = 1", r"repeat_contact\.contacts"),
        ("{ EUR = 50 }", "{ euro = 50 }", r"refund\.0\.over\.euro"),
        ("{ EUR = 50 }", "{ EUR = -50 }", r"refund\.0\.over\.EUR"),
        ("timezone", 'default_priority = "p1"\ntimezone', "default_priority 'p1' has no target"),
        ("[functional]", "[functional", "is no TOML file"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_file_and_key(
    before, after, message, write_rules, rules_text
):
    assert before in rules_text
    path = write_rules(rules_text.replace(before, after, 1))
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_rules(path)
    assert str(path) in str(caught.value)


def test_the_documented_example_is_valid(write_rules):
    docs = Path(__file__).resolve().parents[3] / "docs" / "escalation.md"
    example = docs.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    rules = load_rules(write_rules(example))
    assert rules.calendar().spans(dt.date(2026, 6, 18)) == ((540, 780),)  # half a Thursday
    assert rules.calendar().spans(dt.date(2026, 6, 19)) == ()  # Friday
    assert rules.calendar().spans(dt.date(2026, 3, 21)) == ()  # Nowruz


def test_a_missing_or_undecodable_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.toml cannot be read: No such file"):
        load_rules(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'timezone = "\xe9"')
    with pytest.raises(ConfigurationError, match="is no TOML file"):
        load_rules(tmp_path / "latin.toml")
