"""Port SimulatedCalls: the calls, the channels of their line, and the extensions that are busy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.aws.simulated_calls import SimulatedCallRows
from switchboard.errors import Conflict, Duplicate, ProviderRefused, Refusal, SwitchboardError
from switchboard.telephony.model import Action, OriginateRequest
from switchboard.telephony.simulator.model import SimulatedCall, SimulatorSettings
from switchboard.telephony.simulator.ports import SimulatedCalls
from switchboard.telephony.simulator.script import script
from tests.fakes.telephony import MemorySimulatedCalls
from tests.support.builders import NOON
from tests.support.threads import at_once

WIDE = SimulatorSettings(channels=100, cps=100)
ORDER = OriginateRequest("cmd_1", "acme", "104", "79012345600")
STEPS = script(ORDER, WIDE)


def a_simulated_call(id_: str = "c1", **fields: Any) -> SimulatedCall:
    defaults: dict[str, Any] = {
        "account": "acme",
        "command": f"cmd_{id_}",
        "action": Action.ORIGINATE,
        "number": "79012345600",
        "caller_id": "104",
        "began_at": NOON,
        "speed": 1.0,
        "steps": STEPS,
    }
    return SimulatedCall(**{"id": id_, **defaults, **fields})


@pytest.fixture
def calls(kind: str, request: pytest.FixtureRequest) -> SimulatedCalls:
    if kind == "memory":
        return MemorySimulatedCalls()
    stack: Any = request.getfixturevalue("stack")
    return SimulatedCallRows(stack.dynamodb, stack.table("TelephonyTable"))


def refusal_of(action: Callable[[], object]) -> Refusal:
    with pytest.raises(ProviderRefused) as caught:
        action()
    return caught.value.refusal


def end(calls: SimulatedCalls, call: SimulatedCall) -> SimulatedCall | None:
    return calls.change(call, replace(call, done=len(call.steps)))


def test_a_call_comes_back_as_it_was_begun(calls: SimulatedCalls) -> None:
    """Its steps with their details among it."""
    call = a_simulated_call(holder="104")
    calls.begin(call, WIDE)
    assert calls.get("acme", "c1") == call


@pytest.mark.parametrize(("account", "id_"), [("acme", "c2"), ("other", "c1"), ("acme", "x" * 3000)])
def test_what_was_not_begun_is_none(calls: SimulatedCalls, account: str, id_: str) -> None:
    """Another account's call among it."""
    calls.begin(a_simulated_call(), WIDE)
    assert calls.get(account, id_) is None


def test_a_call_is_begun_once(calls: SimulatedCalls) -> None:
    """The repeat is a duplicate and takes no channel, even where there is none left."""
    one = SimulatorSettings(channels=1)
    calls.begin(a_simulated_call(holder="104"), one)
    with pytest.raises(Duplicate):
        calls.begin(a_simulated_call(holder="104"), one)


def test_the_line_takes_as_many_calls_as_it_has_channels(calls: SimulatedCalls) -> None:
    """One more is refused and leaves nothing."""
    two = SimulatorSettings(channels=2)
    for id_ in ("c1", "c2"):
        calls.begin(a_simulated_call(id_), two)
    assert refusal_of(lambda: calls.begin(a_simulated_call("c3", holder="105"), two)) is Refusal.NO_CHANNELS
    assert calls.get("acme", "c3") is None
    calls.begin(a_simulated_call("c4", holder="105"), WIDE)


def test_each_account_has_a_line_of_its_own(calls: SimulatedCalls) -> None:
    """And extensions of its own."""
    one = SimulatorSettings(channels=1)
    for account in ("acme", "other"):
        calls.begin(a_simulated_call(account=account, holder="104"), one)
    assert refusal_of(lambda: calls.begin(a_simulated_call("c2"), one)) is Refusal.NO_CHANNELS


def test_an_end_frees_the_channel_and_the_extension(calls: SimulatedCalls) -> None:
    """For the next call at once."""
    one = SimulatorSettings(channels=1)
    call = a_simulated_call(holder="104")
    calls.begin(call, one)
    assert end(calls, call) is not None
    calls.begin(a_simulated_call("c2", holder="104"), one)


