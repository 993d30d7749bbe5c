"""The draft of an article for a gap: what people ask, what replies told them, what is open. Pure.

An outline is a beginning for a writer, in the words of people and reps; nothing is made up. Its
Markdown has front matter with `draft: true`, which the source reader stores and never indexes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import combinations
from urllib.parse import quote, urlsplit

import regex
import yaml

from kb.conflicts import Statement, find_conflict
from kb.drafting.bidi import direction, plain
from kb.gaps.drafts import markdown
from kb.gaps.drafts.replies import Reply, Step, shortened, statements_of, steps_of
from kb.gaps.drafts.titles import folder_name, title_of, trimmed
from kb.gaps.drafts.wording import Wording, wording
from kb.gaps.models import CentralQuestion, Gap, Nearest
from kb.models import Model
from kb.text import language_of

QUESTION_CHARS = 300
QUESTIONS = 3
_COMPARED = 8
"""Replies that are compared with each other for contradictions."""
_CONFLICTS = 5
_WORD_CHARS = 60
_LINKED = 5
"""Tickets linked by one step."""
_LOCALE = regex.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


class Contradiction(Model):
    """Two replies that cannot both be right."""

    about: str
    sentences: tuple[str, str]
    """Older, newer."""
    tickets: tuple[str, str]


class Outline(Model):
    """What is known for an article that closes a gap."""

    gap_id: str
    slug: str
    """Name of its folder, and of the article without its language."""
    locale: str
    """The language most people ask in."""
    title: str
    made: dt.date
    questions: tuple[CentralQuestion, ...]
    steps: tuple[Step, ...]
    are_instructions: bool = True
    """False where replies tell nothing to do: `steps` are then what they say."""
    replies: int
    """That resolved such tickets."""
    contradictions: tuple[Contradiction, ...] = ()
    nearest: Nearest | None = None
    translate_into: tuple[str, ...] = ()
    """Other languages people ask in, the most first."""

    @property
    def article_id(self) -> str:
        return f"{self.slug}.{self.locale}"


def outline_of(
    gap: Gap, replies: Sequence[Reply], now: dt.datetime, default_locale: str = "en"
) -> Outline:
    """What is known for an article that closes a gap.

    Args:
        replies: those that resolved its tickets, the most central first, redacted.
        default_locale: language where the gap knows none.
    """
    languages = [name for name in _by_people(gap) if _LOCALE.fullmatch(name)]
    locale = languages[0] if languages else default_locale
    title = _title(gap, locale)
    steps = steps_of(replies, locale)
    return Outline(
        gap_id=gap.id,
        slug=folder_name(title),
        locale=locale,
        title=title,
        made=now.date(),
        questions=gap.central[:QUESTIONS],
        steps=tuple(steps or statements_of(replies, locale)),
        are_instructions=bool(steps),
        replies=len(replies),
        contradictions=tuple(_contradictions(replies)),
        nearest=gap.nearest,
        translate_into=tuple(languages[1:]),
    )


def to_markdown(outline: Outline, article_id: str = "") -> str:
    """The file of a draft: front matter, then the outline in the article's language.

    Args:
        article_id: where the outline's own is taken.
    """
    words = wording(outline.locale)
    article_id = article_id or outline.article_id
    fields = {
        "id": article_id,
        "locale": outline.locale,
        "title": outline.title,
        "section": "",
        "audience": "public",
        "tags": [],
        "updated": outline.made,
        "draft": True,
    }
    front = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10_000)
    comment = words.comment.format(gap=markdown.name(outline.gap_id), date=outline.made)
    sections = (
        (words.question, [f"- {line}" for line in _question_lines(outline, words)]),
        (words.steps, _step_lines(outline, words)),
        (words.open_points, list(_open_lines(outline, words))),
        (words.checklist, _check_lines(outline, words, article_id)),
    )
    body = "\n".join(
        f"## {heading}\n\n" + "\n".join(lines) + "\n" for heading, lines in sections if lines
    )
    return f"---\n{front}---\n\n<!-- {comment} -->\n\n{body}"


def _title(gap: Gap, locale: str) -> str:
    """In the words of the most central question in the article's language, if there is one."""
    own = [question for question in gap.central if language_of(question.locale) == locale]
    for question in [*own, *gap.central]:
        if title := title_of(question.text, question.locale):
            return title
    return trimmed(gap.label) or wording(locale).untitled


