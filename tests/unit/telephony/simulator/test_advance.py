"""The worker that plays simulated calls, over stores and queues in memory, cut off and repeated at every point."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.errors import Conflict, ProviderRefused, TryAgain
from switchboard.kernel.call import CallEvent, Kind
from switchboard.laps import SIMULATED_CALL, Stop
from switchboard.telephony.model import (
    CallRef,
    OriginateRequest,
    PlaceCallRequest,
    PlayedAudio,
    SuccessKind,
    SuccessRule,
)
from switchboard.telephony.progress import CallProgress, Stage
from switchboard.telephony.simulator.advance import COMING_FOR, AdvanceSimulatedCall
from switchboard.telephony.simulator.events import events_of
from switchboard.telephony.simulator.model import Advance, SimulatedCall, SimulatorSettings
from switchboard.telephony.simulator.provider import Simulator
from tests.fakes.queues import MemoryEventQueue
from tests.fakes.telephony import MemoryAdvanceQueue, MemorySimulatedCalls
from tests.support.builders import NOON

ORDER = OriginateRequest("cmd", "acme", "104", "79012345600")
WHOLE = [
    Kind.CALL_STARTED,
    Kind.COMMAND_SUCCEEDED,
    Kind.LEG_STARTED,
    Kind.CALL_ANSWERED,
    Kind.CALL_ENDED,
]


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Message:
    advance: Advance
    due: datetime
    receipts: int = 0


class World:
    """A simulator and its worker. `kills` are the numbers of the effects, from 0 on, before which who works ends."""

    def __init__(self, **chosen: float) -> None:
        self.now = NOON
        self.calls, self.advances, self.events = MemorySimulatedCalls(), MemoryAdvanceQueue(), MemoryEventQueue()
        wanted = SimulatorSettings(**{"ring": 5, "talk": 20, **chosen})  # type: ignore[arg-type]
        self.reported: list[SimulatedCall] = []
        self.simulator = Simulator(self, self, wanted, lambda: self.now, lambda _: "RU")
        self.progress: list[CallProgress] = []
        self.stops: list[Stop] = []
        self.worker = AdvanceSimulatedCall(
            self, self, Told(self), self.hear, lambda: self.now, self.reported.append, self.stops.append
        )
        self.waiting: list[Message] = []
        self.effects, self.kills = 0, set[int]()
        self.on_get: Callable[[], None] = lambda: None

    def hear(self, progress: CallProgress) -> None:
        """Port Placed."""
        self.effect()
        self.progress.append(progress)

    def effect(self) -> None:
        self.effects += 1
        if self.effects - 1 in self.kills:
            raise Killed

    # Port SimulatedCalls
    def begin(self, call: SimulatedCall, settings: SimulatorSettings) -> None:
        self.effect()
        self.calls.begin(call, settings)

    def get(self, account: str, call_id: str) -> SimulatedCall | None:
        found = self.calls.get(account, call_id)
        self.on_get()
        return found

    def change(self, before: SimulatedCall, after: SimulatedCall) -> SimulatedCall | None:
        self.effect()
        return self.calls.change(before, after)

    # Port AdvanceQueue
    def send(self, advance: Advance, wait: float) -> None:
        self.effect()
        self.waiting.append(Message(advance, self.now + timedelta(seconds=min(wait, 900))))

    def repeat(self, data: st.DataObject) -> None:
        """Let some of the messages be there twice."""
        self.waiting += [Message(one.advance, one.due) for one in self.waiting if data.draw(st.booleans())]

    def turn(self, message: Message) -> None:
        """Hand a message to the worker; it is gone when the worker is done with it, and comes again otherwise."""
        message.receipts += 1
        self.now = max(self.now, message.due)
        try:
            self.worker(message.advance, first_receipt=message.receipts == 1)
        except TryAgain as later:
            message.due = self.now + timedelta(seconds=later.after)
        except Killed:
            message.due = self.now + timedelta(seconds=120)
        else:
            self.waiting.remove(message)

    def run(self, until: datetime | None = None) -> None:
        """Let time pass until there is nothing more to do."""
        for _ in range(1000):
            if not self.waiting:
                return
            message = min(self.waiting, key=lambda one: one.due)
            if until is not None and message.due > until:
                self.now = max(self.now, until)
                return
            self.turn(message)
        raise AssertionError("it never ends")

    @property
    def kinds(self) -> list[Kind]:
        return [event.kind for event in self.events.sent]


@dataclass
class Told:
    """Port EventQueue, which the worker may not come to."""

    world: World

    def send(self, event: CallEvent) -> None:
        self.world.effect()
        self.world.events.send(event)


def ref(world: World) -> CallRef:
    ((account, call_id),) = world.calls.rows
    return CallRef(account, call_id, call_id)


def assert_free(world: World) -> None:
    """Nothing is taken that nobody uses."""
    assert world.calls.used("acme") == 0
    assert world.calls.busy == {}


def test_a_call_is_played_to_its_end() -> None:
    """Everything is told once, in order, and the line is free again."""
    world = World()
    world.simulator.originate(ORDER)
    world.run()
    assert world.kinds == WHOLE
    assert world.now == NOON + timedelta(seconds=27)
    assert_free(world)


def test_the_line_is_taken_while_the_call_lasts() -> None:
    """One channel, and the extension."""
    world = World()
    world.simulator.originate(ORDER)
    world.run(until=NOON + timedelta(seconds=26))
    assert (world.calls.used("acme"), list(world.calls.busy)) == (1, [("acme", "104")])


@pytest.mark.parametrize("kill_at", range(16))
def test_a_worker_that_is_killed_at_any_point_loses_and_repeats_nothing(kill_at: int) -> None:
    """Nor is a channel lost, whoever was killed."""
    world = World()
    world.kills = {kill_at}
    for _ in range(2):  # who asked got no answer, and asks again
        with suppress(Killed):
            world.simulator.originate(ORDER)
    world.run()
    assert world.kinds == WHOLE
    assert_free(world)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_repeated_or_killed_everything_is_told_once_and_in_order(data: st.DataObject) -> None:
    """Messages that come twice, workers and requests that end anywhere, a redirect and a hang-up at any time."""
    world = World()
    world.kills = data.draw(st.sets(st.integers(0, 40), max_size=6))
    times = sorted(data.draw(st.lists(st.floats(0, 40), min_size=2, max_size=2)))
    again(lambda: world.simulator.originate(ORDER))
    world.repeat(data)
    for act, seconds in zip((redirect, hang_up), times, strict=True):
        world.run(until=NOON + timedelta(seconds=seconds))
        again(lambda act=act: act(world))
        world.repeat(data)
    world.run()
    (call,) = world.calls.rows.values()
    assert call.ended
    assert [event.id for event in world.events.sent] == [event.id for event in events_of(call, 0)]
    assert [world.kinds.count(kind) for kind in (Kind.CALL_STARTED, Kind.CALL_ENDED)] == [1, 1]
    assert_free(world)


def again(act: Callable[[], object]) -> None:
    """Ask until there is an answer, be it that it cannot be done."""
    for _ in range(10):
        with suppress(Killed):
            with suppress(Conflict):
                act()
            return


def redirect(world: World) -> None:
    world.simulator.redirect("cmd_2", ref(world), "105")


def hang_up(world: World) -> None:
    world.simulator.hang_up("cmd_3", ref(world))


def test_a_message_that_comes_twice_makes_no_second_chain() -> None:
    """The second finds that the steps are taken, and leaves the rest to who took them."""
    world = World()
    world.simulator.originate(ORDER)
    world.waiting.append(Message(world.waiting[0].advance, NOON))
    world.turn(world.waiting[0])
    world.turn(world.waiting[0])
    assert len(world.waiting) == 1


def test_a_call_that_is_not_there_yet_is_waited_for() -> None:
    """Its first message is sent before it is written."""
    world = World()
    advance = Advance("acme", "c1", 0, 0, NOON)
    with pytest.raises(TryAgain):
        world.worker(advance, first_receipt=True)
    world.now += COMING_FOR
    world.worker(advance, first_receipt=False)
    assert world.waiting == []


def test_a_refused_call_leaves_nothing_but_a_message_that_ends() -> None:
    """Its message finds no call."""
    world = World(channels=0)
    with pytest.raises(ProviderRefused):
        world.simulator.originate(ORDER)
    world.run()
    assert (world.kinds, world.calls.rows) == ([], {})


def test_a_long_wait_is_taken_in_parts() -> None:
    """A queue holds a message back for a quarter of an hour at most."""
    world = World(talk=3000)
    world.simulator.originate(ORDER)
    world.run()
    assert world.kinds == WHOLE
    assert world.now >= NOON + timedelta(seconds=3007)


@pytest.mark.parametrize(("seconds", "kinds"), [(1, [*WHOLE[:3], WHOLE[-1]]), (10, WHOLE)])
def test_a_call_that_is_hung_up_ends_then(seconds: float, kinds: list[Kind]) -> None:
    """Whether it rings or somebody talks; what was to come does not."""
    world = World()
    world.simulator.originate(ORDER)
    world.run(until=NOON + timedelta(seconds=seconds))
    world.simulator.hang_up("cmd_2", ref(world))
    world.run(until=world.now)
    assert world.kinds == kinds
    assert world.events.sent[-1].at == NOON + timedelta(seconds=seconds)
    assert_free(world)
    world.run()
    assert world.kinds == kinds


def test_a_hang_up_that_meets_a_worker_is_made_all_the_same() -> None:
    """The worker has the steps, the hang-up what is left."""
    world = World()
    world.simulator.originate(ORDER)
    met: list[bool] = []

    def meet() -> None:
        if not met:
            met.append(True)
            world.turn(world.waiting[0])

    world.on_get = meet
    world.simulator.hang_up("cmd_2", ref(world))
    world.run()
    assert world.kinds == [*WHOLE[:3], WHOLE[-1]]
    assert_free(world)


def test_a_worker_that_meets_a_hang_up_tells_the_end() -> None:
    """It looks again at what has changed under its hands."""
    world = World()
    world.simulator.originate(ORDER)
    met: list[bool] = []

    def meet() -> None:
        if not met:
            met.append(True)
            world.simulator.hang_up("cmd_2", ref(world))

    world.on_get = meet
    world.run()
    assert world.kinds == [*WHOLE[:3], WHOLE[-1]]
    assert_free(world)


def test_a_redirected_call_goes_on_and_ends_once() -> None:
    """The first extension is free, the second busy until the end."""
    world = World()
    world.simulator.originate(ORDER)
    world.run(until=NOON + timedelta(seconds=10))
    for _ in range(2):  # a repeat changes nothing
        world.simulator.redirect("cmd_2", ref(world), "105")
    assert list(world.calls.busy) == [("acme", "105")]
    world.run()
    assert world.kinds == [*WHOLE[:4], Kind.CALL_REDIRECTED, WHOLE[-1]]
    assert_free(world)


def test_of_a_placed_call_whoever_placed_it_is_told() -> None:
    """While it rings, at the answer and at the end; nobody else hears of it."""
    world = World()
    order = PlaceCallRequest(
        "x1.0.1.0", "acme", "79012345600", (PlayedAudio("a.wav", 4.0),), SuccessRule(SuccessKind.PLAYED_WHOLE)
    )
    world.simulator.place(order)
    world.run()
    assert [one.stage for one in world.progress] == [Stage.RINGING, Stage.ANSWERED, Stage.ENDED]
    assert world.kinds == []
    assert_free(world)


def test_a_call_whose_steps_never_come_is_stopped() -> None:
    """Its message goes round as often as its design allows; to hang the call up plays it on to its end."""
    world = World()
    world.simulator.originate(ORDER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("switchboard.telephony.simulator.advance.play", lambda call, _: call)
        world.run()
    (stop,) = world.stops
    assert (stop.circle, stop.idle) == (SIMULATED_CALL.name, SIMULATED_CALL.most_idle + 1)
    hang_up(world)
    world.run()
    assert world.kinds[-1] is Kind.CALL_ENDED


def test_a_call_that_lasts_for_hours_is_not_stopped() -> None:
    """A step that lies further ahead than a queue can hold a message back takes several messages."""
    world = World(talk=8 * 3600)
    world.simulator.originate(ORDER)
    world.run()
    assert (world.stops, world.kinds[-1]) == ([], Kind.CALL_ENDED)