def test_an_end_frees_them_once(calls: SimulatedCalls) -> None:
    """Told again of a call as it was before, it changes nothing."""
    two = SimulatorSettings(channels=2)
    call = a_simulated_call(holder="104")
    calls.begin(call, two)
    calls.begin(a_simulated_call("c2"), two)
    assert [end(calls, call) is None for _ in range(3)] == [False, True, True]
    calls.begin(a_simulated_call("c3", holder="104"), two)
    assert refusal_of(lambda: calls.begin(a_simulated_call("c4"), two)) is Refusal.NO_CHANNELS


def test_of_many_ends_at_once_one_counts(calls: SimulatedCalls) -> None:
    """The counter is exact."""
    one = SimulatorSettings(channels=1)
    call = a_simulated_call(holder="104")
    calls.begin(call, one)
    ends = at_once([lambda: end(calls, call)] * 4)
    assert len([one for one in ends if isinstance(one, SimulatedCall)]) == 1
    calls.begin(a_simulated_call("c2"), one)
    assert refusal_of(lambda: calls.begin(a_simulated_call("c3"), one)) is Refusal.NO_CHANNELS


def test_of_many_begun_at_once_as_many_are_taken_as_there_are_channels(calls: SimulatedCalls) -> None:
    """No more, and no fewer."""
    three = SimulatorSettings(channels=3, cps=100)
    ends = at_once([lambda id_=f"c{n}": calls.begin(a_simulated_call(id_), three) for n in range(8)])
    refused = [end for end in ends if isinstance(end, SwitchboardError)]
    assert len(refused) == 5
    assert {one.refusal for one in refused if isinstance(one, ProviderRefused)} == {Refusal.NO_CHANNELS}


def test_the_line_takes_so_many_calls_in_any_second(calls: SimulatedCalls) -> None:
    """Counted back from the call, not by the clock's seconds."""
    two = SimulatorSettings(channels=100, cps=2)

    def begin(id_: str, seconds: float) -> None:
        calls.begin(a_simulated_call(id_, began_at=NOON + timedelta(seconds=seconds)), two)

    begin("c1", 0.7)
    begin("c2", 0.9)
    assert refusal_of(lambda: begin("c3", 1.6)) is Refusal.TOO_FAST
    begin("c4", 1.7)
    assert refusal_of(lambda: begin("c5", 1.8)) is Refusal.TOO_FAST
    begin("c6", 1.9)


def test_a_busy_extension_is_a_conflict(calls: SimulatedCalls) -> None:
    """And takes no channel."""
    two = SimulatorSettings(channels=2)
    calls.begin(a_simulated_call(holder="104"), two)
    with pytest.raises(Conflict):
        calls.begin(a_simulated_call("c2", holder="104"), two)
    calls.begin(a_simulated_call("c3", holder="105"), two)


def test_a_change_is_kept_by_who_saw_the_last(calls: SimulatedCalls) -> None:
    """The other is told that it was too late."""
    call = a_simulated_call()
    calls.begin(call, WIDE)
    kept = calls.change(call, replace(call, done=2))
    assert kept is not None
    assert (kept.done, kept.version) == (2, 2)
    assert calls.change(call, replace(call, done=1)) is None
    assert calls.get("acme", "c1") == kept


def test_a_call_that_moves_frees_one_extension_and_takes_another(calls: SimulatedCalls) -> None:
    """The old one can be called at once, the new one cannot."""
    call = a_simulated_call(holder="104")
    calls.begin(call, WIDE)
    moved = calls.change(call, replace(call, holder="105"))
    assert moved is not None
    calls.begin(a_simulated_call("c2", holder="104"), WIDE)
    with pytest.raises(Conflict):
        calls.begin(a_simulated_call("c3", holder="105"), WIDE)
    assert end(calls, moved) is not None
    calls.begin(a_simulated_call("c4", holder="105"), WIDE)


def test_a_call_does_not_move_to_a_busy_extension(calls: SimulatedCalls) -> None:
    """It stays where it is."""
    first, second = a_simulated_call("c1", holder="104"), a_simulated_call("c2", holder="105")
    for call in (first, second):
        calls.begin(call, WIDE)
    with pytest.raises(Conflict):
        calls.change(first, replace(first, holder="105"))
    assert calls.get("acme", "c1") == first
