"""Which files of a folder are content, and in which order they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.sources import Problem, SourceDocument, open_source
from kb.errors import InvalidInput

ARTICLE = "---\ntitle: T\nlocale: en\n---\nBody\n"
LINE = '{"_id": "%s", "title": "T", "text": "B", "lang": "en"}\n'


def write(path: Path, text: str = ARTICLE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(path: Path) -> list[str]:
    items = open_source(path, max_document_bytes=100_000)
    return [item.document.id for item in items if isinstance(item, SourceDocument)]


def test_files_come_in_the_order_of_their_paths_whatever_their_kind(tmp_path: Path) -> None:
    write(tmp_path / "b" / "en.md")
    write(tmp_path / "a" / "fa.md")
    write(tmp_path / "a" / "en.markdown")
    write(tmp_path / "aa.jsonl", LINE % "one" + LINE % "two")
    assert ids(tmp_path) == ["a.en", "a.fa", "one", "two", "b.en"]


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/readme.md",
        ".hidden.md",
        ".git/x.md",
        "notes.txt",
        "x.json",
        "md",
        "x.md~",
    ],
)
def test_what_is_no_content_is_left_alone(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    write(tmp_path / "z" / "en.md")
    assert ids(tmp_path) == ["z.en"]


def test_an_eval_dataset_inside_the_folder_is_no_content(tmp_path: Path) -> None:
    write(tmp_path / "golden" / "qrels" / "test.tsv", "")
    write(tmp_path / "golden" / "corpus.jsonl", LINE % "labelled")
    write(tmp_path / "help" / "en.md")
    assert ids(tmp_path) == ["help.en"]


def test_a_dataset_s_corpus_can_be_read_when_it_is_named(tmp_path: Path) -> None:
    write(tmp_path / "qrels" / "test.tsv", "")
    corpus = write(tmp_path / "corpus.jsonl", LINE % "labelled")
    assert ids(corpus) == ["labelled"]


def test_a_broken_file_does_not_keep_its_neighbours_out(tmp_path: Path) -> None:
    write(tmp_path / "a" / "en.md")
    broken = write(tmp_path / "b" / "en.md", "---\n: [\n---\nBody")
    write(tmp_path / "c" / "en.md")
    first, problem, last = open_source(tmp_path, max_document_bytes=1000)
    assert isinstance(first, SourceDocument)
    assert isinstance(problem, Problem)
    assert problem.origin == str(broken)
    assert isinstance(last, SourceDocument)


def test_a_single_file_is_read_even_if_it_is_called_readme(tmp_path: Path) -> None:
    assert ids(write(tmp_path / "x" / "README.md")) == ["x.README"]


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    assert ids(tmp_path) == []


def test_a_link_back_up_the_tree_is_not_followed_for_ever(tmp_path: Path) -> None:
    write(tmp_path / "a" / "en.md")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "here").symlink_to(tmp_path / "a", target_is_directory=True)
    assert ids(tmp_path) == ["a.en"]


def test_a_linked_folder_of_content_is_read(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "a" / "en.md")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "help").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert ids(tmp_path / "site") == ["a.en"]


def test_a_link_to_nowhere_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "x.md").symlink_to(tmp_path / "gone.md")
    assert list(open_source(tmp_path, max_document_bytes=1000)) == [
        Problem(str(tmp_path / "x.md"), "cannot be read: No such file or directory")
    ]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"There is no file or folder .*nowhere; check the path"):
        open_source(tmp_path / "nowhere", max_document_bytes=1000)


def test_a_file_of_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    file = write(tmp_path / "x.docx")
    with pytest.raises(
        InvalidInput, match=r"neither a folder nor a file ending in \.jsonl, \.mark"
    ):
        open_source(file, max_document_bytes=1000)
