"""Every word of the pages, in every language they speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.text import language_of

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def direction(locale: str) -> str:
    """`rtl` or `ltr`, for the `dir` attribute."""
    return "rtl" if language_of(locale) in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True)
class Strings:
    """The pages' words in one language. Braces name what is filled in."""

    locale: str
    language: str
    """The language's name in itself, for the switcher."""

    # Frame
    site: str
    skip: str
    switch: str
    search: str
    search_label: str
    placeholder: str
    contact: str
    """Above the address in the footer."""

    # Home
    welcome: str
    hint: str
    topics: str
    other_section: str
    all_of_section: str
    """{count}"""
    nothing_published: str

    # Results
    results_for: str
    """{query}"""
    answer: str
    answer_from: str
    one_article: str
    """{count}"""
    articles: str
    """{count}"""
    more_articles: str
    nearest_articles: str
    no_answer: str
    no_answer_with_hits: str
    no_answer_without_hits: str
    ask_us: str
    not_solved: str
    degraded: str
    mail_subject: str
    """{question}"""
    mail_body: str
    """{question}"""
    in_language: str
    """{language}: read out before a badge."""

    # Article
    breadcrumbs: str
    updated: str
    """{date}"""
    on_this_page: str
    other_languages: str
    only_in: str
    """{language}"""
    also_in_yours: str
    back_to_results: str
    back_home: str

    # Trouble
    empty: str
    too_long: str
    """{limit}"""
    not_found: str
    not_found_text: str
    unavailable: str
    unavailable_text: str
    too_many: str
    too_many_text: str
    sign_in: str
    sign_in_text: str

    # Names
    sections: Mapping[str, str]
    """Display names of section keys; a section without one shows its key."""
    languages: Mapping[str, str]
    months: tuple[str, ...]
    date: str
    """{year}, {month}, {day}"""

    @property
    def direction(self) -> str:
        return direction(self.locale)

    def count(self, number: int) -> str:
        """How many articles, in words."""
        return (self.one_article if number == 1 else self.articles).format(count=number)

    def language_name(self, locale: str) -> str:
        """A language's name in this one; its code if it has none here."""
        return self.languages.get(language_of(locale), locale)

    def section(self, key: str) -> str:
        """A section's display name."""
        if not key:
            return self.other_section
        readable = key.replace("-", " ").replace("_", " ")
        return self.sections.get(key, readable[:1].upper() + readable[1:])


EN = Strings(
    locale="en",
    language="English",
    site="Help center",
    skip="Skip to content",
    switch="Language",
    search="Search",
    search_label="Search the help center",
    placeholder="What do you need help with?",
    contact="Can’t find it? Write to us:",
    welcome="How can we help?",
    hint="Ask in your own words, in any language.",
    topics="Browse by topic",
    other_section="Other articles",
    all_of_section="Show all {count}",
    nothing_published="No articles have been published yet.",
    results_for="Search results for {query}",
    answer="Answer",
    answer_from="Read the whole article:",
    one_article="{count} article",
    articles="{count} articles",
    more_articles="More articles",
    nearest_articles="Closest articles",
    no_answer="We have no sure answer to this",
    no_answer_with_hits=(
        "Rather than guess, we show the closest articles below. If none of them fits, send us your "
        "question; we have already put it into the e-mail."
    ),
    no_answer_without_hits=(
        "No article matches these words. Try other ones, or send us your question; we have already "
        "put it into the e-mail."
    ),
    ask_us="Send us this question",
    not_solved="That’s not it?",
    degraded="Search is running in a reduced mode and may miss articles. Please try again later.",
    mail_subject="Question: {question}",
    mail_body=(
        "Hello,\n\nI could not find the answer to this in the help center:\n\n{question}\n\n"
    ),
    in_language="in {language}",
    breadcrumbs="You are here",
    updated="Updated {date}",
    on_this_page="On this page",
    other_languages="Read in",
    only_in="This article is not available in English yet. You are reading the {language} version.",
    also_in_yours="This article is also available in English:",
    back_to_results="Back to search results",
    back_home="All articles",
    empty="Write what you are looking for, then search.",
    too_long="That is too long for a search. Describe the problem in at most {limit} characters.",
    not_found="We can’t find this page",
    not_found_text=(
        "The article may have been moved or withdrawn. Search for it, or look through all articles."
    ),
    unavailable="The help center is taking a short break",
    unavailable_text="It cannot answer right now. Try again in a few minutes, or write to us.",
    too_many="That was a lot of searches",
    too_many_text="Wait a moment, then try again.",
    sign_in="You need access for this",
    sign_in_text="This help center is not open to the public.",
    sections={
        "account": "Account & privacy",
        "growing": "Growing",
        "orders": "Orders & delivery",
        "payments": "Payments & refunds",
        "planter": "Your planter",
        "subscription": "Subscription",
    },
    languages={
        "ar": "Arabic",
        "de": "German",
        "en": "English",
        "es": "Spanish",
        "fa": "Persian",
        "fr": "French",
        "tr": "Turkish",
        "zh": "Chinese",
    },
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    date="{day} {month} {year}",
)  # fmt: skip

