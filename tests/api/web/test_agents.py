"""Browsers as people recognise their own."""

from __future__ import annotations

import pytest

from api.web.agents import browser_of

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0"


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {CHROME} Safari/537.36 Edg/150.0", "Edge, Windows"),
        (f"Mozilla/5.0 (Linux; Android 16) {CHROME} Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0) Firefox/140.0", "Firefox, macOS"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_browser_and_system_are_told_from_the_header(agent, shown):
    assert browser_of(agent) == shown
