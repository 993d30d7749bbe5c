"""Every page of the staff asks who is there, and every form of theirs where it came from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages.frame import PageRoute
from api.signed_in import csrf_checked
from kb.config import load_settings

AREAS = ("/console", "/desk", "/embed/sidebar", "/embed/panel", "/account", "/users", "/audit")
SAFE = {"GET", "HEAD"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(load_settings(data_dir=tmp_path_factory.mktemp("guarded")))


def page_routes(app) -> Iterator[APIRoute]:
    yield from (route for route in routes(app.routes) if isinstance(route, PageRoute))


def routes(found) -> Iterator[object]:
    """With those of routers that are included, which FastAPI keeps as they are."""
    for route in found:
        included = getattr(route, "original_router", None)
        yield from routes(included.routes) if included else (route,)


def address(route: APIRoute) -> str:
    path = route.path
    for parameter in route.param_convertors:
        path = path.replace("{" + parameter + ":path}", "x").replace("{" + parameter + "}", "x")
    return path


def calls(dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls(inner)


def test_there_are_pages_to_guard(app):
    paths = {route.path for route in page_routes(app)}
    for area in AREAS:
        assert any(path.startswith(area) for path in paths), area


def test_nobody_sees_a_staff_page_without_signing_in(app):
    client = TestClient(app, follow_redirects=False)
    for route in page_routes(app):
        if not route.path.startswith(AREAS):
            continue
        for method in route.methods - {"HEAD"}:
            answer = client.request(method, address(route))
            assert answer.status_code in ({303} if method == "GET" else {401, 403}), route.path
            if method == "GET":
                assert "/sign-in" in answer.headers["location"], route.path


def test_every_form_of_the_staff_proves_where_it_came_from(app):
    for route in page_routes(app):
        if route.path.startswith(AREAS) and not route.methods <= SAFE:
            assert csrf_checked in set(calls(route.dependant)), route.path


def test_no_page_changes_anything_when_it_is_only_looked_at(app):
    for route in page_routes(app):
        assert not (route.methods & SAFE and route.methods - SAFE), route.path


def test_public_pages_set_no_cookie(app):
    client = TestClient(app, follow_redirects=False)
    for route in page_routes(app):
        if not route.path.startswith((*AREAS, "/sign-in", "/sign-out", "/embed")):
            for method in route.methods & {"GET"}:
                answer = client.request(method, address(route))
                assert "set-cookie" not in answer.headers, route.path
