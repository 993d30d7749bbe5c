"""Gaps, content health and vocabulary over HTTP, for writers and for nobody else."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.state import Reports
from indexer.pipeline import index
from kb.gaps.articles.content import ArticleRef
from kb.gaps.articles.health import Health
from kb.gaps.articles.unfound import NeverFound
from kb.gaps.decisions.effect import effect_of
from kb.gaps.report import GapReport
from kb.gaps.service import REPORT, GapDesk
from kb.gaps.words.vocabulary_rows import Proposal, VocabularyRow
from kb.gaps.worker import GapWorker
from kb.keys import create_key
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.spreadsheet import BOM
from kb.store import Store
from kb.support_desk import SupportDesk
from tests.fakes import BagOfWordsEmbedder
from tests.kb.gaps.made import DAY, NOW, QUESTIONS, TICKETS, gap

ARTICLE = {"_id": "lamp.en", "lang": "en", "title": "Lamp", "text": "The lamp needs twelve hours."}
FORMULA = '=HYPERLINK("http://evil.example","اینجا")'
READING = (
    ("GET", "/v1/gaps", None),
    ("GET", "/v1/gaps?format=csv", None),
    ("GET", "/v1/gaps/g1", None),
    ("GET", "/v1/gaps/g1/draft", None),
    ("GET", "/v1/content-health", None),
    ("GET", "/v1/vocabulary", None),
    ("GET", "/v1/support-figures", None),
)
WRITING = (
    ("POST", "/v1/gaps/refresh", None),
    ("POST", "/v1/gaps/g1/state", {"state": "planned"}),
    ("POST", "/v1/gaps/g1/draft", {}),
    ("POST", "/v1/vocabulary", {"word": "passcode", "proposal": "password"}),
)
HEALTH = Health(
    weak=(),
    stale=(),
    duplicates=(),
    missing_translations=(),
    outdated_translations=(),
    never_found=(
        NeverFound(
            article=ArticleRef(
                id="lamp.en", group="lamp.en", title="Lamp", locale="en", url="",
                audience="public", updated=None,
            ),
            why="nobody_asks", near_people=0, near_questions=0, reason="No question is near it.",
            words=(), instead=None, examples=(),
        ),
    ),
    untranslated={"en": 0, "fa": 1, "zh": 1},
    articles=(),
    notes={"weak": "Too few readers (0)."},
)  # fmt: skip
REPORT_MADE = GapReport(
    computed_at=NOW,
    seconds=1.5,
    generation=1,
    since=NOW - 28 * DAY,
    until=NOW,
    searches=120,
    tickets=4,
    questions=60,
    missing=(
        gap(),
        gap("g2", label="兑换礼品卡", languages={"zh": 4}, priority=5.0, people=4),
        gap("g3", label=FORMULA, languages={"fa": 3}, priority=1.0, people=3),
    ),
    health=HEALTH,
    vocabulary=(
        VocabularyRow(
            word="passcode", language="en", kind="word", people=4, examples=("reset passcode",),
            proposals=(
                Proposal(word="password", language="en", article="p.en", evidence=4,
                         association=0.8),
            ),
            score=3.2,
        ),
        VocabularyRow(word="پسورد", language="fa", kind="word", people=3, examples=(),
                      proposals=(), score=0),
    ),
    notes=("No clicks are logged.",),
)  # fmt: skip


class Working:
    """Stands for the worker."""

    def __init__(self) -> None:
        self.busy, self.problem, self.woken, self.closed = False, "", 0, False

    def wake(self) -> None:
        self.woken += 1
        self.busy = True

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def content(settings, tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
def keys(settings, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text(json.dumps(ARTICLE), encoding="utf-8")
    store = Store(settings.store_url)
    index([path], settings, store, BagOfWordsEmbedder())
    store.documents.upsert([(ticket, "t.jsonl") for ticket in TICKETS], "t", NOW)
    made = {role: create_key(store, role, role) for role in ("customer", "rep", "writer", "admin")}
    store.close()
    return made


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def reported(store, keys):
    store.gaps.save_report(REPORT, REPORT_MADE.model_dump_json(), 1, NOW)


@pytest.fixture
def working():
    return Working()


@pytest.fixture
def knowledge_base(settings):
    return KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())


@pytest.fixture
def client(settings, keys, content, store, knowledge_base, working):
    settings = settings.model_copy(update={"content_dir": content})
    reports = Reports(
        GapDesk(store, knowledge_base, settings), SupportDesk(store, knowledge_base), working
    )
    app = create_app(settings, knowledge_base, reports=reports)
    with TestClient(app, raise_server_exceptions=False) as opened:
        opened.headers["Authorization"] = f"Bearer {keys['writer']}"
        yield opened


def detail(reply) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    return reply.json()["detail"]


# Who may


@pytest.mark.parametrize("request_made", [*READING, *WRITING], ids=lambda made: " ".join(made[:2]))
@pytest.mark.parametrize("role", ["nobody", "customer", "rep"])
def test_neither_customers_nor_reps_see_or_change_anything(
    client, keys, reported, working, content, store, request_made, role
):
    method, path, body = request_made
    headers = {"Authorization": f"Bearer {keys[role]}" if role in keys else ""}
    reply = client.request(method, path, json=body, headers=headers)
    assert reply.status_code == 403
    assert "writer or admin" in detail(reply)
    assert (store.gaps.states(), working.woken, list(content.iterdir())) == ({}, 0, [])


@pytest.mark.parametrize("role", ["writer", "admin"])
def test_writers_and_admins_may_read_everything(client, keys, reported, role):
    headers = {"Authorization": f"Bearer {keys[role]}"}
    replies = [client.request(*made[:2], headers=headers).status_code for made in READING]
    assert replies == [200] * len(READING)


# The list


def test_before_the_first_report_a_note_says_that_it_is_being_computed(client, working):
    for path in ("/v1/gaps", "/v1/content-health", "/v1/vocabulary", "/v1/support-figures"):
        body = client.get(path).json()
        assert (body["computed_at"], body["refreshing"]) == (None, False)
        assert "is being computed" in body["notes"][0]
    working.busy, working.problem = True, "The disk is full."
    body = client.get("/v1/gaps").json()
    assert (body["refreshing"], body["gaps"]) == (True, [])
    assert body["notes"][1].endswith("failed: The disk is full.")
    table = client.get("/v1/gaps?format=csv")
    assert (table.status_code, len(table.text.splitlines())) == (200, 1)


def test_a_server_that_computes_nothing_says_who_does(settings, keys, knowledge_base):
    with TestClient(create_app(settings, knowledge_base)) as client:
        client.headers["Authorization"] = f"Bearer {keys['writer']}"
        assert "kb gaps refresh" in client.get("/v1/gaps").json()["notes"][0]
        reply = client.post("/v1/gaps/refresh")
    assert (reply.status_code, "kb gaps refresh" in detail(reply)) == (503, True)


def test_the_list_tells_when_and_from_what_it_was_computed_and_what_figures_mean(client, reported):
    body = client.get("/v1/gaps").json()
    assert dt.datetime.fromisoformat(body["computed_at"]) == NOW
    assert (body["searches"], body["tickets"], body["questions"]) == (120, 4, 60)
    assert (body["generation"], body["notes"]) == (1, ["No clicks are logged."])
    assert (body["states"], body["matching"]) == ({"open": 3}, 3)
    assert [one["id"] for one in body["gaps"]] == ["g1", "g2", "g3"]
    assert {"priority", "demand", "people"} <= set(body["definitions"])
    assert body["gaps"][0]["nearest"]["reason"] == "It does not mention “second phone”."
    assert "members" not in body["gaps"][0]


def test_the_list_is_filtered_by_state_and_language_and_cut(client, reported):
    def ids(query: str) -> list[str]:
        return [one["id"] for one in client.get(f"/v1/gaps?{query}").json()["gaps"]]

    client.post("/v1/gaps/g2/state", json={"state": "planned"})
    assert ids("state=planned") == ["g2"]
    assert ids("state=planned&state=open&limit=2") == ["g1", "g2"]
    assert ids("language=zh") == ["g1", "g2"]
    assert ids("language=fa-IR&state=open") == ["g1", "g3"]
    assert client.get("/v1/gaps?language=zh&limit=1").json()["matching"] == 2
    for wrong in ("state=lost", "limit=201", "limit=0", "language=%00", "format=xml"):
        reply = client.get(f"/v1/gaps?{wrong}")
        assert (reply.status_code, reply.json()["type"]) == (422, "urn:kb:problem:invalid-input")


def test_the_table_is_a_csv_file_that_no_spreadsheet_program_runs(client, reported):
    reply = client.get("/v1/gaps?format=csv&language=fa")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="gaps-2026-11-23.csv"'
    text = reply.content.decode("utf-8")
    assert text.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))
    assert [row["id"] for row in rows] == ["g1", "g3"]
    assert rows[1]["label"] == f"'{FORMULA}"
    assert rows[0]["question_2"] == QUESTIONS["fa"]


# One gap


def test_a_gap_is_shown_with_its_history_and_what_may_follow(client, reported):
    body = client.get("/v1/gaps/g1").json()
    assert (body["gap"]["people"], body["history"], body["closed"]) == (10, [], None)
    assert body["may_become"] == ["dismissed", "done", "in_progress", "planned"]
    client.post("/v1/gaps/g1/state", json={"state": "planned", "who": "مینا"})
    reply = client.get("/v1/gaps/g1")
    body = reply.json()
    assert [(one["state"], one["who"]) for one in body["history"]] == [("planned", "مینا")]
    assert body["gap"]["state"] == "planned"
    assert (reply.headers["ETag"], client.get("/v1/gaps/g2").headers["ETag"]) == ('"1"', '"0"')


def test_a_gap_that_is_done_is_shown_with_its_effect_when_the_report_has_it_no_more(
    client, store, keys, reported
):
    done = {"state": "done", "articles": ["lamp.en"], "who": "Mina"}
    reply = client.post("/v1/gaps/g1/state", json=done)
    assert reply.json()["closed"]["done"]["articles"] == ["lamp.en"]
    before = reply.json()["history"][0]["before"]
    assert (before["people_per_week"], before["confidence"]) == (2.5, 0.31)
    closed = GapReport.model_validate(
        REPORT_MADE.model_dump()
        | {
            "missing": [],
            "closed": [
                {
                    "id": "g1",
                    "label": "pair second phone",
                    "done": store.gaps.states()["g1"],
                    "effect": effect_of([], [], store.gaps.states()["g1"].at, NOW),
                }
            ],
            "computed_at": NOW + DAY,
        }
    )
    store.gaps.save_report(REPORT, closed.model_dump_json(), 1, NOW + DAY)
    body = client.get("/v1/gaps/g1").json()
    assert (body["gap"], body["closed"]["label"]) == (None, "pair second phone")
    assert body["closed"]["effect"]["done_on"]
    assert body["may_become"] == ["in_progress", "open"]
    assert "answered" in body["effect_definitions"]
    assert client.get("/v1/gaps").json()["closed"][0]["id"] == "g1"


@pytest.mark.parametrize(
    "identifier",
    ["nothing", "..", "%2e%2e%2fsecret", "g1%00", "a" * 65, "g1'%20OR%201=1", "狗", "%0d%0a"],
)
def test_ids_that_are_none_are_refused(client, reported, store, content, identifier):
    for method, end, body in (
        ("GET", "", None),
        ("POST", "/state", {"state": "planned"}),
        ("GET", "/draft", None),
        ("POST", "/draft", {}),
    ):
        reply = client.request(method, f"/v1/gaps/{identifier}{end}", json=body)
        assert reply.status_code in (404, 405, 422), (method, end)
        assert reply.json()["type"].startswith("urn:kb:problem:")
    assert (store.gaps.states(), list(content.iterdir())) == ({}, [])


# Decisions


def test_who_has_not_seen_the_last_decision_gets_a_conflict(client, reported):
    tag = client.get("/v1/gaps/g1").headers["ETag"]
    first = client.post("/v1/gaps/g1/state", json={"state": "planned"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = {"state": "dismissed", "reason": "rare"}
    reply = client.post("/v1/gaps/g1/state", json=second, headers={"If-Match": tag})
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:kb:problem:conflict")
    reply = client.post("/v1/gaps/g1/draft", headers={"If-Match": tag})
    assert reply.status_code == 409
    now = {"If-Match": first.headers["ETag"]}
    assert client.post("/v1/gaps/g1/state", json=second, headers=now).status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"state": "dismissed"}, "Say why"),
        ({"state": "open"}, "open already"),
        ({"state": "planned", "articles": ["lamp.en"]}, "go with done"),
        ({"state": "lost"}, "state"),
        ({"state": "dismissed", "reason": "x" * 2001}, "2000"),
        ({"state": "planned", "who": "x" * 201}, "200"),
        ({"state": "done", "articles": ["x"] * 21}, "20"),
        ({}, "state"),
    ],
)
def test_what_cannot_be_decided_is_told_in_words(client, reported, store, body, said):
    reply = client.post("/v1/gaps/g1/state", json=body)
    assert (reply.status_code, said in detail(reply)) == (422, True)
    assert store.gaps.states() == {}


def test_an_article_that_is_not_there_closes_nothing(client, reported):
    reply = client.post("/v1/gaps/g1/state", json={"state": "done", "articles": ["gone.en"]})
    assert (reply.status_code, "gone.en" in detail(reply)) == (404, True)


@pytest.mark.parametrize("tag", ["W/x", '"-1"', '"²"', '"99999999999"', "'"])
def test_an_etag_that_is_none_of_ours_is_refused(client, reported, tag):
    headers = {"If-Match": tag.encode("utf-8")}
    reply = client.post("/v1/gaps/g1/state", json={"state": "planned"}, headers=headers)
    assert reply.status_code == 422


def test_reasons_are_redacted(client, reported):
    told = {"state": "dismissed", "reason": "فقط sam@doe.example می‌پرسد"}
    body = client.post("/v1/gaps/g1/state", json=told).json()
    assert body["gap"]["state_reason"] == "فقط [EMAIL] می‌پرسد"


# Drafts


def test_a_preview_is_markdown_and_leaves_no_trace(client, reported, content, store):
    body = client.get("/v1/gaps/g1/draft").json()
    assert (body["gap"], body["path"], body["locale"]) == ("g1", None, "en")
    assert body["markdown"].startswith("---\n")
    assert "Hold the leaf button" in body["markdown"]
    assert (list(content.iterdir()), store.gaps.states()) == ([], {})


def test_a_draft_is_saved_into_the_content_folder_once(client, reported, content):
    reply = client.post("/v1/gaps/g1/draft", json={"who": "Mina"})
    body = reply.json()
    assert reply.status_code == 201
    assert body["path"] == "help/how-do-i-pair-a-second-phone/en.md"
    assert (content / body["path"]).read_text(encoding="utf-8") == body["markdown"]
    assert "draft: true" in body["markdown"]
    shown = client.get("/v1/gaps/g1").json()
    assert (shown["gap"]["state"], shown["history"][0]["who"]) == ("in_progress", "Mina")
    again = client.post("/v1/gaps/g1/draft")
    assert (again.status_code, "go on with it" in detail(again)) == (409, True)


@pytest.mark.parametrize(
    "question", ["../../../etc/cron.d/evil", "/etc/passwd", "..\\..\\windows", "\u202e/..//", "~"]
)
def test_a_question_that_looks_like_a_path_stays_in_the_content_folder(
    client, store, keys, content, question
):
    hostile = gap(central=[{"text": question, "locale": "en", "people": 9}], label=question)
    report = REPORT_MADE.model_copy(update={"missing": (hostile,)})
    store.gaps.save_report(REPORT, report.model_dump_json(), 1, NOW)
    before = {path for path in content.parent.iterdir() if path != content}
    body = client.post("/v1/gaps/g1/draft").json()
    (written,) = [path for path in content.rglob("*") if path.is_file()]
    assert written == content / body["path"]
    assert written.resolve().is_relative_to(content / "help")
    assert {path for path in content.parent.iterdir() if path != content} == before


def test_without_a_content_folder_a_draft_says_what_to_set(client, reported, content):
    content.rmdir()
    reply = client.post("/v1/gaps/g1/draft")
    assert (reply.status_code, "KB_CONTENT_DIR" in detail(reply)) == (422, True)


# Computing


def test_asking_for_a_new_report_returns_at_once(client, working):
    reply = client.post("/v1/gaps/refresh")
    assert (reply.status_code, reply.json(), working.woken) == (202, {"refreshing": True}, 1)
    assert client.get("/v1/gaps").json()["refreshing"]


def test_the_worker_is_closed_with_the_application(client, working):
    client.get("/healthz")
    assert not working.closed
    client.__exit__(None, None, None)
    assert working.closed


def test_searches_over_http_become_a_gap_in_the_next_report(
    settings, keys, store, knowledge_base, content
):
    desk, support = GapDesk(store, knowledge_base, settings), SupportDesk(store, knowledge_base)
    worker = GapWorker(settings, desk, support, store, knowledge_base, start=False)
    app = create_app(settings, knowledge_base, reports=Reports(desk, support, worker))
    with TestClient(app) as client:
        for visitor in range(5):
            for query in ("یخ زدن گلدان در زمستان", "圣诞礼盒什么时候发货"):
                headers = {"X-Session-Id": f"visitor-number-{visitor}"}
                assert client.get("/v1/search", params={"q": query}, headers=headers).is_success
        client.headers["Authorization"] = f"Bearer {keys['writer']}"
        assert client.post("/v1/gaps/refresh").status_code == 202
        assert client.get("/v1/gaps").json()["refreshing"]
        worker.turn()
        body = client.get("/v1/gaps").json()
        figures = client.get("/v1/support-figures").json()["figures"]
    assert {one["label"] for one in body["gaps"]} == {
        "یخ زدن گلدان در زمستان",
        "圣诞礼盒什么时候发货",
    }
    assert (body["refreshing"], body["gaps"][0]["people"]) == (False, 5)
    assert figures["values"]["visits"]["value"] == 5


# What is there already


def test_health_has_all_sections_but_the_table_unless_some_are_asked_for(client, reported):
    body = client.get("/v1/content-health").json()
    assert body["never_found"][0]["article"]["id"] == "lamp.en"
    assert "articles" not in body
    assert (body["weak"], body["section_notes"]) == ([], {"weak": "Too few readers (0)."})
    assert body["untranslated"] == {"en": 0, "fa": 1, "zh": 1}
    assert {"let_down", "never_found"} <= set(body["definitions"])
    body = client.get("/v1/content-health?section=never_found&section=articles").json()
    assert (len(body["never_found"]), body["articles"]) == (1, [])
    assert "weak" not in body
    assert body["section_notes"] == {}
    assert client.get("/v1/content-health?section=secrets").status_code == 422


def test_health_is_a_table_by_section_or_as_an_overview(client, store, reported):
    overview = client.get("/v1/content-health?format=csv")
    assert overview.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(overview.text.removeprefix(BOM))))
    assert [(row["section"], row["id"]) for row in rows] == [("never-found", "lamp.en")]
    table = client.get("/v1/content-health?format=csv&section=never_found")
    assert "nobody_asks" in table.text
    two = client.get("/v1/content-health?format=csv&section=weak&section=stale")
    assert (two.status_code, "one section" in detail(two)) == (422, True)
    store.gaps.forget()
    none = client.get("/v1/content-health?format=csv")
    assert (none.status_code, "being computed" in detail(none)) == (404, True)


# Vocabulary


def test_words_are_listed_until_they_have_a_synonym(client, reported, content):
    body = client.get("/v1/vocabulary").json()
    assert [row["word"] for row in body["words"]] == ["passcode", "پسورد"]
    assert "association" in body["definitions"]
    told = {"word": "passcode", "proposal": "password", "language": "en"}
    reply = client.post("/v1/vocabulary", json=told)
    assert (reply.status_code, reply.json()["added"]) == (201, True)
    assert '["passcode", "password"]' in (content / "synonyms.toml").read_text(encoding="utf-8")
    again = client.post("/v1/vocabulary", json=told)
    assert (again.status_code, again.json()["added"]) == (200, False)
    body = client.get("/v1/vocabulary").json()
    assert ([row["word"] for row in body["words"]], body["matching"]) == (["پسورد"], 1)
    assert client.get("/v1/vocabulary?language=en").json()["words"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"word": "", "proposal": "password"},
        {"word": "\x00", "proposal": "password"},
        {"word": "same", "proposal": "same"},
        {"word": "x" * 100, "proposal": "password"},
        {"word": "x" * 100_000, "proposal": "password"},
        {"word": "gift", "proposal": "poison", "language": "de"},
        {"word": "gift", "proposal": "present", "language": "../en"},
        {"word": '"]\n[[synonym]]', "proposal": "= a b c d e f"},
    ],
)
def test_what_can_be_no_synonym_is_refused_and_not_written(client, keys, content, body):
    reply = client.post("/v1/vocabulary", json=body)
    assert (reply.status_code, list(content.iterdir())) == (422, []), reply.text


# The support lead's figures


def test_figures_come_with_definitions_and_as_tables(client, store, knowledge_base):
    assert client.get("/v1/support-figures?format=csv").status_code == 404
    SupportDesk(store, knowledge_base, lambda: NOW).refresh()
    body = client.get("/v1/support-figures").json()
    assert set(body["figures"]["values"]) == set(body["definitions"])
    assert body["definitions"]["deflection"]["source"]
    assert dt.datetime.fromisoformat(body["computed_at"]) == NOW
    for table, first, lines in (("hours", "weekday", 169), ("weeks", "week", None)):
        reply = client.get(f"/v1/support-figures?format=csv&table={table}")
        assert reply.headers["content-type"] == "text/csv; charset=utf-8"
        name = f'attachment; filename="support-{table}-2026-11-23.csv"'
        assert reply.headers["content-disposition"] == name
        rows = reply.content.decode("utf-8").removeprefix(BOM).splitlines()
        assert rows[0].startswith(first)
        assert lines is None or len(rows) == lines


def test_figures_of_a_period_are_computed_when_asked_for(client, keys):
    yesterday = dt.datetime.now(dt.UTC).date() - DAY
    body = client.get(f"/v1/support-figures?since={yesterday}").json()
    assert body["figures"]["since"].startswith(str(yesterday))
    tomorrow = yesterday + 2 * DAY + DAY
    for wrong in ("0001-01-01", "1999-12-31", str(tomorrow), "yesterday", "2026-13-01"):
        reply = client.get(f"/v1/support-figures?since={wrong}")
        assert reply.status_code == 422, wrong


# The document


def test_every_endpoint_says_what_it_takes_with_examples(client):
    document = client.get("/openapi.json").json()
    table = document["paths"]["/v1/gaps"]["get"]["responses"]["200"]["content"]
    assert set(table) == {"application/json", "text/csv"}
    for name in ("StateIn", "DraftIn", "SynonymIn"):
        assert document["components"]["schemas"][name]["examples"], name
