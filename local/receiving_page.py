"""Writes the generated parts of docs/receiving.md, the schedule and the catalogue of events: `make pages`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from local.bundle import ROOT, load_template
from switchboard.calls.apply import apply, first_sight
from switchboard.dialects.standard.render import render
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Direction, Disposition, Kind, Number
from switchboard.kernel.news import HUB, OF_CAMPAIGNS, OF_SUBSCRIBERS

PAGE = ROOT / "docs" / "receiving.md"
BASE_URL = "https://hub.example"
AT = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
CALLER, LINE, EXTENSION = Number("89161234567", "+79161234567"), Number("84951234567", "+74951234567"), Number("101")
COUNTERS = {
    "total": 3, "notified": 1, "failed": 1, "not_yet": 1, "calls": 4, "succeeded": 1, "failed_calls": 2,
    "in_progress": 1,
}  # fmt: skip
CAMPAIGN = {"execution_id": "0b6a3b0c-54a8", "task_id": "7f2f7d1b-8c11", "task_name": "flood"}
OF_ONE = {**CAMPAIGN, "wave": 1, "subscriber": 2, "full_name": "Anna Lee", "attempts": 1}
COMMAND = {"command_id": "c0ffee12", "action": "originate"}
# When each kind is sent, and what the event carries beside the parties of its call.
TOLD: dict[Kind, tuple[str, dict[str, Any]]] = {
    Kind.CALL_STARTED: ("A call begins.", {}),
    Kind.LEG_STARTED: ("The telephone of an extension rings, or dials out.", {"extension": EXTENSION}),
    Kind.CALL_ANSWERED: ("Both parties talk.", {"extension": EXTENSION}),
    Kind.CALL_REDIRECTED: ("Another extension takes the call.", {"extension": Number("102")}),
    Kind.LEG_ENDED: ("The telephone of an extension is out of the call.", {"extension": EXTENSION}),
    Kind.CALL_ENDED: (
        "A call is over.",
        {"extension": EXTENSION, "disposition": Disposition.ANSWERED, "talk_duration": 60},
    ),
    Kind.CALL_MISSED: ("A call is over, and nobody answered.", {"disposition": Disposition.NO_ANSWER}),
    Kind.VOICEMAIL_STARTED: ("A caller reaches voicemail.", {}),
    Kind.VOICEMAIL_ENDED: ("A caller leaves voicemail.", {}),
    Kind.VOICEMAIL_LEFT: ("A message was left.", {}),
    Kind.DIGIT_PRESSED: ("A key was pressed during the call.", {"raw": {"digit": "1"}}),
    Kind.PLAYBACK_ENDED: ("The hub has played audio into the call.", {"raw": {"played": 8.2, "whole": True}}),
    Kind.RECORDING_AVAILABLE: (
        "The hub has stored a recording. `url` opens with a token of the account.",
        {
            "raw": {
                "media": "recording", "content_type": "audio/mpeg", "bytes": 96_000, "sha256": "9f86d081…",
                "duration": 60,
            }
        },
    ),
    Kind.RECORDING_FAILED: (
        "A recording could not be fetched within a day.", {"raw": {"media": "recording", "reason": "not_found"}},
    ),
    Kind.COMMAND_SUCCEEDED: ("The telephony did what a command asked for.", {"raw": COMMAND}),
    Kind.COMMAND_FAILED: ("The telephony did not do what a command asked for.", {"raw": {**COMMAND, "reason": "busy"}}),
    Kind.COMMAND_UNCORRELATED: ("It became doubtful whether a command made this call.", {"raw": COMMAND}),
    Kind.CAMPAIGN_STARTED: (
        "An execution of a campaign begins.",
        {"raw": {**CAMPAIGN, "phase": "running", "wave": 1, "waves": 3, "counters": {"total": 3, "not_yet": 3}}},
    ),
    Kind.CAMPAIGN_PROGRESS: (
        "An execution goes on: about every five seconds at most, and whenever a wave begins or the execution pauses.",
        {"raw": {**CAMPAIGN, "phase": "running", "wave": 1, "waves": 3, "counters": COUNTERS, "percent": 66}},
    ),
    Kind.CAMPAIGN_FINISHED: (
        "An execution is over.",
        {"raw": {**CAMPAIGN, "phase": "finished", "wave": 3, "waves": 3, "counters": COUNTERS}},
    ),
    Kind.SUBSCRIBER_NOTIFIED: ("A subscriber of a campaign was notified.", {"raw": {**OF_ONE, "digits": "1"}}),
    Kind.SUBSCRIBER_FAILED: (
        "A subscriber of a campaign was not notified, and no attempt is left.", {"raw": {**OF_ONE, "reason": "busy"}},
    ),
    Kind.DEVICE_STARTED: ("A device of the PBX was started.", {"raw": {"device_id": "D-17"}}),
    Kind.SMS_RECEIVED: ("An SMS arrived.", {"raw": {"text": "Call me back"}}),
    Kind.CALLBACK: ("The PBX tells of a request to be called back. `raw` is the vendor's event.", {"raw": {"id": 7}}),
    Kind.CUSTOM: ("The PBX sends an event of its own. `raw` is the vendor's event.", {"raw": {"id": 7}}),
    Kind.UNKNOWN: ("The hub knows no kind for the vendor's event. `raw` is the event.", {"raw": {"event": "new"}}),
}  # fmt: skip
# The hub's call of the samples: what came before an event of each kind.
BEFORE: dict[Kind, tuple[Kind, ...]] = {
    Kind.CALL_STARTED: (),
    Kind.LEG_STARTED: (Kind.CALL_STARTED,),
    Kind.CALL_ANSWERED: (Kind.CALL_STARTED,),
    Kind.CALL_MISSED: (Kind.CALL_STARTED,),
}
TALKING = (Kind.CALL_STARTED, Kind.CALL_ANSWERED)
OF_HUB = ("recording.", "command.", "campaign.", "subscriber.", "playback.")
WITHOUT_CALL = {Kind.DEVICE_STARTED, Kind.SMS_RECEIVED, *OF_CAMPAIGNS, *OF_SUBSCRIBERS}


def sample(kind: Kind) -> dict[str, Any]:
    """Return a message of a kind as the hub sends it."""
    steps = (kind,) if kind in WITHOUT_CALL else (*BEFORE.get(kind, TALKING), kind)
    applied = _applied(_event(steps[0], 0), None)
    for place, step in enumerate(steps[1:], 1):
        applied = _applied(_event(step, place), applied.call)
    if kind in WITHOUT_CALL:
        applied = replace(applied, call=None)
    (message,) = render(applied, BASE_URL)
    return dict(message.body)


def _applied(event: CallEvent, call: Call | None) -> AppliedEvent:
    before = call or first_sight(event)
    after, outcome = apply(before, event)
    return AppliedEvent(event, after, outcome, before)


def _event(kind: Kind, place: int) -> CallEvent:
    parties = {} if kind in {*OF_CAMPAIGNS, Kind.DEVICE_STARTED} else {"caller": CALLER, "callee": LINE}
    at = AT + timedelta(seconds=20 * place)
    return CallEvent(
        id=f"e-{place + 1}",
        account="acme",
        source="office",
        dialect=HUB if kind.value.startswith(OF_HUB) else "vpbx",
        kind=kind,
        name=kind.value,
        call_id="" if kind in WITHOUT_CALL else "883d7f2c",
        at=at,
        received_at=at,
        direction=Direction.INCOMING,
        started_at=AT if kind in OF_CAMPAIGNS else None,
        answered_at=AT if kind is Kind.SUBSCRIBER_NOTIFIED else None,
        **{**parties, **TOLD[kind][1]},
    )


def schedule() -> Iterator[str]:
    """Yield a table of the attempts, by the defaults of the template's parameters."""
    parameters = load_template()["Parameters"]
    waits = [float(one) for one in str(parameters["RetrySchedule"]["Default"]).split(",")]
    fast = int(parameters["FastAttempts"]["Default"])
    yield f"The first {fast} attempts are made within half a minute. Then the receiver counts as failing. The hub asks"
    yield "with one event after each of these waits, for all calls of the receiver together:"
    yield ""
    yield "| ask | after a wait of | since the receiver fails |"
    yield "|---|---|---|"
    for place, (wait, sum_) in enumerate(zip(waits, accumulate(waits), strict=True), 1):
        yield f"| {place} | {_lasting(wait)} | {_lasting(sum_)} |"


def _lasting(seconds: float) -> str:
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{seconds:.0f} s"


def catalogue() -> Iterator[str]:
    """Yield the section of each kind of event: when it is sent, its schema, and a sample."""
    for kind, (when, _) in TOLD.items():
        yield f"### {kind.value}"
        yield ""
        yield f"{when} [Schema](schemas/standard/{kind.value}.json)."
        yield ""
        yield from ("```json", *_written(sample(kind)), "```", "")


def _written(body: dict[str, Any]) -> Iterator[str]:
    """Yield a message with each field of `data` on a line."""
    data = body["data"]
    yield f'{{"type": {_json(body["type"])}, "timestamp": {_json(body["timestamp"])}, "data": {{'
    for place, (name, value) in enumerate(data.items(), 1):
        yield f"  {_json(name)}: {_json(value)}{',' if place < len(data) else '}}'}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def page(text: str) -> str:
    """Return the page with its generated parts written anew."""
    for name, lines in (("schedule", schedule()), ("catalogue", catalogue())):
        begin, end = f"<!-- {name}, by make pages -->\n", f"<!-- end of the {name} -->"
        head, _, rest = text.partition(begin)
        text = head + begin + "\n".join(lines).rstrip() + "\n" + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
