"""Which reply resolved a ticket: small threads in three languages, and hostile ones."""

from __future__ import annotations

from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from kb.models import Message, Ticket
from kb.resolution import Resolution, find_resolution, is_answered, resolution
from kb.resolution.phrases import LANGUAGES, SIGNS, normalise, phrases_of
from kb.resolution.signs import answer_weight, reaction, sentences

QUESTION = {
    "en": "The pump rattles all night.",
    "fa": "پمپ تمام شب صدا می‌دهد.",
    "zh": "水泵整夜都在响。",
}
ANSWER = {
    "en": "Tilt the tank until the trapped air leaves, then fill it up again.",
    "fa": "مخزن را کج کنید تا هوای حبس‌شده خارج شود، بعد دوباره پرش کنید.",
    "zh": "把水箱倾斜几次让空气排出来，然后重新加满水。",
}
OTHER = {
    "en": "Clean the filter of the pump with a soft brush once a month as well.",
    "fa": "فیلتر پمپ را هم ماهی یک بار با یک برس نرم تمیز کنید.",
    "zh": "另外每个月用软毛刷把水泵的滤网清洗一次。",
}


def thread(locale: str, *messages: tuple[str, str] | dict[str, Any]) -> Ticket:
    """A ticket that opens with a question; messages are (author's initial, text) or fields."""
    names = {"c": "customer", "r": "rep", "s": "system"}
    fields = [m if isinstance(m, dict) else {"author": names[m[0]], "text": m[1]} for m in messages]
    opening = {"author": "customer", "text": QUESTION.get(locale, QUESTION["en"])}
    return Ticket(
        id="t",
        locale=locale,
        messages=tuple(Message.model_validate(message) for message in (opening, *fields)),
    )


def rep(text: str, **fields: Any) -> dict[str, Any]:
    return {"author": "rep", "text": text, **fields}


def found(ticket: Ticket) -> Resolution:
    result = find_resolution(ticket)
    assert result is not None
    assert ticket.messages[result.position] is result.message
    return result


# What the customer or other readers marked


def test_the_accepted_reply_comes_before_everything_else() -> None:
    accepted = rep("Turn it.", accepted=True)
    ticket = thread("en", accepted, rep(ANSWER["en"], helpful=9), ("c", "That worked!"))
    assert found(ticket) == Resolution(ticket.messages[1], 1, "accepted", True)


def test_even_a_question_resolved_the_ticket_if_it_was_accepted() -> None:
    ticket = thread("en", rep("Is the lid closed?", accepted=True), ("c", "Solved, thank you!"))
    assert found(ticket) == Resolution(ticket.messages[1], 1, "accepted", True)


def test_an_accepted_message_without_text_resolved_nothing() -> None:
    assert find_resolution(thread("en", rep(" \n", accepted=True))) is None


def test_a_customers_own_accepted_message_is_no_reply() -> None:
    own = {"author": "customer", "text": "I tilted it myself.", "accepted": True}
    assert find_resolution(thread("en", own)) is None


def test_without_acceptance_the_answer_with_most_votes_did() -> None:
    ticket = thread("en", rep(ANSWER["en"], helpful=2), rep(OTHER["en"] * 3, helpful=1))
    assert found(ticket) == Resolution(ticket.messages[1], 1, "voted", False)


def test_votes_do_not_make_an_answer_of_a_thank_you_note() -> None:
    ticket = thread("en", ("r", ANSWER["en"]), rep("You are very welcome!", helpful=5))
    assert (found(ticket).position, found(ticket).how) == (1, "substantial")


# What the customer said afterwards

CONFIRMATIONS = [
    ("en", "That worked, thanks!"),
    ("en", "Solved, thank you."),
    ("en", "It's working now."),
    ("en", "Nothing else had helped for weeks. You are a genius, the problem is solved!"),
    ("fa", "حل شد ممنون"),
    ("fa", "ممنونم، الان درست شد."),
    ("fa", "همین بود! دستتون درد نکنه"),
    ("zh", "问题解决了，谢谢"),
    ("zh", "可以了，谢谢您！"),
    ("zh", "已經恢復正常，感謝"),
]


