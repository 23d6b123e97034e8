"""The log: one wide line for each unit of work, with ids and outcomes, never a secret, a body or a number."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from switchboard.accounts.upstream.model import Upstream
from switchboard.deliveries.model import Attempt, DeliveryRecord
from switchboard.kernel.call import CallEvent, Happened
from switchboard.laps import Stop
from switchboard.telephony.model import Command
from switchboard.telephony.pending import PendingCommand, PendingKey
from switchboard.telephony.simulator.model import SimulatedCall

if TYPE_CHECKING:
    from switchboard.campaigns.audio.decoded import DecodedAudio

NAMESPACE = "Switchboard"


@cache
def logger() -> Logger:
    """The function's logger."""
    return Logger()


def call_event_received(event: CallEvent) -> None:
    """An event is in the queue."""
    logger().info("call_event.received", extra=_event_ids(event))


def call_event_applied(happened: Happened) -> None:
    """An event is folded into its call."""
    state = happened.call.state.value if happened.call else None
    extra = {**_event_ids(happened.event), "outcome": happened.outcome.value, "state": state}
    logger().info("call_event.applied", extra=extra)


def delivery_attempted(record: DeliveryRecord, attempt: Attempt | None) -> None:
    """A delivery was tried, or given up before that."""
    delivery = record.delivery
    logger().info(
        "delivery.attempted",
        extra={
            "account": delivery.account,
            "call_id": delivery.call_id,
            "event_id": delivery.event_id,
            "delivery_id": delivery.id,
            "subscription_id": delivery.subscription_id,
            "endpoint": delivery.endpoint,
            "state": record.state.value,
            "attempt": record.attempts_made,
            "status": attempt.status if attempt else None,
            "error": attempt.error if attempt else None,
            "duration_ms": attempt.duration_ms if attempt else None,
        },
    )


def check_failed(upstream: Upstream, error: Exception) -> None:
    """A connected source could not be checked."""
    extra = {"account": upstream.account, "source": upstream.source, "error": type(error).__name__}
    logger().error("source.check_failed", extra=extra)


def stream_troubled(source_id: str, what: str) -> None:
    """Something went wrong while a source's stream was read, and it goes on."""
    logger().warning("stream.troubled", extra={"source": _shown(source_id), "what": what})


def command_settled(command: Command) -> None:
    """A telephony took an order, or did not."""
    logger().info(
        "command.settled",
        extra={
            "account": command.account,
            "command_id": command.id,
            "call_id": command.call_id,
            "action": command.action.value,
            "provider": command.provider,
            "state": command.state.value,
            "reason": command.reason,
        },
    )


def simulated_call_advanced(call: SimulatedCall) -> None:
    """A simulated call went on."""
    ids = {"account": call.account, "call_id": call.id, "command_id": call.command}
    logger().info("simulated_call.advanced", extra={**ids, "done": call.done, "steps": len(call.steps)})


def recording_tried(recording_id: str, *, done: bool, wait: float) -> None:
    """A recording was tried; `done` says that it is there, or given up, `wait` (seconds) when to try again."""
    logger().info("recording.tried", extra={"recording_id": recording_id, "done": done, "wait": wait})


def audio_converted(kind: str, heard: DecodedAudio, took: float) -> None:
    """A file was decoded, or could not be; `took` is in seconds."""
    told = {"kind": kind, "seconds": round(heard.seconds, 3), "trouble": heard.trouble.value if heard.trouble else None}
    logger().info("audio.converted", extra={**told, "damaged": heard.damaged, "duration_ms": round(took * 1000)})


def count(name: str) -> None:
    """Count an operational event as a metric of CloudWatch's, through the log."""
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace=NAMESPACE):
        pass


def operational_event_lost(name: str, error: Exception) -> None:
    """The topic did not take an operational event; it is counted and in this line."""
    logger().error("operational_event.lost", extra={"event": name, "error": type(error).__name__})


def loop_stopped(stop: Stop) -> None:
    """A message went round for too long without progress, and was not sent again."""
    extra = {"circle": stop.circle, "account": stop.account, "about": stop.about, "laps": stop.idle}
    logger().error("loop.stopped", extra=extra)


def command_waited(key: PendingKey, judged: PendingCommand | None) -> None:
    """A command has waited long enough for its call."""
    logger().info(
        "command.waited",
        extra={
            "account": key.account,
            "command_id": key.command,
            "call_id": judged.call_id if judged else None,
            "outcome": judged.verdict.value if judged else "never_sent",
        },
    )


def asking_failed(name: str, error: BaseException) -> None:
    """Somebody who was asked while a caller waits came to grief; the caller was answered without them."""
    logger().warning(f"{name}.asking_failed", extra={"error": type(error).__name__})


def _event_ids(event: CallEvent) -> dict[str, str]:
    return {
        "account": event.account,
        "call_id": event.call_id,
        "event_id": event.id,
        "source": _shown(event.source),
        "dialect": event.dialect,
        "kind": event.kind.value,
    }


def _shown(source_id: str) -> str:
    """The id of a source is all that some of them have to show: in the log it is told by its digest."""
    return hashlib.sha256(source_id.encode()).hexdigest()[:12]
