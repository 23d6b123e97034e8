"""Calls at an Asterisk, played against an Asterisk in memory."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from switchboard.errors import Conflict, ProviderRefused
from switchboard.kernel.call import Disposition
from switchboard.telephony.asterisk.ari import FILTERED, read_message
from switchboard.telephony.asterisk.causes import disposition_of
from switchboard.telephony.asterisk.model import call_id_of, channel_id
from switchboard.telephony.asterisk.ping import PingPbxs
from switchboard.telephony.asterisk.ports import PbxConnection
from switchboard.telephony.model import (
    CallRef,
    SuccessKind,
)
from switchboard.telephony.progress import Stage
from tests.fakes.asterisk import FakeChannel
from tests.support.builders import NOON
from tests.support.pbx import ACCOUNT, CONNECTION, PbxWorld
from tests.unit.telephony.asterisk_calls import (
    CALL,
    EXTENSION,
    LENGTH,
    NUMBER,
    ORIGINATE,
    Clock,
    a_message,
    ended,
    originated,
    placed,
    stored,
)


def test_the_extension_rings_first_and_both_are_connected(world: PbxWorld) -> None:
    """The number is dialled after the extension's answer; events tell the course of the call."""
    originated(world)
    assert world.pbx.bridges == {f"sb-{CALL}": {EXTENSION, NUMBER}}
    assert [one.party for one in world.pbx.channels.values()] == ["PJSIP/104", "PJSIP/79012345600@trunk"]
    assert world.events.kinds() == ["call.started", "leg.started", "call.answered"]


@pytest.mark.parametrize("who", [EXTENSION, NUMBER])
def test_one_partys_end_ends_the_other(world: PbxWorld, clock: Clock, who: str) -> None:
    """Nothing is left at the PBX: no channel, no bridge."""
    originated(world)
    clock.passes(30)
    world.pbx.ends(who)
    end = world.events.sent[-1]
    assert (end.kind, end.disposition, end.talk_duration) == ("call.ended", Disposition.ANSWERED, 30)
    assert (world.pbx.channels, world.pbx.bridges, stored(world).is_over) == ({}, {}, True)


def test_the_ends_of_calls_without_an_answer(clock: Clock) -> None:
    """The number's cause is the call's; an employee who gives up has cancelled."""
    for number_ends, cause, sip, wanted in (
        (True, 17, 486, Disposition.BUSY),
        (True, 1, 404, Disposition.INVALID_NUMBER),
        (True, 0, 0, Disposition.NO_ANSWER),
        (False, 16, 0, Disposition.CANCELLED),
    ):
        world = PbxWorld(clock)
        world.pbx.answers = False
        originated(world)
        world.pbx.later += world.pbx.answered(EXTENSION)
        world.pbx.flush()
        world.pbx.ends(NUMBER if number_ends else EXTENSION, cause, sip)
        assert (world.events.sent[-1].disposition, world.pbx.channels) == (wanted, {})


def test_an_extension_that_does_not_answer_rings_nobody_else(world: PbxWorld) -> None:
    """The number is never dialled."""
    world.pbx.answers = False
    originated(world)
    world.pbx.ends(EXTENSION, 19, 480)
    assert world.events.kinds() == ["call.started", "leg.started", "leg.ended", "call.ended"]
    assert world.events.sent[-1].disposition is Disposition.NO_ANSWER


def test_a_message_that_was_heard_ends_the_call(world: PbxWorld, clock: Clock) -> None:
    """The limit of the talk is set before the playback; the report tells that all was played."""
    channel = placed(world)
    assert world.pbx.channels[channel].limit == 60.0
    clock.passes(LENGTH)
    world.pbx.played()
    end = ended(world)
    assert (end.whole, end.played, end.disposition, end.fault) == (True, LENGTH, "answered", "")
    assert [one.stage for one in world.progress] == [Stage.RINGING, Stage.ANSWERED, Stage.ENDED]


