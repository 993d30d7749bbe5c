"""Runs the application under uvicorn and says where."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import uvicorn

from api.app import create_app, warm_up
from api.state import Indexing, Reports
from kb import audit
from kb.accounts.oidc import provider_of
from kb.accounts.service import Accounts
from kb.accounts.welcome import welcome
from kb.config import Settings
from kb.errors import ConfigurationError, KBError
from kb.feedback import expire
from kb.gaps.service import GapDesk
from kb.gaps.worker import GapWorker
from kb.service import KnowledgeBase
from kb.store import Store
from kb.support_desk import SupportDesk
from kb.webhooks import WebhookWorker, check_receiver


def run(
    settings: Settings,
    announce: Callable[[str], None],
    start_indexing: Callable[[KnowledgeBase], Indexing] | None = None,
    sample_users: bool = False,
) -> None:
    """Serve until interrupted; `announce` gets the address once requests will be answered.

    Args:
        start_indexing: makes what learns from resolved tickets while we serve.
        sample_users: make a user of each role and announce links that sign them in once.

    Raises:
        ConfigurationError: the address is taken or not ours, or the webhook is half configured.
    """
    provider_of(settings)  # what is wrong with its settings is said before anything is loaded
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=128)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "choose another with --port or KB_PORT."
        ) from error
    if settings.webhook_url:
        check_receiver(settings)
    port = listener.getsockname()[1]
    store = Store(settings.store_url)  # what suggestions learn from, and reports are made of
    now = dt.datetime.now(dt.UTC)
    expire(store.events, settings.event_retention_days, now)
    store.salts.drop_before(now.date())
    accounts = Accounts.of(store, settings)
    accounts.expire(now)
    audit.expire(store, settings.audit_retention_days, now)
    knowledge_base = KnowledgeBase.build(settings, store)
    announce("Loading the model and the snapshot …")
    if reason := warm_up(knowledge_base):
        announce(f"Not ready to answer yet: {reason}")
    announce(f"Serving on http://{settings.host}:{port}/  (API: /openapi.json, stop: Ctrl-C)")
    for line in welcome(
        accounts, settings.public_url or f"http://{settings.host}:{port}", sample_users, now
    ):
        announce(line)
    indexing = start_indexing(knowledge_base) if start_indexing else None
    if indexing:
        indexing.wake()  # what was stored before a crash is published now
    desk, support = GapDesk(store, knowledge_base, settings), SupportDesk(store, knowledge_base)
    worker = GapWorker(settings, desk, support, store, knowledge_base)
    reports = Reports(desk, support, worker)
    telling = WebhookWorker(settings, store) if settings.webhook_url else None
    app = create_app(settings, knowledge_base, indexing, reports, telling)
    with suppress(KBError):  # nothing is indexed yet
        app.state.kb.help_center.warm_up()
    # Reads every open ticket; whoever opens the inbox before it is done waits for the rest.
    Thread(target=app.state.console.inbox.revision, args=(now,), daemon=True).start()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        store.close()
