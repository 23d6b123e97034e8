"""What is sent of a recording."""

from datetime import timedelta

import pytest

from switchboard.recordings.model import Media, RecordingState, StoredAudio
from switchboard.recordings.serve import ConditionalHeaders, NotRecorded, RecordingResponse, ServeRecording
from tests.support.builders import NOON, a_recording
from tests.unit.recordings.world import World

DATA = bytes(range(100))
AUDIO = StoredAudio("audio/mpeg", len(DATA), "ab" * 32, 4)
TAG = f'"{AUDIO.sha256}"'


@pytest.fixture
def world() -> World:
    found = World()
    kept = a_recording(state=RecordingState.AVAILABLE, audio=AUDIO, next_at=None)
    found.recordings.add(kept)
    found.store.objects[kept.key] = DATA
    return found


def serve(
    world: World, call: str = "call-1", account: str = "acme", longest: int = 1000, **asked: str
) -> RecordingResponse:
    use_case = ServeRecording(world.recordings, world.store, world.clock, longest)
    return use_case(account, call, Media.RECORDING, ConditionalHeaders(**asked))


def test_all_of_it_is_sent(world: World) -> None:
    """With the documented headers."""
    sent = serve(world)
    assert (sent.status, b"".join(sent.body)) == (200, DATA)
    assert sent.headers["Content-Disposition"] == "attachment; filename=call-1.mp3"
    assert sent.headers["Content-Length"] == "100"


def test_a_range_is_sent(world: World) -> None:
    """And no more."""
    sent = serve(world, range="bytes=10-19")
    assert (sent.status, b"".join(sent.body)) == (206, DATA[10:20])
    assert (sent.headers["Content-Range"], sent.headers["Content-Length"]) == ("bytes 10-19/100", "10")


def test_a_range_past_the_end_is_refused(world: World) -> None:
    """With the size that there is."""
    sent = serve(world, range="bytes=100-")
    assert (sent.status, sent.headers["Content-Range"]) == (416, "bytes */100")


@pytest.mark.parametrize(("if_range", "status"), [("", 206), (TAG, 206), ('"other"', 200), ("Mon, 01 Jan", 200)])
def test_a_range_of_another_version_is_the_whole(world: World, if_range: str, status: int) -> None:
    """What the client has no longer fits."""
    assert serve(world, range="bytes=10-19", if_range=if_range).status == status


@pytest.mark.parametrize(("tags", "status"), [(TAG, 304), (f'"x", W/{TAG}', 304), ('"x"', 200), ("", 200)])
def test_who_has_it_is_told_so(world: World, tags: str, status: int) -> None:
    """By its digest."""
    assert serve(world, if_none_match=tags).status == status


def test_what_is_too_long_for_one_answer_is_elsewhere(world: World) -> None:
    """A part of it that is short enough is sent."""
    sent = serve(world, longest=50)
    assert sent.status == 307
    assert sent.headers["Location"].startswith("https://store.example/")
    assert serve(world, longest=50, range="bytes=0-49").status == 206


@pytest.mark.parametrize(
    ("call", "account"), [("call-2", "acme"), ("call-1", "other"), ("", "acme"), ("x" * 5000, "acme")]
)
def test_what_is_not_there_is_not_recorded(world: World, call: str, account: str) -> None:
    """Another account's is not there either; nothing says when to come again."""
    with pytest.raises(NotRecorded) as refused:
        serve(world, call, account)
    assert refused.value.retry_after is None


@pytest.mark.parametrize(("seconds", "wait"), [(90, 90), (0, 5), (-600, 5)])
def test_who_comes_too_early_is_told_when_to_come_again(world: World, seconds: int, wait: int) -> None:
    """At the next attempt, and in a moment where that is due."""
    world.recordings.add(a_recording("call-2", next_at=NOON + timedelta(seconds=seconds)))
    with pytest.raises(NotRecorded) as refused:
        serve(world, "call-2")
    assert refused.value.retry_after == wait


@pytest.mark.parametrize("state", [RecordingState.DEAD, RecordingState.DELETED])
def test_what_will_not_come_is_not_waited_for(world: World, state: RecordingState) -> None:
    """No Retry-After."""
    world.recordings.add(a_recording("call-2", state=state))
    with pytest.raises(NotRecorded) as refused:
        serve(world, "call-2")
    assert refused.value.retry_after is None


def test_bytes_that_are_gone_before_their_row_are_not_recorded(world: World) -> None:
    """The store throws away by the day."""
    world.store.objects.clear()
    with pytest.raises(NotRecorded):
        serve(world)


def test_no_call_id_gets_into_a_header(world: World) -> None:
    """Whatever a vendor's ids are made of."""
    kept = a_recording('a"\r\nX: 1', state=RecordingState.AVAILABLE, audio=AUDIO)
    world.recordings.add(kept)
    world.store.objects[kept.key] = DATA
    assert serve(world, 'a"\r\nX: 1').headers["Content-Disposition"] == "attachment; filename=a___X__1.mp3"