def test_a_caller_who_hangs_up_has_not_heard_the_message(world: PbxWorld, clock: Clock) -> None:
    """Asterisk reports the playback's end as that of a missing file; then the channel ends."""
    channel = placed(world)
    clock.passes(2)
    world.pbx.channels.pop(channel)
    world.pbx.played(done=False)
    world.pbx.later.append(world.pbx.event("ChannelDestroyed", channel, cause=0))
    world.pbx.flush()
    end = ended(world)
    assert (end.whole, end.played, end.fault) == (False, 2.0, "")


def test_the_end_of_a_channel_ends_its_playback(world: PbxWorld, clock: Clock) -> None:
    """Whatever the order of the two events."""
    channel = placed(world)
    clock.passes(3)
    world.pbx.ends(channel, 0)
    world.pbx.plays.append((channel, world.pbx.plays[-1][1]))
    world.pbx.played(done=False)
    assert (ended(world).whole, ended(world).played) == (False, 3.0)


def test_a_file_that_cannot_be_fetched_is_a_fault_of_ours(world: PbxWorld) -> None:
    """Two more tries, because two channels that fetch one file at once can make one of them fail."""
    placed(world)
    for _ in range(3):
        world.pbx.played(done=False)
    end = ended(world)
    assert end.fault.startswith("The PBX could not play the message")
    assert (end.whole, len(world.pbx.plays)) == (False, 3)


def test_a_second_try_that_succeeds_is_a_message_heard(world: PbxWorld, clock: Clock) -> None:
    """The first failure leaves no trace in the report."""
    placed(world)
    world.pbx.played(done=False)
    clock.passes(LENGTH)
    world.pbx.played()
    assert (ended(world).whole, ended(world).fault) == (True, "")


def test_a_file_that_ends_at_once_was_not_heard(world: PbxWorld) -> None:
    """`done` alone proves nothing: the time between start and end must fit the file."""
    placed(world)
    for _ in range(3):
        world.pbx.played(done=True)
    assert (ended(world).whole, bool(ended(world).fault)) == (False, True)


def test_the_right_key_ends_the_call(world: PbxWorld, clock: Clock) -> None:
    """A wrong key does not."""
    channel = placed(world, SuccessKind.DIGITS)
    world.pbx.press(channel, "7")
    assert channel in world.pbx.channels
    clock.passes(1)
    world.pbx.press(channel, "1")
    assert (ended(world).digits, ended(world).disposition) == ("71", "answered")


def test_keys_are_waited_for_after_the_message(world: PbxWorld, clock: Clock) -> None:
    """Asterisk itself ends the wait, so nothing of the hub has to wake up."""
    channel = placed(world, SuccessKind.DIGITS)
    clock.passes(LENGTH)
    world.pbx.played()
    assert world.pbx.channels[channel].limit == 5.0


def test_a_refused_call_is_told_with_its_reason(world: PbxWorld) -> None:
    """An endpoint that the PBX does not know is no matter of the callee."""
    world.telephony.place(a_message())
    world.pbx.channels.clear()
    world.pbx.later = [
        json.dumps(
            {
                "type": "RESTResponse",
                "request_id": f"sb-{call_id_of(ACCOUNT, 'cmd_2')}:dial0",
                "status_code": 500,
                "message_body": '{"error": "Allocation failed"}',
            }
        )
    ]
    world.pbx.flush()
    assert (ended(world).disposition, ended(world).fault) == (
        "unavailable",
        "The PBX refused the call: Allocation failed",
    )


def test_nobody_is_called_without_a_connection(world: PbxWorld) -> None:
    """The order fails at once, leaves no claim, and succeeds after the reconnect."""
    for lost in (lambda: setattr(world.pbx, "connected", False), lambda: world.connections.close(ACCOUNT, CONNECTION)):
        lost()
        with pytest.raises(ProviderRefused) as refused:
            world.telephony.place(a_message())
        assert refused.value.refusal.value == "unavailable"
    world.pbx.connected = True
    world.connections.open(PbxConnection(ACCOUNT, CONNECTION, NOON))
    world.pbx.register()
    assert placed(world) in world.pbx.channels


def test_a_repeated_order_dials_once(world: PbxWorld) -> None:
    """Also after the call has ended."""
    channel = placed(world)
    world.pbx.ends(channel)
    for _ in range(2):
        placed(world)
    assert [uri for method, uri in world.pbx.requests if (method, uri) == ("POST", "channels")] == ["channels"]


