"""Thanks and short messages that lean on earlier ones."""

from __future__ import annotations

import pytest

from kb.mail.remarks import is_courtesy, refers_back


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!", "Thank you so much, Noor", "thanks, bye", "Great, it works now. Thanks a lot!",
        "Hello", "👍", "Cheers", "ممنون", "خیلی ممنونم از شما، خداحافظ", "سلام", "درست شد، مرسی 🙏",
        "سپاس از راهنمایی شما", "谢谢！", "好的，谢谢您", "非常感谢，再见", "您好", "解决了，谢谢",
    ],
)  # fmt: skip
def test_politeness_is_no_problem(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, but it still drips", "Thanks. How do I cancel?", "not working", "Refund", "E7",
        "Hello, the pump is loud", "ممنون، ولی هنوز چکه می‌کند", "سلام، پمپ صدا می‌دهد", "نشد",
        "谢谢，还是漏水", "您好，怎么退货？", "不行", "灯不亮", "Thanks 4411", "thanks " * 40,
    ],
)  # fmt: skip
def test_a_message_that_says_more_is_one(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "It still does not work", "Same error again", "I tried that, no change", "Did it, no luck",
        "هنوز درست نشده", "همان خطا دوباره آمد", "امتحان کردم، فایده نداشت",
        "还是不行", "试过了，没用", "問題依然存在",
    ],
)  # fmt: skip
def test_short_messages_lean_on_earlier_ones(text: str) -> None:
    assert refers_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "Now the lid leaks", "Where is my refund?", "حالا در مخزن نشت می‌کند", "现在盖子漏水",
        "The pump still hums. " * 12,
    ],
)  # fmt: skip
def test_others_stand_by_themselves(text: str) -> None:
    assert not refers_back(text)
