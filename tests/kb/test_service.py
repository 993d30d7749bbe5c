"""`KnowledgeBase` end to end, with a small index and an instant embedder."""

from __future__ import annotations

import datetime as dt
import json
from typing import ClassVar

import pytest

from indexer.pipeline import index
from kb.acceptance import Acceptance
from kb.errors import (
    EmbedderUnavailable,
    InvalidInput,
    NoSnapshot,
    NotFound,
    SnapshotIncompatible,
    TooLarge,
)
from kb.models import Customer, Message, Ticket
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.suggest import NoExperience, SuggestionTools
from tests.fakes import BagOfWordsEmbedder
from tests.kb.suggest.house import all_parameters, open_house, solved

ARTICLES = [
    {"_id": "parcel.en", "group": "parcel", "lang": "en", "title": "Track a parcel",
     "text": "Open Orders and tap Track. The courier delivers within five days."},
    {"_id": "parcel.fa", "group": "parcel", "lang": "fa", "title": "پیگیری بسته",
     "text": "بخش سفارش‌ها را باز کنید و روی پیگیری بزنید."},
    {"_id": "pump.en", "group": "pump", "lang": "en", "title": "Pump noise",
     "text": "Clean the filter every month. A rattling pump has air in it."},
    {"_id": "secret.en", "lang": "en", "title": "Refund limits", "audience": "internal",
     "text": "Agents may refund fifty euros alone. CANARYINTERNAL"},
]  # fmt: skip
TICKETS = [
    {
        "kind": "ticket", "id": "t1", "locale": "en", "subject": "Rattling pump",
        "status": "solved", "group": "devices",
        "messages": [
            {"author": "customer", "text": "My pump is rattling loudly."},
            {"author": "rep", "text": "Tilt the tank so that the air escapes. CANARYTICKET"},
        ],
    }
]  # fmt: skip


