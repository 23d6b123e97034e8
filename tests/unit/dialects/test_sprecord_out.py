"""What receivers that speak SpRecord's dialect get."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from switchboard.calls.record_numbers import record_number
from switchboard.dialects.sprecord.tables import DISPOSITIONS, FIELDS, KINDS, NAMES, STATUSES
from switchboard.dialects.sprecord.verification import md5_of, verify
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind, Number
from tests.support.builders import NOON, an_event, an_event_of_no_call, applied
from tests.unit.builders import parsed, parsed_sample, played, rendered_as, sample

PARTIES = {"call_id": str, "call_src": str, "call_dst": str, "trunk": str}
# 'Payload события': the types of what each event has in it.
TYPES: dict[str, Mapping[str, type | tuple[type, ...]]] = {
    "startup": {},
    "incoming_call": PARTIES,
    "outgoing_call": PARTIES,
    "start_talk": PARTIES,
    "call_end": {"call_id": str, "record_id": int, "duration": (int, type(None)), "status": str},
    "incoming_sms": {"sms_src": str, "text": str, "trunk": str, "date": str},
    "answer_elsewhere": {"call_id": str, "number": str},
}


def told(kind: Kind, second: int = 0, **fields: Any) -> CallEvent:
    own = {"kind": kind, "name": kind.value, "at": NOON + timedelta(seconds=second), **fields}
    if kind is not Kind.CALL_STARTED:
        own = {"caller": None, "callee": None, "direction": None, **own}
    return an_event(f"{kind}-{second}", **own)


def left(*events: CallEvent) -> list[dict[str, Any]]:
    """All messages of a call."""
    return [dict(one.body) for done in played(events) for one in rendered_as("sprecord", done)]


EXTENSION = Number("107")
START, OUT = told(Kind.CALL_STARTED), told(Kind.CALL_STARTED, direction=Direction.OUTGOING, extension=EXTENSION)
ANSWER = told(Kind.CALL_ANSWERED, 9, extension=EXTENSION)
END = told(Kind.CALL_ENDED, 31, disposition=Disposition.ANSWERED, talk_duration=22)
CALLS = [[START, ANSWER, told(Kind.CALL_REDIRECTED, 20, extension=Number("109")), END], [OUT, ANSWER, END]]
OF_NO_CALL = [an_event_of_no_call(kind=kind) for kind in (Kind.DEVICE_STARTED, Kind.SMS_RECEIVED)]


def test_every_event_has_the_documented_shape() -> None:
    """All seven of them, each with all that is documented in its documented type."""
    bodies = [body for story in [*CALLS, *([one] for one in OF_NO_CALL)] for body in left(*story)]
    assert {body["event_type"] for body in bodies} == set(KINDS) == set(TYPES)
    for body in bodies:
        types = TYPES[body["event_type"]]
        assert set(body) == {"device_id", "event_type", "payload"}
        assert set(body["payload"]) == set(types) == set(FIELDS[body["event_type"]])
        assert all(isinstance(value, types[name]) for name, value in body["payload"].items())
        assert isinstance(body["device_id"], str)


def test_an_answered_call() -> None:
    """In the words and the order of the document."""
    assert [(body["event_type"], body["payload"].get("call_dst")) for body in left(*CALLS[0])] == [
        ("incoming_call", "+73433000100"),
        ("start_talk", "107"),
        ("answer_elsewhere", None),
        ("call_end", None),
    ]


def test_an_outgoing_call_comes_from_the_extension() -> None:
    """And is for whom it is for."""
    payload = left(OUT)[0]["payload"]
    assert (payload["call_src"], payload["call_dst"]) == ("107", "+73433000100")


def test_a_call_back_is_an_outgoing_call() -> None:
    """There is no third direction."""
    assert left(told(Kind.CALL_STARTED, direction=Direction.CALLBACK))[0]["event_type"] == "outgoing_call"


def test_the_trunk_is_the_accounts_number_where_no_trunk_is_known() -> None:
    """So that a receiver can tell lines apart."""
    assert left(START)[0]["payload"]["trunk"] == "+73433000100"
    assert left(told(Kind.CALL_STARTED, trunk="GSM1"))[0]["payload"]["trunk"] == "GSM1"


def test_an_end_has_the_length_of_the_whole_call() -> None:
    """In seconds."""
    payload = left(START, ANSWER, END)[-1]["payload"]
    assert payload == {
        "call_id": "call-1",
        "record_id": record_number("acme", "call-1"),
        "duration": 31,
        "status": "success",
    }


def test_an_end_that_is_told_twice_leaves_once() -> None:
    """By whichever comes first."""
    again = told(Kind.CALL_MISSED, 32)
    assert [body["event_type"] for body in left(START, told(Kind.CALL_ENDED, 31), again)] == [
        "incoming_call",
        "call_end",
    ]


@pytest.mark.parametrize("disposition", Disposition)
@pytest.mark.parametrize("talked", [0, 5])
def test_every_disposition_has_a_status(disposition: Disposition, talked: int) -> None:
    """One of the document's; what it has no word for goes by whether anybody talked."""
    status = left(told(Kind.CALL_ENDED, disposition=disposition, talk_duration=talked))[0]["payload"]["status"]
    assert status == STATUSES.get(disposition, "success" if talked else "no_answer")
    assert status in DISPOSITIONS


