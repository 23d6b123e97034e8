"""Facts that come late or contradict each other: what receivers are told agrees with itself, and is mended."""

from datetime import timedelta
from typing import Any

import pytest

from switchboard.deliveries.prepare import LATE_HEADER, prepare
from switchboard.kernel.call import AppliedEvent, CallEvent
from switchboard.subscriptions.model import AuthType, DeliveryCredentials
from tests.support.builders import NOON, a_subscription
from tests.unit.builders import RECEIVED, parsed, played, rendered_as
from tests.unit.deliveries.test_fan_out import planned

CLIENT, DIALECTS = "79160000201", ("vpbx", "callevents", "sprecord", "kontur", "standard")


def box(name: str, seconds: float, **payload: Any) -> CallEvent:
    body = {"device_id": "d-1", "event_type": name, "payload": {"call_id": 7, **payload}}
    return parsed("sprecord", body, RECEIVED + timedelta(seconds=seconds))


def hook(name: str, second: int, caller: str = CLIENT, **fields: Any) -> CallEvent:
    time = {"ChangeIncCall": "StartDuration", "EndIncCall": "EndTime", "MissedIncCall": "EndTime"}.get(
        name, "StartTime"
    )
    body = {"SessionID": "s-9", "HookType": name, "Caller": caller, "Called": "201", "CityNumber": "4950000201"}
    return parsed("callevents", body | {time: f"2026-03-02 12:30:{second:02d}", **fields})


def pbx(name: str, second: int, **params: Any) -> CallEvent:
    at = {"call_id": "c-9", "event_date": f"2026-03-02 14:30:{second:02d}"}
    return parsed("vpbx", {"event_name": name, "params": {**at, "src_phone": CLIENT, "dst_phone": "201", **params}})


def told(dialect: str, story: list[AppliedEvent]) -> list[tuple[str, Any]]:
    return [(one.event_names[0], one.body) for done in story for one in rendered_as(dialect, done)]


ENDS_FIRST = {
    "a device, by milliseconds": [
        box("call_end", 0, duration=0, status="no_answer"),
        box("incoming_call", 0.004, call_src=CLIENT, call_dst="201"),
    ],
    "a device that also answers late": [
        box("call_end", 0, duration=9, status="success"),
        box("start_talk", 0.002, call_src=CLIENT, call_dst="201"),
        box("incoming_call", 0.004, call_src=CLIENT, call_dst="201"),
    ],
    "an end without numbers": [
        parsed("callevents", {"SessionID": "s-9", "HookType": "EndIncCall", "EndTime": "2026-03-02 12:30:40"}),
        hook("CreateIncCall", 0),
    ],
}


@pytest.mark.parametrize("story", ENDS_FIRST.values(), ids=ENDS_FIRST)
def test_an_end_before_its_start_registers_no_call_of_nobody(story: list[CallEvent]) -> None:
    """Kontur.CRM's register-call waits for the client, comes once, and names the client."""
    bodies = [body for name, body in told("kontur", played(story)) if name == "register-call"]
    assert [body["clientPhone"] for body in bodies] == [CLIENT]


@pytest.mark.parametrize("story", ENDS_FIRST.values(), ids=ENDS_FIRST)
def test_a_start_after_its_end_is_told_with_the_client_and_a_mark(story: list[CallEvent]) -> None:
    """In every dialect that has a word for it; the end was told once."""
    done = played(story)
    starts = {dialect: told(dialect, done[-1:]) for dialect in DIALECTS if dialect != "kontur"}
    assert all(CLIENT.removeprefix("7") in str(starts[dialect]) for dialect in starts), starts
    assert starts["standard"][-1][1]["data"]["outcome"] in ("stale", "impossible")
    assert [name for name, _ in told("vpbx", done)].count("end.call") == 1


