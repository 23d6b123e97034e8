"""Calls through Amazon Chime, against a scripted peer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard.errors import NotFound, NotSupported, ProviderRefused, ProviderSilent, Refusal
from switchboard.kernel.call import Disposition
from switchboard.telephony.chime.causes import cause_of
from switchboard.telephony.chime.invocation import Invoked, read_invocation
from switchboard.telephony.chime.model import ChimeCheck, call_id_of
from switchboard.telephony.model import CallRef, OriginateRequest, SuccessKind, SuccessRule
from tests.fakes.chime import NUMBER
from tests.support.chime import ACCOUNT, SETTINGS, WHOLE, ChimeWorld

EVENTS = ROOT / "events" / "functions" / "telephony" / "chime"
NAMES = {"account": "acme", "call": "5f0c9b2a7d1e4f3a8b6c0d2e4f6a8b0c"}
CONFIRM = SuccessRule(SuccessKind.DIGITS, digits=("1", "*2"))
ORIGINATE = OriginateRequest("cmd_1", ACCOUNT, "104", "+12065550199")


@pytest.fixture
def world() -> ChimeWorld:
    return ChimeWorld()


def actions(world: ChimeWorld) -> list[str]:
    """The kinds of the actions of the latest answer."""
    return [one["Type"] for one in world.chime.answers[-1]["Actions"] or ()]


def test_a_message_is_played_to_the_end(world: ChimeWorld) -> None:
    """File after file; then the hub hangs up, and the report has the whole time."""
    world.place(WHOLE, 8.0, 4.0)
    world.chime.answered()
    world.chime.finish(8.1)
    assert actions(world) == ["PlayAudio"]
    world.chime.finish(4.1)
    end = world.ended()
    assert (end.disposition, end.whole, end.played, end.fault) == ("answered", True, 12.0, "")
    assert [one.stage.value for one in world.progress] == ["ringing", "answered", "ended"]
    assert [step.name for step in end.steps] == ["Trying", "Ringing", "Talking", "AUDIO_DATA_FINISHED", "CallEnded"]
    assert world.chime.last().is_over


def test_who_hangs_up_early_has_not_heard_the_message(world: ChimeWorld) -> None:
    """The time until then counts."""
    world.place()
    world.chime.answered()
    world.chime.hang_up(after=3.0)
    end = world.ended()
    assert (end.disposition, end.whole, end.played, end.fault) == ("answered", False, 3.0, "")


def test_a_file_that_ends_at_once_was_not_heard(world: ChimeWorld) -> None:
    """The file is played again twice; then the hub is at fault, and nobody is told of a heard message."""
    world.place()
    world.chime.answered()
    for _ in range(3):
        world.chime.finish(0.1)
    end = world.ended()
    assert (end.whole, "could not play" in end.fault) == (False, True)


@pytest.mark.parametrize("success", [WHOLE, CONFIRM])
def test_a_missing_file_is_the_hubs_fault(world: ChimeWorld, success: SuccessRule) -> None:
    """The campaign stops before thousands hear silence."""
    world.place(success)
    world.chime.answered()
    world.chime.fail(0.2)
    assert "could not play" in world.ended().fault


def test_a_callee_confirms_by_a_key(world: ChimeWorld) -> None:
    """Within the message; the pattern allows the codes of the condition, and the call ends at once."""
    world.place(CONFIRM, 8.0, 4.0)
    world.chime.answered()
    (action,) = world.chime.last().actions
    assert action["Parameters"]["InputDigitsRegex"] == r"^(1|\*2)$"
    assert action["Parameters"]["TerminatorDigits"] == ["#"]
    world.chime.press("*2", 3.0)
    end = world.ended()
    assert (end.digits, end.whole, end.fault) == ("*2", False, "")


def test_without_a_key_nothing_is_confirmed(world: ChimeWorld) -> None:
    """The document's example of this event has the error of a missing file; the time tells the difference."""
    world.place(CONFIRM)
    world.chime.answered()
    world.chime.fail(13.0)
    end = world.ended()
    assert (end.digits, end.whole, end.fault, end.disposition) == ("", True, "", "answered")


