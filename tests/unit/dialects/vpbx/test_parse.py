from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.dialects.vpbx import handshake
from switchboard.dialects.vpbx.tables import DISPOSITIONS, KINDS
from switchboard.kernel.call import Direction, Disposition, Kind, Number
from tests.unit.builders import RECEIVED, an_arrival, parsed, parsed_sample, sample


def told(name: str, type_: str = "call_event", **params: Any) -> dict[str, Any]:
    return {"type": type_, "event_name": name, "params": {"call_id": "c" * 32, **params}}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_documented_event_has_its_kind(name: str, kind: Kind) -> None:
    """The name decides what an event is."""
    assert parsed("vpbx", told(name)).kind is kind


@pytest.mark.parametrize(("type_", "kind"), [("callback_event", Kind.CALLBACK), ("custom_event", Kind.CUSTOM)])
def test_a_type_without_documented_events_takes_any_name(type_: str, kind: Kind) -> None:
    """Events of these two types are known by their type, and keep the vendor's name."""
    event = parsed("vpbx", told("campaign.step", type_))
    assert (event.kind, event.name) == (kind, "campaign.step")


def test_an_unknown_event_is_kept_as_unknown() -> None:
    """A name that nobody documented is no error."""
    event = parsed("vpbx", told("start.dance"))
    assert (event.kind, event.name) == (Kind.UNKNOWN, "start.dance")


def test_times_are_those_of_yekaterinburg() -> None:
    """`event_date` is five hours ahead of UTC."""
    assert parsed_sample("vpbx/start_call").at == datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


def test_a_source_may_keep_another_time() -> None:
    """The source's own zone comes before the dialect's."""
    event = parsed_sample("vpbx/start_call", timezone="Asia/Vladivostok")
    assert event.at == datetime(2026, 3, 2, 4, 0, 5, tzinfo=UTC)


def test_an_event_without_a_time_happened_when_it_came() -> None:
    """The time of receipt stands in for one that is missing or unreadable."""
    assert parsed("vpbx", told("start.talk", event_date="soon")).at == RECEIVED


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        (1, Direction.INCOMING),
        (2, Direction.OUTGOING),
        (3, Direction.CALLBACK),
        ("2", Direction.OUTGOING),
        (9, None),
        ("inwards", None),
        (None, None),
    ],
)
def test_direction_is_one_of_three(code: Any, direction: Direction | None) -> None:
    """1, 2 and 3 as numbers or strings; anything else says nothing."""
    assert parsed("vpbx", told("start.call", direction=code)).direction is direction


@pytest.mark.parametrize(
    ("name", "direction"), [("local.in.call", Direction.INCOMING), ("local.out.call", Direction.OUTGOING)]
)
def test_a_leg_tells_its_direction_by_its_name(name: str, direction: Direction) -> None:
    """Legs carry no direction, and need none."""
    assert parsed("vpbx", told(name)).direction is direction


def test_numbers_are_kept_as_received_beside_e164() -> None:
    """The national spelling of another region's number is not lost."""
    event = parsed("vpbx", told("start.call", src_phone="84950007788", dst_phone=74950001200, real_local_number=106))
    assert event.caller == Number("84950007788", "+74950007788")
    assert event.callee == Number("74950001200", "+74950001200")
    assert event.extension == Number("106")


def test_an_empty_number_is_none() -> None:
    """`""` in `real_local_number` names nobody."""
    assert parsed_sample("vpbx/start_call").extension is None


@pytest.mark.parametrize(("code", "disposition"), DISPOSITIONS.items())
def test_a_disposition_is_read_in_any_letter_case(code: str, disposition: Disposition) -> None:
    """DIALSTATUS has a meaning of ours, and stays as it was told."""
    event = parsed("vpbx", told("end.call", disposition=code.lower()))
    assert (event.disposition, event.cause) == (disposition, code.lower())


