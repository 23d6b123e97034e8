"""The fate of a message that failed."""

from itertools import pairwise

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoRegionError,
    ReadTimeoutError,
)

from switchboard.aws.outages import is_outage
from switchboard.errors import Busy, TryAgain
from switchboard.setbacks import FIRST_WAIT, LONGEST_WAIT, UNEXPECTED_WAIT, Setback, outage_wait, setback


def refused(code: str, status: int = 400, reasons: tuple[str, ...] = ()) -> ClientError:
    """What a service answers."""
    answer: dict[str, object] = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    if reasons:
        answer["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(answer, "AnyOperation")  # type: ignore[arg-type]


OUTAGES = [
    refused("ThrottlingException"),
    refused("ProvisionedThroughputExceededException"),
    refused("RequestLimitExceeded"),
    refused("TransactionCanceledException", reasons=("None", "ThrottlingError")),
    refused("TransactionCanceledException", reasons=("ProvisionedThroughputExceeded", "None")),
    refused("InternalServerError", 500),
    refused("InternalFailure"),
    refused("ServiceUnavailable", 503),
    refused("SlowDown", 503),
    refused("TooManyRequestsException", 429),
    refused("AnythingNew", 502),
    ConnectTimeoutError(endpoint_url="https://service.example"),
    ReadTimeoutError(endpoint_url="https://service.example"),
    EndpointConnectionError(endpoint_url="https://service.example"),
]
FAULTS = [
    refused("ValidationException"),
    refused("AccessDeniedException"),
    refused("ResourceNotFoundException"),
    refused("TransactionCanceledException", reasons=("None", "ValidationError")),
    NoRegionError(),
    KeyError("id"),
    ValueError("no JSON"),
]


@pytest.mark.parametrize("error", OUTAGES, ids=repr)
def test_an_outage_passes_by_itself(error: Exception) -> None:
    """A throttled request, a fault of the service or a lost answer is no fault of the message."""
    assert is_outage(error)


@pytest.mark.parametrize("error", FAULTS, ids=repr)
def test_a_wrong_request_is_no_outage(error: Exception) -> None:
    """The same request would fail again."""
    assert not is_outage(error)


def test_a_message_is_never_given_up_in_an_outage() -> None:
    """The wait doubles up to a minute, also at the thousandth receive."""
    waits = [outage_wait(receives, 1) for receives in (1, 2, 3, 4, 5, 6, 7, 8, 1000)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert all(first <= second for first, second in pairwise(waits))
    assert not setback(KeyError(), 1000, 10, outage=True).poison
    assert FIRST_WAIT / 2 <= setback(KeyError(), 1, 10, outage=True).wait <= FIRST_WAIT
    assert LONGEST_WAIT / 2 <= setback(KeyError(), 1000, 10, outage=True).wait <= LONGEST_WAIT


def test_a_message_with_a_fault_is_given_up() -> None:
    """At the last receive, and not before."""
    assert setback(KeyError(), 9, 10, outage=False) == Setback(UNEXPECTED_WAIT)
    assert setback(KeyError(), 10, 10, outage=False) == Setback(UNEXPECTED_WAIT, poison=True)


def test_a_message_waits_as_the_hub_says() -> None:
    """An error that the hub raises on purpose has its own wait at every receive."""
    assert setback(TryAgain("later", 3), 500, 10, outage=False) == Setback(3, expected=True)


def test_a_busy_service_is_an_outage_that_the_hub_knows() -> None:
    """The wait grows as in any outage, and the log is spared."""
    assert setback(Busy("busy"), 1, 10, outage=False).wait <= FIRST_WAIT
    later = setback(Busy("busy"), 1000, 10, outage=False)
    assert later.wait >= LONGEST_WAIT / 2
    assert later.expected
    assert not later.poison
