"""The program `aws`, for what the hub's API does not tell: the alarms and the log of a stack."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

STDERR = 300  # characters of the program's message


class AwsError(Exception):
    """AWS could not be asked. `do` says what to do."""

    def __init__(self, message: str, do: str) -> None:
        super().__init__(message)
        self.do = do


def ask(*words: str) -> Any:
    """Return the JSON with which the program answers. Raises AwsError if the program is missing or AWS refuses."""
    program = shutil.which("aws")
    if program is None:
        raise AwsError("The program `aws` is missing.", "Install the AWS CLI, or look at CloudWatch.")
    done = subprocess.run([program, *words, "--output", "json"], capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        raise AwsError(
            f"AWS refused: {done.stderr.strip()[:STDERR]}", "Are region and credentials of the program `aws` right?"
        )
    return json.loads(done.stdout or "null")


def ringing(stack: str) -> list[dict[str, Any]]:
    """Return the alarms of a stack that are in alarm. Raises AwsError."""
    found = ask("cloudwatch", "describe-alarms", "--state-value", "ALARM", "--alarm-name-prefix", f"{stack}-")
    alarms: list[dict[str, Any]] = found["MetricAlarms"]
    return alarms


def log_group(stack: str) -> str:
    """Return the name of a stack's log group. Raises AwsError."""
    (found,) = ask("cloudformation", "describe-stacks", "--stack-name", stack)["Stacks"]
    names = [one["OutputValue"] for one in found.get("Outputs", []) if one["OutputKey"] == "LogGroup"]
    if not names:
        raise AwsError(f"The stack {stack} has no output LogGroup.", "Name the group with --log-group.")
    return str(names[0])


def lines(group: str, text: str) -> list[str]:
    """Return the lines of a log group that hold a text. Raises AwsError."""
    found = ask("logs", "filter-log-events", "--log-group-name", group, "--filter-pattern", f'"{text}"')
    return [one["message"].rstrip("\n") for one in found["events"]]