@pytest.mark.parametrize(("locale", "words"), CONFIRMATIONS)
def test_the_reply_before_the_customers_confirmation_did(locale: str, words: str) -> None:
    long_afterthought = (OTHER[locale] + " ") * 5
    ticket = thread(locale, ("r", ANSWER[locale]), ("c", words), ("r", long_afterthought))
    assert found(ticket) == Resolution(ticket.messages[1], 1, "confirmed", True)


DENIALS = [
    ("en", "Thanks, but it still does not work."),
    ("en", "No luck, same problem as before."),
    ("en", "That didn't help."),
    ("en", "If it works tomorrow I will let you know."),
    ("en", "I hope that solved it, will test tonight."),
    ("en", "Has that worked for anybody?"),
    ("fa", "ممنون ولی هنوز صدا می‌دهد"),
    ("fa", "نشد، همان مشکل را دارم"),
    ("fa", "اگر درست شد خبر می‌دهم"),
    ("zh", "谢谢，但还是不行"),
    ("zh", "试了，没有用"),
    ("zh", "如果好了我告诉您"),
]


@pytest.mark.parametrize(("locale", "words"), DENIALS)
def test_what_the_customer_denies_or_hopes_confirms_nothing(locale: str, words: str) -> None:
    ticket = thread(locale, ("r", ANSWER[locale]), ("c", words), ("r", OTHER[locale]))
    assert found(ticket) == Resolution(ticket.messages[3], 3, "substantial", False)


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_of_answers_in_a_row_the_longest_is_the_confirmed_one(locale: str) -> None:
    works = {"en": "That worked!", "fa": "درست شد", "zh": "好了，谢谢"}[locale]
    longer = f"{ANSWER[locale]} {OTHER[locale]}"
    ticket = thread(locale, ("r", longer), ("r", OTHER[locale]), ("c", works))
    assert found(ticket).position == 1


def test_a_confirmation_is_heard_through_what_stands_between() -> None:
    welcome, system = ("r", "You're welcome!"), ("s", "Assigned to Ann.")
    ticket = thread("en", ("r", ANSWER["en"]), ("c", "Ok."), welcome, system, ("c", "Works now!"))
    assert found(ticket) == Resolution(ticket.messages[1], 1, "confirmed", True)


def test_thanks_without_a_question_speak_for_the_answer_before() -> None:
    ticket = thread("en", ("r", ANSWER["en"]), ("c", "Thank you so much!"), ("r", OTHER["en"]))
    assert found(ticket) == Resolution(ticket.messages[1], 1, "substantial", False)


def test_thanks_with_a_question_do_not() -> None:
    asked = ("c", "Thanks. And how do I clean it?")
    ticket = thread("en", ("r", ANSWER["en"]), asked, ("r", OTHER["en"]))
    assert found(ticket).position == 3


def test_a_customer_who_quotes_the_reply_did_not_write_it() -> None:
    asking = "Tilt the tank until the air leaves. Now it works fine again."
    ticket = thread("en", ("r", asking), ("c", f"{asking}\nI have no tank."), ("r", OTHER["en"]))
    assert found(ticket).how == "substantial"


# Otherwise the last answer


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_without_a_sign_the_last_answer_did(locale: str) -> None:
    ticket = thread(locale, ("r", ANSWER[locale]), ("c", "…"), ("r", OTHER[locale]))
    assert found(ticket) == Resolution(ticket.messages[3], 3, "substantial", False)


def test_a_short_addition_does_not_replace_a_full_answer() -> None:
    full = f"{ANSWER['en']} {OTHER['en']} It takes two minutes and no tools at all."
    ticket = thread("en", ("r", full), ("c", "At night?"), ("r", "By day too."))
    assert found(ticket).position == 1


