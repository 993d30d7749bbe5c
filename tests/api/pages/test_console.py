"""The rep console over HTTP: what a rep sees, what becomes of what they type, who may not."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from indexer.pipeline import index
from kb.config import load_settings
from kb.errors import ConfigurationError
from kb.escalation import EscalationRules
from kb.events import SuggestionRejected, SuggestionUsed
from kb.models import Customer, Message, Ticket, TicketContext
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.suggest import SuggestionTools
from kb.ticketing import Ticketing
from tests.fakes import BagOfWordsEmbedder
from tests.signed_in import sign_in

NOW = dt.datetime.now(dt.UTC)
PROBLEM = "The pump of my planter rattles at night and keeps us awake."
REPLY = "Tilt the tank to the left until all the air is out of the pump, then refill it."
DOCUMENTS = [
    {"_id": "lamp.en", "lang": "en", "title": "Lamp hours",
     "text": "The lamp needs **twelve** hours."},
    {"_id": "guide.en", "lang": "en", "title": "Pump guide for the team", "audience": "internal",
     "text": "Never promise a new pump before the second call."},
]  # fmt: skip
RULES = EscalationRules.model_validate(
    {
        "timezone": "UTC",
        "hours": {"monday": ["09:00-17:00"], "thursday": ["09:00-17:00"]},
        "groups": [{"id": "devices", "names": {"en": "Devices", "fa": "دستگاه‌ها"}}],
        "levels": [
            {"level": 1, "names": {"en": "front"}},
            {
                "level": 2,
                "names": {"en": "specialists"},
                "channel": {"en": "call them", "fa": "تلفن کنید"},
            },
        ],
        "triggers": {"legal": {"level": 2, "group": "devices"}},
        "targets": [
            {"priority": "normal", "first_answer": "8 hours"},
            {"priority": "urgent", "first_answer": "1 hour"},
        ],
    }
)


class Indexing:
    """Stands for the worker; counts."""

    times = 0

    def wake(self) -> None:
        self.times += 1

    def close(self) -> None:
        pass


def solved(number: int) -> Ticket:
    return Ticket(
        id=f"old-{number}",
        locale="en",
        subject="Pump rattles",
        messages=(
            Message(author="customer", text=f"{PROBLEM} Number {number}."),
            Message(author="rep", text=REPLY, accepted=True),
        ),
        status="solved",
    )


def open_ticket(identifier: str = "T-1", **more: object) -> Ticket:
    given = {
        "id": identifier,
        "locale": "en",
        "subject": "Rattling <pump>",
        "messages": (Message(author="customer", text=PROBLEM, name="Sam Doe", at=NOW),),
        "created": NOW,
        "customer": Customer(name="Sam Doe", email="sam@doe.example"),
    }
    return Ticket.model_validate(given | more)


@pytest.fixture
def store(settings, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text("\n".join(map(json.dumps, DOCUMENTS)), encoding="utf-8")
    opened = Store(settings.store_url)
    for number in range(3):
        opened.documents.save(solved(number), NOW - dt.timedelta(days=9), replaces=None)
    index([path], settings, opened, BagOfWordsEmbedder())
    yield opened
    opened.close()


@pytest.fixture
def tickets(store):
    return Ticketing(store, 1_000_000)


@pytest.fixture
def indexing():
    return Indexing()


@pytest.fixture
def client(settings, store, indexing):
    tools = SuggestionTools(rules=RULES)
    knowledge_base = KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters(), tools)
    settings = settings.model_copy(update={"embed_origins": ("https://tool.example",)})
    app = create_app(settings, knowledge_base, indexing)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as opened:
        opened.csrf = sign_in(opened, "rep", name="Mina")
        yield opened


def post(client, identifier="T-1", **fields):
    form = {"csrf": client.csrf, "do": "reply", **fields}
    return client.post(f"/console/tickets/{identifier}", data=form)


def occasion_of(html: str) -> str:
    return re.search(r'data-occasion="([^"]+)"', html)[1]


def suggestion_of(html: str) -> str:
    return re.search(r'data-suggestion="([^"]+)"', html)[1]


# The inbox


def test_the_inbox_shows_open_tickets_as_text_with_their_clock(client, tickets):
    tickets.create(open_ticket(), NOW)
    page = client.get("/console")
    assert page.status_code == 200
    assert "Rattling &lt;pump&gt;" in page.text
    assert "Due in 8 hours" in page.text
    assert "Sam Doe" in page.text
    assert 'href="/console/tickets/T-1?locale=en"' in page.text


@pytest.mark.parametrize(
    ("locale", "words"), [("fa", "همهٔ بازها"), ("zh", "全部待处理"), ("en", "All open")]
)
def test_the_inbox_speaks_the_language_of_the_page(client, tickets, locale, words):
    tickets.create(open_ticket(group="devices"), NOW)
    page = client.get(f"/console?locale={locale}").text
    assert words in page
    assert ("دستگاه‌ها" in page) == (locale == "fa")
    assert (f'lang="{locale}"') in page


def test_a_script_is_told_that_nothing_changed_until_something_does(client, tickets):
    tickets.create(open_ticket(), NOW)
    headers = {"X-Fragment": "1"}
    first = client.get("/console", headers=headers)
    assert "<html" not in first.text
    again = client.get("/console", headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    tickets.create(open_ticket("T-2"), NOW + dt.timedelta(seconds=1))
    news = client.get("/console", headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert (news.status_code, 'data-ticket="T-2"' in news.text) == (200, True)


def test_an_empty_view_and_a_search_without_hits_say_so(client, tickets):
    assert "Nothing here. Nice." in client.get("/console").text
    tickets.create(open_ticket(), NOW)
    without = client.get("/console?q=zebra").text
    assert "No ticket fits" in without
    assert 'href="/console/search?q=zebra' in without
    assert "No ticket fits" in client.get("/console?group=billing").text
    assert "Rattling" in client.get("/console?q=PUMP+doe").text


@pytest.mark.parametrize("query", ["view=x&sort=y", "lang=zz&view=overdue", "q=%00%F0%9F%98%80"])
def test_an_address_that_nobody_made_is_no_failure(client, query):
    assert client.get(f"/console?{query}").status_code == 200


def test_a_cursor_that_is_not_ours_is_the_users_matter(client):
    assert client.get("/console?cursor=x").status_code == 422


# A ticket


def test_a_ticket_shows_messages_as_text_and_folds_quotations(client, tickets):
    mail = "It still <b>drips</b>.\n\nOn 3 Mar 2025, Ann wrote:\n> Is it dry?"
    more = Message(author="customer", text=mail, at=NOW)
    note = Message(author="system", text="Call him back.", name="Robin", at=NOW)
    ticket = open_ticket()
    tickets.create(ticket.model_copy(update={"messages": (*ticket.messages, more, note)}), NOW)
    page = client.get("/console/tickets/T-1").text
    assert "&lt;b&gt;drips&lt;/b&gt;" in page or "It still drips" in page
    assert "<b>drips</b>" not in page
    assert (
        page.index("It still") < page.index("Signature and quoted text") < page.index("Is it dry")
    )
    assert "only the team sees this" in page


def test_a_long_thread_shows_its_beginning_and_its_end(client, tickets):
    said = tuple(Message(author="customer", text=f"Message {n}.", at=NOW) for n in range(12))
    tickets.create(open_ticket(messages=said), NOW)
    page = client.get("/console/tickets/T-1").text
    assert "7 earlier messages" in page
    assert [n for n in range(12) if f"Message {n}." in page] == list(range(12))


def test_what_the_customer_did_before_writing_is_shown(client, tickets):
    context = TicketContext(
        asked="lamp hours", read=("lamp.en", "gone.en"), page="https://x.example"
    )
    tickets.create(open_ticket(context=context), NOW)
    page = client.get("/console/tickets/T-1").text
    assert "lamp hours" in page
    assert "Lamp hours" in page
    assert "https://x.example" in page


def test_other_tickets_of_the_customer_come_after_the_page(client, tickets):
    tickets.create(open_ticket(), NOW)
    tickets.create(open_ticket("T-0", subject="Earlier trouble"), NOW)
    part = client.get("/console/tickets/T-1?part=customer", headers={"X-Fragment": "1"}).text
    assert "Earlier trouble" in part
    assert "Rattling" not in part


def test_suggestions_come_with_sources_confidence_and_reason(client, tickets, store):
    tickets.create(open_ticket(), NOW)
    part = client.get("/console/tickets/T-1?part=suggestions", headers={"X-Fragment": "1"}).text
    assert REPLY in part
    assert "internal only" in part
    assert "Solved 3 tickets with a similar problem" in part
    assert "<meter" in part
    assert "%" in part
    again = client.get("/console/tickets/T-1?part=suggestions", headers={"X-Fragment": "1"}).text
    assert occasion_of(again) == occasion_of(part), "a reload is not another occasion"
    page = client.get("/console/tickets/T-1?suggestions=1&locale=fa").text
    assert "۳ تیکت با مسئله‌ای مشابه را حل کرده است: «<bdi" in page


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", ["mentions legal action: “<bdi>legal action</bdi>”.", 'lang="en" dir="auto">call']),
        (
            "fa",
            ["اقدام قانونی می‌گوید: «<bdi>legal action</bdi>».", 'lang="fa" dir="auto">تلفن کنید'],
        ),
        ("zh", ["客户提到法律途径：“<bdi>legal action</bdi>”。", 'lang="en" dir="auto">call']),
    ],
)
def test_the_advice_is_in_the_page_s_language(client, tickets, locale, said):
    angry = Message(author="customer", text=f"{PROBLEM} I will take legal action!", at=NOW)
    tickets.create(open_ticket(messages=(angry,)), NOW)
    page = client.get(f"/console/tickets/T-1?suggestions=1&locale={locale}").text
    for words in said:
        assert words in page
    assert ("The customer mentions" in page) == (locale == "en")


def test_without_scripts_a_link_puts_the_draft_into_the_reply(client, tickets):
    tickets.create(open_ticket(), NOW)
    page = client.get("/console/tickets/T-1?suggestions=1").text
    chosen = suggestion_of(page)
    filled = client.get(f"/console/tickets/T-1?insert={chosen}").text
    typed = re.search(r'<textarea id="text".*?>\n(.*?)</textarea>', filled, re.DOTALL)[1]
    assert REPLY in typed
    assert f'name="suggestion" value="{chosen}"' in filled


# Answering


def test_a_reply_is_appended_under_the_reps_name(client, tickets):
    tickets.create(open_ticket(), NOW)
    sent = post(client, text="Tilt it.\n")
    assert (sent.status_code, sent.headers["location"]) == (
        303,
        "/console/tickets/T-1?done=reply&locale=en",
    )
    last = tickets.get("T-1").ticket.messages[-1]
    assert (last.author, last.text, last.name) == ("rep", "Tilt it.", "Mina")
    assert "The reply is in the ticket." in client.get(sent.headers["location"]).text


def test_a_note_is_no_reply(client, tickets):
    tickets.create(open_ticket(), NOW)
    assert post(client, do="note", text="Call him back.").status_code == 303
    held = tickets.get("T-1")
    assert (held.ticket.messages[-1].author, held.ticket.messages[-1].name) == ("system", "Mina")
    assert client.app.state.console.inbox.line(
        held.ticket, held.version, held.changed, NOW
    ).waiting_since, "the customer still waits"


@pytest.mark.parametrize("blank", ["{{order.number}}", "[NAME]", "#{ticket.state}"])
def test_a_reply_with_blanks_comes_back_with_everything_typed(client, tickets, blank):
    tickets.create(open_ticket(), NOW)
    refused = post(client, text=f"Dear {blank}, <b>hello</b>.")
    assert refused.status_code == 422
    assert f"Dear {blank}, &lt;b&gt;hello&lt;/b&gt;." in refused.text
    assert len(tickets.get("T-1").ticket.messages) == 1
    assert post(client, text=f"Dear {blank}.", as_it_is="1").status_code == 303


@pytest.mark.parametrize("do", ["reply", "note", "solve"])
def test_nothing_is_not_sent(client, tickets, do):
    tickets.create(open_ticket(), NOW)
    refused = post(client, do=do, text=" \n")
    assert refused.status_code == 422
    assert "There is nothing to send yet" in refused.text


def test_whoever_was_overtaken_keeps_the_text_and_sees_what_is_new(client, tickets):
    held = tickets.create(open_ticket(), NOW)
    tickets.append("T-1", [Message(author="customer", text="It stopped!", at=NOW)], NOW, None)
    tickets.amend("T-1", NOW, None, group="devices")
    seen = "1\n\n\nopen"
    late = post(client, text="Tilt it.", version=held.version, seen=seen)
    assert late.status_code == 409
    assert "Somebody was faster" in late.text
    assert "1 new message" in late.text
    assert "Changed: team." in late.text
    assert "Tilt it.</textarea>" in late.text
    current = re.search(r'name="version" value="([0-9a-f]{64})"', late.text)[1]
    assert post(client, text="Tilt it.", version=current, seen=seen).status_code == 303


def test_a_reply_that_solves_is_accepted_and_learned(client, tickets, indexing, store):
    tickets.create(open_ticket(), NOW)
    done = post(client, text="Rub wax on it.", then="solve")
    assert done.headers["location"].startswith("/console/tickets/T-1?done=solve")
    ticket = tickets.get("T-1").ticket
    assert (ticket.status, ticket.messages[-1].accepted, indexing.times) == ("solved", True, 1)
    part = client.get("/console/tickets/T-1?part=learned").text
    assert "being learned" in part
    assert "data-done" not in part
    learned = client.get("/console/tickets/old-1?part=learned").text
    assert "now suggested" in learned
    assert "data-done" in learned
    assert "ticket.solved" in store.audit.actions()


def test_a_ticket_is_solved_by_its_last_reply_and_opened_again(client, tickets):
    tickets.create(open_ticket(), NOW)
    post(client, text="First."), post(client, text="Rub wax on it.")
    assert post(client, do="solve").status_code == 303
    assert [m.accepted for m in tickets.get("T-1").ticket.messages] == [False, False, True]
    assert post(client, do="reopen").status_code == 303
    ticket = tickets.get("T-1").ticket
    assert (ticket.status, any(m.accepted for m in ticket.messages)) == ("open", False)


def test_team_and_priority_change_and_a_hand_over_leaves_a_note(client, tickets):
    tickets.create(open_ticket(), NOW)
    assert post(client, do="move", group="", priority="urgent").status_code == 303
    assert tickets.get("T-1").ticket.priority == "urgent"
    assert post(client, do="hand_over", group="devices", text="Second call.").status_code == 303
    ticket = tickets.get("T-1").ticket
    assert (ticket.group, ticket.priority) == ("devices", "urgent")
    assert (ticket.messages[-1].author, ticket.messages[-1].text) == ("system", "Second call.")


def test_sending_a_suggestion_is_told_with_how_far_it_was_edited(client, tickets, store):
    tickets.create(open_ticket(), NOW)
    part = client.get("/console/tickets/T-1?part=suggestions").text
    occasion, chosen = occasion_of(part), suggestion_of(part)
    text = f"Hello Sam, {REPLY}"
    assert post(client, text=text, occasion=occasion, suggestion=chosen).status_code == 303
    used = [e.event for e in store.events.of_occasion(occasion)]
    used = [event for event in used if isinstance(event, SuggestionUsed)]
    assert [(event.suggestion_id, event.edited) for event in used] == [(chosen, True)]
    assert 0 < used[0].edit_distance < 1


def test_an_occasion_that_is_gone_does_not_keep_a_reply_back(client, tickets):
    tickets.create(open_ticket(), NOW)
    assert post(client, text="Tilt.", occasion="gone", suggestion="x").status_code == 303


# The panel


def test_a_part_that_fails_brings_no_frame_along(client, tickets):
    headers = {"X-Fragment": "1"}
    missing = client.get("/console/tickets/none?part=suggestions", headers=headers)
    assert missing.status_code == 404
    assert "<header" not in missing.text
    tickets.create(open_ticket(subject="", messages=(Message(author="system", text="x"),)), NOW)
    nothing = client.get("/console/tickets/T-1?part=suggestions", headers=headers)
    assert nothing.status_code == 422
    assert 'role="alert"' in nothing.text
    assert "<header" not in nothing.text


def test_a_rejection_is_recorded_with_its_reason(client, tickets, store):
    tickets.create(open_ticket(), NOW)
    part = client.get("/console/tickets/T-1?part=suggestions").text
    occasion, chosen = occasion_of(part), suggestion_of(part)
    form = {"csrf": client.csrf, "occasion": occasion, "suggestion": chosen, "did": "rejected",
            "reason": "outdated", "comment": "since May"}  # fmt: skip
    assert client.post("/console/panel/feedback", data=form).status_code == 200
    events = [e.event for e in store.events.of_occasion(occasion)]
    rejected = [event for event in events if isinstance(event, SuggestionRejected)]
    assert [(event.suggestion_id, event.reason) for event in rejected] == [
        (chosen, "outdated: since May")
    ]
    unknown = client.post("/console/panel/feedback", data=form | {"reason": "<script>"})
    assert unknown.status_code == 422


def test_thanks_for_a_rejection_are_in_the_page_s_language(client, tickets):
    tickets.create(open_ticket(), NOW)
    part = client.get("/console/tickets/T-1?part=suggestions&locale=fa").text
    action = re.findall('action="([^"]+/feedback[^"]*)"', part)[0]
    form = {"csrf": client.csrf, "occasion": occasion_of(part), "did": "nothing_fitted"}
    assert "سپاس" in client.post(action, data=form).text


def test_a_draft_is_compared_with_its_source(client):
    form = {"csrf": client.csrf, "source": "old-1", "draft": f"Hello <i>Sam</i>, {REPLY}"}
    page = client.post("/console/panel/compare", data=form).text
    assert page.count(f"<mark>{REPLY[:-1]}</mark>") == 2
    assert "Hello &lt;i&gt;Sam&lt;/i&gt;, " in page
    assert "internal only" in page
    missing = client.post("/console/panel/compare", data=form | {"source": "none"})
    assert missing.status_code == 404


def test_an_article_is_compared_as_it_reads_not_as_it_is_typed(client):
    form = {"csrf": client.csrf, "source": "lamp.en", "draft": "The lamp needs twelve hours"}
    page = client.post("/console/panel/compare", data=form).text
    assert page.count("<mark>The lamp needs twelve hours</mark>") == 2
    assert "**" not in page


def test_search_marks_what_may_be_sent_and_gives_links_for_that_only(client):
    page = client.get("/console/search?q=pump+lamp").text
    assert "Lamp hours" in page
    assert "Pump guide for the team" in page
    assert page.count("public link</span>") == page.count("data-copy=") == 1
    assert 'data-copy="http://testserver/articles/lamp.en' in page
    inside = client.get("/console/search?q=pump+lamp&within=internal").text
    assert "Pump guide for the team" in inside
    assert "Lamp hours" not in inside


def test_internal_articles_can_be_read_here_and_nowhere_else(client):
    page = client.get("/console/read/guide.en")
    assert "Never promise a new pump" in page.text
    assert "internal only" in page.text
    assert client.get("/articles/guide.en").status_code == 404


# Who may not


CHANGES = [
    ("/console/tickets/T-1", {"do": "reply", "text": "x"}),
    ("/console/panel/feedback", {"occasion": "x", "did": "rejected"}),
    ("/console/panel/compare", {"source": "lamp.en"}),
    ("/embed/panel/suggestions", {"ticket": "{}"}),
    ("/embed/panel/feedback", {"occasion": "x", "did": "rejected"}),
]


@pytest.mark.parametrize(("path", "form"), CHANGES)
@pytest.mark.parametrize("csrf", [None, "", "wrong"])
def test_nothing_changes_without_the_proof_that_our_page_asked(client, tickets, path, form, csrf):
    tickets.create(open_ticket(), NOW)
    sign_in(client, "rep", place="embed")
    form = form if csrf is None else form | {"csrf": csrf}
    assert client.post(path, data=form).status_code == 403
    assert len(tickets.get("T-1").ticket.messages) == 1


@pytest.mark.parametrize(
    "path", ["/console", "/console/tickets/T-1", "/console/search", "/console/read/guide.en"]
)
def test_who_is_not_signed_in_goes_to_the_sign_in_page(client, tickets, path):
    tickets.create(open_ticket(), NOW)
    client.cookies.clear()
    reply = client.get(path)
    assert (reply.status_code, reply.headers["location"].split("?")[0]) == (303, "/sign-in")
    part = client.get(path, headers={"X-Fragment": "1"})
    assert (part.status_code, PROBLEM in part.text) == (401, False)


def test_a_session_of_the_page_is_none_in_the_sidebar(client):
    assert client.get("/embed/sidebar").headers["location"].startswith("/embed/sign-in")


def test_a_ticket_that_is_not_there_is_not_found_in_the_frame_of_the_staff(client):
    page = client.get("/console/tickets/none")
    assert page.status_code == 404
    assert "Mina" in page.text
    assert client.get("/console/tickets/lamp.en").status_code == 404


# The sidebar inside another tool


@pytest.fixture
def inside(client):
    """The client, signed in within the sidebar."""
    client.csrf = sign_in(client, "rep", place="embed", name="Mina")
    return client


def told(client, ticket: object) -> dict[str, str]:
    return {
        "csrf": client.csrf,
        "ticket": ticket if isinstance(ticket, str) else json.dumps(ticket),
    }


def test_only_tools_that_the_settings_name_may_frame_the_sidebar_and_nothing_else(inside):
    policy = inside.get("/embed/sidebar").headers["Content-Security-Policy"]
    assert "frame-ancestors https://tool.example;" in policy
    assert "frame-ancestors 'none'" in inside.get("/console").headers["Content-Security-Policy"]


def test_the_sidebar_suggests_for_a_ticket_of_the_store(inside, tickets):
    tickets.create(open_ticket(), NOW)
    page = inside.get("/embed/sidebar?ticket=T-1").text
    assert REPLY in page
    assert 'data-origins="https://tool.example"' in page
    assert "/console/tickets" not in page, "there is no inbox in here"
    assert inside.get("/embed/sidebar?ticket=none").status_code == 404


def test_the_sidebar_suggests_for_the_ticket_that_the_tool_tells(inside):
    ticket = {"subject": "Pump", "messages": [{"text": PROBLEM}], "customer": {"name": "Kim"}}
    part = inside.post("/embed/panel/suggestions", data=told(inside, ticket))
    assert part.status_code == 200
    assert REPLY in part.text
    assert "Kim" in part.text


@pytest.mark.parametrize(
    "ticket",
    ["", "no json", "[]", {"messages": "x"}, {"subject": ""}, {"messages": [{"text": 7}]}],
)
def test_a_ticket_that_cannot_be_read_is_refused_with_what_is_wrong(inside, ticket):
    part = inside.post("/embed/panel/suggestions", data=told(inside, ticket))
    assert part.status_code == 422
    assert "<html" not in part.text


def test_an_insertion_in_a_tool_is_told(inside, store):
    ticket = {"id": "Z-9", "subject": "Pump", "messages": [{"text": PROBLEM}]}
    part = inside.post("/embed/panel/suggestions", data=told(inside, ticket)).text
    occasion, chosen = occasion_of(part), suggestion_of(part)
    form = {"csrf": inside.csrf, "occasion": occasion, "suggestion": chosen, "did": "inserted"}
    assert inside.post("/embed/panel/feedback", data=form).status_code == 200
    events = [e.event for e in store.events.of_occasion(occasion)]
    assert [event.suggestion_id for event in events if isinstance(event, SuggestionUsed)] == [
        chosen
    ]


@pytest.mark.parametrize(
    "origins", ["*", "tool.example", "https://tool.example/path", "https://a b", "'self'"]
)
def test_an_origin_that_is_none_is_refused_when_settings_are_read(origins):
    with pytest.raises(ConfigurationError, match="EMBED_ORIGINS"):
        load_settings(embed_origins=origins)
