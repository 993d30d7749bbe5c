"""What files and folders of articles may be called: pure.

A new article is `<top>/<name>/<locale>.md`, and its id `<name>.<locale>`, as `kb gaps draft` names
them. Names are letters of any script, digits and hyphens, so none is hidden, leads elsewhere or
means something to a system (`..`, `con`, `a:b`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from kb.authoring.faults import Fault, refused
from kb.authoring.listing import Listed
from kb.gaps.drafts.saving import FOLDER
from kb.gaps.drafts.titles import folder_name
from kb.models import Audience

_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))]
)
"""Names that Windows keeps for itself; a content folder is checked out there, too."""
_NUMBERED = 50


def name_of(title: str) -> str:
    """The name that a title proposes for its folder.

    >>> name_of("My pump: rattles!"), name_of("پمپ صدا می‌دهد")
    ('my-pump-rattles', 'پمپ-صدا-می-دهد')
    """
    name = folder_name(title)
    return f"{name}-article" if name in _DEVICES else name


def name_fault(name: str) -> Fault | None:
    """Why a name cannot be a folder's; None: it can."""
    if not name or name != name_of(name):
        return Fault(code="name_wrong", field="name", values={"proposal": name_of(name)})
    return None


def top_of(listed: Iterable[Listed], audience: Audience) -> str:
    """The top folder that most articles of an audience are in; `help` where there are none."""
    tops = Counter(
        one.path.split("/")[0]
        for one in listed
        if one.article and one.article.audience == audience and "/" in one.path
    )
    return min(tops, key=lambda top: (-tops[top], top)) if tops else FOLDER


def of_its_own(
    name: str, locale: str, top: str, is_free: Callable[[str, str], bool]
) -> tuple[str, str]:
    """Path and id of a new article in a folder of its own, numbered where the name is taken.

    Args:
        is_free: whether a folder and an id are.

    Raises:
        Refused: too many have this name.
    """
    _check_locale(locale)
    for number in range(1, _NUMBERED + 1):
        own = name if number == 1 else f"{name}-{number}"
        if is_free(f"{top}/{own}", f"{own}.{locale}"):
            return f"{top}/{own}/{locale}.md", f"{own}.{locale}"
    raise refused("name_taken", "name", name=name)


def beside(group: str, locale: str, listed: Iterable[Listed]) -> tuple[str, str]:
    """Path and id of a translation: named as its source is, in the same folder.

    Raises:
        Refused: the folder has no such article, or has it in this language already.
    """
    _check_locale(locale)
    versions = [(one.path, one.article) for one in listed if one.article]
    versions = [(path, article) for path, article in versions if article.group == group]
    if not versions:
        raise refused("source_unknown", "translation_of", id=group)
    if any(article.locale == locale for _, article in versions):
        raise refused("language_taken", "locale", locale=locale)
    path, source = min(versions, key=lambda one: (one[1].id != group, one[0]))
    file = PurePosixPath(path)
    base = file.stem.removesuffix(source.locale).removesuffix(".")
    name = f"{base}.{locale}.md" if base else f"{locale}.md"
    identifier = f"{source.id.removesuffix(f'.{source.locale}')}.{locale}"
    return str(file.with_name(name)), identifier


def _check_locale(locale: str) -> None:
    if locale.lower() in _DEVICES:
        raise refused("locale_wrong", "locale")
