"""The row of an account's dialling, and those of subscribers: deflated JSON, because DynamoDB charges by the kilobyte.

The dialler's row holds the lines too, a column for each field: what is alike stands together and packs well. A line of
a call that rings takes some 18 bytes there; in a row of its own it would cost two write units each time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from switchboard.aws.codec import dump, load
from switchboard.campaigns.dialling.state import Dialler, DiallingState, Line, call_id, claim_step
from switchboard.kernel.campaign import CallStep, Counters, Execution, Phase, SubscriberRecord

MOST_FOLDED = 128  # channels of a trunk whose lines stand in the dialler's row
LONGEST_FOLDED = 2000  # bytes of a line's JSON: with all of them so long the row stays below the 400 KB of an item
WORTH_PACKING = 700  # bytes: a shorter record takes one write unit as it is
EARLIER, DELAYED, BEGUN = 1, 2, 4  # bits of a line's flags: BEGUN where its first step is that of the claim
TICK = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Live:
    """What changes of an execution while it is active."""

    id: str
    phase: Phase
    wave: int
    wave_at: datetime | None
    cursor: int
    ready: tuple[tuple[int, int], ...]
    counters: Counters
    retriable: int
    refusals: int
    reason: str
    part: int


LIVE = tuple(field.name for field in fields(Live))


@dataclass(frozen=True, slots=True)
class Folded:
    """Lines by their fields. Times are microseconds: the claim's after `since`, all others after the claim.

    `channel` holds the distances between neighbours, `execution` places in `executions`. `call` is empty where the id
    is the usual one.
    """

    since: int = 0
    executions: tuple[str, ...] = ()
    channel: tuple[int, ...] = ()
    call: tuple[str, ...] = ()
    execution: tuple[int, ...] = ()
    subscriber: tuple[int, ...] = ()
    place: tuple[int, ...] = ()
    number: tuple[str, ...] = ()
    wave: tuple[int, ...] = ()
    claimed: tuple[int, ...] = ()
    deadline: tuple[int, ...] = ()
    flags: tuple[int, ...] = ()
    rang: tuple[int | None, ...] = ()
    answered: tuple[int | None, ...] = ()
    steps: tuple[tuple[tuple[int, str, str, str | None], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Packed:
    """What the dialler's row says."""

    dialler: Dialler
    executions: tuple[Live, ...]
    lines: Folded


def pack(state: DiallingState, folded: Sequence[Line]) -> bytes:
    """The dialler, the moving part of its executions, and these of its lines."""
    lives = tuple(live_of(one) for one in state.executions.values())
    return _deflated(dump(Packed(state.dialler, lives, _folded(folded))))


def unpack(packed: bytes) -> tuple[Dialler, tuple[Live, ...], list[Line]]:
    """What `pack` was given."""
    found = load(zlib.decompress(packed).decode(), Packed)
    return found.dialler, found.executions, list(_unfolded(found.lines))


def is_folded(state: DiallingState, line: Line) -> bool:
    """Whether a line that is written now goes into the dialler's row; a large trunk's would make the row dear."""
    limits = state.dialler.limits
    return limits is not None and limits.channels <= MOST_FOLDED and len(dump(line)) <= LONGEST_FOLDED


def record_values(record: SubscriberRecord) -> dict[str, str | bytes]:
    """A record as attributes: `data` as JSON, or `packed` where that is shorter."""
    text = dump(record)
    return {"data": text} if len(text) < WORTH_PACKING else {"packed": _deflated(text)}


def record_of(row: Mapping[str, Any]) -> SubscriberRecord:
    """The record of a row, packed or not."""
    return load(zlib.decompress(row["packed"]).decode() if "packed" in row else row["data"], SubscriberRecord)


def live_of(execution: Execution) -> Live:
    """The moving part."""
    return Live(**{name: getattr(execution, name) for name in LIVE})


def _deflated(text: str) -> bytes:
    return zlib.compress(text.encode(), 9)


def _folded(lines: Sequence[Line]) -> Folded:
    if not lines:
        return Folded()
    executions = tuple(dict.fromkeys(line.execution for line in lines))
    since = min((line.claimed_at - EPOCH) // TICK for line in lines)
    channels = [line.channel for line in lines]
    rows = [
        (
            channel - before,
            "" if line.call == _usual_id(line) else line.call,
            executions.index(line.execution),
            line.subscriber,
            line.place,
            line.number,
            line.wave,
            (line.claimed_at - EPOCH) // TICK - since,
            _after(line, line.deadline),
            _flags(line),
            _after(line, line.rang_at),
            _after(line, line.answered_at),
            tuple((_after(line, one.at) or 0, one.name, one.status, one.data) for one in _later_steps(line)),
        )
        for line, channel, before in zip(lines, channels, [0, *channels], strict=False)
    ]
    return Folded(since, executions, *zip(*rows, strict=True))


def _unfolded(folded: Folded) -> Iterator[Line]:
    channel = 0
    for place, distance in enumerate(folded.channel):
        channel += distance
        yield _line(folded, place, channel)


def _line(folded: Folded, place: int, channel: int) -> Line:
    claimed = EPOCH + (folded.since + folded.claimed[place]) * TICK
    execution, flags = folded.executions[folded.execution[place]], folded.flags[place]
    who = folded.subscriber[place], folded.wave[place], folded.place[place]
    steps = tuple(CallStep(claimed + at * TICK, name, status, data) for at, name, status, data in folded.steps[place])
    return Line(
        channel=channel,
        call=folded.call[place] or call_id(execution, *who),
        execution=execution,
        subscriber=folded.subscriber[place],
        place=folded.place[place],
        number=folded.number[place],
        wave=folded.wave[place],
        claimed_at=claimed,
        deadline=claimed + folded.deadline[place] * TICK,
        earlier=bool(flags & EARLIER),
        delayed=bool(flags & DELAYED),
        rang_at=_moment(claimed, folded.rang[place]),
        answered_at=_moment(claimed, folded.answered[place]),
        steps=(claim_step(claimed), *steps) if flags & BEGUN else steps,
    )


def _usual_id(line: Line) -> str:
    return call_id(line.execution, line.subscriber, line.wave, line.place)


def _flags(line: Line) -> int:
    return EARLIER * line.earlier + DELAYED * line.delayed + BEGUN * _has_begun(line)


def _has_begun(line: Line) -> bool:
    return line.steps[:1] == (claim_step(line.claimed_at),)


def _later_steps(line: Line) -> Sequence[CallStep]:
    return line.steps[1:] if _has_begun(line) else line.steps


def _after(line: Line, at: datetime | None) -> int | None:
    return None if at is None else (at - line.claimed_at) // TICK


def _moment(claimed: datetime, after: int | None) -> datetime | None:
    return None if after is None else claimed + after * TICK