@pytest.mark.parametrize(
    ("code", "disposition"),
    [
        (486, "busy"),
        (480, "no_answer"),
        (0, "no_answer"),
        (None, "no_answer"),
        (404, "invalid_number"),
        (503, "congestion"),
    ],
)
def test_an_unanswered_call_has_the_cause_of_its_code(world: ChimeWorld, code: int | None, disposition: str) -> None:
    """A code that is absent, and the code of a normal end, say that a phone that rang was not answered."""
    world.place()
    world.chime.begin()
    world.chime.ring()
    world.chime.hang_up(code=code)
    assert (world.ended().disposition, world.ended().answered_at) == (disposition, None)


def test_a_failure_that_never_rang_is_no_callees() -> None:
    """Nor is an unknown error of the bridge."""
    assert cause_of(0, rang=False) is Disposition.FAILED
    assert cause_of(None, rang=True, error="CallNotAnswered") is Disposition.NO_ANSWER
    assert cause_of(None, rang=True, error="SomethingNew") is Disposition.FAILED


def test_an_extension_and_a_number_are_bridged(world: ChimeWorld) -> None:
    """The extension's phone first; whoever hangs up, the other leg is ended too, since each is billed."""
    for tag in ("LEG-A", "LEG-B"):
        world = ChimeWorld()
        world.telephony.originate(ORIGINATE)
        assert world.chime.requests[-1][1]["ToPhoneNumber"] == SETTINGS.phones["104"]
        world.chime.answered()
        (action,) = world.chime.last().actions
        assert action["Parameters"]["Endpoints"] == [{"BridgeEndpointType": "PSTN", "Uri": "+12065550199"}]
        world.chime.bridge(4.0)
        world.chime.hang_up(tag, after=60.0)
        assert world.chime.last().is_over
        kinds = [event.kind.value for event in world.events.sent if event.dialect == "chime"]
        assert kinds == ["call.started", "leg.started", "call.answered", "call.ended"]
        end = world.events.sent[-1]
        assert (end.disposition, end.talk_duration, end.duration) == (Disposition.ANSWERED, 60, 64)


def test_a_number_that_does_not_answer_ends_the_extensions_leg(world: ChimeWorld) -> None:
    """With the cause of the bridge."""
    world.telephony.originate(ORIGINATE)
    world.chime.answered()
    world.chime.fail(45.0, "CallNotAnswered")
    assert world.chime.last().is_over
    assert world.events.sent[-1].disposition is Disposition.NO_ANSWER


def test_a_second_leg_that_answers_too_late_is_ended(world: ChimeWorld) -> None:
    """The extension has given up: nobody may stay on a line that is billed."""
    world.telephony.originate(ORIGINATE)
    world.chime.answered()
    call = world.chime.last()
    world.chime.hang_up("LEG-A")
    call.actions = [
        {"Type": "CallAndBridge", "Parameters": {"CallerIdNumber": NUMBER, "Endpoints": [{"Uri": "+12065550199"}]}}
    ]
    world.chime.bridge(1.0)
    assert call.is_over
    assert world.events.sent[-1].disposition is Disposition.CANCELLED


def test_a_hang_up_interrupts_what_is_played(world: ChimeWorld) -> None:
    """By an update, for which the service asks the function."""
    call = world.place()
    world.chime.answered()
    world.telephony.hang_up("cmd_2", CallRef(ACCOUNT, call.id, call.id))
    world.clock.go(2)
    world.chime.flush()
    assert world.chime.last().is_over
    assert (world.ended().disposition, world.ended().played) == ("answered", 2.0)


def test_a_refused_hang_up_can_be_tried_again(world: ChimeWorld) -> None:
    """The mark is taken back; an unknown outcome keeps the mark."""
    call = world.place()
    world.chime.answered()
    for status, code, error in (
        (429, "ThrottledClientException", ProviderRefused),
        (500, "ServiceFailureException", ProviderSilent),
    ):
        world.chime.refusals.append((status, code))
        with pytest.raises(error):
            world.telephony.hang_up("cmd_2", CallRef(ACCOUNT, call.id, call.id))
    assert world.call(call.id).hung_up


def test_a_call_that_the_hub_began_is_not_redirected(world: ChimeWorld) -> None:
    """The service bridges to the first leg alone; an unknown call is not found."""
    call = world.place()
    with pytest.raises(NotSupported):
        world.telephony.redirect("cmd_2", CallRef(ACCOUNT, call.id, call.id), "105")
    with pytest.raises(NotFound):
        world.telephony.redirect("cmd_2", CallRef(ACCOUNT, "nobody", ""), "105")