def test_an_unknown_disposition_is_kept_as_unknown() -> None:
    """A code that nobody documented is no error, and its wording is kept."""
    event = parsed("vpbx", told("end.call", disposition="TELEPORTED"))
    assert (event.disposition, event.cause) == (Disposition.UNKNOWN, "TELEPORTED")


def test_the_end_tells_three_durations_and_the_recording() -> None:
    """Whole call, conversation and wait, in seconds, and where the recording is."""
    event = parsed_sample("vpbx/end_call")
    assert (event.duration, event.talk_duration, event.wait_duration) == (125, 113, 12)
    assert event.recording == sample("vpbx/end_call")["params"]["record"]


def test_durations_may_come_as_strings() -> None:
    """What can be read as seconds is, and what cannot is left out."""
    event = parsed("vpbx", told("end.call", duration="125", billsec=-3, wait_time="long"))
    assert (event.duration, event.talk_duration, event.wait_duration) == (125, None, None)


def test_a_message_tells_its_type_and_address() -> None:
    """How the caller came to leave a message, and where it can be had."""
    event = parsed_sample("vpbx/vm_record_new")
    assert event.voicemail_type == 2
    assert event.voicemail == sample("vpbx/vm_record_new")["params"]["vm_record_url"]


def test_the_start_of_a_message_may_lack_its_address() -> None:
    """`vm_record_url` is required by the table, missing in the example, and accepted either way."""
    assert parsed_sample("vpbx/vm_record_start").voicemail is None
    assert parsed_sample("vpbx/vm_record_start_with_url").voicemail


@pytest.mark.parametrize("params", [{}, [], None, "", 7])
def test_params_with_nothing_in_them_are_accepted(params: Any) -> None:
    """`[]` is as good as `{}`, and so is nothing at all: the event belongs to no call then."""
    event = parsed("vpbx", {"type": "call_event", "event_name": "start.call", "params": params})
    assert (event.kind, event.call_id, event.external_id) == (Kind.CALL_STARTED, "", "")


def test_the_vendor_s_call_id_is_the_call_s_id() -> None:
    """Clients of the vendor find a call under the id that they know."""
    event = parsed_sample("vpbx/start_call")
    assert event.call_id == event.external_id == sample("vpbx/start_call")["params"]["call_id"]


@pytest.mark.parametrize("id_", ["..", "a/b", "x" * 100, "звонок"])
def test_an_id_that_is_not_safe_in_a_path_is_hashed(id_: str) -> None:
    """The call gets an id of ours, and the vendor's is kept."""
    event = parsed("vpbx", told("start.call", call_id=id_))
    assert len(event.call_id) == 32
    assert event.external_id == id_


def test_a_repeat_has_the_id_of_the_first() -> None:
    """However much later it comes."""
    first = parsed_sample("vpbx/end_call")
    assert parsed_sample("vpbx/end_call", at=RECEIVED.replace(year=2027)).id == first.id


def test_the_same_payload_of_another_source_is_another_event() -> None:
    """Two PBXs may say the same."""
    assert parsed_sample("vpbx/end_call").id != parsed_sample("vpbx/end_call", id_="s-other").id


def test_an_event_with_neither_call_nor_time_may_happen_again() -> None:
    """Within a minute it is a repeat; after that it is news."""
    first, second, later = (
        parsed_sample("vpbx/start_call_no_params", at=RECEIVED.replace(minute=minute, second=second))
        for minute, second in [(30, 1), (30, 59), (31, 0)]
    )
    assert first.id == second.id != later.id


def test_the_payload_is_kept_whole() -> None:
    """Fields that nobody knows travel with the event."""
    assert parsed_sample("vpbx/start_call_own_params").raw == sample("vpbx/start_call_own_params")


def test_is_vpbx_does_not_verify_addresses() -> None:
    """No event is taken for a handshake."""
    assert handshake(an_arrival("vpbx", sample("vpbx/start_call"))) is None
