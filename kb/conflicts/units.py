"""Units of quantities in English, Persian and Chinese, in one canonical form."""

from __future__ import annotations

from typing import NamedTuple

import regex


class Unit(NamedTuple):
    """A canonical unit: quantities are comparable when their dimensions are equal."""

    dimension: str
    factor: float
    """How much of the dimension's base unit it is (time: days)."""


_DAY = 1.0
_Row = tuple[str, float, str, str, str]
_TABLE: tuple[_Row, ...] = (
    # dimension, factor; words in Latin script; in Persian; in Chinese ("|" between them)
    ("time", _DAY / 86400, "seconds|second|secs|sec|s", "ثانیه", "秒钟|秒"),
    ("time", _DAY / 1440, "minutes|minute|mins|min", "دقیقه", "分钟"),
    ("time", _DAY / 24, "hours|hour|hrs|hr|h", "ساعت", "小时|钟头"),
    ("time", _DAY, "days|day", "شبانه روز|روز", "天|日(?=以?内|之内)"),
    ("time", 7 * _DAY, "weeks|week", "هفته", "星期|礼拜|周(?![一二三四五六日末岁年])"),
    ("time", 30.44 * _DAY, "months|month", "ماه", "个月|月(?=以?内|之内)"),
    ("time", 365.25 * _DAY, "years|year", "سال", "年(?![0-9级龄度])"),
    (
        "business days", 1, "business days?|working days?|work days?|workdays?|bank days?",
        "روز کاری|روزهای کاری", "工作日|工作天|营业日",
    ),
    (
        "business hours", 1, "business hours?|working hours?|office hours?",
        "ساعت کاری|ساعات کاری", "工作小时|工作时",
    ),
    ("percent", 1, "%|percent|per cent", "٪|%|درصد", "%"),
    ("EUR", 1, "€|euros|euro|eur", "یورو", "欧元"),
    ("USD", 1, r"us\$|\$|us dollars?|dollars|dollar|usd", "دلار", "美元|美金"),
    ("GBP", 1, "£|pounds sterling|gbp", "پوند", "英镑"),
    ("CNY", 1, "yuan|rmb|cny", "یوان", "元人民币|人民币|元(?!素)|块钱"),
    ("JPY", 1, "yen|jpy", "ین", "日元"),
    ("IRR", 10, "tomans|toman", "تومان|تومن", "土曼|托曼"),
    ("IRR", 1, "rials|rial|irr", "ریال", "里亚尔"),
    ("volume", 1, "litres|litre|liters|liter|l", "لیتر", "公升|升(?!级)"),
    ("volume", 0.001, "millilitres?|milliliters?|ml", "میلی لیتر|سی سی", "毫升"),
    ("mass", 1, "grams|gram|g", "گرم", "克"),
    ("mass", 1000, "kilograms?|kilos?|kg", "کیلوگرم|کیلو", "公斤|千克"),
    ("length", 1, "metres|metre|meters|meter|(?<= )m", "متر", "公尺|米"),
    ("length", 0.01, "centimetres?|centimeters?|cm", "سانتی متر|سانتیمتر|سانت", "厘米|公分"),
    ("length", 1000, "kilometres?|kilometers?|km", "کیلومتر", "公里|千米"),
    ("hardness", 1, "°dh", "درجه آلمانی|درجه dh|°dh", "°dh|德国度"),
    (
        "temperature", 1, "°c|℃|degrees celsius|degrees|degree",
        "درجه سانتی گراد|درجه سانتیگراد|درجه|℃|°c", "°c|℃|摄氏度|度(?!假)",
    ),
    ("voltage", 1, "volts|volt|v", "ولت", "伏特|伏"),
    ("characters", 1, "characters|character|chars", "نویسه|کاراکتر|حرف", "字符|个字(?!段)"),
    ("digits", 1, "digits|digit", "رقمی|رقم", "位数字?|位(?=的?(?:验证码|代码|数|密码|卡密))"),
    (
        "times", 1, "tries|try|attempts|attempt|times|wrong passwords",
        "بار|دفعه|مرتبه|تلاش", "次",
    ),
    (
        "people", 1, "people|persons|members|users|seats",
        "نفره|نفر|عضو|کاربر", "名(?=成员|用户|家)|个用户|个成员|人(?!民)|位(?=家|成员|用户|朋友)",
    ),
    ("pieces", 1, "devices|device", "دستگاه", "台设备|台"),
    ("data", 1, "kilobytes?|kb", "کیلوبایت", "kb"),
    ("data", 1e3, "megabytes?|mb", "مگابایت|مگ", "mb"),
    ("data", 1e6, "gigabytes?|gb", "گیگابایت|گیگ", "gb"),
    ("data", 1e9, "terabytes?|tb", "ترابایت", "tb"),
)  # fmt: skip

_LATIN_BETWEEN = (
    "full|whole|calendar|consecutive|wrong|failed|unsuccessful|incorrect|more|family|team|login"
    "|sign-in|natural"
)
_HAN_BETWEEN = "个自然|个|位家庭|名|多|连续"


def _pattern(column: int) -> str:
    """One named group per row; rows with the longest name first, so that no name hides another."""
    names = {row: str(unit[column]) for row, unit in enumerate(_TABLE)}
    rows = sorted(names, key=lambda row: -max(map(len, names[row].split("|"))))
    return "|".join(f"(?P<u{column}_{row}>{names[row]})" for row in rows)


_AFTER_NUMBER = regex.compile(
    rf"[ -]?(?:(?:{_LATIN_BETWEEN})[ -]){{0,2}}(?:{_pattern(2)})(?![a-z])"
    rf"| ?(?:{_pattern(3)})[\u064b-\u0655]?(?:ه|ی|ای)?(?!\w)"
    rf"| ?(?:{_HAN_BETWEEN})? ?(?:{_pattern(4)})",
    regex.V1,
)
_NETWORK = regex.compile(r"(?<![0-9])[2-6]$")
"""5g is no mass."""
_CURRENCY_BEFORE = regex.compile(
    r"(?:(?P<EUR>€|eur)|(?P<GBP>£|gbp)|(?P<CNY>¥|￥|rmb|cny)|(?P<USD>us\$|\$|usd))\s?$"
)


def unit_after(text: str, position: int) -> tuple[Unit, int] | None:
    """The unit that `text` (folded) names at `position`, and where its name ends."""
    found = _AFTER_NUMBER.match(text, position)
    if not found or not found.lastgroup:
        return None
    if found.group() == "g" and _NETWORK.search(text, max(0, position - 2), position):
        return None
    dimension, factor = _TABLE[int(found.lastgroup.split("_")[1])][:2]
    return Unit(dimension, factor), found.end()


def currency_before(text: str, position: int) -> tuple[Unit, int] | None:
    """The currency sign that ends just before `position`, and where it begins."""
    offset = max(0, position - 5)
    found = _CURRENCY_BEFORE.search(text[offset:position])
    if not found or not found.lastgroup:
        return None
    return Unit(found.lastgroup, 1), offset + found.start()
