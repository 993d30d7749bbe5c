"""The inbox: which tickets wait for whom, until when, and what happened before.

In reading order:

    lines      a ticket as a line of the inbox
    views      which lines a view shows, in which order
    board      all open tickets as lines, kept up to date with the store
    finding    tickets by words
    inbox      all of it together: pages, counts, one customer's other tickets
    matching   what a draft and its source have in common
"""

from __future__ import annotations

from kb.inbox.inbox import Inbox, InboxPage, Row
from kb.inbox.lines import Line, Urgency
from kb.inbox.matching import common_spans
from kb.inbox.views import SORTS, VIEWS, Filters, Sort, View

__all__ = [
    "SORTS",
    "VIEWS",
    "Filters",
    "Inbox",
    "InboxPage",
    "Line",
    "Row",
    "Sort",
    "Urgency",
    "View",
    "common_spans",
]
