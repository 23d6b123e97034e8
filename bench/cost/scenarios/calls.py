"""A call of four events as IS.VPBX tells it, shared by the scenarios of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.cost.stage import Stage

NAMES = ("start.call", "local.in.call", "start.talk", "end.call")
SOURCE = "s-office"


def get_ready(stage: Stage, url: str) -> None:
    """An account with a source, and a receiver that wants all four events."""
    stage.account()
    stage.source(SOURCE)
    for number, name in enumerate(NAMES, 1):
        stage.subscribe(name, id=number, url=f"{url}/crm/calls")


def tell(stage: Stage, call: int, name: str) -> None:
    """One event comes in by webhook."""
    answer = stage.request("POST", f"/webhooks/vpbx/{SOURCE}", event(call, name))
    if answer.status != 200:  # noqa: PLR2004 - OK
        raise RuntimeError(f"answer: {answer.status}")


def event(call: int, name: str) -> dict[str, Any]:
    """An event with what IS.VPBX sends along."""
    params: dict[str, Any] = {
        "call_id": f"{call:08d}-6c1f-4f2a-9a3e-{call:012d}",
        "event_date": f"2026-01-01 12:00:{NAMES.index(name):02d}",
        "src_phone": f"7916{call:07d}",
        "dst_phone": "74950000002",
        "real_local_number": "101",
        "direction": 1,
    }
    if name == "end.call":
        params |= {"disposition": "ANSWER", "duration": 95, "billsec": 81, "wait_time": 14, "record": ""}
    return {"type": "call_event", "event_name": name, "params": params}
