"""openapi.yaml, by which the gateway knows the routes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from local import openapi, routes_page
from local.bundle import functions, load_template
from local.gateway_answers import ANSWERS
from switchboard.lambdas.routes import METHODS, Route, by_path, routes, tree

MOST_PATHS = 300  # of a REST API, every part of a path counted once
MOST_BYTES = 1_000_000  # of a template's resources after all transforms
Resources = dict[str, dict[str, Any]]

# The only things that the gateway's own answers tell of a request.
TOLD = {"$context.requestTimeEpoch", "$context.requestId"}
# All response types that API Gateway has.
TYPES = {
    "ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN", "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT", "INVALID_API_KEY", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "THROTTLED", "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
}  # fmt: skip


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """The file, read as CloudFormation reads what a template includes: without short forms."""
    return yaml.safe_load(openapi.FILE.read_text())


def function_of(operation: dict[str, Any]) -> str:
    """The logical id of the function that a method leads to."""
    found = re.search(r"\$\{(\w+)\.Arn\}", operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"])
    assert found
    return found[1]


def test_the_file_is_what_the_table_makes() -> None:
    """`make pages` writes it anew."""
    assert openapi.FILE.read_text() == openapi.text()


def test_the_page_of_routes_is_what_the_table_makes() -> None:
    """`make pages` writes it anew."""
    assert routes_page.PAGE.read_text() == routes_page.page()


def test_every_route_leads_to_its_function(written: dict[str, Any]) -> None:
    """And no path has a method that the table does not have."""
    found = {
        (method.upper(), path): function_of(operation)
        for path, methods in written["paths"].items()
        for method, operation in methods.items()
        if method != openapi.ANY
    }
    assert found == {(route.method, route.path): openapi.logical_id(route.folder) for route in routes()}


def test_every_path_answers_every_method(written: dict[str, Any]) -> None:
    """A method that no route has leads to `unmatched`, and so does every part of a path and every unknown path."""
    assert set(written["paths"]) == {*tree(), "/{proxy+}"}
    assert {function_of(methods[openapi.ANY]) for methods in written["paths"].values()} == {"UnmatchedFunction"}


def test_every_function_of_the_file_is_in_the_template(written: dict[str, Any]) -> None:
    """Under the logical id that the file gives."""
    named = {function_of(one) for methods in written["paths"].values() for one in methods.values()}
    assert named <= {function.logical_id for function in functions(load_template())}
    assert all(openapi.logical_id(one.folder) == one.logical_id for one in functions(load_template()))


def test_the_gateway_calls_functions_by_its_role(written: dict[str, Any]) -> None:
    """With it, no function needs a permission for each of its routes."""
    for methods in written["paths"].values():
        for operation in methods.values():
            integration = operation["x-amazon-apigateway-integration"]
            assert integration["credentials"] == {"Fn::GetAtt": ["GatewayRole", "Arn"]}
            assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST")


def test_what_streams_is_asked_to_stream(written: dict[str, Any]) -> None:
    """By the other way to call a function, and for as long as the gateway allows."""
    streaming = {function.folder for function in functions(load_template()) if function.streams}
    for route in routes():
        integration = written["paths"][route.path][route.method.lower()]["x-amazon-apigateway-integration"]
        way = "/2021-11-15/" if route.folder in streaming else "/2015-03-31/"
        assert way in integration["uri"]["Fn::Sub"]
        assert (integration.get("responseTransferMode") == "STREAM") == (route.folder in streaming)
    assert streaming <= {route.folder for route in routes()}


def test_bodies_come_as_they_were_sent(written: dict[str, Any]) -> None:
    """Whatever their Content-Type: audio is no text."""
    assert written["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_cloudformation_can_include_the_file(transformed: Resources) -> None:
    """It takes neither YAML's aliases nor a template that the file makes too large."""
    text = openapi.FILE.read_text()
    assert not [event for event in yaml.parse(text) if isinstance(event, yaml.AliasEvent)]
    assert len(json.dumps(transformed)) < MOST_BYTES


def test_sam_leaves_the_description_as_it_is(written: dict[str, Any], transformed: Resources) -> None:
    """The methods that stand for all others and the gateway's own answers among it."""
    (api,) = [one["Properties"] for one in transformed.values() if one["Type"] == "AWS::ApiGateway::RestApi"]
    assert json.loads(json.dumps(api["Body"])) == written


def test_the_api_has_no_more_paths_than_it_may(written: dict[str, Any]) -> None:
    """`/admin` and `/admin/calls` are two."""
    assert len(written["paths"]) <= MOST_PATHS


def test_a_part_of_a_path_that_stands_for_anything_has_one_name() -> None:
    """API Gateway takes no two of different names after the same beginning."""
    names: dict[str, set[str]] = {}
    for path in tree():
        beginning, _, part = path.rpartition("/")
        if part.startswith("{"):
            names.setdefault(beginning, set()).add(part)
    assert {beginning: found for beginning, found in names.items() if len(found) > 1} == {}


def test_no_route_is_served_twice() -> None:
    """Each method of a path has one function, and is a method that the gateway knows."""
    assert sum(len(methods) for methods in by_path().values()) == len(routes())
    assert {route.method for route in routes()} <= set(METHODS)


def test_a_route_is_a_method_a_path_and_a_folder() -> None:
    """As the table has them on one line."""
    assert Route("POST", "/admin/calls", "admin/commands") in routes()
    assert by_path()["/admin/calls"]["GET"].folder == "admin/calls"


def test_every_answer_of_the_gateways_own_is_ours(written: dict[str, Any]) -> None:
    """No type is left to the gateway's own words."""
    assert set(written["x-amazon-apigateway-gateway-responses"]) == set(ANSWERS) == TYPES


@pytest.mark.parametrize("name", sorted(TYPES))
def test_an_answer_of_the_gateways_own_repeats_nothing_that_was_sent(written: dict[str, Any], name: str) -> None:
    """Neither the path nor the gateway's own message, which may hold a token."""
    response = written["x-amazon-apigateway-gateway-responses"][name]
    assert set(re.findall(r"\$\{?[\w.]+", json.dumps(response))) <= TOLD
    assert all(re.fullmatch(r"'[^']*'", value) for value in response.get("responseParameters", {}).values())


@pytest.mark.parametrize("name", sorted(TYPES))
def test_an_answer_of_the_gateways_own_is_in_the_shapes_of_all_dialects(written: dict[str, Any], name: str) -> None:
    """The gateway does not know whose path was called."""
    response = written["x-amazon-apigateway-gateway-responses"][name]
    body = json.loads(response["responseTemplates"]["application/json"].replace("$context.requestTimeEpoch", "1"))
    assert body.keys() == {"name", "message", "error", "timestamp", "status", "path"}
    assert body["name"].startswith(f"{response['statusCode']} ")
    assert (body["message"], str(body["status"])) == (body["error"]["message"], response["statusCode"])
    assert body["error"]["code"]
    assert body["path"] == ""


def test_who_sends_too_much_is_told_where_to_put_it() -> None:
    """The gateway's own 413 names the way for large files."""
    assert "POST /api/v1/audio-files/uploads" in ANSWERS["REQUEST_TOO_LARGE"].message
    assert "POST /api/v1/subscriber-groups/uploads" in ANSWERS["REQUEST_TOO_LARGE"].message


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    """In seconds."""
    assert {name for name, one in ANSWERS.items() if "Retry-After" in one.headers} == {"THROTTLED", "QUOTA_EXCEEDED"}
