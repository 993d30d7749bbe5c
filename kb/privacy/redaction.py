"""The whole: detectors in order of how specific they are, repeated until nothing is found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from kb.privacy.folding import (
    MASK,
    Detector,
    blank_spans,
    compile_folded,
    disjoint,
    fold,
    replace_spans,
)
from kb.privacy.names import find_names, name_pattern
from kb.privacy.numbers import (
    DEFAULT_ORDER_PATTERNS,
    find_cards,
    find_ibans,
    find_national_ids,
    find_orders,
)
from kb.privacy.phones import find_phones
from kb.privacy.secrets import find_secrets
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
)
_PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(PLACEHOLDERS)})\]")


@dataclass(frozen=True)
class Redaction:
    """The readable text without personal data, and how many of each kind were taken out."""

    text: str
    counts: dict[str, int]


def redact(
    text: str,
    names: Sequence[str] = (),
    *,
    regions: Sequence[str] = ("IR", "CN", "US", "DE", "GB"),
    order_patterns: Sequence[str] = DEFAULT_ORDER_PATTERNS,
) -> Redaction:
    """Replace personal data by readable placeholders such as `[EMAIL]`.

    `names` are the people known to take part (full names as stored); `regions` are the countries
    whose national phone and identity numbers are recognised. `order_patterns` are regular
    expressions over the folded text; group 1, where there is one, is what gets replaced.
    """
    detectors: list[tuple[str, Detector]] = [
        ("URL", find_urls),
        ("SECRET", find_secrets),
        ("EMAIL", find_emails),
        ("IBAN", find_ibans),
        ("ORDER", partial(find_orders, [compile_folded(pattern) for pattern in order_patterns])),
        ("CARD", find_cards),
        ("NATIONAL_ID", partial(find_national_ids, regions)),
        ("IP", find_ips),
        ("PHONE", partial(find_phones, regions, {})),
    ]
    known = name_pattern((names,) if isinstance(names, str) else names)
    if known:
        detectors.append(("NAME", partial(find_names, known)))
    counts: Counter[str] = Counter()
    while found := _find(text, detectors):
        counts.update(kind for _, _, kind in found)
        text = replace_spans(text, ((start, end, f"[{kind}]") for start, end, kind in found))
    return Redaction(text, dict(counts))


def _find(text: str, detectors: Sequence[tuple[str, Detector]]) -> list[tuple[int, int, str]]:
    folded = blank_spans(fold(text), (match.span() for match in _PLACEHOLDER.finditer(text)))
    found: list[tuple[int, int, str]] = []
    for kind, detect in detectors:
        spans = disjoint(detect(folded))
        if kind != "URL":  # a URL may hold a placeholder; everything else ends before one
            spans = [(start, end) for start, end in spans if MASK not in folded[start:end]]
        if spans:
            found += ((start, end, kind) for start, end in spans)
            folded = blank_spans(folded, spans)
    return sorted(found)


def find_placeholders(text: str) -> list[str]:
    """Every placeholder still in the text, in order: what a reply must not be sent with."""
    return _PLACEHOLDER.findall(text)
