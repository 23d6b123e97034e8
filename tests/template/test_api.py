import json
from collections.abc import Callable
from typing import Any

import pytest

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]

METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}


@pytest.fixture(scope="module")
def paths(of_type: OfType) -> dict[str, dict[str, Any]]:
    (api,) = of_type("AWS::ApiGateway::RestApi").values()
    return api["Body"]["paths"]


@pytest.fixture(scope="module")
def stage(of_type: OfType) -> dict[str, Any]:
    (stage,) = of_type("AWS::ApiGateway::Stage").values()
    return stage


def test_every_route_stands_in_the_route_table(paths: dict[str, dict[str, Any]]) -> None:
    """The route table, by which unmatched requests are told 404 from 405, is that of the template."""
    routes = pytest.importorskip("switchboard.lambdas.routes").ROUTES
    served = {path: {method.upper() for method in methods} for path, methods in paths.items()}
    assert {path: found for path, found in served.items() if path not in {"/", "/{proxy+}"}} == {
        path: {method.upper() for method in methods} for path, methods in routes.items()
    }


@pytest.mark.parametrize("path", ["/", "/{proxy+}"])
def test_every_other_request_has_an_answer_of_ours(path: str, paths: dict[str, dict[str, Any]]) -> None:
    """Whatever the path and method, a function of ours words the refusal."""
    assert set(paths[path]) == METHODS


def test_there_is_one_stage(stage: dict[str, Any]) -> None:
    """The API is served at one address."""
    assert stage["StageName"] == "v1"


def test_the_stage_is_throttled(stage: dict[str, Any]) -> None:
    """No flood of requests runs up a bill without a limit."""
    (settings,) = stage["MethodSettings"]
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
    assert settings["ThrottlingRateLimit"]
    assert settings["ThrottlingBurstLimit"]


def test_access_is_logged_without_secrets(stage: dict[str, Any]) -> None:
    """The access log is JSON and holds the path and ids: no query string, header or address of a caller."""
    logged = json.loads(stage["AccessLogSetting"]["Format"])
    assert set(logged.values()) <= {
        "$context.requestId",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.error.responseType",
        "$context.responseLatency",
        "$context.integration.latency",
        "$context.integration.requestId",
        "$context.responseLength",
        "$context.requestTimeEpoch",
    }


def test_the_gateways_own_errors_are_in_our_shapes(of_type: OfType) -> None:
    """What API Gateway refuses by itself reads as a refusal of ours, in each dialect's shape."""
    (api,) = of_type("AWS::ApiGateway::RestApi").values()
    responses = api["Body"]["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "REQUEST_TOO_LARGE", "THROTTLED"} <= set(responses)
    for response in responses.values():
        template = response["responseTemplates"]["application/json"].replace("$context.error.messageString", '"words"')
        template = template.replace("$context.requestTimeEpoch", "1773489600000")
        body = json.loads(template)
        assert body["name"].startswith(f"{response['statusCode']} ")
        assert body["message"] == body["error"]["message"]
        assert body["error"]["code"]
        assert (str(body["status"]), body["path"]) == (str(response["statusCode"]), "$context.path")


def test_who_sends_too_much_is_told_where_to_put_it(of_type: OfType) -> None:
    """The gateway's own 413 names the way for large audio files."""
    (api,) = of_type("AWS::ApiGateway::RestApi").values()
    responses = api["Body"]["x-amazon-apigateway-gateway-responses"]
    template = responses["REQUEST_TOO_LARGE"]["responseTemplates"]["application/json"]
    assert "POST /api/v1/audio-files/uploads" in template
    assert "POST /api/v1/subscriber-groups/uploads" in template


def test_bodies_come_as_they_were_sent(of_type: OfType) -> None:
    """Whatever their Content-Type: audio is no text."""
    (api,) = of_type("AWS::ApiGateway::RestApi").values()
    assert api["BinaryMediaTypes"] == ["*/*"] or api["Body"].get("x-amazon-apigateway-binary-media-types") == ["*/*"]


def test_an_alarm_watches_the_api(of_type: OfType) -> None:
    """Answers of 5xx are noticed."""
    assert "5XXError" in {alarm["MetricName"] for alarm in of_type("AWS::CloudWatch::Alarm").values()}
