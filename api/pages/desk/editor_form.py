"""What the editor's form sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request
from starlette.datastructures import FormData

from kb.authoring.fields import Typed

Action = Literal["draft", "publish", "preview", "merge"]
_ACTIONS: tuple[Action, ...] = ("draft", "publish", "preview", "merge")


@dataclass(frozen=True)
class Sent:
    """A form of the editor; whatever is wrong with it is found later and shown beside it."""

    typed: Typed
    action: Action
    path: str
    """Of the file; empty for a new article."""
    version: str
    """Of the file that the writer has seen."""
    base: str
    """The text of that file, for comparing three ways; empty where it is too long to be sent."""
    gap: str
    """Of which the article was begun."""


async def _sent(request: Request) -> Sent:
    form = await request.form()
    action = _text(form, "action")
    return Sent(
        typed=Typed(
            title=_text(form, "title"),
            locale=_text(form, "article_locale"),
            section=_text(form, "section"),
            audience=_text(form, "audience"),
            tags=_text(form, "tags"),
            updated=_text(form, "updated"),
            translation_of=_text(form, "translation_of"),
            url=_text(form, "url"),
            body=_text(form, "body"),
            name=_text(form, "name"),
            minor=bool(_text(form, "minor")),
            without=tuple(one for one in form.getlist("without") if isinstance(one, str)),
        ),
        action=next((one for one in _ACTIONS if one == action), "draft"),
        path=_text(form, "path"),
        version=_text(form, "version"),
        base=_text(form, "base").replace("\r\n", "\n"),
        gap=_text(form, "gap"),
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


SentForm = Annotated[Sent, Depends(_sent)]