REFUSED: list[tuple[int, str, Refusal]] = [
    (429, "ThrottledClientException", Refusal.TOO_FAST),
    (400, "ResourceLimitExceededException", Refusal.NO_CHANNELS),
    (403, "ForbiddenException", Refusal.FORBIDDEN),
    (401, "UnauthorizedClientException", Refusal.FORBIDDEN),
    (400, "BadRequestException", Refusal.REJECTED),
    (404, "NotFoundException", Refusal.FORBIDDEN),
]


@pytest.mark.parametrize(("status", "code", "refusal"), REFUSED)
def test_a_refused_call_may_be_ordered_again(world: ChimeWorld, status: int, code: str, refusal: Refusal) -> None:
    """Nothing was begun: the claim and the channel are free."""
    world.chime.refusals.append((status, code))
    with pytest.raises(ProviderRefused) as refused:
        world.place()
    assert refused.value.refusal is refusal
    world.place()
    assert len(world.chime.calls) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_call_that_may_have_begun_is_never_ordered_again(world: ChimeWorld, status: int) -> None:
    """The service has no idempotency key: the claim stays, and the call's events find the claim."""
    world.chime.refusals.append((status, "ServiceFailureException"))
    with pytest.raises(ProviderSilent):
        world.place()
    world.place()
    assert len(world.chime.requests) == 1


def test_a_call_whose_answer_was_lost_goes_on_by_its_events(world: ChimeWorld) -> None:
    """The first event carries the call's own arguments."""
    order = world.service.call

    def lost(*given: Any) -> str:
        order(*given)
        raise ProviderSilent("No answer.")

    world.telephony = replace(world.telephony, service=type("", (), {"call": staticmethod(lost)})())
    with pytest.raises(ProviderSilent):
        world.place()
    world.chime.answered()
    world.chime.finish(8.0)
    assert world.ended().whole


def test_the_quotas_are_bounds(world: ChimeWorld) -> None:
    """Two legs of a bridged call are two calls; calls of the same second wait; the end frees what was taken."""
    world = ChimeWorld(settings=replace(SETTINGS, channels=2, cps=1))
    world.telephony.originate(ORIGINATE)
    for seconds, refusal in ((0.0, Refusal.NO_CHANNELS), (2.0, Refusal.NO_CHANNELS)):
        world.clock.go(seconds)
        with pytest.raises(ProviderRefused) as refused:
            world.place(command="cmd_2")
        assert refused.value.refusal is refusal
    world.chime.answered()
    world.chime.hang_up()
    world.place(command="cmd_2")
    with pytest.raises(ProviderRefused) as refused:
        world.place(command="cmd_3")
    assert refused.value.refusal is Refusal.TOO_FAST


def test_a_number_of_no_plan_is_refused_before_anything_is_asked(world: ChimeWorld) -> None:
    """Short numbers, and extensions without a phone."""
    with pytest.raises(ProviderRefused):
        world.telephony.originate(replace(ORIGINATE, number="112"))
    with pytest.raises(NotFound):
        world.telephony.originate(replace(ORIGINATE, extension="105"))
    assert (world.chime.requests, world.checks.sent) == ([], [])


def test_a_number_of_the_account_is_shown(world: ChimeWorld) -> None:
    """A wish for another one is not: the service would refuse the call."""
    for wanted in ("", "+12065550111", NUMBER):
        world.place(command=f"cmd {wanted}", caller_id=wanted)
        assert world.chime.requests[-1][1]["FromPhoneNumber"] == NUMBER


READ: dict[str, dict[str, Any]] = {
    "new_incoming_call": {"kind": Invoked.INBOUND},
    "new_outbound_call": {"kind": Invoked.OUTBOUND, "arguments": NAMES},
    "new_outbound_call_without_arguments": {"kind": Invoked.OUTBOUND, "arguments": {}},
    "call_answered_without_status": {"kind": Invoked.ANSWERED, "up": frozenset()},
    "digits_beside_the_action": {"digits": "1", "error": "InvalidAudioSource"},
    "digits_as_a_number": {"digits": "1"},
    "no_digits": {"digits": "", "error": "InvalidAudioSource", "key": "audio/acme/1/a.wav"},
    "digits_received": {"kind": Invoked.DIGITS, "digits": "12"},
    "call_update_requested": {"arguments": {**NAMES, "do": "hangup"}, "attributes": NAMES},
    "hangup_busy": {"code": 486, "leg": "LEG-A"},
    "hangup_code_as_text": {"code": 480},
    "hangup_without_a_code": {"code": None, "kind": Invoked.HANGUP},
    "hangup_of_the_second_leg": {"leg": "LEG-B", "up": frozenset({"LEG-A"}), "kind": Invoked.HANGUP},
    "of_a_later_schema": {"kind": Invoked.UNKNOWN},
}


