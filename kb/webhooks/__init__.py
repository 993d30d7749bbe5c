"""Telling another system of the tickets that begin here.

In reading order:

    signing    what is sent, signed after the Standard Webhooks specification
    delivery   one attempt
    worker     all of them, with patience, while serving

What has to be told is in kb.store.outbox, written with the change itself.
"""

from kb.webhooks.delivery import Receiver
from kb.webhooks.signing import new_secret
from kb.webhooks.worker import WebhookWorker, check_receiver

__all__ = ["Receiver", "WebhookWorker", "check_receiver", "new_secret"]
