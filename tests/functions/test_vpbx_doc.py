"""GET /api/v1/doc of IS.VPBX."""

import pytest

from switchboard.dialects.vpbx.doc import REQUESTS
from switchboard.lambdas.routes import SERVED
from tests.support.gateway import proxy_event
from tests.support.hub import Hub

PATH = "/api/v1/doc"


def test_the_page_is_open_to_all(hub: Hub) -> None:
    """The page is HTML, and needs no token."""
    answer = hub.request("GET", PATH)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")
    assert all(path in answer.text for _, path, _ in REQUESTS)


def test_the_page_names_every_request_of_the_api() -> None:
    """The page and the table of routes name the same methods and paths."""
    served = {route for folder, routes in SERVED.items() if folder.startswith("vpbx/") for route in routes}
    served = {route for route in served if "/api/v1/" in route}  # another vendor's API shares a function
    assert {f"{methods} {path}" for methods, path, _ in REQUESTS} == served


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_method_is_405_in_the_dialects_shape(hub: Hub, method: str) -> None:
    """With the allowed method."""
    answer = hub.answer("unmatched", proxy_event(method, PATH))
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert answer.json.keys() == {"name", "message"}
