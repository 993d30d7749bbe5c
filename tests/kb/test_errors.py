"""The error tree: what is exported, drawn and stated is the same."""

from __future__ import annotations

import re

import pytest

from kb import errors
from kb.errors import KBError, NoSnapshot, NotFound, TooManyRequests

CLASSES = [getattr(errors, name) for name in errors.__all__]

#: Each line of the docstring's tree that draws a class: depth, name, exit code, HTTP status.
DRAWN = {
    match["name"]: (len(match["lead"]) // 4, int(match["exit"]), int(match["status"]))
    for match in re.finditer(
        r"^ {4}(?P<lead>[│├└─ ]*)(?P<name>\w+) +(?P<exit>\d) +(?P<status>\d{3})",
        errors.__doc__ or "",
        re.MULTILINE,
    )
}


def test_exactly_the_public_classes_are_exported_in_order() -> None:
    public = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert set(errors.__all__) == public
    assert errors.__all__ == sorted(errors.__all__)


def test_every_class_but_the_root_is_drawn_with_its_codes_and_nothing_else_is() -> None:
    assert set(DRAWN) | {"KBError"} == set(errors.__all__)


@pytest.mark.parametrize("cls", [c for c in CLASSES if c is not KBError])
def test_a_class_has_the_exit_code_status_and_place_it_is_drawn_with(cls: type[KBError]) -> None:
    depth = len([base for base in cls.__mro__ if issubclass(base, KBError)]) - 1
    assert DRAWN[cls.__name__] == (depth, cls.exit_code, cls.status)


@pytest.mark.parametrize("cls", CLASSES)
def test_every_class_has_a_title_of_its_own(cls: type[KBError]) -> None:
    assert cls.title
    assert [other for other in CLASSES if other.title == cls.title] == [cls]


def test_the_slug_is_the_name_in_words() -> None:
    assert NotFound("x").slug == "not-found"
    assert TooManyRequests("x").slug == "too-many-requests"
    assert NoSnapshot("x").slug == "no-snapshot"


def test_the_message_is_what_was_said() -> None:
    assert str(NotFound("There is no article 'x'.")) == "There is no article 'x'."
