"""Log lines and metrics of sources."""

from __future__ import annotations

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from switchboard.accounts.activity.model import SilenceWatch
from switchboard.observability.logs import NAMESPACE, logger

REFUSED = "EventsRefused"


def events_refused(reason: str, number: int) -> None:
    """Count refused requests as a CloudWatch metric: all together for the alarm, and by reason."""
    for named in ({}, {"reason": reason}):
        with single_metric(name=REFUSED, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
            for name, value in named.items():
                metric.add_dimension(name=name, value=value)


def activity_not_written(error: Exception) -> None:
    """Log counts or a refused request that could not be written."""
    logger().error("source.activity_not_written", extra={"error": type(error).__name__})


def silence_not_checked(watch: SilenceWatch, error: Exception) -> None:
    """Log a source whose silence could not be checked."""
    logger().error("source.silence_not_checked", extra={"account": watch.account, "error": type(error).__name__})
