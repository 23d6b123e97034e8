"""Outages of AWS's services: which service, how, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

SERVICES = ("dynamodb", "sqs", "stepfunctions", "sns", "s3", "kms", "secretsmanager", "ses")
OTHERS = {
    "start_execution": "stepfunctions",
    "publish": "sns",
    "decrypt": "kms",
    "get_secret_value": "secretsmanager",
    "send_email": "ses",
}
OF_S3 = {"put_object", "head_object", "get_object", "delete_object", "list_objects_v2"}
OF_SQS = {"send_message", "send_message_batch", "change_message_visibility", "delete_message_batch"}
ATTEMPTS, READ_TIMEOUT, SLOW = 4, 5.0, 2.0  # as the hub's clients are set; seconds


class Ailment(StrEnum):
    """The ways in which a service is out of order."""

    THROTTLES = "throttles"
    REFUSES = "refuses"
    SILENT = "does not answer"
    SLOW = "is slow"


@dataclass(frozen=True, slots=True)
class Outage:
    """A service is out of order from `begin` to `end`, in seconds of virtual time."""

    service: str
    ailment: Ailment
    begin: float
    end: float

    def holds(self, now: float) -> bool:
        """Whether the outage lasts at this time."""
        return self.begin <= now < self.end

    @property
    def stops(self) -> bool:
        """Whether requests fail."""
        return self.ailment is not Ailment.SLOW

    @property
    def loses_answers(self) -> bool:
        """Whether a failed request may have been carried out."""
        return self.ailment is Ailment.SILENT

    @property
    def delay(self) -> float:
        """How long a request takes, with the repeats of the client."""
        delays = {Ailment.SILENT: ATTEMPTS * READ_TIMEOUT, Ailment.SLOW: SLOW}
        return delays.get(self.ailment, 0.0)

    def error(self, operation: str) -> ClientError | BotoCoreError:
        """Return what the client raises after its last repeat."""
        if self.ailment is Ailment.SILENT:
            return ReadTimeoutError(endpoint_url=operation)
        code, status = (
            ("ThrottlingException", 400) if self.ailment is Ailment.THROTTLES else ("ServiceUnavailable", 503)
        )
        return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)  # type: ignore[typeddict-item]


def service_of(operation: str) -> str:
    """Return the service of a client's method."""
    if operation in OF_S3:
        return "s3"
    return "sqs" if operation in OF_SQS else OTHERS.get(operation, "dynamodb")
