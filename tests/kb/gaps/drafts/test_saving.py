"""Drafts in the content folder: read by the source reader, never indexed, nothing overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.pipeline import index
from indexer.sources import SourceDocument, open_source
from indexer.sources.markdown import read_markdown
from kb.errors import Conflict, InvalidInput, OperationalError
from kb.gaps.drafts.outline import Outline, outline_of
from kb.gaps.drafts.replies import Reply, replies_of
from kb.gaps.drafts.saving import save_draft
from kb.gaps.models import CentralQuestion
from kb.models import Article
from kb.privacy import Redactor
from kb.snapshot import open_current
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder
from tests.kb.gaps.made import NOW, TICKETS, gap

HOSTILE = [
    "---",
    "---\ndraft: false\n---\n# now",
    "x\ndraft: false\naudience: public",
    "'\"`: {draft: false} # &a *a !!python/object:os.system",
    "draft: false",
    "<script>alert(1)</script>",
    "--> <img src=x onerror=alert(1)> <!--",
    "../../../etc/passwd",
    "/etc/passwd",
    "..",
    "qrels",
    "readme",
    ".hidden",
    "con",
    "=HYPERLINK(\"http://x.example\";\"y\")",
    "null",
    "2026-01-01",
    "[x](javascript:alert(1)) ![y](http://x.example/p.png)",
    "# heading\n\n## heading\n\n```\ncode",
    "\x00\x1b[31m\x85\u2028\u2029\ufeff\u202e evil",
    "\ud800 broken",
    "سلام <b>دنیا</b>؟ ---",
    "请问 <script> 怎么？\n---\n",
    "how " * 25_000,
    "怎么" * 50_000,
    "𠀀" * 100_000,
    "?" * 100_000,
]  # fmt: skip


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def outline(text: str = "How do I pair a second phone?", locale: str = "en") -> Outline:
    question = CentralQuestion(text=text.encode(errors="replace").decode(), locale="en", people=3)
    made = gap(central=(question,), label=question.text, languages={locale: 3})
    return outline_of(made, replies_of(TICKETS, Redactor()), NOW)


def read(path: Path) -> Article:
    item = read_markdown(path, max_document_bytes=1_000_000)
    assert isinstance(item, SourceDocument), item
    assert isinstance(item.document, Article)
    return item.document


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_a_draft_is_read_back_as_a_draft_of_its_language(content, locale):
    path = save_draft(outline(locale=locale), content)
    assert path == content / "help" / "how-do-i-pair-a-second-phone" / f"{locale}.md"
    article = read(path)
    assert article.id == f"how-do-i-pair-a-second-phone.{locale}"
    assert article.draft
    assert (article.locale, article.audience, article.updated) == (locale, "public", NOW.date())
    assert [child.name for child in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:24]))
def test_whatever_customers_write_stays_a_draft_inside_the_content_folder(content, text):
    path = save_draft(outline(text), content)
    assert path.resolve().is_relative_to((content / "help").resolve())
    assert path.parent.parent == content / "help"
    article = read(path)
    assert article.draft
    assert article.audience == "public"
    assert article.group == article.id
    assert 0 < len(article.title) <= 80
    assert len(path.read_text(encoding="utf-8")) < 20_000
    items = list(open_source(content, max_document_bytes=1_000_000))
    assert [item.document.id for item in items] == [article.id]  # no folder is passed over


def test_hostile_replies_and_articles_change_nothing_either(content):
    nearest = gap().nearest.model_copy(
        update={"title": "a](javascript:x) --- <b>", "id": "--> x", "reason": "---\ndraft: false"}
    )
    reply = Reply(
        ticket_id="T](x) <b> ../..",
        locale="en",
        text="Open it.\n---\ndraft: false\n---\n# Title\n<script>x</script> Press <img src=x>.",
    )
    path = save_draft(outline_of(gap(nearest=nearest), [reply], NOW), content)
    article = read(path)
    assert article.draft
    assert "\n---" not in article.body
    assert "\n# " not in article.body
    assert "<script" not in article.body.replace("\\<", "")


def test_the_pipeline_stores_drafts_and_nobody_finds_them_until_they_are_published(
    content, settings
):
    published = content / "help" / "lamp" / "en.md"
    published.parent.mkdir(parents=True)
    published.write_text(
        "---\nid: lamp.en\nlocale: en\ntitle: Lamp\n---\nTwelve hours a day.", encoding="utf-8"
    )
    drafts = [save_draft(outline(text, locale), content) for text, locale in [
        ("How do I pair a second phone?", "en"),
        ("---\ndraft: false\n---", "en"),
        ("گوشی دوم را چطور وصل کنم؟", "fa"),
        ("怎么绑定第二部手机？", "zh"),
    ]]  # fmt: skip
    store, embedder = Store(settings.store_url), BagOfWordsEmbedder()
    report = index([content], settings, store, embedder)
    assert not report.problems
    assert report.changes.added == 1 + len(drafts)
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert snapshot.collections["help"].document_ids == ["lamp.en"]
    assert store.documents.get(read(drafts[0]).id) == read(drafts[0])
    text = drafts[0].read_text(encoding="utf-8")
    drafts[0].write_text(text.replace("draft: true\n", ""), encoding="utf-8")
    index([content], settings, store, embedder)
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert sorted(snapshot.collections["help"].document_ids) == [read(drafts[0]).id, "lamp.en"]
    store.close()


def test_nothing_is_overwritten_a_second_draft_of_a_title_is_numbered(content):
    first, second = save_draft(outline(), content), save_draft(outline(), content)
    assert second.parent.name == "how-do-i-pair-a-second-phone-2"
    assert read(second).id == "how-do-i-pair-a-second-phone-2.en"
    assert read(first).id == "how-do-i-pair-a-second-phone.en"
    third = save_draft(outline(), content, {"how-do-i-pair-a-second-phone-3.en"})
    assert third.parent.name.endswith("-4")


def test_an_article_of_that_name_is_left_alone(content):
    folder = content / "help" / "how-do-i-pair-a-second-phone"
    folder.mkdir(parents=True)
    path = save_draft(outline(), content)
    assert list(folder.iterdir()) == []
    assert path.parent != folder


def test_too_many_drafts_of_one_title_are_refused(content):
    (content / "help").mkdir()
    for number in range(60):
        suffix = f"-{number}" if number > 1 else ""
        (content / "help" / f"how-do-i-pair-a-second-phone{suffix}").mkdir(exist_ok=True)
    with pytest.raises(Conflict, match="finish or delete"):
        save_draft(outline(), content)


def test_links_do_not_lead_out_of_the_content_folder(content, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (content / "help").mkdir()
    (content / "help" / "how-do-i-pair-a-second-phone").symlink_to(outside)
    path = save_draft(outline(), content)
    assert path.parent.name.endswith("-2")
    assert list(outside.iterdir()) == []
    other = tmp_path / "other"
    other.mkdir()
    (other / "help").symlink_to(outside)
    with pytest.raises(InvalidInput, match="leads out"):
        save_draft(outline(), other)
    assert list(outside.iterdir()) == []


def test_a_missing_content_folder_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="KB_CONTENT_DIR"):
        save_draft(outline(), tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_an_operational_error(content):
    (content / "help").mkdir(mode=0o500)
    with pytest.raises(OperationalError, match="cannot be written"):
        save_draft(outline(), content)


def test_a_file_that_cannot_be_written_leaves_nothing_behind(content, monkeypatch):
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OperationalError, match="No space left"):
        save_draft(outline(), content)
    assert list((content / "help").iterdir()) == []
