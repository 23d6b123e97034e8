import json
from collections.abc import Callable
from typing import Any

import pytest

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]


@pytest.fixture(scope="module")
def stage(of_type: OfType) -> dict[str, Any]:
    (stage,) = of_type("AWS::ApiGateway::Stage").values()
    return stage


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


def test_an_alarm_watches_the_api(of_type: OfType) -> None:
    """Answers of 5xx are noticed."""
    assert "5XXError" in {alarm["MetricName"] for alarm in of_type("AWS::CloudWatch::Alarm").values()}
