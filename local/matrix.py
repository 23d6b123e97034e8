"""Writes docs/dialects/matrix.md: the events and facts that each dialect expresses, found by rendering all events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, reduce
from itertools import product
from typing import Any, cast

from local.bundle import ROOT
from switchboard.calls.apply import apply, first_sight
from switchboard.dialects.registry import (
    DIALECTS,
    Exchanging,
    by_webhook,
    part_of,
    readers,
    renderer_named,
    renderers,
    vocabulary_of,
)
from switchboard.dialects.roles import TableModule
from switchboard.kernel.call import AppliedEvent, CallEvent, Direction, Disposition, Kind, Number, Outcome
from switchboard.kernel.news import HUB, OF_CAMPAIGNS, OF_SUBSCRIBERS

PAGE = ROOT / "docs" / "dialects" / "matrix.md"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMPLOYEE, COLLEAGUE = Number("101"), Number("102")
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
# A second value of each fact, to find out whether a message depends on the fact.
OTHERS: dict[str, Any] = {
    "at": timedelta(hours=1),
    "direction": Direction.OUTGOING,
    "caller": Number("+79000003344", "+79000003344"),
    "callee": Number("+74950003400", "+74950003400"),
    "line": Number("+74950005600", "+74950005600"),
    "trunk": "GSM1",
    "extension": COLLEAGUE,
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
OF_THE_HUB = tuple(kind for kind in Kind if kind.value.startswith(("recording.", "command.")))
OF_NO_CALL = OF_CAMPAIGNS | OF_SUBSCRIBERS  # of the hub's own, too
# What the hub's own news may say beside: of a recording, and of a command that a CRM gave.
OF_NEWS = {
    "media": "recording",
    "command_id": "c-1",
    "action": "originate",
    "reason": "rejected",
    "communication_id": "1",
}
UNANSWERED = {"disposition": Disposition.NO_ANSWER, "talk_duration": 0}
RESULT = ("disposition", "cause", "duration", "talk_duration", "wait_duration", "recording")


@dataclass(frozen=True, slots=True)
class Step:
    """An event that names this extension, or none."""

    kind: Kind
    extension: Number | None


# What may have been told of a call before: its start or nothing, and nobody, one or two who were rung.
BEFORE: tuple[tuple[Kind | Step, ...], ...] = tuple(
    (*start, *rung)
    for start in ((), (Kind.CALL_STARTED,))
    for rung in ((), (Kind.LEG_STARTED,), (Kind.LEG_STARTED, Step(Kind.LEG_STARTED, COLLEAGUE)))
)


def told(steps: Iterable[Kind | Step], direction: Direction = Direction.INCOMING, **changed: Any) -> list[AppliedEvent]:
    """A call of these events, with every fact at its value but for those that are changed."""
    story: list[AppliedEvent] = []
    for place, step in enumerate(steps):
        event = _event(place, step, {**FIELDS, "direction": direction, **changed})
        before = (story[-1].call if story else None) or first_sight(event)
        call, outcome = apply(before, event)
        story.append(AppliedEvent(event, call, outcome, before))
    return story


def _event(place: int, step: Kind | Step, facts: dict[str, Any]) -> CallEvent:
    """An end has a result; a start names no extension unless told to."""
    kind = step.kind if isinstance(step, Step) else step
    at = START + timedelta(seconds=10 * place) + facts.pop("at", timedelta())
    ends = kind in (Kind.CALL_ENDED, Kind.CALL_MISSED)
    own = {name: value for name, value in facts.items() if ends or name not in RESULT}
    if isinstance(step, Step) or kind is Kind.CALL_STARTED:
        own["extension"] = step.extension if isinstance(step, Step) else None
    dialect, raw = (HUB, OF_NEWS) if kind in (*OF_THE_HUB, *OF_NO_CALL) else ("probe", {})
    return CallEvent(str(place), "a", "s", dialect, kind, kind.value, "c", at, received_at=START, raw=raw, **own)


def names(dialect: str, kind: Kind, *, begun: bool = False) -> list[str]:
    """Every message that an event of this kind can be told by, in any call, or in any whose start was told before."""
    render = renderer_named(dialect).render
    ends = [last for last in ends_of(kind) if not begun or (last.before and last.before.known("started_at"))]
    messages = (message for last in ends for message in render(last, "https://hub.example.com"))
    return list(dict.fromkeys(message.event_names[0] for message in messages))


@cache
def ends_of(kind: Kind) -> list[AppliedEvent]:
    """Return events of this kind: one for each way in which a call begins. An event of a campaign has no call."""
    if kind in OF_NO_CALL:
        return [AppliedEvent(_event(0, kind, dict(FIELDS)), None, Outcome.NOTED)]
    return [
        told([*before, *talk, Step(kind, extension)], direction, **({} if talk else UNANSWERED))[-1]
        for direction, before, talk, extension in product(
            Direction, BEFORE, ((Kind.CALL_ANSWERED,), ()), (EMPLOYEE, COLLEAGUE, None)
        )
        if kind is not Kind.CALL_STARTED or not {Kind.CALL_STARTED, Kind.CALL_ANSWERED} & {*before, *talk}
    ]


def depends(dialect: str, fact: str) -> bool:
    """Whether the messages about a call depend on a fact of the call."""
    return said(dialect) != said(dialect, **{fact: OTHERS[fact]})


def said(dialect: str, **changed: Any) -> list[Any]:
    """Return all messages about a call."""
    render = renderer_named(dialect).render
    return [message.body for applied in told(STORY, **changed) for message in render(applied, "")]


def result(dialect: str, disposition: Disposition) -> str:
    """The word for a disposition of a call in which nobody talked."""
    story = told([Kind.CALL_STARTED, Kind.CALL_ENDED], disposition=disposition, talk_duration=0, cause=None)
    (end, *_) = renderer_named(dialect).render(story[-1], "")
    place = vocabulary_of(dialect).result
    return str(reduce(lambda inside, name: inside[name], place, cast("Any", end.body))) if place else ""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# What each dialect can say",
            "",
            "Found by having every dialect say everything, and written by `make pages`. A vendor's own events leave in",
            "its own dialect as they came, whatever stands here, and the hub itself keeps all that it was told.",
            "",
            *dialects(),
            "",
            "## Events in",
            "",
            "The names of a vendor's events that are read as each kind. What a dialect leaves free is on its page; any",
            "other name is `unknown`.",
            "",
            *_table("kind", Kind, _names_in, readers()),
            "",
            "## Events out",
            "",
            "What an event leaves as; several names stand for several messages, or for one of them, by the call.",
            "",
            *_table("event", Kind, lambda dialect, kind: " ".join(f"`{name}`" for name in names(dialect, kind))),
            "",
            "## Facts of a call",
            "",
            "Whether anything that is said of a call depends on the fact.",
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


def dialects() -> list[str]:
    """The list of them, by their pages."""
    lines = ["| dialect | who | events in | events out | API served |", "|---|---|---|---|---|"]
    for name in dict.fromkeys((*readers(), *renderers())):
        entry, title = DIALECTS[name], (PAGE.parent / f"{name}.md").read_text().partition("\n")[0]
        comes = f"`POST /webhooks/{name}/{{source}}`" if name in by_webhook() else "by its API" if entry.reads else "–"
        leaves = "by a connector" if entry.exchange is not Exchanging.NONE else "yes" if entry.renders else "–"
        who = title.partition(": ")[2]
        lines.append(f"| [{name}]({name}.md) | {who} | {comes} | {leaves} | {'yes' if entry.api else '–'} |")
    return lines


def _names_in(dialect: str, kind: Kind) -> str:
    kinds = part_of(dialect, "tables", TableModule).KINDS
    return " ".join(f"`{name}`" for name, found in kinds.items() if found is kind)


def _table(head: str, rows: Iterable[Any], cell: Callable[[str, Any], str], columns: Sequence[str] = ()) -> list[str]:
    columns = columns or renderers()
    lines = [f"| {' | '.join([head, *columns])} |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        cells = [cell(dialect, row) or "–" for dialect in columns]
        lines.append(f"| `{row}` | {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    PAGE.write_text(page())
