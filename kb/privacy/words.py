"""Word lists about names: who is nobody, which names are also words, what surrounds a name."""

from __future__ import annotations

from kb.privacy.folding import fold, word_set

TITLES = word_set(
    "mr mrs ms miss dr prof sir herr frau von van der den del bin ibn",
    "آقای خانم آقا جناب سرکار دکتر مهندس سید سیده حاج",
)
ROLES = word_set(
    "admin agent anonymous client customer guest info sales service support team unknown user",
    "مشتری کاربر پشتیبانی مدیر مهمان ناشناس 客服 用户 匿名 顾客 客户",
)
"""Names of nobody in particular: never redacted on their own."""

MONTHS = word_set("april may june august")
EVERYDAY = MONTHS | word_set(
    "art baker bank banks basil bell best bill bird bishop black branch brook brown bush can case",
    "cash chance chase cherry christian clay cliff cook cooper cross daisy dale day dean drew",
    "earnest faith fern field fields fisher flower flowers ford forest fox frank fry gardener",
    "glass gold grace grant gray green grey hall hazel heather hill holly hope hunt hunter iris",
    "ivy jack jasmine joy king knight lake lane law light lily little long love major mark marks",
    "marsh mason miles mint moon moss must myrtle noble olive page park parks parsley pat",
    "penny poppy potter power price rain ray read reed reef rich ring rob robin rock root rose",
    "rosemary sage sharp short silver small snow spring star stone strong sue summer summers swan",
    "tanner taylor turner violet wall walker ward waters way weaver weeks west white will willow",
    "winter winters wolf wood woods young",
    "پیام امید آرزو بهار مهر رویا سپاس پویا باران دریا ستاره سحر شادی سایه آفتاب",
    "نرگس لاله یاس نسترن شقایق بنفشه سوسن نیلوفر ریحان رز مینا پونه",
    "高兴 张扬 高明 平安 安心 安全 方向 方便 白云 马上 成功 和平 高峰 高原 程序 水平 万一 计划",
    "文明 文章 牛奶 花生 花瓣 温暖 黄金 黄杨 海棠 常青 向阳 关键 项目 田园 石竹",
)
"""Names that are also words: redacted on their own only where something shows a person."""

# ── Persian ──────────────────────────────────────────────────────────────────────────────────

BEFORE_PERSIAN_NAME = tuple(map(fold, ("آقای", "خانم", "جناب", "به نام", "اسمم", "نامم")))
AFTER_PERSIAN_NAME = fold("جان|خانم|آقا|عزیز|هستم|گفت|گفتند")
PERSIAN_CLITICS = fold("جان|خان|ها|های|ام|ات|اش|ای|ی|را|آقا|خانم")

# ── Chinese ──────────────────────────────────────────────────────────────────────────────────

COMPOUND_SURNAMES = word_set(
    "欧阳 司马 上官 诸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 轩辕 端木 南宫 独孤",
)
HONORIFICS = (
    *("先生", "女士", "小姐", "太太", "老师", "同学", "师傅", "经理", "主任", "老板", "阿姨"),
    "总",
)
NOT_AFTER_ZONG = "[是共会要算之的]"
"""总 is short for a director, unless it begins a word such as 总是."""
FAMILIAR = ("小", "老")
"""How colleagues and neighbours are called: 小王, 老李."""
UNFAMILIAR = frozenset("时于米年花师公家费计区麦板数号")
"""Surnames that make a word with them: 小时, 老师."""
AFTER_FAMILIAR = (
    "(?![\u3400-\u9fff])|(?=[你您说讲问来去给打帮让在把和跟与也已就都要想的是好这那刚今昨收发回])"
)
"""What may follow 小王: a new word, not the end of this one (小王子)."""
WORDS_ENDING_IN = {
    "王": "国女霸天帝大",
    "林": "森园树丛雨竹",
    "李": "行桃",
    "马": "骑斑河木",
    "黄": "金蛋发",
}
"""Characters that make a word with the surname behind them (森林, 国王): no name then."""
CALLED = "是叫给找和跟由让：:、"
SAYS = "(?:说|您好|你好|来电|打电话)"

# ── English ──────────────────────────────────────────────────────────────────────────────────

_VERBS = "here|said|says|wrote|told|called|asked|promised|from|and I"
ACTS = rf"(?= ?[,:;'’]| (?:{_VERBS}|at)\b)"
"""What shows a person behind a capital that a sentence's beginning would explain, too."""
MONTH_ACTS = rf"(?= ?['’]s\b| (?:{_VERBS})\b)"
