"""An account's dialling on a clock of its own: the conductor itself, with store, queue and telephony in memory.

Messages may come twice, late and out of order, and conductors may be killed wherever one could be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from chaos.lineage import NEW, Lineage, LoopDetection, allowed
from switchboard.campaigns.dialling.conduct import Conduct
from switchboard.campaigns.dialling.desk import ExecutionDesk
from switchboard.campaigns.dialling.people import People
from switchboard.campaigns.dialling.place import PlaceClaimed
from switchboard.campaigns.dialling.ports import DiallingStore, NoRestrictions, Restrictions
from switchboard.campaigns.dialling.run import RunCampaign
from switchboard.campaigns.dialling.state import Change, DiallingNews, DiallingState, Line
from switchboard.errors import TryAgain
from switchboard.kernel.campaign import Counters, Execution, Limits, Subscriber
from switchboard.laps import NO_LAPS, Laps, Stop
from switchboard.telephony.progress import CallProgress
from tests.fakes.dialling_store import MemoryAudiences, MemoryDialling
from tests.support.at_once import SideBySide
from tests.support.campaigns import a_task, an_execution
from tests.support.trunk import Agenda, Killed, Mishaps, Trunk

ACCOUNT = "acme"
BATCH = 10
VISIBILITY = 60.0  # seconds until the messages of a conductor that was killed come again
MOST_RECEIVES = 20  # after which its messages are dead
CONDUCTS, WAKES, ADVANCES = (
    "WorkersConductDiallingFunction",
    "WorkersWakeDiallingFunction",
    "WorkersAdvanceSimulatedCallFunction",
)


@dataclass(slots=True)
class Queued:
    """A message of the account's group, with the chain of invocations that led to it."""

    key: str
    told: CallProgress | None
    laps: Laps
    chain: Lineage
    receives: int = 0