NO_ANSWERS = [
    ("en", "You're welcome!"),
    ("en", "Hi Marcus,\n\nthank you for contacting us.\n\nKind regards,\nHannah"),
    ("en", "Please send a screenshot."),
    ("en", "Could you tell us which version you use?"),
    ("en", "Which version?"),
    ("en", "Hello! What does the app say exactly? And since when?"),
    ("en", "Closing as duplicate."),
    ("en", "No response, closing this ticket."),
    ("en", "This thread has been locked."),
    ("en", "We have received your request."),
    ("en", "I will check and come back to you."),
    ("en", "I'm looking into it, please bear with us."),
    ("en", "Automatic reply: I am out of office until Monday. Write to Ann about boxes."),
    ("en", "I have the same problem. Mine is the large model from last year."),
    ("fa", "سلام، خواهش می‌کنم. روز خوبی داشته باشید"),
    ("fa", "لطفاً عکس بفرستید"),
    ("fa", "سلام مریم جان، ممکن است یک عکس از چراغ بفرستید؟"),
    ("fa", "از کدام نسخه استفاده می‌کنید؟"),
    ("fa", "تیکت شما بسته شد."),
    ("fa", "درخواست شما دریافت شد."),
    ("fa", "بررسی می‌کنم و خبر می‌دهم."),
    ("fa", "این پیام به صورت خودکار فرستاده شده است."),
    ("fa", "من هم همین مشکل را دارم"),
    ("zh", "不客气，祝您生活愉快！"),
    ("zh", "请提供截图"),
    ("zh", "您好，麻烦您拍张照片发给我们。"),
    ("zh", "您用的是哪个版本？"),
    ("zh", "重复工单，予以关闭"),
    ("zh", "长时间未收到您的回复，工单将自动关闭。"),
    ("zh", "已收到您的反馈。"),
    ("zh", "我这就去核实，稍后回复您。"),
    ("zh", "自动回复：本周休假中"),
    ("zh", "我也遇到了同样的问题"),
]


@pytest.mark.parametrize(("locale", "words"), NO_ANSWERS)
def test_what_says_nothing_of_the_matter_resolves_nothing(locale: str, words: str) -> None:
    alone = thread(locale, ("r", words))
    assert find_resolution(alone) is None
    assert resolution(alone) is None
    assert not is_answered(alone)


@pytest.mark.parametrize(("locale", "words"), NO_ANSWERS)
def test_nor_does_it_hide_the_answer_before(locale: str, words: str) -> None:
    ticket = thread(locale, ("r", ANSWER[locale]), ("r", words))
    assert found(ticket).position == 1
    assert is_answered(ticket)


ANSWERS = [
    ("en", "Tilt it"),
    ("en", "Have you tried to restart it?"),
    ("en", "Yes. Settings > Lamp > Brightness"),
    ("en", "Did you see https://help.example/pump?"),
    ("en", "Sorry, there is no such function."),
    ("en", "I had the same problem, and cleaning the filter fixed it."),
    ("en", "Thanks for the photo, now clean the filter."),
    ("en", "Restart the planter. If that does not help, please send a photo."),
    ("en", "Since the update the app needs version 10. Which version is yours?"),
    ("fa", "دستگاه را خاموش و روشن کنید."),
    ("fa", "ممنون از عکس. آبی چشمک‌زن یعنی آمادهٔ اتصال است."),
    ("fa", "آداپتور را عوض کنید. اگر نشد لطفاً عکس بفرستید."),
    ("zh", "重启一下设备。"),
    ("zh", "请先重启设备，如果不行，请提供截图"),
    ("zh", "您好，手機只能連接2.4GHz的網絡。"),
]


@pytest.mark.parametrize(("locale", "words"), ANSWERS)
def test_what_says_what_to_do_or_what_is_the_case_is_an_answer(locale: str, words: str) -> None:
    assert found(thread(locale, ("r", words))).how == "substantial"


def test_quoted_history_is_no_answer() -> None:
    quoting = "Thanks!\n> Tilt the tank until the trapped air leaves.\n> Then fill it up."
    assert find_resolution(thread("en", ("r", quoting))) is None


def test_a_reply_that_only_repeats_the_question_is_no_answer() -> None:
    assert find_resolution(thread("en", ("r", QUESTION["en"]))) is None


@pytest.mark.parametrize("messages", [[], [("r", " \n")], [("s", ANSWER["en"])]])
def test_without_a_reply_nothing_resolved_it(messages: list[tuple[str, str]]) -> None:
    assert find_resolution(thread("en", *messages)) is None


# Other languages

