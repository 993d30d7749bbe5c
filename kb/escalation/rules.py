"""The operator's escalation rules: `escalation.toml` as a whole, and reading it.

The file is described in docs/escalation.md. Whatever cannot be meant is refused when it is read: a
rule that points nowhere would be noticed on the day it is needed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, model_validator

from kb.errors import ConfigurationError
from kb.escalation.clock import Calendar, Duration
from kb.escalation.holidays import CountryOrDays, country_holidays
from kb.escalation.parts import (
    Functional,
    Group,
    Holidays,
    Hours,
    Level,
    Rule,
    Target,
    Time,
    Triggers,
)
from kb.models import Text


class EscalationRules(Rule):
    """Groups, levels, promises and triggers of one operator."""

    timezone: str
    hours: Hours
    holidays: Holidays = Holidays()
    groups: tuple[Group, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = Field(min_length=1)
    targets: tuple[Target, ...] = Field(min_length=1)
    default_priority: Text = "normal"
    """Of tickets without a priority, or with one that no target names."""
    late_answer: Time = Duration(2, "hour", business=True)
    """When a promise is already broken: what can honestly be promised from now on."""
    functional: Functional = Functional()
    triggers: Triggers = Triggers()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                f"timezone '{self.timezone}' is unknown; write one as in 'Asia/Tehran'"
            ) from error
        _once("groups", [group.id for group in self.groups])
        _once("levels", [str(level.level) for level in self.levels])
        _once("targets", [f"{t.priority or '*'}/{t.channel or '*'}" for t in self.targets])
        priorities = self.priorities
        if self.default_priority not in priorities:
            raise ValueError(f"default_priority '{self.default_priority}' has no target")
        self._leads_to("functional", self.functional.level, "", "")
        for name, trigger in self.triggers.named():
            self._leads_to(f"triggers.{name}", trigger.level, trigger.group, trigger.priority)
        return self

    def _leads_to(self, key: str, level: int | None, group: str, priority: str) -> None:
        if level is not None and level not in {known.level for known in self.levels}:
            raise ValueError(f"{key}: there is no level {level} in levels")
        if group and self.group(group) is None:
            raise ValueError(f"{key}: there is no group '{group}' in groups")
        if priority and priority not in self.priorities:
            raise ValueError(f"{key}: priority '{priority}' has no target")

    @property
    def priorities(self) -> list[str]:
        """Named by a target, in the order of the file."""
        return list(dict.fromkeys(t.priority for t in self.targets if t.priority))

    @property
    def channels(self) -> list[str]:
        """Named by a target, in the order of the file."""
        return list(dict.fromkeys(t.channel for t in self.targets if t.channel))

    def group(self, identifier: str) -> Group | None:
        return next((group for group in self.groups if group.id == identifier), None)

    def level(self, number: int) -> Level | None:
        return next((level for level in self.levels if level.level == number), None)

    def calendar(self, group: str = "") -> Calendar:
        """Opening hours of a group, or of the office."""
        known = self.group(group)
        hours = known.hours if known and known.hours else self.hours
        return Calendar(ZoneInfo(self.timezone), hours.week, self._days_off)

    @cached_property
    def _days_off(self) -> CountryOrDays:
        own = frozenset(holiday.date for holiday in self.holidays.days)
        country = country_holidays(self.holidays.country, self.holidays.subdivision)
        return CountryOrDays(country, own)


def _once(key: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{key}: '{name}' is there twice; keep one")


def load_rules(path: Path) -> EscalationRules:
    """Read a rules file.

    Raises:
        ConfigurationError: the file cannot be read, is no TOML, holds an unknown key or a value
            that cannot be meant. The message names the file and every key.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return EscalationRules.model_validate(content)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        problems = "; ".join(_problem(item) for item in error.errors())
        raise ConfigurationError(
            f"{path} is not valid: {problems}. The format is in docs/escalation.md."
        ) from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise ConfigurationError(f"{path} is no TOML file: {error}.") from error


def _problem(item: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return f"{key}: unknown key; correct its spelling or remove it"
    if item["type"] == "missing":
        return f"{key}: is missing; add it"
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{key}: {message}" if key else message
