"""The times of an event as metrics."""

from datetime import UTC, datetime, timedelta

import pytest

from switchboard.observability.latency import APPLIED, DELIVERED, WHOLE, latency
from tests.support.metrics import metrics_of

AT = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
LINE = {"service": "switchboard", "account": "acme"}


@pytest.mark.parametrize(
    ("asked", "dimensions"),
    [("", [["service"]]), ("false", [["service"]]), ("true", [["service"], ["service", "account"]])],
)
def test_times_of_each_account_are_metrics_where_they_are_asked_for(
    asked: str, dimensions: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the parameter LatencyByAccount, because CloudWatch charges for each account's metrics."""
    monkeypatch.setenv("LATENCY_BY_ACCOUNT", asked)
    told = latency(AT + timedelta(seconds=1.5), {DELIVERED: AT, WHOLE: AT - timedelta(seconds=1), APPLIED: None})
    assert metrics_of({**LINE, **told}) == ([DELIVERED, WHOLE], dimensions)
    assert (told[DELIVERED], told[WHOLE], APPLIED in told) == (1500, 2500, False)


def test_a_clock_that_is_behind_tells_of_no_time() -> None:
    """Two functions read two clocks, so an event may seem to be applied before its receipt."""
    assert latency(AT - timedelta(seconds=1), {DELIVERED: AT})[DELIVERED] == 0
