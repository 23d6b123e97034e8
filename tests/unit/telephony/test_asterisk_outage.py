"""Calls at an Asterisk whose connection is lost in the middle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchboard.telephony.asterisk.model import call_id_of, channel_id
from switchboard.telephony.asterisk.ports import PbxConnection
from switchboard.telephony.model import (
    CallRef,
)
from tests.fakes.asterisk import FakeChannel
from tests.support.builders import NOON
from tests.support.pbx import ACCOUNT, CONNECTION, PbxWorld
from tests.unit.telephony.asterisk_calls import (
    EXTENSION,
    NUMBER,
    ORIGINATE,
    Clock,
    a_message,
    ended,
    originated,
    placed,
)


def test_calls_that_ended_in_an_outage_are_over_after_it(world: PbxWorld) -> None:
    """Each open call is asked for by itself, and its slot is free at once. Nobody is dialled again."""
    channel = placed(world)
    world.pbx.connected = False
    world.pbx.channels.pop(channel)
    world.pbx.connected = True
    world.pbx.requests.clear()
    world.pbx.register()
    assert ended(world).disposition == "answered"
    assert ("GET", f"channels/{channel}") in world.pbx.requests
    assert not {"channels"} & {uri for _, uri in world.pbx.requests}


@pytest.mark.parametrize(
    ("after", "heard", "dialled"), [(3, False, 1), (60, False, 0), (3, True, 0)], ids=["lost", "too late", "spoken of"]
)
def test_an_order_that_a_connection_lost_is_given_again(
    world: PbxWorld, clock: Clock, after: float, *, heard: bool, dialled: int
) -> None:
    """Only soon after the order, and only if the PBX never spoke of the channel: nobody is called twice."""
    world.pbx.answers = False
    channel = channel_id(world.telephony.place(a_message()).call_id, 0)
    if heard:
        world.pbx.flush()
    world.pbx.later.clear()  # what was under way when the connection ended
    world.pbx.channels.clear()
    world.pbx.requests.clear()
    clock.passes(after)
    world.pbx.register()
    assert [uri for _, uri in world.pbx.requests].count("channels") == dialled
    assert (channel in world.pbx.channels) is bool(dialled)
    if not dialled:
        assert ended(world).disposition in ("failed", "no_answer")


def test_the_number_of_an_originated_call_is_dialled_again_too(world: PbxWorld, clock: Clock) -> None:
    """The connection ended right after the extension's answer."""
    world.pbx.answers = False
    world.telephony.originate(ORIGINATE)
    world.pbx.flush()
    for text in world.pbx.answered(EXTENSION):
        world.hear(text)
    world.pbx.later.clear()
    world.pbx.channels.pop(NUMBER)
    clock.passes(2)
    world.pbx.register()
    assert NUMBER in world.pbx.channels


def test_a_message_that_a_connection_lost_is_played_again(world: PbxWorld, clock: Clock) -> None:
    """Nobody listens to silence. A message that plays goes on, and is not asked for again."""
    channel = placed(world)
    world.pbx.register()
    assert len(world.pbx.plays) == 1
    call = world.calls.get(ACCOUNT, call_id_of(ACCOUNT, "cmd_2"))
    assert call
    unheard = tuple(replace(one, started_at=None) for one in call.playbacks)
    world.calls.change(call, replace(call, playbacks=unheard))
    clock.passes(40)
    world.pbx.register()
    assert [one for one, _ in world.pbx.plays] == [channel, channel]


@pytest.mark.parametrize(("after", "again"), [(3, True), (60, False)], ids=["just answered", "in a talk"])
def test_parties_are_joined_again_only_right_after_an_answer(
    world: PbxWorld, clock: Clock, after: float, *, again: bool
) -> None:
    """The request may have been lost; in a talk that goes on, the joining would be heard."""
    originated(world)
    world.pbx.requests.clear()
    clock.passes(after)
    world.pbx.register()
    assert any(uri.endswith("addChannel") for _, uri in world.pbx.requests) is again


def test_a_hang_up_that_a_connection_lost_is_asked_again(world: PbxWorld) -> None:
    """The channel would last until the telephone is put down."""
    channel = placed(world)
    call = call_id_of(ACCOUNT, "cmd_2")
    world.telephony.hang_up("cmd_9", CallRef(ACCOUNT, call, call))
    world.pbx.later.clear()
    world.pbx.channels[channel] = FakeChannel(channel, "", "Up")
    world.pbx.register()
    assert channel not in world.pbx.channels


def test_an_answer_in_an_outage_is_seen_after_it(world: PbxWorld) -> None:
    """The channel's state tells the answer, and the message is played."""
    world.pbx.answers = False
    channel = placed(world)
    world.pbx.channels[channel].state = "Up"
    world.pbx.register()
    assert world.pbx.plays[0][0] == channel


def test_requests_that_could_not_be_sent_are_sent_when_the_frame_comes_again(world: PbxWorld) -> None:
    """The frame waits in the queue until the PBX is there."""
    world.pbx.answers = False
    channel = placed(world)
    frames = world.pbx.answered(channel)
    world.pbx.connected = False
    for frame in frames:
        world.hear(frame)
    assert world.waiting
    world.connections.open(PbxConnection(ACCOUNT, CONNECTION, NOON, application="switchboard"))
    world.pbx.connected = True
    for frame in world.waiting:
        world.hear(frame, first_receipt=False)
    assert world.pbx.plays
