"""What has no route, through the deployed gateway: the answers are the functions' own, in the caller's dialect."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from local.gateway_answers import ANSWERS
from switchboard.lambdas.routes import by_path, methods_of, tree
from tests.e2e.conftest import Hub

TOKEN = "sesame-of-a-client"
# One path of each dialect, of the operator's, of an API that streams, and their shapes of 405.
KNOWN = [
    ("PATCH", "/admin/calls", "GET, POST", {"error"}),
    ("DELETE", "/api/v1/phones/local", "GET", {"name", "message"}),
    ("GET", "/api/v1/acme/communications/hangup", "POST", {"status", "message"}),
    ("PATCH", "/api/v1/tasks/7", "DELETE, GET, PUT", {"timestamp", "status", "error", "path", "message"}),
    ("POST", "/sys/records/7", "GET", {"error"}),
    ("PUT", "/webhooks/vpbx/s-1", "POST", {"name", "message"}),
    ("GET", "/webhooks/callevents/s-1", "POST", {"error"}),
]
UNKNOWN = ["/", "/admin", "/admin/", "/admin/nothing", "/api", "/api/v1", "/sys", "/sys/records", "/webhooks",
           "/webhooks/vpbx", "/webhooks/vpbx/", "/api/v1/nothing", "/a/b/c/d", "/favicon.ico"]  # fmt: skip
# Headers that the gateway of AWS itself would take a look at, where a path had no method.
AUTHORIZATIONS = [f"Bearer {TOKEN}", TOKEN, f"AWS4-HMAC-SHA256 Credential={TOKEN}/20260301/eu-central-1/execute-api"]


@pytest.mark.parametrize(("method", "path", "allowed", "shape"), KNOWN)
def test_a_known_path_with_another_method_is_405(
    hub: Hub, method: str, path: str, allowed: str, shape: set[str]
) -> None:
    """With the methods that the path takes, in the shape of its dialect."""
    answer = hub.http.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.json().keys() == shape


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_is_404(hub: Hub, method: str, path: str) -> None:
    """A part of a known path is an unknown one."""
    answer = hub.http.request(method, path)
    assert (answer.status_code, "allow" in answer.headers) == (404, False)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_no_path_takes_head_or_options(hub: Hub, method: str) -> None:
    """Of all paths, a known one answers 405 with its methods, any other one 404."""
    paths = [path.replace("{", "").replace("}", "") for path in tree()]
    with ThreadPoolExecutor(4) as threads:
        answers = dict(zip(paths, threads.map(lambda path: hub.http.request(method, path), paths), strict=True))
    found = {path: (answer.status_code, answer.headers.get("allow")) for path, answer in answers.items()}
    known = {path: ", ".join(methods_of(path)) for path in paths}
    assert found == {path: (405, methods) if methods else (404, None) for path, methods in known.items()}
    assert len([path for path in known if known[path]]) == len(by_path())
    assert {bool(answer.content) for answer in answers.values()} == {method != "HEAD"}


@pytest.mark.parametrize("authorization", AUTHORIZATIONS)
@pytest.mark.parametrize(("method", "path", "status"), [("DELETE", "/admin/accounts", 405), ("POST", "/admin", 404)])
def test_no_answer_repeats_the_clients_token(hub: Hub, authorization: str, method: str, path: str, status: int) -> None:
    """Whatever stands in the header, and whether or not the path takes the method."""
    answer = hub.http.request(method, path, headers={"Authorization": authorization})
    assert answer.status_code == status
    assert TOKEN not in f"{answer.text}{answer.headers}"


def test_what_the_gateway_refuses_by_itself_is_in_all_shapes(hub: Hub) -> None:
    """A method that no gateway knows; the path that was called is not told."""
    answer = httpx.request("TRACE", f"{hub.base_url}/admin/accounts", trust_env=False)
    body = answer.json()
    assert (answer.status_code, body) == (405, ANSWERS["MISSING_AUTHENTICATION_TOKEN"].body(body["timestamp"]))