def test_a_repeated_frame_changes_nothing(clock: Clock) -> None:
    """A whole call whose frames all come twice is told once, and its number is rung once."""
    world = PbxWorld(clock)
    once = world.hear
    world.pbx.heard = lambda text: (once(text), once(text, first_receipt=False))[0]
    originated(world)
    world.pbx.ends(NUMBER)
    ids = [event.id for event in world.events.sent]
    assert len(ids) == len(set(ids))
    assert [uri for method, uri in world.pbx.requests if (method, uri) == ("POST", "channels")] == ["channels"] * 2


def test_a_start_before_its_answer_is_taken(clock: Clock) -> None:
    """Asterisk answers an order before, or after, the channel's events."""
    world = PbxWorld(clock)
    world.telephony.originate(ORIGINATE)
    answer, *events = world.pbx.later
    world.pbx.later = [*reversed(events), answer]
    world.pbx.flush()
    assert world.pbx.bridges == {f"sb-{CALL}": {EXTENSION, NUMBER}}


def test_a_redirected_call_keeps_its_customer(world: PbxWorld) -> None:
    """The new extension takes over when it answers; the first is hung up."""
    originated(world)
    world.telephony.redirect("cmd_3", CallRef(ACCOUNT, CALL, CALL), "105")
    world.pbx.flush()
    assert set(world.pbx.channels) == {NUMBER, channel_id(CALL, 2)}
    assert "call.redirected" in world.events.kinds()
    assert world.events.kinds()[-1] != "call.ended"


def test_a_call_is_hung_up_once(world: PbxWorld) -> None:
    """And cannot be redirected after that, nor before its answer."""
    world.pbx.answers = False
    originated(world)
    ref = CallRef(ACCOUNT, CALL, CALL)
    with pytest.raises(Conflict):
        world.telephony.redirect("cmd_3", ref, "105")
    world.telephony.hang_up("cmd_4", ref)
    world.pbx.flush()
    assert (world.pbx.channels, world.events.sent[-1].disposition) == ({}, Disposition.CANCELLED)


def a_caller(world: PbxWorld, number: str = "79055550101") -> None:
    """A caller comes from the dialplan."""
    world.pbx.channels["1700000000.5"] = FakeChannel("1700000000.5", "caller", "Ring")
    start = json.loads(world.pbx.event("StasisStart", "1700000000.5"))
    start["channel"] |= {"caller": {"number": number}, "dialplan": {"exten": "74951234567"}}
    world.pbx.later.append(json.dumps(start))
    world.pbx.flush()


def test_a_caller_reaches_the_extension_of_the_rules(world: PbxWorld, clock: Clock) -> None:
    """The caller is answered when the extension is, and the call is told as an incoming call."""
    world.routes["79055550101"] = "104"
    a_caller(world)
    asked = [uri for _, uri in world.pbx.requests]
    assert asked.index("channels/1700000000.5/answer") < asked.index(next(u for u in asked if "addChannel" in u))
    clock.passes(20)
    world.pbx.ends("1700000000.5")
    assert world.events.kinds() == ["call.started", "leg.started", "call.answered", "call.ended"]
    assert {event.direction for event in world.events.sent} == {"incoming"}
    assert world.events.sent[-1].talk_duration == 20


def test_a_caller_whom_nobody_takes_goes_on_in_the_dialplan(clock: Clock) -> None:
    """Because the rules name nobody, or the extension does not answer."""
    for extension in ("", "104"):
        world = PbxWorld(clock)
        world.pbx.answers = False
        world.routes["79055550101"] = extension
        a_caller(world)
        if extension:
            (rung,) = [one for one in world.pbx.channels if one.startswith("sb-")]
            world.pbx.ends(rung, 19, 480)
        assert ("POST", "channels/1700000000.5/continue") in world.pbx.requests
        assert world.events.kinds()[-1] == "call.ended"


def test_the_filter_is_set_at_every_registration(world: PbxWorld) -> None:
    """The filter does not outlive a restart of Asterisk; without answers the hub would be deaf."""
    assert world.pbx.filtered == set(FILTERED)
    assert "RESTResponse" in FILTERED


