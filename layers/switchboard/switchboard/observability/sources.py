"""Log lines and metrics of sources."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from switchboard.accounts.activity.model import SilenceWatch
from switchboard.laps import Stop
from switchboard.observability.latency import NAMESPACE
from switchboard.observability.logs import count, logger, loop_stopped

REFUSED = "EventsRefused"


def events_refused(reason: str, number: int) -> None:
    """Count refused requests as a CloudWatch metric: all together for the alarm, and by reason."""
    for named in ({}, {"reason": reason}):
        _count(number, named)


def source_unknown(dialect: str, source_id: str) -> None:
    """Log and count a request for a source that does not exist. Its sender's events are lost.

    The alarm does not count such a request: anybody can make up an address.
    """
    shown = hashlib.sha256(source_id.encode()).hexdigest()[:12]  # the id of a removed source is a credential
    logger().warning("source.unknown", extra={"dialect": dialect, "source": shown})
    _count(1, {"reason": "unknown_source"})


def budget_spent(account: str) -> None:
    """Log and count an account that is over its daily budget."""
    loop_stopped(Stop("budget", account, "", 0))
    count("loop.stopped")


def activity_not_written(error: Exception) -> None:
    """Log counts or a refused request that could not be written."""
    logger().error("source.activity_not_written", extra={"error": type(error).__name__})


def silence_not_checked(watch: SilenceWatch, error: Exception) -> None:
    """Log a source whose silence could not be checked."""
    logger().error("source.silence_not_checked", extra={"account": watch.account, "error": type(error).__name__})


def _count(number: int, named: Mapping[str, str]) -> None:
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415 - few requests count

    with single_metric(name=REFUSED, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
        for name, value in named.items():
            metric.add_dimension(name=name, value=value)
