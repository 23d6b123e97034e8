"""What MiniStack, as the local hub runs it, makes of the API's description."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import apigateway_v1 as gateway

from local import gateway_import, openapi
from local.gateway_answers import ANSWERS

PATCHED = (
    "_OPENAPI_HTTP_METHODS",
    "_import_path_item",
    "_import_rest_api",
    "_gateway_error_response",
    "_lambda_proxy_response",
)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The id of an API that is made of openapi.yaml."""
    for name in PATCHED:
        monkeypatch.setattr(gateway, name, getattr(gateway, name))
    gateway_import.install()
    api_id = gateway._import_rest_api(openapi.document(), {"name": "hub"})
    yield api_id
    gateway._delete_rest_api(api_id)


def methods_of(api_id: str) -> dict[str, set[str]]:
    """The methods of every path of an API."""
    resources = gateway._resources[api_id].values()
    return {resource["path"]: set(resource.get("resourceMethods", {})) for resource in resources}


def test_every_path_serves_any_method(api: str) -> None:
    """Beside the methods that are named."""
    found = methods_of(api)
    assert found["/admin/accounts"] == {"GET", "POST", "ANY"}
    assert {path for path, methods in found.items() if "ANY" not in methods} == set()


def test_the_gateways_own_answers_are_ours(api: str) -> None:
    """All of them, with their headers."""
    answers = json.loads(gateway._get_gateway_responses(api)[2])["item"]
    assert {answer["responseType"] for answer in answers if not answer["defaultResponse"]} == set(ANSWERS)
    throttled = json.loads(gateway._get_gateway_response(api, "THROTTLED")[2])
    assert throttled["responseParameters"] == {"gatewayresponse.header.Retry-After": "'1'"}


def test_bodies_are_binary(api: str) -> None:
    """Whatever their Content-Type."""
    assert gateway._rest_apis[api]["binaryMediaTypes"] == ["*/*"]


def test_an_answer_of_the_gateways_own_tells_the_time(api: str) -> None:
    """In milliseconds, and nothing of what was sent."""
    request: dict[str, Any] = {
        "api_id": api, "stage_name": "v1", "stage": {}, "headers": {"Authorization": "Bearer sesame"},
        "query_params": {}, "path_params": {}, "resource_path": "/x", "request_id": "r-1",
    }  # fmt: skip
    error = gateway._GatewayError("DEFAULT_4XX", "'sesame' is not a valid key=value pair")
    status, _, body = gateway._gateway_error_response(error, request)
    assert (status, json.loads(body)["timestamp"] > 1_700_000_000_000) == (400, True)
    assert b"sesame" not in body


def test_a_functions_failure_is_not_told(api: str) -> None:
    """The client learns that there was one."""
    failed = {"body": {"errorMessage": "no key 'secret'", "errorType": "KeyError"}, "error": True}
    answer, failure = gateway._lambda_proxy_response(failed)
    assert (answer["statusCode"], failure) == (502, None)
    assert json.loads(answer["body"])["name"] == "502 Bad Gateway"
    assert "secret" not in answer["body"]
