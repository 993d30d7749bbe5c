"""From a ticket to suggestions, or to an honest escalation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from kb.errors import InvalidInput
from kb.models import Customer, IndexedDocument, Message, Passage, SuggestionResult, Ticket
from kb.ranker import Candidate
from kb.retriever import Retrieval
from kb.suggest import Reader, question, suggest

REPLY = "Tilt the tank slowly so that the trapped air escapes, then run the pump for a minute."


@dataclass
class Shelf:
    """A small knowledge base: documents with the confidence that they answer, best first."""

    documents: list[tuple[IndexedDocument, float]] = field(default_factory=list)

    def add(self, kind: str, identifier: str, confidence: float, **fields: Any) -> None:
        collection = {"article": "help", "macro": "internal", "ticket": "tickets"}[kind]
        document = IndexedDocument.model_validate(
            {
                "id": identifier, "group": identifier, "kind": kind, "collection": collection,
                "locale": "en", "title": f"Title of {identifier}", "body": f"Body of {identifier}",
                **fields,
            }
        )  # fmt: skip
        self.documents.append((document, confidence))

    def suggest(
        self, ticket: Ticket | None = None, threshold: float = 0.5, limit: int = 5
    ) -> SuggestionResult:
        candidates = tuple(
            Candidate(
                collection=document.collection, passage=0, document=ordinal,
                document_id=document.id, group=document.group, locale=document.locale,
                cosine=confidence, lexical=0.0, evidence=0.0, score=confidence,
            )
            for ordinal, (document, confidence) in enumerate(self.documents)
        )  # fmt: skip
        reader = Reader(
            content=self._content,
            confidence=lambda candidate: candidate.score,
            url_of=lambda document: (
                f"/articles/{document.id}" if document.kind == "article" else ""
            ),
        )
        return suggest(
            ticket or asked(),
            Retrieval(
                candidates,
                language="en",
                unrelated=0,
                spread=1,
            ),
            reader,
            generation=7,
            threshold=threshold,
            limit=limit,
        )

    def _content(self, candidate: Candidate) -> tuple[IndexedDocument, Passage]:
        document, _ = self.documents[candidate.document]
        passage = Passage(
            id=f"{document.id}#top.1", document_id=document.id, title=document.title,
            heading="Steps", text=f"Passage of {document.id}",
        )  # fmt: skip
        return document, passage


def asked(text: str = "The pump rattles", **fields: Any) -> Ticket:
    return Ticket.model_validate(
        {
            "id": "new", "locale": "en", "subject": "Pump", "customer": {"name": "Ann Lee"},
            "messages": [{"author": "customer", "text": text}], **fields,
        }
    )  # fmt: skip


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


# ── What is asked ────────────────────────────────────────────────────────────────────────────


def test_the_question_is_subject_and_problem_without_personal_data() -> None:
    ticket = asked("I am Ann Lee, write to ann@example.com")
    assert question(ticket) == "Pump\nI am [NAME], write to [EMAIL]"


def test_a_ticket_that_says_nothing_is_refused() -> None:
    ticket = Ticket(id="t", locale="en", messages=(Message(author="rep", text="Hello"),))
    with pytest.raises(InvalidInput, match="no subject and no customer message"):
        question(ticket)


# ── What is suggested ────────────────────────────────────────────────────────────────────────


def test_the_most_confident_suggestion_comes_first_whatever_its_kind(shelf: Shelf) -> None:
    shelf.add("article", "a", 0.6)
    shelf.add("macro", "m", 0.9)
    shelf.add("ticket", "t", 0.7)
    result = shelf.suggest()
    assert [(s.kind, s.sources[0].id, s.confidence) for s in result.suggestions] == [
        ("macro", "m", 0.9),
        ("reply", "t", 0.7),
        ("article", "a", 0.6),
    ]
    assert result.escalation is None
    assert (result.ticket_id, result.locale, result.generation) == ("new", "en", 7)


def test_equally_confident_suggestions_tie_by_id(shelf: Shelf) -> None:
    for name in ("c", "a", "b"):
        shelf.add("macro", name, 0.8)
    assert [s.sources[0].id for s in shelf.suggest().suggestions] == ["a", "b", "c"]


def test_no_more_than_the_limit_are_suggested(shelf: Shelf) -> None:
    for number in range(9):
        shelf.add("macro", f"m{number}", 0.9 - number / 100)
    found = shelf.suggest(limit=2).suggestions
    assert [s.sources[0].id for s in found] == ["m0", "m1"]


def test_a_confidence_at_the_threshold_is_enough_and_below_is_not(shelf: Shelf) -> None:
    shelf.add("macro", "at", 0.5)
    shelf.add("macro", "below", 0.4999)
    assert [s.sources[0].id for s in shelf.suggest(threshold=0.5).suggestions] == ["at"]


def test_the_ticket_itself_is_never_suggested_to_itself(shelf: Shelf) -> None:
    shelf.add("ticket", "new", 0.99, body=REPLY)
    assert shelf.suggest().suggestions == ()


def test_an_article_s_draft_is_the_passage_that_answers_with_a_link(shelf: Shelf) -> None:
    shelf.add("article", "a", 0.9)
    (suggestion,) = shelf.suggest().suggestions
    assert suggestion.draft.split("\n\n")[:3] == [
        "Hello Ann,",
        "Passage of a",
        "This is from our help article “Title of a”.",
    ]
    assert suggestion.reason == "Help article “Title of a” matches the problem, section “Steps”"
    assert (suggestion.sources[0].audience, suggestion.sources[0].url) == ("public", "/articles/a")


def test_a_reply_s_draft_is_the_past_reply_under_a_fresh_greeting(shelf: Shelf) -> None:
    shelf.add("ticket", "t", 0.9, body=f"Hi Marcus,\n\n{REPLY}")
    (suggestion,) = shelf.suggest().suggestions
    assert suggestion.draft == f"Hello Ann,\n\n{REPLY}\n\nKind regards"
    assert suggestion.reason == "Answered a solved ticket with a similar problem: “Title of t”"
    assert suggestion.sources[0].audience == "internal"


def test_an_internal_article_is_guidance_and_no_text_to_send(shelf: Shelf) -> None:
    shelf.add("article", "h", 0.9, collection="internal", updated=dt.date(2026, 1, 2))
    (suggestion,) = shelf.suggest().suggestions
    assert suggestion.kind == "guidance"
    assert suggestion.draft == "Passage of h"
    assert suggestion.warnings == ("Internal: guidance for you, do not send it to the customer.",)
    assert suggestion.reason == (
        "The team handbook covers this in “Title of h”, last updated 2026-01-02"
    )


def test_a_macro_s_placeholders_are_filled_and_the_rest_warned_of(shelf: Shelf) -> None:
    body = "Hi {{customer.first_name}}, order {{order.id}} is #{order.state}, {{order.id}}"
    shelf.add("macro", "m", 0.9, body=body)
    (suggestion,) = shelf.suggest().suggestions
    assert suggestion.draft == "Hi Ann, order {{order.id}} is #{order.state}, {{order.id}}"
    assert suggestion.warnings == ("Fill before sending: {{order.id}}, #{order.state}.",)
    assert suggestion.reason == "Macro “Title of m” matches the problem, section “Steps”"


def test_what_was_redacted_from_a_past_reply_must_be_filled_before_sending(shelf: Shelf) -> None:
    shelf.add("ticket", "t", 0.9, body="Your refund for [ORDER] went to [IBAN], [ORDER].")
    (suggestion,) = shelf.suggest().suggestions
    (warning,) = suggestion.warnings
    assert warning.startswith("Fill before sending: ")
    assert warning.count("ORDER") == 1
    assert "IBAN" in warning


@pytest.mark.parametrize(
    ("updated", "warnings"),
    [
        (dt.date(2026, 1, 1), ()),
        (dt.date(2025, 1, 1), ()),  # exactly 365 days
        (dt.date(2024, 12, 31), ("The source is more than a year old.",)),
        (dt.date(2023, 12, 1), ("The source is 2 years old.",)),
        (dt.date(2020, 1, 1), ("The source is 6 years old.",)),
        (dt.date(2027, 1, 1), ()),
    ],
)
def test_an_old_source_is_warned_of_by_its_age(
    shelf: Shelf, updated: dt.date, warnings: tuple[str, ...]
) -> None:
    shelf.add("macro", "m", 0.9, updated=updated)
    ticket = asked(created="2026-01-01T00:00:00Z")
    assert shelf.suggest(ticket).suggestions[0].warnings == warnings


# ── Languages ────────────────────────────────────────────────────────────────────────────────


def test_the_customer_s_language_is_chosen_where_a_version_of_it_was_found(shelf: Shelf) -> None:
    shelf.add("article", "a.en", 0.9, group="a")
    shelf.add("article", "a.fa", 0.7, group="a", locale="fa")
    (suggestion,) = shelf.suggest(asked(locale="fa-IR")).suggestions
    assert (suggestion.locale, suggestion.sources[0].id) == ("fa", "a.fa")
    assert suggestion.draft.startswith("سلام Ann عزیز،")
    assert suggestion.warnings == ()


def test_another_language_is_never_passed_off_as_the_customer_s(shelf: Shelf) -> None:
    shelf.add("article", "a.zh", 0.9, locale="zh", title="重置密码")
    (suggestion,) = shelf.suggest(asked(locale="fa")).suggestions
    assert suggestion.locale == "zh"
    assert "فقط به زبان چینی" in suggestion.draft
    assert suggestion.warnings == ("The source is in another language (zh).",)


def test_regions_of_one_language_are_the_same_language(shelf: Shelf) -> None:
    shelf.add("macro", "m", 0.9, locale="en-GB")
    assert shelf.suggest(asked(locale="en-US")).suggestions[0].warnings == ()


# ── One answer, once ─────────────────────────────────────────────────────────────────────────


def test_near_identical_replies_are_one_suggestion_that_counts_them(shelf: Shelf) -> None:
    shelf.add("ticket", "t1", 0.7, body=REPLY)
    shelf.add("ticket", "t2", 0.9, body=REPLY.replace("slowly", "gently"))
    shelf.add("ticket", "t3", 0.8, body=REPLY)
    shelf.add("ticket", "other", 0.6, body="Please send us a photo of the lamp and its cable.")
    best, other = shelf.suggest().suggestions
    assert (best.sources[0].id, best.confidence) == ("t2", 0.9)
    assert best.reason.startswith("Answered 3 solved tickets with a similar problem")
    assert other.sources[0].id == "other"


def test_the_same_reply_in_two_languages_stays_two_suggestions(shelf: Shelf) -> None:
    shelf.add("ticket", "en", 0.9, body=REPLY)
    shelf.add("ticket", "fa", 0.8, body="مخزن را آرام کج کنید تا هوا خارج شود.", locale="fa")
    assert len(shelf.suggest().suggestions) == 2


def test_a_macro_sent_as_it_is_does_not_count_as_another_solved_ticket(shelf: Shelf) -> None:
    shelf.add("macro", "m", 0.7, body=REPLY)
    shelf.add("ticket", "t", 0.9, body=REPLY)
    (suggestion,) = shelf.suggest().suggestions
    assert suggestion.sources[0].id == "t"
    assert suggestion.reason.startswith("Answered a solved ticket with")


def test_of_equally_confident_twins_the_higher_ranked_one_is_shown(shelf: Shelf) -> None:
    shelf.add("ticket", "a", 0.9, body=REPLY)
    shelf.add("ticket", "b", 0.9, body=REPLY)
    (suggestion,) = shelf.suggest().suggestions
    assert suggestion.sources[0].id == "a"


def test_drafts_without_any_words_are_not_taken_for_each_other(shelf: Shelf) -> None:
    shelf.add("macro", "m1", 0.9, body="!!!")
    shelf.add("macro", "m2", 0.8, body="???")
    assert len(shelf.suggest().suggestions) == 2


# ── Escalation ───────────────────────────────────────────────────────────────────────────────


def test_when_nothing_clears_the_threshold_the_group_of_the_nearest_tickets_is_advised(
    shelf: Shelf,
) -> None:
    shelf.add("article", "a", 0.4)
    for number, group in enumerate(["billing", "devices", "devices", ""]):
        shelf.add("ticket", f"t{number}", 0.3 - number / 100, support_group=group)
    result = shelf.suggest()
    assert result.suggestions == ()
    assert result.escalation is not None
    assert result.escalation.support_group == "devices"
    assert result.escalation.reason == (
        "Nothing fits well enough; the group “devices” solved 2 of the 4 most similar tickets."
    )


def test_only_the_five_nearest_tickets_vote(shelf: Shelf) -> None:
    for number in range(9):
        group = "near" if number < 5 else "far"
        shelf.add("ticket", f"t{number}", 0.4 - number / 100, support_group=group)
    escalation = shelf.suggest().escalation
    assert escalation is not None
    assert "“near” solved 5 of the 5" in escalation.reason


def test_groups_with_as_many_votes_tie_by_name(shelf: Shelf) -> None:
    shelf.add("ticket", "t1", 0.2, support_group="b")
    shelf.add("ticket", "t2", 0.1, support_group="a")
    escalation = shelf.suggest().escalation
    assert escalation is not None
    assert escalation.support_group == "a"


def test_without_similar_tickets_the_advice_names_no_group(shelf: Shelf) -> None:
    shelf.add("macro", "m", 0.1, support_group="billing")
    escalation = shelf.suggest().escalation
    assert escalation is not None
    assert escalation.support_group == ""
    assert "no similar ticket was solved before" in escalation.reason


def test_a_suggestion_makes_escalation_unnecessary(shelf: Shelf) -> None:
    shelf.add("macro", "m", 0.9)
    shelf.add("ticket", "t", 0.1, support_group="devices")
    assert shelf.suggest().escalation is None


def test_an_empty_knowledge_base_escalates(shelf: Shelf) -> None:
    result = shelf.suggest(asked(customer=Customer().model_dump()))
    assert result.suggestions == ()
    assert result.escalation is not None
