"""Nothing that anybody writes runs in anybody's browser.

The pages are opened without their content security policy: it is the second line, and may not be
what holds. Every case is checked in two ways: whether its canary sang (`injections.CANARY`), and
whether the page holds anything that could run, load or cover something (`audit.js`).
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from kb.text import clean
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


def article(injection):
    return {
        "kind": "article",
        "id": f"hostile-{injection.name}.en",
        "group": f"hostile-{injection.name}.en",
        "locale": "en",
        "title": f"{injection.name} {injection.text}",
        "section": injection.kind,
        "body": f"Before the text of {injection.name}.\n\n{injection.text}\n\nAfter it.",
    }


@pytest.fixture(scope="module")
def hostile_house(tmp_path_factory):
    """A help center whose every article is an attack."""
    folder = tmp_path_factory.mktemp("hostile")
    content = folder / "content"
    content.mkdir()
    lines = [json.dumps(article(injection)) for injection in INJECTIONS]
    (content / "articles.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with house(folder, content, BagOfWordsEmbedder()) as running:
        yield running


@pytest.fixture
def unprotected(visitor, hostile_house):
    """A page whose browser ignores the content security policy."""

    def make(**more):
        page = visitor(house=hostile_house, bypass_csp=True, **more)
        page.context.add_init_script(CANARY)
        return page

    return make


def check(page, injection, address, inside="article .content"):
    """Open the page; nothing of the injection may work."""
    page.watch.requests.clear()
    response = page.goto(address, wait_until="load")
    assert response.status < 500, injection.name
    found = page.evaluate(AUDIT, inside)
    assert found == [], (injection.name, injection.text, found)
    paths = [url.partition("?")[0] for url in page.watch.requests]
    assert [path for path in paths if "canary" in path] == [], (injection.name, injection.text)
    # What is left of a picture may be asked for, and is not there.
    page.watch.problems[:] = [it for it in page.watch.problems if not it.startswith("404: ")]
    assert page.watch.problems == [], (injection.name, injection.text)


@pytest.mark.parametrize("group", GROUPS, ids=NAMES)
def test_nothing_in_an_article_runs(unprotected, group):
    page = unprotected()
    for injection in group:
        check(page, injection, f"/articles/hostile-{injection.name}.en")
        assert injection.name in page.title()
        assert f"Before the text of {injection.name}." in page.locator("main").inner_text()


def test_nothing_in_a_query_runs(unprotected):
    page = unprotected()
    for injection in INJECTIONS[::4]:
        check(page, injection, f"/?q={quote(injection.text)}")


def test_no_query_becomes_part_of_the_page(unprotected):
    # All of them, parsed by the browser without being shown: that is ten times as fast.
    page = unprotected()
    page.goto("/")
    texts = [injection.text for injection in INJECTIONS]
    found = page.evaluate(
        f"""async (texts) => {{
            const audit = {AUDIT};
            const found = [];
            for (const text of texts) {{
                const answer = await fetch(`/?q=${{encodeURIComponent(text)}}`);
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                const box = page.querySelector("input[name=q]").getAttribute("value");
                found.push([audit("article .content", page), box, answer.status]);
            }}
            return found;
        }}""",
        texts,
    )
    for injection, (problems, box, status) in zip(INJECTIONS, found, strict=True):
        assert (problems, status) == ([], 200), injection
        assert box == clean(injection.text).strip(), injection
