"""Writes docs/dialects/matrix.md: what each dialect can say, found by having it say everything. `make pages`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from local.bundle import ROOT
from switchboard.calls.apply import apply, first_sight
from switchboard.calls.model import CallEvent, Direction, Disposition, Happened, Kind, Number
from switchboard.calls.news import HUB, OF_CAMPAIGNS, OF_SUBSCRIBERS
from switchboard.dialects.registry import RENDERERS, renderer_named

PAGE = ROOT / "docs" / "dialects" / "matrix.md"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMPLOYEE = Number("101")
FIELDS: dict[str, Any] = {
    "caller": Number("+79000002211", "+79000002211"),
    "callee": Number("+74950001200", "+74950001200"),
    "extension": EMPLOYEE,
    "disposition": Disposition.ANSWERED,
    "cause": "16",
    "duration": 60,
    "talk_duration": 40,
    "wait_duration": 20,
    "recording": "https://pbx.example.com/record/1",
    "voicemail": "https://pbx.example.com/voicemail/1",
    "voicemail_type": 1,
}
# Another value of each fact, by which to see whether anything that is said depends on it.
OTHERS: dict[str, Any] = {
    "at": timedelta(hours=1),
    "direction": Direction.OUTGOING,
    "caller": Number("+79000003344", "+79000003344"),
    "callee": Number("+74950003400", "+74950003400"),
    "line": Number("+74950005600", "+74950005600"),
    "trunk": "GSM1",
    "extension": Number("102"),
    "disposition": Disposition.BUSY,
    "cause": "17",
    "duration": 90,
    "talk_duration": 35,
    "wait_duration": 25,
    "recording": "https://pbx.example.com/record/2",
    "voicemail": "https://pbx.example.com/voicemail/2",
    "voicemail_type": 2,
}
STORY = (Kind.CALL_STARTED, Kind.LEG_STARTED, Kind.CALL_ANSWERED, Kind.CALL_ENDED, Kind.VOICEMAIL_LEFT)
OF_THE_HUB = (Kind.RECORDING_AVAILABLE, Kind.RECORDING_FAILED, Kind.COMMAND_SUCCEEDED, Kind.COMMAND_FAILED)
OF_NO_CALL = OF_CAMPAIGNS | OF_SUBSCRIBERS  # of the hub's own, too
RESULT = ("disposition", "cause", "duration", "talk_duration", "wait_duration", "recording")


def told(kinds: Iterable[Kind], direction: Direction = Direction.INCOMING, **changed: Any) -> list[Happened]:
    """A call of these events, with every fact at its value but for those that are changed."""
    story: list[Happened] = []
    for place, kind in enumerate(kinds):
        event = _event(place, kind, {**FIELDS, "direction": direction, **changed})
        before = (story[-1].call if story else None) or first_sight(event)
        call, outcome = apply(before, event)
        story.append(Happened(event, call, outcome, before))
    return story


def _event(place: int, kind: Kind, facts: dict[str, Any]) -> CallEvent:
    at = START + timedelta(seconds=10 * place) + facts.pop("at", timedelta())
    ends = kind in (Kind.CALL_ENDED, Kind.CALL_MISSED)
    own = {name: value for name, value in facts.items() if ends or name not in RESULT}
    if kind is Kind.CALL_STARTED:
        own = {name: value for name, value in own.items() if name != "extension"}
    dialect = HUB if kind in OF_THE_HUB or kind in OF_NO_CALL else "probe"
    return CallEvent(str(place), "a", "s", dialect, kind, kind.value, "c", at, received_at=START, **own)


def names(dialect: str, kind: Kind) -> list[str]:
    """Every message that an event of this kind can be told by, in any call."""
    found: dict[str, None] = {}
    for direction, others, answered in product(Direction, ([], [Kind.LEG_STARTED]), (True, False)):
        talk = [Kind.CALL_ANSWERED] if answered else []
        result = {} if answered else {"disposition": Disposition.NO_ANSWER, "talk_duration": 0}
        kinds = [kind] if kind is Kind.CALL_STARTED else [Kind.CALL_STARTED, *others, *talk, kind]
        last = told(kinds, direction, **result)[-1]
        messages = renderer_named(dialect).render(last, "https://hub.example.com")
        found |= dict.fromkeys(message.event_names[0] for message in messages)
    return list(found)


def depends(dialect: str, fact: str) -> bool:
    """Whether what is said of a call depends on a fact of it."""
    return said(dialect) != said(dialect, **{fact: OTHERS[fact]})


def said(dialect: str, **changed: Any) -> list[Any]:
    """Everything that is said of a call."""
    render = renderer_named(dialect).render
    return [message.body for happened in told(STORY, **changed) for message in render(happened, "")]


def result(dialect: str, disposition: Disposition) -> str:
    """The word for a disposition of a call in which nobody talked."""
    story = told([Kind.CALL_STARTED, Kind.CALL_ENDED], disposition=disposition, talk_duration=0, cause=None)
    (end, *_) = renderer_named(dialect).render(story[-1], "")
    return RESULTS[dialect](end.body)


RESULTS: dict[str, Callable[[Any], str]] = {
    "vpbx": lambda body: str(body["params"]["disposition"]),
    "callevents": lambda body: str(body["ResultCode"]),
    "sprecord": lambda body: str(body["payload"]["status"]),
    "kontur": lambda body: "",  # noqa: ARG005 - it has no word for any
    "standard": lambda body: str(body["data"]["disposition"]),
}


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# What each dialect can say",
            "",
            "Found by having every dialect say everything, and written by `make pages`. A vendor's own events leave in",
            "its own dialect as they came, whatever stands here, and the hub itself keeps all that it was told.",
            "",
            "## Events",
            "",
            "What an event leaves as; several names stand for several messages, or for one of them, by the call.",
            "",
            *_table("event", Kind, lambda dialect, kind: " ".join(f"`{name}`" for name in names(dialect, kind))),
            "",
            "## Facts of a call",
            "",
            "Whether anything that is said of a call depends on the fact. A line, and a trunk where no number of the",
            "account is known, stand in `CityNumber` of call events and in `trunk` of SpRecord.",
            "",
            *_table("fact", OTHERS, lambda dialect, fact: "yes" if depends(dialect, fact) else ""),
            "",
            "## Results",
            "",
            "Of a call in which nobody talked. Where two results have one word, the receiver cannot tell them apart.",
            "",
            *_table("result", Disposition, _result_cell),
            "",
        ]
    )


def _result_cell(dialect: str, found: Disposition) -> str:
    word = result(dialect, found)
    return f"`{word}`" if word else ""


def _table(head: str, rows: Iterable[Any], cell: Callable[[str, Any], str]) -> list[str]:
    lines = [f"| {' | '.join([head, *RENDERERS])} |", "|---" * (len(RENDERERS) + 1) + "|"]
    for row in rows:
        cells = [cell(dialect, row) or "–" for dialect in RENDERERS]
        lines.append(f"| `{row}` | {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    PAGE.write_text(page())