def _by_people(gap: Gap) -> list[str]:
    return sorted(gap.languages, key=lambda name: (-gap.languages[name], name))


def _contradictions(replies: Sequence[Reply]) -> Iterator[Contradiction]:
    compared = sorted(replies[:_COMPARED], key=lambda reply: reply.at or dt.date.min)
    seen: set[tuple[str, str]] = set()
    for older, newer in combinations(compared, 2):
        found = find_conflict(
            Statement(older.text, older.locale), Statement(newer.text, newer.locale)
        )
        if found and (pair := (found.older_sentence, found.newer_sentence)) not in seen:
            seen.add(pair)
            tickets = (older.ticket_id, newer.ticket_id)
            yield Contradiction(about=found.about, sentences=pair, tickets=tickets)
        if len(seen) == _CONFLICTS:
            return


# Lines of Markdown


def _question_lines(outline: Outline, words: Wording) -> Iterator[str]:
    base = direction(outline.locale)
    for question in outline.questions:
        asked = words.asked.format(people=question.people, language=markdown.name(question.locale))
        shown = markdown.inside(shortened(plain(question.text), QUESTION_CHARS), "", " (", base)
        yield f"{shown} ({asked})"


def _step_lines(outline: Outline, words: Wording) -> list[str]:
    if not outline.steps:
        return [words.no_steps]
    intro = words.from_replies.format(count=outline.replies)
    lines = [intro if outline.are_instructions else words.only_statements, ""]
    for number, step in enumerate(outline.steps, start=1):
        marker = f"{number}." if outline.are_instructions else "-"
        foreign = language_of(step.locale) != language_of(outline.locale)
        language = f"{markdown.name(step.locale)}; " if foreign else ""
        indent = " " * (len(marker) + 1)
        lines += [f"{marker} {markdown.text(step.text)}"]
        lines += [f"{indent}({language}{_tickets(step.tickets)})"]
    return lines


def _open_lines(outline: Outline, words: Wording) -> Iterator[str]:
    for found in outline.contradictions:
        yield f"- {words.conflict.format(about=markdown.text(found.about))}"
        for sentence, ticket in zip(found.sentences, found.tickets, strict=True):
            shown = markdown.text(shortened(plain(sentence), QUESTION_CHARS))
            yield f"  - {_ticket(ticket)}: {shown}"
    if outline.nearest:
        target = outline.nearest.url
        if not _is_address(target):  # the reader knows articles by their ids
            target = quote(outline.nearest.id, safe="")
        link = markdown.link(shortened(plain(outline.nearest.title), 200), target)
        reason = _shortfall(outline.nearest, outline.locale, words)
        yield f"- {words.nearest.format(link=link, reason=reason)}"
    else:
        yield f"- {words.no_nearest}"
    if outline.translate_into:
        yield f"- {words.translate.format(languages=', '.join(outline.translate_into))}"


def _shortfall(nearest: Nearest, locale: str, words: Wording) -> str:
    """Why the nearest article is not enough, in the draft's language."""
    missing = (markdown.text(shortened(plain(w), _WORD_CHARS)) for w in nearest.missing_words)
    told: str = getattr(words, nearest.shortfall)
    return told.format(
        words=words.between.join(missing), language=markdown.name(language_of(locale))
    )


def _check_lines(outline: Outline, words: Wording, article_id: str) -> list[str]:
    values = {"gap": markdown.name(outline.gap_id), "article": markdown.name(article_id)}
    return [f"- [ ] {line.format_map(values)}" for line in words.check]


def _tickets(ids: Sequence[str]) -> str:
    more = f" + {len(ids) - _LINKED}" if len(ids) > _LINKED else ""
    return ", ".join(map(_ticket, ids[:_LINKED])) + more


def _ticket(identifier: str) -> str:
    return markdown.link(identifier[:100], f"/v1/tickets/{quote(identifier, safe='')}")


def _is_address(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