FOREIGN = [
    ("de", "Bitte schicken Sie uns einen Screenshot.", "Kippen Sie den Tank.", "Klappt, danke!"),
    ("es", "¿Puedes enviar una captura?", "Inclina el depósito.", "Ya funciona, gracias"),
    ("fr", "Pouvez-vous joindre une capture ?", "Inclinez le réservoir.", "Ça marche, merci"),
    ("it", "Puoi aggiungere uno screenshot?", "Inclina il serbatoio.", "Risolto, grazie!"),
    ("ja", "画像を送ってください。", "タンクを傾けてください。", "解決しました。"),
    ("nl", "Kunt u een schermafdruk toevoegen?", "Kantel het reservoir.", "Opgelost, bedankt!"),
    ("ru", "Пришлите скриншот.", "Наклоните бак несколько раз.", "Помогло, спасибо!"),
]


@pytest.mark.parametrize(("locale", "request_", "answer", "works"), FOREIGN)
def test_other_languages_know_their_commonest_phrases(
    locale: str, request_: str, answer: str, works: str
) -> None:
    ticket = thread(locale, ("r", request_), ("c", "…"), ("r", answer), ("c", works))
    assert found(ticket) == Resolution(ticket.messages[3], 3, "confirmed", True)


def test_an_unknown_language_is_judged_by_questions_and_length() -> None:
    answer = "Kallista säiliötä, kunnes ilma poistuu, ja täytä se uudelleen."
    ticket = thread("fi", ("r", "Mikä versio?"), ("r", answer), ("r", "Ole hyvä!"))
    assert found(ticket) == Resolution(ticket.messages[2], 2, "substantial", False)
    assert find_resolution(thread("fi", ("r", "Ole hyvä!"))) is None


# Single messages


def test_a_long_question_explains_something() -> None:
    words = "the lamp shines for fourteen hours a day and stays dark for ten hours "
    assert answer_weight(sentences(f"Do you know that {words * 3}?"), "en") > 150
    assert answer_weight(sentences(f"Do you know that {words}?"), "en") == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("It fixed one thing. It still does not pump.", "did_not"),
        ("That worked. It still blinks once. But all is well now!", "worked"),
        ("Thank you. Is there more?", "asked"),
        ("Thank you.", "thanked"),
        ("The tank is full.", "other"),
        ("", "other"),
    ],
)
def test_a_customers_reaction_is_what_most_sentences_say(words: str, said: str) -> None:
    assert reaction(sentences(words), "en") == said


# Phrases


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_phrases_are_written_as_texts_are_normalised(language: str) -> None:
    for patterns in phrases_of(language).values():
        for pattern in patterns:
            letters = regex.sub(r"\\.|\(\?<?[!=:]", "", pattern)
            assert normalise(letters) == letters


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_phrases_have_no_unbounded_repetition_but_of_single_marks(language: str) -> None:
    for patterns in phrases_of(language).values():
        for pattern in patterns:
            assert not regex.search(r"(?<!\\|\\W)[*+]|,\}", pattern), pattern


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_the_three_languages_have_phrases_for_every_sign(language: str) -> None:
    assert all(phrases_of(language)[sign] for sign in SIGNS)


# Hostile texts

AWKWARD = [
    "a" * 200_000,
    "all " * 50_000,
    "it is still not " * 12_000,
    "please send " * 16_000,
    "?!" * 100_000,
    "\n" * 200_000,
    " " * 200_000,
    "。" * 200_000,
    "还是" * 100_000,
    "هنوز " * 40_000,
    "(" * 200_000,
    "> " * 100_000,
    "🌱" * 100_000,
]


@pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
def test_awkward_texts_are_read_in_time(text: str) -> None:
    ticket = thread("en", ("r", text), ("c", text), ("r", ANSWER["en"]))
    assert found(ticket).position in (1, 3)


@given(
    st.lists(st.tuples(st.sampled_from("crs"), st.text(max_size=60)), max_size=6),
    st.sampled_from(["en", "fa", "zh-Hant", "fi"]),
)
def test_whatever_is_found_is_a_reply_and_found_the_short_way_too(
    messages: list[tuple[str, str]], locale: str
) -> None:
    ticket = thread(locale, *messages)
    result = find_resolution(ticket)
    assert is_answered(ticket) == (result is not None)
    assert result is None or result.message.author == "rep"
