from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.dialects.vpbx.tables import DISPOSITION_CODES, NAMES, PARAMS
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind, Number
from tests.support.builders import an_event, an_event_of_no_call, applied
from tests.unit.builders import as_vpbx, params_of, parsed, parsed_sample, played, sample

WHOLE_NUMBERS = {"direction", "duration", "billsec", "wait_time", "vm_type"}


def own(name: str, **params: Any) -> CallEvent:
    return parsed("vpbx", {"type": "call_event", "event_name": name, "params": {"call_id": "c" * 32, **params}})


def foreign(kind: Kind, id_: str = "e1", **fields: Any) -> CallEvent:
    """An event of another dialect, with numbers, direction and all else unknown unless told."""
    nothing = {"direction": None, "caller": None, "callee": None, "raw": {}}
    return an_event(id_, **{"dialect": "callevents", "kind": kind, "name": kind.value, **nothing, **fields})


def last(*events: CallEvent) -> dict[str, Any]:
    """The parameters that the last of these events leaves with."""
    return params_of(as_vpbx(played(events)[-1]))


@pytest.mark.parametrize("name", PARAMS)
@pytest.mark.parametrize("params", [{}, {"direction": [], "event_date": {}, "duration": "x", "src_phone": False}])
def test_every_documented_parameter_is_there_with_its_type(name: str, params: dict[str, Any]) -> None:
    """Whatever the event lacks or garbles, a subscriber finds the documented fields with the documented types."""
    rendered = as_vpbx(applied(own(name, **params)))
    assert rendered
    assert (rendered.event_names, rendered.body["event_name"]) == ((name,), name)
    assert rendered.body["type"] == ("vm_event" if name.startswith("vm.") else "call_event")
    types = {param: type(rendered.body["params"][param]) for param in PARAMS[name]}
    assert types == {param: int if param in WHOLE_NUMBERS else str for param in PARAMS[name]}


@pytest.mark.parametrize(("kind", "name"), NAMES.items())
def test_an_event_of_another_dialect_leaves_under_its_name(kind: Kind, name: str) -> None:
    """The kind decides the name, and the parameters are all there."""
    rendered = as_vpbx(applied(foreign(kind)))
    assert rendered
    assert rendered.event_names == (name,)
    assert set(rendered.body["params"]) == set(PARAMS[name])


@pytest.mark.parametrize("kind", sorted(set(Kind) - set(NAMES)))
def test_what_is_vpbx_has_no_event_for_does_not_leave(kind: Kind) -> None:
    """No word for it, no delivery."""
    assert as_vpbx(applied(foreign(kind))) is None


@pytest.mark.parametrize("kind", [Kind.LEG_STARTED, Kind.CALL_REDIRECTED])
@pytest.mark.parametrize(
    ("direction", "name"),
    [(Direction.INCOMING, "local.in.call"), (Direction.OUTGOING, "local.out.call"), (None, "local.in.call")],
)
def test_a_leg_goes_by_the_direction_of_its_call(kind: Kind, direction: Direction | None, name: str) -> None:
    """An employee is rung, or dials out."""
    call = [foreign(Kind.CALL_STARTED, direction=direction), foreign(kind, "e2")]
    rendered = as_vpbx(played(call)[-1])
    assert rendered
    assert rendered.event_names == (name,)


def test_what_the_event_lacks_is_filled_from_the_call() -> None:
    """An end that names no numbers has those of its call."""
    start = foreign(Kind.CALL_STARTED, caller=Number("9000002211", "+79000002211"), callee=Number("107"))
    end = last(start, foreign(Kind.CALL_ENDED, "e2"))
    assert (end["src_phone"], end["dst_phone"]) == ("79000002211", "107")


