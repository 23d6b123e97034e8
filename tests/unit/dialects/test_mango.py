"""Mango's rules that the samples do not show: the signature, the codes of results, and orders of arrival."""

import itertools
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from switchboard.accounts.vendor_signature import SignatureKeys
from switchboard.dialects.mango import handshake, parse
from switchboard.dialects.mango.parse import as_text
from switchboard.dialects.mango.signature import is_signed, read, sign, signed_form
from switchboard.dialects.mango.tables import disposition_of
from switchboard.kernel.call import Disposition, Kind, State
from tests.unit.builders import an_arrival, folded, parsed, parsed_sample, sample

KEYS = SignatureKeys("the-salt-of-the-pbx", "the-key-of-the-pbx")
CALL = {"entry_id": "e1", "call_id": "c1", "timestamp": 1772441940, "seq": 1, "call_state": "Appeared"}
STORY = ("menu", "rings", "answered", "transferred", "rings_colleague", "colleague_answered", "leg_ended", "summary")


def fits(raw: bytes) -> bool:
    fields = read(raw)
    return fields is not None and is_signed(fields, {}, KEYS)


def test_the_signature_covers_the_text_as_sent() -> None:
    """Blanks, escapes and letters of any script count; the letter case of the hex does not."""
    for text in ('{"a":1}', '{ "a" : "Иван & Co +7" }', '{"a":"\\u0418"}', ""):
        form = signed_form(KEYS.key, text, KEYS.secret)
        assert fits(form)
        assert fits(
            form.replace(sign(KEYS.key, text, KEYS.secret).encode(), sign(KEYS.key, text, KEYS.secret).upper().encode())
        )
        assert not fits(signed_form(KEYS.key, text, "another-salt"))
        assert not fits(signed_form("another-key", text, KEYS.secret))
        assert not fits(form.replace(b"json=", b"json=+"))


def test_a_form_that_is_not_mangos_is_not_read_as_signed() -> None:
    """A field twice, an unknown field, JSON, or bytes that are no text. An empty body and no `json` are the probe."""
    form = signed_form(KEYS.key, "{}", KEYS.secret)
    for raw in (form + b"&json=%7B%7D", form + b"&other=1", b'{"json": "{}"}', b"json", b"\xff=1"):
        assert read(raw) is None
    for raw in (b"", urlencode({"vpbx_api_key": "x", "sign": "y"}).encode()):
        assert fits(raw)
        assert handshake(an_arrival("mango", read(raw) or {})) is not None


def test_the_event_is_the_json_that_was_signed() -> None:
    """Without key and signature. What is no object is kept as text."""
    sent = {"vpbx_api_key": "k", "sign": "s", "json": as_text(CALL)}
    assert parsed("mango", sent).raw == CALL
    assert parsed("mango", {**CALL, "sign": "s"}).raw == CALL
    event = parsed("mango", {**sent, "json": "[1"})
    assert (event.kind, event.raw) == (Kind.UNKNOWN, {"json": "[1"})


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("events/record/added", "record/added", Kind.CUSTOM),
        ("events/record/tagged", "record/tagged", Kind.CUSTOM),
        ("result/call/hangup", "result/call/hangup", Kind.CUSTOM),
        ("events/fax", "fax", Kind.UNKNOWN),
    ],
)
def test_the_path_names_the_event(path: str, name: str, kind: Kind) -> None:
    """Two events may have the same fields."""
    arrival = an_arrival("mango", sample("mango/record_added"))
    event = parse(type(arrival)(arrival.source, arrival.body, arrival.received_at, path))
    assert (event.name, event.kind) == (name, kind)
    assert bool(event.recording) == (name == "record/added")


@pytest.mark.parametrize(
    ("code", "disposition"),
    [
        ("1121", Disposition.BUSY),
        ("1124", Disposition.REJECTED),  # of class 1120
        ("1163", Disposition.NO_ANSWER),  # of class 1160
        ("2211", Disposition.NO_FUNDS),
        ("5003", Disposition.CONGESTION),
        ("9999", Disposition.UNKNOWN),
        ("no", Disposition.UNKNOWN),
        ("", None),
        (None, None),
    ],
)
def test_an_unknown_reason_counts_as_its_class(code: str | None, disposition: Disposition | None) -> None:
    """The last digit becomes 0, then the digit before."""
    assert disposition_of(code) is disposition


def test_numbers_come_as_text_or_as_integers() -> None:
    """The event is the same but for its id."""
    body = sample("mango/rings_directly")
    turned = {**body, "timestamp": str(body["timestamp"]), "seq": 1, "to": {**body["to"], "extension": 204}}
    one, other = parsed("mango", body), parsed("mango", turned)
    assert (one.at, one.extension, one.kind) == (other.at, other.extension, other.kind)


def test_a_talk_is_told_by_its_time_alone() -> None:
    """The document's missed call has `entry_result` 1; one PBX repeats the start as the time of the talk."""
    body = sample("mango/summary")
    missed: list[dict[str, Any]] = [{"talk_time": 0}, {"talk_time": body["create_time"], "entry_result": 0}]
    for change in missed:
        event = parsed("mango", {**body, **change, "disconnect_reason": 1111})
        assert (event.kind, event.disposition) == (Kind.CALL_MISSED, Disposition.NO_ANSWER)
    assert parsed("mango", {**body, "entry_result": 0}).kind is Kind.CALL_ENDED


def test_a_transferred_call_is_one_call_in_any_order() -> None:
    """Notifications are sent in parallel."""
    events = [parsed_sample(f"mango/{name}") for name in STORY]
    straight = folded(events)
    assert (straight.state, straight.disposition, set(straight.legs)) == (
        State.ENDED,
        Disposition.ANSWERED,
        {"204", "205"},
    )
    for order in itertools.islice(itertools.permutations(events), 0, 40_000, 977):
        call = folded(order)
        assert (call.facts, call.legs, call.state) == (straight.facts, straight.legs, straight.state)


def test_a_call_between_employees_has_no_direction() -> None:
    """Both have an extension. A consultation within a call rings the colleague."""
    parties = {
        "from": {"extension": "204", "number": "sip:u204@a.example"},
        "to": {"extension": "205", "number": "205"},
    }
    event = parsed("mango", {**CALL, **parties})
    assert (event.kind, event.direction) == (Kind.CALL_STARTED, None)
    parties["from"]["taken_from_call_id"] = "c0"
    event = parsed("mango", {**CALL, **parties})
    assert (event.kind, event.extension and event.extension.received) == (Kind.LEG_STARTED, "205")


def test_a_callback_waits_for_the_client() -> None:
    """The employee's answer is nobody's answer, and the end of that leg with 1000 ends nothing."""
    body = sample("mango/callback_picked_up")
    assert parsed("mango", body).kind is Kind.CUSTOM
    over = {**body, "call_state": "Disconnected"}
    assert parsed("mango", {**over, "disconnect_reason": 1000}).kind is Kind.CUSTOM
    assert parsed("mango", {**over, "disconnect_reason": 1111}).kind is Kind.LEG_ENDED
    assert json.loads(as_text(body)) == body
