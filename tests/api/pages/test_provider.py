"""Signing in at a real OpenID Connect provider, which runs in a thread; and attacks on it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import warnings
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.state import State
from kb.accounts import people
from kb.accounts.oidc import OidcConfig, Provider
from kb.config import load_settings
from kb.errors import ConfigurationError
from kb.store.audit import AuditQuery

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses what authlib calls old
    from oidc_provider_mock import User, run_server_in_thread

# The provider runs in this process; what it uses of authlib is its own business.
pytestmark = [
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]

MINA = {"email": "mina@example.com", "email_verified": True, "name": "مینا"}


@pytest.fixture(scope="module")
def provider():
    users = [
        User(sub="mina", claims=MINA),
        User(sub="unverified", claims=MINA | {"email_verified": False}),
        User(sub="lookalike", claims=MINA | {"email": "ｍina@example.com"}),
        User(sub="writer", claims=MINA | {"email": "wen@example.com", "groups": ["kb-writers"]}),
        User(sub="nobody", claims=MINA | {"email": "no@example.com", "groups": ["others"]}),
        User(sub="wrong-nonce", claims=MINA | {"nonce": "of somebody else"}),
        User(sub="wrong-audience", claims=MINA | {"aud": "another client"}),
        User(sub="two-audiences", claims=MINA | {"aud": ["kb", "another"]}),
        User(sub="wrong-party", claims=MINA | {"aud": ["kb", "x"], "azp": "x"}),
        User(sub="wrong-issuer", claims=MINA | {"iss": "https://evil.example"}),
        User(sub="expired", claims=MINA | {"exp": 1_700_000_000}),
        User(sub="eternal", claims=MINA | {"exp": "never"}),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with run_server_in_thread(user_claims=users, require_nonce=True) as server:
            yield f"http://localhost:{server.server_port}"


@pytest.fixture
def client_of(provider, tmp_path):
    clients = []

    def make(**settings) -> TestClient:
        app = create_app(
            load_settings(
                data_dir=tmp_path / "data",
                public_url="http://testserver",
                oidc_issuer=provider,
                oidc_client_id="kb",
                oidc_client_secret="secret",
                **settings,
            )
        )
        clients.append(TestClient(app, follow_redirects=False))
        return clients[-1]

    yield make
    for client in clients:
        state_of(client).store.close()


@pytest.fixture
def client(client_of):
    return client_of()


def state_of(client) -> State:
    return client.app.state.kb


def add(client, email="mina@example.com", role="writer"):
    return people.add_user(state_of(client).store, email, role, "tests", dt.datetime.now(dt.UTC))


def begin(client, next="") -> str:
    """The address at the provider that a browser is sent to."""
    reply = client.get("/sign-in/oidc", params={"next": next})
    assert reply.status_code == 303
    return reply.headers["location"]


def consent(address: str, sub: str) -> str:
    """What the provider sends a browser back with: path and query of the callback."""
    with httpx2.Client() as browser:
        reply = browser.post(address, data={"sub": sub})
    location = urlsplit(reply.headers["location"])
    assert location.netloc == "testserver"
    return f"{location.path}?{location.query}"


def sign_in(client, sub="mina", next=""):
    return client.get(consent(begin(client, next), sub))


def reasons(client) -> list[str]:
    lines = state_of(client).store.audit.lines(AuditQuery(action="sign-in.failed"), 5)
    return [line.detail["reason"] for line in lines]


def refused(reply) -> bool:
    signed_in = "kb_session=" in "".join(reply.headers.get_list("set-cookie"))
    return reply.status_code == 401 and not signed_in


def test_the_request_carries_pkce_state_and_nonce_and_the_cookie_gives_none_of_them(client):
    first, second = (parse_qs(urlsplit(begin(client)).query) for _ in range(2))
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == ["http://testserver/sign-in/oidc/callback"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) == 43
        assert first[name] != second[name]
        assert first[name][0] not in client.cookies["kb_oidc"]


def test_a_linked_account_signs_in_and_goes_on(client):
    user = add(client)
    reply = sign_in(client, next="/account?x=1")
    assert (reply.status_code, reply.headers["location"]) == (303, "/account?x=1")
    assert "mina@example.com" in client.get("/account").text
    assert state_of(client).store.users.by_id(user.id).has_oidc


def test_from_the_second_time_on_the_address_plays_no_part(client):
    user = add(client)
    sign_in(client)
    state_of(client).store.users.change(user.id, {"email": "mina.rezaei@example.com"})
    client.cookies.clear()
    assert sign_in(client).status_code == 303


def test_the_sign_in_page_offers_the_provider_by_name(client_of):
    client = client_of(oidc_name="Verdilo <SSO>")
    page = client.get("/sign-in?next=/desk").text
    assert "Continue with Verdilo &lt;SSO&gt;" in page
    assert re.search(r'href="/sign-in/oidc\?next=%2Fdesk&amp;locale=en"', page)


# Who gets in


@pytest.mark.parametrize(
    ("sub", "reason"),
    [
        ("unverified", "not verified"),
        ("lookalike", "look like others"),
        ("writer", "no account for wen@example.com"),
    ],
)
def test_whom_we_do_not_know_for_sure_is_refused(client, sub, reason):
    add(client)
    reply = sign_in(client, sub)
    assert refused(reply)
    assert reason in reasons(client)[0]


def test_another_person_at_the_provider_does_not_take_over_an_account(client):
    user = add(client)
    state_of(client).store.users.change(user.id, {"subject": "somebody else"})
    assert refused(sign_in(client))


def test_a_disabled_account_is_refused_before_and_after_linking(client):
    user = add(client)
    store, now = state_of(client).store, dt.datetime.now(dt.UTC)
    people.disable(store, user, "tests", now)
    assert refused(sign_in(client))
    assert not store.users.by_id(user.id).has_oidc
    people.enable(store, store.users.by_id(user.id), "tests", now)
    assert sign_in(client).status_code == 303
    people.disable(store, store.users.by_id(user.id), "tests", now)
    client.cookies.clear()
    assert refused(sign_in(client))


def test_somebody_new_gets_an_account_where_the_settings_say_so(client_of):
    client = client_of(oidc_provision=True, oidc_default_role="rep")
    assert sign_in(client).status_code == 303
    user = state_of(client).store.users.by_email("mina@example.com")
    assert (user.name, user.role, user.has_password) == ("مینا", "rep", False)


def test_a_claim_tells_the_role_each_time_and_without_one_nobody_gets_in(client_of):
    client = client_of(
        oidc_provision=True, oidc_role_claim="groups", oidc_roles=("kb-writers=writer",)
    )
    user = add(client, "wen@example.com", "rep")
    token = state_of(client).accounts.begin(user, "password", dt.datetime.now(dt.UTC))
    assert sign_in(client, "writer").status_code == 303
    assert state_of(client).store.users.by_id(user.id).role == "writer"
    assert state_of(client).accounts.session(token, "page", dt.datetime.now(dt.UTC)) is None
    client.cookies.clear()
    assert refused(sign_in(client, "nobody"))
    assert "no role" in reasons(client)[0]


# Attacks


@pytest.mark.parametrize(
    ("sub", "named"),
    [
        ("wrong-nonce", "nonce"),
        ("wrong-audience", "aud"),
        ("two-audiences", "azp"),
        ("wrong-party", "azp"),
        ("wrong-issuer", "iss"),
        ("expired", "expired"),
        ("eternal", "exp"),
    ],
)
def test_a_token_for_another_occasion_client_or_time_is_refused(client, sub, named):
    add(client)
    assert refused(sign_in(client, sub))
    (reason,) = reasons(client)
    assert reason.startswith("What the provider answered is not valid (")
    assert named in reason


def test_an_answer_works_once(client):
    add(client)
    back = consent(begin(client), "mina")
    cookie = client.cookies["kb_oidc"]
    assert client.get(back).status_code == 303
    client.cookies.clear()
    client.cookies.set("kb_oidc", cookie)
    assert refused(client.get(back))


def test_an_answer_is_of_no_use_in_another_browser(client):
    add(client)
    back = consent(begin(client), "mina")
    own = client.cookies["kb_oidc"]
    client.cookies.clear()
    assert refused(client.get(back)), "without a cookie"
    begin(client)
    assert client.cookies["kb_oidc"] != own
    assert refused(client.get(back)), "with the cookie of another sign-in"


def test_an_answer_of_another_issuer_is_refused(client):
    add(client)
    assert refused(client.get(consent(begin(client), "mina") + "&iss=https://evil.example"))


def test_being_refused_there_is_told_here(client):
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    reply = client.get(f"/sign-in/oidc/callback?error=access_denied&state={state}")
    assert refused(reply)
    assert "could not be signed in here" in reply.text


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_stays_in_the_house(client, next):
    add(client)
    assert sign_in(client, next=next).headers["location"] == "/desk"


def test_other_sites_do_not_start_a_sign_in(client):
    reply = client.get("/sign-in/oidc", headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.headers["location"] == "http://testserver/sign-in"
    assert "set-cookie" not in reply.headers


def test_a_token_signed_by_somebody_else_is_refused(client, provider):
    """The provider's address tells other keys than the token was signed with."""
    from joserfc.jwk import KeySet, RSAKey

    add(client)
    others = KeySet([RSAKey.generate_key(2048, {"kid": "x"})]).as_dict(private=False)
    serve_instead(client, provider, "/jwks", others)
    assert refused(sign_in(client))