def test_every_spelling_of_the_documents_is_read() -> None:
    """The documents' examples contradict each other."""
    for name, expected in READ.items():
        found = read_invocation(json.loads((EVENTS / f"{name}.json").read_text()))
        assert {field: getattr(found, field) for field in expected} == expected, name
        assert found.transaction == "1322a4e7-c106-4e70-aaaf-a8fa4c77c0cb"


# ------------------------------------------------------------------------------------------------ limits ---


def look(world: ChimeWorld, after: float) -> None:
    """Let time pass, and have the message of the latest call looked at."""
    world.clock.go(after)
    world.check(world.checks.sent[-1][0])


def test_a_phone_rings_for_as_long_as_the_order_says(world: ChimeWorld) -> None:
    """The service has no limit of its own for a call's first leg: the hub hangs up. That is no answer."""
    world.place(ring_for=20.0)
    world.chime.begin()
    world.chime.ring()
    look(world, 25)
    world.chime.flush()
    assert world.chime.last().is_over
    assert (world.ended().disposition, world.ended().fault) == ("no_answer", "")


def test_a_talk_lasts_as_long_as_the_order_says(world: ChimeWorld) -> None:
    """Audio that is longer is interrupted. A look before the limit asks for another one."""
    world.place(WHOLE, 600.0, last_for=60.0, ring_for=20.0)
    world.chime.answered()
    look(world, 25)
    assert world.checks.sent[-1][1] == 40.0
    look(world, 40)
    world.chime.flush()
    assert world.chime.last().is_over
    assert (world.ended().disposition, world.ended().whole) == ("answered", False)


def test_a_call_whose_end_was_lost_ends_at_its_limit(world: ChimeWorld) -> None:
    """The service has no such call any more, so the channel is free, and the campaign is told."""
    world = ChimeWorld(settings=replace(SETTINGS, channels=1))
    world.place()
    world.chime.answered()
    world.chime.last().legs["LEG-A"].status = "Disconnected"
    look(world, 400)
    assert (world.ended().disposition, world.ended().whole) == ("answered", False)
    world.place(command="cmd_2")


def test_a_call_that_never_began_ends_at_its_limit(world: ChimeWorld) -> None:
    """A worker died between the claim and the order: the failure is the hub's."""
    world.chime.refusals.append((500, "ServiceFailureException"))
    with pytest.raises(ProviderSilent):
        world.place()
    look(world, 40)
    assert (world.ended().disposition, "did not tell" in world.ended().fault) == ("failed", True)


def test_a_look_at_nobody_does_nothing(world: ChimeWorld) -> None:
    """Nor does one at a call that has ended and is told."""
    world.check(ChimeCheck(ACCOUNT, "nobody"))
    world.place()
    world.chime.answered()
    world.chime.hang_up()
    told = len(world.progress)
    look(world, 400)
    assert (len(world.progress), len(world.checks.sent)) == (told, 1)


# --------------------------------------------------------------------- repeats, disorder and outages ---


def test_a_repeated_event_has_the_same_answer(world: ChimeWorld) -> None:
    """The service asks again after five seconds: whatever was answered is answered again, and nothing is counted."""
    world.place(CONFIRM, 8.0, 4.0)
    steps: list[dict[str, Any]] = []
    world.chime.answer = lambda event: steps.append(event) or _twice(world, event)
    world.chime.answered()
    world.chime.fail(8.0)
    world.chime.press("1", 2.0)
    end = next(one for one in world.progress if one.stage.value == "ended")
    assert (end.digits, end.played) == ("1", 10.0)
    assert len(steps) == 6


def _twice(world: ChimeWorld, event: dict[str, Any]) -> dict[str, Any]:
    first, again = world.answer(event), world.answer(event)
    assert first == again
    return again


