"""The content folder: nothing outside it, nothing half written, nothing lost."""

from __future__ import annotations

import datetime as dt
import os
import threading

import pytest

from kb.authoring.faults import Refused
from kb.authoring.folder import Changed, ContentFolder
from kb.errors import NotFound

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


@pytest.fixture
def folder(content, tmp_path) -> ContentFolder:
    return ContentFolder(content, tmp_path / "data" / "content.lock", 10_000)


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [fault.code for fault in caught.value.faults]


def test_articles_are_listed_by_path_with_what_they_say(folder) -> None:
    found = folder.listed()
    assert [one.path for one in found] == [f"help/wifi/{code}.md" for code in ("en", "fa", "zh")]
    assert [one.article.title for one in found][2] == "让花盆连上网络"


def test_what_the_indexer_passes_over_is_not_listed(folder, content) -> None:
    (content / "README.md").write_text("# Read me", encoding="utf-8")
    (content / ".trash").mkdir()
    (content / ".trash" / "old.md").write_text("x", encoding="utf-8")
    (content / "golden" / "qrels").mkdir(parents=True)
    (content / "golden" / "a.md").write_text("x", encoding="utf-8")
    assert len(folder.listed()) == 3


@pytest.mark.parametrize(
    "path",
    [
        "../outside.md",
        "help/../../outside.md",
        "/etc/passwd",
        "help/wifi/en.md\x00.png",
        "help\\wifi\\en.md",
        "help/wifi/./en.md",
        "help//wifi/en.md",
        "HELP/wifi/en.md",
        "help/wifi",
        "",
        ".",
        "help/wifi/en.md/",
        "～/x.md",
        "help/wifi/en.md ",
    ],
)
def test_a_path_that_is_no_listed_file_leads_nowhere(folder, content, path) -> None:
    (content.parent / "outside.md").write_text("secret", encoding="utf-8")
    with pytest.raises(NotFound):
        folder.open(path)
    with pytest.raises(Changed) as caught:
        folder.replace(path, "0" * 64, b"x")
    assert caught.value.theirs is None
    assert (content.parent / "outside.md").read_text(encoding="utf-8") == "secret"


def test_links_lead_nowhere_neither_of_files_nor_of_folders(folder, content) -> None:
    outside = content.parent / "elsewhere"
    outside.mkdir()
    (outside / "en.md").write_text("---\ntitle: a\nlocale: en\n---\nx", encoding="utf-8")
    (content / "help" / "linked").symlink_to(outside)
    (content / "help" / "wifi" / "de.md").symlink_to(outside / "en.md")
    (content / "help" / "again").symlink_to(content / "help" / "wifi")
    assert len(folder.listed()) == 3
    with pytest.raises(NotFound):
        folder.open("help/linked/en.md")


def test_a_new_file_is_not_written_through_a_link(folder, content) -> None:
    outside = content.parent / "elsewhere"
    outside.mkdir()
    (content / "linked").symlink_to(outside)
    for path in ("linked/new/en.md", "linked/en.md"):
        with pytest.raises(Refused) as caught:
            folder.create(path, b"x", own_folder=False)
        assert codes(caught) == ["name_taken"]
    assert list(outside.iterdir()) == []


def test_a_file_is_replaced_by_who_has_seen_it_only(folder, content) -> None:
    opened = folder.open("help/wifi/en.md")
    folder.replace(opened.path, opened.version, b"---\ntitle: New\nlocale: en\n---\n\nBody\n")
    with pytest.raises(Changed) as caught:
        folder.replace(opened.path, opened.version, b"lost")
    assert caught.value.theirs.listed.article.title == "New"
    assert folder.open(opened.path).listed.article.title == "New"
    assert [file.name for file in (content / "help" / "wifi").iterdir() if "new" in file.name] == []


def test_of_two_writers_at_once_one_wins_and_the_other_is_told(folder) -> None:
    opened = folder.open("help/wifi/en.md")
    outcomes = []
    together = threading.Barrier(8)

    def write(number: int) -> None:
        together.wait()
        try:
            text = f"---\ntitle: T{number}\nlocale: en\n---\nBody"
            folder.replace(opened.path, opened.version, text.encode())
            outcomes.append(number)
        except Changed:
            outcomes.append(None)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [one for one in outcomes if one is not None]
    assert len(outcomes) == 8
    assert len(winners) == 1
    assert folder.open(opened.path).listed.article.title == f"T{winners[0]}"


