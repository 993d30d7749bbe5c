"""What resolved tickets tell to do, as steps."""

from __future__ import annotations

import pytest

from kb.gaps.drafts.replies import Reply, replies_of, shortened, split, statements_of, steps_of
from kb.models import Message, Ticket
from kb.privacy import Redactor
from tests.kb.gaps.made import DAY, NOW, TICKETS, ticket

REPLIES = replies_of(TICKETS, Redactor())


def reply(name: str, text: str, locale: str = "en", **more: object) -> Reply:
    return Reply(ticket_id=name, locale=locale, text=text, **more)


def texts(replies, locale: str = "en") -> list[str]:
    return [step.text for step in steps_of(replies, locale)]


def test_the_reply_that_resolved_a_ticket_is_read_without_greeting_closing_and_names():
    assert [one.ticket_id for one in REPLIES] == ["T-1", "T-2", "T-3", "T-4"]
    first = REPLIES[0]
    assert first.confirmed
    assert "Sam" not in first.text
    assert "Mina" not in first.text
    assert "Best regards" not in first.text
    assert first.at == (NOW - 90 * DAY).date()
    assert REPLIES[2].text.startswith("در اپلیکیشن")


def test_personal_data_is_redacted():
    sent = ticket("T", "en", "Help", "Open https://a.example. Write to sam@doe.example, Sam Doe.")
    [one] = replies_of([sent], Redactor())
    assert "sam@doe.example" not in one.text
    assert "Doe" not in one.text


def test_tickets_without_a_reply_that_answers_and_open_ones_give_nothing():
    open_one = TICKETS[0].model_copy(update={"status": "open"})
    asked = ticket("T", "en", "It leaks", "Could you please send us a photo?")
    alone = Ticket(
        id="T", locale="fa", messages=[Message(author="customer", text="سلام")], status="solved"
    )
    assert replies_of([open_one, asked, alone], Redactor()) == []


def test_instructions_are_steps_in_three_languages_and_the_rest_is_not():
    assert texts(REPLIES[:1]) == [
        "Open the Verdilo app and tap Settings.",
        "Hold the leaf button for 5 seconds.",
        "See https://help.verdilo.example/phones?x=1.",
    ]
    assert texts(REPLIES[2:3], "fa") == [
        "در اپلیکیشن به تنظیمات بروید و «گوشی‌ها» را بزنید.",
        "سپس دکمهٔ برگ را ۵ ثانیه نگه دارید.",
    ]
    assert texts(REPLIES[3:], "zh") == ["请打开应用，点击“设置”。", "然后长按叶子按钮五秒。"]
    told = reply("T", "This happens often. It is a known problem of the pump. Rinse the filter.")
    assert texts([told]) == ["Rinse the filter."]


def test_nearly_identical_steps_are_one_and_what_most_replies_give_comes_first():
    replies = [
        reply("A", "Unplug the planter. Rinse the filter under warm water."),
        reply("B", "Rinse the filter with warm water! Then fill the tank."),
        reply("C", "First, rinse the filter under warm water."),
    ]
    first, *others = steps_of(replies, "en")
    assert first.text == "Rinse the filter under warm water."
    assert first.tickets == ("A", "B", "C")
    assert [step.text for step in others] == ["Unplug the planter.", "Then fill the tank."]


@pytest.mark.parametrize(
    ("one", "other", "locale"),
    [
        ("Hold the button for 5 seconds.", "Hold the button for 10 seconds.", "en"),
        ("دکمه را ۵ ثانیه نگه دارید.", "دکمه را ۱۰ ثانیه نگه دارید.", "fa"),
        ("请长按按钮5秒。", "请长按按钮10秒。", "zh"),
        ("Open the lid while it is running.", "Do not open the lid while it is running.", "en"),
    ],
)
def test_steps_with_other_figures_or_a_denial_are_not_merged(one, other, locale):
    assert texts([reply("A", one, locale), reply("B", other, locale)], locale) == [one, other]


def test_a_reply_known_to_have_worked_is_quoted_and_stands_first():
    replies = [
        reply("A", "Please rinse the filter with warm water."),
        reply("B", "Rinse the filter with warm water. Wait a minute.", confirmed=True),
    ]
    assert texts(replies) == ["Rinse the filter with warm water.", "Wait a minute."]


def test_steps_in_the_articles_language_come_before_others_given_as_often():
    for locale in ("fa", "zh"):
        first, *others = steps_of(REPLIES, locale)
        assert len(first.tickets) == 2  # two replies say so
        assert [step.locale for step in others][:3] == [locale, locale, "en"]


def test_one_ticket_that_says_it_twice_counts_once():
    [step] = steps_of([reply("A", "Rinse the filter now. Rinse the filter now.")], "en")
    assert step.tickets == ("A",)


def test_where_nothing_is_to_be_done_the_statements_are_left():
    told = reply("T", "The planter has no camera. All models are the same in that.")
    assert steps_of([told], "en") == []
    assert [s.text for s in statements_of([told], "en")] == [
        "The planter has no camera.",
        "All models are the same in that.",
    ]


def test_lists_of_many_kinds_wrapped_lines_and_sentences_are_split():
    text = (
        "1. Open the app.\n2) Tap Reset\n۳. دکمه را بزنید\n1、点击设置。\n第二步：重启\n- Wait\n"
        "Step 4: Go on\n\nThis is a long line that was broken by a mail program at about\n"
        "70 characters. e.g. this one? yes! 请稍等。然后打开。"
    )
    assert list(split(text)) == [
        ("Open the app.", True),
        ("Tap Reset", True),
        ("دکمه را بزنید", True),
        ("点击设置。", True),
        ("重启", True),
        ("Wait", True),
        ("Go on", True),
        ("This is a long line that was broken by a mail program at about 70 characters.", False),
        ("e.g. this one?", False),
        ("yes!", False),
        ("请稍等。", False),
        ("然后打开。", False),
    ]  # fmt: skip


def test_long_texts_are_cut_at_a_space_where_there_is_one():
    assert shortened("one two three", 9) == "one two…"
    assert shortened("怎么绑定第二部手机", 5) == "怎么绑定…"
    assert shortened("same", 4) == "same"


@pytest.mark.parametrize(
    "noise", ["1. ", "a. ", "- ", "如果", "https://", "\\", "باید ", "e.g.", "a\n", "。", "-", " "]
)
def test_two_hundred_thousand_characters_of_noise_are_read(noise):
    steps = steps_of([reply("T", noise * (200_000 // len(noise)))], "fa")
    assert all(len(step.text) <= 400 for step in steps)
