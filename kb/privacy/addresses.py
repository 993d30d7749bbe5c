"""Postal addresses: ADDRESS, where a street and a number show one.

A street alone is everybody's ("the street light"), so precision comes first: every form needs a
number beside the street, or a word that announces the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.privacy.folding import Span, compile_folded, labelled

# ── Latin script ─────────────────────────────────────────────────────────────────────────────

_STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Close|Way|Place|Square|Sq|Terrace"
    "|Crescent|Boulevard|Blvd|Parkway|Pkwy|Highway|Hwy|Alley|Mews|Grove|Gardens|Walk|Hill|Circle"
)
_UNIT = r"(?:Flat|Apt|Apartment|Unit|Suite|Ste|Room|Floor|Fl|#)\.? ?#?[0-9]{1,4}[A-Za-z]?\b"
_HOUSE = r"(?<![A-Za-z0-9_.,:/#-])(?<![0-9][ .,])[0-9]{1,5}[A-Za-z]?(?:[-/][0-9]{1,4})?"
_WORD = r"[A-Z](?:[a-z]|['’](?=[A-Za-z])|[A-Z](?=[a-z])){0,20}\.?"
_POSTCODE = (
    r"(?:[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?"
    r"|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])(?![A-Za-z0-9])"
)
# ", Leith, Edinburgh EH6 7JN" behind the street; towns count only before a postcode.
_TOWNS = rf"(?:(?:,? {{1,2}}{_WORD}(?:[ -]{_WORD}){{0,2}}){{0,3}},? {{1,2}}{_POSTCODE})?"
_TAIL = rf"(?:,? {{1,2}}(?i:{_UNIT}))?{_TOWNS}"
_NOT_A_STREET = re.compile(
    r"(?i:(?:hard|flash|usb|disk|google|test|ssd|tape|cloud) drive|(?:no|one|any|this|other|all)"
    r" (?:way|place)|square (?:feet|metres?|meters?)|times square|(?:star|stars|rail) road)"
)
_ENGLISH = re.compile(
    rf"(?:(?<![A-Za-z])(?i:{_UNIT}),? {{1,2}})?{_HOUSE}"
    rf"(?: {{1,2}}(?:{_WORD}|[0-9]{{1,3}}(?:st|nd|rd|th))){{1,4}}? {{1,2}}(?:{_STREET})\b\.?"
    rf"(?: (?:{_STREET})\b\.?)?{_TAIL}"
)
_ENGLISH_ANNOUNCED = re.compile(
    r"(?<![A-Za-z])(?i:add?ress(?: is| was)?|liv(?:e|es|ing) (?:at|on|in)|mov(?:e|ed|ing) to"
    r"|(?:ship|send|deliver|post|return|bring|sent|shipped|delivered|went|goes)"
    r"(?: (?:it|them|that))? to|located at|residence|come to|pick(?:ed)? (?:it )?up (?:at|from))"
    r"[ :=]{1,3}"
    rf"((?:(?i:{_UNIT}),? {{1,2}})?{_HOUSE}(?: {{1,2}}(?i:{_WORD})){{1,4}}? {{1,2}}"
    rf"(?i:{_STREET})\b\.?(?: (?i:{_STREET})\b\.?)?{_TAIL})"
)
_PO_BOX = re.compile(
    rf"(?<![A-Za-z])(?i:P\.? ?O\.? ?Box|Postfach) [0-9]{{1,6}}(?:,? {_WORD})?{_TOWNS}"
    r"(?![A-Za-z0-9])"
)
_CONTINENTAL_TOWN = rf"(?:,? {{1,2}}(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}} {_WORD}(?:[ -]{_WORD}){{0,2}})?"
_GERMAN = re.compile(
    r"(?<![A-Za-z])[A-Z][a-zß]{1,24}(?:-[A-Z][a-zß]{1,24}){0,3}[ -]?"
    r"(?:(?<=[a-zß])(?:straße|strasse|str\.|weg|allee|platz|gasse)|(?<=[ -])(?:Straße|Strasse|Str\."
    r"|Weg|Allee|Platz|Gasse)) ?[0-9]{1,4} ?[a-z]?\b(?![.,][0-9])" + _CONTINENTAL_TOWN
)
_FRENCH = re.compile(
    r"(?<![A-Za-z0-9_.,-])[0-9]{1,4}(?: ?bis| ?ter)?,? (?i:rue|avenue|boulevard|place|chemin"
    r"|impasse|quai|allee|via|calle)(?: (?:des|du|del|della|de|las|la|les|le|el))*+ (?:[ld]['’])?"
    rf"{_WORD}(?:[ -]{_WORD}){{0,3}}{_CONTINENTAL_TOWN}"
)
_POSTCODE_LABELLED = labelled(
    r"post ?code|postal code|zip(?: code)?|plz|کد ?پستی(?:[ \u200c]?(?:ام|م|من))?",
    r"[0-9]{5}-?[0-9]{5}(?![0-9])"
    r"|(?:[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[0-9]{5}(?:-[0-9]{4})?)(?![A-Za-z0-9])",
)

# ── Persian ──────────────────────────────────────────────────────────────────────────────────

_ARABIC_LETTER = re.compile("[\u0620-\u064a\u0671-\u06d3]")
_P_STREET = (
    r"(?:خیابان|خیابون|بلوار|بولوار|کوچه|کوی|بن[ \u200c]?بست|میدان|فلکه|اتوبان|بزرگراه|جاده|شهرک"
    r"|محله|مجتمع|برج|ساختمان|بلوک|فاز|گذر|چهارراه|چهار راه|سه[ \u200c]?راه|نبش|خ|ک)\.?"
)
_P_NUMBER = (
    r"(?:(?:پلاک|واحد|طبقه\u0654?|زنگ|شماره\u0654?|پ|بلوک|منزل)(?: ?[:.])? ?"
    r"(?:[0-9]{1,5}(?![0-9])|(?:اول|دوم|سوم|چهارم|پنجم|ششم|هفتم|هشتم|همکف)(?![\u0620-\u06ff]))"
    r"|کد ?پستی ?:? ?[0-9]{5}-?[0-9]{5}(?![0-9]))"
)
_P_WORD = r"(?:[\u0620-\u06ff\u200c]{1,20}|[0-9]{1,3}(?![0-9]))"
_P_KEY = rf"(?:{_P_STREET}(?![\u0620-\u06ff\u200c])|{_P_NUMBER})"
_P_JOINER = r"[ ،,\-]{1,3}"
_P_CITY = (
    r"(?:(?:استان )?(?:تهران|مشهد|اصفهان|کرج|شیراز|تبریز|قم|اهواز|کرمانشاه|ارومیه|رشت|زاهدان|همدان"
    r"|کرمان|یزد|اردبیل|بندرعباس|اراک|زنجان|سنندج|قزوین|خرم[ \u200c]?آباد|گرگان|ساری|بجنورد|بوشهر"
    r"|بیرجند|ایلام|شهرکرد|سمنان|یاسوج|کاشان|بابل|آمل|دزفول|نیشابور|سبزوار|کابل|هرات|مزار شریف)"
    r"[ ،,\-]{1,3}(?:[\u0620-\u06ff\u200c]{2,20}(?: [\u0620-\u06ff\u200c]{2,20})?[،,] ?){0,2})"
)
_P_PART = rf"(?:{_P_NUMBER}|{_P_STREET}(?:[ \u200c]{{1,2}}(?!{_P_KEY}){_P_WORD}){{1,4}}+)"
_P_FILLER = rf"[،,] ?(?!{_P_KEY}){_P_WORD}(?: (?!{_P_KEY}){_P_WORD}){{0,2}}+(?= ?[،,])"
_PERSIAN = compile_folded(
    rf"(?<![\u0620-\u06ff\u200c])(?:{_P_CITY}){{0,2}}{_P_STREET}(?:[ \u200c]{{1,2}}(?!{_P_KEY})"
    rf"{_P_WORD}){{1,4}}+(?:{_P_JOINER}{_P_PART}|{_P_FILLER}){{0,10}}+"
)
_PERSIAN_NUMBER = compile_folded(rf"(?<![\u0620-\u06ff\u200c]){_P_NUMBER}")

# ── Chinese ──────────────────────────────────────────────────────────────────────────────────

_HAN = "\u4e00-\u9fff"
_HAN_LETTER = re.compile(f"[{_HAN}]")
_C_DIGITS = "(?:[0-9]{1,5}|[一二三四五六七八九十百]{1,4})"
_C_STREET_NUMBER = compile_folded(
    rf"(?:路|街|大道|胡同|巷|(?<=[一二三四五六七八九十0-9])段)[东南西北中]? ?{_C_DIGITS} ?"
    r"(?:号(?!线|楼?[上下]|[称召令])|弄)"
    r"|(?:小区|花园|新村|公寓|家园|苑|大厦) ?[0-9]{1,3} ?(?:号楼|栋|幢|座|单元)"
)
_C_TAIL = compile_folded(
    rf"(?:[{_HAN}]{{0,8}}?[ -]?[0-9A-Z]{{1,4}}"
    r"(?:号楼|号|栋|幢|座|单元|室|楼|层|房|户|弄|院)){0,8}+"
    r"(?:(?<=[楼栋幢座院室元层号]) ?附?[0-9]{1,4}(?:号|室)?(?![0-9年月日:.]))?"
    r"(?:院(?:[0-9A-Z]{1,4}(?:号楼|栋|幢|座|单元|室)){0,4}+(?:(?<=[楼栋幢座元])[0-9]{3,4}(?![0-9]))?)?"
)
_C_STOP = frozenset("到在是住寄送给往了我你您他她的可址为请把就搬于")
"""Characters in front of an address, hardly ever in one."""
_C_VERB = compile_folded(r"(?:改|换|变|写|填)?成(?![都安武华])|(?:改|换)[至为]")
_C_LONGEST = 32


def _chinese(text: str) -> Iterator[Span]:
    """From the street's number to the left as far as names reach, to the right as rooms do."""
    for match in _C_STREET_NUMBER.finditer(text) if _HAN_LETTER.search(text) else ():
        start = match.start()
        first = max(0, start - _C_LONGEST)
        while start > first and _is_han(text[start - 1]) and text[start - 1] not in _C_STOP:
            start -= 1
        verb = _C_VERB.match(text, start, match.start())
        start = verb.end() if verb else start
        tail = _C_TAIL.match(text, match.end())
        if match.start() - start >= 1:
            yield start, tail.end() if tail else match.end()


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _persian(text: str) -> Iterator[Span]:
    """A chain of streets that ends with the last number of a house, flat or floor in it."""
    for match in _PERSIAN.finditer(text) if _ARABIC_LETTER.search(text) else ():
        numbers = list(_PERSIAN_NUMBER.finditer(text, match.start(), match.end()))
        if numbers:
            yield match.start(), numbers[-1].end()


def find_addresses(text: str) -> Iterator[Span]:
    for pattern in (_ENGLISH, _PO_BOX, _GERMAN, _FRENCH):
        for match in pattern.finditer(text):
            if not _NOT_A_STREET.search(match[0]):
                yield match.span()
    for match in _ENGLISH_ANNOUNCED.finditer(text):
        if not _NOT_A_STREET.search(match[1]):
            yield match.span(1)
    for match in _POSTCODE_LABELLED.finditer(text):
        yield match.span(1)
    yield from _persian(text)
    yield from _chinese(text)
