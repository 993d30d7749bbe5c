"""A help center of nine subjects in three languages, whose questions use its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.gaps.subjects import Subjects, load_subjects
from tests.eval.tiny import write_dataset

WORDS = {
    "parcel": ("parcel courier tracking", "بسته پیک رهگیری"),
    "pump": ("pump rattling filter", "پمپ صدا فیلتر"),
    "lamp": ("lamp brightness schedule", "چراغ روشنایی برنامه"),
    "refund": ("refund card money", "بازپرداخت کارت پول"),
    "wifi": ("wireless network password", "شبکه رمز بیسیم"),
    "seeds": ("seeds basil germination", "بذر ریحان جوانه"),
    "lid": ("lid hinge broken", "درپوش لولا شکسته"),
    "account": ("account email deletion", "حساب ایمیل حذف"),
    "frost": ("frost balcony winter", "یخبندان بالکن زمستان"),
}
LANGUAGES = ("en", "fa", "zh")


def corpus() -> list[dict[str, Any]]:
    return [
        {"_id": f"{name}.{code}", "group": f"{name}.en", "lang": code, "title": text.split()[0],
         "text": f"{text}. {text}."}
        for name, texts in WORDS.items()
        for code, text in zip(LANGUAGES, texts, strict=False)
    ]  # fmt: skip


def queries() -> list[dict[str, Any]]:
    found = []
    for name, texts in WORDS.items():
        for code, text in zip(LANGUAGES, texts, strict=False):
            first, second, third = text.split()
            for number, asked in enumerate((text, f"{first} {second}", f"{third} {first}")):
                found.append({"_id": f"{name}-{code}-{number}", "text": asked, "locale": code})
    return [*found, {"_id": "none", "text": "zebra quagga okapi"}]


def qrels() -> list[tuple[str, str, int]]:
    return [
        (query["_id"], f"{query['_id'].split('-')[0]}.{query['locale']}", 1)
        for query in queries()
        if query["_id"] != "none"
    ]


def write_garden(folder: Path) -> Path:
    write_dataset(folder, corpus(), queries(), qrels())
    return folder


def garden(folder: Path) -> Subjects:
    return load_subjects(write_garden(folder), LANGUAGES, "en")
