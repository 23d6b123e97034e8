"""Settings in and out (section 3.3, rulings cato 2 and 8)."""

import json
from datetime import time
from typing import Any

import pytest

from switchboard.dialects.cato.client import add_settings
from switchboard.dialects.cato.contracts import read_settings
from switchboard.dialects.cato.render import settings_view
from switchboard.errors import Invalid
from switchboard.kernel.campaign import SuccessCondition, Window

WINDOW = {"fromMin": 30, "fromHour": 8, "tillMin": 30, "tillHour": 18}
TABLE: dict[str, Any] = {
    "name": "profile",
    "attemptCount": 2,
    "attemptDelayS": 60,
    "successCondition": "PICKUP_PHONE",
    "successPlaybackDurationS": 5,
    "maxCallDurationS": 90,
    "maxAnswerDelayS": 30,
    "timeRestrictions": WINDOW,
    "userId": "user",
}
LONG = ("attemptDelayS", "successPlaybackDurationS", "maxCallDurationS", "maxAnswerDelayS")
EXAMPLE = {name[:-1] + "s" if name in LONG else name: value for name, value in TABLE.items()}


def seen(fields: dict[str, Any]) -> dict[str, Any]:
    return settings_view(read_settings("acme", "n1", fields))


@pytest.mark.parametrize("fields", [TABLE, EXAMPLE], ids=["table", "example"])
def test_settings_come_back_in_the_spelling_that_they_came_in(fields: dict[str, Any]) -> None:
    """The table's, or the examples'; with the id, and nothing else."""
    assert seen(fields) == {"id": "n1", **fields}


def test_the_tables_spelling_is_the_stronger() -> None:
    """Where both are there."""
    assert seen({**EXAMPLE, "maxCallDurationS": 91})["maxCallDurationS"] == 91


GIVEN: list[dict[str, int]] = [
    {},
    {"fromHour": 0, "fromMin": 0, "tillHour": 0, "tillMin": 0},
    {"fromHour": 8, "tillHour": 24},
    {"tillMin": 0, "tillHour": 24, "fromMin": 0, "fromHour": 0},
    {"tillHour": 18},
    {"fromHour": 22, "fromMin": 0, "tillHour": 6, "tillMin": 30},
]


@pytest.mark.parametrize("window", GIVEN, ids=str)
def test_restrictions_come_back_as_they_were_given(window: dict[str, int]) -> None:
    """Zeros, 24 and an empty object too, in the order of the request; another CATO gets the same."""
    told = seen({**TABLE, "timeRestrictions": window})
    assert json.dumps(told["timeRestrictions"]) == json.dumps(window)
    settings = read_settings("acme", "n1", {**TABLE, "timeRestrictions": window})
    assert (add_settings("t", "n", settings, "user").json or {})["timeRestrictions"] == window  # type: ignore[call-overload]


@pytest.mark.parametrize("letters", ["SsSs", "sSsS", "ssSS", "sssS"])
def test_a_mixed_spelling_stays_mixed(letters: str) -> None:
    """Each duration by itself."""
    names = dict(zip(LONG, letters, strict=True))
    fields = {name[:-1] + names[name] if name in LONG else name: value for name, value in TABLE.items()}
    assert seen(fields) == {"id": "n1", **fields}


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("attemptCount", 100),
        ("attemptDelayS", 604_800),
        ("successPlaybackDurationS", 3600),
        ("maxCallDurationS", 7200),
        ("maxAnswerDelayS", 600),
    ],
)
def test_a_ceiling_of_ours_is_named_in_the_refusal(name: str, most: int) -> None:
    """The document has no ceilings."""
    longest = {**TABLE, "maxCallDurationS": 7200}
    assert seen({**longest, name: most})[name] == most
    with pytest.raises(Invalid, match=f"at most {most}") as refused:
        read_settings("acme", "n1", {**longest, name: most + 1})
    assert refused.value.field == name


def test_durations_and_condition_are_understood() -> None:
    """Seconds, times of the day, a condition."""
    read = read_settings("acme", "n1", TABLE)
    assert (read.attempt_count, read.attempt_delay, read.max_call_duration, read.max_answer_delay) == (2, 60, 90, 30)
    assert read.condition is SuccessCondition.PICKUP_PHONE
    assert read.window == Window(time(8, 30), time(18, 30))


