"""Tokens and the CSRF proof made of them."""

from __future__ import annotations

import pytest

from kb.accounts.secrets import csrf_matches, csrf_token, derived, digest, new_token


def test_each_token_is_new_and_has_256_bits():
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}


def test_a_forms_proof_looks_different_each_time_and_is_right_each_time():
    token = new_token()
    proofs = {csrf_token(token) for _ in range(20)}
    assert len(proofs) == 20
    assert all(csrf_matches(token, proof) for proof in proofs)


def test_the_proof_of_another_session_is_wrong():
    assert not csrf_matches(new_token(), csrf_token(new_token()))


@pytest.mark.parametrize("given", ["", "x", "گ", "=" * 100, "A" * 86, "A" * 10_000, "\ud800"])
def test_rubbish_is_wrong_and_no_error(given):
    assert not csrf_matches(new_token(), given)


def test_what_is_derived_shows_nothing_of_the_token_and_differs_by_purpose():
    token = new_token()
    assert derived(token, "state") == derived(token, "state")
    assert len({derived(token, "state"), derived(token, "nonce"), token, digest(token)}) == 4
