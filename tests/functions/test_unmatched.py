"""unmatched: every path and method that nothing else serves."""

import pytest

from switchboard.lambdas.routes import ROUTES, dialect_of
from tests.support.gateway import proxy_event, routes
from tests.support.hub import Hub

SHAPE_OF_CATO = {"timestamp", "status", "error", "path", "message"}
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
VPBX = ["/api/v1/", "/api/v1/nothing", "/api/v1/events", "/api/v1/events/subscribe/1", "/webhooks/vpbx/"]
CATO = [
    "/api/v1/audio-files/a/b/c",
    "/api/v1/subscriber-groups/a/b/c",
    "/api/v1/task-execs/a/b/c",
    "/api/v1/tasks/a/b/c",
]
OWN = ["/", "/nothing", "/admin", "/admin/", "/admin/nothing", "/api", "/webhooks", "/webhooks/fax/s1", "/favicon.ico"]
OTHERS = ["/webhooks/callevents/s1/more", "/webhooks/sprecord/", "/webhooks/callevents/a/b/c"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", VPBX)
def test_an_unknown_path_of_vpbx_is_its_404(hub: Hub, method: str, path: str) -> None:
    """In the shape that its clients know."""
    answer = hub.answer("unmatched", proxy_event(method, path))
    assert (answer.status, answer.json) == (
        404,
        {"name": "404 Not Found", "message": "There is nothing at this path."},
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", CATO)
def test_an_unknown_path_of_cato_is_its_404(hub: Hub, method: str, path: str) -> None:
    """With the path, and the time in milliseconds (ruling cato 5)."""
    answer = hub.answer("unmatched", proxy_event(method, path))
    told = answer.json
    assert told.pop("timestamp") > 1_700_000_000_000
    assert (answer.status, told) == (
        404,
        {"status": 404, "error": "Not Found", "path": path, "message": "There is nothing at this path."},
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", OWN + OTHERS)
def test_an_unknown_path_is_our_404(hub: Hub, method: str, path: str) -> None:
    """In our own shape, which is also that of the dialects that have none."""
    answer = hub.answer("unmatched", proxy_event(method, path))
    assert (answer.status, answer.json) == (
        404,
        {"error": {"code": "not_found", "message": "There is nothing at this path."}},
    )


@pytest.mark.parametrize(("path", "methods"), ROUTES.items(), ids=ROUTES)
def test_a_known_path_with_another_method_is_405(hub: Hub, path: str, methods: tuple[str, ...]) -> None:
    """With the methods that it takes, and in the shape of its dialect."""
    path = path.replace("{", "").replace("}", "")
    for method in sorted(set(METHODS) - set(methods)):
        answer = hub.answer("unmatched", proxy_event("GET", "/x") | {"path": path, "httpMethod": method})
        assert (answer.status, answer.headers["Allow"]) == (405, ", ".join(methods))
        vpbx = path.startswith(("/api/v1/", "/webhooks/vpbx/"))
        expected = {"status", "message"} if "/communications/" in path else {"name", "message"} if vpbx else {"error"}
        assert answer.json.keys() == (SHAPE_OF_CATO if dialect_of(path) == "cato" else expected)


def test_the_table_of_routes_is_the_templates() -> None:
    """What is answered with 405 is what the gateway serves with other methods."""
    served: dict[str, set[str]] = {}
    for route in routes():
        if route.folder != "unmatched":
            served.setdefault(route.path, set()).add(route.method)
    assert {path: set(methods) for path, methods in ROUTES.items()} == served


@pytest.mark.parametrize("path", ["/api/v1/ё", "/api/v1/%00", "//", "/api/v1//", "/" + "x/" * 2000, "/api/v1/{source}"])
def test_no_path_makes_a_failure(hub: Hub, path: str) -> None:
    """Whatever somebody asks for is a 404."""
    answer = hub.answer("unmatched", proxy_event("GET", "/x") | {"path": path})
    assert answer.status == 404


def test_nothing_is_asked_of_anybody(hub: Hub) -> None:
    """A flood of unknown paths costs no read of a table or a secret."""
    hub.request("GET", "/nothing")
    assert [call for call in hub.calls if call[0] == "unmatched"] == []
