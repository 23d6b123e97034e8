"""The environment, read here and nowhere else; a variable that is missing is named at the first use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from switchboard.errors import SwitchboardError


class Misconfigured(SwitchboardError):
    """The function's environment lacks a variable, or holds nonsense in it."""


def required(name: str) -> str:
    """The value of an environment variable; Misconfigured names the one that is missing."""
    value = os.environ.get(name)
    if not value:
        raise Misconfigured(f"The environment variable {name} is not set.")
    return value


def accounts_table() -> str:
    """Name of the table of accounts, tokens, sources and extensions."""
    return required("ACCOUNTS_TABLE")


def subscriptions_table() -> str:
    """Name of the table of subscriptions."""
    return required("SUBSCRIPTIONS_TABLE")


def calls_table() -> str:
    """Name of the table of calls and their events."""
    return required("CALLS_TABLE")


def deliveries_table() -> str:
    """Name of the table of deliveries."""
    return required("DELIVERIES_TABLE")


def events_queue_url() -> str:
    """URL of the queue of call events."""
    return required("EVENTS_QUEUE_URL")


def deliveries_queue_url() -> str:
    """URL of the queue of deliveries."""
    return required("DELIVERIES_QUEUE_URL")


def token_key_secret() -> str:
    """ARN of the secret that tokens are signed with."""
    return required("TOKEN_KEY_SECRET")


def operator_secret() -> str:
    """ARN of the secret that is the operator's token."""
    return required("OPERATOR_SECRET")


def base_url() -> str:
    """The hub's public address without a slash at its end; empty where the operator has not set it."""
    return os.environ.get("BASE_URL", "").rstrip("/")


def endpoints_table() -> str:
    """Name of the table of receivers in trouble."""
    return required("ENDPOINTS_TABLE")


def retries_queue_url() -> str:
    """URL of the queue of lanes to be tried again."""
    return required("RETRIES_QUEUE_URL")


def redelivery_workflow() -> str:
    """ARN of the state machine that drives a failing receiver."""
    return required("REDELIVERY_WORKFLOW")


def operations_topic() -> str:
    """ARN of the topic of operational events."""
    return required("OPERATIONS_TOPIC")


def communications_table() -> str:
    """Name of the table of communications, as CRMs know calls."""
    return required("COMMUNICATIONS_TABLE")


def crm_calls_queue_url() -> str:
    """URL of the queue of calls that CRMs asked for."""
    return required("CRM_CALLS_QUEUE_URL")


def secrets_key() -> str:
    """Id of the key that seals credentials."""
    return required("SECRETS_KEY")


def telephony_table() -> str:
    """Name of the table of commands and simulated calls."""
    return required("TELEPHONY_TABLE")


def advances_queue_url() -> str:
    """URL of the queue of simulated calls to be played on."""
    return required("ADVANCES_QUEUE_URL")


def settlements_queue_url() -> str:
    """URL of the queue of commands that have waited long enough for their calls."""
    return required("SETTLEMENTS_QUEUE_URL")


def correlation_window() -> float:
    """Seconds that a call may take to show after it was asked for."""
    return float(required("CORRELATION_WINDOW"))


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How deliveries are tried: waits, time-out and the time without success, in seconds."""

    schedule: tuple[float, ...]
    fast_attempts: int
    timeout: float
    disable_after: float
    allow_private_targets: bool


@cache
def delivery_settings() -> DeliverySettings:
    """Read RETRY_SCHEDULE, FAST_ATTEMPTS, DELIVERY_TIMEOUT, DISABLE_AFTER and ALLOW_PRIVATE_TARGETS."""
    try:
        return DeliverySettings(
            schedule=tuple(float(entry) for entry in required("RETRY_SCHEDULE").split(",")),
            fast_attempts=int(required("FAST_ATTEMPTS")),
            timeout=float(required("DELIVERY_TIMEOUT")),
            disable_after=float(required("DISABLE_AFTER")),
            allow_private_targets=allow_private_targets(),
        )
    except ValueError as error:
        raise Misconfigured(
            "RETRY_SCHEDULE, FAST_ATTEMPTS, DELIVERY_TIMEOUT and DISABLE_AFTER must be numbers."
        ) from error


def allow_private_targets() -> bool:
    """Whether receivers in private networks and on loopback are served; never so on AWS."""
    return os.environ.get("ALLOW_PRIVATE_TARGETS", "false").lower() == "true"


def recordings_table() -> str:
    """Name of the table of recordings."""
    return required("RECORDINGS_TABLE")


def recordings_bucket() -> str:
    """Name of the bucket of recordings."""
    return required("RECORDINGS_BUCKET")


def fetch_workflow() -> str:
    """ARN of the state machine that fetches a recording."""
    return required("FETCH_WORKFLOW")


def recording_schedule() -> tuple[float, ...]:
    """Seconds between the attempts at a recording, out of RECORDING_SCHEDULE."""
    try:
        return tuple(float(entry) for entry in required("RECORDING_SCHEDULE").split(","))
    except ValueError as error:
        raise Misconfigured("RECORDING_SCHEDULE must be numbers.") from error


def streams_table() -> str:
    """Name of the table of streams."""
    return required("STREAMS_TABLE")


def stream_seconds() -> float:
    """Seconds after which a connection that listens is ended, for its client to go on with another."""
    return float(required("STREAM_SECONDS"))


def restrictions_table() -> str:
    """Name of the table of do-not-call lists and of the calls of each day."""
    return required("RESTRICTIONS_TABLE")


def campaigns_table() -> str:
    """Name of the table of what campaigns are made of."""
    return required("CAMPAIGNS_TABLE")


def campaigns_bucket() -> str:
    """Name of the bucket of campaigns' audio and uploads."""
    return required("CAMPAIGNS_BUCKET")


def speech_engine() -> str:
    """What speaks texts: `polly`, `espeak-ng`, or `none`."""
    return required("SPEECH_ENGINE")


def dialling_table() -> str:
    """Name of the table of what each account's lines do, and of executions."""
    return required("DIALLING_TABLE")


def dialling_queue_url() -> str:
    """URL of the queue of each account's dialling."""
    return required("DIALLING_QUEUE_URL")


def wakes_queue_url() -> str:
    """URL of the queue of wake-ups of dialling."""
    return required("WAKES_QUEUE_URL")


def campaign_workflow() -> str:
    """ARN of the state machine that sees an execution of a task to its end."""
    return required("CAMPAIGN_WORKFLOW")


def emails_table() -> str:
    """Name of the table of what became of messages by e-mail."""
    return required("EMAILS_TABLE")


def mailings_queue_url() -> str:
    """URL of the queue of messages to be sent by e-mail."""
    return required("MAILINGS_QUEUE_URL")


def email_sender() -> str:
    """The address that e-mail is sent from; empty where the hub sends none."""
    return os.environ.get("EMAIL_SENDER", "")


def poll_workflow() -> str:
    """ARN of the state machine that hands an execution to another system and follows it to its end."""
    return required("POLL_WORKFLOW")
