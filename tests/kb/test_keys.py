"""API keys, and those that everybody may read."""

from __future__ import annotations

import pytest

from kb.errors import InvalidInput
from kb.keys import as_origin, create_key, create_publishable_key, find_key, role_of
from kb.store import Store


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        (" https://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80/", "http://shop.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://xn--mgbh0fb.example", "https://xn--mgbh0fb.example"),
    ],
)
def test_origins_are_written_as_browsers_send_them(written, origin):
    assert as_origin(written) == origin


@pytest.mark.parametrize(
    "text",
    [
        "", "*", "shop.example", "null", "https://", "https://shop.example/help", "ftp://shop.example",
        "https://*.shop.example", "https://sam@shop.example", "https://shop.example?x=1",
        "https://shop.example; script-src *", "https://فروشگاه.example", "https://shop.example#x",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(InvalidInput, match="is no origin"):
        as_origin(text)


def test_a_publishable_key_is_a_customers_and_knows_its_origins(store):
    key = create_publishable_key(store, ["https://shop.example", "https://Shop.example/"], "shop")
    found = find_key(store, key)
    assert key.startswith("kb_pub_")
    assert (found.role, found.origins) == ("customer", ("https://shop.example",))
    assert store.keys.origins() == {"https://shop.example"}


def test_a_publishable_key_needs_an_origin(store):
    with pytest.raises(InvalidInput, match="needs an origin"):
        create_publishable_key(store, [], "shop")


def test_other_keys_have_no_origins(store):
    assert find_key(store, create_key(store, "rep", "desk")).origins == ()
    assert find_key(store, "kb_pub_unknown") is None


def test_a_revoked_key_takes_its_origins_with_it(store):
    key = create_publishable_key(store, ["https://shop.example"], "shop")
    assert store.keys.revoke(store.keys.all()[0].digest[:12]) == 1
    assert role_of(store, key) is None
    assert store.keys.origins() == frozenset()
