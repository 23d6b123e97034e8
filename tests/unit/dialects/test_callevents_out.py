"""What receivers that speak call events get."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard.dialects.callevents.tables import DISPOSITIONS, FIELDS, KINDS, RESULT_CODES
from switchboard.dialects.model import Rendered
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind, Number, Outcome
from tests.support.builders import CALLEE, CALLER, NOON, an_event, an_event_of_no_call
from tests.unit.builders import parsed, parsed_sample, played, rendered_as, sample

# Required by the document's schemas, sections 1.1 to 1.8.
REQUIRED = {
    "CreateIncCall": "SessionID HookType StartTime CityNumber Caller Called",
    "AttemptIncCallBegin": "SessionID HookType StartTime CityNumber Caller Called",
    "ChangeIncCall": "SessionID HookType StartDuration CityNumber Caller Called",
    "AttemptIncCallEnd": "SessionID HookType StartTime EndTime CityNumber Caller Called",
    "EndIncCall": "SessionID HookType StartTime EndTime Duration CityNumber Caller",
    "MissedIncCall": "SessionID HookType StartTime EndTime Duration CityNumber Caller",
    "CreateOutCall": "SessionID HookType StartTime CityNumber Caller Called",
    "EndOutCall": "SessionID HookType StartTime CityNumber Caller",
}
TIME = "%Y-%m-%d %H:%M:%S"


def told(kind: Kind, second: int, extension: str | None = None, **fields: Any) -> CallEvent:
    number = Number(extension) if extension else None
    at = NOON + timedelta(seconds=second)
    own = {"kind": kind, "name": kind.value, "at": at, "extension": number, **fields}
    if kind is not Kind.CALL_STARTED:
        own = {"caller": None, "callee": None, "direction": None, **own}
    return an_event(f"{kind}-{second}-{extension}", **own)


def left(*events: CallEvent) -> list[list[Rendered]]:
    """The messages of each event of a call."""
    return [rendered_as("callevents", done) for done in played(events)]


def hooks(*events: CallEvent) -> list[list[str]]:
    """The hook types of each event of a call, with whom a leg is about."""
    return [[_short(message.body) for message in messages] for messages in left(*events)]


def _short(body: Any) -> str:
    return f"{body['HookType']} {body['Called']}" if "Attempt" in body["HookType"] else body["HookType"]


START = told(Kind.CALL_STARTED, 0)
RUNG = [told(Kind.LEG_STARTED, 4, "101"), told(Kind.LEG_STARTED, 4, "102")]
ANSWER = told(Kind.CALL_ANSWERED, 12, "102")
END = told(Kind.CALL_ENDED, 40, disposition=Disposition.ANSWERED)
UNANSWERED = told(Kind.CALL_ENDED, 40, disposition=Disposition.NO_ANSWER)
OUT = told(Kind.CALL_STARTED, 0, "101", direction=Direction.OUTGOING)


def test_an_answered_call_is_told_as_the_document_has_it() -> None:
    """Who is rung, who takes it, who does not any more, and its end."""
    assert hooks(START, *RUNG, ANSWER, END) == [
        ["CreateIncCall"],
        ["AttemptIncCallBegin 101"],
        ["AttemptIncCallBegin 102"],
        ["ChangeIncCall", "AttemptIncCallEnd 101"],
        ["EndIncCall"],
    ]


def test_a_missed_call_is_told_by_its_legs_its_end_and_as_missed() -> None:
    """The vendor has one event where there are four hooks."""
    assert hooks(START, *RUNG, UNANSWERED)[-1] == [
        "AttemptIncCallEnd 101",
        "AttemptIncCallEnd 102",
        "EndIncCall",
        "MissedIncCall",
    ]


@pytest.mark.parametrize("second", [Kind.CALL_ENDED, Kind.CALL_MISSED])
def test_an_end_that_is_told_twice_leaves_once(second: Kind) -> None:
    """By whichever comes first."""
    assert hooks(START, UNANSWERED, told(second, 41))[1:] == [["EndIncCall", "MissedIncCall"], []]


def test_a_leg_that_is_given_up_is_told_when_it_is() -> None:
    """And not again at the end."""
    stories = hooks(START, RUNG[0], told(Kind.LEG_ENDED, 9, "101"), UNANSWERED)
    assert stories[2:] == [["AttemptIncCallEnd 101"], ["EndIncCall", "MissedIncCall"]]


def test_an_employee_who_is_rung_again_is_told_again() -> None:
    """A second attempt has its own begin and end."""
    stories = hooks(START, RUNG[0], told(Kind.LEG_ENDED, 9, "101"), told(Kind.LEG_STARTED, 10, "101"), UNANSWERED)
    assert stories[3:] == [["AttemptIncCallBegin 101"], ["AttemptIncCallEnd 101", "EndIncCall", "MissedIncCall"]]


def test_a_leg_that_is_told_late_begins_and_ends_at_once() -> None:
    """The answer had settled it."""
    assert hooks(START, ANSWER, RUNG[0])[-1] == ["AttemptIncCallBegin 101", "AttemptIncCallEnd 101"]


def test_an_extension_that_is_named_with_the_start_is_rung() -> None:
    """Some vendors say at once who will be."""
    assert hooks(told(Kind.CALL_STARTED, 0, "101")) == [["CreateIncCall", "AttemptIncCallBegin 101"]]


def test_a_call_that_is_passed_on_rings_before_an_answer_and_is_taken_over_after_it() -> None:
    """`ChangeIncCall` names who talks now."""
    passed = told(Kind.CALL_REDIRECTED, 20, "103")
    assert hooks(START, passed)[-1] == ["AttemptIncCallBegin 103"]
    after = left(START, ANSWER, passed, END)
    assert [(one.body["HookType"], one.body["Called"]) for messages in after[2:] for one in messages] == [
        ("ChangeIncCall", "103"),
        ("EndIncCall", "103"),
    ]


@pytest.mark.parametrize("direction", [Direction.OUTGOING, Direction.CALLBACK])
def test_of_an_outgoing_call_start_and_end_are_told(direction: Direction) -> None:
    """The service has no hooks for what is between; a call back goes out, too."""
    start = told(Kind.CALL_STARTED, 0, "101", direction=direction)
    leg = told(Kind.LEG_STARTED, 2, "101", direction=direction)
    assert hooks(start, leg, ANSWER, END) == [["CreateOutCall"], [], [], ["EndOutCall"]]


SILENT = sorted(set(Kind) - {*KINDS.values(), Kind.CALL_REDIRECTED})


@pytest.mark.parametrize("kind", SILENT)
def test_for_the_rest_there_is_no_hook(kind: Kind) -> None:
    """Of the call or of none."""
    assert left(START, told(kind, 5))[-1] == []
    assert left(an_event_of_no_call(kind=kind, dialect="vpbx"))[-1] == []


WHOLE = [
    [START, *RUNG, ANSWER, END],
    [START, *RUNG, UNANSWERED],
    [OUT, END],
    [UNANSWERED],
    [told(Kind.CALL_ENDED, 3, direction=Direction.OUTGOING)],
    [ANSWER],
    [told(Kind.LEG_ENDED, 3, "101"), RUNG[0], told(Kind.LEG_ENDED, 5, "101")],
]


@pytest.mark.parametrize("story", WHOLE, ids=lambda story: "-".join(event.kind for event in story))
def test_every_hook_has_every_required_field(story: list[CallEvent]) -> None:
    """Strings but for `Duration`, times in the form of the document, and no field that it does not know."""
    for message in (message for messages in left(*story) for message in messages):
        body = message.body
        hook = body["HookType"]
        assert set(REQUIRED[hook].split()) <= set(body) == set(FIELDS[hook])
        assert {name for name, value in body.items() if not isinstance(value, str)} <= {"Duration"}
        assert isinstance(body.get("Duration", 0), int)
        for name in ("StartTime", "StartDuration", "EndTime"):
            assert name not in body or datetime.strptime(body[name], TIME)  # noqa: DTZ007 - it has no zone
        assert message.event_names == (hook,)
        assert message.kind is KINDS[hook]


def test_all_eight_hooks_are_sent() -> None:
    """In the course of these calls."""
    assert {one.body["HookType"] for story in WHOLE for messages in left(*story) for one in messages} == set(KINDS)


def test_times_are_on_moscows_clocks() -> None:
    """The start is the call's, the beginning of a leg its own."""
    bodies = [one.body for messages in left(START, *RUNG, ANSWER, END) for one in messages]
    times = {(one["HookType"], one.get("StartTime"), one.get("EndTime")) for one in bodies}
    assert ("AttemptIncCallEnd", "2026-03-14 15:00:04", "2026-03-14 15:00:12") in times
    assert ("EndIncCall", "2026-03-14 15:00:00", "2026-03-14 15:00:40") in times
    assert bodies[3]["StartDuration"] == "2026-03-14 15:00:12"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (CALLER, "9161234567"),
        (Number("84955550101", "+74955550101"), "4955550101"),
        (Number("+375291234567", "+375291234567"), "+375291234567"),
        (Number("200311"), "200311"),
        (Number("anonymous"), "anonymous"),
        (None, ""),
    ],
)
def test_numbers_are_written_as_in_the_document(number: Number | None, written: str) -> None:
    """Ten digits at home, `+` abroad, and what no plan knows as it came."""
    [[message]] = left(told(Kind.CALL_STARTED, 0, caller=number))
    assert message.body["Caller"] == written