FA = Strings(
    locale="fa",
    language="فارسی",
    site="مرکز راهنما",
    skip="رفتن به محتوای اصلی",
    switch="زبان",
    search="جستجو",
    search_label="جستجو در مرکز راهنما",
    placeholder="دنبال چه می‌گردید؟",
    contact="جوابتان را پیدا نکردید؟ برایمان بنویسید:",
    welcome="چطور می‌توانیم کمکتان کنیم؟",
    hint="پرسشتان را همان‌طور که می‌گویید بنویسید؛ به هر زبانی که راحت‌ترید.",
    topics="موضوع‌ها",
    other_section="مقاله‌های دیگر",
    all_of_section="دیدن هر {count} مقاله",
    nothing_published="هنوز مقاله‌ای منتشر نشده است.",
    results_for="نتیجهٔ جستجو برای {query}",
    answer="پاسخ",
    answer_from="متن کامل مقاله:",
    one_article="{count} مقاله",
    articles="{count} مقاله",
    more_articles="مقاله‌های مرتبط",
    nearest_articles="نزدیک‌ترین مقاله‌ها",
    no_answer="برای این پرسش پاسخ مطمئنی نداریم",
    no_answer_with_hits=(
        "به‌جای حدس زدن، نزدیک‌ترین مقاله‌ها را پایین آورده‌ایم. اگر هیچ‌کدام به کارتان نیامد، "
        "پرسشتان را برای ما بفرستید؛ متن آن را از پیش در ایمیل گذاشته‌ایم."
    ),
    no_answer_without_hits=(
        "هیچ مقاله‌ای با این عبارت پیدا نشد. با کلمه‌های دیگری جستجو کنید یا پرسشتان را برای ما "
        "بفرستید؛ متن آن را از پیش در ایمیل گذاشته‌ایم."
    ),
    ask_us="فرستادن این پرسش برای ما",
    not_solved="پاسخ شما این نبود؟",
    degraded="جستجو موقتاً کامل کار نمی‌کند و شاید بعضی مقاله‌ها را نیابد. کمی بعد دوباره بیایید.",
    mail_subject="پرسش: {question}",
    mail_body="سلام،\n\nپاسخ این پرسش را در مرکز راهنما پیدا نکردم:\n\n{question}\n\n",
    in_language="به زبان {language}",
    breadcrumbs="جای شما",
    updated="به‌روزرسانی: {date}",
    on_this_page="در این صفحه",
    other_languages="به زبان‌های دیگر",
    only_in="این مقاله هنوز به فارسی ترجمه نشده است. نسخهٔ {language} آن را می‌بینید.",
    also_in_yours="این مقاله به فارسی هم هست:",
    back_to_results="بازگشت به نتیجه‌های جستجو",
    back_home="همهٔ مقاله‌ها",
    empty="بنویسید دنبال چه می‌گردید و بعد جستجو کنید.",
    too_long="این متن برای جستجو بلند است. مشکل را حداکثر در {limit} نویسه بنویسید.",
    not_found="این صفحه پیدا نشد",
    not_found_text=(
        "شاید مقاله جابه‌جا یا برداشته شده باشد. آن را جستجو کنید یا نگاهی به همهٔ مقاله‌ها بیندازید."
    ),
    unavailable="مرکز راهنما موقتاً در دسترس نیست",
    unavailable_text=(
        "در این لحظه نمی‌توانیم پاسخ بدهیم. چند دقیقهٔ دیگر دوباره امتحان کنید یا برایمان بنویسید."
    ),
    too_many="تعداد جستجوها زیاد بود",
    too_many_text="کمی صبر کنید و دوباره امتحان کنید.",
    sign_in="برای دیدن این صفحه اجازهٔ دسترسی لازم است",
    sign_in_text="این مرکز راهنما برای همه باز نیست.",
    sections={
        "account": "حساب کاربری و حریم خصوصی",
        "growing": "پرورش گیاه",
        "orders": "سفارش و ارسال",
        "payments": "پرداخت و بازپرداخت",
        "planter": "گلدان شما",
        "subscription": "اشتراک",
    },
    languages={
        "ar": "عربی",
        "de": "آلمانی",
        "en": "انگلیسی",
        "es": "اسپانیایی",
        "fa": "فارسی",
        "fr": "فرانسوی",
        "tr": "ترکی",
        "zh": "چینی",
    },
    months=(
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی",
        "بهمن", "اسفند",
    ),
    date="{day} {month} {year}",
)  # fmt: skip