def test_an_answered_ping_is_a_sign_of_life(world: PbxWorld, clock: Clock) -> None:
    """A PBX that answers no pings is told to the operator."""
    silent: list[PbxConnection] = []
    ping = PingPbxs(world.connections, world.calls, world.switch, clock, silent.append)
    for _ in range(4):
        clock.passes(300)
        assert ping() == 1
        world.pbx.flush()
    assert silent == []
    world.pbx.later = []
    for _ in range(3):
        clock.passes(300)
        ping()
        world.pbx.later.clear()
    assert [one.account for one in silent] == [ACCOUNT]


def test_strange_frames_are_left_alone(world: PbxWorld) -> None:
    """Events of later versions, of foreign channels, of nobody, and no JSON at all."""
    frames = [
        "",
        "no json",
        "[]",
        "null",
        '{"type": 5}',
        '{"type": "NewEvent2031"}',
        '{"type": "Dial"}',
        world.pbx.event("ChannelDestroyed", "1700000000.9", cause=16),
        world.pbx.event("StasisStart", channel_id("0" * 32, 0)),
        '{"type": "RESTResponse", "request_id": "", "status_code": 400}',
        '{"type": "StasisStart", "timestamp": "yesterday", "channel": {"id": "x"}}',
    ]
    for frame in frames:
        world.hear(frame)
    assert (world.events.sent, world.progress) == ([], [])


def test_a_clock_that_is_wrong_is_corrected(clock: Clock) -> None:
    """The difference is measured when the PBX registers."""
    world = PbxWorld(clock)
    world.pbx.clock = lambda: clock() - timedelta(hours=3)
    world.pbx.register()
    originated(world)
    assert {event.at for event in world.events.sent} == {NOON}


def test_a_later_connection_counts(world: PbxWorld) -> None:
    """What a replaced connection still sends to register is ignored."""
    world.connections.open(PbxConnection(ACCOUNT, "c2", NOON))
    world.pbx.register()
    assert not world.connections.rows[ACCOUNT].is_ready


def test_causes_and_codes() -> None:
    """The SIP code decides where there is one; a call that rang and ended without a reason is no answer."""
    for cause, sip, rang, dialled, wanted in (
        (17, 486, True, "BUSY", Disposition.BUSY),
        (17, 603, True, "", Disposition.REJECTED),
        (19, 480, True, "NOANSWER", Disposition.NO_ANSWER),
        (19, 480, False, "", Disposition.UNAVAILABLE),
        (0, 0, True, "", Disposition.NO_ANSWER),
        (0, 0, True, "NOANSWER", Disposition.NO_ANSWER),
        (0, 0, False, "", Disposition.FAILED),
        (16, 487, True, "NOANSWER", Disposition.NO_ANSWER),
        (16, 487, True, "", Disposition.CANCELLED),
        (34, 0, False, "", Disposition.CONGESTION),
        (34, 503, False, "", Disposition.CONGESTION),
        (20, 0, False, "CHANUNAVAIL", Disposition.UNAVAILABLE),
        (127, 699, False, "", Disposition.FAILED),
        (99, 0, True, "", Disposition.FAILED),
    ):
        assert disposition_of(cause, sip, rang=rang, dialled=dialled) is wanted


def test_times_of_asterisk_are_read() -> None:
    """With the zone of the PBX, as 22.10 writes it."""
    message = read_message(
        '{"type":"ApplicationRegistered","timestamp":"2026-11-30T16:53:20.840+0300","application":"a","asterisk_id":"x"}'
    )
    assert message
    assert getattr(message, "at").isoformat() == "2026-11-30T13:53:20.840000+00:00"  # noqa: B009


def test_a_caller_who_hangs_up_ends_the_call(world: PbxWorld) -> None:
    """Asterisk tells the end of a caller's channel only to who has subscribed, also if it was over before that."""
    world.routes["79055550101"] = "104"
    a_caller(world)
    world.pbx.ends("1700000000.5")
    assert world.events.kinds()[-1] == "call.ended"
    assert not [one for one in world.pbx.channels if one.startswith("sb-")]
