"""Numbers that states give to people: NATIONAL_ID.

Three ways to know one, from certain to less so:

1. a word that names it ("SSN", «کد ملی», 身份证): believed by its shape, typing mistakes included;
2. a form that nothing else has, with check digits that hold: known anywhere, from any country;
3. bare digits with check digits that hold: only for the regions asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.exceptions import ValidationError
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.pk import cnic
from stdnum.th import pin
from stdnum.us import ssn

from kb.privacy.folding import Span, digits_of, labelled
from kb.privacy.numbers import blank_impersonal

# ── announced by a word ──────────────────────────────────────────────────────────────────────

_NATIONS = (
    "South African|American|Belgian|Brazilian|Chinese|Danish|Dutch|Finnish|French|German|Indian"
    "|Iranian|Italian|Korean|Malaysian|Mexican|Norwegian|Polish|Portuguese|Romanian|Russian"
    "|Spanish|Swedish|Swiss|Thai|Turkish|Ukrainian"
)
_LABELLED = labelled(
    r"ssn|social security|national (?:id|code|identity|identification|insurance)|nino|ni number"
    r"|identity (?:card|document|number)|id (?:card|number)|my id|passport|personal (?:id|code)"
    rf"|(?:{_NATIONS}) (?:national )?id|tax(?:payer)? id(?:entification)?"
    r"|steuer-?(?:id|identifikations)(?:-?nummer)?|ahv|sozialversicherungsnummer"
    r"|codice fiscale|pesel|bsn|cpf|kimlik|aadhaa?r|curp|cnic|nric|hkid|rrn|personnummer"
    r"|fodselsnummer|henkilotunnus|numero de secu(?:rite sociale)?"
    r"|(?-i:NIE|DNI|NIF|SIN|TFN|PAN|NIR|CNP|EGN)|주민(?:등록)?번호"
    r"|کد ?ملی|شماره\u0654? ?ملی|شناسه\u0654? ملی|شماره\u0654? شناسنامه|گذرنامه|پاسپورت|کیملیک"
    r"|کد اتباع|کد فراگیر"
    r"|身份证|证件|护照|税号|社保|通行证|台胞证|居留证",
    r"(?!(?:13|14|19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.])"
    r"(?:[A-Za-z]{1,6} ?)?[0-9](?:[ .-]?[A-Za-z]?[0-9]){4,17}(?: ?[A-Z]|[a-z])?(?:\([0-9A]\))?"
    r"(?![A-Za-z0-9])",
)

# ── known by its form ────────────────────────────────────────────────────────────────────────


def _is_hong_kong(text: str) -> bool:
    """Check digit of "A123456(3)": weights 9 to 1, modulo 11 (`stdnum` has no module for it)."""
    number = text.replace("(", "").replace(")", "").rjust(9)
    values = [36 if c == " " else int(c, 36) for c in number]
    weighted = (value * (9 - place) for place, value in enumerate(values))
    return sum(weighted) % 11 == 0


_LETTERED = "[0-9LMNPQRSTUVlmnpqrstuv]"  # Italian digits that turn into letters for namesakes
_FORMS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    (
        rf"[A-Za-z]{{6}}{_LETTERED}{{2}}[A-Za-z]{_LETTERED}{{2}}[A-Za-z]{_LETTERED}{{3}}[A-Za-z]",
        codicefiscale.is_valid,
    ),
    (r"[0-9]{8}-?[A-Za-z]", dni.is_valid),
    (r"[XYZxyz]-?[0-9]{7}-?[A-Za-z]", nie.is_valid),
    (
        r"[12][ .]?[0-9]{2}[ .]?[0-9]{2}[ .]?(?:[0-9]{2}|2[AB])[ .]?[0-9]{3}[ .]?[0-9]{3}"
        r"[ .]?[0-9]{2}",
        nir.is_valid,
    ),
    (r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", cpf.is_valid),
    (r"[0-9]{6}-[0-9]{7}", rrn.is_valid),
    (r"[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[A-Z0-9][0-9]", curp.is_valid),
    (r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", ahv.is_valid),
    (r"[0-9]{5}-[0-9]{7}-[0-9]", cnic.is_valid),
    (r"[0-9]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9]", pin.is_valid),
    (r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", nn.is_valid),
    (r"[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}", idnr.is_valid),
    (r"[A-Z]{1,2}[0-9]{6}\([0-9A]\)", _is_hong_kong),
    # National insurance number: no check digit, so only in its own spacing.
    (r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: [0-9]{2}){3} [A-D]", bool),
)


@lru_cache(maxsize=1)
def _form_patterns() -> list[tuple[re.Pattern[str], Callable[[str], bool]]]:
    return [
        (re.compile(rf"(?<![A-Za-z0-9_.-]){form}(?![A-Za-z0-9_]|[.-][A-Za-z0-9])"), is_valid)
        for form, is_valid in _FORMS
    ]


# ── bare digits ──────────────────────────────────────────────────────────────────────────────

_RIC = re.compile(
    r"(?<![A-Za-z0-9_])[1-9][0-9]{5}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx](?![A-Za-z0-9_])"
)
_MELLI = re.compile(r"(?<![A-Za-z0-9_#])(?<![0-9][.,/-])[0-9]{10}(?![A-Za-z0-9_]|[.,/-][0-9])")
_MELLI_GROUPED = re.compile(r"(?<![A-Za-z0-9_-])[0-9]{3}-[0-9]{6}-[0-9](?![A-Za-z0-9_-])")
_SSN = re.compile(r"(?<![A-Za-z0-9_-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![A-Za-z0-9_-])")
_ARABIC_LETTER = re.compile("[\u0620-\u064a\u0671-\u06d3]")


def _is_melli(text: str) -> bool:
    """Check digit of the Iranian national code (`stdnum` has no module for it)."""
    digits = [int(c) for c in digits_of(text)]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    remainder = sum(d * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return digits[9] == (remainder if remainder < 2 else 11 - remainder)


def _is_ric(text: str) -> bool:
    number = re.sub("[^0-9X]", "", text.upper())
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return bool(number[-1] == ric.calc_check_digit(number))


def find_national_ids(regions: Sequence[str], text: str) -> Iterator[Span]:
    """Announced ones, those known by their form, and bare ones of the given regions."""
    for match in _LABELLED.finditer(text):
        yield match.span(1)
    for pattern, is_valid in _form_patterns():
        yield from (m.span() for m in pattern.finditer(text) if is_valid(m[0]))
    rules: list[tuple[str, re.Pattern[str], Callable[[str], bool]]] = [
        ("CN", _RIC, _is_ric),
        ("US", _SSN, ssn.is_valid),
        ("IR", _MELLI_GROUPED, _is_melli),
    ]
    # One bare ten-digit number in eleven passes the check by chance; in a Persian text it means
    # something, elsewhere it is an account number or a US phone.
    if _ARABIC_LETTER.search(text):
        rules.append(("IR", _MELLI, _is_melli))
        text = blank_impersonal(text)
    for region, pattern, is_valid in rules:
        if region in regions:
            yield from (m.span() for m in pattern.finditer(text) if is_valid(m[0]))
