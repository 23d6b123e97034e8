"""Metrics that log lines carry."""

from collections.abc import Mapping
from typing import Any


def metrics_of(line: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the metrics' names and dimensions. The line holds what CloudWatch's embedded metric format asks for."""
    assert line["_aws"]["Timestamp"] > 0
    (told,) = line["_aws"]["CloudWatchMetrics"]
    for metric in told["Metrics"]:
        assert (told["Namespace"], metric["Unit"], line[metric["Name"]] >= 0) == ("Switchboard", "Milliseconds", True)
    assert {name for names in told["Dimensions"] for name in names} <= set(line)
    dimensions: list[list[str]] = told["Dimensions"]
    return [one["Name"] for one in told["Metrics"]], dimensions
