"""What is remembered between reports, and how it is forgotten."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np

from kb.gaps.missing.coverage import Found
from kb.gaps.remembered import QUESTIONS, QuestionCache, forget_questions, open_cache

SECRET = "My pump at Nightingale Lane 7 rattles"


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{QUESTIONS}*")))


def test_what_was_found_is_known_again_in_its_space_only(tmp_path) -> None:
    found = {"k1": Found(0.25, "پمپ.fa", "pump.en", "fa"), "k2": Found(0.0, "", "", "")}
    with open_cache(tmp_path / "cache") as cache:
        cache.remember_found("one", found)
    with open_cache(tmp_path / "cache") as cache:
        assert cache.found("one", ["k1", "k2", "k3"]) == found
        assert cache.found("other", ["k1"]) == {}
        assert cache.found("one", []) == {}


def test_what_is_found_anew_takes_the_place_of_what_was(tmp_path) -> None:
    with open_cache(tmp_path) as cache:
        cache.remember_found("one", {"k": Found(0.1, "a", "a", "en")})
        cache.remember_found("one", {"k": Found(0.9, "b", "b", "en")})
        assert cache.found("one", ["k"]) == {"k": Found(0.9, "b", "b", "en")}


def test_other_generations_are_forgotten(tmp_path) -> None:
    with open_cache(tmp_path) as cache:
        for space in ("old", "new"):
            cache.remember_found(space, {"k": Found(0.1, "a", "a", "en")})
        cache.keep_only("new")
        assert cache.found("old", ["k"]) == {}
        assert len(cache.found("new", ["k"])) == 1


def test_more_keys_than_one_statement_takes(tmp_path) -> None:
    found = {f"k{n}": Found(n / 2000, "a", "a", "en") for n in range(1700)}
    with open_cache(tmp_path) as cache:
        cache.remember_found("one", found)
        assert cache.found("one", list(found)) == found
        cache.remember_problems({key: f"told {key}" for key in found})
        assert cache.problems(["k1699", "k0", "none"]) == {"k1699": "told k1699", "k0": "told k0"}


def test_keys_are_data_not_sql(tmp_path) -> None:
    hostile = "'; DROP TABLE found; --"
    with open_cache(tmp_path) as cache:
        cache.remember_found(hostile, {hostile: Found(0.5, hostile, "g", "en")})
        assert cache.found(hostile, [hostile])[hostile].article == hostile


def test_forgetting_leaves_no_text_and_no_vector_in_the_file(tmp_path) -> None:
    vector = np.linspace(-1, 1, 64, dtype=np.float32)
    with open_cache(tmp_path) as cache:
        cache.remember_problems({f"h{n}": f"{SECRET} {n} " * 50 for n in range(300)})
        cache.remember_found("space", {"key-of-the-question": Found(0.5, "a.en", "a.en", "en")})
        cache.vectors.put("model query", {b"k" * 32: vector})
    before = everything(tmp_path)
    assert SECRET.encode() in before
    assert vector.tobytes() in before
    forget_questions(tmp_path / QUESTIONS)
    after = everything(tmp_path)
    for secret in (SECRET.encode(), b"Nightingale", b"key-of-the-question", vector.tobytes()):
        assert secret not in after
    with open_cache(tmp_path) as cache:  # and it goes on working
        assert cache.problems(["h1"]) == {}
        cache.remember_problems({"h1": "again"})
        assert cache.problems(["h1"]) == {"h1": "again"}


def test_forgetting_leaves_nothing_where_another_process_has_the_file_open(tmp_path) -> None:
    other = QuestionCache(tmp_path / QUESTIONS)
    other.remember_problems({f"h{n}": f"{SECRET} {n} " * 50 for n in range(300)})
    forget_questions(tmp_path / QUESTIONS)
    assert b"Nightingale" not in everything(tmp_path)
    assert other.problems(["h1"]) == {}
    other.close()
    assert b"Nightingale" not in everything(tmp_path)


def test_forgetting_where_nothing_was_remembered_is_no_trouble(tmp_path) -> None:
    forget_questions(tmp_path / QUESTIONS)
    with sqlite3.connect(tmp_path / QUESTIONS) as database:
        assert database.execute("SELECT count(*) FROM problems").fetchone() == (0,)
    database.close()


def test_problems_of_tickets_that_are_gone_are_overwritten(tmp_path) -> None:
    with open_cache(tmp_path) as cache:
        cache.remember_problems({"a": "گلدان", "b": "花盆", "c": "planter"})
        cache.keep_problems({"a", "c", "z"})
        assert cache.problems(["a", "b", "c", "z"]) == {"a": "گلدان", "c": "planter"}
        cache.keep_problems(())
        assert cache.problems(["a", "c"]) == {}
