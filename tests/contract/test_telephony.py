"""Port Telephony: the simulator over either store, and the fake that other tests use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from switchboard.aws.pbx_rows import AsteriskCallRows
from switchboard.aws.queues import SqsAdvanceQueue
from switchboard.aws.simulated_calls import SimulatedCallRows
from switchboard.errors import Conflict, NotFound
from switchboard.telephony.model import (
    CallRef,
    OriginateRequest,
    PlaceCallRequest,
    PlayedAudio,
    SuccessKind,
    SuccessRule,
)
from switchboard.telephony.ports import Telephony
from switchboard.telephony.simulator.model import SimulatorSettings
from switchboard.telephony.simulator.provider import Simulator
from tests.fakes.telephony import FakeTelephony, MemoryAdvanceQueue, MemorySimulatedCalls
from tests.support.builders import NOON
from tests.support.pbx import PbxWorld
from tests.support.threads import at_once

ORIGINATE = OriginateRequest("cmd_1", "acme", "104", "79012345600")
PLACE = PlaceCallRequest(
    "cmd_2", "acme", "79012345601", (PlayedAudio("a.wav", 8.0),), SuccessRule(SuccessKind.PLAYED_WHOLE)
)
SETTINGS = SimulatorSettings(ring=0, talk=600)


def simulated(request: pytest.FixtureRequest) -> Telephony:
    clock = request.getfixturevalue("clock")
    return Simulator(MemorySimulatedCalls(), MemoryAdvanceQueue(), SETTINGS, clock, lambda _: "RU")


def on_aws(request: pytest.FixtureRequest) -> Telephony:
    stack: Any = request.getfixturevalue("stack")
    rows = SimulatedCallRows(stack.dynamodb, stack.table("TelephonyTable"))
    queue = SqsAdvanceQueue(stack.sqs, stack.queue("AdvancesQueue"))
    return Simulator(rows, queue, SETTINGS, request.getfixturevalue("clock"), lambda _: "RU")


class AnsweredAtOnce:
    """Port Telephony at an Asterisk that does at once what it is asked."""

    def __init__(self, world: PbxWorld) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        def do(*given: Any) -> Any:
            done = getattr(self._world.telephony, name)(*given)
            self._world.pbx.flush()
            return done

        return do


def at_an_asterisk(request: pytest.FixtureRequest) -> Telephony:
    telephony: Any = AnsweredAtOnce(PbxWorld(request.getfixturevalue("clock")))
    return cast("Telephony", telephony)


def at_an_asterisk_on_aws(request: pytest.FixtureRequest) -> Telephony:
    stack: Any = request.getfixturevalue("stack")
    rows = AsteriskCallRows(stack.dynamodb, stack.table("TelephonyTable"))
    telephony: Any = AnsweredAtOnce(PbxWorld(request.getfixturevalue("clock"), rows))
    return cast("Telephony", telephony)


PROVIDERS: dict[str, Callable[[pytest.FixtureRequest], Telephony]] = {
    "fake": lambda _: FakeTelephony(),
    "simulator in memory": simulated,
    "simulator on AWS": on_aws,
    "asterisk in memory": at_an_asterisk,
    "asterisk on AWS": at_an_asterisk_on_aws,
}


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> Any:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=PROVIDERS)
def telephony(request: pytest.FixtureRequest) -> Telephony:
    return PROVIDERS[request.param](request)


def of(call_id: str, account: str = "acme") -> CallRef:
    return CallRef(account, call_id, call_id)


@pytest.mark.parametrize("order", [ORIGINATE, PLACE], ids=["originate", "place"])
def test_the_same_command_is_the_same_call(telephony: Telephony, order: OriginateRequest | PlaceCallRequest) -> None:
    """However often it comes."""
    do: Any = telephony.originate if isinstance(order, OriginateRequest) else telephony.place
    taken = [do(order) for _ in range(3)]
    assert len({one.call_id for one in taken}) == 1


def test_the_same_command_at_once_is_the_same_call(telephony: Telephony) -> None:
    """A race has no loser."""
    ends = at_once([lambda: telephony.originate(ORIGINATE)] * 3)
    assert {getattr(end, "call_id", end) for end in ends} == {telephony.originate(ORIGINATE).call_id}


def test_another_command_is_another_call(telephony: Telephony) -> None:
    """Of whichever kind."""
    assert telephony.originate(ORIGINATE).call_id != telephony.place(PLACE).call_id


def test_a_running_call_is_hung_up(telephony: Telephony, clock: Clock) -> None:
    """Afterwards it has ended."""
    call = telephony.originate(ORIGINATE).call_id
    telephony.hang_up("cmd_3", of(call))
    with pytest.raises(Conflict):
        telephony.hang_up("cmd_4", of(call))


def test_a_running_call_is_redirected(telephony: Telephony, clock: Clock) -> None:
    """And can be hung up after that."""
    call = telephony.originate(ORIGINATE).call_id
    clock.now += timedelta(seconds=5)
    telephony.redirect("cmd_3", of(call), "105")
    telephony.hang_up("cmd_4", of(call))
    with pytest.raises(Conflict):
        telephony.redirect("cmd_5", of(call), "106")


@pytest.mark.parametrize(("call", "account"), [("nobody", "acme"), (None, "other")])
def test_an_unknown_call_is_not_found(telephony: Telephony, call: str | None, account: str) -> None:
    """Nor is one of another account."""
    made = telephony.originate(ORIGINATE).call_id
    if isinstance(telephony, FakeTelephony) and call is None:
        telephony = FakeTelephony()  # each account has a telephony of its own
    with pytest.raises(NotFound):
        telephony.hang_up("cmd_3", of(call or made, account))
    with pytest.raises(NotFound):
        telephony.redirect("cmd_3", of(call or made, account), "105")
