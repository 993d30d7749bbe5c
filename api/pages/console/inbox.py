"""`/console`: the open tickets, what is due first on top; and the solved ones."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import StateDep
from api.pages.console.cards import group_choices, group_name
from api.pages.console.desk import Console, console_of, now
from api.pages.frame import is_fragment, render
from api.pages.staff import StaffRoute, StaffView, staff_view
from api.signed_in import StaffPage
from api.state import State
from api.web import VERSION
from kb.inbox import SORTS, VIEWS, Filters, View

router = APIRouter(route_class=StaffRoute, include_in_schema=False)

_ROWS = 30
_MAX_VALUE = 200
_ICONS: Mapping[View, str] = {
    "open": "inbox",
    "new": "spark",
    "ours": "reply",
    "customers": "clock",
    "overdue": "alert",
    "soon": "clock",
    "solved": "check",
}


@dataclass(frozen=True)
class Choice:
    """A view in the navigation."""

    view: View
    label: str
    icon: str
    href: str
    count: int | None
    current: bool


@router.api_route("/console", methods=["GET", "HEAD"])
def inbox(request: Request, state: StateDep, found: StaffPage) -> Response:
    """The inbox; for scripts its list alone, or nothing where nothing changed."""
    console, moment = console_of(request), now()
    page = staff_view(request, found, "console")
    filters = filters_of(request.query_params)
    etag = _etag(page, console, filters, request.query_params.get("cursor", ""), moment)
    if is_fragment(request) and request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    shown = console.inbox.page(filters, moment, _ROWS, request.query_params.get("cursor", ""))
    template = "console/_list.html" if is_fragment(request) else "console/inbox.html"
    rules = state.knowledge_base.tools.rules
    following = page.url("/console", **_parameters(filters), cursor=shown.next)
    response = render(
        template,
        page,
        shown=shown,
        filters=filters,
        choices=_choices(page, filters, shown.counts),
        fields=_fields(state, console, page, moment),
        following=following if shown.next else "",
        here=page.url("/console", **_parameters(filters)),
        clear=page.url("/console", view=filters.view),
        ticket_path=ticket_path,
        group_name=lambda identifier: group_name(identifier, rules, page.t),
    )
    response.headers["ETag"] = etag
    return response


def ticket_path(identifier: str) -> str:
    return f"/console/tickets/{quote(identifier, safe='')}"


def filters_of(parameters: Mapping[str, str]) -> Filters:
    """What the address asks for; unknown views and orders are the usual ones."""
    view, sort = parameters.get("view", "open"), parameters.get("sort", "due")
    return Filters(
        view=next((known for known in VIEWS if known == view), "open"),
        sort=next((known for known in SORTS if known == sort), "due"),
        group=parameters.get("group", "")[:_MAX_VALUE],
        priority=parameters.get("priority", "")[:_MAX_VALUE],
        locale=parameters.get("lang", "")[:_MAX_VALUE],
        channel=parameters.get("channel", "")[:_MAX_VALUE],
        query=parameters.get("q", "").strip()[:_MAX_VALUE],
    )


def _parameters(filters: Filters) -> dict[str, str]:
    """Of an address; `locale` is the page's language, so the ticket's is `lang`."""
    values = asdict(filters)
    values["q"], values["lang"] = values.pop("query"), values.pop("locale")
    usual = {"view": "open", "sort": "due"}
    return {name: value for name, value in values.items() if value != usual.get(name)}


def _choices(page: StaffView, filters: Filters, counts: Mapping[View, int]) -> list[Choice]:
    return [
        Choice(
            view,
            page.t.views[view],
            _ICONS[view],
            page.url("/console", **_parameters(replace(filters, view=view))),
            counts.get(view),
            view == filters.view,
        )
        for view in VIEWS
    ]


def _fields(
    state: State, console: Console, page: StaffView, moment: dt.datetime
) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen, by parameter: pairs of value and label."""
    known = console.inbox.fields(moment)
    t, rules = page.t, state.knowledge_base.tools.rules
    return {
        "group": group_choices(known["group"], rules, t),
        "priority": [(value, priority_name(value, page)) for value in known["priority"] if value],
        "lang": [(value, t.language_name(value)) for value in known["locale"]],
        "channel": [(value, t.channels.get(value, value)) for value in known["channel"] if value],
        "sort": [(value, t.sorts[value]) for value in SORTS],
    }


def priority_name(priority: str, page: StaffView) -> str:
    name: str = page.t.priorities.get(priority.casefold(), priority)
    return name


def _etag(
    page: StaffView, console: Console, filters: Filters, cursor: str, moment: dt.datetime
) -> str:
    """Differs once the list may look different: clocks are told in minutes."""
    minute = int(moment.timestamp() // 60)
    revision = console.inbox.revision(moment)
    told = f"{console.epoch} {revision} {minute} {page.locale} {VERSION} {filters} {cursor}"
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:20]}"'
