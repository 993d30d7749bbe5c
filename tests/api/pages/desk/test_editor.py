"""Writing articles in the browser: what is typed is saved, shown, or shown again with a reason."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from api.app import create_app
from indexer.pipeline import index
from indexer.worker import IndexWorker
from kb.accounts.models import User
from kb.accounts.secrets import csrf_token
from kb.accounts.service import Accounts
from kb.config import load_settings
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.store.audit import AuditQuery
from tests.fakes import BagOfWordsEmbedder
from tests.kb.authoring.conftest import WIFI, article

NOW = dt.datetime.now(dt.UTC)
EN = "help/wifi/en.md"


class Desk:
    """A writer at the desk, and what is behind it."""

    def __init__(self, root: Path, *, worker: bool = False, **more: object) -> None:
        self.content = root / "content"
        self.settings = load_settings(data_dir=root / "data", content_dir=self.content, **more)
        self.store = Store(self.settings.store_url)
        self.knowledge_base = KnowledgeBase(
            self.settings, BagOfWordsEmbedder(), packaged_parameters()
        )
        self.index()
        self.worker = (
            IndexWorker(self.settings, self.knowledge_base, debounce_seconds=0.01)
            if worker
            else None
        )
        app = create_app(self.settings, self.knowledge_base, self.worker)
        self.client = TestClient(app, follow_redirects=False)
        self.token = ""

    def index(self) -> None:
        index([self.content], self.settings, self.store, self.knowledge_base.embedder)
        self.knowledge_base.reload()

    def sign_in(self, role: str) -> Desk:
        user = User(
            id=role, email=f"{role}@verdilo.example", name=role, role=role, locale="",
            created_at=NOW,
        )  # fmt: skip
        self.store.users.add(user)
        self.token = Accounts.of(self.store, self.settings).begin(user, "link", NOW)
        self.client.cookies.set("kb_session", self.token)
        return self

    @property
    def csrf(self) -> str:
        return csrf_token(self.token)

    def form(self, path: str = EN, **changes: str) -> dict[str, str]:
        """The editor's form as the page fills it, with changes."""
        page = self.page("/desk/articles/edit", path=path)
        return {**fields(page), **changes, "csrf": self.csrf}

    def page(self, address: str, **parameters: str) -> LexborHTMLParser:
        response = self.client.get(address, params={"locale": "en", **parameters})
        assert response.status_code == 200, response.text
        return LexborHTMLParser(response.text)

    def save(self, form: dict[str, str], action: str = "publish"):
        return self.client.post("/desk/articles/save?locale=en", data={**form, "action": action})

    def audited(self) -> list[tuple[str, str, str]]:
        lines = self.store.audit.lines(AuditQuery(action="article"), 20)
        return [(line.actor, line.action, line.target) for line in reversed(lines)]


def fields(page: LexborHTMLParser) -> dict[str, str]:
    found = {}
    for node in page.css("#editor input, #editor textarea, #editor select"):
        name = node.attributes.get("name")
        if not name or (node.attributes.get("type") == "checkbox"):
            continue
        if node.tag == "select":
            chosen = node.css_first("option[selected]")
            found[name] = (chosen.attributes["value"] or "") if chosen else ""
        elif node.tag == "textarea":
            found[name] = node.text().removeprefix("\n")
        else:
            found[name] = node.attributes.get("value") or ""
    return found


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content" / "help" / "wifi"
    folder.mkdir(parents=True)
    for locale, (title, body) in WIFI.items():
        more = [] if locale == "en" else ["translation_of: wifi.en"]
        text = article(f"wifi.{locale}", locale, title, body, "updated: 2026-05-01", *more)
        (folder / f"{locale}.md").write_text(text, encoding="utf-8")
    return tmp_path / "content"


@pytest.fixture
def make(tmp_path, content):
    made: list[Desk] = []

    def build(**more: object) -> Desk:
        desk = Desk(tmp_path, **more)
        desk.client.__enter__()
        made.append(desk)
        return desk

    yield build
    for desk in made:
        desk.client.__exit__(None, None, None)
        desk.store.close()