def test_the_event_s_own_word_comes_first() -> None:
    """What the event tells itself is not overruled by the call."""
    start = foreign(Kind.CALL_STARTED, caller=Number("100"))
    assert last(start, foreign(Kind.CALL_ENDED, "e2", caller=Number("101")))["src_phone"] == "101"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Number("89000002211", "+79000002211"), "79000002211"),
        (Number("+790000xxxxx"), "790000xxxxx"),
        (Number("200311"), "200311"),
        (None, ""),
    ],
)
def test_a_number_leaves_without_a_plus(number: Number | None, written: str) -> None:
    """E.164 without `+` where it is known, else what was received."""
    assert last(foreign(Kind.CALL_STARTED, caller=number))["src_phone"] == written


def test_times_leave_on_yekaterinburg_s_clocks() -> None:
    """Five hours ahead of UTC, whichever zone they came in from."""
    at = datetime(2026, 3, 2, 21, 0, 5, tzinfo=UTC)
    assert last(foreign(Kind.CALL_STARTED, at=at))["event_date"] == "2026-03-03 02:00:05"


@pytest.mark.parametrize(("direction", "code"), [("incoming", 1), ("outgoing", 2), ("callback", 3)])
def test_directions_leave_as_numbers(direction: str, code: int) -> None:
    """1, 2 and 3."""
    assert last(foreign(Kind.CALL_STARTED, direction=Direction(direction)))["direction"] == code


@pytest.mark.parametrize(("disposition", "code"), DISPOSITION_CODES.items())
def test_a_disposition_leaves_as_dialstatus(disposition: Disposition, code: str) -> None:
    """The nearest of the eight documented words."""
    assert last(foreign(Kind.CALL_ENDED, disposition=disposition))["disposition"] == code


@pytest.mark.parametrize(("talked", "code"), [(5, "ANSWER"), (0, "NOANSWER"), (None, "NOANSWER")])
@pytest.mark.parametrize("disposition", [None, Disposition.UNKNOWN])
def test_an_unknown_disposition_is_told_by_the_conversation(
    disposition: Disposition | None, talked: int | None, code: str
) -> None:
    """Who talked was answered."""
    assert last(foreign(Kind.CALL_ENDED, disposition=disposition, talk_duration=talked))["disposition"] == code


def test_an_own_disposition_that_nobody_documented_travels_on() -> None:
    """The vendor's subscribers know it better."""
    assert last(own("end.call", disposition="TELEPORTED"))["disposition"] == "TELEPORTED"


def test_an_end_and_a_missed_call_are_one_end() -> None:
    """Whichever of the two comes first leaves; the other does not."""
    ends = [foreign(Kind.CALL_ENDED, "e2"), foreign(Kind.CALL_MISSED, "e3")]
    for order in (ends, ends[::-1]):
        left = [as_vpbx(done) for done in played([foreign(Kind.CALL_STARTED), *order])]
        assert [rendered is not None for rendered in left] == [True, True, False]


def test_a_start_does_not_name_an_extension_that_came_later() -> None:
    """A start that is late says who rang at the start, which is nobody yet."""
    talk = foreign(Kind.CALL_ANSWERED, "e2", extension=Number("104"))
    assert last(talk, foreign(Kind.CALL_STARTED))["real_local_number"] == ""


def test_a_recording_of_the_hubs_own_telephony_is_behind_our_address() -> None:
    """Its reference is none that anybody else could open."""
    end = foreign(Kind.CALL_ENDED, recording="simulator:call-1", talk_duration=5)
    assert last(end)["record"] == "https://hub.example.com/api/v1/record/call-1"


