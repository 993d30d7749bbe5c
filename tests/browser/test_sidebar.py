"""The sidebar inside a tool of another origin: spoken to by that one, and by nobody else."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import expect

from api.app import create_app
from tests.browser.house import served

TOOL = """<!doctype html><html lang="en"><title>Tool</title>
<textarea id="reply" aria-label="Reply"></textarea>
<iframe id="kb" title="Suggestions" width="320" height="700" src="{kb}/embed/sidebar"></iframe>
<script>
const frame = document.getElementById("kb"), heard = [];
const ticket = {{ subject: "Planter offline", customer: {{ name: "Sam" }},
  messages: [{{ text: "My planter shows offline in the app since yesterday." }}] }};
addEventListener("message", ({{ origin, source, data }}) => {{
  if (origin !== "{kb}" || source !== frame.contentWindow) return;
  heard.push(data.type);
  const told = {{ type: "kb:ticket", ticket }};
  if (data.type === "kb:ready") frame.contentWindow.postMessage(told, "{kb}");
  if (data.type === "kb:insert") document.getElementById("reply").setRangeText(data.text);
}});
</script></html>"""


@pytest.fixture
def tool(sample_house):
    """(address of the tool, address of an application that lets it frame the sidebar)."""
    page = ""
    app = FastAPI()
    app.get("/")(lambda: HTMLResponse(page))
    with ExitStack() as stack:
        theirs = stack.enter_context(served(app))
        ours = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{ours.getsockname()[1]}"
        change = {"embed_origins": (theirs,), "public_url": address}
        settings = sample_house.settings.model_copy(update=change)
        inside = create_app(settings, sample_house.knowledge_base, None, sample_house.reports)
        stack.enter_context(served(inside, ours))
        page = TOOL.format(kb=address)
        yield theirs, address


def opened(visitor, sample_house, tool, where):
    """A page of a rep, signed in within the sidebar."""
    page = visitor(role="rep", also=tool)
    token = sample_house.session("rep", "embed")
    page.context.add_cookies([{"name": "kb_embed_session", "value": token, "url": tool[1]}])
    page.goto(where)
    return page


def test_a_suggestion_is_inserted_into_the_tool_that_told_the_ticket(visitor, sample_house, tool):
    page = opened(visitor, sample_house, tool, tool[0])
    sidebar = page.frame_locator("#kb")
    card = sidebar.locator(".suggestion").first
    expect(card).to_contain_text("Sam")
    card.get_by_role("button", name="Insert").click()
    expect(page.locator("#reply")).to_have_value(re.compile("Sam"))
    assert page.evaluate("heard") == ["kb:ready", "kb:insert"]
    assert sidebar.locator("body").evaluate("body => body.scrollWidth <= innerWidth")


def test_whoever_is_not_the_tool_is_not_heard(visitor, sample_house, tool):
    page = opened(visitor, sample_house, tool, f"{tool[1]}/embed/sidebar")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """() => {
          const data = { type: "kb:ticket", ticket: { subject: "x", messages: [{ text: "y" }] } };
          window.postMessage(data, "*");
          const frame = document.createElement("iframe");
          document.body.append(frame);
        }"""
    )
    page.wait_for_timeout(300)
    assert not [url for url in asked if "suggestions" in url]
    expect(page.locator(".suggestion")).to_have_count(0)


def test_another_frame_of_the_tool_is_not_heard(visitor, sample_house, tool):
    page = opened(visitor, sample_house, tool, tool[0])
    card = page.frame_locator("#kb").locator(".suggestion").first
    expect(card).to_contain_text("Sam")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """kb => {
          const stranger = document.createElement("iframe");
          stranger.srcdoc = `<script>
            const ticket = { subject: "x", messages: [{ text: "y" }] };
            parent.frames[0].postMessage({ type: "kb:ticket", ticket }, "${kb}");
            parent.postMessage("done", "*");
          </` + "script>";
          document.body.append(stranger);
          return new Promise(done => addEventListener("message", e => e.data === "done" && done()));
        }""",
        tool[1],
    )
    page.wait_for_timeout(300)
    assert not [url for url in asked if "suggestions" in url]
    expect(card).to_contain_text("Sam")


def test_a_tool_that_is_not_named_cannot_show_the_sidebar(visitor, sample_house, tool, elsewhere):
    stranger = elsewhere(TOOL.format(kb=tool[1]))
    page = visitor(also=(*tool, stranger))
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(stranger)
    page.wait_for_timeout(300)
    assert page.evaluate("heard") == []
    assert any("frame-ancestors" in text for text in refused)
    page.watch.problems[:] = [p for p in page.watch.problems if "frame-ancestors" not in p]
