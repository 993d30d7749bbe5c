"""A writer at the desk with reports made by hand, and what is behind the pages."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from fastapi.testclient import TestClient
from httpx import Response
from selectolax.lexbor import LexborHTMLParser

from api.app import create_app
from api.state import Reports
from indexer.pipeline import index
from kb.accounts.models import User
from kb.accounts.secrets import csrf_token
from kb.accounts.service import Accounts
from kb.config import load_settings
from kb.gaps.report import GapReport
from kb.gaps.service import REPORT, GapDesk
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.store.audit import AuditQuery
from kb.support_desk import SupportDesk
from tests.fakes import BagOfWordsEmbedder
from tests.kb.gaps.made import TICKETS

NOW = dt.datetime.now(dt.UTC)
ARTICLES = (
    ("connect-wifi.en", "en", "Connecting your planter", "growing", "Hold the leaf button."),
    ("connect-wifi.fa", "fa", "وصل کردن گلدان", "growing", "دکمهٔ برگ را نگه دارید."),
    ("pump.zh", "zh", "更换水泵", "planter", "先关闭电源。\n\n每月清洗过滤器。"),
    ("pump-copy.zh", "zh", "怎么更换水泵", "planter", "先关闭电源。\n\n每周清洗过滤器。"),
)


class Working:
    """Stands for the worker."""

    def __init__(self) -> None:
        self.busy, self.problem, self.woken = False, "", 0

    def wake(self) -> None:
        self.woken += 1
        self.busy = True

    def close(self) -> None:
        pass


class WriterDesk:
    """Everything between a browser and the store."""

    def __init__(self, root: Path, *, worker: bool = True) -> None:
        self.content = root / "content"
        self.content.mkdir()
        self.settings = load_settings(data_dir=root / "data", content_dir=self.content)
        self.store = Store(self.settings.store_url)
        self.knowledge_base = KnowledgeBase(
            self.settings, BagOfWordsEmbedder(), packaged_parameters()
        )
        articles = root / "articles.jsonl"
        lines = (
            {"_id": name, "group": name.partition(".")[0] + ".en", "lang": locale, "title": title,
             "section": section, "text": text}
            for name, locale, title, section, text in ARTICLES
        )  # fmt: skip
        articles.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        index([articles], self.settings, self.store, self.knowledge_base.embedder)
        self.store.documents.upsert([(ticket, "t.jsonl") for ticket in TICKETS], "t", NOW)
        self.worker = Working() if worker else None
        reports = Reports(
            GapDesk(self.store, self.knowledge_base, self.settings),
            SupportDesk(self.store, self.knowledge_base),
            self.worker,
        )
        app = create_app(self.settings, self.knowledge_base, None, reports)
        self.client = TestClient(app, follow_redirects=False)
        self.token = ""

    def sign_in(self, role: str) -> WriterDesk:
        user = User(
            id=role, email=f"{role}@verdilo.example", name="Nora Lind", role=role, locale="",
            created_at=NOW,
        )  # fmt: skip
        if self.store.users.by_email(user.email) is None:
            self.store.users.add(user)
        self.token = Accounts.of(self.store, self.settings).begin(user, "link", NOW)
        self.client.cookies.set("kb_session", self.token)
        return self

    def report(self, report: GapReport) -> None:
        """What the pages show from now on."""
        self.store.gaps.save_report(REPORT, report.model_dump_json(), 1, dt.datetime.now(dt.UTC))

    def get(self, address: str, locale: str = "en", **parameters: object) -> Response:
        return self.client.get(address, params={"locale": locale, **parameters})

    def page(self, address: str, locale: str = "en", **parameters: object) -> LexborHTMLParser:
        response = self.get(address, locale, **parameters)
        assert response.status_code == 200, response.text
        return LexborHTMLParser(response.text)

    def post(self, address: str, **form: object) -> Response:
        return self.client.post(
            f"{address}?locale=en", data={"csrf": csrf_token(self.token), **form}
        )

    def audited(self) -> list[tuple[str, str]]:
        """Action and target of what was changed, the first one first."""
        lines = self.store.audit.lines(AuditQuery(), 50)
        done = [(line.action, line.target) for line in reversed(lines)]
        return [one for one in done if not one[0].startswith("sign-in.")]


def text_of(page: LexborHTMLParser, selector: str = "main") -> str:
    """What a reader sees of the first element, on one line."""
    node = page.css_first(selector)
    return " ".join(node.text(separator=" ").split()) if node else ""


def texts(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text(separator=" ").split()) for node in page.css(selector)]
