"""What vendors may send: documented fields with good values and with junk, and JSON of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from switchboard.dialects.callevents import tables as callevents
from switchboard.dialects.kontur import tables as kontur
from switchboard.dialects.registry import readers
from switchboard.dialects.sprecord import tables as sprecord
from switchboard.dialects.vpbx import tables as vpbx
from switchboard.kernel.call import CallEvent
from tests.unit.builders import RECEIVED, SAMPLES, parsed, read, sample

Strategy = st.SearchStrategy[Any]

FEW = settings(max_examples=50)
"""Few enough examples for seconds."""

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(max_size=20) | st.just("x" * 3000)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)

NUMBERS = st.sampled_from(
    ["79000002211", "84950001200", "4950001200", "+79000002233", "+790000xxxxx", "200311", "104", "anonymous", ""]
)
SECONDS = st.integers(0, 300)
TIMES = st.builds(
    lambda seconds: (RECEIVED + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S"), st.integers(0, 20)
)

VPBX_FIELDS: dict[str, Strategy] = {
    "event_date": TIMES,
    "src_phone": NUMBERS,
    "dst_phone": NUMBERS,
    "direction": st.integers(1, 3),
    "real_local_number": NUMBERS,
    "disposition": st.sampled_from(sorted(vpbx.DISPOSITIONS)),
    "duration": SECONDS,
    "billsec": SECONDS,
    "wait_time": SECONDS,
    "record": st.sampled_from(["", "https://pbx.example.com/record/1"]),
    "vm_type": st.integers(1, 2),
    "vm_record_url": st.just("https://pbx.example.com/voicemail/1"),
}
CALLEVENTS_FIELDS: dict[str, Strategy] = {
    "StartTime": TIMES,
    "StartDuration": TIMES,
    "EndTime": TIMES,
    "CityNumber": NUMBERS,
    "Caller": NUMBERS,
    "Called": NUMBERS,
    "Redirecting": NUMBERS,
    "Duration": SECONDS,
    "ResultCode": st.sampled_from(sorted(callevents.DISPOSITIONS)) | st.integers(200, 700),
}
SPRECORD_FIELDS: dict[str, Strategy] = {
    "call_src": NUMBERS,
    "call_dst": NUMBERS,
    "trunk": st.sampled_from(["GSM1", "FXO2"]),
    "record_id": st.integers(1, 9),
    "duration": st.none() | SECONDS,
    "status": st.sampled_from(sorted(sprecord.DISPOSITIONS)),
    "sms_src": NUMBERS,
    "text": st.text(max_size=10),
    "date": TIMES,
    "number": NUMBERS,
}
ISO_TIMES = TIMES.map(lambda text: text.replace(" ", "T") + "+00:00")
PARTY = st.builds(
    lambda type_, user: {"type": type_, "userId": user},
    st.sampled_from(["client", "user"]),
    st.sampled_from(["104", "u-1"]),
)
KONTUR_FIELDS: dict[str, Strategy] = {
    "timestamp": ISO_TIMES,
    "externalVatsPhone": NUMBERS,
    "clientPhone": NUMBERS,
    "direction": st.sampled_from(sorted(kontur.DIRECTIONS)),
    "externalCallItemId": st.just("item-1"),
    "from": PARTY,
    "to": PARTY,
    "recordingFileId": st.just("file-1"),
    "items": st.lists(
        st.fixed_dictionaries(
            {"id": st.just("item-1")}, optional={"to": PARTY, "startedAt": ISO_TIMES, "finishedAt": ISO_TIMES}
        ),
        max_size=3,
    ),
    "externalCreatedAt": ISO_TIMES,
}


def _fields(documented: Mapping[str, Strategy]) -> Strategy:
    """Any of the documented fields, each now and then with junk in it."""
    return st.fixed_dictionaries({}, optional={name: good | good | good | JSON for name, good in documented.items()})


def vpbx_bodies(call_id: Strategy) -> Strategy:
    def body(name: Any, type_: Any, params: Any, call: Any) -> dict[str, Any]:
        return {"type": type_, "event_name": name, "params": {**params, "call_id": call}}

    names = st.sampled_from([*vpbx.KINDS, "custom.step", "start.dance"])
    types = st.sampled_from(["call_event", "vm_event", "callback_event", "custom_event"])
    return st.builds(body, names, types, _fields(VPBX_FIELDS), call_id)


def callevents_bodies(session: Strategy) -> Strategy:
    def body(name: Any, fields: Any, session_id: Any) -> dict[str, Any]:
        return {"SessionID": session_id, "HookType": name, **fields}

    return st.builds(body, st.sampled_from([*callevents.KINDS, "Other"]), _fields(CALLEVENTS_FIELDS), session)


def sprecord_bodies(call_id: Strategy) -> Strategy:
    def body(name: Any, payload: Any, call: Any) -> dict[str, Any]:
        return {"device_id": "device-1", "event_type": name, "payload": {**payload, "call_id": call}}

    return st.builds(body, st.sampled_from([*sprecord.KINDS, "other"]), _fields(SPRECORD_FIELDS), call_id)


def kontur_bodies(call_id: Strategy) -> Strategy:
    def body(name: str, fields: Any, call: Any) -> dict[str, Any]:
        callback, _, type_ = name.partition(".")
        return {**fields, "callback": callback, "externalId": call, **({"type": type_} if type_ else {})}

    return st.builds(
        body, st.sampled_from([*kontur.KINDS, "other", "call-event.other"]), _fields(KONTUR_FIELDS), call_id
    )


def sample_bodies(dialect: str) -> Callable[[Strategy], Strategy]:
    """What is sent in a dialect of which nobody wrote down more: the payloads of its own `answered` story."""
    story = read(SAMPLES / dialect / "out" / "answered.json")
    return lambda _: st.sampled_from([sample(f"{dialect}/{step['event']}") for step in story])


OF_FIELDS = {
    "vpbx": vpbx_bodies,
    "callevents": callevents_bodies,
    "sprecord": sprecord_bodies,
    "kontur": kontur_bodies,
}
BODIES = {name: OF_FIELDS.get(name) or sample_bodies(name) for name in readers()}
OF_ONE_CALL = st.just("1")
OF_ANY_CALL = st.sampled_from(["1", 1, "", "..", None]) | JSON


def _event(dialect: str, body: Mapping[str, Any], seconds: int) -> CallEvent:
    return parsed(dialect, body, RECEIVED + timedelta(seconds=seconds))


def events(dialect: str) -> st.SearchStrategy[CallEvent]:
    """Events of one call of a dialect, received within half a minute."""
    return st.builds(_event, st.just(dialect), BODIES[dialect](OF_ONE_CALL), st.integers(0, 30))


def calls(dialect: str) -> st.SearchStrategy[list[CallEvent]]:
    """What may be told of one call: any events, each once."""
    return st.lists(events(dialect), min_size=1, max_size=8, unique_by=lambda event: event.id)
