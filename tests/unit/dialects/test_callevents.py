from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.dialects.callevents import handshake
from switchboard.dialects.callevents.tables import DISPOSITIONS, KINDS, OUTGOING, TIMES
from switchboard.kernel.call import Direction, Disposition, Kind, Number
from tests.unit.builders import RECEIVED, an_arrival, parsed, parsed_sample, sample

CITY, CALLER, EMPLOYEE = "4950001200", "9000002211", "89000001101"


def told(hook: str, **fields: Any) -> dict[str, Any]:
    return {"SessionID": "session-1", "HookType": hook, "CityNumber": CITY, "Caller": CALLER, **fields}


@pytest.mark.parametrize(("hook", "kind"), KINDS.items())
def test_each_hook_type_has_its_kind(hook: str, kind: Kind) -> None:
    """Eight hook types, each with a meaning of ours."""
    event = parsed("callevents", told(hook))
    assert (event.kind, event.name) == (kind, hook)


@pytest.mark.parametrize("hook", ["TransferIncCall", "", None, ["CreateIncCall"], 4])
def test_another_hook_type_is_kept_as_unknown(hook: Any) -> None:
    """A hook type that nobody documented is no error, and says nothing of the direction."""
    event = parsed("callevents", told("", HookType=hook))
    assert (event.kind, event.direction) == (Kind.UNKNOWN, None)


@pytest.mark.parametrize("hook", KINDS)
def test_the_hook_type_tells_the_direction(hook: str) -> None:
    """`...OutCall` is outgoing, the rest is incoming."""
    expected = Direction.OUTGOING if hook in OUTGOING else Direction.INCOMING
    assert parsed("callevents", told(hook)).direction is expected


@pytest.mark.parametrize(("hook", "kind"), KINDS.items())
def test_each_hook_type_has_a_time_of_its_own(hook: str, kind: Kind) -> None:
    """A start is told by `StartTime`, an answer by `StartDuration`, an end by `EndTime`, on Moscow's clocks."""
    event = parsed("callevents", told(hook, **{TIMES[kind]: "2026-03-02 12:00:05"}))
    assert event.at == datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