def test_parties_of_an_incoming_call() -> None:
    """Who calls, the account's number, and the employee."""
    body = left(START, ANSWER)[-1][0].body
    assert (body["Caller"], body["CityNumber"], body["Called"]) == ("9161234567", "3433000100", "102")


def test_parties_of_an_outgoing_call() -> None:
    """The employee calls, from the account's number."""
    [[message]] = left(told(Kind.CALL_STARTED, 0, "101", direction=Direction.OUTGOING, caller=CALLEE, callee=CALLER))
    body = message.body
    assert (body["Caller"], body["CityNumber"], body["Called"]) == ("101", "3433000100", "9161234567")


def test_an_employee_is_not_the_city_number() -> None:
    """Where the vendor names nothing but an extension the line's name stands for the number, or nothing."""
    start = told(Kind.CALL_STARTED, 0, "107", callee=Number("107"), trunk="GSM1")
    [[create, begin]] = left(start)
    assert (create.body["CityNumber"], create.body["Called"], begin.body["Called"]) == ("GSM1", "107", "107")
    [[create, _]] = left(told(Kind.CALL_STARTED, 0, "107", callee=Number("107")))
    assert (create.body["CityNumber"], create.body["Called"]) == ("", "107")


@pytest.mark.parametrize("disposition", Disposition)
@pytest.mark.parametrize("talked", [0, 5])
def test_every_disposition_has_a_result_code(disposition: Disposition, talked: int) -> None:
    """One of the document's; what it has no word for goes by whether anybody talked."""
    end = told(Kind.CALL_ENDED, 40, disposition=disposition, talk_duration=talked)
    body = left(START, end)[-1][0].body
    expected = RESULT_CODES.get(disposition, "200" if talked else "304")
    assert (body["ResultCode"], body["Duration"]) == (expected, talked)
    assert expected in DISPOSITIONS


