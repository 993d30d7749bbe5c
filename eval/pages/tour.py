"""The tour of docs/tour.md, walked by a script: it takes the pictures, and a test walks it, too.

`STEPS` in order; each does what the document tells a reader to do, in English, and leaves the page
where its picture is taken. What a step needs of an earlier one is in `Tour`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from eval.pages.browser import Watch
from eval.pages.screenshots import TAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUESTION = "A squeaking noise, from the drip tray and not from the pump"
DETAILS = "It began last week, every single time. The neighbours can hear it."
SAMPLE_TICKET = "No light, no water, nothing"
REPLY = (
    "Hello,\n\nplease rub a little candle wax on both rails of the drip tray; the squeaking stops "
    "at once. If it comes back, tell us and we send you a new tray.\n\nBest regards"
)
LEARNED = "candle wax on both rails"
SECOND = "My drip tray squeaks, too"
MISSING = "can the planter stay outside in winter"
WRITTEN = (
    "Bring the planter indoors before the first frost. Below 5 °C the pump stops to protect "
    "itself, and water that freezes in the tank can crack it.\n\n"
    "## Over the winter\n\nEmpty the tank, unplug the planter and keep it in a dry room.\n"
)
_WINTER = re.compile("frost|frozen|winter|freez|outside|balcony|冬|زمستان|بالکن", re.IGNORECASE)
"""What the gap is called depends on who asked what first."""
_QUALITY = 80
_LARGEST = 60_000
_PATIENCE_MS = 30_000


class Served(Protocol):
    """The sample with its searches and open tickets, served."""

    @property
    def url(self) -> str: ...

    def sign_in(self, page: Page, role: str) -> None:
        """By a link that works once."""


@dataclass
class Tour:
    """Somebody who tries everything: one browser window for each person they play."""

    browser: Browser
    site: Served
    watches: list[Watch] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)

    def person(self, name: str, locale: str = "en", role: str = "", *, phone: bool = False) -> Page:
        """The window of a person; opened when they first appear."""
        if name not in self.pages:
            context = self.browser.new_context(
                base_url=self.site.url,
                locale=TAGS[locale],
                viewport={"width": 390, "height": 780} if phone else {"width": 1120, "height": 760},
                is_mobile=phone,
                has_touch=phone,
                reduced_motion="reduce",
            )
            context.set_default_timeout(_PATIENCE_MS)
            watch = Watch({self.site.url})
            watch.over(context)
            self.watches.append(watch)
            self.pages[name] = context.new_page()
            if role:
                self.site.sign_in(self.pages[name], role)
        return self.pages[name]

    @property
    def problems(self) -> list[str]:
        return [problem for watch in self.watches for problem in watch.problems]

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


def search(tour: Tour) -> Page:
    """Suggestions while typing."""
    page = tour.person("customer")
    page.goto("/")
    page.locator("input[name=q]").first.press_sequentially("how do i clean", delay=20)
    page.locator("[role=option]").first.wait_for()
    return page


def results_fa(tour: Tour) -> Page:
    """An answer in Persian, on a phone."""
    page = tour.person("customer-fa", "fa", phone=True)
    page.goto("/")
    page.locator("input[name=q]").first.fill("رمزم را فراموش کرده‌ام")
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    return page


def results_zh(tour: Tour) -> Page:
    """An answer in Chinese, on a phone."""
    page = tour.person("customer-zh", "zh", phone=True)
    page.goto("/")
    page.locator("input[name=q]").first.fill("忘记密码怎么办")
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    return page


def contact(tour: Tour) -> Page:
    """Writing to the team, while answers are proposed."""
    page = tour.person("customer")
    page.goto("/contact")
    page.locator("#contact-question").fill(QUESTION)
    page.locator("#contact-details").fill(DETAILS)
    page.locator("#contact-email").fill("robin@example.com")
    page.locator("[data-found] a").first.wait_for()
    return page


def sent(tour: Tour) -> Page:
    """By when an answer comes."""
    return _send(tour.person("customer"))


def _send(page: Page) -> Page:
    # A form that comes back within two seconds is asked for again: no person types so fast.
    page.wait_for_timeout(2_200)
    page.locator("main form.contact button").first.click()
    page.locator(".reference").wait_for()
    return page


def inbox(tour: Tour) -> Page:
    """The new ticket among the others."""
    page = tour.person("rep", role="rep")
    page.goto("/console")
    page.get_by_text(QUESTION).first.wait_for()
    return page


def suggestions(tour: Tour) -> Page:
    """A suggestion that fits, inserted."""
    from playwright.sync_api import expect

    page = tour.person("rep")
    page.get_by_role("link", name=SAMPLE_TICKET).first.click()
    page.locator(".suggestion").first.wait_for()
    page.keyboard.press("1")
    expect(page.locator("#text")).not_to_have_value("")
    return page


def learned(tour: Tour) -> Page:
    """A reply of one's own, sent and learned."""
    page = tour.person("rep")
    page.goto("/console")
    page.get_by_role("link", name=QUESTION).first.click()
    page.locator("#text").fill(REPLY)
    page.get_by_role("button", name="Send and mark solved").click()
    page.get_by_text("Learned: this reply is now suggested").wait_for()
    return page


