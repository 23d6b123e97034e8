"""Metrics that log lines carry."""

from collections.abc import Mapping
from typing import Any


def metric_of(line: Mapping[str, Any]) -> tuple[str, list[list[str]]]:
    """Return the metric's name and dimensions. The line holds what CloudWatch's embedded metric format asks for."""
    assert line["_aws"]["Timestamp"] > 0
    (told,) = line["_aws"]["CloudWatchMetrics"]
    (metric,) = told["Metrics"]
    assert (told["Namespace"], metric["Unit"], line[metric["Name"]] >= 0) == ("Switchboard", "Milliseconds", True)
    assert {name for names in told["Dimensions"] for name in names} <= set(line)
    name: str = metric["Name"]
    dimensions: list[list[str]] = told["Dimensions"]
    return name, dimensions