@pytest.fixture
def desk(make) -> Desk:
    return make().sign_in("writer")


# ── Who may ─────────────────────────────────────────────────────────────────────────────────────

PAGES = ("/desk/articles", f"/desk/articles/edit?path={EN}", "/desk/articles/new")
ACTIONS = ("save", "preview", "delete", "restore", "take-in")


def test_whoever_is_not_signed_in_is_sent_to_sign_in(make):
    desk = make()
    for address in PAGES:
        response = desk.client.get(address)
        assert response.status_code == 303
        assert response.headers["location"].startswith("/sign-in?next=")


def test_reps_do_not_write(make, content):
    desk = make().sign_in("rep")
    for address in PAGES:
        assert desk.client.get(address).status_code == 403
    for action in ACTIONS:
        data = {"csrf": desk.csrf, "path": EN, "action": "draft"}
        assert desk.client.post(f"/desk/articles/{action}", data=data).status_code == 403
    assert desk.audited() == []


def test_nothing_is_done_for_a_form_that_is_not_ours(desk, content):
    before = (content / EN).read_bytes()
    form = {**desk.form(), "csrf": "forged", "title": "Forged", "action": "publish"}
    for action in ACTIONS:
        response = desk.client.post(f"/desk/articles/{action}", data=form)
        assert response.status_code == 403
    assert (content / EN).read_bytes() == before


# ── The list ────────────────────────────────────────────────────────────────────────────────────


def titles(page: LexborHTMLParser) -> list[str]:
    return [node.text(strip=True) for node in page.css(".article-list .title")]


def test_an_article_is_listed_once_in_the_readers_language(desk):
    for locale, (title, _) in WIFI.items():
        page = desk.page("/desk/articles", locale=locale)
        assert titles(page) == [title]
        assert len(page.css(".chip.version")) == 3


def test_the_list_is_filtered_by_words_state_language_and_section(desk, content):
    text = article("pump.en", "en", "The pump", "Text.", "draft: true", "tags: [noise]")
    (content / "help" / "pump.md").write_text(text.replace("planter", "growing"), encoding="utf-8")
    desk.index()
    assert titles(desk.page("/desk/articles")) == ["Connect your planter", "The pump"]
    assert titles(desk.page("/desk/articles", q="NOISE")) == ["The pump"]
    assert titles(desk.page("/desk/articles", q="گلدان")) == ["Connect your planter"]
    assert titles(desk.page("/desk/articles", stand="draft")) == ["The pump"]
    assert titles(desk.page("/desk/articles", language="zh")) == ["Connect your planter"]
    assert titles(desk.page("/desk/articles", section="growing")) == ["The pump"]
    assert titles(desk.page("/desk/articles", audience="internal")) == []


def test_a_file_that_is_no_article_is_listed_first_with_the_reason(desk, content):
    (content / "bad.md").write_text("---\ntitle: [\n---\nx", encoding="utf-8")
    page = desk.page("/desk/articles")
    assert titles(page)[0] == "bad.md"
    assert "front matter" in page.css_first(".bad-text").text()


def test_a_missing_content_folder_is_a_sentence(make, tmp_path, content):
    desk = make().sign_in("writer")
    content.rename(tmp_path / "moved")
    page = desk.page("/desk/articles")
    assert "KB_CONTENT_DIR" in page.css_first(".alert.bad").text()
    response = desk.client.get("/desk/articles/new")
    assert response.status_code == 422
    assert "KB_CONTENT_DIR" in response.text


# ── Saving ──────────────────────────────────────────────────────────────────────────────────────


