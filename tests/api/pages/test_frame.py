"""What every page shares: language, links, failures, headers."""

from __future__ import annotations

import pytest

from api.pages.frame import accepted_language
from api.pages.security import content_security_policy, headers


@pytest.mark.parametrize(
    ("header", "language"),
    [("fa-IR,en;q=0.8", "fa"), ("de, zh;q=0.5, en;q=0.6", "en"), ("de", None), ("", None),
     ("fa;q=0, zh-CN", "zh"), ("en;q=nonsense, zh;q=0.1", "zh"), (";;;,,q=1", None)],
)  # fmt: skip
def test_the_language_a_browser_likes_best_is_taken_among_ours(header, language):
    assert accepted_language(header, ["en", "fa", "zh"]) == language


def test_nobody_frames_a_page_unless_it_is_named():
    assert "frame-ancestors 'none'" in content_security_policy()
    named = content_security_policy(["https://desk.example", "https://crm.example"])
    assert "frame-ancestors https://desk.example https://crm.example" in named


def test_scripts_are_ours_and_turn_text_into_html_in_one_place():
    policy = content_security_policy()
    for rule in ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'self'",
                 "require-trusted-types-for 'script'", "trusted-types kb"):  # fmt: skip
        assert rule in policy
    assert "unsafe" not in policy


def test_what_the_staff_sees_is_stored_nowhere():
    assert headers(signed_in=True)["Cache-Control"] == "no-store"
    assert "Cookie" in headers(signed_in=True)["Vary"]
    assert headers()["Cache-Control"] == "private, no-cache"
