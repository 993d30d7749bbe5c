"""The pages of one's account, of users, and of the audit log."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from api.app import create_app
from api.state import State
from kb import audit
from kb.accounts import people
from kb.accounts.passwords import Passwords
from kb.config import load_settings
from kb.store.audit import AuditQuery
from tests.signed_in import make_user, sign_in

OLD, NEW = "four unrelated words", "other unrelated words"


@pytest.fixture
def client(tmp_path):
    app = create_app(load_settings(data_dir=tmp_path / "data"))
    app.state.kb.accounts.passwords = Passwords(
        PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    with TestClient(app, follow_redirects=False) as client:
        yield client


def state_of(client) -> State:
    return client.app.state.kb


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def user_of(client, email="writer@verdilo.example"):
    return state_of(client).store.users.by_email(email)


# One's account


@pytest.mark.parametrize(
    ("locale", "heading", "direction"),
    [("en", "My account", "ltr"), ("fa", "حساب من", "rtl"), ("zh", "我的账户", "ltr")],
)
def test_the_account_is_in_the_language_of_its_owner(client, locale, heading, direction):
    sign_in(client, "writer", locale=locale)
    page = client.get("/account", headers={"Accept-Language": "de"}).text
    assert f"<h1>{heading}</h1>" in page
    assert f'<html lang="{locale}" dir="{direction}">' in page


def test_the_menu_of_any_page_changes_the_language_and_comes_back(client):
    csrf = sign_in(client, "writer")
    data = {"csrf": csrf, "locale": "zh", "next": "/audit?actor=x"}
    reply = client.post("/account/language", data=data)
    assert (reply.status_code, reply.headers["location"]) == (303, "/audit?actor=x")
    assert user_of(client).locale == "zh"
    evil = data | {"next": "//evil.example"}
    assert client.post("/account/language", data=evil).headers["location"] == "/account"


def test_an_unknown_language_changes_nothing(client):
    csrf = sign_in(client, "writer")
    client.post("/account/language", data={"csrf": csrf, "locale": "xx<script>"})
    assert user_of(client).locale == "en"


def test_name_and_language_are_saved_and_logged(client):
    csrf = sign_in(client, "writer")
    data = {"csrf": csrf, "name": "نی‌لوفر", "locale": "fa"}
    reply = client.post("/account/profile", data=data)
    assert "ذخیره شد." in client.get(reply.headers["location"]).text
    assert (user_of(client).name, user_of(client).locale) == ("نی‌لوفر", "fa")
    line = state_of(client).store.audit.lines(AuditQuery(), 1)[0]
    assert (line.action, line.detail) == (
        "user.profile-changed",
        {"name": "نی‌لوفر", "locale": "fa"},
    )


def with_password(client) -> str:
    csrf = sign_in(client, "writer")
    state = state_of(client)
    state.store.users.change(
        user_of(client).id, {"password_hash": state.accounts.passwords.hash(OLD)}
    )
    return csrf


def change(client, csrf, old=OLD, new=NEW, again=NEW):
    data = {"csrf": csrf, "old_password": old, "new_password": new, "again_password": again}
    return client.post("/account/password", data=data)


def test_a_new_password_signs_out_everywhere_else_and_renews_this_session(client):
    csrf = with_password(client)
    state, user = state_of(client), user_of(client)
    elsewhere = state.accounts.begin(user, "password", now())
    before = client.cookies["kb_session"]
    reply = change(client, csrf)
    assert reply.status_code == 303
    client.cookies.delete("kb_session", domain="")
    assert client.get("/account").status_code == 200
    assert state.accounts.session(elsewhere, "page", now()) is None
    assert state.accounts.session(before, "page", now()) is None
    assert state.accounts.check_password(user.email, NEW, "x", now())


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"old": "not the old one"}, 401, "This is not your current password."),
        ({"again": "something else"}, 422, "The two do not match."),
        ({"new": "short", "again": "short"}, 422, "Choose a longer or less uniform one"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_at_its_field(client, fields, status, words):
    reply = change(client, with_password(client), **fields)
    assert reply.status_code == status
    assert words in reply.text
    assert 'aria-invalid="true"' in reply.text
    assert state_of(client).accounts.check_password("writer@verdilo.example", OLD, "x", now())


def test_the_old_password_cannot_be_guessed_at_here_either(client):
    csrf = with_password(client)
    statuses = [change(client, csrf, old=f"guess number {n}").status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]


def test_who_has_no_password_sets_the_first_without_an_old_one(client):
    csrf = sign_in(client, "writer")
    assert "You have no password yet" in client.get("/account").text
    assert change(client, csrf, old="").status_code == 303
    assert user_of(client).has_password


def test_sessions_are_listed_with_their_browser_and_one_can_be_ended(client):
    csrf = sign_in(client, "writer")
    state = state_of(client)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = state.accounts.begin(user_of(client), "password", now(), agent=agent)
    page = client.get("/account").text
    assert "Firefox, Linux" in page
    assert "this browser" in page
    (name,) = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    client.post("/account/sessions", data={"csrf": csrf, "session": name})
    assert state.accounts.session(other, "page", now()) is None
    assert client.get("/account").status_code == 200


def test_nobody_ends_the_session_of_another(client):
    state = state_of(client)
    other = make_user(state, "rep", "bo@example.com")
    token = state.accounts.begin(other, "password", now())
    digest = state.accounts.session(token, "page", now()).digest
    csrf = sign_in(client, "writer")
    reply = client.post("/account/sessions", data={"csrf": csrf, "session": digest})
    assert reply.status_code == 404
    assert state.accounts.session(token, "page", now())


def test_signing_out_everywhere_else_leaves_this_browser(client):
    csrf = sign_in(client, "writer")
    state = state_of(client)
    others = [state.accounts.begin(user_of(client), "password", now()) for _ in range(2)]
    client.post("/account/sessions", data={"csrf": csrf})
    assert [state.accounts.session(token, "page", now()) for token in others] == [None, None]
    assert client.get("/account").status_code == 200


# Users


def test_an_admin_adds_somebody_and_gets_a_link_once(client):
    csrf = sign_in(client, "admin")
    data = {"csrf": csrf, "email": "Bo@Example.com", "name": "Bo <b>", "role": "rep"}
    page = client.post("/users", data=data).text
    link = re.search(r"<code>http://testserver(/sign-in/link/[\w-]+)</code>", page)[1]
    assert "Bo &lt;b&gt;" in page
    assert user_of(client, "bo@example.com").role == "rep"
    assert "/sign-in/link/" not in client.get("/users").text
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("email", "status", "words"),
    [
        ("not an address", 422, "This is no e-mail address."),
        ("admin@verdilo.example", 409, "There is an account with this address already."),
    ],
)
def test_a_form_that_fails_comes_back_as_it_was(client, email, status, words):
    csrf = sign_in(client, "admin")
    data = {"csrf": csrf, "email": email, "name": "نام", "role": "writer"}
    reply = client.post("/users", data=data)
    assert reply.status_code == status
    assert words in reply.text
    assert f'value="{email}"' in reply.text
    assert 'value="نام"' in reply.text
    assert '<option value="writer" selected>' in reply.text


def test_an_admin_changes_roles_disables_and_enables(client):
    csrf = sign_in(client, "admin")
    state = state_of(client)
    bo = make_user(state, "rep", "bo@example.com")
    token = state.accounts.begin(bo, "password", now())

    def do(what):
        return client.post(f"/users/{bo.id}", data={"csrf": csrf, "do": what}).status_code

    assert do("role:writer") == 303
    assert state.accounts.session(token, "page", now()) is None
    assert do("disable") == 303
    assert user_of(client, "bo@example.com").disabled
    assert do("enable") == 303
    assert do("role:customer") == 422
    assert do("nonsense") == 422
    found = user_of(client, "bo@example.com")
    assert (found.role, found.disabled) == ("writer", False)


def test_admins_disable_neither_themselves_nor_the_last_of_them(client):
    csrf = sign_in(client, "admin")
    me = user_of(client, "admin@verdilo.example")
    data = {"csrf": csrf, "do": "disable"}
    reply = client.post(f"/users/{me.id}?locale=fa", data=data)
    assert reply.status_code == 409
    assert "حساب خودتان را نمی‌توانید غیرفعال کنید" in reply.text
    reply = client.post(f"/users/{me.id}", data=data | {"do": "role:rep"})
    assert reply.status_code == 409
    assert "Nobody else is an administrator." in reply.text
    assert client.get("/users").status_code == 200
    assert client.post("/users/nobody", data=data).status_code == 404


# The audit log


def test_the_log_is_told_in_words_filtered_and_paged(client):
    sign_in(client, "admin", locale="fa")
    state = state_of(client)
    for number in range(60):
        audit.record(state.store, "bo@example.com", "article.saved", f"fa/{number}.md", now=now())
    page = client.get("/audit").text
    assert page.count("<tr>") == 51
    assert "ورود" in page
    older = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    second = client.get(older).text
    assert "fa/9.md" in second
    assert "fa/10.md" not in second
    filtered = client.get("/audit?actor=nobody@example.com").text
    assert "سطری پیدا نشد" in filtered


def test_what_a_line_says_is_text_to_the_page(client):
    sign_in(client, "admin")
    evil = "<script>alert(1)</script>"
    audit.record(state_of(client).store, evil, "x.y", evil, {"reason": evil}, now=now())
    page = client.get("/audit").text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


@pytest.mark.parametrize(
    "query", ["since=x", "until=9999-12-31", "since=0001-01-01", "before=-1", "before=" + "9" * 40]
)
def test_filters_that_make_no_sense_count_as_not_stated(client, query):
    sign_in(client, "admin")
    page = client.get(f"/audit?{query}")
    assert page.status_code == 200
    assert "Signed in" in page.text


def test_a_day_ends_where_the_pages_clock_says(tmp_path):
    app = create_app(load_settings(data_dir=tmp_path / "data", time_zone="Asia/Tehran"))
    with TestClient(app, follow_redirects=False) as client:
        sign_in(client, "admin")
        store = state_of(client).store
        evening = dt.datetime(2026, 3, 20, 20, 29, tzinfo=dt.UTC)  # 23:59 in Tehran
        for minutes in (0, 2):
            later = evening + dt.timedelta(minutes=minutes)
            audit.record(store, "a@example.com", "x.y", f"at {minutes}", now=later)
        page = client.get("/audit?since=2026-03-20&until=2026-03-20").text
    assert "at 0" in page
    assert "at 2" not in page


def test_the_file_has_the_filtered_lines_and_no_formulas(client):
    sign_in(client, "admin")
    audit.record(
        state_of(client).store, "a@example.com", "article.saved", "=1+1", {"n": 1}, now=now()
    )
    reply = client.get("/audit.csv?action=article")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert rows[0] == ["at", "actor", "action", "target", "detail"]
    assert [row[1:] for row in rows[1:]] == [
        ["a@example.com", "article.saved", "'=1+1", '{"n": 1}']
    ]


def test_forgotten_users_show_under_their_other_name(client):
    sign_in(client, "admin")
    state = state_of(client)
    bo = make_user(state, "rep", "bo@example.com")
    audit.record(state.store, bo.email, "article.saved", "x.md", now=now())
    alias = people.forget(state.store, bo, "admin@verdilo.example", now())
    page = client.get("/audit").text
    assert alias in page
    assert "bo@example.com" not in page
