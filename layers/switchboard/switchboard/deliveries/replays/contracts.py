"""Request and response bodies of the operator's API for replays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field, field_validator

from switchboard.contracts import Moment, OwnBody, read_body
from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.replays.begin import ReplayRequest
from switchboard.deliveries.replays.model import ReplayFilter, ReplayRun
from switchboard.errors import Invalid


class ReplayBody(OwnBody):
    """A filter of finished deliveries to send again; `dry_run` only counts them. A time without a zone is in UTC.

    `destination` and `subscription` are two names of one id: a destination is a subscription.
    """

    account: str = Field(min_length=1)
    state: DeliveryState = DeliveryState.DEAD
    call: str = ""
    subscription: int = 0
    destination: int = 0
    since: Moment | None = None
    until: Moment | None = None
    reason: str = Field(default="", max_length=200)
    status: int = Field(default=0, ge=0, le=999)
    dry_run: bool = False
    idempotency_key: str = Field(default="", max_length=200)

    @field_validator("state")
    @classmethod
    def _finished(cls, state: DeliveryState) -> DeliveryState:
        if state in (DeliveryState.PENDING, DeliveryState.PARKED):
            raise ValueError("state must be that of a finished delivery: delivered, dead or cancelled")
        return state


def read_replay(fields: Mapping[str, Any]) -> ReplayRequest:
    """Return the request for a replay. Raises Invalid with the wrong field."""
    body = read_body(ReplayBody, fields)
    if body.subscription and body.destination and body.subscription != body.destination:
        raise Invalid("Name one of destination and subscription: both are the same id.", "destination")
    wanted = ReplayFilter(
        body.state,
        body.call,
        body.subscription or body.destination,
        body.since,
        body.until,
        body.reason,
        body.status,
    )
    return ReplayRequest(body.account, wanted, body.idempotency_key, body.dry_run)


def answer_view(run: ReplayRun) -> dict[str, Any]:
    """Return the answer to a request for a replay: what was counted or queued so far, and whether the work goes on."""
    count = run.found if run.dry_run else run.replayed
    return {"count": count, "more": run.is_running, "dry_run": run.dry_run, "replay": run.id}


def run_view(run: ReplayRun) -> dict[str, Any]:
    """Return a replay with its progress."""
    wanted = run.wanted
    return {
        "id": run.id,
        "account": run.account,
        "state": run.state.value,
        "dry_run": run.dry_run,
        "filter": {
            "state": wanted.state.value,
            "call": wanted.call or None,
            "destination": wanted.subscription or None,
            "since": _text(wanted.since),
            "until": _text(wanted.until),
            "reason": wanted.reason or None,
            "status": wanted.status or None,
        },
        "found": run.found,
        "replayed": run.replayed,
        "skipped": run.skipped,
        "done": not run.is_running,
        "asked_at": run.asked_at.isoformat(),
        "next_at": _text(run.next_at),
        "finished_at": _text(run.finished_at),
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