def test_what_may_be_left_out_has_a_value() -> None:
    """No delay, no restriction, nobody's."""
    least = {name: TABLE[name] for name in ("name", "attemptCount", "successCondition", "maxCallDurationS")}
    told = seen({**least, "maxAnswerDelayS": 30})
    assert (told["attemptDelayS"], told["successPlaybackDurationS"], told["userId"]) == (0, 0, "")
    assert "timeRestrictions" not in told


def test_the_day_may_end_at_twenty_four() -> None:
    """Which is midnight."""
    window = {"fromHour": 8, "fromMin": 0, "tillHour": 24, "tillMin": 0}
    assert read_settings("acme", "n1", {**TABLE, "timeRestrictions": window}).window == Window(time(8), time())


def test_what_we_have_beyond_comes_back_where_it_was_given() -> None:
    """Codes, bounds by disposition, a message by e-mail."""
    more = {
        "confirmCodes": ["1", "42#"],
        "attemptsByDisposition": {"busy": 2},
        "email": {"subject": "Паводок", "text": "Уходите", "always": True},
    }
    told = seen({**TABLE, **more})
    assert {name: told[name] for name in more} == more


BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": 7}, "name"),
    ({"name": "x" * 256}, "name"),
    ({"attemptCount": 0}, "attemptCount"),
    ({"attemptCount": -1}, "attemptCount"),
    ({"attemptCount": 101}, "attemptCount"),
    ({"attemptCount": "many"}, "attemptCount"),
    ({"attemptCount": True}, "attemptCount"),
    ({"attemptCount": 1.5}, "attemptCount"),
    ({"attemptCount": None}, "attemptCount"),
    ({"attemptDelayS": -1}, "attemptDelayS"),
    ({"attemptDelayS": 10**9}, "attemptDelayS"),
    ({"successCondition": "PICKUP"}, "successCondition"),
    ({"successCondition": 1}, "successCondition"),
    ({"successPlaybackDurationS": -5}, "successPlaybackDurationS"),
    ({"maxCallDurationS": 0}, "maxCallDurationS"),
    ({"maxCallDurationS": []}, "maxCallDurationS"),
    ({"maxAnswerDelayS": -1}, "maxAnswerDelayS"),
    ({"timeRestrictions": "day"}, "timeRestrictions"),
    ({"timeRestrictions": {**WINDOW, "fromHour": 24}}, "timeRestrictions.fromHour"),
    ({"timeRestrictions": {**WINDOW, "tillMin": 60}}, "timeRestrictions.tillMin"),
    ({"timeRestrictions": {**WINDOW, "tillHour": 24, "tillMin": 1}}, "timeRestrictions"),
    ({"userId": 7}, "userId"),
    ({"confirmCodes": ["A"]}, "confirmCodes.0"),
    ({"confirmCodes": []}, "confirmCodes"),
    ({"attemptsByDisposition": {"busy": 0}}, "attemptsByDisposition.busy"),
    ({"email": {"subject": "x"}}, "email.text"),
]


@pytest.mark.parametrize(("change", "field"), BAD, ids=lambda value: str(value)[:50])
def test_a_bad_field_is_refused_by_its_name(change: dict[str, Any], field: str) -> None:
    """Wrong types, and values that mean nothing."""
    with pytest.raises(Invalid) as refused:
        read_settings("acme", "n1", {**TABLE, **change})
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["name", "attemptCount", "successCondition", "maxCallDurationS", "maxAnswerDelayS"])
def test_what_is_missing_is_refused_by_its_name(name: str) -> None:
    """These five cannot be guessed."""
    with pytest.raises(Invalid) as refused:
        read_settings("acme", "n1", {key: value for key, value in TABLE.items() if key != name})
    assert refused.value.field == name


def test_settings_that_nobody_can_satisfy_are_refused() -> None:
    """To listen for longer than a call may last; and dispositions that no call has."""
    listen = {"successCondition": "PICKUP_AND_LISTEN_SOME", "successPlaybackDurationS": 91}
    with pytest.raises(Invalid, match="successPlaybackDurationS"):
        read_settings("acme", "n1", {**TABLE, **listen})
    with pytest.raises(Invalid, match="attemptsByDisposition"):
        read_settings("acme", "n1", {**TABLE, "attemptsByDisposition": {"bussy": 2}})