def test_a_saved_article_is_in_the_file_the_store_and_the_audit_log(desk, content):
    response = desk.save(desk.form(title="Connect to Wi-Fi", tags="wifi, setup"))
    assert response.status_code == 303
    assert "saved=saved" in response.headers["location"]
    assert "title: Connect to Wi-Fi\n" in (content / EN).read_text(encoding="utf-8")
    assert desk.store.documents.get("wifi.en").tags == ("wifi", "setup")
    assert desk.audited() == [("writer@verdilo.example", "article.saved", EN)]


def test_what_is_saved_is_found_while_serving_and_the_page_says_so(make):
    desk = make(worker=True).sign_in("writer")
    desk.save(desk.form(body="Press the orange tulip twice."))
    for _ in range(1000):
        page = desk.page("/desk/articles/status", path=EN)
        if page.css_first("[data-final]").attributes["data-final"] == "yes":
            break
    assert "Readers find it" in page.text()
    assert "generation 2" in page.text()
    hits = desk.knowledge_base.search("orange tulip").hits
    assert hits[0].id == "wifi.en"


def test_a_draft_is_not_found_and_not_shown_to_customers(desk):
    desk.save(desk.form(), "draft")
    desk.index()
    assert desk.client.get("/articles/wifi.en").status_code == 404
    assert "Only writers" in desk.page("/desk/articles/edit", path=EN).text()
    assert desk.audited()[-1][1] == "article.unpublished"
    desk.save(desk.form(), "publish")
    desk.index()
    assert desk.client.get("/articles/wifi.en").status_code == 200
    assert desk.audited()[-1][1] == "article.published"


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [("en", "needs a title"), ("fa", "عنوان می‌خواهد"), ("zh", "需要标题")],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    desk, content, locale, sentence
):
    before = (content / EN).read_bytes()
    form = desk.form(title=" ", body="My long <text>\n\n& more", tags="a, b", minor="1")
    response = desk.client.post(
        f"/desk/articles/save?locale={locale}", data={**form, "action": "publish"}
    )
    page = LexborHTMLParser(response.text)
    assert response.status_code == 422
    assert sentence in page.css_first("#field-title-error").text()
    assert page.css_first("#field-title").attributes["aria-invalid"] == "true"
    kept = fields(page)
    assert (kept["body"], kept["tags"]) == ("My long <text>\n\n& more", "a, b")
    assert kept["version"] == form["version"]
    assert "checked" in page.css_first("[name=minor]").attributes
    assert (content / EN).read_bytes() == before
    assert desk.audited() == []


def test_what_is_wrong_is_listed_in_the_order_of_the_form(desk):
    reply = desk.save(new(desk) | {"title": "", "updated": "yesterday", "body": ""})
    links = LexborHTMLParser(reply.text).css("#faults li a")
    fields_named = [link.attributes["href"] for link in links]
    assert fields_named == ["#field-title", "#field-updated", "#field-body"]


def test_a_file_whose_language_cannot_be_read_is_in_that_of_its_name(desk, content):
    (content / "help/wifi/fa.md").write_text(
        "---\ntitle: وای‌فای: اتصال\n---\nمتن\n", encoding="utf-8"
    )
    page = desk.page("/desk/articles/edit", path="help/wifi/fa.md")
    assert fields(page)["article_locale"] == "fa"
    assert page.css_first("#field-body").attributes["dir"] == "rtl"


def test_a_text_that_begins_with_blank_lines_or_ends_a_textarea_is_shown_as_it_is(desk):
    form = desk.form(title="", body="\n\n</textarea><script>alert(1)</script>")
    response = desk.save(form)
    page = LexborHTMLParser(response.text)
    assert fields(page)["body"].strip() == "</textarea><script>alert(1)</script>"
    assert not [node for node in page.css("script") if "alert" in node.text()]


def test_a_disk_that_cannot_be_written_leaves_the_text_in_the_form(desk, monkeypatch):
    def full(*_arguments, **_named):
        raise OSError(28, "No space left on device")

    form = desk.form(body="Precious words")
    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    response = desk.save(form)
    page = LexborHTMLParser(response.text)
    assert response.status_code == 422
    assert "No space left on device" in page.css_first("#faults").text()
    assert fields(page)["body"] == "Precious words"


