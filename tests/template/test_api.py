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


def test_no_metrics_are_kept_for_each_method(stage: dict[str, Any]) -> None:
    """They cost for each of the API's methods; the stage's own come without."""
    assert not any(settings.get("MetricsEnabled") for settings in stage["MethodSettings"])


def test_access_is_logged_where_somebody_has_asked_for_it(template: dict[str, Any], stage: dict[str, Any]) -> None:
    """The gateway logs with a role that all APIs of the account share, so nothing is set unasked."""
    assert template["Parameters"]["AccessLog"]["Default"] == "off"
    assert stage["AccessLogSetting"]["Fn::If"][0] == "WritesAccessLog"
    conditions = {name: template["Resources"][name]["Condition"] for name in ("GatewayAccount", "GatewayLogsRole")}
    assert set(conditions.values()) == {"SetsTheAccountsRole"}


def test_access_is_logged_without_secrets(stage: dict[str, Any]) -> None:
    """The access log is JSON and holds the path and ids: no query string or header; the address is the sender's."""
    _, setting, otherwise = stage["AccessLogSetting"]["Fn::If"]
    assert otherwise == {"Ref": "AWS::NoValue"}
    logged = json.loads(setting["Format"])
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
        "$context.identity.sourceIp",
    }


def test_an_alarm_watches_the_api(of_type: OfType) -> None:
    """Answers of 5xx are noticed."""
    assert "5XXError" in {alarm.get("MetricName") for alarm in of_type("AWS::CloudWatch::Alarm").values()}
