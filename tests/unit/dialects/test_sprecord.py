import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.dialects.model import Reply
from switchboard.dialects.sprecord import handshake
from switchboard.dialects.sprecord.tables import DISPOSITIONS, KINDS
from switchboard.kernel.call import Direction, Disposition, Kind, Number
from tests.unit.builders import RECEIVED, an_arrival, parsed, parsed_sample, sample


@pytest.mark.parametrize(
    ("address", "record_id", "recording"),
    [
        ("https://pbx.example.com/r/{record_id}.mp3", 8, "https://pbx.example.com/r/8.mp3"),
        ("https://pbx.example.com/r?id={record_id}", "a/b&c", "https://pbx.example.com/r?id=a%2Fb%26c"),
        ("", 8, "8"),
        ("https://pbx.example.com/r/{record_id}", None, None),
    ],
)
def test_a_recording_has_the_address_that_the_source_gives(address: str, record_id: Any, recording: str | None) -> None:
    """`recording_url` with the record's id, as one part of the address."""
    body = {"device_id": "d", "event_type": "call_end", "payload": {"call_id": "8", "record_id": record_id}}
    assert parsed("sprecord", body, recording_url=address).recording == recording


def told(event_type: str, **payload: Any) -> dict[str, Any]:
    return {"device_id": "device-1", "event_type": event_type, "payload": {"call_id": "8", **payload}}


def verified(payload: Any, **source: Any) -> Reply | None:
    body = {"device_id": "device-1", "event_type": "verification", "payload": payload}
    return handshake(an_arrival("sprecord", body, **source))


def test_a_verification_is_answered_with_the_md5_of_its_payload() -> None:
    """Plain text unless the source's setting says otherwise."""
    answer = hashlib.md5("q7Zt-Проверка".encode(), usedforsecurity=False).hexdigest()
    assert verified("q7Zt-Проверка") == Reply(answer, "text/plain; charset=utf-8")


def test_a_verification_can_be_answered_in_json() -> None:
    """The newer form is an object with `result`."""
    reply = verified("abc", verification="json")
    assert reply
    assert json.loads(reply.body) == {"result": "900150983cd24fb0d6963f7d28e17f72"}
    assert reply.content_type == "application/json"


@pytest.mark.parametrize("payload", ["", None, 12, {}, [], "\x00"])
def test_any_verification_gets_an_answer(payload: Any) -> None:
    """What the vendor sends is hashed, whatever it is."""
    assert verified(payload) is not None


@pytest.mark.parametrize("event_type", [*KINDS, "Verification", "", None, ["verification"]])
def test_an_event_is_no_verification(event_type: Any) -> None:
    """Only the one type is a handshake; the rest goes on to be read."""
    assert handshake(an_arrival("sprecord", {"event_type": event_type, "payload": "x"})) is None


@pytest.mark.parametrize(("event_type", "kind"), KINDS.items())
def test_each_event_type_has_its_kind(event_type: str, kind: Kind) -> None:
    """Seven event types, each with a meaning of ours."""
    event = parsed("sprecord", told(event_type))
    assert (event.kind, event.name) == (kind, event_type)


@pytest.mark.parametrize("event_type", ["coffee_ready", "", None, ["call_end"], 3])
def test_another_event_type_is_kept_as_unknown(event_type: Any) -> None:
    """A type that nobody documented is no error."""
    assert parsed("sprecord", told("") | {"event_type": event_type}).kind is Kind.UNKNOWN


def test_a_call_is_told_by_device_and_call_id() -> None:
    """Two devices of one source both count from one."""
    one, other = told("start_talk"), told("start_talk") | {"device_id": "device-2"}
    assert parsed("sprecord", one).external_id == "device-1:8"
    assert parsed("sprecord", one).call_id != parsed("sprecord", other).call_id


def test_a_call_id_is_a_string_or_a_number() -> None:
    """The document shows both, and both are the same call."""
    assert parsed("sprecord", told("start_talk", call_id=8)).call_id == parsed("sprecord", told("call_end")).call_id


def test_call_ids_may_come_again() -> None:
    """The device counts from one after it was switched on."""
    assert parsed("sprecord", told("incoming_call")).reusable_ids


@pytest.mark.parametrize("event_type", ["startup", "incoming_sms"])
def test_what_names_no_call_belongs_to_none(event_type: str) -> None:
    """A start of the device and a text message are no part of a call."""
    assert parsed("sprecord", {"device_id": "d", "event_type": event_type, "payload": {}}).call_id == ""


def test_events_happen_when_they_come() -> None:
    """They carry no time of their own."""
    at = RECEIVED + timedelta(days=1)
    assert parsed_sample("sprecord/start_talk", at=at).at == at