def test_a_late_repeat_does_not_play_again(world: ChimeWorld) -> None:
    """What goes on is kept: a second list of actions would replace the first."""
    world.place(WHOLE, 8.0, 4.0)
    call = world.chime
    call.begin()
    call.last().legs["LEG-A"].status = "Connected"
    event = call.event(call.last(), "CALL_ANSWERED")
    first = world.answer(event)
    call.last().actions = list(first["Actions"])
    call.finish(8.0)
    assert world.answer(event)["Actions"] is None


def test_a_sequence_that_never_grows_is_no_repeat(world: ChimeWorld) -> None:
    """The document's examples of an outbound call all have the sequence 1."""
    world.chime.stuck_sequence = True
    world.place(WHOLE, 8.0, 4.0)
    world.chime.answered()
    world.chime.finish(8.0)
    world.chime.finish(4.0)
    assert world.ended().whole


class Down(Exception):
    """DynamoDB does not answer."""


def test_an_outage_is_never_an_error_to_the_service(world: ChimeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function asks for a pause, after which the service asks again; the callee hears the message then."""
    world.place()
    world.chime.begin()
    world.chime.ring()

    def fails(*_: Any) -> Any:
        raise Down

    with monkeypatch.context() as patch:
        patch.setattr(world.calls, "get", fails)
        world.chime.pick_up()
        assert (actions(world), len(world.errors)) == (["Pause"], 1)
    world.chime.finish(1.0)
    assert actions(world) == ["PlayAudio"]
    world.chime.finish(8.0)
    assert world.ended().whole


def test_news_that_could_not_be_told_is_told_later(world: ChimeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the next event of the call; after the last one, by the look."""
    call = world.place()
    world.chime.answered()
    with monkeypatch.context() as patch:
        patch.setattr(world.news.events, "send", lambda _: None)
        world.answer = replace(world.answer, news=replace(world.news, placed=_down))
        world.chime.answer = world.answer
        world.chime.finish(8.0)
    assert world.call(call.id).untold
    look(world, 400)
    assert world.ended().whole
    assert not world.call(call.id).untold


def _down(_: Any) -> None:
    raise Down


def test_a_call_of_nobody_is_ended(world: ChimeWorld) -> None:
    """So is a caller: no account takes calls from here. Nothing that is no event is an error."""
    told = {"InvocationEventType": "CALL_ANSWERED", "CallDetails": {"TransactionId": "t", "Participants": [
        {"CallId": "c", "ParticipantTag": "Leg-A", "Status": "Connected"}]}}  # fmt: skip
    assert [one["Type"] for one in world.answer(told)["Actions"]] == ["Hangup"]
    for kind in ("NEW_INBOUND_CALL", "NEW_INCOMING_CALL"):
        answer = world.answer({**told, "InvocationEventType": kind})
        assert answer["Actions"][0]["Parameters"]["SipResponseCode"] == "480"
    assert world.callers == ["t", "t"]
    for nothing in (None, [], {}, {"CallDetails": 7}, {"CallDetails": {"Participants": "x"}, "ActionData": []}):
        assert world.answer(nothing) == {"SchemaVersion": "1.0", "Actions": []}
    assert world.errors == []


def test_an_event_of_another_transaction_does_not_touch_a_call(world: ChimeWorld) -> None:
    """Even with the call's name in its attributes."""
    call = world.place()
    world.chime.answered()
    event = world.chime.event(world.chime.last(), "HANGUP")
    event["CallDetails"]["TransactionId"] = "another"
    world.answer(event)
    assert world.call(call.id).ended_at is None


def test_an_answer_that_the_service_refuses_is_the_hubs_fault(world: ChimeWorld) -> None:
    """The service tells so, and ends the call."""
    world.place()
    world.chime.answered()
    world.chime.tell(world.chime.last(), "INVALID_LAMBDA_RESPONSE", {"ErrorType": "x", "ErrorMessage": "y"})
    assert "refused the hub's answer" in world.ended().fault


def test_the_same_order_is_the_same_call(world: ChimeWorld) -> None:
    """However often it is given."""
    assert {world.place().id for _ in range(3)} == {call_id_of(ACCOUNT, "cmd_1")}
    assert len(world.chime.calls) == 1
