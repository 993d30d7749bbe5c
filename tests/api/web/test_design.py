"""The pages' rules, proved from their sources. Each names the failure that motivated it."""

from __future__ import annotations

import re

import pytest

from api.web import STATIC
from api.web.icons import icon

TEMPLATES = sorted((STATIC.parent / "templates").rglob("*.html"))
SHEETS = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted(STATIC.rglob("*.js"))


def name(path):
    return path.relative_to(STATIC.parent).as_posix()


def without_comments(text):
    return re.sub(r"/\*.*?\*/|\{#.*?#\}|^\s*//.*?$", "", text, flags=re.S | re.M)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_nothing_that_the_security_policy_forbids(path):
    # Inline code is blocked in the browser only, where no server test would notice.
    text = without_comments(path.read_text(encoding="utf-8"))
    assert not re.search(r"<[^<>]*\son[a-z]+\s*=[^=]", re.sub(r"\{[{%].*?[}%]\}", "", text))
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or "application/ld+json" in script
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_do_not_switch_escaping_off(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape false", text)


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_layout_is_logical(path):
    # What is set at the left stays there in Persian.
    text = without_comments(path.read_text(encoding="utf-8"))
    physical = r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)\b"
    assert not re.findall(physical, text)
    assert not re.findall(r"(?<![\w-])(?:left|right)\s*:", text)
    assert not re.findall(r"float:\s*(?:left|right)", text)


@pytest.mark.parametrize("path", [p for p in SHEETS if p.name != "tokens.css"], ids=name)
def test_only_tokens_state_colours(path):
    # A colour stated elsewhere is the one that is unreadable in the dark.
    if path.parent.name == "widget":
        return  # stands in other people's pages, which have no tokens
    text = without_comments(path.read_text(encoding="utf-8"))
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\b(?:rgb|hsl|oklch)a?\(", text)


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_persian_letters_are_not_pulled_apart(path):
    text = without_comments(path.read_text(encoding="utf-8"))
    assert not re.findall(r"letter-spacing:(?!\s*normal)", text)


@pytest.mark.parametrize("path", SHEETS + SCRIPTS + TEMPLATES, ids=name)
def test_nothing_is_loaded_from_elsewhere(path):
    text = without_comments(path.read_text(encoding="utf-8"))
    assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", text)
    assert not re.search(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", text
    )
    assert not re.search(r"\bfrom\s+[\"']https?:", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_only_fragments_turn_text_into_html(path):
    # The one place that the Trusted Types policy names.
    if name(path) == "static/js/fragments.js":
        return
    text = without_comments(path.read_text(encoding="utf-8"))
    sinks = r"\.(?:innerHTML|outerHTML|srcdoc)\s*=|insertAdjacentHTML|document\.write"
    assert not re.search(rf"{sinks}|\beval\(|new Function", text)


def test_icons_are_decoration_unless_they_say_something():
    assert 'aria-hidden="true"' in icon("clock")
    labelled = icon("clock", label='due "soon" <b>')
    assert 'role="img"' in labelled
    assert "<b>" not in labelled
