"""Random tokens, what the store knows of them, and the CSRF token made of a session's."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

_BYTES = 32
_TOKEN_CHARS = 200
"""Longer ones are nobody's."""


def new_token() -> str:
    """256 random bits, for an address or a cookie (43 characters)."""
    return secrets.token_urlsafe(_BYTES)


def digest(token: str) -> str:
    """sha256 (hex): all that the store ever sees of a token."""
    return hashlib.sha256(token[:_TOKEN_CHARS].encode("utf-8", "surrogatepass")).hexdigest()


def derived(token: str, purpose: str) -> str:
    """HMAC-SHA256 of `purpose` under `token`, base64url: shows nothing of the token."""
    return _encode(_derived(token, purpose))


def csrf_token(token: str) -> str:
    """A form's proof that it comes from our page, masked anew each time.

    What it proves is an HMAC of the session's token: other sessions have others, and nothing of the
    session can be computed from it. It is sent as (pad, pad XOR proof), so that compressed pages
    that repeat a visitor's words do not give it away byte by byte (BREACH).
    """
    proof, pad = _derived(token, "csrf"), secrets.token_bytes(_BYTES)
    return _encode(pad + bytes(a ^ b for a, b in zip(pad, proof, strict=True)))


def csrf_matches(token: str, given: str) -> bool:
    """Whether `given` was made by `csrf_token` for this session; takes the same time either way."""
    try:
        raw = base64.urlsafe_b64decode(given[:_TOKEN_CHARS].encode("ascii") + b"==")
    except (binascii.Error, ValueError):
        raw = b""
    raw = raw if len(raw) == 2 * _BYTES else bytes(2 * _BYTES)
    proof = bytes(a ^ b for a, b in zip(raw[:_BYTES], raw[_BYTES:], strict=True))
    return hmac.compare_digest(proof, _derived(token, "csrf"))


def _derived(token: str, purpose: str) -> bytes:
    return hmac.new(token.encode("utf-8", "surrogatepass"), purpose.encode(), "sha256").digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
