"""How often a customer had to come back, and what is not coming back."""

from __future__ import annotations

import pytest

from kb.escalation.contacts import contacts, wants_answer
from kb.escalation.signals import customer_texts
from kb.models import Message


def count(ticket) -> int:
    return contacts(ticket, customer_texts(ticket)).number


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It still drips.", "Same problem again."),
        ("هنوز آب می‌دهد", "درست نشد"),
        ("还是漏水", "没用，又漏了"),
    ],
)
def test_a_problem_that_persists_after_each_reply_is_one_more_contact(first, second, ticket):
    thread = ticket(
        "My Duo drips",
        ("rep", "Clean the seal.", 2),
        ("customer", first, 20),
        ("rep", "Turn the seal.", 22),
        ("customer", second, 40),
    )
    assert count(thread) == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Here is the photo.", "It is VD-427733."),
        ("6 euros on top?? come on", "ok, sent."),
        ("It works again, thanks!", "Still happy, thank you."),
        ("عکس را فرستادم", "ممنون، درست شد"),
        ("照片发了", "谢谢，好了"),
    ],
)
def test_answers_questions_and_thanks_are_no_further_contacts(first, second, ticket):
    thread = ticket(
        "My Duo drips",
        ("rep", "Please send a photo.", 2),
        ("customer", first, 20),
        ("rep", "And the number?", 22),
        ("customer", second, 40),
    )
    assert count(thread) <= 2


def test_the_quick_turns_of_a_chat_are_one_contact(ticket):
    thread = ticket(
        "offline",
        ("rep", "restart it", 0.05),
        ("customer", "still offline", 0.1),
        ("rep", "hold the button", 0.15),
        ("customer", "still nothing", 0.2),
    )
    assert count(thread) == 1


def test_what_follows_without_a_reply_is_the_same_contact(ticket):
    thread = ticket(
        "drips",
        ("rep", "Clean it.", 2),
        ("customer", "Still drips.", 20),
        ("customer", "Any news? Still drips.", 44),
    )
    assert count(thread) == 2


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("This is my third mail about it", 3, "my third mail"),
        ("THIRD time I write!!", 3, "THIRD time I write"),
        ("I have written to you four times", 4, "I have written to you four times"),
        ("I called you 3 times", 3, "I called you 3 times"),
        ("بار سومه دارم مینویسم", 3, "بار سومه دارم مینویسم"),
        ("سومین ایمیلی است که می‌فرستم", 3, "سومین ایمیلی"),
        ("سه بار پیام دادم", 3, "سه بار پیام دادم"),
        ("客户第三次来电", 3, "第三次来电"),
        ("我已经打了四次电话", 4, "打了四次"),
        ("這是第五封郵件了", 5, "第五封郵件"),
    ],
)
def test_customers_who_count_their_contacts_are_believed(text, number, said, ticket):
    thread = ticket(text)
    found = contacts(thread, customer_texts(thread))
    assert (found.number, found.said) == (number, said)


@pytest.mark.parametrize(
    "text",
    [
        "I tried it three times",
        "the third message on the screen",
        "The third capsule does not sprout",
        "برای بار سوم ریست کردم",
        "سه بار در روز آبیاری می‌شود",
        "我第三次购买了",
        "按了三次按键",
    ],
)
def test_other_things_are_counted_too(text, ticket):
    assert count(ticket(text)) == 1


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("Works again, thanks", False),
        ("Thanks, but it still drips", True),
        ("Thanks! And how do I return the old one?", True),
        ("مرسی، درست شد", False),
        ("ممنون ولی هنوز خراب است", True),
        ("谢谢，解决了", False),
        ("谢谢，但是还是不行", True),
        ("The lamp flickers", True),
    ],
)
def test_after_thanks_nobody_waits_for_an_answer(text, waits):
    assert wants_answer(Message(author="customer", text=text)) is waits
