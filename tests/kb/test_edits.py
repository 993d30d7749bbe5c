"""Drafts and what was sent."""

from __future__ import annotations

import pytest

from kb.edits import MAX_CHARS, edit_distance, shortened


@pytest.mark.parametrize(
    ("draft", "text", "distance"),
    [
        ("abcd", "abcd", 0.0),
        ("abcd", "abxd", 0.25),
        ("abcd", "", 1.0),
        ("", "", 0.0),
        ("مخزن را کج کنید", "مخزن را خم کنید", 2 / 15),
        ("请倾斜水箱", "请倒空水箱", 2 / 5),
    ],
)
def test_the_distance_is_a_share_of_the_longer_text(draft: str, text: str, distance: float) -> None:
    assert edit_distance(draft, text) == pytest.approx(distance)
    assert edit_distance(text, draft) == pytest.approx(distance)


def test_white_space_is_no_edit() -> None:
    assert edit_distance("Hello,\n\ntilt it.", " Hello,\r\n tilt\u00a0it.\n\n") == 0


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        ("Hello [NAME],\n\ntilt it.", "Hello Sam Doe,\n\ntilt it."),
        ("سلام [NAME]،\n\nکج کنید.", "سلام سارا،\n\nکج کنید."),
        ("[NAME]，您好：\n\n请倾斜。", "王小明，您好：\n\n请倾斜。"),
        ("Order {{order.id}}, state #{order.state}", "Order 4711, state sent"),
        ("[ORDER] [ORDER]", "1 2"),
        ("Dear {{contact.name}}", "Dear Sam"),
        ("Hello [NAME]", "Hello [NAME]"),
    ],
)
def test_filling_placeholders_is_no_edit(draft: str, text: str) -> None:
    assert edit_distance(draft, text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Hello Sam, empty it.",
        "Hi Sam, tilt it.",
        "Hello Sam, tilt it. Bye!",
        f"Hello {'very ' * 30}Sam, tilt it.",
        "Hello Sam, tilt",
    ],
)
def test_changing_more_than_a_placeholder_is_an_edit(text: str) -> None:
    assert edit_distance("Hello [NAME], tilt it.", text) > 0


def test_a_text_that_only_overlaps_with_itself_is_not_taken_for_a_filled_draft() -> None:
    assert edit_distance("aba[NAME]aba", "aba") > 0


def test_texts_are_compared_up_to_a_length() -> None:
    common = "word " * (MAX_CHARS // 5)
    assert edit_distance(common + "one end", common + "another end") == 0
    assert edit_distance("x" * 1_000_000, "y" * 1_000_000) == 1


@pytest.mark.parametrize("noise", ["[NAME]", "{{", "#{", "{{a}}", "[", "\n", "{{ " * 3])
def test_awkward_noise_is_compared_like_any_text(noise: str) -> None:
    assert 0 <= edit_distance(noise * 30_000, noise * 20_000 + "x") <= 1


def test_a_long_text_is_cut_at_a_space_where_there_is_one() -> None:
    words = "kb@verdilo.example " * 2000
    assert shortened(words).endswith("verdilo.example")
    assert MAX_CHARS - 300 < len(shortened(words)) <= MAX_CHARS
    assert shortened("水" * 30_000) == "水" * MAX_CHARS
    assert shortened("short") == "short"


def test_a_draft_of_nothing_but_placeholders_is_compared_as_it_is() -> None:
    noise = " ".join(f"{{{{field{number}}}}}" for number in range(1500))
    assert edit_distance(noise, noise.replace("field", "f")) > 0
    assert edit_distance(noise, noise) == 0
