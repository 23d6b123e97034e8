"""What came of a run: what was lost, out of order or repeated, and how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

EVENTS = ("start.call", "local.in.call", "start.talk", "end.call")


@dataclass(frozen=True, slots=True)
class Seen:
    """One request to a receiver, with the receiver's answer.

    `accepted` is a 2xx, `final` a refusal for good. `excused` says that the sender died before writing the acceptance.
    """

    receiver: str
    call: str
    event: str
    webhook_id: str
    accepted: bool
    excused: bool
    final: bool = False


@dataclass(slots=True)
class Figures:
    """The figures of one run, or of several."""

    events_in: int = 0
    events_out: int = 0
    refused: int = 0
    requests: int = 0
    repeats: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    executions: int = 0
    endpoints_failing: int = 0
    drained_after: float = 0.0
    lost: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    unexcused: list[str] = field(default_factory=list)
    other_ids: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.disordered or self.unexcused or self.other_ids or self.complaints)

    def add(self, other: Figures) -> None:
        """Take in those of another run."""
        for name in ("events_in", "events_out", "refused", "requests", "repeats", "executions", "endpoints_failing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("lost", "disordered", "unexcused", "other_ids", "complaints"):
            getattr(self, name).extend(getattr(other, name))
        self.kills.update(other.kills)
        self.drained_after = max(self.drained_after, other.drained_after)

    def lines(self) -> list[str]:
        """As they are printed."""
        return [
            f"events in         {self.events_in}",
            f"distinct out      {self.events_out}, and {self.refused} refused for good",
            f"requests          {self.requests}",
            f"repeats           {self.repeats}: {len(self.unexcused)} after no lost acknowledgement",
            f"                  {' ' * len(str(self.repeats))}  {len(self.other_ids)} under another webhook-id",
            f"order violations  {len(self.disordered)}",
            f"lost              {len(self.lost)}",
            f"kills             {sum(self.kills.values())}",
            f"executions        {self.executions} started for {self.endpoints_failing} endpoints' times of trouble",
            f"time to drain     {self.drained_after:.0f} s after the last event",
            *(f"wrong             {wrong}" for wrong in self._wrong()[:20]),
        ]

    def _wrong(self) -> list[str]:
        return [*self.lost, *self.disordered, *self.unexcused, *self.other_ids, *self.complaints]


def judge(figures: Figures, wanted: Mapping[tuple[str, str], Sequence[str]], seen: Sequence[Seen]) -> Figures:
    """Hold what receivers saw, in the order of time, against what each wanted of each call, in the order of events.

    An event may be sent after all earlier events were accepted or refused for good. A repeat is excused only if the
    sender died before writing the acceptance.
    """
    done: dict[tuple[str, str], dict[str, Seen]] = {lane: {} for lane in wanted}
    ids: dict[tuple[str, str, str], str] = {}
    for one in seen:
        lane = (one.receiver, one.call)
        _check_order(figures, one, wanted[lane], done[lane])
        _check_repeat(figures, one, done[lane])
        if ids.setdefault((*lane, one.event), one.webhook_id) != one.webhook_id:
            figures.other_ids.append(f"{one.event} of {one.call} came to {one.receiver} under another id")
        if one.accepted or one.final:
            done[lane][one.event] = one
    figures.requests += len(seen)
    for (receiver, call), events in wanted.items():
        ends = done[receiver, call]
        figures.events_in += len(events)
        figures.events_out += sum(ends[event].accepted for event in events if event in ends)
        figures.refused += sum(ends[event].final for event in events if event in ends)
        figures.lost += [f"{event} of {call} never came to {receiver}" for event in events if event not in ends]
    return figures


def _check_order(figures: Figures, one: Seen, wanted: Sequence[str], done: Mapping[str, Seen]) -> None:
    before = wanted[: wanted.index(one.event)]
    missing = [event for event in before if event not in done]
    if missing:
        figures.disordered.append(f"{one.event} of {one.call} came to {one.receiver} before {', '.join(missing)}")


def _check_repeat(figures: Figures, one: Seen, done: Mapping[str, Seen]) -> None:
    known = done.get(one.event)
    if known is None:
        return
    figures.repeats += 1
    if not known.excused:
        figures.unexcused.append(f"{one.event} of {one.call} came to {one.receiver} again")
