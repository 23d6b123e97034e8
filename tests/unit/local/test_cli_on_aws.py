"""`logs` and `doctor` on AWS: what they ask the program `aws`, which is played by AWS's own client."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from switchboard_cli import app, aws, checks

REGION = "eu-central-1"
GROUP = "/hub/functions"
STACKS = {"hub": {"Stacks": [{"StackName": "hub", "Outputs": [{"OutputKey": "LogGroup", "OutputValue": GROUP}]}]}}
ALARM = {
    "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Statistic": "Maximum", "Period": 60,
    "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "AlarmDescription": "Redrive the queue. docs/runbook.md#EventsDeadAlarm",
}  # fmt: skip


def played(words: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
    """The program: a command and its options become a request; botocore refuses a parameter that is none."""
    _, service, command, *options = words
    given = {name: value for name, value in zip(options[::2], options[1::2], strict=True) if name != "--output"}
    if service == "cloudformation":  # moto's needs packages of its own
        assert (command, list(given)) == ("describe-stacks", ["--stack-name"])
        found = STACKS.get(given["--stack-name"])
        return subprocess.CompletedProcess(words, 0 if found else 254, json.dumps(found), "does not exist")
    client = boto3.client(service, REGION)  # type: ignore[call-overload]
    method = client.meta.method_to_api_mapping[command.replace("-", "_")]
    known = client.meta.service_model.operation_model(method).input_shape.members
    named = {re.sub("[^a-z]", "", name.lower()): name for name in known}
    try:
        answer = client._make_api_call(method, {named[name.replace("-", "")]: one for name, one in given.items()})
    except client.exceptions.ClientError as error:
        return subprocess.CompletedProcess(words, 254, "", f"An error occurred: {error}")
    if "--state-value" in given:  # moto filters by the name alone
        answer["MetricAlarms"] = [one for one in answer["MetricAlarms"] if one["StateValue"] == given["--state-value"]]
    return subprocess.CompletedProcess(words, 0, json.dumps(answer, default=str), "")


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    """A stack with a log, an alarm that is quiet and one that is not, beside the alarm of another stack."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("SWITCHBOARD_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(aws.shutil, "which", lambda _: "/usr/bin/aws")
    monkeypatch.setattr(aws.subprocess, "run", played)
    with mock_aws():
        logs, alarms = boto3.client("logs", REGION), boto3.client("cloudwatch", REGION)
        logs.create_log_group(logGroupName=GROUP)
        logs.create_log_stream(logGroupName=GROUP, logStreamName="deliver")
        said = [
            {"timestamp": 1_796_074_443_560, "message": f'{{"call_id": "{call}", "n": 1}}\n'} for call in ("c1", "c2")
        ]
        logs.put_log_events(logGroupName=GROUP, logStreamName="deliver", logEvents=said)  # type: ignore[arg-type]
        for name, state in (("hub-EventsDeadAlarm", "ALARM"), ("hub-EventsAgeAlarm", "OK"), ("hub2-XAlarm", "ALARM")):
            alarms.put_metric_alarm(AlarmName=name, **ALARM)  # type: ignore[arg-type]
            alarms.set_alarm_state(AlarmName=name, StateValue=state, StateReason="2 datapoints")  # type: ignore[arg-type]
        yield
        logs.delete_log_group(logGroupName=GROUP)
        alarms.delete_alarms(AlarmNames=["hub-EventsDeadAlarm", "hub-EventsAgeAlarm", "hub2-XAlarm"])


def logs_of(*words: str) -> Any:
    return CliRunner().invoke(app.app, ["--json", "logs", "--call", *words])


def test_logs_reads_the_lines_about_a_call() -> None:
    """Of the stack's group, or of the group that is named; a call without lines is told of."""
    for words in (("c1", "--stack", "hub"), ("c1", "--log-group", GROUP)):
        assert json.loads(logs_of(*words).stdout) == ['{"call_id": "c1", "n": 1}']
    assert json.loads(logs_of("c9", "--stack", "hub").stdout) == []


def test_what_aws_refuses_is_told() -> None:
    """With what to do, and exit code 1."""
    for words in (("c1", "--stack", "none"), ("c1", "--log-group", "/none")):
        done = logs_of(*words)
        assert (done.exit_code, "region and credentials" in done.output) == (1, True)


def test_doctor_tells_of_the_stacks_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those in alarm, of this stack alone, with the runbook's place; without the program it says so."""
    (found,) = checks._alarms("hub")
    assert (found.level, found.what, found.says) == (checks.Level.FAULT, "alarm hub-EventsDeadAlarm", "2 datapoints")
    assert "docs/runbook.md#EventsDeadAlarm" in found.do
    assert [one.level for one in checks._alarms("quiet")] == [checks.Level.OK]
    monkeypatch.setattr(aws.shutil, "which", lambda _: None)
    (found,) = checks._alarms("hub")
    assert (found.level, "Install the AWS CLI" in found.do) == (checks.Level.WARNING, True)
