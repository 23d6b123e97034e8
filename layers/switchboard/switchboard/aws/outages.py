"""Failures of AWS that pass by themselves: throttling, faults of a service, and answers that did not come.

The codes are those of "Common Errors" in the services' API references. The reasons of cancelled transactions are in
the DynamoDB API Reference, `TransactWriteItems`. The list of throttling codes is that of boto3's guide, "Retries".
"""

from __future__ import annotations

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - botocore's own

from switchboard.errors import Busy

THROTTLED = frozenset(
    {
        "KMSInternalException",
        "LimitExceededException",
        "OverLimit",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
# Reasons for which a transaction of DynamoDB was cancelled.
THROTTLED_ITEMS = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"})
TOO_MANY, SERVER_FAULTS = 429, 500


def is_outage(error: BaseException) -> bool:
    """Whether a repeat of the same request may succeed later, because the service and not the request is at fault."""
    if isinstance(error, ClientError):
        return _is_refused_for_now(error)
    return isinstance(error, HTTPClientError | ConnectionError)


def passes_by(error: BaseException) -> bool:
    """Whether an error is an outage, or stands for one: its adapter translated the outage."""
    cause = error.__cause__
    return isinstance(error, Busy) or is_outage(error) or (cause is not None and is_outage(cause))


def _is_refused_for_now(error: ClientError) -> bool:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    return (
        code in THROTTLED
        or code.startswith(("Internal", "ServiceUnavailable"))
        or status == TOO_MANY
        or status >= SERVER_FAULTS
        or bool(reasons & THROTTLED_ITEMS)
    )
