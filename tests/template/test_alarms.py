"""alarms.yaml watches everything that can go wrong, AWS takes it, and the dashboard shows the way of a call."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
import yaml
from botocore.validate import ParamValidator

from local.bundle import ROOT, load_template
from switchboard.observability import latency

TEMPLATE = load_template()
RESOURCES = TEMPLATE["Resources"]
ALARMS = {name: one["Properties"] for name, one in RESOURCES.items() if one["Type"] == "AWS::CloudWatch::Alarm"}
FUNCTIONS = {name for name, one in RESOURCES.items() if one["Type"] == "AWS::Serverless::Function"}
TENTHS = 9
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()


def watched(metric: str) -> set[str]:
    """Resources that an alarm on the metric watches."""
    values = (one["Dimensions"][0]["Value"] for one in ALARMS.values() if one.get("MetricName") == metric)
    return {value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0] for value in values}


def behind_the_gateway() -> set[str]:
    """Functions whose failure is an answer of 5xx."""
    return set(re.findall(r"\$\{(\w+Function)\.Arn\}", (ROOT / "openapi.yaml").read_text()))


def steps() -> set[str]:
    """Functions that workflows call: their failure is a failed execution."""
    machines = (one["Properties"] for one in RESOURCES.values() if one["Type"] == "AWS::Serverless::StateMachine")
    return {arn["Fn::GetAtt"][0] for one in machines for arn in one["DefinitionSubstitutions"].values()}


def test_every_function_has_its_alarm() -> None:
    """Of its own where nobody is told of its failure; else the alarm of the gateway or of the workflow."""
    assert watched("Errors") == FUNCTIONS - behind_the_gateway() - steps()
    assert "5XXError" in {one.get("MetricName") for one in ALARMS.values()}


def test_every_worker_is_alarmed_shortly_before_its_time_out() -> None:
    """At nine tenths of the time-out."""
    slow = {one["Dimensions"][0]["Value"]["Ref"]: one for one in ALARMS.values() if one.get("MetricName") == "Duration"}
    assert set(slow) == {name for name in FUNCTIONS if name.startswith("Workers")}
    common = TEMPLATE["Globals"]["Function"]["Timeout"]
    timeouts = {name: RESOURCES[name]["Properties"].get("Timeout", common) for name in slow}
    assert {name: int(one["Threshold"]) for name, one in slow.items()} == {
        name: timeout * TENTHS * 100 for name, timeout in timeouts.items()
    }


def test_every_state_machine_and_queue_has_its_alarm() -> None:
    """A queue has two: its oldest message, and its dead queue."""
    kinds = {name: one["Type"] for name, one in RESOURCES.items()}
    queues = {name for name, kind in kinds.items() if kind == "AWS::SQS::Queue"}
    machines = {name for name, kind in kinds.items() if kind == "AWS::Serverless::StateMachine"}
    assert watched("ExecutionsFailed") == machines
    assert watched("ApproximateAgeOfOldestMessage") | watched("ApproximateNumberOfMessagesVisible") == queues


@cache
def words_of_the_code() -> frozenset[str]:
    """Every text of one word in the package."""
    package = ROOT / "layers" / "switchboard" / "switchboard"
    return frozenset(word for path in package.rglob("*.py") for word in re.findall(r'"([\w.]+)"', path.read_text()))


def test_every_metric_that_is_alarmed_is_counted_by_the_code() -> None:
    """An alarm on a metric with another name would never go off."""
    own = {one["MetricName"] for one in ALARMS.values() if one.get("Namespace") == latency.NAMESPACE}
    assert own - words_of_the_code() == set()


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_names_itself_and_its_place_in_the_runbook(name: str) -> None:
    """Whoever is woken reads what it means there."""
    assert ALARMS[name]["AlarmName"] == {"Fn::Sub": f"${{AWS::StackName}}-{name}"}
    assert f"${{RunbookUrl}}#{name}" in json.dumps(ALARMS[name]["AlarmDescription"])
    assert f'<a id="{name}"></a>`{name}`' in RUNBOOK


def test_aws_takes_every_alarm() -> None:
    """Names and kinds of properties are those of CloudWatch's PutMetricAlarm."""
    client = botocore.session.get_session().get_service_model("cloudwatch")
    shape = client.operation_model("PutMetricAlarm").input_shape
    for name, alarm in ALARMS.items():
        faults = ParamValidator().validate(dict(as_sent(alarm)), shape).generate_report()
        assert faults == "", name