class World:
    """One account, its conductor, and all around it."""

    def __init__(
        self,
        seed: int = 1,
        limits: Limits | None = None,
        mishaps: Mishaps | None = None,
        restrictions: Restrictions | None = None,
        kept: DiallingStore | None = None,
        **trunk: Any,
    ) -> None:
        self.loops = LoopDetection(allowed())
        self.chain: Lineage = NEW  # of the invocation that is under way
        self.calls: dict[str, Lineage] = {}  # of the messages that play each call on
        self.stops: list[Stop] = []
        self.dead: list[Queued] = []
        self.seconds: float | None = None  # that a conductor has, if not for ever
        self.chance = Random(seed)  # noqa: S311 - chance, not secrecy
        self.limits, self.mishaps = limits or Limits(channels=5, cps=5), mishaps or Mishaps()
        self.agenda = Agenda()
        self.give_orders = SideBySide(self.agenda, self.chance, trunk.pop("at_once", 1))
        self.kept = kept or MemoryDialling()
        self.audiences = MemoryAudiences()
        self.trunk = Trunk(self.agenda, self.limits, self.mishaps, self.chance, self.progress, self.die, **trunk)
        self.restrictions = restrictions or NoRestrictions()
        self.news: list[DiallingNews] = []
        self.counted: Counter[str] = Counter()
        self.faults: list[str] = self.trunk.faults
        self.group: list[Queued] = []
        self.seen: set[str] = set()
        self.hidden_until = self.agenda.now
        self.safe = 1  # how deep we are in what no mishap befalls
        self.warm: Conduct | None = None
        self.desk = ExecutionDesk(self, self, Parts(self), self.agenda.clock)
        self.desk.limit(ACCOUNT, self.limits)
        self.safe = 0

    # --- a campaign ----------------------------------------------------------------------------------------------
    def begin(self, subscribers: Iterable[Subscriber], id_: str = "x1", **fields: Any) -> Execution:
        """Start one, with nothing going wrong meanwhile."""
        audience = self.audiences.save(ACCOUNT, f"audience-{id_}", subscribers)
        execution = an_execution(id_, audience.size, audience=audience, started_at=self.agenda.now, **fields)
        self.safe += 1
        begun = self.desk.begin(a_task(f"task-{id_}"), execution)
        self.safe -= 1
        return begun

    def run(self) -> None:
        """Until every execution is over, every message is done with, and followers were told."""
        self.agenda.run(self._is_over)

    def _is_over(self) -> bool:
        if self.group:
            return False
        state = self.kept.load(ACCOUNT)
        return not state.executions and not state.dialler.news

    def run_for(self, seconds: float) -> None:
        """Until so much time has passed."""
        end = self.agenda.now + timedelta(seconds=seconds)
        self.agenda.at(seconds, lambda: None)
        self.agenda.run(lambda: self.agenda.now >= end)

    def report(self, id_: str = "x1") -> Execution:
        found = self.desk.get(ACCOUNT, id_)
        assert found
        return found

    # --- port DiallingStore --------------------------------------------------------------------------------------
    def load(self, account: str) -> DiallingState:
        return self.kept.load(account)

    def commit(self, before: int, change: Change) -> bool:
        self.die("before a commit")
        if self.chance.random() < self.mishaps.rival and not self.safe:
            self._conduct(())
        done = self.kept.commit(before, change)
        if done:
            self._judge(change)
            self.counted["rows"] += change.size
            self.counted["transactions"] += 1
        self.die("after a commit")
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kept, name)

    # --- ports DiallingQueue and RunWorkflow ---------------------------------------------------------------------
    def tick(self, account: str, name: str, laps: Laps = NO_LAPS) -> None:
        self.die("before a tick")
        key = f"{account}.{name}"
        if key not in self.seen:
            self.seen.add(key)
            self._send(Queued(key, None, laps, self.chain))

    def wake(self, account: str, name: str, wait: float, laps: Laps) -> None:
        self.counted["sends"] += 1
        cause = self.chain

        def wakes() -> None:
            self.counted["invocations"] += 1
            chain = self.loops.invoke(WAKES, [cause])
            if chain is not None:
                self._send(Queued(f"{account}.{name}", None, laps, chain))

        self.agenda.at(wait, wakes)

    def run_part(self, execution: Execution, part: int, turn: int) -> None:
        self.chain = NEW
        self.counted["invocations"] += 1
        self.counted["transitions"] += 3
        run = RunCampaign(self, self, self.conduct(), self.desk, self.agenda.clock)
        try:
            following = run(ACCOUNT, execution.id, part, turn)
        except Killed:
            self.agenda.at(5.0, lambda: self.run_part(execution, part, turn))
            return
        if not following.done:
            self.agenda.at(following.wait, lambda: self.run_part(execution, part, turn + 1))

    def start(self, execution: Execution, part: int, wait: float) -> None:
        key = f"part.{execution.id}.{part}"
        if key not in self.seen:
            self.seen.add(key)
            self.agenda.at(wait, lambda: self.run_part(execution, part, 0))

    # --- the queue's group ---------------------------------------------------------------------------------------
    def progress(self, told: CallProgress, wait: float) -> None:
        """A message of the telephony's, at its time; or twice, or later than what follows."""
        if self.chance.random() < self.mishaps.late:
            wait += self.chance.uniform(0, 40)
        self.calls.setdefault(told.command, self.chain)
        self.agenda.at(wait, lambda: self._advance(told))
        if self.chance.random() < self.mishaps.repeat:
            self.agenda.at(wait + self.chance.uniform(0, 30), lambda: self._advance(told))

    def _advance(self, told: CallProgress) -> None:
        """The worker that plays the call on tells of it, and sends itself its next message."""
        chain = self.loops.invoke(ADVANCES, [self.calls[told.command]])
        if chain is not None:
            self.calls[told.command] = chain
            self._send(Queued(told.command, told, NO_LAPS, chain))

    def conduct(self) -> Conduct:
        """A new process's conductor."""
        place = PlaceClaimed(self.trunk, self.agenda.clock, self._report, self.give_orders)
        people = People(self.audiences, self)
        return Conduct(
            self,
            people,
            place,
            self,
            self,
            self.restrictions,
            [self._told],
            self.agenda.clock,
            self.agenda.pass_time,
            self.stops.append,
        )

    def _send(self, message: Queued) -> None:
        self.counted["sends"] += 1
        self.group.append(message)
        self.agenda.at(0.0, self._take)

    def _take(self) -> None:
        """Hand the next messages to a conductor, if none has the group."""
        if self.agenda.now < self.hidden_until or not self.group:
            return
        batch = self.group[:BATCH]
        self.counted["invocations"] += 1
        chain = self.loops.invoke(CONDUCTS, [one.chain for one in batch])
        if chain is None:
            self._refuse(batch)
            return
        self.chain = chain
        try:
            laps = max((one.laps for one in batch), key=lambda one: (one.idle, one.mark))
            self._conduct([one.told for one in batch if one.told], laps)
        except (Killed, TryAgain):
            self._hide()
            return
        finally:
            self.chain = NEW
        self.group = self.group[len(batch) :]
        if self.group:
            self.agenda.at(0.0, self._take)

    def _refuse(self, batch: Sequence[Queued]) -> None:
        """Messages whose invocation is refused come again, and in the end are dead; their group waits meanwhile."""
        for message in batch:
            message.receives += 1
        self.dead += [one for one in batch if one.receives >= MOST_RECEIVES]
        self.group = [one for one in self.group if one.receives < MOST_RECEIVES]
        self._hide()

    def _hide(self) -> None:
        self.hidden_until = self.agenda.now + timedelta(seconds=VISIBILITY)
        self.agenda.at(VISIBILITY, self._take)

    def _conduct(self, heard: Sequence[CallProgress], laps: Laps = NO_LAPS) -> None:
        self.warm = self.warm or self.conduct()
        try:
            self.warm(ACCOUNT, heard, self._is_out_of_time(), laps)
        except Killed:
            self.warm = None
            raise

    def _is_out_of_time(self) -> Callable[[], bool]:
        if self.seconds is None:
            return lambda: False
        end = self.agenda.now + timedelta(seconds=self.seconds)
        return lambda: self.agenda.now >= end

    # --- judgement -----------------------------------------------------------------------------------------------
    def die(self, where: str) -> None:
        if not self.safe and self.chance.random() < self.mishaps.kill:
            self.counted[f"killed {where}"] += 1
            raise Killed(where)

    def _judge(self, change: Change) -> None:
        for execution in (*change.after.executions.values(), *change.over):
            lines = [one for one in change.after.lines.values() if one.execution == execution.id]
            self.faults.extend(wrong_with(execution.counters, lines))

    def _told(self, account: str, news: Sequence[DiallingNews]) -> None:
        assert account == ACCOUNT
        self.news.extend(news)

    def _report(self, line: Line, error: Exception) -> None:
        self.faults.append(f"{line.call}: {error!r}")


class Parts:
    """Port RunWorkflow."""

    def __init__(self, world: World) -> None:
        self._world = world

    def run(self, execution: Execution, part: int, wait: float) -> None:
        self._world.start(execution, part, wait)


def wrong_with(counters: Counters, lines: Sequence[Line]) -> list[str]:
    """What does not add up."""
    faults = []
    if counters.not_yet + counters.notified + counters.failed != counters.total:
        faults.append(f"subscribers do not add up: {counters}")
    if counters.succeeded + counters.failed_calls + counters.in_progress != counters.calls:
        faults.append(f"calls do not add up: {counters}")
    if counters.in_progress != len(lines) or counters.talking != sum(1 for one in lines if one.answered_at):
        faults.append(f"calls in progress are others: {counters}")
    if min(getattr(counters, name) for name in counters.__slots__) < 0:
        faults.append(f"below nothing: {counters}")
    return faults
