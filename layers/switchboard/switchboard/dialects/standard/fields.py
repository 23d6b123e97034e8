"""Every field of `data`: how to read the value from an event and its call, and the JSON Schema of the value.

Telephone numbers are objects with `received` and `e164`. Times are ISO 8601 in UTC. Durations are whole seconds.
Unknown values are null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.reading import inside, text, whole
from switchboard.kernel.call import Direction, Disposition, Number, Outcome, State
from switchboard.kernel.numbers import digits_of

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MessageSource(EventWithCall):
    """An event, its call, and the hub's public address, which links start with."""

    base_url: str
    outcome: Outcome = Outcome.NOTED

    def link(self, path: str) -> str | None:
        """Return the URL of a resource of the call on this hub; None without `base_url` or call."""
        return f"{self.base_url}/api/v1/{path}/{self.call.id}" if self.base_url and self.call else None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of `data`: a function that reads the value, and the JSON Schema of the value."""

    tell: Callable[[MessageSource], Any]
    schema: Schema


STRING: Schema = {"type": "string"}
# A duplicate and a repeat are told to nobody.
OUTCOMES = (Outcome.ADVANCED, Outcome.MENDED, Outcome.NOTED, Outcome.STALE, Outcome.IMPOSSIBLE)
OPTIONAL_STRING: Schema = {"type": ["string", "null"]}
TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
SECONDS: Schema = {"type": ["integer", "null"], "minimum": 0}
LINK: Schema = {"type": ["string", "null"], "format": "uri"}
# Counters of subscribers by their outcome, and of calls.
COUNTED = (
    *("total", "notified", "failed", "not_yet"),
    *("calls", "succeeded", "failed_calls", "in_progress", "talking", "delayed"),
)
COUNTERS: Schema = {
    "type": "object",
    "properties": {name: {"type": "integer", "minimum": 0} for name in COUNTED},
    "required": list(COUNTED),
}
NUMBER: Schema = {
    "type": ["object", "null"],
    "properties": {
        "received": {"type": "string"},
        "e164": {"type": ["string", "null"], "pattern": "^\\+[1-9][0-9]{1,14}$"},
        "hidden": {"const": True},
    },
    "required": ["received", "e164"],
}


def _one_of(values: type[Direction | Disposition]) -> Schema:
    return {"enum": [*(value.value for value in values), None]}


def moment(at: datetime | None) -> str | None:
    """Return a time in ISO 8601, or None."""
    return at.isoformat() if at else None


def number_view(number: Number) -> dict[str, Any]:
    """`{"received", "e164"}`, and `"hidden": true` for a caller whose number is withheld."""
    hidden = {} if digits_of(number) else {"hidden": True}
    return {"received": number.received, "e164": number.e164, **hidden}


def _number(name: str) -> Field:
    def tell(told: MessageSource) -> Any:
        number: Number | None = told.best(name)
        return number_view(number) if number else None

    return Field(tell, NUMBER)


def _plain(name: str, schema: Schema) -> Field:
    return Field(lambda told: told.best(name), schema)


def _time(name: str) -> Field:
    return Field(lambda told: moment(told.best(name)), TIME)


def _of_call(name: str) -> Field:
    return Field(lambda told: getattr(told.call, name) if told.call else getattr(told.event, name), SECONDS)


def _detail(name: str) -> Field:
    return Field(lambda told: text(told.event.raw, name), OPTIONAL_STRING)


def _count(name: str) -> Field:
    return Field(lambda told: whole(told.event.raw, name), SECONDS)


def _recording(told: MessageSource) -> str | None:
    """Return the hub's link, which opens with the hub's tokens, else the vendor's link; None without a recording."""
    found: str = told.best("recording") or ""
    is_link = "://" in found
    own = told.link("record") if is_link or (found and told.answered) else None
    return own or (found if is_link else None)


def _kept(told: MessageSource) -> str | None:
    return told.link("voicemail" if told.event.raw.get("media") == "voicemail" else "record")


def _played(told: MessageSource) -> float | None:
    """Return played seconds with their fraction, or None."""
    found = told.event.raw.get("played")
    return found if isinstance(found, int | float) and not isinstance(found, bool) and found >= 0 else None


def _counters(told: MessageSource) -> dict[str, int]:
    """Return every counter; 0 for an absent counter."""
    found = inside(told.event.raw, "counters")
    return {name: whole(found, name) or 0 for name in COUNTED}


def _message(told: MessageSource) -> str:
    """Return the text of an SMS: in `payload` or, with some vendors, beside it."""
    found = inside(told.event.raw, "payload").get("text", told.event.raw.get("text"))
    return found if isinstance(found, str) else ""


FIELDS: dict[str, Field] = {
    "event_id": Field(lambda told: told.event.id, STRING),
    "dialect": Field(lambda told: told.event.dialect, STRING),
    "name": Field(lambda told: told.event.name, STRING),
    "call_id": Field(lambda told: told.call.id if told.call else told.event.call_id or None, OPTIONAL_STRING),
    "direction": _plain("direction", _one_of(Direction)),
    "caller": _number("caller"),
    "callee": _number("callee"),
    "line": _number("line"),
    "trunk": _plain("trunk", OPTIONAL_STRING),
    "extension": _number("extension"),
    "state": Field(
        lambda told: told.call.state if told.call else None, {"enum": [*(one.value for one in State), None]}
    ),
    "outcome": Field(lambda told: told.outcome, {"enum": [one.value for one in OUTCOMES]}),
    "sequence": Field(lambda told: told.call.version if told.call else None, SECONDS),
    "started_at": _time("started_at"),
    "answered_at": _time("answered_at"),
    "ended_at": _time("ended_at"),
    "answered": Field(lambda told: told.answered, {"type": "boolean"}),
    "disposition": _plain("disposition", _one_of(Disposition)),
    "cause": _plain("cause", OPTIONAL_STRING),
    "duration": _of_call("duration"),
    "talk_duration": _of_call("talk_duration"),
    "wait_duration": _of_call("wait_duration"),
    "recording": Field(_recording, LINK),
    "voicemail": Field(lambda told: told.link("voicemail") or told.best("voicemail"), LINK),
    "voicemail_type": _plain("voicemail_type", SECONDS),
    "digit": _detail("digit"),
    "played": Field(_played, {"type": ["number", "null"], "minimum": 0}),
    "whole": Field(lambda told: told.event.raw.get("whole") is True, {"type": "boolean"}),
    "media": _detail("media"),
    "content_type": _detail("content_type"),
    "bytes": _count("bytes"),
    "sha256": _detail("sha256"),
    "seconds": Field(lambda told: whole(told.event.raw, "duration"), SECONDS),
    "url": Field(_kept, LINK),
    "command_id": _detail("command_id"),
    "action": _detail("action"),
    "reason": _detail("reason"),
    "execution_id": _detail("execution_id"),
    "task_id": _detail("task_id"),
    "task_name": _detail("task_name"),
    "phase": _detail("phase"),
    "wave": _count("wave"),
    "waves": _count("waves"),
    "percent": _count("percent"),
    "counters": Field(_counters, COUNTERS),
    "subscriber": _count("subscriber"),
    "full_name": _detail("full_name"),
    "attempts": _count("attempts"),
    "digits": _detail("digits"),
    "device_id": _detail("device_id"),
    "text": Field(_message, STRING),
    "raw": Field(lambda told: told.event.raw, {"type": "object"}),
}