ZH = Strings(
    locale="zh",
    language="中文",
    site="帮助中心",
    skip="跳到正文",
    switch="语言",
    search="搜索",
    search_label="搜索帮助中心",
    placeholder="您遇到了什么问题？",
    contact="没找到答案？请写信给我们：",
    welcome="有什么可以帮您？",
    hint="用平常说话的方式提问就行，任何语言都可以。",
    topics="按主题浏览",
    other_section="其他文章",
    all_of_section="查看全部 {count} 篇",
    nothing_published="还没有发布任何文章。",
    results_for="“{query}”的搜索结果",
    answer="答案",
    answer_from="阅读全文：",
    one_article="{count} 篇文章",
    articles="{count} 篇文章",
    more_articles="相关文章",
    nearest_articles="最接近的文章",
    no_answer="这个问题，我们没有把握回答",
    no_answer_with_hits=(
        "我们不想乱猜，下面是内容最接近的文章。如果都不合适，请把问题发给我们，邮件里已经替您写好了问题。"
    ),
    no_answer_without_hits=(
        "没有找到相关文章。您可以换个说法再搜，或者把问题发给我们，邮件里已经替您写好了问题。"
    ),
    ask_us="把这个问题发给我们",
    not_solved="没有解决您的问题？",
    degraded="搜索功能暂时受限，可能漏掉一些文章，请稍后再试。",
    mail_subject="咨询：{question}",
    mail_body="您好：\n\n我在帮助中心没有找到这个问题的答案：\n\n{question}\n\n",
    in_language="{language}",
    breadcrumbs="当前位置",
    updated="更新于 {date}",
    on_this_page="本页内容",
    other_languages="其他语言",
    only_in="这篇文章还没有中文版，您看到的是{language}版。",
    also_in_yours="这篇文章也有中文版：",
    back_to_results="返回搜索结果",
    back_home="全部文章",
    empty="请先写下您想找的内容，再点搜索。",
    too_long="搜索内容太长了，请用不超过 {limit} 个字符描述问题。",
    not_found="找不到这个页面",
    not_found_text="这篇文章可能已经移走或下架。您可以搜索一下，或者看看全部文章。",
    unavailable="帮助中心暂时无法使用",
    unavailable_text="现在还不能回答您的问题，请过几分钟再试，或者写信给我们。",
    too_many="搜索太频繁了",
    too_many_text="请稍等片刻再试。",
    sign_in="需要访问权限",
    sign_in_text="这个帮助中心不对外公开。",
    sections={
        "account": "账户与隐私",
        "growing": "种植",
        "orders": "订单与配送",
        "payments": "付款与退款",
        "planter": "您的花盆",
        "subscription": "订阅",
    },
    languages={
        "ar": "阿拉伯语",
        "de": "德语",
        "en": "英文",
        "es": "西班牙语",
        "fa": "波斯文",
        "fr": "法语",
        "tr": "土耳其语",
        "zh": "中文",
    },
    months=tuple(str(month) for month in range(1, 13)),
    date="{year}年{month}月{day}日",
)

STRINGS: Mapping[str, Strings] = {strings.locale: strings for strings in (EN, FA, ZH)}
"""By language."""
