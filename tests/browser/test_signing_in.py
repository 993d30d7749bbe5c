"""Signing in as people do it: by link, by password, by keyboard, without scripts, on a phone."""

from __future__ import annotations

import re

import pytest

PASSWORD = "four unrelated words"


def test_a_link_signs_in_a_password_is_set_and_used_without_scripts(visitor, sample_house):
    token = sample_house.link("writer")
    page = visitor("en", scripts=False)
    page.goto(f"/sign-in/link/{token}")
    page.get_by_role("button", name="Sign in now").click()
    page.wait_for_url(re.compile("/desk"))

    page.goto("/account")
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    assert page.get_by_role("status").first.inner_text().startswith("Your password was changed")

    page.locator("details.menu summary").last.click()
    page.get_by_role("button", name="Sign out", exact=True).last.click()
    page.wait_for_url("**/sign-in**")
    page.goto("/account")
    assert "/sign-in?next=%2Faccount" in page.url
    page.get_by_label("E-mail address").fill("writer@verdilo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account**")
    page.goto(f"/sign-in/link/{token}")
    assert "/desk" in page.url, "used up, but who is signed in goes on"


@pytest.mark.parametrize(("locale", "dark"), [("fa", True), ("zh", False)])
def test_a_wrong_password_is_announced_and_keeps_the_address(visitor, violations, locale, dark):
    page = visitor(locale, phone=True, dark=dark)
    page.goto("/sign-in")
    page.locator("input[name=email]").fill("sara@verdilo.example")
    page.locator("input[name=password]").fill("not the right one")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.locator("input[name=email]").input_value() == "sara@verdilo.example"
    assert page.locator("input[name=password]").input_value() == ""
    assert violations(page) == []


def test_an_admin_adds_a_colleague_who_comes_in_by_the_link(visitor, violations):
    admin = visitor("fa", phone=True, role="admin")
    admin.goto("/users")
    admin.get_by_label("نشانی ایمیل").fill("sara@verdilo.example")
    admin.get_by_label(re.compile("^نام")).fill("سارا")
    admin.get_by_role("button", name="افزودن", exact=True).click()
    link = admin.locator(".secret code").inner_text()
    assert violations(admin) == []
    assert admin.evaluate("document.documentElement.scrollWidth") <= 360

    colleague = visitor("zh")
    colleague.goto(link)
    assert "sara@verdilo.example" in colleague.locator("main").inner_text()
    assert violations(colleague) == []
    colleague.get_by_role("button", name="立即登录").click()
    colleague.wait_for_url("**/console**")


def test_the_menu_of_a_user_is_worked_by_keyboard(visitor, violations):
    page = visitor("en", role="admin")
    page.goto("/users")
    menu = page.locator(".people details.menu").first
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None


def test_a_form_sent_after_the_session_ended_gives_back_what_was_typed(visitor, violations):
    page = visitor("en", role="rep")
    page.goto("/account")
    page.context.clear_cookies()
    page.get_by_label("Name", exact=True).fill("A name that took some thought")
    page.get_by_role("button", name="Save").click()
    assert page.locator("textarea").input_value() == "A name that took some thought"
    assert violations(page) == []


@pytest.mark.parametrize(("locale", "direction"), [("fa", "rtl"), ("zh", "ltr")])
def test_the_menu_changes_the_language_and_stays_on_the_page(visitor, locale, direction):
    page = visitor("en", role="admin")
    page.goto("/audit?action=sign-in.done")
    page.locator("header details.menu summary").click()
    page.locator(f"header button[value={locale}]").click()
    page.wait_for_url("**/audit?action=sign-in.done**")
    assert page.locator("html").get_attribute("lang") == locale
    assert page.locator("html").get_attribute("dir") == direction
    page.locator("header details.menu summary").click()
    page.locator("header button[value=en]").click()