PATHS = ("../data/kb.sqlite", "/etc/passwd", "help/wifi/../../x.md", f"{EN}\x00", ".trash/x")


def test_a_path_that_is_no_article_is_not_found_and_not_written(desk, tmp_path):
    form = desk.form()
    for path in PATHS:
        response = desk.client.get("/desk/articles/edit", params={"path": path})
        assert response.status_code == 404
        response = desk.save(form | {"path": path})
        assert response.status_code == 409
        assert "is gone" in response.text
    assert not list(tmp_path.rglob("x.md"))


def test_an_article_is_opened_by_its_id_too(desk):
    page = desk.page("/desk/articles/edit", id="wifi.fa")
    assert fields(page)["path"] == "help/wifi/fa.md"
    assert page.css_first("#field-body").attributes["dir"] == "rtl"
    assert desk.client.get("/desk/articles/edit", params={"id": "gone"}).status_code == 404


def test_fields_that_no_article_has_are_shown_and_go_when_told(desk, content):
    file = content / EN
    text = file.read_text(encoding="utf-8").replace("section:", "reviewer: Sara\nsection:")
    file.write_text(text, encoding="utf-8")
    form = desk.form()
    assert form["title"] == WIFI["en"][0]
    assert desk.save(form).status_code == 422
    assert desk.save({**form, "without": "reviewer"}).status_code == 303
    assert "reviewer" not in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_opened_is_a_sentence(desk, content):
    (content / "bad.md").write_bytes(b"\xff\xfe")
    for locale, sentence in (("en", "not UTF-8"), ("fa", "یونیکد نیست"), ("zh", "不是 UTF-8")):
        parameters = {"path": "bad.md", "locale": locale}
        response = desk.client.get("/desk/articles/edit", params=parameters)
        assert response.status_code == 422
        assert sentence in response.text


# ── Two writers ─────────────────────────────────────────────────────────────────────────────────


def theirs(content: Path, body: str, title: str = "Theirs") -> None:
    text = article("wifi.en", "en", title, body, "updated: 2026-05-01")
    (content / EN).write_text(text, encoding="utf-8")


def test_a_change_in_between_is_compared_and_nothing_is_lost(desk, content):
    form = desk.form(title="Mine", body="Hold the leaf button for 7 seconds.")
    theirs(content, "Hold the leaf button for 9 seconds.")
    response = desk.save(form)
    page = LexborHTMLParser(response.text)
    assert response.status_code == 409
    assert [node.text() for node in page.css(".compare mark")] == ["9", "7"]
    assert "Theirs" in page.css_first("table.data").text()
    assert page.css_first("[name=body]").text().strip() == "Hold the leaf button for 7 seconds."
    assert "9 seconds" in (content / EN).read_text(encoding="utf-8")


def clashed(page: LexborHTMLParser) -> dict[str, str]:
    found = {node.attributes["name"]: node.attributes.get("value") or ""
             for node in page.css(".clash input")}  # fmt: skip
    for node in page.css(".clash textarea[name]"):
        found[node.attributes["name"]] = node.text().removeprefix("\n")
    return found


def test_mine_is_saved_over_theirs_where_i_say_so(desk, content):
    form = desk.form(body="Mine.")
    theirs(content, "Theirs.")
    page = LexborHTMLParser(desk.save(form).text)
    assert desk.save(clashed(page)).status_code == 303
    assert (content / EN).read_text(encoding="utf-8").endswith("\nMine.\n")


def test_a_third_change_is_no_less_a_conflict(desk, content):
    form = desk.form(body="Mine.")
    theirs(content, "Theirs.")
    page = LexborHTMLParser(desk.save(form).text)
    theirs(content, "Theirs again.")
    assert desk.save(clashed(page)).status_code == 409