def test_a_source_may_keep_another_time() -> None:
    """Times carry no zone, so a setting of the source says which."""
    event = parsed_sample("callevents/create_inc_call", timezone="Asia/Yekaterinburg")
    assert event.at == datetime(2026, 3, 2, 7, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("hook", ["EndOutCall", "EndIncCall", "MissedIncCall", "AttemptIncCallEnd"])
def test_an_end_without_its_time_did_not_happen_at_the_start(hook: str) -> None:
    """`EndTime` may be missing: then the end is when we heard of it."""
    assert parsed("callevents", told(hook, StartTime="2026-03-02 12:00:05")).at == RECEIVED


def test_an_end_tells_when_the_call_began() -> None:
    """`StartTime` of an end makes up for a start that was lost."""
    event = parsed_sample("callevents/end_inc_call_as_in_schema")
    assert event.started_at == datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


def test_an_end_need_not_tell_when_the_call_began() -> None:
    """`StartTime` is required by the schema, missing in the example, and accepted either way."""
    assert parsed_sample("callevents/end_inc_call").started_at is None


def test_an_incoming_call_is_to_the_city_number() -> None:
    """The account's own number is the one called, and the employee's is the extension."""
    event = parsed_sample("callevents/change_inc_call")
    assert event.caller == Number(CALLER, "+79000002211")
    assert event.callee == event.line == Number(CITY, "+74950001200")
    assert event.extension == Number(EMPLOYEE, "+79000001101")


@pytest.mark.parametrize("called", [CITY, "8" + CITY, "7" + CITY, None, ""])
def test_the_city_number_in_an_employee_s_place_names_nobody(called: str | None) -> None:
    """However it is spelled."""
    assert parsed("callevents", told("MissedIncCall", Called=called)).extension is None


def test_a_number_that_no_plan_knows_stays_as_it_came() -> None:
    """An employee behind a service prefix is still an employee."""
    assert parsed_sample("callevents/attempt_inc_call_begin_second").extension == Number("800770000012005")


def test_an_outgoing_call_is_from_the_employee() -> None:
    """Caller and called are as told, the city number is the line."""
    event = parsed_sample("callevents/create_out_call")
    assert (event.caller, event.extension) == (Number(EMPLOYEE, "+79000001101"),) * 2
    assert event.callee == Number("9000005566", "+79000005566")
    assert event.line == Number(CITY, "+74950001200")


def test_an_outgoing_call_from_the_line_itself_names_no_employee() -> None:
    """The city number as the caller is nobody's extension."""
    assert parsed_sample("callevents/create_out_call_local_number").extension is None


@pytest.mark.parametrize("hook", ["EndIncCall", "MissedIncCall", "EndOutCall"])
@pytest.mark.parametrize(("code", "disposition"), DISPOSITIONS.items())
def test_a_result_code_has_a_disposition(hook: str, code: str, disposition: Disposition) -> None:
    """Each documented code has a meaning of ours, and stays as it was told."""
    event = parsed("callevents", told(hook, ResultCode=code))
    assert (event.disposition, event.cause) == (disposition, code)


@pytest.mark.parametrize("code", [code for code in DISPOSITIONS if code.isdigit()])
def test_a_result_code_may_be_a_number(code: str) -> None:
    """The schema says integer, the examples have strings: both are read alike."""
    assert parsed("callevents", told("EndIncCall", ResultCode=int(code))).disposition is DISPOSITIONS[code]


def test_a_result_code_is_read_in_any_letter_case() -> None:
    """`603-s` is `603-S`."""
    assert parsed("callevents", told("MissedIncCall", ResultCode="603-s")).disposition is Disposition.CANCELLED


def test_an_unknown_result_code_is_kept_as_unknown() -> None:
    """A code that nobody documented is no error."""
    event = parsed("callevents", told("EndIncCall", ResultCode="999-Z"))
    assert (event.disposition, event.cause) == (Disposition.UNKNOWN, "999-Z")


@pytest.mark.parametrize(
    ("hook", "fields", "disposition"),
    [
        ("MissedIncCall", {}, Disposition.NO_ANSWER),
        ("EndIncCall", {"Duration": 5}, Disposition.ANSWERED),
        ("EndIncCall", {"Duration": 0}, None),
        ("EndOutCall", {}, None),
    ],
)
def test_without_a_result_code_the_rest_tells(
    hook: str, fields: dict[str, Any], disposition: Disposition | None
) -> None:
    """A missed call was not answered, a conversation means an answer, and nothing means nothing."""
    assert parsed("callevents", told(hook, **fields)).disposition is disposition


@pytest.mark.parametrize(("duration", "read"), [(26, 26), ("26", 26), (0, 0), (-1, None), ("a while", None)])
def test_duration_is_that_of_the_conversation(duration: Any, read: int | None) -> None:
    """Whole seconds, as a number or a string."""
    assert parsed("callevents", told("EndIncCall", Duration=duration)).talk_duration == read


def test_only_ends_have_results() -> None:
    """A result in an event that is no end is not believed."""
    event = parsed("callevents", told("ChangeIncCall", ResultCode="486", Duration=5))
    assert (event.disposition, event.talk_duration) == (None, None)


def test_a_session_is_a_call() -> None:
    """All events of a session go to one call, and a session of another source to another."""
    calls = {parsed("callevents", told(hook)).call_id for hook in KINDS}
    assert len(calls) == 1
    assert parsed("callevents", told("EndIncCall"), id_="s-other").call_id not in calls


def test_a_session_may_be_a_number() -> None:
    """Ids are strings or numbers."""
    assert parsed("callevents", told("EndIncCall", SessionID=17)).external_id == "17"


def test_an_event_of_no_session_belongs_to_no_call() -> None:
    """Nothing is folded into a call that nobody named."""
    assert parsed("callevents", told("EndIncCall", SessionID=None)).call_id == ""


def test_a_repeat_has_the_id_of_the_first() -> None:
    """However much later it comes, and for its own source only."""
    first = parsed_sample("callevents/end_inc_call")
    assert parsed_sample("callevents/end_inc_call", at=RECEIVED.replace(year=2027)).id == first.id
    assert parsed_sample("callevents/end_inc_call", id_="s-other").id != first.id


def test_the_service_does_not_verify_addresses() -> None:
    """No event is taken for a handshake."""
    assert handshake(an_arrival("callevents", sample("callevents/create_inc_call"))) is None