def test_metadata_of_another_issuer_is_refused(client, provider):
    serve_instead(
        client, provider, "/.well-known/openid-configuration", {"issuer": "https://evil.example"}
    )
    reply = client.get("/sign-in/oidc")
    assert reply.status_code == 503
    assert "cannot be reached" in reply.text


def serve_instead(client, provider: str, path: str, document: object) -> None:
    """Answer one path of the provider with something else."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == path:
            return httpx2.Response(200, json=document)
        return passed_on(request)

    through(client, answer)


def passed_on(request: httpx2.Request) -> httpx2.Response:
    with httpx2.Client() as real:
        reply = real.send(request)
        reply.read()
    return reply


def through(client, answer) -> None:
    """Let what we ask of the provider pass through `answer`."""
    state = state_of(client)
    between = Provider(state.provider.config, httpx2.MockTransport(answer))
    object.__setattr__(state, "provider", between)


def test_the_code_is_exchanged_with_the_verifier_of_the_challenge_and_the_secret(client):
    add(client)
    sent = []

    def note(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/token"):
            sent.append((parse_qs(request.read().decode()), request.headers["authorization"]))
        return passed_on(request)

    through(client, note)
    address = begin(client)
    assert client.get(consent(address, "mina")).status_code == 303
    ((form, authorization),) = sent
    digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert parse_qs(urlsplit(address).query)["code_challenge"] == [challenge]
    assert authorization == "Basic " + base64.b64encode(b"kb:secret").decode()


def test_a_provider_that_is_down_leaves_the_other_ways_open(client):
    def down(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route")

    through(client, down)
    reply = client.get("/sign-in/oidc")
    assert reply.status_code == 503
    assert 'name="password"' in reply.text


# Settings


COMPLETE = {"oidc_client_id": "kb", "public_url": "https://kb.example.com"}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"public_url": "https://kb.example.com"}, "KB_OIDC_CLIENT_ID"),
        ({"oidc_client_id": "kb"}, "KB_PUBLIC_URL"),
        (COMPLETE | {"oidc_roles": ("nonsense",)}, "KB_OIDC_ROLES"),
        (COMPLETE | {"oidc_roles": ("a=king",)}, "KB_OIDC_ROLES"),
        (COMPLETE | {"oidc_client_secret_file": "missing"}, "KB_OIDC_CLIENT_SECRET_FILE"),
    ],
)
def test_what_is_missing_is_named_at_the_start(settings, named):
    with pytest.raises(ConfigurationError, match=named):
        OidcConfig.of(load_settings(oidc_issuer="https://id.example.com", **settings))


def test_the_secret_may_come_from_a_file_and_shows_nowhere(tmp_path):
    path = tmp_path / "secret"
    path.write_text("hush-hush\n", encoding="utf-8")
    settings = load_settings(
        oidc_issuer="https://id.example.com",
        oidc_client_id="kb",
        public_url="https://kb.example.com/help/",
        oidc_client_secret_file=path,
    )
    config = OidcConfig.of(settings)
    assert config.client_secret == "hush-hush"
    assert config.redirect_uri == "https://kb.example.com/help/sign-in/oidc/callback"
    assert "hush" not in repr(config) + repr(settings)
