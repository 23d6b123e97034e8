"""What each dialect says of a call that the hub ends as lost, and of the late end that mends the call."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.calls.lost import Loss, end_of_lost
from switchboard.kernel.call import AppliedEvent, CallEvent, Disposition, Kind
from tests.support.builders import an_event
from tests.unit.builders import RECEIVED, parsed, played, rendered_as

NUMBERS = {"src_phone": "79160000103", "dst_phone": "74950000003", "real_local_number": "103"}


def vpbx(name: str, seconds: int, **params: Any) -> CallEvent:
    body = {"event_name": name, "params": {"call_id": "c-7", **NUMBERS, "direction": 1, **params}}
    return replace(parsed("vpbx", body), at=RECEIVED + timedelta(seconds=seconds))


def story(*events: CallEvent, end: CallEvent | None = None) -> list[AppliedEvent]:
    """The call, its end as lost, and its late end."""
    call = played(events)[-1].call
    assert call
    return played([*events, end_of_lost(call, Loss.SILENT, RECEIVED + timedelta(hours=5)), *([end] if end else [])])


def told(dialect: str, done: AppliedEvent) -> list[Any]:
    return [one.body for one in rendered_as(dialect, done)]


ANSWERED = (vpbx("start.call", 0), vpbx("start.talk", 5))
END = vpbx("end.call", 65, disposition="ANSWER", duration=65, billsec=60)
MISSED = vpbx("end.call", 65, disposition="BUSY", duration=65, billsec=0)


def test_is_vpbx_hears_whether_somebody_talked() -> None:
    """Its codes have no word for an end that nobody told; a late end is told as usual."""
    *_, lost, late = story(*ANSWERED, end=END)
    (body,) = told("vpbx", lost)
    assert body["event_name"] == "end.call"
    assert [body["params"][name] for name in ("call_id", "disposition", "duration", "billsec")] == [
        "c-7",
        "ANSWER",
        5,
        0,
    ]
    (mended,) = told("vpbx", late)
    assert [mended["params"][name] for name in ("disposition", "duration", "billsec")] == ["ANSWER", 65, 60]
    (rang,) = told("vpbx", story(ANSWERED[0])[-1])
    assert rang["params"]["disposition"] == "NOANSWER"


def test_sprecord_hears_that_the_status_is_not_known() -> None:
    """`not_def` is its word."""
    *_, lost, late = story(*ANSWERED, end=END)
    (body,) = told("sprecord", lost)
    assert (body["event_type"], body["payload"]["status"], body["payload"]["duration"]) == ("call_end", "not_def", 5)
    (mended,) = told("sprecord", late)
    assert (mended["event_type"], mended["payload"]["status"]) == ("call_end", "success")


def test_the_multichannel_service_hears_of_an_end() -> None:
    """200 or 304, and a missed call where nobody talked."""
    *_, lost, late = story(*ANSWERED, end=END)
    (body,) = told("callevents", lost)
    assert (body["HookType"], body["ResultCode"], body["Duration"]) == ("EndIncCall", "200", 0)
    assert [(one["HookType"], one["Duration"]) for one in told("callevents", late)] == [("EndIncCall", 60)]
    rang = story(ANSWERED[0], end=MISSED)
    assert [one["HookType"] for one in told("callevents", rang[-2])][-2:] == ["EndIncCall", "MissedIncCall"]
    assert {one["ResultCode"] for one in told("callevents", rang[-2])[-2:]} == {"304"}
    assert {one["ResultCode"] for one in told("callevents", rang[-1])} == {"486"}


def test_a_kontur_crm_hears_of_an_end_and_registers_the_call_again_when_it_is_mended() -> None:
    """The second register-call has the real times."""
    *_, lost, late = story(*ANSWERED, end=END)
    first = rendered_as("kontur", lost)
    assert [one.event_names[0] for one in first] == ["call-event.finished", "call-finished", "register-call"]
    second = rendered_as("kontur", late)
    assert [one.event_names[0] for one in second] == ["register-call"]
    ends = [one.body["items"][0]["finishedAt"] for one in (first[-1], second[-1])]
    assert ends == [at.isoformat(timespec="microseconds") for at in (ANSWERED[1].at, END.at)]


def test_standard_says_lost_and_why_and_mended() -> None:
    """With the state, the outcome and the sequence."""
    *_, lost, late = story(*ANSWERED, end=END)
    (body,) = told("standard", lost)
    names = ("state", "outcome", "sequence", "disposition", "cause", "answered", "duration")
    assert [body["data"][name] for name in names] == ["ended", "advanced", 3, "lost", "silent", True, 5]
    (mended,) = told("standard", late)
    assert [mended["data"][name] for name in names] == ["ended", "mended", 4, "answered", "ANSWER", True, 65]


OWN = {
    "sprecord": {"device_id": "dev-7", "event_type": "incoming_call", "payload": {"call_id": "9", "call_dst": "103"}},
    "callevents": {"SessionID": "AB12-x", "HookType": "CreateIncCall", "Caller": "9160000103"},
    "vpbx": {"event_name": "start.call", "params": {"call_id": "id with blanks", **NUMBERS, "direction": 1}},
}
IDS = {
    "sprecord": lambda body: (body["device_id"], body["payload"]["call_id"]),
    "callevents": lambda body: body["SessionID"],
    "vpbx": lambda body: body["params"]["call_id"],
}


@pytest.mark.parametrize("dialect", OWN)
def test_a_vendor_hears_of_its_own_call_under_its_own_ids(dialect: str) -> None:
    """As of the events before."""
    start, lost = story(parsed(dialect, OWN[dialect]))
    ids = [IDS[dialect](told(dialect, one)[0]) for one in (start, lost)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize("dialect", ["vpbx", "sprecord", "kontur", "standard"])
def test_a_second_report_of_the_end_is_told_to_nobody_new(dialect: str) -> None:
    """A missed call beside the end, as one vendor sends both."""
    missed = an_event(
        "m", kind=Kind.CALL_MISSED, name="MissedIncCall", dialect="callevents", call_id="c-7", at=MISSED.at
    )
    call = story(ANSWERED[0], end=MISSED)[-1].call
    assert call
    assert call.disposition is Disposition.BUSY
    (*_, last) = played([ANSWERED[0], end_of_lost(call, Loss.SILENT, RECEIVED), MISSED, missed])
    assert len(told(dialect, last)) == (1 if dialect == "standard" else 0)