def test_what_the_service_itself_told_leaves_as_it_came() -> None:
    """Its own words and fields, filled up with what the document requires."""
    body = {**sample("callevents/end_inc_call"), "ResultCode": 999, "Extra": {"a": [1]}, "Called": "84950001200"}
    [[message]] = left(parsed("callevents", body))
    assert (message.body["ResultCode"], message.body["Extra"], message.body["Called"]) == (
        "999",
        {"a": [1]},
        "84950001200",
    )
    assert set(FIELDS["EndIncCall"]) <= set(message.body)
    assert message.body["SessionID"] == body["SessionID"]


def test_what_the_service_tells_in_another_zone_leaves_in_its_own() -> None:
    """A receiver reads every time on the same clocks."""
    event = parsed_sample("callevents/create_inc_call", timezone="Asia/Yekaterinburg")
    [[message]] = left(event)
    assert message.body["StartTime"] == "2026-03-02 10:00:05"


def test_the_services_own_hooks_are_not_multiplied() -> None:
    """It tells of legs and of missed calls itself."""
    names = ("create_inc_call", "attempt_inc_call_begin", "change_inc_call", "end_inc_call")
    assert [len(messages) for messages in left(*(parsed_sample(f"callevents/{name}") for name in names))] == [1] * 4


def test_a_hook_that_nobody_documented_leaves_as_it_came() -> None:
    """Under its own name, of a call or of none."""
    body = {"SessionID": "s", "HookType": "TransferIncCall", "To": "x"}
    for event in (parsed("callevents", body), parsed("callevents", {**body, "SessionID": None})):
        [[message]] = left(event)
        assert (message.body, message.event_names) == (event.raw, ("TransferIncCall",))


def test_a_repeated_end_is_no_news() -> None:
    """What advanced the call once does not do so again."""
    story = played([START, UNANSWERED, told(Kind.CALL_MISSED, 50)])
    assert story[-1].outcome is not Outcome.ADVANCED
    assert rendered_as("callevents", story[-1]) == []
