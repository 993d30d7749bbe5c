"""Saving: the file and the store say the same, drafts are for writers, nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kb.authoring.faults import Refused
from kb.authoring.fields import Typed
from kb.authoring.folder import Changed
from kb.errors import NotFound
from kb.models import Article, Message, Ticket
from tests.kb.authoring.conftest import NOW, article

EN = "help/wifi/en.md"


def typed_of(opened) -> Typed:
    return Typed.of(opened.listed.article, opened.text.body)


def codes(caught) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in caught.value.faults]


def test_a_saved_article_is_in_the_file_and_in_the_store(desk, store, content) -> None:
    opened = desk.folder.open(EN)
    typed = replace(typed_of(opened), title="Connect to Wi-Fi", tags="wifi, 设置، راه‌اندازی")
    saved = desk.save(EN, opened.version, typed, "publish", NOW)
    assert saved.article.tags == ("wifi", "设置", "راه‌اندازی")
    assert store.documents.get("wifi.en") == saved.article
    assert "title: Connect to Wi-Fi\n" in (content / EN).read_text(encoding="utf-8")


def test_an_article_saved_as_it_is_leaves_the_file_to_the_byte(desk, content) -> None:
    before = (content / EN).read_bytes()
    opened = desk.folder.open(EN)
    dos = typed_of(opened).body.replace("\n", "\r\n")  # as browsers send it
    desk.save(EN, opened.version, replace(typed_of(opened), body=dos), "publish", NOW)
    assert (content / EN).read_bytes() == before


def test_the_date_is_today_where_the_text_changed_and_nobody_set_it(desk) -> None:
    opened = desk.folder.open(EN)
    typed = replace(typed_of(opened), body="Hold it for 7 seconds.")
    assert desk.save(EN, opened.version, typed, "publish", NOW).article.updated == NOW.date()


@pytest.mark.parametrize(
    ("change", "date"),
    [
        ({"minor": True}, dt.date(2026, 5, 1)),
        ({"updated": "2026-06-07"}, dt.date(2026, 6, 7)),
        ({"updated": "۲۰۲۶-۰۶-۰۷"}, dt.date(2026, 6, 7)),
        ({"updated": ""}, None),
    ],
)
def test_the_date_is_the_writers_where_they_say_so(desk, change, date) -> None:
    opened = desk.folder.open(EN)
    typed = replace(typed_of(opened), body="Hold it for 7 seconds.", **change)
    assert desk.save(EN, opened.version, typed, "publish", NOW).article.updated == date


def test_another_section_alone_is_no_new_date(desk) -> None:
    opened = desk.folder.open(EN)
    typed = replace(typed_of(opened), section="growing")
    saved = desk.save(EN, opened.version, typed, "publish", NOW)
    assert (saved.article.section, saved.article.updated) == ("growing", dt.date(2026, 5, 1))


def test_a_file_that_somebody_changed_is_not_overwritten(desk, content) -> None:
    opened = desk.folder.open(EN)
    (content / EN).write_text(article("wifi.en", "en", "Theirs", "Their text."), encoding="utf-8")
    with pytest.raises(Changed) as caught:
        desk.save(EN, opened.version, typed_of(opened), "publish", NOW)
    assert caught.value.theirs.text.body == "Their text."
    assert "Theirs" in (content / EN).read_text(encoding="utf-8")


def test_a_file_that_somebody_deleted_is_a_conflict_without_their_text(desk, content) -> None:
    opened = desk.folder.open(EN)
    (content / EN).unlink()
    with pytest.raises(Changed) as caught:
        desk.save(EN, opened.version, typed_of(opened), "publish", NOW)
    assert caught.value.theirs is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": " \u200b "}, ("title", "title_missing")),
        ({"title": "x" * 301}, ("title", "too_long")),
        ({"locale": ""}, ("locale", "locale_missing")),
        ({"locale": "../en"}, ("locale", "locale_wrong")),
        ({"audience": "everybody"}, ("audience", "audience_wrong")),
        ({"updated": "yesterday"}, ("updated", "date_wrong")),
        ({"updated": "2026-02-30"}, ("updated", "date_wrong")),
        ({"url": "javascript:alert(1)"}, ("url", "url_wrong")),
        ({"url": "http://[bad"}, ("url", "url_wrong")),
        ({"tags": ",".join(map(str, range(60)))}, ("tags", "tags_long")),
        ({"body": "  \n\u200c\n"}, ("body", "body_missing")),
        ({"body": "x" * 5_000_000}, ("body", "body_long")),
        ({"body": "<<<<<<< 1\na\n=======\nb\n>>>>>>> 2"}, ("body", "merge_marks")),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    desk, content, change, fault
) -> None:
    before = (content / EN).read_bytes()
    opened = desk.folder.open(EN)
    with pytest.raises(Refused) as caught:
        desk.save(EN, opened.version, replace(typed_of(opened), **change), "publish", NOW)
    assert fault in codes(caught)
    assert (content / EN).read_bytes() == before


def test_text_that_is_no_text_is_cleaned_and_front_matter_cannot_be_smuggled_in(desk) -> None:
    opened = desk.folder.open(EN)
    typed = replace(
        typed_of(opened),
        title="a\x00b\nid: stolen\r\naudience: public # x",
        section="---\ndraft: true",
        body="---\nid: stolen\n---\ntext\ud800\x07 <script>alert(1)</script>",
    )
    saved = desk.save(EN, opened.version, typed, "publish", NOW)
    assert saved.article.id == "wifi.en"
    assert saved.article.title == "ab id: stolen audience: public # x"
    assert saved.article.section == "--- draft: true"
    assert saved.article.body == "---\nid: stolen\n---\ntext <script>alert(1)</script>"
    assert not saved.article.draft


def test_a_draft_is_found_by_nobody_until_it_is_published(desk, publish, knowledge_base) -> None:
    publish_first(desk, publish)
    opened = desk.folder.open(EN)
    desk.save(EN, opened.version, typed_of(opened), "draft", NOW)
    publish()
    for role in ("customer", "rep", "writer", "admin"):
        with pytest.raises(NotFound):
            knowledge_base.article("wifi.en", role=role)
        hits = knowledge_base.search("connect your planter leaf button", role=role).hits
        assert "wifi.en" not in [hit.id for hit in hits]
    opened = desk.folder.open(EN)
    assert opened.listed.article.draft
    saved = desk.save(EN, opened.version, typed_of(opened), "publish", NOW)
    assert saved.was_draft
    publish()
    assert knowledge_base.article("wifi.en").title == "Connect your planter"


def publish_first(desk, publish) -> None:
    for one in desk.folder.listed():
        desk.store(one.path, NOW)
    publish()


def test_what_is_saved_is_pending_then_live(desk, publish) -> None:
    publish_first(desk, publish)
    opened = desk.folder.open(EN)
    assert desk.standings.of([opened.listed])[0].state == "live"
    desk.save(EN, opened.version, replace(typed_of(opened), body="Hold it."), "publish", NOW)
    listed = desk.folder.open(EN).listed
    (standing,) = desk.standings.of([listed])
    assert (standing.state, standing.generation, standing.found_now) == ("pending", 1, True)
    assert desk.standings.of([listed], "disk full")[0].state == "failed"
    publish()
    (standing,) = desk.standings.of([listed])
    assert (standing.state, standing.generation) == ("live", 2)


def test_a_change_by_other_means_shows_as_not_stored(desk, publish, content) -> None:
    publish_first(desk, publish)
    text = (content / EN).read_text(encoding="utf-8").replace("5 seconds", "9 seconds")
    (content / EN).write_text(text, encoding="utf-8")
    (standing,) = desk.standings.of([desk.folder.open(EN).listed])
    assert (standing.state, standing.found_now) == ("unstored", True)


def test_nothing_indexed_yet_is_no_failure(desk) -> None:
    (standing,) = desk.standings.of([desk.folder.open(EN).listed])
    assert (standing.state, standing.generation) == ("unstored", None)


def test_a_deleted_article_is_gone_from_the_store_and_comes_back_whole(
    desk, store, publish, knowledge_base
) -> None:
    publish_first(desk, publish)
    before = store.documents.get("wifi.en")
    desk.delete(EN, desk.folder.open(EN).version, NOW)
    assert store.documents.get("wifi.en") is None
    publish()
    with pytest.raises(NotFound):
        knowledge_base.article("wifi.en")
    (one,) = desk.folder.trashed()
    saved = desk.restore(one.name, NOW)
    assert saved.article == before == store.documents.get("wifi.en")


@pytest.mark.parametrize(
    ("title", "locale", "path"),
    [
        ("My pump: rattles!", "en", "help/my-pump-rattles/en.md"),
        ("پمپ صدا می‌دهد؟", "fa", "help/پمپ-صدا-می-دهد/fa.md"),
        ("水泵有响声？", "zh", "help/水泵有响声/zh.md"),
        ("Wifi", "en", "help/wifi-2/en.md"),
        ("CON", "en", "help/con-article/en.md"),
        ("../../etc/passwd", "en", "help/etc-passwd/en.md"),
        ("…", "en", "help/section/en.md"),
    ],
)
def test_a_new_article_is_named_after_its_title_and_is_a_draft(
    desk, store, title, locale, path
) -> None:
    saved = desk.create(Typed(title=title, locale=locale, body="Text."), "draft", NOW)
    assert saved.path == path
    assert saved.article.draft
    assert saved.article.id == f"{path.split('/')[1]}.{locale}"
    assert store.documents.get(saved.article.id) == saved.article
    assert desk.folder.open(path).listed.article == saved.article


@pytest.mark.parametrize("name", ["a/b", "..", "A b", ".hidden", "con", "a:b", "qrels", "x" * 200])
def test_a_name_that_is_no_name_is_refused_with_a_proposal(desk, name) -> None:
    with pytest.raises(Refused) as caught:
        desk.create(Typed(title="T", locale="en", body="x", name=name), "draft", NOW)
    assert codes(caught) == [("name", "name_wrong")]
    assert caught.value.faults[0].values["proposal"]


def test_a_translation_stands_beside_its_source_and_shares_its_group(desk) -> None:
    typed = Typed(title="Gießen", locale="de", body="Text.", translation_of="wifi.en")
    saved = desk.create(typed, "publish", NOW)
    assert (saved.path, saved.article.id) == ("help/wifi/de.md", "wifi.de")
    assert saved.article.group == "wifi.en"
    assert saved.article.updated == NOW.date()


def test_a_translation_of_a_flat_file_is_named_like_it(desk, content) -> None:
    flat = article("pump.en", "en", "Pump", "Text.")
    (content / "help" / "pump.en.md").write_text(flat, encoding="utf-8")
    typed = Typed(title="پمپ", locale="fa", body="متن", translation_of="pump.en")
    saved = desk.create(typed, "draft", NOW)
    assert (saved.path, saved.article.id) == ("help/pump.fa.md", "pump.fa")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"locale": "fa"}, ("locale", "language_taken")),
        ({"translation_of": "nothing.en"}, ("translation_of", "source_unknown")),
        ({"locale": "con"}, ("locale", "locale_wrong")),
    ],
)
def test_a_translation_that_has_no_place_is_refused(desk, change, fault) -> None:
    typed = Typed(title="T", locale="de", body="x", translation_of="wifi.en")
    with pytest.raises(Refused) as caught:
        desk.create(replace(typed, **change), "draft", NOW)
    assert codes(caught) == [fault]


def test_no_two_versions_of_an_article_have_one_language(desk) -> None:
    opened = desk.folder.open(EN)
    with pytest.raises(Refused) as caught:
        desk.save(EN, opened.version, replace(typed_of(opened), locale="fa"), "publish", NOW)
    assert codes(caught) == [("locale", "language_taken")]
    saved = desk.save(EN, opened.version, replace(typed_of(opened), locale="de"), "publish", NOW)
    assert saved.article.locale == "de"


def test_an_internal_article_goes_where_internal_ones_are(desk, content) -> None:
    (content / "handbook" / "a").mkdir(parents=True)
    text = article("a.en", "en", "A", "Text.", "audience: internal")
    (content / "handbook" / "a" / "en.md").write_text(text, encoding="utf-8")
    typed = Typed(title="B", locale="en", body="x", audience="internal")
    assert desk.create(typed, "draft", NOW).path == "handbook/b/en.md"


def test_an_id_that_a_ticket_has_is_not_taken_again(desk, store) -> None:
    ticket = Ticket(id="pump.en", locale="en", messages=(Message(author="customer", text="x"),))
    store.documents.save(ticket, NOW, replaces=None)
    saved = desk.create(Typed(title="Pump", locale="en", body="x"), "draft", NOW)
    assert saved.article.id == "pump-2.en"
    assert store.documents.get("pump.en") == ticket


def test_two_writers_who_begin_the_same_article_get_two(desk) -> None:
    typed = Typed(title="Pump", locale="en", body="x")
    paths = [desk.create(typed, "draft", NOW).path for _ in range(2)]
    assert paths == ["help/pump/en.md", "help/pump-2/en.md"]


def test_fields_that_no_article_has_stay_until_they_are_told_to_go(desk, content) -> None:
    file = content / EN
    text = file.read_text(encoding="utf-8").replace("section:", "reviewer: Sara\nsection:")
    file.write_text(text, encoding="utf-8")
    opened = desk.folder.open(EN)
    assert opened.listed.fault.code == "broken"
    typed = Typed.of_broken({"title": "T", "locale": "en"}, opened.text.body)
    with pytest.raises(Refused) as caught:
        desk.save(EN, opened.version, typed, "publish", NOW)
    assert codes(caught) == [("", "broken")]
    saved = desk.save(EN, opened.version, replace(typed, without=("reviewer",)), "publish", NOW)
    assert saved.article.id == "wifi.en"
    assert "reviewer" not in file.read_text(encoding="utf-8")


def test_a_store_that_is_away_leaves_the_saved_file_and_says_so(desk, monkeypatch, content) -> None:
    from sqlalchemy.exc import OperationalError

    def away(*_arguments, **_named):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr("kb.store.documents.Documents.upsert", away)
    opened = desk.folder.open(EN)
    saved = desk.save(EN, opened.version, replace(typed_of(opened), title="New"), "publish", NOW)
    assert not saved.stored
    assert "title: New" in (content / EN).read_text(encoding="utf-8")


def test_the_indexer_finds_the_saved_file_as_it_is_stored(desk, settings, store, content) -> None:
    from indexer.pipeline import index
    from tests.fakes import BagOfWordsEmbedder

    typed = Typed(title="水泵", locale="zh", body="文字。", tags="a，b")
    saved = desk.create(typed, "publish", NOW)
    report = index([content], settings, store, BagOfWordsEmbedder())
    assert report.problems == []
    assert (report.changes.updated, report.changes.removed) == (0, 0)
    assert isinstance(store.documents.get(saved.article.id), Article)
