"""The whole: detectors in order of how specific they are, repeated until nothing is found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from phonenumbers import SUPPORTED_REGIONS

from kb.errors import ConfigurationError
from kb.privacy.addresses import find_addresses
from kb.privacy.folding import (
    MASK,
    Detector,
    blank_spans,
    compile_folded,
    disjoint,
    fold,
    replace_spans,
)
from kb.privacy.identities import find_national_ids
from kb.privacy.names import find_names, name_pattern
from kb.privacy.numbers import (
    DEFAULT_ORDER_PATTERNS,
    find_cards,
    find_ibans,
    find_orders,
)
from kb.privacy.phones import find_phones
from kb.privacy.secrets import find_secrets
from kb.privacy.spans import PersonalSpan, in_original
from kb.privacy.web import find_emails, find_ips, find_urls

PLACEHOLDERS = (
    "EMAIL",
    "PHONE",
    "CARD",
    "IBAN",
    "NATIONAL_ID",
    "ORDER",
    "IP",
    "URL",
    "SECRET",
    "NAME",
    "ADDRESS",
)
_PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(PLACEHOLDERS)})\]")


DEFAULT_REGIONS = ("IR", "CN", "US", "DE", "GB")


@dataclass(frozen=True)
class Redaction:
    """The readable text without personal data, and what was taken out of it."""

    text: str
    counts: dict[str, int]
    """How many of each type were taken out."""
    spans: tuple[PersonalSpan, ...] = field(default=(), compare=False)
    """Where they stood in the original text; disjoint, in text order."""


class PrivacySettings(Protocol):
    """What `Redactor.of` reads from the settings."""

    @property
    def phone_regions(self) -> tuple[str, ...]: ...
    @property
    def order_patterns(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Redactor:
    """Redaction as one installation wants it."""

    regions: tuple[str, ...] = DEFAULT_REGIONS
    """Countries (ISO 3166) whose phone numbers are known as they are dialled within them, and whose
    identity numbers are known without a word that announces them."""
    order_patterns: tuple[str, ...] = DEFAULT_ORDER_PATTERNS
    """Regular expressions over the folded text; group 1, where there is one, is replaced."""

    @classmethod
    def of(cls, settings: PrivacySettings) -> Redactor:
        """As configured; the configured order patterns are looked for besides the built-in ones.

        Raises:
            ConfigurationError: a region is unknown or a pattern is no regular expression.
        """
        for region in settings.phone_regions:
            if region not in SUPPORTED_REGIONS:
                raise ConfigurationError(
                    f"KB_PHONE_REGIONS: {region} is no region with telephone numbers; use codes "
                    "such as IR or CN."
                )
        for pattern in settings.order_patterns:
            try:
                compile_folded(pattern)
            except re.error as error:
                raise ConfigurationError(
                    f"KB_ORDER_PATTERNS: {pattern!r} is no regular expression: {error}."
                ) from error
        return cls(settings.phone_regions, (*DEFAULT_ORDER_PATTERNS, *settings.order_patterns))

    def redact(self, text: str, names: Sequence[str] = ()) -> Redaction:
        """Replace personal data by readable placeholders such as `[EMAIL]`.

        `names` are the people known to take part (full names as stored).
        """
        detectors = self._detectors((names,) if isinstance(names, str) else names)
        counts: Counter[str] = Counter()
        spans: list[PersonalSpan] = []
        while found := _find(text, detectors):
            counts.update(span.kind for span in found)
            spans = in_original(spans, found)
            text = replace_spans(text, ((s.start, s.end, s.placeholder) for s in found))
        return Redaction(text, dict(counts), tuple(spans))

    def _detectors(self, names: Sequence[str]) -> list[tuple[str, Detector]]:
        """Types and what finds them, the most specific first."""
        orders = [compile_folded(pattern) for pattern in self.order_patterns]
        detectors: list[tuple[str, Detector]] = [
            ("URL", find_urls),
            ("SECRET", find_secrets),
            ("EMAIL", find_emails),
            ("IBAN", find_ibans),
            ("ADDRESS", find_addresses),
            ("ORDER", partial(find_orders, orders)),
            ("CARD", find_cards),
            ("NATIONAL_ID", partial(find_national_ids, self.regions)),
            ("IP", find_ips),
            ("PHONE", partial(find_phones, self.regions, {})),
        ]
        known = name_pattern(names)
        if known:
            detectors.append(("NAME", partial(find_names, known)))
        return detectors


def redact(
    text: str,
    names: Sequence[str] = (),
    *,
    regions: Sequence[str] = DEFAULT_REGIONS,
    order_patterns: Sequence[str] = DEFAULT_ORDER_PATTERNS,
) -> Redaction:
    """`Redactor.redact`, with the defaults of `Redactor` or others."""
    return Redactor(tuple(regions), tuple(order_patterns)).redact(text, names)


def _find(text: str, detectors: Sequence[tuple[str, Detector]]) -> list[PersonalSpan]:
    folded = blank_spans(fold(text), (match.span() for match in _PLACEHOLDER.finditer(text)))
    found: list[PersonalSpan] = []
    for kind, detect in detectors:
        spans = disjoint(detect(folded))
        if kind != "URL":  # a URL may hold a placeholder; everything else ends before one
            spans = [(start, end) for start, end in spans if MASK not in folded[start:end]]
        if spans:
            found += (PersonalSpan(start, end, kind) for start, end in spans)
            folded = blank_spans(folded, spans)
    return sorted(found)


def find_placeholders(text: str) -> list[str]:
    """Every placeholder still in the text, in order: what a reply must not be sent with."""
    return _PLACEHOLDER.findall(text)
