"""A small help center in three languages, indexed with an instant embedder."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from indexer.pipeline import index
from kb.config import Settings
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.spelling.known import read_all
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder


def article(identifier: str, title: str, text: str, **more: object) -> dict[str, object]:
    name, _, locale = identifier.rpartition(".")
    return {
        "kind": "article", "id": identifier, "locale": locale, "title": title, "body": text,
        "group": f"{name}.en", "section": "account", "updated": "2026-03-01", **more,
    }  # fmt: skip


ARTICLES = [
    article("password.en", "Reset your password",
            "Open the app.\n\n## Did the link expire?\n\nAsk for another link.\n\n"
            "## Account locked\n\nWait an hour.\n\n## Afterwards\n\nSign in again."),
    article("password.fa", "بازیابی رمز عبور",
            "اپلیکیشن را باز کنید.\n\n## حساب قفل است؟\n\nصبر کنید."),
    article("password.zh", "重置密码", "打开应用，重置密码。"),
    article("email.en", "Change your e-mail address",
            "Open the app and your account, change the address, then sign in again."),
    article("invoice.en", "Download an invoice", "Every invoice is in the account.",
            section="payments", updated="2026-05-01"),
    article("refund.en", "How long a refund takes", "A refund takes a week.", section="payments"),
    article("limits.en", "Refund limits", "Refunds up to fifty euros. CANARYINTERNAL",
            audience="internal"),
]  # fmt: skip


def open_shop(settings: Settings, folder: Path) -> tuple[Store, KnowledgeBase]:
    """Index the articles; the store has to be closed."""
    read_all()  # or the first search would not wait for the word lists
    path = folder / "shop.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in ARTICLES), encoding="utf-8")
    store = Store(settings.store_url)
    report = index([path], settings, store, BagOfWordsEmbedder())
    if report.problems:
        raise ValueError(report.problems)
    knowledge_base = KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())
    return store, knowledge_base


NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
