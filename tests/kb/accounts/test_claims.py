"""What claims of a provider stand for."""

from __future__ import annotations

import pytest

from kb.accounts.claims import role_from, subject_of, verified_email
from kb.errors import Unauthorized

ROLES = {"kb-admins": "admin", "kb-writers": "writer", "kb-reps": "rep"}


@pytest.mark.parametrize(
    ("claims", "claim", "role"),
    [
        ({"groups": ["kb-reps", "kb-admins", "x"]}, "groups", "admin"),
        ({"groups": "kb-writers"}, "groups", "writer"),
        ({"realm_access": {"roles": ["kb-reps"]}}, "realm_access.roles", "rep"),
        ({"https://a.b/roles": ["kb-reps"]}, "https://a.b/roles", "rep"),
        ({"groups": ["KB-ADMINS", "kb-admins "]}, "groups", None),
        ({"groups": {"kb-admins": True}}, "groups", None),
        ({"groups": 7}, "groups", None),
        ({}, "groups", None),
        ({"groups": None}, "groups.x.y", None),
    ],
)
def test_the_highest_role_of_a_claim_counts(claims, claim, role):
    assert role_from(claims, claim, ROLES) == role


def test_an_address_counts_once_the_provider_has_verified_it():
    claims = {"email": "Mina@Example.com", "email_verified": True}
    assert verified_email(claims, "email_verified") == "mina@example.com"
    assert verified_email(claims | {"xms_edov": "1"}, "xms_edov") == "mina@example.com"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "mina@example.com"},
        {"email": "mina@example.com", "email_verified": False},
        {"email": "mina@example.com", "email_verified": "false"},
        {"email": "mina@example.com", "email_verified": ["true"]},
        {"email": "", "email_verified": True},
        {"email": ["mina@example.com"], "email_verified": True},
        {"email": "mina", "email_verified": True},
        {"email": "ｍina@example.com", "email_verified": True},
        {"email": "mina@ex\u212aample.com", "email_verified": True},
        {"email_verified": True},
    ],
)
def test_unverified_and_look_alike_addresses_count_for_nothing(claims):
    with pytest.raises(Unauthorized):
        verified_email(claims, "email_verified")


def test_the_same_subject_of_two_issuers_is_two_people():
    assert subject_of({"iss": "a", "sub": "b c"}) != subject_of({"iss": "a b", "sub": "c"})