def test_what_comes_late_carries_a_mark_in_every_dialect() -> None:
    """A header names the outcome; what comes in time has none."""
    end, start = played([pbx("end.call", 40, disposition="ANSWER", billsec=30), pbx("start.call", 0, direction=1)])
    for dialect in DIALECTS:
        receiver = a_subscription("", dialect=dialect)
        marks = [one.late for done in (end, start) for one in planned(done, receiver)]
        assert marks[0] == ""
        assert set(marks[1:]) <= {"stale"}, dialect
        assert dialect == "kontur" or marks[1:], dialect
    (late,) = planned(start, a_subscription("start.call"))
    request = prepare(late, a_subscription(auth_type=AuthType.NONE), DeliveryCredentials("", ()), NOON, 1)
    assert request.headers[LATE_HEADER] == "stale"
    (soon,) = planned(end, a_subscription("end.call"))
    request = prepare(soon, a_subscription(auth_type=AuthType.NONE), DeliveryCredentials("", ()), NOON, 1)
    assert LATE_HEADER not in request.headers


TALKED = {
    "a missed call beside an answer and an end with a talk": [
        hook("CreateIncCall", 0), hook("ChangeIncCall", 5), hook("MissedIncCall", 45, ResultCode="304"),
        hook("EndIncCall", 45, ResultCode="200", Duration=40),
    ],
    "the end before the missed call": [
        hook("CreateIncCall", 0), hook("ChangeIncCall", 5), hook("EndIncCall", 45, ResultCode="304", Duration=40),
        hook("MissedIncCall", 45, ResultCode="304"),
    ],
    "an end that says busy": [
        pbx("start.call", 0, direction=1), pbx("start.talk", 5), pbx("end.call", 45, disposition="BUSY", billsec=40),
    ],
    "an end that says cancelled": [
        pbx("start.call", 0, direction=1), pbx("start.talk", 5), pbx("end.call", 45, disposition="CANCEL", billsec=40),
    ],
    "an answer that comes after the end": [
        pbx("start.call", 0, direction=1), pbx("end.call", 45, disposition="NOANSWER", billsec=40),
        pbx("start.talk", 5),
    ],
}  # fmt: skip


@pytest.mark.parametrize("story", TALKED.values(), ids=TALKED)
def test_a_talk_means_answered(story: list[CallEvent]) -> None:
    """Whatever the end says: call and every dialect's last word agree with the forty seconds of talk."""
    done = played(story)
    call = done[-1].call
    assert call
    assert (call.disposition, call.answered, call.talk_duration) == ("answered", True, 40)


OUT = {
    "vpbx": ("end.call", lambda body: (body["params"]["disposition"], body["params"]["billsec"]), ("ANSWER", 40)),
    "callevents": ("EndIncCall", lambda body: (body["ResultCode"], body["Duration"]), ("200", 40)),
    "sprecord": ("call_end", lambda body: (body["payload"]["status"], body["payload"]["duration"]), ("success", 45)),
    "standard": (
        "call.ended",
        lambda body: (body["data"]["disposition"], body["data"]["talk_duration"]),
        ("answered", 40),
    ),
}


@pytest.mark.parametrize("dialect", OUT)
def test_an_end_that_contradicts_its_talk_leaves_as_answered(dialect: str) -> None:
    """In another vendor's dialect; a vendor's own word leaves as it came."""
    busy = "an end that says busy" if dialect != "vpbx" else "the end before the missed call"
    name, read, expected = OUT[dialect]
    (body,) = [body for one, body in told(dialect, played(TALKED[busy])) if one == name]
    assert read(body) == expected


def test_a_hidden_client_is_anonymous_to_a_kontur_crm() -> None:
    """In every message that names the client, however the PBX writes a hidden number."""
    for hidden in ("anonymous", "0000000000", "Restricted", "sip:anonymous@anonymous.invalid", "скрыт"):
        story = played(
            [hook("CreateIncCall", 0, hidden), hook("ChangeIncCall", 5, hidden), hook("EndIncCall", 9, hidden)]
        )
        phones = [body["clientPhone"] for _, body in told("kontur", story) if "clientPhone" in body]
        assert (hidden, phones) == (hidden, ["anonymous"] * 3)
