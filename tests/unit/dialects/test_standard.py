"""What receivers get that speak no vendor's dialect."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from local.bundle import ROOT
from local.schemas import FOLDER, text_of
from switchboard.dialects.registry import readers
from switchboard.dialects.standard.fields import FIELDS
from switchboard.dialects.standard.schemas import schema_of
from switchboard.dialects.standard.tables import FIELDS as TELLS
from switchboard.kernel.call import AppliedEvent, Disposition, Kind, Number, Outcome
from switchboard.kernel.news import news
from tests.support.builders import NOON, an_event, an_event_of_no_call, applied
from tests.support.samples import GOOD, STORIES, dialect_of, told
from tests.unit.builders import parsed_sample, played, rendered_as
from tests.unit.dialects.strategies import FEW, calls

VENDORS = "https://pbx.example.com/r/1"
RECORDED = {"media": "recording", "content_type": "audio/mpeg", "bytes": 4096, "sha256": "ab12", "duration": 4}
COMMAND = {"command_id": "c-1", "action": "originate", "reason": "no_channels"}
DETAILS: dict[Kind, dict[str, Any]] = {
    Kind.RECORDING_AVAILABLE: RECORDED,
    Kind.RECORDING_FAILED: {"media": "recording", "reason": "gone"},
    Kind.COMMAND_SUCCEEDED: {"command_id": "c-1", "action": "hangup"},
    Kind.COMMAND_FAILED: COMMAND,
    Kind.DIGIT_PRESSED: {"digit": "1"},
    Kind.PLAYBACK_ENDED: {"played": 2.5, "whole": False},
    Kind.CAMPAIGN_PROGRESS: {"execution_id": "x1", "wave": 1, "percent": 50, "counters": {"total": 2, "notified": 1}},
    Kind.SUBSCRIBER_FAILED: {"execution_id": "x1", "subscriber": 0, "full_name": "Анна", "reason": "busy"},
}


def checked(done: AppliedEvent, base_url: str = "https://hub.example.com") -> dict[str, Any]:
    """The one message that every event is told by; it answers to its schema and has no field that is not there."""
    (rendered,) = rendered_as("standard", done, base_url)
    body = dict(rendered.body)
    Draft202012Validator(schema_of(done.event.kind)).validate(body)
    assert set(body["data"]) == set(TELLS[done.event.kind])
    assert rendered.event_names == (done.event.kind.value,)
    return body


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_event_has_a_message(kind: Kind) -> None:
    """Of a call and of none, with what the hub itself tells in it."""
    event = news(kind, ("acme", "call-1"), "k", NOON, DETAILS.get(kind, {}))
    story = played([an_event(), event])
    assert checked(story[-1])["type"] == kind.value
    assert checked(applied(an_event_of_no_call(kind=kind)))["timestamp"] == NOON.isoformat()


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{dialect_of(path)}-{path.stem}")
def test_every_event_of_a_story_answers_to_its_schema(path: Any) -> None:
    """Whichever vendor told it."""
    assert all(datetime.fromisoformat(checked(done)["timestamp"]) == done.event.at for done in told(path))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{dialect_of(path)}-{path.stem}")
def test_every_sample_answers_to_its_schema(path: Any) -> None:
    """Alone, with as little known as can be, and where the hub has no address of its own."""
    checked(applied(parsed_sample(f"{dialect_of(path)}/{path.stem}")), base_url="")


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_whatever_is_told_answers_to_its_schema(dialect: str, data: st.DataObject) -> None:
    """Junk and all."""
    for done in played(data.draw(calls(dialect))):
        if done.outcome is not Outcome.REPEATED:
            checked(done)


@pytest.mark.parametrize("kind", Kind)
def test_the_published_schemas_are_those_of_the_code(kind: Kind) -> None:
    """`make pages` writes them, and each is a schema."""
    assert (FOLDER / f"{kind.value}.json").read_text() == text_of(kind)
    Draft202012Validator.check_schema(schema_of(kind))


def test_no_schema_is_published_that_is_no_kind() -> None:
    """One file for each."""
    assert {path.name for path in FOLDER.iterdir()} == {f"{kind.value}.json" for kind in Kind}
    assert FOLDER.is_relative_to(ROOT / "docs")


def test_every_field_is_told_of_some_kind() -> None:
    """None is defined that nobody gets."""
    assert {name for names in TELLS.values() for name in names} == set(FIELDS)


def test_an_end_has_the_whole_of_the_call() -> None:
    """Whatever its own event left out."""
    end = an_event(
        "e2", kind=Kind.CALL_ENDED, at=NOON + timedelta(seconds=31), caller=None, callee=None, direction=None,
        disposition=Disposition.ANSWERED, talk_duration=24, extension=Number("101"), recording="41",
    )  # fmt: skip
    data = checked(played([an_event(), end])[-1])["data"]
    assert data["caller"] == {"received": "79161234567", "e164": "+79161234567"}
    assert data["extension"] == {"received": "101", "e164": None}
    assert (data["direction"], data["disposition"], data["answered"]) == ("incoming", "answered", True)
    assert (data["duration"], data["talk_duration"], data["wait_duration"]) == (31, 24, 7)
    assert (data["started_at"], data["ended_at"]) == ("2026-03-14T12:00:00+00:00", "2026-03-14T12:00:31+00:00")
    assert data["recording"] == "https://hub.example.com/api/v1/record/call-1"


@pytest.mark.parametrize(
    ("recording", "answered", "link"),
    [
        (VENDORS, False, "https://hub.example.com/api/v1/record/call-1"),
        ("41", True, "https://hub.example.com/api/v1/record/call-1"),
        ("41", False, None),
        (None, True, None),
    ],
)
def test_a_recording_is_a_link(recording: str | None, *, answered: bool, link: str | None) -> None:
    """To the hub, which opens with the account's tokens; none where nobody talked."""
    found = Disposition.ANSWERED if answered else Disposition.BUSY
    end = an_event(kind=Kind.CALL_ENDED, disposition=found, recording=recording)
    assert checked(applied(end))["data"]["recording"] == link


