"""How a person is addressed."""

from __future__ import annotations


def first_name(full_name: str, locale: str) -> str:
    """How to address a person: the given name; in Chinese, where it comes last, the whole name."""
    parts = full_name.split()
    if not parts:
        return ""
    return full_name.strip() if locale.startswith("zh") else parts[0]