def as_sent(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """An alarm's properties with its references as words, and its numbers as CloudFormation reads them."""
    for key, one in value.items():
        if key in {"Threshold", "Period", "EvaluationPeriods"}:
            yield key, int(one)
        else:
            yield key, plain(one)


def plain(value: Any) -> Any:
    if isinstance(value, dict) and set(value) <= {"Ref", "Fn::Sub", "Fn::GetAtt", "Fn::Join"}:
        return "words"
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def test_unusual_numbers_of_events_and_deliveries_are_alarmed_on_both_sides() -> None:
    """By a band over the messages of a queue. A hub that is silent for hours has no data, and no alarm."""
    for queue in ("Events", "Deliveries"):
        alarm = ALARMS[f"{queue}UnusualAlarm"]
        sent, band = alarm["Metrics"]
        metric = sent["MetricStat"]["Metric"]
        assert (metric["MetricName"], metric["Dimensions"]) == (
            "NumberOfMessagesSent", [{"Name": "QueueName", "Value": {"Fn::GetAtt": [f"{queue}Queue", "QueueName"]}}],
        )  # fmt: skip
        assert band["Expression"] == f"ANOMALY_DETECTION_BAND({sent['Id']}, 4)"
        assert alarm["ThresholdMetricId"] == band["Id"]
        assert alarm["ComparisonOperator"] == "LessThanLowerOrGreaterThanUpperThreshold"
        assert (alarm["TreatMissingData"], "Threshold" in alarm, "Period" in alarm) == ("notBreaching", False, False)
        assert RESOURCES[f"{queue}UnusualAlarm"]["Condition"] == "IsOnAws"


def test_the_included_file_has_what_cloudformation_reads_there() -> None:
    """Neither short forms nor aliases."""
    text = (ROOT / "alarms.yaml").read_text()
    assert isinstance(yaml.safe_load(text), dict)
    assert not re.search(r": [*&]\w", text)


def dashboard() -> list[dict[str, Any]]:
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets: list[dict[str, Any]] = json.loads(body)["widgets"]
    return widgets


def test_the_dashboard_shows_the_way_of_a_call_from_left_to_right() -> None:
    """Requests, events, applying, deliveries, delivering, receivers: each step beside the step before."""
    numbered = [one for one in dashboard() if one["properties"].get("title", "")[:1].isdigit()]
    assert [int(one["properties"]["title"][0]) for one in numbered] == [1, 2, 3, 4, 5, 6]
    assert [one["x"] for one in numbered] == [0, 4, 8, 12, 16, 20]
    assert len({one["y"] for one in numbered}) == 1


def test_the_dashboard_shows_p50_and_p99_of_the_times_of_events() -> None:
    """Of all accounts together, and of each account that has a metric of its own."""
    shown = json.dumps([one["properties"].get("metrics") for one in dashboard()])
    for metric in (latency.APPLIED, latency.DELIVERED, latency.WHOLE):
        assert re.search(rf'"{metric}", "service", "switchboard", {{"label": "p50"', shown)
        assert re.search(rf'"{metric}", "service", "switchboard", {{"label": "p99"', shown)
        assert f'service,account}} MetricName=\\"{metric}' in shown


def test_the_dashboard_names_what_there_is() -> None:
    """Widgets fit beside each other, alarms exist, and so do metrics and resources."""
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert {name.split(".")[0] for name in re.findall(r"\$\{(\w+)(?:\.\w+)?\}", body)} <= {*RESOURCES, "RunbookUrl"}
    assert set(re.findall(r"-(\w+Alarm)", body)) <= set(ALARMS)
    assert set(re.findall(r'"Switchboard","([\w.]+)"', body)) <= words_of_the_code()
    assert all(one["x"] + one["width"] <= 24 for one in dashboard())
