"""The headers that pages carry: what a browser may load, and who may frame it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

TRUSTED_TYPES = "kb"
"""The one policy that may turn text into HTML; `static/js/fragments.js` makes it."""


def content_security_policy(frame_ancestors: Sequence[str] = ()) -> str:
    """Everything from here, nothing inline, framed by `frame_ancestors` only (none: by nobody)."""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": " ".join(frame_ancestors) or "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": TRUSTED_TYPES,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def headers(frame_ancestors: Sequence[str] = (), *, signed_in: bool = False) -> Mapping[str, str]:
    """Of a page.

    Args:
        signed_in: it shows what not everybody may see; nothing keeps a copy.
    """
    return {
        "Content-Security-Policy": content_security_policy(frame_ancestors),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
        # The address of a public page, too, holds what somebody asked.
        "Cache-Control": "no-store" if signed_in else "private, no-cache",
        "Vary": "Accept-Language, Cookie" if signed_in else "Accept-Language",
    }
