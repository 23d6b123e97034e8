"""The log: one wide line for each unit of work, with ids and outcomes, never a secret, a body or a number."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from switchboard.calls.lost import is_end_of_lost
from switchboard.kernel.call import AppliedEvent, CallEvent, Outcome
from switchboard.laps import HOPS, Stop
from switchboard.observability.latency import APPLIED, DELIVERED, NAMESPACE, WHOLE, latency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aws_lambda_powertools import Logger

    from switchboard.accounts.upstream.model import Upstream
    from switchboard.campaigns.audio.decoded import DecodedAudio
    from switchboard.deliveries.model import Attempt, DeliveryRecord
    from switchboard.telephony.model import Command
    from switchboard.telephony.pending import PendingCommand, PendingKey
    from switchboard.telephony.simulator.model import SimulatedCall


@cache
def logger() -> Logger:
    """Return the logger of the function. The library is imported at the first line."""
    from aws_lambda_powertools import Logger  # noqa: PLC0415 - `route` answers without a log

    return Logger()


def call_event_received(event: CallEvent) -> None:
    """Log a queued event."""
    logger().info("call_event.received", extra=_event_ids(event))


def call_event_applied(applied: AppliedEvent, at: datetime) -> None:
    """Log an applied event, with its outcome, the state of its call and the time since the receipt.

    Count a call that ended as lost.
    """
    state = applied.call.state.value if applied.call else None
    extra = {**_event_ids(applied.event), "outcome": applied.outcome.value, "state": state}
    logger().info("call_event.applied", extra={**extra, **latency(at, {APPLIED: applied.event.received_at})})
    if is_end_of_lost(applied.event) and applied.outcome is Outcome.ADVANCED:
        count("call.lost")


def delivery_attempted(record: DeliveryRecord, attempt: Attempt | None) -> None:
    """Log an attempt at a delivery. `attempt` is None for a delivery closed untried.

    A delivery that succeeds has the times since its event was received and since it was applied, unless it is a replay.
    """
    delivery = record.delivery
    took: Mapping[str, object] = {}
    if record.state.value == "delivered" and record.finished_at and not delivery.replays:
        took = latency(record.finished_at, {DELIVERED: delivery.created_at, WHOLE: delivery.received_at})
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
            **took,
        },
    )


def check_failed(upstream: Upstream, error: Exception) -> None:
    """Log a connected source whose check failed."""
    extra = {"account": upstream.account, "source": upstream.source, "error": type(error).__name__}
    logger().error("source.check_failed", extra=extra)


def stream_troubled(source_id: str, what: str) -> None:
    """Log trouble in reading a source's stream; reading goes on."""
    logger().warning("stream.troubled", extra={"source": _shown(source_id), "what": what})


def reader_not_started(error: Exception) -> None:
    """Log that no reader of streams could be started; the next scheduled run reads."""
    logger().error("stream.reader_not_started", extra={"error": type(error).__name__})


def command_settled(command: Command) -> None:
    """Log the result of a command."""
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
    """Log a step of a simulated call."""
    ids = {"account": call.account, "call_id": call.id, "command_id": call.command}
    logger().info("simulated_call.advanced", extra={**ids, "done": call.done, "steps": len(call.steps)})


def recording_tried(recording_id: str, *, done: bool, wait: float) -> None:
    """Log a turn of fetching a recording. `done` says stored or given up; `wait` is in seconds."""
    logger().info("recording.tried", extra={"recording_id": recording_id, "done": done, "wait": wait})


def audio_converted(kind: str, heard: DecodedAudio, took: float) -> None:
    """Log the decoding of an audio file, or its failure. `took` is in seconds."""
    told = {"kind": kind, "seconds": round(heard.seconds, 3), "trouble": heard.trouble.value if heard.trouble else None}
    logger().info("audio.converted", extra={**told, "damaged": heard.damaged, "duration_ms": round(took * 1000)})


def count(name: str) -> None:
    """Count an operational event as a CloudWatch metric, in the embedded metric format."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415 - few requests count

    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace=NAMESPACE):
        pass


def operational_event_lost(name: str, error: Exception) -> None:
    """Log an operational event that the topic refused."""
    logger().error("operational_event.lost", extra={"event": name, "error": type(error).__name__})


def loop_stopped(stop: Stop) -> None:
    """Log a message that was stopped after too many laps without progress."""
    extra = {"circle": stop.circle, "account": stop.account, "about": stop.about, "laps": stop.idle}
    logger().error("loop.stopped", extra=extra)


def loop_refused(route: str, hops: int) -> None:
    """Log and count a request that passed too many hubs."""
    loop_stopped(Stop(HOPS, "", route, hops))
    count("loop.stopped")


def command_waited(key: PendingKey, judged: PendingCommand | None) -> None:
    """Log the end of a pending command's wait."""
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
    """Log a failed question to another system while a caller waited. The caller was answered without the system."""
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
    """Return the digest of a source's id. The id may be the only credential, so the log must not hold the id."""
    return hashlib.sha256(source_id.encode()).hexdigest()[:12]
