"""Signing in at an OpenID Connect provider: authorization code with PKCE, state and nonce.

A browser that sets out keeps one random token in a short-lived cookie. State, nonce and the PKCE
verifier are HMACs of it, so whoever comes back without that cookie, with another's, or twice, is
refused, and the store holds nothing but a hash.

Checked of the ID token: signature with a key of the provider and an asymmetric algorithm, issuer,
audience, authorised party, expiry, nonce, hash of the access token (OpenID Connect Core 1.0,
3.1.3.7); of the response: state, and issuer where it is stated (RFC 9207).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kb.accounts.models import StaffRole
from kb.accounts.people import checked_role
from kb.accounts.secrets import derived
from kb.config import Settings
from kb.errors import ConfigurationError, InvalidInput, OperationalError, Unauthorized

CALLBACK_PATH = "/sign-in/oidc/callback"
ATTEMPT_LASTS = dt.timedelta(minutes=10)
_ALGORITHMS: tuple[str, ...] = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_ALGORITHMS += ("ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_TIMEOUT = 10.0
_METADATA_LASTS = 3600.0
_LEEWAY = 60


@dataclass(frozen=True)
class OidcConfig:
    """One provider; see docs/signing-in.md."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scopes: str
    name: str
    """On the button."""
    verified_claim: str
    role_claim: str
    roles: Mapping[str, StaffRole]
    default_role: StaffRole | None
    provision: bool
    """Whether somebody without an account gets one."""

    @classmethod
    def of(cls, settings: Settings) -> OidcConfig | None:
        """None where none is configured.

        Raises:
            ConfigurationError: something is missing, or the secret cannot be read.
        """
        if not settings.oidc_issuer:
            return None
        if not settings.oidc_client_id:
            raise ConfigurationError("KB_OIDC_ISSUER needs KB_OIDC_CLIENT_ID.")
        if not settings.public_url:
            raise ConfigurationError(
                "KB_OIDC_ISSUER needs KB_PUBLIC_URL: the provider sends people back there."
            )
        return cls(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=_secret(settings),
            redirect_uri=settings.public_url.rstrip("/") + CALLBACK_PATH,
            scopes=settings.oidc_scopes,
            name=settings.oidc_name or (urlsplit(settings.oidc_issuer).hostname or "OpenID"),
            verified_claim=settings.oidc_verified_claim,
            role_claim=settings.oidc_role_claim,
            roles=_roles(settings.oidc_roles),
            default_role=_role(settings.oidc_default_role, "KB_OIDC_DEFAULT_ROLE")
            if settings.oidc_default_role
            else None,
            provision=settings.oidc_provision,
        )


