"""Read the environment variables. A missing variable raises Misconfigured at its first use."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

from switchboard.errors import SwitchboardError


class Misconfigured(SwitchboardError):
    """An environment variable is missing or has a bad value."""


def required(name: str) -> str:
    """Return the value of an environment variable. Raises Misconfigured if the variable is missing or empty.

    A restored table or bucket takes the place of the stack's own.
    """
    own, restored = os.environ.get(name, ""), _restored().get(name, "")
    if value := f"{own}{restored}" if restored.startswith("-") else restored or own:
        return value
    raise Misconfigured(f"The environment variable {name} is not set.")


def _restored() -> dict[str, str]:
    """Return the names in RESTORED_NAMES by the variable that each replaces.

    `CallsTable=-restored` is the end of a name, behind the stack's own; `CallsTable=calls` is a whole name.
    """
    pairs = [entry.partition("=") for entry in os.environ.get("RESTORED_NAMES", "").split(",")]
    return {re.sub("(?<=[a-z])(?=[A-Z])", "_", name).upper(): value for name, _, value in pairs}


def accounts_table() -> str:
    """Name of the table of accounts, tokens, sources and extensions."""
    return required("ACCOUNTS_TABLE")


def activity_table() -> str:
    """Name of the table of the activity of sources."""
    return required("ACTIVITY_TABLE")


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


def dead_queue_url() -> str:
    """URL of the dead queue of the worker's own queue."""
    return required("DEAD_QUEUE_URL")


def deliveries_queue_url() -> str:
    """URL of the queue of deliveries."""
    return required("DELIVERIES_QUEUE_URL")


def token_key_secret() -> str:
    """ARN of the secret key that signs tokens."""
    return required("TOKEN_KEY_SECRET")


def operator_secret() -> str:
    """ARN of the secret that holds the operator's token."""
    return required("OPERATOR_SECRET")


def stack_operator_stays() -> bool:
    """Whether the stack's own token is an operator's, even if an operator has switched the token off."""
    return required("STACK_OPERATOR") == "always"


def base_url() -> str:
    """The hub's public address without a slash at its end; empty if the operator has not set it."""
    return os.environ.get("BASE_URL", "").rstrip("/")


def endpoints_table() -> str:
    """Name of the table of failing endpoints and their lanes."""
    return required("ENDPOINTS_TABLE")


def retries_queue_url() -> str:
    """URL of the queue of retries of lanes."""
    return required("RETRIES_QUEUE_URL")


def operations_topic() -> str:
    """ARN of the topic of operational events."""
    return required("OPERATIONS_TOPIC")


def communications_table() -> str:
    """Name of the table of communications, connectors and links."""
    return required("COMMUNICATIONS_TABLE")


def crm_calls_queue_url() -> str:
    """URL of the queue of calls that CRMs requested."""
    return required("CRM_CALLS_QUEUE_URL")


def secrets_key() -> str:
    """Id of the key that seals credentials."""
    return required("SECRETS_KEY")


def pbx_queue_url() -> str:
    """URL of the queue of what PBXs sent over their connections."""
    return required("PBX_QUEUE_URL")


def pbx_gateway_url() -> str:
    """Address of the management API of the PBXs' gateway: of the emulator, where there is one."""
    api, at = required("PBX_API"), os.environ.get("AWS_ENDPOINT_URL")
    host = f"{at}/_aws/execute-api/{api}" if at else f"https://{api}.execute-api.{required('AWS_REGION')}.amazonaws.com"
    return f"{host}/v1"


def telephony_table() -> str:
    """Name of the table of commands and simulated calls."""
    return required("TELEPHONY_TABLE")


def advances_queue_url() -> str:
    """URL of the queue of the simulator's next steps."""
    return required("ADVANCES_QUEUE_URL")


def settlements_queue_url() -> str:
    """URL of the queue of commands whose wait for a call ends."""
    return required("SETTLEMENTS_QUEUE_URL")


def correlation_window() -> float:
    """Seconds within which the call of a command must appear."""
    return float(required("CORRELATION_WINDOW"))


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """Seconds: `disable_after` without a success, `final_after` for 401, 403 and 404 of a receiver that took some."""

    schedule: tuple[float, ...]
    fast_attempts: int
    timeout: float
    disable_after: float
    final_after: float
    allow_private_targets: bool


