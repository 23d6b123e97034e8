"""The hub's own news of a call, as IS.VPBX's subscribers get them."""

from switchboard.dialects.vpbx.render import render
from switchboard.kernel.call import AppliedEvent, Kind, Outcome
from switchboard.kernel.news import news
from tests.support.builders import NOON

RECORDED = {"media": "recording", "content_type": "audio/mpeg", "bytes": 4096, "sha256": "ab", "duration": 4}


def test_a_kept_recording_leaves_as_a_custom_event_with_our_link() -> None:
    """It can be subscribed to by its own name, and by its type."""
    (told,) = render(
        AppliedEvent(news(Kind.RECORDING_AVAILABLE, ("acme", "c1"), "r", NOON, RECORDED), None, Outcome.NOTED),
        "https://hub.example",
    )
    assert told.event_names == ("custom.recording.available", "custom_event")
    assert told.body["event_name"] == "custom.recording.available"
    assert told.body["params"]["record"] == "https://hub.example/api/v1/record/c1"
    assert told.body["params"]["call_id"] == "c1"


def test_the_same_news_of_the_same_call_are_the_same_event() -> None:
    """Told again, they change nothing; another key is other news."""
    ids = {news(Kind.COMMAND_FAILED, ("acme", "c1"), key, NOON, {}).id for key in ("cmd1", "cmd1", "cmd2")}
    assert len(ids) == 2