class Provider:
    """Talks to the provider. Safe to share between threads.

    Args:
        transport: carries the requests; default: the network.
    """

    def __init__(self, config: OidcConfig, transport: httpx2.BaseTransport | None = None) -> None:
        self.config = config
        self._transport = transport
        self._metadata: tuple[float, Mapping[str, Any]] | None = None

    def address(self, token: str) -> str:
        """Where a browser that keeps `token` signs in.

        Raises:
            OperationalError: the provider cannot be reached, or is not the one configured.
        """
        parameters = {
            "response_type": "code",
            "client_id": self.config.client_id,
            "redirect_uri": self.config.redirect_uri,
            "scope": self.config.scopes,
            "state": derived(token, "state"),
            "nonce": derived(token, "nonce"),
            "code_challenge": _challenge(derived(token, "verifier")),
            "code_challenge_method": "S256",
        }
        endpoint = str(self._discovered()["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"

    def claims(self, token: str, response: Mapping[str, str]) -> dict[str, Any]:
        """What the provider says of who came back with `response` (the query of the callback).

        Raises:
            Unauthorized: it was refused there, or is not the answer to what `token` began.
            OperationalError: the provider cannot be reached.
        """
        if not hmac.compare_digest(
            response.get("state", "").encode(), derived(token, "state").encode()
        ):
            raise Unauthorized("This sign-in was begun elsewhere or before; begin again.")
        if response.get("iss", self.config.issuer) != self.config.issuer:
            raise Unauthorized("Another provider answered; begin again.")
        if "error" in response or not response.get("code"):
            raise Unauthorized("The provider did not sign you in; begin again.")
        metadata = self._discovered()
        try:
            tokens = self._exchange(metadata, token, response["code"])
            claims = self._verified(metadata, tokens, derived(token, "nonce"))
            return self._completed(metadata, tokens, claims)
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            raise Unauthorized(f"What the provider answered is not valid ({error}).") from error
        except httpx2.HTTPError as error:
            raise OperationalError(f"The provider cannot be reached ({error}).") from error

    def _discovered(self) -> Mapping[str, Any]:
        known = self._metadata
        if known and time.monotonic() - known[0] < _METADATA_LASTS:
            return known[1]
        where = f"{self.config.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = self._json(where)
        if found.get("issuer") != self.config.issuer:
            raise OperationalError(
                f"{where} is of the issuer {found.get('issuer')!r}, not the one in KB_OIDC_ISSUER."
            )
        self._metadata = (time.monotonic(), found)
        return found

    def _json(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            with httpx2.Client(timeout=_TIMEOUT, transport=self._transport) as client:
                reply = client.get(address, headers=dict(headers or {}))
                reply.raise_for_status()
                found = reply.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise OperationalError(f"{address} cannot be read ({error}).") from error
        if not isinstance(found, dict):
            raise OperationalError(f"{address} is no JSON object.")
        return found

    def _exchange(self, metadata: Mapping[str, Any], token: str, code: str) -> dict[str, Any]:
        """The code for tokens (RFC 6749, 4.1.3; RFC 7636)."""
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        secret = self.config.client_secret
        post = "client_secret_basic" not in methods and "client_secret_post" in methods
        with OAuth2Client(
            self.config.client_id,
            secret or None,
            token_endpoint_auth_method=("client_secret_post" if post else "client_secret_basic")
            if secret
            else "none",
            redirect_uri=self.config.redirect_uri,
            timeout=_TIMEOUT,
            transport=self._transport,
        ) as client:
            found: dict[str, Any] = client.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=derived(token, "verifier"),
            )
        return found

    def _verified(
        self, metadata: Mapping[str, Any], tokens: Mapping[str, Any], nonce: str
    ) -> dict[str, Any]:
        """Claims of the ID token."""
        keys = KeySet.import_key_set(self._json(str(metadata["jwks_uri"])))  # type: ignore[arg-type]
        decoded = jwt.decode(str(tokens["id_token"]), keys, algorithms=list(_ALGORITHMS))
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.config.issuer},
                "aud": {"essential": True, "value": self.config.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {
                "nonce": nonce,
                "client_id": self.config.client_id,
                "access_token": tokens.get("access_token"),
            },
        )
        claims.validate(leeway=_LEEWAY)
        return dict(claims)

    def _completed(
        self, metadata: Mapping[str, Any], tokens: Mapping[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """With what only the userinfo endpoint tells; what the ID token says counts more."""
        endpoint = metadata.get("userinfo_endpoint")
        if "email" in claims or not endpoint or not tokens.get("access_token"):
            return claims
        told = self._json(str(endpoint), {"Authorization": f"Bearer {tokens['access_token']}"})
        if told.get("sub") != claims["sub"]:
            raise Unauthorized("What the provider answered is about somebody else; begin again.")
        return told | claims


def provider_of(settings: Settings) -> Provider | None:
    """The configured provider; nothing is fetched before somebody signs in.

    Raises:
        ConfigurationError: something is missing, or the secret cannot be read.
    """
    config = OidcConfig.of(settings)
    return Provider(config) if config else None


def _challenge(verifier: str) -> str:
    """S256 of RFC 7636, 4.2."""
    hashed = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def _secret(settings: Settings) -> str:
    if settings.oidc_client_secret_file is None:
        return settings.oidc_client_secret
    try:
        return settings.oidc_client_secret_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"KB_OIDC_CLIENT_SECRET_FILE cannot be read: {error}.") from error


def _roles(stated: tuple[str, ...]) -> dict[str, StaffRole]:
    roles = {}
    for entry in stated:
        value, equals, role = entry.rpartition("=")
        if not equals or not value.strip():
            raise ConfigurationError(f"KB_OIDC_ROLES: '{entry}' is not like `kb-admins=admin`.")
        roles[value.strip()] = _role(role.strip(), "KB_OIDC_ROLES")
    return roles


def _role(text: str, setting: str) -> StaffRole:
    try:
        return checked_role(text)
    except InvalidInput as error:
        raise ConfigurationError(f"{setting}: {error}") from error
