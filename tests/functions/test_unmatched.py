"""unmatched: every path and method that nothing else serves."""

import pytest

from switchboard.lambdas.routes import METHODS, UNMATCHED, Route, by_path, dialect_of, tree
from tests.support.gateway import proxy_event, route_for
from tests.support.hub import Hub

SHAPE_OF_CATO = {"timestamp", "status", "error", "path", "message"}
WITH_BODY = tuple(method for method in METHODS if method != "HEAD")
VPBX = ["/api/v1/", "/api/v1/nothing", "/api/v1/events", "/api/v1/events/subscribe/1", "/webhooks/vpbx/"]
OWN = ["/", "/nothing", "/admin", "/admin/", "/admin/nothing", "/api", "/webhooks", "/webhooks/fax/s/x", "/favicon.ico"]
CATO = [
    "/api/v1/audio-files/a/b/c",
    "/api/v1/subscriber-groups/a/b/c",
    "/api/v1/task-execs/a/b/c",
    "/api/v1/tasks/a/b/c",
]
OTHERS = ["/webhooks/callevents/s1/more", "/webhooks/sprecord/", "/webhooks/callevents/a/b/c/d/e"]


@pytest.mark.parametrize("method", WITH_BODY)
@pytest.mark.parametrize("path", VPBX)
def test_an_unknown_path_of_vpbx_is_its_404(hub: Hub, method: str, path: str) -> None:
    """In the shape that its clients know."""
    answer = hub.answer("unmatched", proxy_event(method, path))
    assert (answer.status, answer.json) == (
        404,
        {"name": "404 Not Found", "message": "There is nothing at this path."},
    )


@pytest.mark.parametrize("method", WITH_BODY)
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


@pytest.mark.parametrize("method", WITH_BODY)
@pytest.mark.parametrize("path", OWN + OTHERS)
def test_an_unknown_path_is_our_404(hub: Hub, method: str, path: str) -> None:
    """In our own shape, which is also that of the dialects that have none."""
    answer = hub.answer("unmatched", proxy_event(method, path))
    assert (answer.status, answer.json) == (
        404,
        {"error": {"code": "not_found", "message": "There is nothing at this path."}},
    )


@pytest.mark.parametrize(("path", "methods"), by_path().items(), ids=by_path())
def test_a_known_path_with_another_method_is_405(hub: Hub, path: str, methods: dict[str, object]) -> None:
    """With the methods that it takes, and in the shape of its dialect."""
    path = path.replace("{", "").replace("}", "")
    for method in sorted(set(METHODS) - set(methods)):
        answer = hub.answer("unmatched", proxy_event(method, path))
        assert (answer.status, answer.headers["Allow"]) == (405, ", ".join(methods))
        vpbx = path.startswith(("/api/v1/", "/webhooks/vpbx/"))
        expected = {"status", "message"} if dialect_of(path) == "kontur" else {"name", "message"} if vpbx else {"error"}
        shape = SHAPE_OF_CATO if dialect_of(path) == "cato" else expected
        assert method == "HEAD" or answer.json.keys() == shape


@pytest.mark.parametrize("path", [path for path in tree() if path not in by_path()])
def test_a_path_that_only_leads_to_others_is_404(hub: Hub, path: str) -> None:
    """There is nothing at `/admin`, and nothing at `/webhooks/vpbx`, with whatever method."""
    for method in METHODS:
        given = path.replace("{", "").replace("}", "")
        assert route_for(method, given)[0] == Route(method, path, UNMATCHED)
        answer = hub.request(method, given)
        assert (answer.status, "Allow" in answer.headers) == (404, False)


@pytest.mark.parametrize(("path", "status"), [("/admin/accounts", 405), ("/admin", 404), ("/api/v1/tasks/1", 405)])
def test_head_gets_no_body(hub: Hub, path: str, status: int) -> None:
    """What would follow the headers is no part of an answer to HEAD."""
    answer = hub.request("HEAD", path)
    assert (answer.status, answer.text) == (status, "")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_no_path_takes_head_or_options(hub: Hub, method: str) -> None:
    """Both are refused with the methods that the path takes, even where the path takes GET."""
    answer = hub.request(method, "/admin/accounts")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")


def test_a_route_that_the_gateway_does_not_take_for_one_is_404(hub: Hub) -> None:
    """To tell a client that sent POST that the path takes POST would say nothing."""
    event = proxy_event("POST", "/nothing") | {"path": "/api/v1/events/communications/call"}
    assert hub.answer("unmatched", event).status == 404


@pytest.mark.parametrize("path", ["/api/v1/ё", "/api/v1/%00", "//", "/api/v1//", "/" + "x/" * 2000, "/api/v1/{source}"])
def test_no_path_makes_a_failure(hub: Hub, path: str) -> None:
    """Whatever somebody asks for is a 404."""
    answer = hub.answer("unmatched", proxy_event("GET", "/x") | {"path": path})
    assert answer.status == 404


def test_nothing_is_asked_of_anybody(hub: Hub) -> None:
    """A flood of unknown paths costs no read of a table or a secret."""
    hub.request("GET", "/nothing")
    assert [call for call in hub.calls if call[0] == "unmatched"] == []


@pytest.mark.parametrize(("path", "echoed"), [("/api/v1/acme/communications/x", True), ("/api/v1/x", False)])
def test_a_vendor_that_wants_an_echo_gets_it_here_too(hub: Hub, path: str, *, echoed: bool) -> None:
    """At the paths of its API, and nowhere else."""
    answer = hub.answer("unmatched", proxy_event("GET", path, headers={"X-XCOM-Integration-Echo": "e-1"}))
    assert answer.status == 404
    assert (answer.headers.get("X-XCOM-Integration-Echo") == "e-1") is echoed
