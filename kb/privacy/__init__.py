"""Redaction of personal data: what a ticket may say once other people can read it.

    text ─► fold (digits, letter variants, same length) ─► detectors, most specific first ─► text'
              ▲                                                                               │
              └──────────────────────── until nothing more is found ◄─────────────────────────┘

Detection runs on a folded copy of the text: every digit of any script becomes ASCII, full-width
and accented characters become their plain form, ي/ك become ی/ک, odd spaces and dashes become
" " and "-". One character stays one character, so an offset in the copy is an offset in the text.
What a detector claims is blanked out before the next one looks, so an e-mail inside a URL that
carries a token is counted once, as the URL.

`redact` repeats until a pass finds nothing; that makes it idempotent by construction. Numbers are
judged by `phonenumbers` and `stdnum`; own rules exist only for what those libraries do not know.
Patterns are linear: every repetition is bounded, or consumed by the match that starts it.

The package reads in this order:

    folding     the folded copy, spans in it, patterns for it
    web         URL, EMAIL, IP
    secrets     SECRET
    addresses   ADDRESS
    numbers     IBAN, ORDER, CARD
    identities  NATIONAL_ID
    phones      PHONE
    words       word lists about names
    names       NAME
    spans       where things stood in the original text
    redaction   the whole
"""

from kb.privacy.names import names_of
from kb.privacy.numbers import DEFAULT_ORDER_PATTERNS
from kb.privacy.redaction import (
    PLACEHOLDERS,
    Redaction,
    Redactor,
    find_placeholders,
    redact,
)
from kb.privacy.spans import PersonalSpan

__all__ = [
    "DEFAULT_ORDER_PATTERNS",
    "PLACEHOLDERS",
    "PersonalSpan",
    "Redaction",
    "Redactor",
    "find_placeholders",
    "names_of",
    "redact",
]