def test_a_deleted_file_can_be_put_back_as_it_was(folder, content) -> None:
    opened = folder.open("help/wifi/fa.md")
    before = (content / opened.path).read_bytes()
    folder.delete(opened.path, opened.version, NOW)
    assert len(folder.listed()) == 2
    (one,) = folder.trashed()
    assert (one.path, one.at) == (opened.path, NOW)
    assert folder.restore(one.name) == opened.path
    assert (content / opened.path).read_bytes() == before
    assert folder.trashed() == []


def test_the_last_file_of_a_folder_takes_the_folder_with_it(folder, content) -> None:
    for opened in [folder.open(one.path) for one in folder.listed()]:
        folder.delete(opened.path, opened.version, NOW)
    assert not (content / "help" / "wifi").exists()
    assert len(folder.trashed()) == 3
    for one in folder.trashed():
        folder.restore(one.name)
    assert len(folder.listed()) == 3


def test_nothing_is_put_back_over_another_file(folder, content) -> None:
    opened = folder.open("help/wifi/fa.md")
    folder.delete(opened.path, opened.version, NOW)
    (content / opened.path).write_text("another", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        folder.restore(folder.trashed()[0].name)
    assert codes(caught) == ["restore_taken"]
    with pytest.raises(NotFound):
        folder.restore("../help/wifi/en.md")


@pytest.mark.parametrize(
    ("content_of_file", "code"),
    [
        (b"---\ntitle: \xff\xfe\n---\nx", "not_utf8"),
        (b"x" * 10_001, "too_large"),
        (b"---\ntitle: a\n---\nx", "broken"),
        (b"---\na: &a [x]\nb: *a\ntitle: t\nlocale: en\n---\nx", "broken"),
        (b"---\ntitle: !!python/object:os.system x\nlocale: en\n---\nx", "broken"),
        (b"---\ntitle: [a\n---\nx", "broken"),
        (b"---\n" + b"[" * 50 + b"\n---\nx", "broken"),
        (b"just text", "broken"),
        (b"", "broken"),
    ],
)
def test_a_file_that_is_no_article_is_listed_with_the_reason(
    folder, content, content_of_file, code
) -> None:
    (content / "help" / "bad.md").write_bytes(content_of_file)
    (one,) = [one for one in folder.listed() if one.path == "help/bad.md"]
    assert one.article is None
    assert one.fault.code == code


def test_broken_front_matter_names_its_line(folder, content) -> None:
    (content / "bad.md").write_bytes(b"---\ntitle: a\nlocale: [en\n---\nx")
    fault = folder.listed()[0].fault
    assert fault.line in (3, 4)
    assert "front matter" in fault.values["reason"]


def test_what_cannot_be_decoded_or_is_too_large_is_not_opened(folder, content) -> None:
    for name, data in (("a.md", b"\xff"), ("b.md", b"x" * 20_000)):
        (content / name).write_bytes(data)
        with pytest.raises(Refused):
            folder.open(name)


def test_a_missing_folder_is_said(tmp_path) -> None:
    folder = ContentFolder(tmp_path / "gone", tmp_path / "lock", 1000)
    with pytest.raises(Refused) as caught:
        folder.listed()
    assert codes(caught) == ["no_folder"]
    with pytest.raises(Refused) as caught:
        folder.create("a/en.md", b"x", own_folder=True)
    assert codes(caught) == ["no_folder"]
    assert not (tmp_path / "gone").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_said(folder, content) -> None:
    opened = folder.open("help/wifi/en.md")
    (content / "help" / "wifi").chmod(0o500)
    try:
        with pytest.raises(Refused) as caught:
            folder.replace(opened.path, opened.version, b"x")
        assert codes(caught) == ["cannot_write"]
    finally:
        (content / "help" / "wifi").chmod(0o700)


def test_a_failing_disk_leaves_the_old_file_and_no_scratch(folder, content, monkeypatch) -> None:
    opened = folder.open("help/wifi/en.md")
    before = (content / opened.path).read_bytes()

    def full(*_arguments, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(Refused) as caught:
        folder.replace(opened.path, opened.version, b"x")
    assert codes(caught) == ["cannot_write"]
    assert caught.value.faults[0].values["reason"] == "No space left on device"
    assert (content / opened.path).read_bytes() == before
    assert len(list((content / "help" / "wifi").iterdir())) == 3


def test_who_holds_the_lock_for_long_is_waited_for_only_so_long(folder, monkeypatch) -> None:
    from kb.authoring import folder as module

    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.01)
    opened = folder.open("help/wifi/en.md")
    with folder._writing(), pytest.raises(Refused) as caught:
        folder.replace(opened.path, opened.version, b"x")
    assert codes(caught) == ["busy"]
