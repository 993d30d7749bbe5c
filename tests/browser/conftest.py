"""A browser over a served sample. See docs/testing-pages.md.

Every page is watched: a test fails on errors in the console, exceptions nobody caught, violations
of the content security policy, requests to other origins, missing files and answers of 500.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from api.signed_in import cookie_name
from eval.pages.browser import Watch, chromium, find_chromium
from tests.browser.house import House, house, in_use, served

ROOT = Path(__file__).resolve().parents[2]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
TAGS = {"en": "en-GB", "fa": "fa-IR", "zh": "zh-CN"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these tests are skipped; in CI they fail instead (see `browser`)."""
    if find_chromium() or os.environ.get("CI"):
        return
    reason = "Chromium is not installed: `apt-get install chromium` (make test tries)"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """One Chromium for all. Closed before other packages' tests: while Playwright runs, its event
    loop is the main thread's."""
    if find_chromium() is None:
        pytest.fail("Chromium is missing, and in CI the browser tests have to run", pytrace=False)
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def sample_house(sample: Any, embedder: Any, tmp_path_factory: Any) -> Iterator[House]:
    """The sample help center, served with the real model from a copy of `articles/`.

    Shared by all browser tests: what a test adds has words of its own, and stays.
    """
    embeddings = sample.cache_dir / "embeddings.sqlite"
    folder = tmp_path_factory.mktemp("house")
    with (
        pytest.MonkeyPatch.context() as patch,
        house(folder, ROOT / "articles", embedder, embeddings) as running,
    ):
        patch.setattr("kb.contact.spam.FASTEST_SECONDS", 0.0)  # tests write faster than people
        yield in_use(running)


class Visitor(Protocol):
    """Opens pages; see `visitor`."""

    def __call__(
        self,
        locale: str = "en",
        *,
        phone: bool = False,
        dark: bool = False,
        scripts: bool = True,
        role: str = "",
        also: tuple[str, ...] = (),
        house: House | None = None,
        **more: Any,
    ) -> Any: ...


@pytest.fixture
def visitor(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Makes pages, each of a visitor of its own, watched until the test ends.

    locale: of the browser. phone: 360 px wide, touch. scripts: whether JavaScript runs. role:
    signed in as such a person (`sign_in`). also: further origins that may be asked. house:
    default the sample's. Relative addresses are the house's.
    """
    watches: list[Watch] = []
    with ExitStack() as stack:

        def make(
            locale: str = "en",
            *,
            phone: bool = False,
            dark: bool = False,
            scripts: bool = True,
            role: str = "",
            also: tuple[str, ...] = (),
            house: House | None = None,
            **more: Any,
        ) -> Any:
            house = house or request.getfixturevalue("sample_house")
            context = browser.new_context(
                base_url=house.url,
                locale=TAGS[locale],
                viewport=PHONE if phone else DESKTOP,
                has_touch=phone,
                is_mobile=phone,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                java_script_enabled=scripts,
                **more,
            )
            stack.callback(context.close)
            context.set_default_timeout(8_000)
            watch = Watch({house.url, *also})
            watch.over(context)
            watches.append(watch)
            page = context.new_page()
            page.watch = watch
            if role:
                sign_in(page, house, role)
            return page

        yield make
    problems = [problem for watch in watches for problem in watch.problems]
    assert not problems, "\n".join(problems)


def sign_in(page: Any, house: House, role: str) -> None:
    """Give the browser a session of a colleague with this role; whoever tests signing in itself
    goes through the pages."""
    settings = house.settings
    for place in ("page", "embed"):
        cookie = {"name": cookie_name(settings, place), "value": house.session(role, place)}
        page.context.add_cookies([{**cookie, "url": house.url, "httpOnly": True}])


@pytest.fixture
def elsewhere() -> Iterator[Callable[[str], str]]:
    """Serves HTML as somebody else's site, and tells its address."""
    with ExitStack() as stack:

        def serve(html: str, headers: dict[str, str] | None = None) -> str:
            app = FastAPI()
            app.get("/")(lambda: HTMLResponse(html, headers=headers))
            return stack.enter_context(served(app))

        yield serve


@pytest.fixture
def desktop(visitor: Visitor) -> Any:
    """A customer at a desk, in English."""
    return visitor()


@pytest.fixture
def phone(visitor: Visitor) -> Any:
    """A customer on a 360 px phone, in English."""
    return visitor(phone=True)


@pytest.fixture
def without_scripts(visitor: Visitor) -> Any:
    """A customer whose browser runs no JavaScript."""
    return visitor(scripts=False)


@pytest.fixture
def violations() -> Callable[..., list[str]]:
    """Runs axe-core in a page: what it calls serious or critical, one line each."""
    from tests.browser.axe import serious_violations

    return serious_violations
