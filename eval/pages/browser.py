"""Chromium, driven by Playwright, and a watch over what goes wrong inside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kb.errors import ConfigurationError, OperationalError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request, Response

NAMES = ("chromium", "chromium-browser", "google-chrome")

_ARGUMENTS = (
    "--no-sandbox",  # containers run as root
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)

_SAY_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""

_OWN_KINDS = {"stylesheet", "script", "image", "font", "manifest"}
"""Requests that a page makes by itself: a missing one is a mistake, whoever reads the page."""


def find_chromium() -> str | None:
    """Path of an installed Chromium."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that reaches this machine and nothing else.

    Raises:
        ConfigurationError: Playwright or Chromium is not installed.
        OperationalError: a page does not do what it is waited for.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise ConfigurationError(
            "This needs Playwright; install it with `pip install -e '.[dev]'`."
        ) from error
    path = find_chromium()
    if path is None:
        raise ConfigurationError(
            "This needs Chromium; install it with `apt-get install chromium` (`make test` does)."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        except Error as error:
            raise OperationalError(f"The browser gave up: {error.message}") from error
        finally:
            browser.close()


@dataclass
class Watch:
    """What went wrong in the pages of a context.

    Noted are errors on the console, exceptions nobody caught, violations of the content security
    policy, requests to anywhere but `origins`, answers of 500 and above, and files of a page that
    are missing. Failed documents below 500 are left to whoever asked for them.
    """

    origins: set[str]
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """Addresses asked for, in order."""

    def over(self, context: BrowserContext) -> None:
        """Begin watching; before the first page is opened."""
        context.add_init_script(_SAY_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"uncaught: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium's own words about an HTTP status; `_response` judges those.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        address = urlsplit(request.url)
        origin = f"{address.scheme}://{address.netloc}"
        if address.scheme not in ("data", "blob", "about") and origin not in self.origins:
            self.problems.append(f"asked elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        limit = 400 if response.request.resource_type in _OWN_KINDS else 500
        if response.status >= limit:
            self.problems.append(f"{response.status}: {response.url}")
