"""An article as a draft: the section that answers, its steps complete, word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from kb.drafting.bidi import marked
from kb.drafting.letter import letter
from kb.drafting.plain import Block, Section, normalised, sections
from kb.drafting.templates import Templates, packaged_templates
from kb.models import Passage, Ticket
from kb.text import fold

LIMIT = 1200
"""Characters of an answer, unless a list or table that must not be cut is longer."""
_LONGEST_READ = 100_000
"""Characters; of a longer article (a pasted log) the passage alone is shown, to be quick."""


def article_draft(
    answer: str,
    title: str,
    url: str,
    ticket: Ticket,
    locale: str,
    *,
    templates: Templates | None = None,
    values: Mapping[str, str] | None = None,
) -> str:
    """Greeting, the answer, a link to the public article, closing, in the customer's language.

    Args:
        answer: from `answer_of`.
        url: of the article; where it is not absolute, the article is named but not linked.
        locale: of the article. If it is not the customer's, the draft says so before the answer.
        values: `agent.name` signs the draft.
    """
    templates = templates or packaged_templates()
    phrases = templates.phrases(ticket.locale)
    linked = urlsplit(url).scheme in ("http", "https")
    source = phrases.say("link", title=title, url=url) if linked else ""
    ending = [source or phrases.say("source", title=title), phrases.closing]
    return letter(marked(answer, locale), ending, ticket, locale, templates, values or {})


def answer_of(
    markdown: str, passage: Passage, *, title: str = "", url: str = "", limit: int = LIMIT
) -> str:
    """The part of an article that goes into a draft.

    It is the section that `passage` is from, under its heading unless that is the title, with its
    subsections while there is room; the introduction goes on with the sections after it. Of a
    section longer than `limit`, the blocks around the passage. A list or table is never cut, and
    a sentence that ends in a colon stays with what it announces.

    Args:
        markdown: the article's body.
        title: of the article.
        url: of the article, for its relative links.
        limit: characters.
    """
    parts = sections(markdown, url) if len(markdown) <= _LONGEST_READ else []
    at = _section_of(parts, passage)
    if at is None:
        return passage.text
    shown = [_text(parts[at], title)]
    if len(shown[0]) > limit:
        return _around(parts[at], passage, title, limit)
    introduction = parts[at].level == 0 or _same(parts[at].heading, title)
    for part in parts[at + 1 :]:
        text = _text(part, title)
        within = introduction or part.level > parts[at].level
        if not within or len("\n\n".join([*shown, text])) > limit:
            break
        shown.append(text)
    return "\n\n".join(text for text in shown if text) or passage.text


def _section_of(parts: Sequence[Section], passage: Passage) -> int | None:
    """The place of the section that the passage is from, by its id, else by its words."""
    anchor = passage.id.rpartition("#")[2].rpartition(".")[0]
    for at, part in enumerate(parts):
        if part.anchor == anchor:
            return at
    shares = [sum(_shares(part.blocks, passage)) for part in parts]
    best = max(range(len(parts)), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] else None


def _shares(blocks: Sequence[Block], passage: Passage) -> list[int]:
    """For each block, how many letters of the passage are from it."""
    lines = [key for line in passage.text.split("\n") if (key := normalised(line))]
    return [sum(len(line) for line in lines if line in block.key) for block in blocks]


def _text(part: Section, title: str) -> str:
    heading = [] if not part.heading or _same(part.heading, title) else [part.heading]
    return "\n".join([*heading, "\n\n".join(part.texts)]).strip()


def _same(heading: str, title: str) -> bool:
    return bool(title) and fold(heading).strip() == fold(title).strip()


def _around(part: Section, passage: Passage, title: str, limit: int) -> str:
    """The blocks that the passage is from, then those after and before them that fit."""
    units = _units(part.blocks)
    shares = [sum(_shares(unit, passage)) for unit in units]
    if not any(shares):
        return passage.text
    hits = [at for at, share in enumerate(shares) if share * 4 >= max(shares)]
    first, last = min(hits), max(hits)
    texts = ["\n\n".join(block.text for block in unit if block.text) for unit in units]
    alone = first == last and len(units[first]) == 1
    if alone and len(texts[first]) > limit and units[first][0].is_paragraph:
        texts[first] = passage.text  # one endless paragraph
    length = sum(len(text) + 2 for text in texts[first : last + 1])
    while last + 1 < len(units) and length + len(texts[last + 1]) + 2 <= limit:
        last += 1
        length += len(texts[last]) + 2
    while first > 0 and length + len(texts[first - 1]) + 2 <= limit:
        first -= 1
        length += len(texts[first]) + 2
    shown = "\n\n".join(text for text in texts[first : last + 1] if text)
    heading = "" if _same(part.heading, title) else part.heading
    return f"{heading}\n{shown}".strip()


def _units(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks that must stay together: what ends in a colon, and what follows it."""
    units: list[list[Block]] = []
    for block in blocks:
        if units and units[-1][-1].text.endswith((":", "：")):
            units[-1].append(block)
        else:
            units.append([block])
    return units
