"""The watch itself: what goes wrong in a page does not go unnoticed."""

from __future__ import annotations

import http.server
import threading

import pytest

from eval.pages.browser import Watch

PAGES = {
    "/fine": ("", "<p>Fine</p>"),
    "/console": ("", "<script>console.error('broken')</script>"),
    "/uncaught": ("", "<script>throw new Error('lost')</script>"),
    "/policy": ("script-src 'none'", "<p onclick='go()'>x</p>"),
    "/elsewhere": ("", "<img src='http://elsewhere.example/pixel.gif'>"),
    "/missing-file": ("", "<img src='/gone.png'>"),
    "/failing": ("", "<script>fetch('/500')</script>"),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        policy, body = PAGES.get(self.path, ("", ""))
        self.send_response(200 if self.path in PAGES else 500 if self.path == "/500" else 404)
        self.send_header("Content-Type", "text/html")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(f"<!doctype html><link rel=icon href=data:,>{body}".encode())

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def origin():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def problems_of(browser, origin, path):
    watch = Watch({origin})
    with browser.new_context() as context:
        watch.over(context)
        page = context.new_page()
        page.goto(f"{origin}{path}", wait_until="networkidle")
    return watch.problems


@pytest.mark.parametrize(
    ("path", "noted"),
    [
        ("/console", "console: broken"),
        ("/uncaught", "uncaught: "),
        ("/policy", "CSP: script-src-attr"),
        ("/elsewhere", "asked elsewhere: http://elsewhere.example/pixel.gif"),
        ("/missing-file", "404: "),
        ("/failing", "500: "),
    ],
)
def test_what_goes_wrong_in_a_page_is_noted(browser, origin, path, noted):
    assert any(noted in problem for problem in problems_of(browser, origin, path))


def test_a_page_without_faults_is_not_accused(browser, origin):
    assert problems_of(browser, origin, "/fine") == []
    # A page that does not exist is for the test that asked for it.
    assert problems_of(browser, origin, "/gone") == []
