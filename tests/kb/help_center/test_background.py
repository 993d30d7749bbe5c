"""Values that are computed once, in the background."""

from __future__ import annotations

import threading

from kb.help_center.background import Kept


def test_the_first_caller_waits_for_what_is_quick():
    kept = Kept("test", lambda: 7, 0)
    assert kept.get(1, patience=30) == 7


def test_a_slow_value_is_not_waited_for_and_the_last_one_served_meanwhile():
    go, done = threading.Event(), threading.Event()
    values = iter([1, 2])

    def compute() -> int:
        value = next(values)
        if value == 2:
            go.wait(30)
            done.set()
        return value

    kept = Kept("test", compute, 0)
    assert kept.get("first", patience=30) == 1
    assert kept.get("second") == 1
    assert kept.get("second") == 1
    go.set()
    done.wait(30)


def test_a_failure_is_tried_again_with_the_next_stamp_only(caplog):
    calls = []

    def compute() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("first time")
        return 5

    kept = Kept("test", compute, 0)
    assert kept.get(1, patience=30) == 0
    assert "test could not be computed" in caplog.text
    assert kept.get(1) == 0
    kept.get(2, patience=30)
    for _ in range(100):
        if kept.get(2) == 5:
            break
        threading.Event().wait(0.05)
    assert kept.get(2) == 5
    assert len(calls) == 2