def test_changes_of_different_lines_come_together(desk, content):
    theirs(content, "One.\n\nTwo.\n\nThree.", WIFI["en"][0])
    form = desk.form(body="One!\n\nTwo.\n\nThree.")
    theirs(content, "One.\n\nTwo.\n\nThree?", WIFI["en"][0])
    page = LexborHTMLParser(desk.save(form).text)
    merged = fields(LexborHTMLParser(desk.save(clashed(page), "merge").text))
    assert merged["body"] == "One!\n\nTwo.\n\nThree?"
    assert desk.save({**merged, "csrf": desk.csrf}).status_code == 303


def test_changes_of_the_same_line_are_marked_and_not_published_like_this(desk, content):
    form = desk.form(body="Mine.")
    theirs(content, "Theirs.")
    page = LexborHTMLParser(desk.save(form).text)
    merged = fields(LexborHTMLParser(desk.save(clashed(page), "merge").text))
    assert merged["body"] == "<<<<<<< 1\nTheirs.\n=======\nMine.\n>>>>>>> 2"
    response = desk.save({**merged, "csrf": desk.csrf})
    assert response.status_code == 422
    assert "side by side" in response.text


def test_the_text_for_a_deleted_article_can_be_saved_as_a_new_one(desk, content):
    form = desk.form(body="Mine.", title="Mine")
    (content / EN).unlink()
    response = desk.save(form)
    page = LexborHTMLParser(response.text)
    assert response.status_code == 409
    response = desk.save(clashed(page), "draft")
    assert response.status_code == 303
    assert "help%2Fmine%2Fen.md" in response.headers["location"]


def test_a_preview_in_between_does_not_hide_that_the_file_changed(desk, content):
    form = desk.form(body="Mine.")
    theirs(content, "Theirs.")
    shown = fields(LexborHTMLParser(desk.save(form, "preview").text))
    assert shown["version"] == form["version"]
    assert desk.save({**shown, "csrf": desk.csrf}).status_code == 409


# ── New articles ────────────────────────────────────────────────────────────────────────────────


def new(desk: Desk, **parameters: str) -> dict[str, str]:
    page = desk.page("/desk/articles/new", **parameters)
    return {**fields(page), "csrf": desk.csrf}


def test_a_new_article_is_a_draft_in_a_folder_of_its_own(desk, content):
    form = new(desk) | {"title": "The pump rattles", "body": "Tilt it."}
    response = desk.save(form, "draft")
    assert response.status_code == 303
    text = (content / "help/the-pump-rattles/en.md").read_text(encoding="utf-8")
    assert "draft: true" in text
    assert desk.audited() == [
        ("writer@verdilo.example", "article.created", "help/the-pump-rattles/en.md")
    ]


def test_a_translation_begins_with_the_source_beside_it_and_its_details(desk, content):
    page = desk.page("/desk/articles/new", translation_of="wifi.fa", to="de")
    form = fields(page)
    assert (form["translation_of"], form["section"]) == ("wifi.en", "planter")
    assert form["body"] == WIFI["en"][1]
    assert WIFI["en"][0] in page.css_first("#pane-source").text()
    saved = desk.save({**form, "csrf": desk.csrf, "title": "Verbinden", "body": "Text."})
    assert saved.status_code == 303
    assert desk.store.documents.get("wifi.de").group == "wifi.en"


def test_a_translation_that_is_there_is_opened(desk):
    response = desk.client.get(
        "/desk/articles/new", params={"translation_of": "wifi.en", "to": "zh"}
    )
    assert response.status_code == 303
    assert "help%2Fwifi%2Fzh.md" in response.headers["location"]


def test_a_translation_of_nothing_is_not_found(desk):
    response = desk.client.get("/desk/articles/new", params={"translation_of": "gone"})
    assert response.status_code == 404


def test_a_gap_that_is_not_there_is_not_found(desk):
    assert desk.client.get("/desk/articles/new", params={"gap": "gone"}).status_code == 404


# ── Preview, advice ─────────────────────────────────────────────────────────────────────────────