def test_a_hub_without_an_address_gives_the_vendors_link() -> None:
    """A reference that is no link is none."""
    ends = [an_event(kind=Kind.CALL_ENDED, disposition=Disposition.ANSWERED, recording=one) for one in (VENDORS, "41")]
    assert [checked(applied(end), "")["data"]["recording"] for end in ends] == [VENDORS, None]


@pytest.mark.parametrize("media", ["recording", "voicemail"])
def test_a_kept_recording_says_where_it_is(media: str) -> None:
    """At the hub's address, with its size, type, digest and length."""
    event = news(Kind.RECORDING_AVAILABLE, ("acme", "call-1"), "k", NOON, {**RECORDED, "media": media})
    data = checked(played([an_event(), event])[-1])["data"]
    path = {"recording": "record", "voicemail": "voicemail"}[media]
    assert data["url"] == f"https://hub.example.com/api/v1/{path}/call-1"
    assert (data["bytes"], data["content_type"], data["sha256"], data["seconds"]) == (4096, "audio/mpeg", "ab12", 4)


def test_a_command_is_told_with_its_id_and_reason() -> None:
    """So that whoever gave it knows."""
    event = news(Kind.COMMAND_FAILED, ("acme", "call-1"), "k", NOON, COMMAND)
    data = checked(played([an_event(), event])[-1])["data"]
    assert {name: data[name] for name in COMMAND} == COMMAND


@pytest.mark.parametrize(
    ("raw", "told"),
    [({"played": 2.5, "whole": True}, (2.5, True)), ({"played": "x"}, (None, False)), ({}, (None, False))],
)
def test_a_playback_is_told_with_its_length(raw: dict[str, Any], told: tuple[Any, ...]) -> None:
    """And whether it was the whole."""
    data = checked(played([an_event(), news(Kind.PLAYBACK_ENDED, ("acme", "call-1"), "k", NOON, raw)])[-1])["data"]
    assert (data["played"], data["whole"]) == told


def test_a_text_message_has_its_text_and_sender() -> None:
    """Which no other dialect but SpRecord's has."""
    data = checked(applied(parsed_sample("sprecord/incoming_sms")))["data"]
    assert (data["text"], data["caller"]["e164"]) == ("Перезвоните мне, пожалуйста", "+79000002233")


@pytest.mark.parametrize("name", ["vpbx/custom_event", "vpbx/callback_event"])
def test_what_has_no_form_of_its_own_is_told_as_it_came(name: str) -> None:
    """Under the vendor's name."""
    event = parsed_sample(name)
    data = checked(applied(event))["data"]
    assert (data["raw"], data["name"], data["dialect"]) == (event.raw, event.name, "vpbx")


def test_no_message_tells_the_address_of_a_source() -> None:
    """Its id is all that some of them have to show."""
    event = an_event(source="s-very-secret")
    assert all("s-very-secret" not in str(one.body) for d in ("standard", "sprecord", "callevents", "vpbx")
               for one in rendered_as(d, applied(event)))  # fmt: skip
