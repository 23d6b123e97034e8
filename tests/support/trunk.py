"""A telephony on a clock of its own, which judges every order: whatever must never be asked of it is a fault."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from switchboard.campaigns.dialling.state import Line
from switchboard.campaigns.dialling.windows import is_open
from switchboard.errors import ProviderRefused, ProviderSilent, Refusal
from switchboard.kernel.campaign import Execution, Limits
from switchboard.kernel.numbers import telephone_key
from switchboard.telephony.progress import CallProgress, Stage
from tests.support.builders import NOON

SECOND = timedelta(seconds=1)


class Killed(BaseException):
    """The process ends here."""


class Agenda:
    """Time, and what happens when it has come."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start
        self._planned: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0

    def clock(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def at(self, wait: float, what: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._planned, (self.now + timedelta(seconds=max(0.0, wait)), self._count, what))

    def run(self, until: Callable[[], bool], most: int = 5_000_000) -> None:
        """Let time pass until something is so; what is late happens late, and nothing happens in the past."""
        for _ in range(most):
            if until() or not self._planned:
                return
            at, _, what = heapq.heappop(self._planned)
            self.now = max(self.now, at)
            what()
        raise AssertionError("It goes on for ever.")


@dataclass(frozen=True, slots=True)
class Fate:
    """What a called number does: rings for so long, then is refused or talks."""

    rings: float
    talks: float
    disposition: str


def mixed(number: str, wave: int, chance: Random) -> Fate:
    """Most answer; some are busy, do not answer, cannot be reached, or are no number at all."""
    draw = chance.random()
    if draw < 0.55:
        return Fate(chance.uniform(2, 15), chance.uniform(3, 30), "answered")
    if draw < 0.7:
        return Fate(1.0, 0.0, "busy")
    if draw < 0.85:
        return Fate(25.0, 0.0, "no_answer")
    return Fate(1.0, 0.0, "congestion" if draw < 0.95 else "invalid_number")


@dataclass(slots=True)
class Mishaps:
    """How probable each is."""

    kill: float = 0.0
    repeat: float = 0.0
    late: float = 0.0  # progress that is overtaken by what comes after it
    lost: float = 0.0  # ends that are never told
    refuse: float = 0.0
    silent: float = 0.0
    rival: float = 0.0  # another conductor comes in between


@dataclass(slots=True)
class Played:
    """A call as the telephony knows it."""

    call: str
    number: str
    person: tuple[str, int]
    began: datetime
    ends: datetime


@dataclass
class Trunk:
    """Port CallPlacer. `tell` takes progress, `die` may end the process."""

    agenda: Agenda
    limits: Limits
    mishaps: Mishaps
    chance: Random
    tell: Callable[[CallProgress, float], None]
    die: Callable[[str], None]
    fate: Callable[[str, int, Random], Fate] = mixed
    is_repeatable: bool = True
    latency: float = 0.0
    away: tuple[datetime, datetime] | None = None  # when it is out of order
    rejects: bool = False
    active: dict[str, Played] = field(default_factory=dict)
    placed: dict[str, Played] = field(default_factory=dict)
    begun: list[datetime] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    of_day: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def repeatable(self, account: str) -> bool:  # noqa: ARG002 - the shape of the port
        return self.is_repeatable

    def __call__(self, execution: Execution, line: Line) -> None:
        self.die("before an order")
        self.agenda.pass_time(self.latency)
        self._refuse()
        if line.call in self.placed and self.is_repeatable:
            return
        self._forget()
        self._judge(execution, line)
        self._play(execution, line)
        self.die("after an order")
        if self.chance.random() < self.mishaps.silent:
            raise ProviderSilent("No answer.")

    def _refuse(self) -> None:
        now = self.agenda.now
        if self.rejects:
            raise ProviderRefused("No.", Refusal.FORBIDDEN)
        if self.away and self.away[0] <= now < self.away[1]:
            raise ProviderRefused("Out of order.", Refusal.UNAVAILABLE)
        if self.chance.random() < self.mishaps.refuse:
            raise ProviderRefused("Later.", Refusal.TOO_FAST)

    def _forget(self) -> None:
        self.active = {id_: call for id_, call in self.active.items() if call.ends > self.agenda.now}

    def _judge(self, execution: Execution, line: Line) -> None:
        now, person = self.agenda.now, (line.execution, line.subscriber)
        if not is_open(execution.settings.window, execution.timezone, now):
            self.faults.append(f"{line.call} outside the window")
        if line.call in self.placed:
            self.faults.append(f"{line.call} twice")
        telephone = telephone_key(line.number, "RU")
        if any(person == call.person or telephone == telephone_key(call.number, "RU") for call in self.active.values()):
            self.faults.append(f"{line.call} while another call to the same subscriber lasts")
        made = self.of_day[telephone, line.counted] = self.of_day[telephone, line.counted] | {line.call}
        if self.limits.daily and len(made) > self.limits.daily:
            self.faults.append(f"{line.call} is over the daily cap of its telephone")
        if len(self.active) >= self.limits.channels:
            self.faults.append(f"{line.call} is more than the channels")
        if len(self.begun) >= self.limits.cps and self.begun[-self.limits.cps] + SECOND > now:
            self.faults.append(f"{line.call} is too fast")

    def _play(self, execution: Execution, line: Line) -> None:
        now, fate = self.agenda.now, self.fate(line.number, line.wave, self.chance)
        rings = min(fate.rings, execution.settings.max_answer_delay)
        talks = min(fate.talks, execution.settings.max_call_duration)
        ends = now + timedelta(seconds=rings + talks)
        played = Played(line.call, line.number, (line.execution, line.subscriber), now, ends)
        self.active[line.call] = self.placed[line.call] = played
        self.begun.append(now)
        answered = now + timedelta(seconds=rings) if fate.disposition == "answered" else None
        common = {"account": execution.account, "command": line.call, "rang_at": now, "answered_at": answered}
        if answered:
            self.tell(CallProgress(stage=Stage.ANSWERED, at=answered, **common), rings)  # type: ignore[arg-type]
        if self.chance.random() >= self.mishaps.lost:
            told = CallProgress(
                stage=Stage.ENDED,
                at=ends,
                disposition=fate.disposition,
                played=talks,
                whole=True,
                **common,  # type: ignore[arg-type]
            )
            self.tell(told, rings + talks)
