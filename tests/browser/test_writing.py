"""A writer writes: preview, saving, searchable while serving, a conflict, nothing lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

PATIENCE = 20_000
"""Milliseconds until something counts as not happening."""


def open_editor(page, path: str, locale: str = "en"):
    page.goto(f"/desk/articles/edit?path={path}&locale={locale}")
    page.wait_for_selector("html.scripted")


def replace_in_text(page, old: str, new: str) -> None:
    text = page.input_value("#field-body")
    assert old in text
    page.fill("#field-body", text.replace(old, new))


@pytest.mark.parametrize(
    ("locale", "path", "old", "new", "question"),
    [
        ("en", "help/lamp-schedule/en.md", "\n\n", "\n\nThe zebra mode blinks.\n\n", "zebra mode"),
        ("fa", "help/lamp-schedule/fa.md", "\n\n", "\n\nحالت گورخر چشمک می‌زند.\n\n", "حالت گورخر"),
        ("zh", "help/lamp-schedule/zh.md", "\n\n", "\n\n斑马模式会闪烁。\n\n", "斑马模式"),
    ],
)
def test_what_a_writer_publishes_is_found_by_customers_seconds_later(
    visitor, sample_house, locale, path, old, new, question
):
    page = visitor(locale, role="writer")
    open_editor(page, path, locale)
    text = page.input_value("#field-body")
    page.fill("#field-body", text.replace(old, new, 1))
    expect(page.locator("#pane-preview .prose")).to_contain_text(new.strip())
    page.click("button[name=action][value=publish]")
    page.wait_for_selector("#standing [data-final=yes] .badge.good", timeout=PATIENCE)
    page.goto(f"/?q={question}&locale={locale}")
    assert page.locator("main a[href*='lamp-schedule']").count() >= 1


def test_on_a_phone_the_text_and_what_is_beside_it_are_tabs(visitor):
    page = visitor("fa", phone=True, role="writer")
    open_editor(page, "help/reset-password/fa.md", "fa")
    assert page.is_visible("#field-body")
    assert not page.is_visible("#pane-preview")
    page.click("#tab-preview")
    assert page.is_visible("#pane-preview .prose")
    assert not page.is_visible("#field-body")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_tabs_and_formatting_work_from_the_keyboard_and_tab_leaves_the_text(visitor):
    page = visitor(role="writer")
    open_editor(page, "help/invoices/en.md")
    page.focus("#tab-preview")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-advice"
    assert page.is_visible("#pane-advice")
    page.fill("#field-body", "word")
    page.evaluate("document.getElementById('field-body').select()")
    page.keyboard.press("Control+b")
    assert page.input_value("#field-body") == "**word**"
    page.keyboard.press("Control+z")
    assert page.input_value("#field-body") == "word"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "field-body"


def test_advice_leads_to_its_line(visitor):
    page = visitor(role="writer")
    open_editor(page, "help/invoices/en.md")
    page.fill("#field-body", "One.\n\nSee [this](nowhere.en).")
    page.click("#tab-advice")
    page.click("#pane-advice a[data-line='3']")
    selected = "(e => e.value.slice(e.selectionStart, e.selectionEnd))"
    selected += "(document.getElementById('field-body'))"
    assert page.evaluate(selected) == "See [this](nowhere.en)."


def test_what_was_typed_and_not_saved_can_be_brought_back(visitor):
    page = visitor(role="writer")
    page.on("dialog", lambda dialog: dialog.accept())
    open_editor(page, "help/share-planter/en.md")
    page.fill("#field-body", "Typed, never saved.")
    page.reload()
    page.wait_for_selector("#kept:not([hidden])")
    assert page.input_value("#field-body") != "Typed, never saved."
    page.click("[data-kept=restore]")
    assert page.input_value("#field-body") == "Typed, never saved."
    assert page.is_visible("#unsaved")


def test_a_conflict_is_compared_and_both_changes_come_together(visitor, sample_house):
    path = "help/track-order/en.md"
    file = sample_house.settings.content_dir / path
    page = visitor(role="writer")
    open_editor(page, path)
    lines = page.input_value("#field-body").split("\n")
    page.fill("#field-body", "\n".join(["Mine first.", "", *lines]))
    file.write_text(file.read_text(encoding="utf-8") + "\nTheirs last.\n", encoding="utf-8")
    page.click("button[value=publish]")
    page.wait_for_selector(".clash")
    page.click("button[value=merge]")
    page.wait_for_selector("html.scripted")
    merged = page.input_value("#field-body")
    assert merged.startswith("Mine first.")
    assert merged.endswith("Theirs last.")
    page.click("button[value=publish]")
    page.wait_for_selector("#standing")
    assert "Mine first." in file.read_text(encoding="utf-8")


def test_without_scripts_a_writer_saves_and_previews(visitor, sample_house):
    page = visitor("zh", scripts=False, role="writer")
    page.goto("/desk/articles/new?locale=zh")
    page.fill("#field-title", "测试文章")
    page.fill("#field-body", "**重点**在这里。")
    page.click("#update-preview")
    assert page.locator("#pane-preview strong").text_content() == "重点"
    page.click("button[value=draft]")
    assert "草稿" in page.locator("#standing").text_content()
    assert (sample_house.settings.content_dir / "help/测试文章/zh.md").is_file()


@pytest.mark.parametrize(
    ("locale", "address", "phone", "dark"),
    [
        ("en", "/desk/articles", False, True),
        ("fa", "/desk/articles", True, False),
        ("en", "/desk/articles/edit?path=help/connect-wifi/en.md", False, False),
        ("fa", "/desk/articles/edit?path=help/connect-wifi/fa.md", False, True),
        ("zh", "/desk/articles/edit?path=help/connect-wifi/zh.md", True, False),
        ("en", "/desk/articles/new", True, True),
    ],
)
def test_the_pages_of_article_editing_are_accessible(
    visitor, violations, locale, address, phone, dark
):
    page = visitor(locale, phone=phone, dark=dark, role="writer")
    page.goto(f"{address}{'&' if '?' in address else '?'}locale={locale}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