@pytest.mark.parametrize(
    ("recording", "talked", "base_url", "link"),
    [
        ("41", 0, "https://hub.example.com", ""),
        ("41", 5, "", ""),
        ("41", 5, "https://hub.example.com", ""),  # a mere number of the device's: nobody has it
        (None, 5, "https://hub.example.com", ""),
        ("https://pbx.example.com/41.mp3", 0, "", "https://pbx.example.com/41.mp3"),
        (
            "https://pbx.example.com/41.mp3",
            5,
            "https://hub.example.com",
            "https://hub.example.com/api/v1/record/call-1",
        ),
    ],
)
def test_there_is_a_link_only_where_it_may_lead_somewhere(
    recording: str | None, talked: int, base_url: str, link: str
) -> None:
    """To us, where the vendor's own leads elsewhere too; where we have no address the vendor's stays."""
    end = applied(foreign(Kind.CALL_ENDED, recording=recording, talk_duration=talked))
    assert params_of(as_vpbx(end, base_url))["record"] == link


@pytest.mark.parametrize("name", ["vm.record.start", "vm.record.new"])
def test_a_message_always_has_an_address(name: str) -> None:
    """`vm_record_url` is ours, whatever the vendor tells."""
    assert last(own(name))["vm_record_url"] == f"https://hub.example.com/api/v1/voicemail/{'c' * 32}"
    theirs = own(name, vm_record_url="https://pbx.example.com/1")
    assert last(theirs)["vm_record_url"] == f"https://hub.example.com/api/v1/voicemail/{'c' * 32}"


def test_own_parameters_that_nobody_documented_travel_on() -> None:
    """With whatever is inside them."""
    params = params_of(as_vpbx(played([parsed_sample("vpbx/start_call_own_params")])[0]))
    assert (params["queue"], params["tags"]) == ("sales", ["vip", 2])


def test_parameters_of_other_vendors_stay_behind() -> None:
    """Only IS.VPBX's own payload has parameters that its subscribers know."""
    assert set(last(foreign(Kind.CALL_STARTED, raw={"params": {"x": 1}}))) == set(PARAMS["start.call"])


def test_an_own_event_keeps_the_vendor_s_call_id() -> None:
    """Even one that could not be the id of a call of ours."""
    assert last(own("start.call", call_id="a/b"))["call_id"] == "a/b"


@pytest.mark.parametrize("name", ["callback_event", "custom_event", "custom_event_params_list"])
def test_a_type_without_documented_events_passes_unchanged(name: str) -> None:
    """And can be subscribed to by its name and by its type."""
    rendered = as_vpbx(played([parsed_sample(f"vpbx/{name}")])[0])
    raw = sample(f"vpbx/{name}")
    assert rendered
    assert rendered.body == raw
    assert rendered.event_names == (raw["event_name"], raw["type"])


@pytest.mark.parametrize("call_id", ["", "c" * 32])
def test_an_own_event_that_nobody_documented_passes_unchanged(call_id: str) -> None:
    """Whoever subscribed to that very name gets it, with or without a call."""
    raw = {"type": "call_event", "event_name": "custom.step", "params": {"call_id": call_id, "step": 3}}
    rendered = as_vpbx(applied(parsed("vpbx", raw)))
    assert rendered
    assert rendered.body == raw
    assert rendered.event_names[0] == "custom.step"


@pytest.mark.parametrize("raw", [{}, {"type": 5}, {"params": {}}])
def test_an_own_event_without_a_name_reaches_nobody(raw: dict[str, Any]) -> None:
    """Nobody can have asked for it."""
    rendered = as_vpbx(applied(parsed("vpbx", raw)))
    assert rendered is None or not {"start.call", "custom_event", ""} & set(rendered.event_names)


@pytest.mark.parametrize("params", [{}, [], None])
def test_parameters_with_nothing_to_say_are_an_object(params: Any) -> None:
    """`{}`, even where `[]` came in."""
    rendered = as_vpbx(applied(parsed("vpbx", {"event_name": "start.call", "params": params})))
    assert rendered
    assert rendered.body == {"type": "call_event", "event_name": "start.call", "params": {}}


def test_another_vendor_s_event_of_no_call_does_not_leave() -> None:
    """Without a call there is nothing to tell of it."""
    event = an_event_of_no_call(dialect="sprecord", kind=Kind.CALL_STARTED, raw={})
    assert as_vpbx(applied(event)) is None
