"""Words that ask, and do not say about what: a question's own, that no article can lack.

In a big log such words are in many questions, in a small one nothing tells them apart. Languages
without a list have the big log only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kb.text import analyse

_WRITTEN: Mapping[str, str] = {
    "en": """
        a an the this that these those it its i me my mine we us our you your he she they them
        their who whom whose what which when where why how whether if then than so and or but
        not no nor yes of to in on at by for from with without about into onto off out up over
        after before is are am was were be been being do does did done doing don't doesn't
        didn't isn't aren't can can't cannot could couldn't will won't would wouldn't shall
        should shouldn't may might must have has had haven't having get gets getting got gotten
        make makes let there here any anybody anyone anything some somebody someone something
        somehow every all always never ever still just only also too very really again now
        already anyway please pls hi hello hey dear thanks thank sorry help need needs want
        wants wanna know tell asking ask question questions possible able way i'm i've it's
        what's
    """,
    "fa": """
        آیا چطور چطوری چجوری چگونه چه چی چیه چیست چرا کجا کجاست کدام کدوم کی چند چقدر چنین این
        آن اون اینجا آنجا من ما تو شما او آنها خود خودم را رو از به با بی بدون در تا بر برای
        واسه که و یا اما ولی اگر اگه پس هم نیز همین هر هیچ یک یه بعد قبل است هست هستم نیست نیستم
        بود نبود باشد باید نباید شاید دارم دارد داره ندارم ندارد نداره دارید کنم کند کنه کنید
        کنیم کردم کرد کردن نکرد می‌شود می‌شه نمی‌شود نمی‌شه شد شده نشد نشده شود بشه نشه می‌کنم
        می‌کند می‌کنه نمی‌کند نمی‌کنه می‌توانم می‌تونم نمی‌توانم نمی‌تونم می‌توان می‌خواهم
        می‌خوام خواهم خواستم لطفا لطفاً سلام درود ممنون مرسی سپاس ببخشید کمک سوال سؤال پرسش
        بگویید بگید
    """,
    "zh": """
        我 我的 我们 你 你们 您 他 她 它 他们 这 这个 那 那个 这里 那里 的 地 得 了 着 过 吗 呢
        吧 啊 什么 怎么 怎么办 怎样 怎么样 为什么 为何 如何 哪 哪个 哪些 哪里 哪儿 谁 几 多少
        多久 是否 是 不是 有 没有 能 不能 能否 可以 不可以 可不可以 能不能 会 不会 要 不要 需要
        想 想要 应该 必须 请 请问 麻烦 谢谢 你好 您好 帮 帮忙 帮助 一下 一个 一直 还 还是 也 都
        就 才 又 再 很 太 在 到 把 被 给 对 和 跟 与 或 或者 但 但是 如果 因为 所以 已经 现在
        之后 之前 里 上 下 不 没 无法 问题 知道 告诉 怎么回事
    """,
}


def is_small(term: str, language: str) -> bool:
    """Whether an analysed term (kb.text.analyse) only asks."""
    return term in _terms(language)


@cache
def _terms(language: str) -> frozenset[str]:
    # Word by word: Persian ones would be joined to their neighbours.
    words = _WRITTEN.get(language, "").split()
    return frozenset(term.text for word in words for term in analyse(word, language))
