"""A world for tests: an account whose telephony is another SP5000 CATO, a clock, and workers that can be killed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from switchboard.campaigns.dialling.desk import ExecutionDesk, NullDriver
from switchboard.campaigns.handover.follow import Follow
from switchboard.campaigns.handover.hand_over import HandOver
from switchboard.campaigns.handover.model import Handover
from switchboard.campaigns.handover.poll import PollCampaign
from switchboard.dialects.cato.client import CatoClient
from switchboard.kernel.campaign import Execution, Phase, Subscriber, SubscriberRecord
from switchboard.telephony.model import AccountTelephony
from switchboard.turns import TurnResult
from tests.fakes.dialling_store import MemoryAudiences, MemoryDialling, MemoryDiallingQueue, MemoryRuns
from tests.fakes.handover import MemoryHandovers
from tests.fakes.telephony import MemoryTelephonies
from tests.support.builders import NOON
from tests.support.campaigns import a_task, an_execution, people
from tests.support.other_cato import OtherCato, a_report, told
from tests.support.trunk import Killed

CATO = AccountTelephony("acme", "cato", {"base_url": "https://cato.example", "user_id": "user"}, "token")


class KilledHandovers(MemoryHandovers):
    """Rows whose writer may be killed before or after."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def save(self, handover: Handover) -> bool:
        self._world.die("before a row")
        saved = super().save(handover)
        self._world.die("after a row")
        return saved


@dataclass
class World:
    """`kill_at` is the moment, counted from 1, at which a turn ends without a word."""

    size: int = 3
    clips: int = 1
    now: datetime = NOON
    cato: OtherCato = field(default_factory=OtherCato)
    kill_at: int = 0
    moments: int = 0
    conducts: bool = True
    told: int = 0
    dialled: list[AccountTelephony] = field(default_factory=list)
    hindered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store, self.audiences, self.runs = MemoryDialling(), MemoryAudiences(), MemoryRuns()
        self.queue = MemoryDiallingQueue()
        self.telephonies, self.handovers = MemoryTelephonies(), KilledHandovers(self)
        self.telephonies.save(CATO)
        self.cato.die = self.die
        self.desk = ExecutionDesk(self.store, NullDriver(), self.runs, self.clock)
        self.audience = people(self.size, numbers=2)
        kept = self.audiences.save("acme", "x1", self.audience)
        clip = an_execution().clips[0]
        wanted = an_execution(audience=kept, phase=Phase.HANDED_OVER, clips=(clip,) * self.clips)
        self.desk.begin(a_task(), wanted)

    def clock(self) -> datetime:
        return self.now

    def die(self, where: str) -> None:
        del where
        self.moments += 1
        if self.moments == self.kill_at:
            raise Killed

    @property
    def poll(self) -> PollCampaign:
        """The use case, as a new process has it."""
        hand_over = HandOver(self.handovers, self.audiences, lambda key: key.encode(), self.clock)
        follow = Follow(self.store, self.audiences, self.queue, self.clock, self.pause)
        return PollCampaign(
            self.store, hand_over, follow, self.telephonies, self.dial, self.desk, self.clock, self.report_of
        )

    def turn(self, part: int = 0) -> TurnResult:
        """A turn of the workflow; time passes until the next."""
        following = self.poll("acme", "x1", part)
        self.now += timedelta(seconds=following.wait)
        return following

    def turns(self, most: int = 50) -> None:
        """Turns until their execution runs or ours is over; who is killed is followed by another."""
        for _ in range(most):
            if self.execution.phase is not Phase.HANDED_OVER or (self.handover and self.handover.theirs):
                return
            try:
                self.turn()
            except Killed:
                self.now += timedelta(seconds=5)

    def pause(self, seconds: float) -> None:
        """Let the conductor tell its news, unless the conductor is away."""
        self.now += timedelta(seconds=seconds)
        if self.conducts:
            state = self.store.load("acme")
            self.told += len(state.dialler.news)
            self.store.states["acme"] = replace(state, dialler=replace(state.dialler, news=()))

    def report_of(self, execution: Execution, error: Exception) -> None:
        self.hindered.append(f"{execution.id}: {error}")

    def dial(self, chosen: AccountTelephony) -> CatoClient:
        self.dialled.append(chosen)
        return CatoClient(self.cato, chosen.secret, chosen.settings["user_id"])

    @property
    def execution(self) -> Execution:
        found = self.desk.get("acme", "x1")
        assert found
        return found

    @property
    def handover(self) -> Handover | None:
        return self.handovers.get("acme", "x1")

    @property
    def records(self) -> dict[int, SubscriberRecord]:
        return dict(self.store.records_between("x1", "acme", 0, self.size))

    def report(self, *ends: tuple[str, ...], **fields: Any) -> None:
        """Let their report say how the calls of the first, the second ... subscriber ended."""
        (run,) = self.cato.runs
        people = self.cato.people(run)
        shown = [told(one, *ends[place]) if place < len(ends) else told(one) for place, one in enumerate(people)]
        self.cato.reports[run] = a_report("n", len(people), shown, **fields)

    def called(self) -> list[Subscriber]:
        """Whom all executions there are to call."""
        found = [one for run in self.cato.runs for one in self.cato.people(run)]
        return [Subscriber(one["fullName"], tuple(one["phones"])) for one in found]
