"""Nothing that anybody writes runs in anybody's browser.

The pages are opened without their content security policy: it is the second line, and may not be
what holds. Every case is checked in two ways: whether its canary sang (`injections.CANARY`), and
whether the page holds anything that could run, load or cover something (`audit.js`).
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from kb.keys import create_publishable_key
from kb.text import clean
from kb.visits import kept
from tests.browser.hostile import SOME, article_id, fill, write_articles
from tests.browser.house import house
from tests.browser.injections import CANARY, INJECTIONS
from tests.fakes import BagOfWordsEmbedder

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
FEW = 24
"""Cases a test has; each test is a page load or two for each of them."""
GROUPS = [INJECTIONS[start : start + FEW] for start in range(0, len(INJECTIONS), FEW)]
NAMES = [f"{group[0].name}…{group[-1].name}" for group in GROUPS]


def test_there_are_at_least_two_hundred_different_cases():
    assert len({injection.text for injection in INJECTIONS}) == len(INJECTIONS) >= 200


@pytest.fixture(scope="module")
def hostile_house(tmp_path_factory):
    """A help center whose every text is an attack."""
    folder = tmp_path_factory.mktemp("hostile")
    content = folder / "content"
    content.mkdir()
    write_articles(content)
    with house(folder, content, BagOfWordsEmbedder()) as running:
        fill(running)
        yield running


@pytest.fixture
def unprotected(visitor, hostile_house):
    """A page whose browser ignores the content security policy."""

    def make(**more):
        page = visitor(house=hostile_house, bypass_csp=True, **more)
        page.context.add_init_script(CANARY)
        return page

    return make


def forget_pictures(page):
    """What is left of a picture may be asked for, and is not there."""
    missing = re.compile(r"40[34]: \S*/x\S*$")
    page.watch.problems[:] = [it for it in page.watch.problems if not missing.match(it)]


def check(page, injection, address, inside=".prose"):
    """Open the page; nothing of the injection may work."""
    page.watch.requests.clear()
    response = page.goto(address, wait_until="load")
    assert response.status < 500, injection.name
    found = page.evaluate(AUDIT, inside)
    assert found == [], (injection.name, injection.text, found)
    paths = [url.partition("?")[0] for url in page.watch.requests]
    assert [path for path in paths if "canary" in path] == [], (injection.name, injection.text)
    forget_pictures(page)
    assert page.watch.problems == [], (injection.name, injection.text)


@pytest.mark.parametrize("group", GROUPS, ids=NAMES)
def test_nothing_in_an_article_runs(unprotected, group):
    page = unprotected()
    for injection in group:
        check(page, injection, f"/articles/{article_id(injection)}")
        forget_pictures(page)
        assert injection.name in page.title()
        assert f"Before the text of {injection.name}." in page.locator("main").inner_text()


def test_nothing_in_a_query_runs(unprotected):
    page = unprotected()
    for injection in SOME:
        check(page, injection, f"/?q={quote(injection.text)}")


def parsed(tab, address, method="GET", cases=INJECTIONS, **fields):
    """What each case makes of the page at `address`, parsed by the browser, not shown: that is
    ten times as fast. `fields`: of the form that is sent; `*` stands for the injection.

    Returns:
        For each, what `audit.js` finds, what the field that repeats it holds, and the status.
    """
    return tab.evaluate(
        f"""async ([texts, address, method, fields]) => {{
            const audit = {AUDIT};
            const one = async (text) => {{
                const filled = (value) => value.replace("*", () => text);
                const body = new URLSearchParams(
                    Object.entries(fields).map(([name, value]) => [name, filled(value)]));
                const answer = await fetch(
                    address.replace(/[*]/g, () => encodeURIComponent(text)),
                    method === "GET" ? {{}} : {{method, body, headers: {{"x-fragment": "1"}}}});
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                const box = page.querySelector("#contact-question, main input[name=q]")
                    ?? page.querySelector("input[name=q]");
                const repeated = box?.getAttribute("value") ?? box?.value ?? "";
                return [audit(".prose", page), repeated, answer.status];
            }};
            const found = [];
            for (let start = 0; start < texts.length; start += 4) {{
                found.push(...await Promise.all(texts.slice(start, start + 4).map(one)));
            }}
            return found;
        }}""",
        [
            [injection.text for injection in cases],
            address,
            method,
            fields,
        ],
    )


def test_no_query_becomes_part_of_the_page(unprotected):
    page = unprotected()
    page.goto("/")
    found = parsed(page, "/?q=*")
    for injection, (problems, box, status) in zip(INJECTIONS, found, strict=True):
        assert (problems, status) == ([], 200), injection
        assert box == clean(injection.text).strip(), injection


def test_nothing_in_a_contact_form_becomes_part_of_the_page(unprotected):
    page = unprotected()
    page.goto("/contact")
    fields = {"question": "*", "details": "*", "name": "*", "email": "*", "page": "*", "asked": "*"}
    found = parsed(page, "/contact", "POST", **fields)
    for injection, (problems, box, status) in zip(INJECTIONS, found, strict=True):
        assert problems == [], injection
        assert status < 500, injection
        assert box, injection  # the form comes back with what was typed


def test_nothing_in_the_widget_runs(unprotected, hostile_house):
    page = unprotected()
    key = create_publishable_key(hostile_house.store, ["https://shop.example"], "test")
    for path in ("", "/results?q=svg", f"/articles/{article_id(INJECTIONS[1])}", "/contact"):
        mark = "&" if "?" in path else "?"
        check(page, INJECTIONS[1], f"/widget/frame{path}{mark}key={key}&about=<svg onload=pwn()>")
    for address, cases in (("/results?q=*&", INJECTIONS), ("?about=*&", SOME)):
        found = parsed(page, f"/widget/frame{address}page=*&key={key}", cases=cases)
        assert [one for one in found if one[0] or one[2] != 200] == []
    articles = page.evaluate(
        f"""async ([ids, key]) => {{
            const found = [];
            const one = async (id) => {{
                const answer = await fetch(`/widget/frame/articles/${{id}}?key=${{key}}`);
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                return [answer.status, ...({AUDIT})(".prose", page)];
            }};
            for (let start = 0; start < ids.length; start += 4) {{
                found.push(...await Promise.all(ids.slice(start, start + 4).map(one)));
            }}
            return found;
        }}""",
        [[article_id(injection) for injection in INJECTIONS], key],
    )
    assert [found for found in articles if found != [200]] == []


def test_nothing_in_a_ticket_runs(unprotected):
    page = unprotected(role="rep")
    check(page, INJECTIONS[0], "/console/tickets/hostile-thread")
    shown = page.locator("main").evaluate("(main) => main.textContent")
    assert sum(injection.text in shown for injection in INJECTIONS) >= 200
    check(page, INJECTIONS[0], "/console")
    for _ in range(5):
        following = page.locator("a[rel=next]")
        if not following.count():
            break
        check(page, INJECTIONS[0], following.get_attribute("href"))
    for injection in SOME[::8]:
        check(page, injection, f"/console/tickets/hostile-{injection.name}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(AUDIT, ".prose") == [], injection
        check(page, injection, f"/console/search?q={quote(injection.text)}")
        check(page, injection, f"/console?q={quote(injection.text)}")


DESK = (
    "/desk /desk/gaps /desk/health /desk/duplicates /desk/translations /desk/vocabulary "
    "/desk/effect /desk/support /desk/articles"
).split()


def test_nothing_that_visitors_asked_or_told_runs_at_the_writers_desk(unprotected, hostile_house):
    page = unprotected(role="writer")
    for address in DESK:
        check(page, INJECTIONS[0], address)
    page.goto("/desk/health")
    told = page.locator("main").evaluate("(main) => main.textContent")
    seen = [injection for injection in INJECTIONS if kept(injection.text, 300) in told]
    assert len(seen) >= 150  # most comments are shown, as they were written
    gaps = hostile_house.reports.gaps.report().missing
    assert len(gaps) >= 10
    for gap in gaps[:10]:
        check(page, INJECTIONS[0], f"/desk/gaps/{gap.id}")
        check(page, INJECTIONS[0], f"/desk/articles/new?gap={gap.id}")


def test_nothing_in_a_draft_runs_in_its_preview(unprotected):
    page = unprotected(role="writer")
    page.goto("/desk/articles/new")
    csrf = page.locator("input[name=csrf]").first.input_value()
    fields = {"csrf": csrf, "title": "*", "body": "*", "tags": "*", "article_locale": "en"}
    found = parsed(page, "/desk/articles/preview", "POST", **fields)
    assert [one for one in found if one[0] or one[2] != 200] == []
    # And as the editor shows it: put into the page that is open.
    for injection in SOME:
        page.locator("textarea[name=body]").fill(injection.text)
        page.evaluate(
            """async (body) => {
                const form = document.querySelector("textarea[name=body]").form;
                const fields = new FormData(form);
                const answer = await fetch("/desk/articles/preview",
                    {method: "POST", body: new URLSearchParams(fields)});
                const box = document.createElement("div");
                document.body.append(box);
                box.innerHTML = await answer.text();
            }""",
            injection.text,
        )
    page.wait_for_load_state("networkidle")
    assert page.evaluate(AUDIT, ".prose") == []
    forget_pictures(page)


def test_nothing_in_a_name_runs(unprotected):
    page = unprotected(role="admin")
    for address in ("/users", "/audit"):
        check(page, INJECTIONS[0], address)
        shown = page.locator("main").evaluate("(main) => main.textContent")
        assert "onerror" in shown
