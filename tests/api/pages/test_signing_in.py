"""The sign-in pages: what a browser gets, and what attackers do not."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from api.app import create_app
from api.signed_in import safe_next
from api.state import State
from kb.accounts import people
from kb.accounts.passwords import Passwords
from kb.accounts.secrets import csrf_token, new_token
from kb.config import load_settings
from kb.store.audit import AuditQuery
from tests.signed_in import make_user, sign_in

PASSWORD = "four unrelated words"


def client_of(tmp_path, **settings) -> TestClient:
    app = create_app(load_settings(data_dir=tmp_path / "data", **settings))
    app.state.kb.accounts.passwords = Passwords(
        PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    base = settings.get("public_url") or "http://testserver"
    return TestClient(app, base_url=base, follow_redirects=False)


@pytest.fixture
def client(tmp_path):
    with client_of(tmp_path) as client:
        yield client


@pytest.fixture
def secure(tmp_path):
    origins = ("https://desk.example.org",)
    with client_of(tmp_path, public_url="https://kb.example.com", embed_origins=origins) as client:
        yield client


def state_of(client) -> State:
    return client.app.state.kb


def add(client, role="writer", email="mina@example.com", name="Mina"):
    state = state_of(client)
    hashed = state.accounts.passwords.hash(PASSWORD)
    now = dt.datetime.now(dt.UTC)
    return people.add_user(state.store, email, role, "tests", now, name=name, password_hash=hashed)


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def submit(client, path="/sign-in", headers=None, **fields):
    page = client.get(path)
    data = {name: hidden(page.text, name) for name in ("csrf", "next")}
    data |= {"email": "mina@example.com", "password": PASSWORD}
    return client.post(path.split("?")[0], data=data | fields, headers=headers)


def link_for(client, user) -> str:
    accounts = state_of(client).accounts
    now = dt.datetime.now(dt.UTC)
    return f"/sign-in/link/{accounts.make_link(user, dt.timedelta(minutes=15), 'tests', now)}"


# Who is not signed in


@pytest.mark.parametrize("path", ["/account", "/users", "/audit", "/audit.csv"])
def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(client, path):
    reply = client.get(f"{path}?locale=fa&x=1")
    assert reply.status_code == 303
    assert reply.headers["location"] == f"/sign-in?next=%2F{path[1:]}%3Flocale%3Dfa%26x%3D1"


def test_a_form_without_a_session_is_refused_and_gives_back_what_was_typed(client):
    typed = "A long answer <b>with</b> markup"
    reply = client.post("/account/profile", data={"name": typed, "csrf": "x"})
    assert reply.status_code == 401
    assert "A long answer &lt;b&gt;with&lt;/b&gt; markup" in reply.text
    assert "/sign-in" in reply.text


def test_a_fragment_without_a_session_is_a_401_that_scripts_can_show(client):
    reply = client.get("/account", headers={"X-Fragment": "1"})
    assert reply.status_code == 401
    assert "<html" not in reply.text


@pytest.mark.parametrize("role", ["rep", "writer"])
def test_pages_of_admins_are_refused_to_others(client, role):
    csrf = sign_in(client, role)
    assert client.get("/users").status_code == 403
    assert client.get("/audit").status_code == 403
    assert client.get("/audit.csv").status_code == 403
    reply = client.post("/users", data={"csrf": csrf, "email": "x@example.com", "role": "admin"})
    assert reply.status_code == 403
    assert state_of(client).store.users.by_email("x@example.com") is None


# The form


def test_where_nobody_can_sign_in_yet_the_page_says_how_to_begin(client):
    command = LexborHTMLParser(client.get("/sign-in").text).css_first("code")
    assert command.text() == "kb user add you@example.com --role admin"
    add(client)
    assert "kb user add" not in client.get("/sign-in").text


def test_the_right_password_signs_in_and_leads_back(client):
    add(client)
    reply = submit(client, "/sign-in?next=/account%3Fx%3D1")
    assert reply.status_code == 303
    assert reply.headers["location"] == "/account?x=1"
    assert "mina@example.com" in client.get("/account").text


def test_without_a_way_back_one_lands_where_the_role_begins(client):
    add(client, "rep")
    assert submit(client).headers["location"] == "/console"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "The e-mail address or the password is not right."),
        ("fa", "نشانی ایمیل یا گذرواژه درست نیست."),
        ("zh", "邮箱地址或密码不正确。"),
    ],
)
def test_a_wrong_password_brings_the_form_back_with_the_address(client, locale, words):
    add(client)
    page = client.get("/sign-in")
    data = {"csrf": hidden(page.text, "csrf"), "email": "mina@example.com", "password": "no"}
    reply = client.post(f"/sign-in?locale={locale}", data=data)
    assert reply.status_code == 401
    assert words in reply.text
    assert 'value="mina@example.com"' in reply.text
    assert "no" not in re.findall(r'value="([^"]*)"', reply.text)


def test_too_many_attempts_are_told_how_long_to_wait(client):
    add(client)
    replies = [submit(client, password="wrong words entirely") for _ in range(6)]
    assert [reply.status_code for reply in replies] == [401] * 5 + [429]
    assert replies[-1].headers["retry-after"] == "2"
    assert "2 seconds" in replies[-1].text


def test_a_disabled_user_is_out_at_once(client):
    user = add(client)
    submit(client)
    assert client.get("/account").status_code == 200
    people.disable(state_of(client).store, user, "tests", dt.datetime.now(dt.UTC))
    assert client.get("/account").status_code == 303
    assert submit(client).status_code == 401


@pytest.mark.parametrize(
    "next",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "https:evil.example", "javascript:alert(1)", "/x\r\nSet-Cookie: x=1", "/\t/evil.example",
        "/account\r\nX-Evil: 1", " /account", "///evil.example", "/a/..//\\evil", "evil", "/ا",
        "/sign-out", "/" + "x" * 3000,
    ],
)  # fmt: skip
def test_the_way_back_is_never_out_of_the_house(client, next):
    add(client)
    reply = submit(client, next=next)
    assert reply.status_code == 303
    assert reply.headers["location"] == "/desk"
    assert "x-evil" not in reply.headers


def test_a_way_back_keeps_its_query():
    assert safe_next("/desk/gaps?state=open&q=%D8%A7", "/") == "/desk/gaps?state=open&q=%D8%A7"


def test_names_with_markup_are_text(client):
    user = add(client, name="<img src=x onerror=alert(1)>")
    page = client.get(link_for(client, user)).text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


# Cookies


def cookies(reply) -> dict[str, str]:
    found = reply.headers.get_list("set-cookie")
    return {line.split("=", 1)[0]: line for line in found}


def test_the_session_cookie_is_for_the_server_alone(client):
    add(client)
    line = cookies(submit(client))["kb_session"]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(line.split("; "))
    assert "Domain" not in line


def test_over_https_the_cookie_is_bound_to_the_host(secure):
    add(secure)
    line = cookies(submit(secure))["__Host-kb_session"]
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(line.split("; "))


def test_the_sidebar_has_a_cookie_of_its_own_that_works_in_no_other_tool(secure):
    add(secure)
    reply = submit(secure, "/embed/sign-in")
    assert reply.headers["location"] == "/embed/sidebar"
    line = cookies(reply)["__Host-kb_embed_session"]
    assert {"HttpOnly", "Secure", "SameSite=none", "Partitioned"} <= set(line.split("; "))
    assert "__Host-kb_session" not in cookies(reply)
    assert secure.get("/account").status_code == 303, "the pages are not signed in by it"


def test_only_the_sidebars_form_may_be_framed_and_by_its_tools_only(secure):
    embedded = secure.get("/embed/sign-in").headers["content-security-policy"]
    assert "frame-ancestors https://desk.example.org" in embedded
    assert "frame-ancestors 'none'" in secure.get("/sign-in").headers["content-security-policy"]


def test_customers_who_lost_their_way_get_back_to_the_help_center_but_not_in_a_frame(secure):
    assert '<a class="brand" href="/?locale=fa">' in secure.get("/sign-in?locale=fa").text
    assert '<p class="brand">' in secure.get("/embed/sign-in").text


def test_pages_of_signing_in_are_kept_by_nobody(client):
    user = add(client)
    for path in ("/sign-in", link_for(client, user)):
        assert client.get(path).headers["cache-control"] == "no-store"
    sign_in(client, "admin")
    for path in ("/account", "/users", "/audit", "/audit.csv"):
        assert client.get(path).headers["cache-control"] == "no-store"


def test_a_session_that_was_planted_is_not_the_one_signed_in(client):
    add(client)
    planted = new_token()
    client.cookies.set("kb_session", planted)
    submit(client)
    assert client.cookies.get("kb_session", domain="testserver.local") != planted
    with TestClient(client.app, follow_redirects=False) as attacker:
        attacker.cookies.set("kb_session", planted)
        assert attacker.get("/account").status_code == 303


def test_an_attackers_own_session_ends_when_its_victim_signs_in(client):
    add(client)
    state, now = state_of(client), dt.datetime.now(dt.UTC)
    attacker = make_user(state, "rep", "evil@example.com")
    planted = state.accounts.begin(attacker, "password", now)
    client.cookies.set("kb_session", planted, domain="testserver.local")
    page = client.get("/sign-in")
    assert page.status_code == 303, "the attacker's session looks signed in"
    client.cookies.clear()
    client.get("/sign-in")
    client.cookies.set("kb_session", planted, domain="testserver.local")
    token = client.cookies["kb_form"]
    data = {"csrf": csrf_token(token), "email": "mina@example.com", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 303
    assert state.accounts.session(planted, "page", now) is None


# Forged requests


def test_signing_in_needs_the_form_of_this_browser(client):
    add(client)
    data = {"email": "mina@example.com", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 403
    page = client.get("/sign-in")
    assert client.post("/sign-in", data=data | {"csrf": "x"}).status_code == 403
    client.cookies.clear()
    forged = data | {"csrf": hidden(page.text, "csrf")}
    reply = client.post("/sign-in", data=forged)
    assert reply.status_code == 403
    assert "kb_session" not in cookies(reply)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
    ],
)
def test_other_sites_send_no_forms_even_with_a_token(client, headers):
    add(client)
    assert submit(client, headers=headers).status_code == 403
    csrf = sign_in(client, "writer")
    reply = client.post("/sign-out", data={"csrf": csrf}, headers=headers)
    assert reply.status_code == 403
    assert client.get("/account").status_code == 200


def test_forms_need_the_token_of_their_session(client):
    others = sign_in(client, "rep")
    mine = sign_in(client, "writer")
    for csrf in ("", "x", others):
        reply = client.post("/account/profile", data={"name": "Eve", "csrf": csrf})
        assert reply.status_code == 403
    assert client.post("/account/profile", data={"name": "Wen", "csrf": mine}).status_code == 303
    header = {"X-CSRF-Token": mine}
    assert client.post("/account/profile", data={"name": "Wen"}, headers=header).status_code == 303


def test_every_form_that_changes_something_asks_for_the_token(client):
    sign_in(client, "admin")
    user = make_user(state_of(client), "rep", "bo@example.com")
    paths = ["/sign-out", "/account/profile", "/account/language", "/account/password"]
    paths += ["/account/sessions", "/account/code", "/users", f"/users/{user.id}"]
    for path in paths:
        assert client.post(path, data={"do": "disable", "locale": "fa"}).status_code == 403, path
    assert not state_of(client).store.users.by_id(user.id).disabled


# Links


def test_opening_a_link_does_not_use_it_up_and_pressing_the_button_does(client):
    path = link_for(client, add(client, "rep"))
    for _ in range(2):
        page = client.get(path)
        assert page.status_code == 200
        assert "kb_session" not in cookies(page)
    reply = client.post(path, data={"csrf": hidden(page.text, "csrf")})
    assert (reply.status_code, reply.headers["location"]) == (303, "/console")
    again = client.get(path)
    assert again.headers["location"] == "/console", "who is signed in goes on"
    client.cookies.clear()
    spent = client.get(path)
    assert spent.status_code == 401
    assert "no longer works" in spent.text


def test_a_link_cannot_be_pressed_from_elsewhere(client):
    path = link_for(client, add(client))
    reply = client.post(path)
    assert reply.status_code == 403
    assert "kb_session" not in cookies(reply)
    assert client.get(path).status_code == 200, "and it still works"


def test_a_made_up_link_says_so_and_fills_no_log(client):
    assert client.get("/sign-in/link/made-up").status_code == 401
    page = client.get("/sign-in")
    data = {"csrf": hidden(page.text, "csrf")}
    assert client.post("/sign-in/link/made-up", data=data).status_code == 401
    assert state_of(client).store.audit.lines(AuditQuery(), 5) == []


def test_a_code_from_the_account_page_signs_in_the_sidebar(secure):
    csrf = sign_in(secure, "rep")
    page = secure.post("/account/code", data={"csrf": csrf}).text
    code = re.search(r"<code>([^<]+)</code>", page)[1]
    secure.cookies.clear()
    reply = submit(secure, "/embed/sign-in", code=f" {code} ", email="", password="")
    assert reply.headers["location"] == "/embed/sidebar"
    secure.cookies.clear()
    again = submit(secure, "/embed/sign-in", code=code, email="", password="")
    assert again.status_code == 401
    assert "The code was used already or has expired." in again.text


# Out


def test_signing_out_ends_the_session_not_only_the_cookie(client):
    csrf = sign_in(client, "writer")
    token = client.cookies["kb_session"]
    reply = client.post("/sign-out", data={"csrf": csrf})
    assert (reply.status_code, reply.headers["location"]) == (303, "/sign-in?locale=en")
    assert "Max-Age=0" in cookies(reply)["kb_session"]
    client.cookies.set("kb_session", token)
    assert client.get("/account").status_code == 303


def test_public_pages_set_no_cookie_and_look_at_none(client):
    sign_in(client, "admin")
    page = client.get("/nothing-here")
    assert "set-cookie" not in page.headers
