"""Outlines: what is known for an article, and how it stands in a file."""

from __future__ import annotations

from typing import get_args

import frontmatter
import pytest

from kb.gaps.drafts.outline import Outline, outline_of, to_markdown
from kb.gaps.drafts.replies import Reply, replies_of
from kb.gaps.models import CentralQuestion, Shortfall
from kb.privacy import Redactor
from tests.kb.gaps.made import NOW, TICKETS, gap

REPLIES = replies_of(TICKETS, Redactor())


def outline(**changes: object) -> Outline:
    return outline_of(gap(**changes), REPLIES, NOW)


def test_an_outline_is_in_the_language_most_people_ask_in_and_in_their_words():
    assert (outline().locale, outline().title) == ("en", "How do I pair a second phone?")
    persian = outline(languages={"en": 1, "fa": 9, "zh": 1})
    assert (persian.locale, persian.title) == ("fa", "گوشی دوم را چطور وصل کنم؟")
    assert persian.article_id == "گوشی-دوم-را-چطور-وصل-کنم.fa"
    assert persian.translate_into == ("en", "zh")


def test_languages_that_are_no_locale_never_name_a_file():
    made = outline(languages={"../../etc": 9, "EN": 5, "zh": 1, "": 7})
    assert (made.locale, made.translate_into) == ("zh", ())
    assert outline(languages={"..": 1}).locale == "en"
    assert outline_of(gap(languages={}), [], NOW, default_locale="fa").locale == "fa"


def test_noise_as_a_question_gives_the_next_question_then_the_label_then_a_phrase():
    noise = CentralQuestion(text="؟؟؟ !!!", locale="en", people=5)
    real = CentralQuestion(text="怎么绑定", locale="zh", people=1)
    assert outline(central=(noise, real)).title == "怎么绑定"
    assert outline(central=(noise,)).title == "Pair second phone"
    assert outline(central=(), label="--").title == "A question without words"


def test_contradictions_between_replies_are_open_points_with_both_sentences():
    [found] = outline().contradictions
    assert found.tickets == ("T-1", "T-2")
    assert found.sentences == (
        "Hold the leaf button for 5 seconds.",
        "Hold the leaf button for 10 seconds.",
    )
    text = to_markdown(outline())
    assert "Replies contradict each other (5 seconds / 10 seconds):" in text
    assert "  - [T-2](/v1/tickets/T-2): Hold the leaf button for 10 seconds." in text


def test_the_file_has_front_matter_the_questions_the_steps_and_what_is_open():
    text = to_markdown(outline())
    fields, body = frontmatter.parse(text)
    assert fields == {
        "id": "how-do-i-pair-a-second-phone.en",
        "locale": "en",
        "title": "How do I pair a second phone?",
        "section": "",
        "audience": "public",
        "tags": [],
        "updated": NOW.date(),
        "draft": True,
    }
    assert "- How do I pair a second phone? (asked by 5, en)" in body
    assert "گوشی دوم را چطور وصل کنم؟" in body
    assert "怎么绑定第二部手机" in body
    assert (
        "1. Open the Verdilo app and tap Settings.\n"
        "   ([T-1](/v1/tickets/T-1), [T-2](/v1/tickets/T-2))\n"
    ) in body
    assert "See <https://help.verdilo.example/phones?x=1>." in body
    assert "(fa; [T-3](/v1/tickets/T-3))" in body
    assert (
        "[Connecting your planter to Wi-Fi](connect-wifi.en). Why it falls short: It does not "
        "mention “second phone”.\n"
    ) in body
    assert "Translate into: fa, zh." in body
    assert "- [ ] " in body
    assert "kb gaps state g1 done --article how-do-i-pair-a-second-phone.en" in body


@pytest.mark.parametrize(
    ("locale", "headings"),
    [
        ("fa", ["آنچه مردم می‌پرسند", "گام‌ها", "نکته‌های باز", "پیش از انتشار"]),
        ("zh", ["大家在问什么", "步骤", "待定事项", "发布之前"]),
        ("de", ["What people ask", "Steps", "Open points", "Before publishing"]),
    ],
)
def test_headings_are_in_the_drafts_language(locale, headings):
    text = to_markdown(outline(languages={locale: 9}))
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == headings


@pytest.mark.parametrize(
    ("locale", "why"),
    [
        ("en", "Why it falls short: It does not mention “Wi-Fi”, “\\*b\\*”."),
        ("fa", "چرا کافی نیست: نامی از «Wi-Fi»، «\\*b\\*» نمی‌برد."),
        ("zh", "不足之处：没有提到“Wi-Fi”、“\\*b\\*”。"),
    ],
)
def test_why_the_nearest_article_falls_short_is_told_in_the_draft_s_language(locale, why):
    nearest = gap().nearest.model_copy(update={"missing_words": ("Wi-Fi", "*b*")})
    assert why in to_markdown(outline(nearest=nearest, languages={locale: 9}))


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
@pytest.mark.parametrize("code", get_args(Shortfall))
def test_no_shortfall_leaves_a_blank_or_says_the_sentence_of_the_command_line(locale, code):
    changes = {"shortfall": code, "reason": "English only"}
    nearest = gap().nearest.model_copy(update=changes)
    text = to_markdown(outline(nearest=nearest, languages={locale: 9}))
    line = next(line for line in text.splitlines() if "connect-wifi.en" in line)
    assert "{" not in line
    assert "English only" not in line


def test_without_replies_the_draft_says_that_nothing_is_known():
    text = to_markdown(outline_of(gap(nearest=None), [], NOW))
    assert "Nothing is known yet: no reply has resolved such a question." in text
    assert "- No article comes near." in text
    assert "contradict" not in text


def test_where_replies_name_no_steps_what_they_say_is_quoted():
    said = Reply(ticket_id="T-9", locale="en", text="The planter has no camera in any model.")
    text = to_markdown(outline_of(gap(), [said], NOW))
    assert "The replies name no steps; this is what they say:" in text
    assert "- The planter has no camera in any model.\n  ([T-9](/v1/tickets/T-9))" in text


def test_an_article_elsewhere_is_linked_by_its_address():
    nearest = gap().nearest.model_copy(update={"url": "https://help.example/a b"})
    assert "(https://help.example/a%20b)" in to_markdown(outline(nearest=nearest))


def test_many_tickets_of_one_step_are_counted():
    replies = [
        Reply(ticket_id=f"T-{n}", locale="en", text="Rinse the filter well.") for n in range(9)
    ]
    text = to_markdown(outline_of(gap(), replies, NOW))
    assert "[T-4](/v1/tickets/T-4) + 4)" in text
    assert "T-5" not in text