def test_a_text_message_has_a_time() -> None:
    """Without a zone it is Moscow's, or the source's own."""
    assert parsed_sample("sprecord/incoming_sms").at == datetime(2026, 3, 2, 9, 41, tzinfo=UTC)
    other = parsed_sample("sprecord/incoming_sms", timezone="Asia/Yekaterinburg")
    assert other.at == datetime(2026, 3, 2, 7, 41, tzinfo=UTC)


def test_a_text_message_tells_sender_and_trunk() -> None:
    """Its text stays with the payload."""
    event = parsed_sample("sprecord/incoming_sms")
    assert (event.caller, event.trunk) == (Number("+79000002233", "+79000002233"), "GSM1")
    assert event.raw["payload"]["text"] == sample("sprecord/incoming_sms")["payload"]["text"]


def test_a_call_tells_both_sides_and_the_trunk() -> None:
    """Numbers are kept as they came, E.164 beside them where a plan knows them."""
    event = parsed_sample("sprecord/incoming_call")
    assert (event.caller, event.callee) == (Number("+79000002233", "+79000002233"), Number("107"))
    assert event.trunk == "GSM1"


@pytest.mark.parametrize(
    ("event_type", "direction"),
    [("incoming_call", Direction.INCOMING), ("outgoing_call", Direction.OUTGOING), ("start_talk", None)],
)
def test_the_start_tells_the_direction(event_type: str, direction: Direction | None) -> None:
    """Other events leave it to the call."""
    assert parsed("sprecord", told(event_type)).direction is direction


@pytest.mark.parametrize(
    ("event_type", "source", "destination", "extension"),
    [
        ("incoming_call", "+79000002233", "107", "107"),
        ("incoming_call", "+790000xxxxx", "107", "107"),
        ("incoming_call", "anonymous", None, None),
        ("outgoing_call", "107", "+79000002233", "107"),
        ("outgoing_call", "107", "200311", "107"),
        ("outgoing_call", "107", "112", "107"),
        ("start_talk", "+79000002233", "107", "107"),
        ("start_talk", "107", "+79000002233", "107"),
        ("start_talk", "107", "200311", None),
        ("start_talk", None, None, None),
    ],
)
def test_the_extension_is_the_device_s_own_side(
    event_type: str, source: str | None, destination: str | None, extension: str | None
) -> None:
    """The direction tells which side it is, else the side that no plan knows, where there is only one such."""
    event = parsed("sprecord", told(event_type, call_src=source, call_dst=destination))
    assert event.extension == (Number(extension) if extension else None)


def test_a_redirected_call_tells_who_took_it() -> None:
    """`number` is the extension that picked up."""
    assert parsed_sample("sprecord/answer_elsewhere").extension == Number("109")


@pytest.mark.parametrize(("status", "disposition"), DISPOSITIONS.items())
def test_a_status_has_a_disposition(status: str, disposition: Disposition) -> None:
    """Each documented status has a meaning of ours, and stays as it was told."""
    event = parsed("sprecord", told("call_end", status=status))
    assert (event.disposition, event.cause) == (disposition, status)


def test_an_unknown_status_is_kept_as_unknown() -> None:
    """A status that nobody documented is no error."""
    assert parsed_sample("sprecord/bad/unknown_status").disposition is Disposition.UNKNOWN


@pytest.mark.parametrize(
    ("status", "talked"),
    [("success", None), ("not_def", None), (None, None), ("no_answer", 0), ("busy", 0), ("overload", 0), ("error", 0)],
)
def test_a_call_that_failed_held_no_conversation(status: str | None, talked: int | None) -> None:
    """How long a conversation was is not told; where there was none, it is known all the same."""
    assert parsed("sprecord", told("call_end", status=status)).talk_duration == talked


@pytest.mark.parametrize(
    ("duration", "read"), [(64, 64), ("64", 64), (0, 0), (None, None), ("64 s", 64), ("00:01:04", 64), ("long", None)]
)
def test_the_duration_may_be_missing(duration: Any, read: int | None) -> None:
    """It is optional, in whole seconds, and that of the call."""
    assert parsed("sprecord", told("call_end", duration=duration)).duration == read


@pytest.mark.parametrize("record_id", [41, "41"])
def test_the_end_names_the_recording(record_id: Any) -> None:
    """An id of the device's own."""
    assert parsed("sprecord", told("call_end", record_id=record_id)).recording == "41"


def test_a_repeat_has_the_id_of_the_first() -> None:
    """However much later it comes, and for its own source only."""
    first = parsed_sample("sprecord/call_end")
    assert parsed_sample("sprecord/call_end", at=RECEIVED + timedelta(days=3)).id == first.id
    assert parsed_sample("sprecord/call_end", id_="s-other").id != first.id


def test_the_device_may_start_again() -> None:
    """A start says nothing that tells it from another: within a minute it is a repeat, after that it is news."""
    starts = [parsed_sample("sprecord/startup", at=RECEIVED + timedelta(seconds=s)).id for s in (0, 59, 60)]
    assert starts[0] == starts[1] != starts[2]
