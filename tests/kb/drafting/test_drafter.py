"""A document and a ticket to a draft."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.drafting import Drafter, refuse_unfilled
from kb.errors import InvalidInput
from kb.models import Customer, IndexedDocument, Message, Passage, Ticket

ROOT = Path(__file__).resolve().parents[3]
URL = "https://kb.example/articles/d"


def ticket(locale: str = "en", name: str = "Ann Lee") -> Ticket:
    return Ticket(
        id="T-7",
        locale=locale,
        customer=Customer(name=name),
        messages=(Message(author="customer", text="x"),),
    )


def document(kind: str, body: str, locale: str = "en", collection: str = "help") -> IndexedDocument:
    return IndexedDocument.model_validate(
        {"id": "d", "group": "d", "kind": kind, "collection": collection, "locale": locale,
         "title": "Pump", "body": body}
    )  # fmt: skip


PASSAGE = Passage(id="d#top.1", document_id="d", title="Pump", heading="", text="Tilt the tank.")


def test_a_public_article_is_framed_and_linked() -> None:
    draft = Drafter().draft(document("article", "**Tilt** the tank."), PASSAGE, ticket(), url=URL)
    assert draft.text.startswith("Hello Ann,\n\nTilt the tank.\n\n")
    assert URL in draft.text
    assert (draft.locale, draft.direction, draft.in_fallback) == ("en", "ltr", False)
    assert draft.unfilled == ()


def test_an_internal_article_is_guidance_without_a_frame() -> None:
    guidance = document("article", "**Tilt** the tank.", collection="internal")
    draft = Drafter().draft(guidance, PASSAGE, ticket("fa"), url=URL)
    assert (draft.text, draft.locale, draft.direction) == ("Tilt the tank.", "en", "ltr")


def test_a_reply_says_what_is_left_to_fill() -> None:
    reply = document("ticket", "Hi [NAME],\nask [NAME].", collection="tickets")
    draft = Drafter().draft(reply, PASSAGE, ticket())
    assert draft.text == "Hello Ann,\n\nask [NAME].\n\nKind regards"
    assert draft.unfilled == ("[NAME]",)


def test_a_macro_is_filled_in_its_own_language() -> None:
    macro = document("macro", "سلام {{customer.first_name}}، {{order.number}}", "fa", "internal")
    drafter = Drafter().with_values({"order.number": "VD-1"})
    draft = drafter.draft(macro, PASSAGE, ticket("fa", "نگار صفوی"))
    assert draft.text == "سلام نگار، VD-1"
    assert (draft.locale, draft.direction, draft.unfilled) == ("fa", "rtl", ())


def test_a_language_without_templates_is_reported() -> None:
    draft = Drafter().draft(document("article", "Tilt the tank."), PASSAGE, ticket("de"), url=URL)
    assert (draft.locale, draft.in_fallback) == ("en", True)


def test_a_persian_draft_is_right_to_left() -> None:
    article = document("article", "Tilt the tank.")
    draft = Drafter().draft(article, PASSAGE, ticket("fa"), url=URL)
    assert (draft.locale, draft.direction) == ("fa", "rtl")


def test_every_macro_of_the_sample_is_filled_but_for_what_only_the_rep_knows() -> None:
    lines = (ROOT / "articles/macros/macros.jsonl").read_text(encoding="utf-8").splitlines()
    values = {"agent.name": "Sara Karimi", "ticket.due_time": "14:00"}
    for macro in map(json.loads, lines):
        draft = Drafter(values=values).macro(macro["body"], macro["locale"], ticket("en"))
        names = {placeholder.strip("{}").split(".")[0] for placeholder in draft.unfilled}
        assert names <= {"order", "refund", "credit", "survey"}
        if draft.unfilled:
            with pytest.raises(InvalidInput, match="before inserting"):
                refuse_unfilled(draft.text)