def suggested_again(tour: Tour) -> Page:
    """The same trouble again: the reply is there."""
    customer = tour.person("customer")
    customer.goto("/contact")
    customer.locator("#contact-question").fill(SECOND)
    customer.locator("#contact-email").fill("sasha@example.com")
    _send(customer)
    page = tour.person("rep")
    page.goto("/console")
    page.get_by_role("link", name=SECOND).first.click()
    page.locator(".suggestion", has_text=LEARNED).first.wait_for()
    return page


def gaps(tour: Tour) -> Page:
    """What people ask and nothing answers."""
    page = tour.person("writer", role="writer")
    page.goto("/desk/gaps")
    page.locator("main a[href*='/desk/gaps/']").first.wait_for()
    return page


def gap(tour: Tour) -> Page:
    """The evidence of one."""
    page = tour.person("writer")
    page.locator("main").get_by_role("link", name=_WINTER).first.click()
    page.get_by_role("link", name="Write this article").wait_for()
    return page


def editor(tour: Tour) -> Page:
    """The draft, written up."""
    page = tour.person("writer")
    page.get_by_role("link", name="Write this article").click()
    page.wait_for_url("**/desk/articles/new**")  # loaded: its scripts listen
    page.locator("input[name=title]").fill("Winter: when to bring the planter indoors")
    page.locator("textarea[name=body]").fill(WRITTEN)
    page.locator("#pane-preview").get_by_text("Bring the planter indoors").first.wait_for()
    page.locator("#field-locale").select_option("en")
    page.locator("details.details[open] > summary").click()
    page.evaluate("scrollTo(0, 0)")
    return page


def found(tour: Tour) -> Page:
    """Published, and the first thing a customer finds."""
    writer = tour.person("writer")
    writer.get_by_role("button", name="Publish").click()
    writer.locator("#standing [data-final=yes]").wait_for()
    page = tour.person("customer")
    page.goto("/")
    page.locator("input[name=q]").first.fill(MISSING)
    page.keyboard.press("Enter")
    page.get_by_text("Winter: when to bring the planter indoors").first.wait_for()
    return page


STEPS: tuple[Callable[[Tour], Page], ...] = (
    search,
    results_fa,
    results_zh,
    contact,
    sent,
    inbox,
    suggestions,
    learned,
    suggested_again,
    gaps,
    gap,
    editor,
    found,
)


def picture_name(step: Callable[[Tour], Page]) -> str:
    return f"{step.__name__.replace('_', '-')}.webp"


PICTURED = tuple(step for step in STEPS if step is not sent)
"""Steps that the document shows."""


def take_pictures(
    browser: Browser, site: Served, folder: Path, progress: Callable[[str, int, int], None]
) -> dict[str, int]:
    """Walk the tour; file name and bytes of each picture."""
    folder.mkdir(parents=True, exist_ok=True)
    tour = Tour(browser, site)
    sizes: dict[str, int] = {}
    try:
        for number, step in enumerate(STEPS, start=1):
            page = step(tour)
            if step in PICTURED:
                name = picture_name(step)
                sizes[name] = _save(page.screenshot(), folder / name)
            progress("tour", number, len(STEPS))
    finally:
        tour.close()
    return sizes


def _save(png: bytes, path: Path) -> int:
    from io import BytesIO

    from PIL import Image

    image = Image.open(BytesIO(png)).convert("RGB")
    for quality in range(_QUALITY, 20, -10):
        image.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size <= _LARGEST:
            break
    return path.stat().st_size