@cache
def delivery_settings() -> DeliverySettings:
    """Read RETRY_SCHEDULE, FAST_ATTEMPTS, DELIVERY_TIMEOUT, DISABLE_AFTER, FINAL_AFTER and others."""
    try:
        return DeliverySettings(
            schedule=tuple(float(entry) for entry in required("RETRY_SCHEDULE").split(",")),
            fast_attempts=int(required("FAST_ATTEMPTS")),
            timeout=float(required("DELIVERY_TIMEOUT")),
            disable_after=float(required("DISABLE_AFTER")),
            final_after=float(required("FINAL_AFTER")),
            allow_private_targets=is_on("ALLOW_PRIVATE_TARGETS"),
        )
    except ValueError as error:
        raise Misconfigured("RETRY_SCHEDULE and the other settings of deliveries must be numbers.") from error


def is_on(name: Literal["ALLOW_PRIVATE_TARGETS", "LATENCY_BY_ACCOUNT"]) -> bool:
    """Whether a switch is `true`. A missing switch is off."""
    return os.environ.get(name, "false").lower() == "true"


def recordings_table() -> str:
    """Name of the table of recordings."""
    return required("RECORDINGS_TABLE")


def recordings_bucket() -> str:
    """Name of the bucket of recordings."""
    return required("RECORDINGS_BUCKET")


def recording_schedule() -> tuple[float, ...]:
    """Seconds between the attempts to fetch a recording, from RECORDING_SCHEDULE."""
    try:
        return tuple(float(entry) for entry in required("RECORDING_SCHEDULE").split(","))
    except ValueError as error:
        raise Misconfigured("RECORDING_SCHEDULE must be numbers, separated by commas.") from error


def streams_table() -> str:
    """Name of the table of streams."""
    return required("STREAMS_TABLE")


def stream_seconds() -> float:
    """Seconds after which a streaming connection ends. The client then reconnects."""
    return float(required("STREAM_SECONDS"))


def restrictions_table() -> str:
    """Name of the table of do-not-call lists and of daily counts of calls."""
    return required("RESTRICTIONS_TABLE")


def campaigns_table() -> str:
    """Name of the table of campaigns' tasks, settings, groups and audio."""
    return required("CAMPAIGNS_TABLE")


def campaigns_bucket() -> str:
    """Name of the bucket of campaigns' audio and uploads."""
    return required("CAMPAIGNS_BUCKET")


def read_streams_function() -> str:
    """Name of the function that reads the streams of PBXs."""
    return required("READ_STREAMS_FUNCTION")


def convert_audio_function() -> str:
    """Name of the function that converts audio."""
    return required("CONVERT_AUDIO_FUNCTION")


def speech_engine() -> str:
    """Name of the text-to-speech engine: `polly`, `espeak-ng`, or `none`."""
    return required("SPEECH_ENGINE")


def audio_loudness() -> float | None:
    """Loudness in LUFS that campaigns' audio is brought to; None to keep the level of each file."""
    return None if (told := required("AUDIO_LOUDNESS")) == "off" else float(told)


def audio_trim() -> bool:
    """Whether silence at both ends of campaigns' audio is shortened to 300 ms."""
    return required("AUDIO_TRIM") == "true"


def dialling_table() -> str:
    """Name of the table of lines and executions."""
    return required("DIALLING_TABLE")


def dialling_queue_url() -> str:
    """URL of the queue of dialling, with one group for each account."""
    return required("DIALLING_QUEUE_URL")


def wakes_queue_url() -> str:
    """URL of the queue of delayed wake-ups of dialling."""
    return required("WAKES_QUEUE_URL")


def emails_table() -> str:
    """Name of the table of e-mails and their results."""
    return required("EMAILS_TABLE")


def mailings_queue_url() -> str:
    """URL of the queue of e-mails to send."""
    return required("MAILINGS_QUEUE_URL")


def optional(name: Literal["EMAIL_SENDER", "CHIME_APPLICATION", "CHIME_NUMBER"]) -> str:
    """Return a sender's address, the id of a SIP media application, or its number; empty if the hub has none."""
    return os.environ.get(name, "")


def _workflow(name: str) -> str:
    """Return the ARN of a state machine. Each is named for the stack and its work."""
    return required("WORKFLOWS") + "-" + name


redelivery_workflow, fetch_workflow = partial(_workflow, "redeliver"), partial(_workflow, "fetch-recording")
campaign_workflow, poll_workflow = partial(_workflow, "run-campaign"), partial(_workflow, "poll-campaign")
erase_workflow, replay_workflow = partial(_workflow, "erase"), partial(_workflow, "replay")
