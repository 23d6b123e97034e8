from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.calls.contracts import call_view, event_view, number_view, read_filter
from switchboard.calls.ports import CallFilter, KeptEvent
from switchboard.errors import Invalid
from switchboard.kernel.call import Number, State
from tests.unit.builders import folded, parsed_sample


@pytest.mark.parametrize("number", ["84950001234", "+7 (495) 000-12-34", "4950001234"])
def test_a_call_is_found_by_a_number_in_any_spelling(number: str) -> None:
    """What is looked for is the digits of E.164."""
    assert read_filter({"number": number}, lambda _: "RU")("acme") == CallFilter(number="74950001234")


def test_a_time_without_a_zone_is_utc() -> None:
    """And one with a zone is told in UTC."""
    wanted = read_filter({"since": "2026-03-02T12:00:00", "until": "2026-03-02T17:00:00+05:00"}, lambda _: "RU")("acme")
    assert wanted.since == wanted.until == datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(("query", "field"), [({"state": "asleep"}, "state"), ({"since": "now"}, "since")])
def test_a_filter_that_cannot_be_is_refused(query: dict[str, str], field: str) -> None:
    """And the field is named."""
    with pytest.raises(Invalid) as caught:
        read_filter(query, lambda _: "RU")
    assert caught.value.field == field


def test_a_call_is_shown_with_what_is_known_of_it() -> None:
    """State, both forms of a number, and durations."""
    names = ("start_call", "local_in_call", "start_talk", "end_call")
    view = call_view(folded(parsed_sample(f"vpbx/{name}") for name in names))
    assert view["state"] is State.ENDED
    assert view["caller"] == {"received": "79000002211", "e164": "+79000002211"}
    assert view["extension"] == {"received": "104", "e164": None}
    assert (view["duration"], view["talk_duration"], view["wait_duration"], view["answered"]) == (125, 113, 12, True)


def test_a_call_is_shown_with_its_legs() -> None:
    """Who was rung, who answered, and who gave up, each with the time."""
    names = ("attempt_inc_call_begin", "attempt_inc_call_begin_second", "change_inc_call", "attempt_inc_call_end")
    rung, first, second = (datetime(2026, 3, 2, 9, 0, at, tzinfo=UTC) for at in (9, 17, 17))
    legs = call_view(folded(parsed_sample(f"callevents/{name}") for name in names))["legs"]
    assert legs == [
        {"extension": number_view(Number("89000001101", "+79000001101")), "rung_at": rung, "answered_at": first,
         "ended_at": None},
        {"extension": number_view(Number("800770000012005")), "rung_at": rung, "answered_at": None,
         "ended_at": second},
    ]  # fmt: skip


def test_what_is_not_known_of_a_call_is_null() -> None:
    """Every field is there from the first event on."""
    view = call_view(folded([parsed_sample("vpbx/start_talk_required_only")]))
    missing: dict[str, Any] = {
        name: view[name] for name in ("caller", "disposition", "started_at", "trunk", "duration")
    }
    assert set(missing.values()) == {None}


def test_an_event_is_shown_as_it_came() -> None:
    """With what it did to its call."""
    event = parsed_sample("sprecord/incoming_sms")
    view = event_view(KeptEvent(event, "noted"))
    assert (view["raw"], view["outcome"], view["name"]) == (event.raw, "noted", "incoming_sms")


def test_no_number_is_shown_as_null() -> None:
    """And a number in both its forms."""
    assert number_view(None) is None
    assert number_view(Number("104")) == {"received": "104", "e164": None}
