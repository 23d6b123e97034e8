"""Rows of an account's dialling and of subscribers: deflated JSON, because DynamoDB charges by the kilobyte.

The dialler's row also holds the lines, with a column for each field, because columns of similar values compress well.
The line of a ringing call takes some 18 bytes. A separate row would cost two write units for each change.
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

MOST_FOLDED = 128  # channels whose lines the dialler's row holds
LONGEST_FOLDED = 2000  # bytes of a line's JSON: 128 such lines stay below the 400 KB of an item
WORTH_PACKING = 700  # bytes: a shorter record takes one write unit as it is
EARLIER, DELAYED, BEGUN, NOTIFIED = 1, 2, 4, 8  # bits of a line's flags; BEGUN: the first step is the claim
TICK = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Live:
    """The fields of an active execution that change."""

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
    """Lines as columns. Times are in microseconds: the claim after `since`, all others after the claim.

    `channel` holds the differences between neighbours, and `execution` the indices into `executions`. `call` is empty
    if the id is derived from the line. `telephone` is None if its digits are the number's. Rows of an earlier version
    have neither `telephone` nor `counted`.
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
    telephone: tuple[str | None, ...] = ()
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Packed:
    """The contents of the dialler's row."""

    dialler: Dialler
    executions: tuple[Live, ...]
    lines: Folded


def pack(state: DiallingState, folded: Sequence[Line]) -> bytes:
    """Pack the dialler, the changing fields of its executions, and the folded lines."""
    lives = tuple(live_of(one) for one in state.executions.values())
    return _deflated(dump(Packed(state.dialler, lives, _folded(folded))))


def unpack(packed: bytes) -> tuple[Dialler, tuple[Live, ...], list[Line]]:
    """Return the arguments of `pack`."""
    found = load(zlib.decompress(packed).decode(), Packed)
    return found.dialler, found.executions, list(_unfolded(found.lines))


def is_folded(state: DiallingState, line: Line) -> bool:
    """Whether a line goes into the dialler's row. Lines of large trunks have rows of their own."""
    limits = state.dialler.limits
    return limits is not None and limits.channels <= MOST_FOLDED and len(dump(line)) <= LONGEST_FOLDED


def record_values(record: SubscriberRecord) -> dict[str, str | bytes]:
    """Return a record as attributes: `data` as JSON, or `packed` if shorter."""
    text = dump(record)
    return {"data": text} if len(text) < WORTH_PACKING else {"packed": _deflated(text)}


def record_of(row: Mapping[str, Any]) -> SubscriberRecord:
    """Return the record of a row, packed or not."""
    return load(zlib.decompress(row["packed"]).decode() if "packed" in row else row["data"], SubscriberRecord)


def live_of(execution: Execution) -> Live:
    """Return the changing fields of an execution."""
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
            None if line.telephone == line.number.lstrip("+") else line.telephone,
            line.counted,
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
        notified=bool(flags & NOTIFIED),
        telephone=_telephone(folded, place),
        counted=folded.counted[place] if folded.counted else "",
    )


def _telephone(folded: Folded, place: int) -> str:
    told = folded.telephone[place] if folded.telephone else ""
    return folded.number[place].lstrip("+") if told is None else told


def _usual_id(line: Line) -> str:
    return call_id(line.execution, line.subscriber, line.wave, line.place)


def _flags(line: Line) -> int:
    return EARLIER * line.earlier + DELAYED * line.delayed + BEGUN * _has_begun(line) + NOTIFIED * line.notified


def _has_begun(line: Line) -> bool:
    return line.steps[:1] == (claim_step(line.claimed_at),)


def _later_steps(line: Line) -> Sequence[CallStep]:
    return line.steps[1:] if _has_begun(line) else line.steps


def _after(line: Line, at: datetime | None) -> int | None:
    return None if at is None else (at - line.claimed_at) // TICK


def _moment(claimed: datetime, after: int | None) -> datetime | None:
    return None if after is None else claimed + after * TICK