def preview(desk: Desk, **changes: str) -> LexborHTMLParser:
    response = desk.client.post("/desk/articles/preview?locale=en", data=desk.form(**changes))
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


def test_the_preview_is_rendered_as_the_public_page_is(desk):
    page = preview(desk, body="## A part\n\n| a |\n|---|\n| b |\n\n[up](#a-part)")
    assert page.css_first(".prose h2").text() == "A part"
    assert page.css_first(".prose table")
    assert page.css_first(".prose h2").attributes["id"] == "preview-a-part"
    assert page.css_first(".prose a").attributes["href"] == "#preview-a-part"


EVIL = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "<svg onload=alert(1)>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<form action=/sign-out><button>x</button></form>",
    "<style>*{display:none}</style>",
    '<h2 id="editor" onclick=alert(1)>x</h2>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
)


def test_nothing_in_a_text_or_title_executes(desk):
    for evil in EVIL:
        page = preview(desk, body=f"{evil}\n\n## Part", title=evil, section=evil, tags=evil)
        found = "script, style, svg:not(.icon), form, img[onerror], [onload], [onclick], #editor"
        assert not page.css(found), evil
        targets = [node.attributes.get("href") or "" for node in page.css("a")]
        assert not [one for one in targets if re.match(r"\s*java", one, re.IGNORECASE)], evil


def test_advice_names_lines(desk):
    page = preview(desk, body="Text.\n\nSee [this](gone.en).")
    told = page.css_first("[data-part=advice]")
    assert told.attributes["data-count"] == "2"  # and that the translations are older then
    assert "gone.en" in told.text()
    assert told.css_first("a[data-line]").attributes["data-line"] == "3"


def test_without_scripts_a_button_shows_the_preview_and_keeps_everything(desk):
    response = desk.save(desk.form(title="Neu", body="**fett**"), "preview")
    page = LexborHTMLParser(response.text)
    assert response.status_code == 200
    assert page.css_first("#pane-preview strong").text() == "fett"
    assert fields(page)["title"] == "Neu"


# ── Deleting, other means ───────────────────────────────────────────────────────────────────────


def post(desk: Desk, action: str, **data: str):
    return desk.client.post(f"/desk/articles/{action}?locale=en", data={"csrf": desk.csrf, **data})


def test_a_deleted_article_is_gone_for_readers_and_can_be_brought_back(desk, content):
    form = desk.form()
    assert post(desk, "delete", path=EN, version=form["version"]).status_code == 303
    desk.index()
    assert desk.client.get("/articles/wifi.en").status_code == 404
    page = desk.page("/desk/articles", done="deleted")
    name = page.css_first("#deleted input[name=path]").attributes["value"]
    assert post(desk, "restore", path=name).status_code == 303
    desk.index()
    assert desk.client.get("/articles/wifi.en").status_code == 200
    assert [action for _, action, _ in desk.audited()] == ["article.deleted", "article.restored"]
    assert post(desk, "restore", path=name).status_code == 404


def test_what_somebody_changed_meanwhile_is_not_deleted_unseen(desk, content):
    form = desk.form()
    theirs(content, "Theirs.")
    assert post(desk, "delete", path=EN, version=form["version"]).status_code == 409
    assert (content / EN).exists()


def test_a_file_changed_by_other_means_is_made_searchable_on_request(desk, content):
    theirs(content, "Theirs.")
    assert "outside of this page" in desk.page("/desk/articles/edit", path=EN).text()
    assert post(desk, "take-in", path=EN).status_code == 303
    assert desk.store.documents.get("wifi.en").body == "Theirs."
    assert desk.audited()[-1][1] == "article.stored"


def test_the_history_says_who_did_what(desk):
    desk.save(desk.form(body="New."))
    page = desk.page("/desk/articles/edit", path=EN)
    told = page.css_first(".history li").text()
    assert "writer@verdilo.example" in told
    assert "changed" in told