@pytest.mark.parametrize("kind", sorted(set(Kind) - set(NAMES)))
def test_for_the_rest_there_is_no_event(kind: Kind) -> None:
    """Of a call or of none."""
    assert left(START, told(kind, 5))[1:] == []
    assert left(an_event_of_no_call(kind=kind)) == []


def test_every_source_of_an_account_has_one_device_id() -> None:
    """The device id is that of the hook's verification, differs between accounts, and gives no address away."""
    stories = ([START, END], [an_event(call_id="call-2")], [an_event(source="s-2")], [an_event(account="other")])
    [[one, end], [again], [elsewhere], [other]] = [[body["device_id"] for body in left(*story)] for story in stories]
    assert one == end == again == elsewhere == verified_as("acme")
    assert other == verified_as("other") != one
    assert "s-office" not in one


def verified_as(account: str) -> str:
    asked: list[Any] = []

    def answer(_: str, request: VendorRequest) -> VendorAnswer:
        asked.append(request.json)
        return VendorAnswer(200, None, md5_of("word"))

    verify(answer, account, "https://crm.example.com", "word")
    return str(asked[0]["device_id"])


def rings(extension: str, second: int) -> CallEvent:
    return told(Kind.LEG_STARTED, second, extension=Number(extension))


def answers(extension: str, second: int = 9) -> CallEvent:
    return told(Kind.CALL_ANSWERED, second, extension=Number(extension))


@pytest.mark.parametrize(
    ("story", "numbers"),
    [
        ([START, rings("107", 2), answers("107")], []),
        ([START, rings("107", 2), answers("109")], ["109"]),
        ([START, rings("107", 2), rings("109", 2), answers("109")], ["109"]),
        ([START, rings("107", 2), rings("109", 12), answers("107")], []),
        ([START, answers("107"), answers("109", 20)], ["109"]),
        ([START, rings("107", 2), told(Kind.CALL_ANSWERED, 9)], []),
        ([OUT, rings("109", 2), answers("107")], []),
    ],
)
def test_an_answer_elsewhere_is_told_of_other_vendors_calls(story: list[CallEvent], numbers: list[str]) -> None:
    """After `start_talk`, if another extension rang or talked before the answer."""
    bodies = left(*story)
    assert [one["payload"]["number"] for one in bodies if one["event_type"] == "answer_elsewhere"] == numbers
    assert [one["event_type"] for one in bodies][-1] == ("answer_elsewhere" if numbers else "start_talk")


def test_an_answer_elsewhere_can_be_chosen_by_its_name_and_kind() -> None:
    """The second message has a name and a kind of its own, so that a hook can subscribe to the second alone."""
    done = played([START, rings("107", 2), answers("109")])[-1]
    assert [(one.event_names, one.kind) for one in rendered_as("sprecord", done)] == [
        (("start_talk",), None),
        (("answer_elsewhere",), Kind.CALL_REDIRECTED),
    ]


@pytest.mark.parametrize(
    ("before", "number"),
    [
        ([], "+73433000100"),
        ([rings("107", 2)], "107"),
        ([rings("107", 2), rings("109", 3)], "+73433000100"),
        ([rings("107", 2), rings("109", 3), told(Kind.LEG_ENDED, 4, extension=Number("109"))], "107"),
        ([rings("107", 2), rings("109", 3), answers("107", 4)], "107"),
    ],
)
def test_the_dialled_number_is_the_extension_where_one_is_known(before: list[CallEvent], number: str) -> None:
    """The extension that talks, else the only one that rings, else the account's number."""
    assert left(*before, told(Kind.CALL_STARTED, 5))[-1]["payload"]["call_dst"] == number


def test_the_number_of_a_recording_is_its_calls() -> None:
    """A whole number for every JSON reader, the same for ever, and another one for another call or account."""
    numbers = {record_number(account, call) for account in ("acme", "other") for call in ("call-1", "call-2")}
    assert len(numbers) == 4
    assert all(0 <= number < 2**53 for number in numbers)
    assert record_number("acme", "call-1") == 3253324216822519


@pytest.mark.parametrize(
    "name", ["incoming_call", "outgoing_call", "start_talk", "call_end", "incoming_sms", "startup"]
)
def test_what_sprecord_itself_told_leaves_as_it_came(name: str) -> None:
    """But for the call's id, which is a string."""
    body = sample(f"sprecord/{name}")
    payload = {**body["payload"], **{key: str(body["payload"][key]) for key in ("call_id",) if key in body["payload"]}}
    assert left(parsed_sample(f"sprecord/{name}")) == [{**body, "payload": payload}]


def test_unknown_parts_of_a_payload_travel_on() -> None:
    """Beside the documented ones."""
    body = sample("sprecord/incoming_call")
    event = parsed("sprecord", {**body, "payload": {**body["payload"], "codec": "alaw"}})
    assert left(event)[0]["payload"]["codec"] == "alaw"


def test_an_event_that_nobody_documented_leaves_as_it_came() -> None:
    """Under its own name."""
    body = {"device_id": "d", "event_type": "sim_removed", "payload": {"slot": 1}}
    (rendered,) = rendered_as("sprecord", applied(parsed("sprecord", body)))
    assert (rendered.body, rendered.event_names) == (body, ("sim_removed",))


def test_an_endless_text_message_keeps_its_text() -> None:
    """However many parts it was sent in."""
    body = sample("sprecord/incoming_sms")
    event = parsed("sprecord", {**body, "payload": {**body["payload"], "text": "слово " * 1000}})
    assert left(event)[0]["payload"]["text"] == "слово " * 1000
