"""Faults, advice and standing of articles as sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from api.web.words import Words
from kb.authoring.faults import Fault
from kb.authoring.listing import Listed
from kb.authoring.standing import Standing

_TONES: Mapping[str, str] = {
    "draft": "info",
    "live": "good",
    "pending": "info",
    "unstored": "warn",
    "failed": "bad",
    "broken": "bad",
}


@dataclass(frozen=True)
class Sentence:
    text: Markup
    field: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Stands:
    """How an article stands, for a badge and a sentence."""

    state: str
    label: str
    tone: str
    text: Markup
    is_final: bool
    """Nothing changes by itself any more."""
    can_take_in: bool


def sentences(t: Words, table: str, faults: Iterable[Fault]) -> list[Sentence]:
    """Faults in words.

    Args:
        table: `faults` or `advice`.
    """
    words: Mapping[str, str] = getattr(t, table)
    return [
        Sentence(_filled(t, words[fault.code], fault.values), fault.field, fault.line)
        for fault in faults
    ]


def stands(t: Words, listed: Listed, standing: Standing, *, indexed_here: bool) -> Stands:
    """How an article stands in words.

    Args:
        indexed_here: this process makes changes searchable.
    """
    state = standing.state
    is_draft = listed.article is not None and listed.article.draft
    key: str = state
    if state == "pending":
        key = "pending_index" if not indexed_here else "draft_leaving" if is_draft else "pending"
    elif state == "broken" and listed.fault:
        (told,) = sentences(t, "faults", [listed.fault])
        return Stands(state, t.states[state], _TONES[state], told.text, True, False)
    values = {"generation": str(standing.generation or 0), "reason": standing.reason}
    return Stands(
        state="draft" if is_draft and state == "pending" else state,
        label=t.states["draft" if is_draft and state != "failed" else state],
        tone=_TONES[state],
        text=_filled(t, t.standing[key], values),
        is_final=state not in ("pending", "failed") or not indexed_here,
        can_take_in=state == "unstored",
    )


def _filled(t: Words, words: str, values: Mapping[str, str]) -> Markup:
    shown: dict[str, object] = {}
    for name, value in values.items():
        if name in ("language", "languages"):
            between = "، " if t.locale == "fa" else "、" if t.locale == "zh" else ", "
            shown[name] = between.join(map(t.language_name, value.split()))
        elif name == "section":
            shown[name] = t.section(value)
        elif value.replace(",", "").isdigit():
            shown[name] = t.digits(value)
        else:
            shown[name] = Markup("<bdi>{}</bdi>").format(value)
    return Markup(escape(words)).format(**shown)
