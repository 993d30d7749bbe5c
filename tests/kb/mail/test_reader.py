"""What holds for every message, however strange."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.mail import read_mail
from kb.mail.reader import MAX_CHARS

PIECES = st.sampled_from(
    [
        "It leaks.", "> older", "＞ older", "-- ", "--", "Ann", "Thanks,", "Best regards", "",
        "On 3 Mar 2025, Ann <a@b.example> wrote:", "-----Original Message-----",
        "---------- Forwarded message ---------", "Begin forwarded message:", "From: Ann",
        "Sent: Monday", "To: Bo", "Subject: Pump", "Sent from my iPhone", "________________",
        "گلدان روشن نمی‌شود", "در تاریخ ۱۲ مهر علی نوشت:", "با احترام", "از: علی", "تاریخ: ۱۲ مهر",
        "به: رضا", "موضوع: پمپ", "ارسال از آیفون من", "-----پیام اصلی-----", "سلام، کاربر گرامی",
        "灯不亮", "在 2024年5月1日，小王 写道：", "发件人：小王", "发送时间：2024年5月1日",
        "收件人：小李", "主题：灯", "此致", "敬礼", "发自我的 iPhone", "------- 原始邮件 -------",
        "<div>", "</div>", "<br>", "<blockquote>", "</blockquote>", "<li>", "&lt;p&gt;", "Notes:",
        "This e-mail is confidential and intended for the recipient.", "FYI, see below",
    ]
)  # fmt: skip
ASSEMBLED = st.lists(PIECES, max_size=14).map("\n".join)


@given(st.text(max_size=300) | ASSEMBLED)
def test_a_message_that_says_something_is_never_empty(text: str) -> None:
    found = read_mail(text).written
    tags_only = not text.replace("<", "").replace(">", "").strip() or "<" in text
    assert found.strip() or not text.strip() or tags_only


@given(st.text(max_size=300) | ASSEMBLED)
def test_reading_again_changes_nothing(text: str) -> None:
    written = read_mail(text).written
    assert read_mail(written).written == written


@given(st.text(alphabet="<>/=\"' abdivpr&;lt\n", max_size=200))
def test_broken_html_is_read_as_far_as_it_goes(text: str) -> None:
    assert len(read_mail(f"<div>pump {text}").written) <= 2 * len(text) + 20


@pytest.mark.parametrize(
    "unit",
    [
        "\n", " \n", ">\n", "> x\n", "-", "--\n", "_", "On a", "On 1, wrote:\n", "a:\n", "1写道:\n",
        "From: a\n", "von: a\n", "发件人: a\n", "در ۱ نوشت:\n", "Thanks\n", "Regards, a\n",
        "此致\n", "<", "<b ", "<br>", "<p>", "<div>", "<ul><li>", "<!--", "<style", "<a href=http://x>",
        "<blockquote>", "<td>", "</p>", "&lt;p&gt;", "Begin forwarded message:\n", "的", "\u200f",
        "-----Original Message-----\n", "I am out of office ", "data:a;base64,AA", "a@b.c ", "x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("start", ["", "problem\n", "<div>problem</div>"])
def test_hostile_repetitions_are_read_to_the_limit(unit: str, start: str) -> None:
    found = read_mail(start + unit * (200_000 // len(unit)))
    assert len(found.written) <= MAX_CHARS


def test_a_megabyte_of_noise_keeps_what_was_written_first() -> None:
    assert read_mail("The pump hums. " + "\x00z" * 500_000).written.startswith("The pump hums. zz")
    noise = "<p>The pump hums.</p>" + "<p>zz</p>" * 120_000
    assert read_mail(noise).written.startswith("The pump hums.\nzz\nzz")


def test_distinct_formatting_tags_do_not_multiply() -> None:
    noise = "".join(f"<p><font id={i}><b id={i}>x" for i in range(8_000))
    assert read_mail(noise).written.startswith("x\nx\nx")


def test_blanks_before_a_message_do_not_use_up_its_room() -> None:
    assert read_mail(" " * 50_000 + "The pump hums.").written == "The pump hums."


def test_a_mail_of_images_says_so() -> None:
    assert read_mail('<div><img src="cid:1"></div>').written == "[image]"
    assert read_mail('<p>See <img alt="a red light"></p>').written == "See [a red light]"


def test_html_that_shows_nothing_says_nothing() -> None:
    assert read_mail("<div><br></div>").written == ""


def test_html_escaped_within_html_is_read() -> None:
    assert read_mail("<p>&lt;p&gt;The pump hums.&lt;/p&gt;</p>").written == "The pump hums."


@pytest.mark.parametrize(
    "text",
    [
        "The label says <b>Duo</b>, is that the large one?",
        "In the source I see\n<td bgcolor=3D\"red\">\nand nothing is red",
        "x < y and y > z",
        "Mail to <ann@moss.example> fails",
    ],
)  # fmt: skip
def test_text_that_mentions_markup_stays_as_it_is(text: str) -> None:
    assert read_mail(text).written == text


def test_the_problem_of_a_forward_is_what_is_passed_on_and_the_note() -> None:
    text = "Can you help?\n\nBegin forwarded message:\n\nFrom: Ola\nTo: me\n\nThe lid is broken."
    assert read_mail(text).problem == "The lid is broken.\nCan you help?"
    assert read_mail("The lid is broken.").problem == "The lid is broken."


def test_the_problem_of_a_forward_without_a_note_is_there_once() -> None:
    text = "Begin forwarded message:\n\nFrom: Ola\nTo: me\n\nThe lid is broken."
    assert read_mail(text).problem == "The lid is broken."


def test_a_long_message_above_an_older_one_does_not_pass_it_on() -> None:
    text = (
        "See below what I measured. " + "The level falls by a centimetre every day. " * 8 + "\n\n"
        "From: Noor\nSent: Monday\nTo: Al\nSubject: Level\n\nPlease measure the level."
    )
    found = read_mail(text)
    assert found.forwarded == ""
    assert found.quoted == "Please measure the level."


@pytest.mark.parametrize(
    "text",
    [
        "On 3 March, the gateway wrote:\nE7 sensor lost\nWhat is that?",
        "در تاریخ ۱۲ مهر دستگاه این را نوشت:\nخطای E7\nیعنی چه؟",
        "From: Ann\nSubject: Broken pump\n\nThe pump is broken.",
        "主题：退货\n我要退货",
    ],
)
def test_what_only_looks_like_a_quotation_stays(text: str) -> None:
    assert read_mail(text).written == text


@pytest.mark.parametrize(
    "introduction",
    ["Noor said:\n> Is it?", "On Mon, 3 Mar 2025, Noor wrote:\n> Is it?", "小诺说：\n> 是吗？"],
)
def test_a_line_above_an_introduction_is_not_part_of_it(introduction: str) -> None:
    own = "On 3 March it hums, at night"
    assert read_mail(f"{own}\n{introduction}").written == own


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your email, we have received the new lid but it leaks too.",
        "收到您的邮件了，但是灯还是不亮，请尽快处理",
        "پیام شما دریافت شد ولی چراغ هنوز خاموش است",
        "Every message I send comes back: Delivery has failed to these recipients.",
        "I get an automatic reply each time I write to you.",
    ],
)
def test_people_who_write_like_programs_are_people(text: str) -> None:
    assert not read_mail(text).automatic
