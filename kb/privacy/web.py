"""What the web writes down: URLs that carry a credential, e-mail addresses, IP addresses.

A URL is personal only for what it lets its reader do, so one without a credential stays.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from kb.privacy.folding import MASK, Span, compile_folded, word_set

# ── URL ──────────────────────────────────────────────────────────────────────────────────────

_URL = re.compile(
    r"(?<![A-Za-z0-9+.-])(?:[A-Za-z][A-Za-z0-9+.-]{1,15}://|www\.)"
    r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~|\0\u0620-\u06ff\u200c]+"
)
_USERINFO = re.compile(r"[A-Za-z0-9+.-]+://[^/?#]*@")
_PARAMETER = re.compile(r"[?&;#]([^=&;#?]{1,80})=([^&;#]*)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CREDENTIAL_WORDS = word_set(
    "auth credential jwt key otp pass passwd password pwd secret session sessionid sid sig",
    "signature token",
)
_CREDENTIAL_ENDINGS = ("token", "secret", "password", "passwd", "signature", "apikey")
_LONG_CREDENTIALS = frozenset({"code", "hash", "state", "invite", "reset"})


def is_credential(name: str, value: str) -> bool:
    value = value.strip(MASK)
    words = _CAMEL.sub("_", name).lower().replace("-", "_").replace(".", "_").split("_")
    if words[-1] in _LONG_CREDENTIALS:
        return len(value) >= 16
    if words[-1] in ("id", "value"):  # session_id
        words = words[:-1] or words
    known = words[-1] in _CREDENTIAL_WORDS or words[-1].endswith(_CREDENTIAL_ENDINGS)
    return known and bool(value)


def find_urls(text: str) -> Iterator[Span]:
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?'|" if "(" in match[0] else ".,;:!?'|)]")
        parameters = (p.groups() for p in _PARAMETER.finditer(url))
        if _USERINFO.match(url) or any(is_credential(*p) for p in parameters):
            yield match.start(), match.start() + len(url)


# ── EMAIL ────────────────────────────────────────────────────────────────────────────────────

_LOCAL_EDGE = ".!#$%&'*/=?^`{|}~-"
_DOMAIN = re.compile(
    r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.(?:xn--[A-Za-z0-9-]{1,60}|[A-Za-z]{2,24})"
)


_AT = re.compile(r"@|(?P<shy> ?(?:\( ?(?:at|@) ?\)|\[ ?(?:at|@) ?\]) ?)", re.IGNORECASE)
_SHY_DOMAIN = re.compile(
    r"[A-Za-z0-9-]{1,63}(?:(?:\.| ?[(\[] ?(?:dot|\.) ?[)\]] ?)[A-Za-z0-9-]{1,63}){1,8}"
)


def find_emails(text: str) -> Iterator[Span]:
    """Addresses, also as the shy write them: "ann (at) shop.example"."""
    for at in _AT.finditer(text):
        start = at.start()
        while start > max(0, at.start() - 64) and _is_local(text[start - 1]):
            start -= 1
        start = at.start() - len(text[start : at.start()].lstrip(_LOCAL_EDGE))
        domain = (_SHY_DOMAIN if at["shy"] else _DOMAIN).match(text, at.end())
        if start < at.start() and domain:
            yield start, domain.end()


def _is_local(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "._+-%'~!#$&*")


# ── IP ───────────────────────────────────────────────────────────────────────────────────────

_IPV4 = re.compile(r"(?<![A-Za-z0-9_.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![A-Za-z0-9_]|\.[0-9])")
_IPV6 = re.compile(
    r"(?<![A-Za-z0-9:._-])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:\.[0-9]{1,3}){0,3}"
    r"(?![A-Za-z0-9:])"
)
_VERSION_LABEL = compile_folded(
    r"(?i:\b(?:v|ver|version|release|build|firmware)|نسخه\u0654?|نگارش|ورژن"
    r"|版本号?|固件)[ :.]{0,3}(?:[0-9][0-9.]{2,20}[^0-9\n]{1,24})?\Z"  # "v1.2.3.4, unlike 1.2.3.3"
    r"|(?<![\w./])[A-Za-z]{1,20}/\Z"  # also Thunderbird/2.0.0.24
)


def find_ips(text: str) -> Iterator[Span]:
    for match in _IPV4.finditer(text):
        octets = [int(part) for part in match[0].split(".")]
        local = octets[0] in (0, 127, 255)  # loopback, "any" and netmasks point at nobody
        label = _VERSION_LABEL.search(text[max(0, match.start() - 64) : match.start()])
        if not local and max(octets) < 256 and not label:
            yield match.span()
    for match in _IPV6.finditer(text):
        if len(match[0]) >= 6 and _is_ipv6(match[0]):
            yield match.span()


def _is_ipv6(text: str) -> bool:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return not address.is_loopback