def build(settings, embedder, records, tmp_path, name="docs.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(r) for r in records), encoding="utf-8")
    store = Store(settings.store_url)
    index([path], settings, store, embedder)
    store.close()


@pytest.fixture
def embedder():
    return BagOfWordsEmbedder()


@pytest.fixture
def knowledge_base(settings, embedder, tmp_path):
    build(settings, embedder, ARTICLES + TICKETS, tmp_path)
    return KnowledgeBase(settings, embedder, packaged_parameters())


def test_the_right_article_comes_first_with_its_matches_marked(knowledge_base):
    result = knowledge_base.search("rattling pump")
    first = result.hits[0]
    assert (first.id, first.collection, first.url) == ("pump.en", "help", "/articles/pump.en")
    marked = [first.snippet[start:end] for start, end in first.highlights]
    assert marked == ["rattling", "pump"]


def test_translations_collapse_into_the_readers_language(knowledge_base):
    for locale, expected in (("en", "parcel.en"), ("fa", "parcel.fa"), ("zh", "parcel.en")):
        hits = knowledge_base.search("track a parcel", locale=locale).hits
        assert [hit.id for hit in hits if hit.group == "parcel"] == [expected]


def test_no_role_sees_more_collections_than_its_own(knowledge_base):
    for query in ("refund limits agents CANARYINTERNAL", "air escapes CANARYTICKET", "pump"):
        public = knowledge_base.search(query, role="customer")
        assert "CANARY" not in public.model_copy(update={"query": ""}).model_dump_json()
        assert {hit.collection for hit in public.hits} <= {"help"}
    staff = knowledge_base.search("refund limits agents", role="rep")
    assert staff.hits[0].id == "secret.en"


def test_an_internal_article_does_not_exist_for_customers(knowledge_base):
    assert knowledge_base.article("secret.en", role="rep").title == "Refund limits"
    with pytest.raises(NotFound, match=r"no article 'secret\.en'"):
        knowledge_base.article("secret.en")
    with pytest.raises(NotFound):
        knowledge_base.article("t1", role="rep")


def test_a_role_without_any_passage_to_search_gets_an_honest_nothing(settings, embedder, tmp_path):
    build(settings, embedder, TICKETS, tmp_path)
    result = KnowledgeBase(settings, embedder, packaged_parameters()).search("rattling pump")
    assert (result.hits, result.answer, result.outcome) == ((), None, "nothing")
    assert result.contact == settings.contact


def test_the_same_search_twice_gives_the_same_answer(knowledge_base):
    first = knowledge_base.search("where is my order")
    assert knowledge_base.search("where is my order") == first
    scores = [hit.score for hit in first.hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("query", ["", "   ", "\u200c\n", "\x00", "\u202e\u202d"])
def test_an_empty_query_is_the_users_mistake(knowledge_base, query):
    with pytest.raises(InvalidInput, match="empty"):
        knowledge_base.search(query)


def test_limits_are_checked_with_a_sentence(knowledge_base):
    with pytest.raises(TooLarge, match="2001 characters; the limit is 2000"):
        knowledge_base.search("x" * 2001)
    with pytest.raises(InvalidInput, match="between 1 and 100"):
        knowledge_base.search("x", limit=0)
    with pytest.raises(InvalidInput, match="use one of en, fa, zh"):
        knowledge_base.search("x", locale="xx")


@pytest.mark.parametrize("query", ["😀", "???", "a" * 2000, "ـ", "<script>", "'"])
def test_strange_queries_get_an_honest_result(knowledge_base, query):
    result = knowledge_base.search(query)
    assert 0 <= result.confidence <= 1
    assert (result.answer is None) == bool(result.contact)


def test_without_the_model_words_still_answer_and_the_result_says_so(knowledge_base):
    class Broken(BagOfWordsEmbedder):
        def embed_queries(self, texts):
            raise EmbedderUnavailable("gone")

    knowledge_base.embedder = Broken()
    result = knowledge_base.search("rattling pump")
    assert (result.degraded, result.hits[0].id, result.answer) == (True, "pump.en", None)


def test_a_new_generation_is_served_without_a_restart(knowledge_base, embedder, tmp_path):
    settings = knowledge_base.settings
    before = knowledge_base.search("vacation")
    more = {"_id": "vacation.en", "lang": "en", "title": "Vacation mode", "text": "Vacation."}
    build(settings, embedder, [*ARTICLES, *TICKETS, more], tmp_path)
    assert knowledge_base.reload() is True
    after = knowledge_base.search("vacation")
    assert (before.generation, after.generation) == (1, 2)
    assert after.hits[0].id == "vacation.en"
    assert knowledge_base.reload() is False


def test_a_broken_new_generation_leaves_the_old_one_serving(settings, embedder, tmp_path):
    now = [0.0]
    build(settings, embedder, ARTICLES, tmp_path)
    served = KnowledgeBase(settings, embedder, packaged_parameters(), clock=lambda: now[0])
    assert served.generation == 1
    build(settings, embedder, ARTICLES[:1], tmp_path)
    (settings.index_dir / "gen-000002" / "help" / "content.sqlite").write_bytes(b"broken")
    now[0] = 10.0
    assert served.search("pump noise").hits[0].id == "pump.en"


def test_nothing_indexed_and_another_model_are_told_apart(settings, embedder, tmp_path):
    with pytest.raises(NoSnapshot, match="kb index"):
        KnowledgeBase(settings, embedder, packaged_parameters()).search("x")
    build(settings, embedder, ARTICLES, tmp_path)
    with pytest.raises(SnapshotIncompatible, match="--rebuild"):
        KnowledgeBase(settings, BagOfWordsEmbedder("2"), packaged_parameters()).search("x")


def ask(text: str, **extra) -> Ticket:
    messages = (Message(author="customer", text=text),)
    return Ticket(**{"id": "new", "locale": "en", "messages": messages} | extra)


PUMP = "My pump is rattling loudly. What can I do?"
MACROS = [
    {"kind": "macro", "id": "pump-macro.en", "locale": "en", "title": "Rattling pump",
     "body": "Hello {{customer.first_name}}, a rattling pump is harmless. {{agent.name}}"},
]  # fmt: skip
ANSWERED = [
    solved("t1", "My pump is rattling loudly.", "Tilt the tank so that the air escapes.",
           group="devices"),
    solved("t2", "The pump is rattling.", "Tilt the tank so that the air escapes!",
           group="devices", satisfaction=5),
    solved("fa", "پمپ من صدای بلندی می‌دهد.", "مخزن را آرام کج کنید تا هوا خارج شود.", locale="fa"),
    solved("zh", "我的水泵咯咯作响。", "请把水箱慢慢倾斜，让空气排出来。", locale="zh"),
]  # fmt: skip


@pytest.fixture
def desk(settings, tmp_path):
    return open_house(settings, [*ARTICLES, *MACROS, *ANSWERED], tmp_path)


def test_a_ticket_gets_replies_articles_and_macros_with_their_sources(desk):
    result = desk.suggest(ask(PUMP, customer=Customer(name="Ada Moss")))
    found = {suggestion.kind: suggestion for suggestion in result.suggestions}
    assert {"reply", "article", "macro"} <= set(found)
    reply = found["reply"]
    assert reply.draft.startswith("Hello Ada,\n\nTilt the tank so that the air escapes")
    assert {source.id for source in reply.sources} == {"t1", "t2"}
    assert (reply.used, str(reply.last_used)) == (2, "2026-05-04")
    assert found["article"].sources[0].id == "pump.en"
    assert found["macro"].draft.startswith("Hello Ada, a rattling pump")
    assert result.escalation is None
    assert (result.ticket_id, result.locale, result.generation) == ("new", "en", 1)


@pytest.mark.parametrize(
    ("locale", "text", "source", "greeting"),
    [
        ("fa", "پمپ من صدای بلندی می‌دهد، چه کنم؟", "fa", "سلام"),
        ("zh", "我的水泵咯咯作响，怎么办？", "zh", "您好"),
    ],
)
def test_a_ticket_is_answered_from_tickets_in_its_own_language(
    desk, locale, text, source, greeting
):
    best = desk.suggest(ask(text, locale=locale)).suggestions[0]
    assert (best.kind, best.sources[0].id, best.locale) == ("reply", source, locale)
    assert best.draft.startswith(greeting)
    assert best.warnings == ()


def test_a_ticket_nothing_fits_gets_an_escalation_to_the_nearest_tickets_group(settings, tmp_path):
    house = open_house(
        settings, ARTICLES + TICKETS, tmp_path, parameters=all_parameters(threshold=1)
    )
    result = house.suggest(ask("My pump smells of plastic"))
    assert result.suggestions == ()
    assert result.escalation is not None
    assert (result.escalation.type, result.escalation.support_group) == ("functional", "devices")


def test_an_internal_article_is_guidance_for_reps(desk):
    result = desk.suggest(ask("How many euros may agents refund alone?"))
    guidance = next(s for s in result.suggestions if s.sources[0].id == "secret.en")
    assert guidance.kind == "guidance"
    assert guidance.warnings[0].startswith("Internal: guidance for you")
    assert "/articles/secret.en" not in guidance.draft


def test_a_solved_ticket_that_is_opened_again_is_no_source_for_itself(desk):
    result = desk.suggest(ask(PUMP, id="t1"))
    assert {s.id for one in result.suggestions for s in one.sources} & {"t1", "t2"} == {"t2"}


def test_values_of_the_rep_fill_sign_offs_and_macros(desk):
    ticket = ask(PUMP, customer=Customer(name="Ada Moss"))
    result = desk.suggest(ticket, values={"agent.name": "Mina Kord"})
    drafts = {suggestion.kind: suggestion.draft for suggestion in result.suggestions}
    assert drafts["macro"] == "Hello Ada, a rattling pump is harmless. Mina Kord"
    assert drafts["reply"].endswith("\n\nKind regards\nMina Kord")
    again = desk.suggest(ticket)
    assert "Mina" not in again.model_dump_json()


def test_the_same_ticket_gets_the_same_bytes(desk):
    first, second = (desk.suggest(ask(PUMP)).model_dump_json() for _ in range(2))
    assert first == second


def test_how_old_a_source_is_is_told_from_the_time_given(desk):
    def warnings(year: int) -> tuple[str, ...]:
        now = dt.datetime(year, 6, 1, tzinfo=dt.UTC)
        found = desk.suggest(ask(PUMP), now=now).suggestions
        return next(suggestion.warnings for suggestion in found if suggestion.kind == "reply")

    assert warnings(2026) == ()
    assert warnings(2029) == ("The source is 3 years old.",)


def test_a_source_that_reps_use_again_and_again_moves_up(settings, tmp_path):
    class Experienced(NoExperience):
        known: ClassVar[dict[str, Acceptance]] = {}

        def acceptance_of(self, source_ids):
            return self.known

    house = open_house(
        settings, [*ARTICLES, *MACROS, *ANSWERED], tmp_path,
        tools=SuggestionTools(experience=Experienced()),
    )  # fmt: skip
    usual = [s.sources[0].id for s in house.suggest(ask(PUMP)).suggestions]
    last = usual[-1]
    Experienced.known = {last: Acceptance(accepted=1)}
    assert house.suggest(ask(PUMP)).suggestions[0].sources[0].id == usual[0]
    Experienced.known = {last: Acceptance(accepted=20_000)}
    assert house.suggest(ask(PUMP)).suggestions[0].sources[0].id == last


def test_without_the_model_words_find_suggestions_and_the_result_says_so(desk):
    class Broken(BagOfWordsEmbedder):
        def embed_queries(self, texts):
            raise EmbedderUnavailable("gone")

    desk.embedder = Broken()
    desk.parameters = all_parameters(threshold=0)
    result = desk.suggest(ask("rattling pump"))
    assert result.degraded is True
    assert {"t1", "pump.en"} <= {s.id for one in result.suggestions for s in one.sources}


def test_an_empty_ticket_is_the_users_mistake(desk):
    with pytest.raises(InvalidInput, match="no subject and no customer message"):
        desk.suggest(ask("  "))


def test_nothing_indexed_is_no_reason_to_suggest_nothing_silently(settings):
    with pytest.raises(NoSnapshot, match="kb index"):
        KnowledgeBase(settings, BagOfWordsEmbedder(), all_parameters()).suggest(ask(PUMP))
