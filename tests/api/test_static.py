"""Static files: kept by browsers for as long as they are the same."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette

from api.static import VersionedFiles
from api.web import STATIC, VERSION


@pytest.fixture(scope="module")
def client():
    app = Starlette()
    app.mount("/static", VersionedFiles())
    return TestClient(app)


def test_the_address_of_this_version_is_kept_for_ever(client):
    response = client.get(f"/static/{VERSION}/css/tokens.css")
    assert response.text == (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_without_a_version_a_browser_asks_again(client):
    response = client.get("/static/css/tokens.css")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/static/0000000000/css/tokens.css", "/static/../app.py", "/static/%2e%2e/words/frame.en.toml",
     f"/static/{VERSION}/../../app.py", f"/static/{VERSION}/%2e%2e/icons.toml",
     f"/static/{VERSION}/"],
)  # fmt: skip
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404
