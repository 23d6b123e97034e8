"""Port RecordingStore of the recordings."""

import pytest
import requests
from botocore.exceptions import ClientError

from switchboard.aws.recordings_bucket import RecordingsBucket
from switchboard.errors import NotFound
from switchboard.recordings.ports import RecordingStore
from tests.fakes.recordings import MemoryStore
from tests.support.stack import Stack

PART = 5 * 1024 * 1024
KEY = "acme/0123"


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str) -> RecordingStore:
    if kind == "memory":
        return MemoryStore()
    stack: Stack = request.getfixturevalue("stack")
    return RecordingsBucket(stack.clients.s3, stack.refs["RecordingsBucket"])


def put(store: RecordingStore, *parts: bytes) -> None:
    upload = store.begin(KEY, "audio/mpeg", 365)
    for part in parts:
        upload.part(part)
    upload.complete()


def test_parts_become_one_object(store: RecordingStore) -> None:
    """In their order, to be read from anywhere to anywhere."""
    put(store, b"a" * PART, b"b" * 10)
    assert b"".join(store.read(KEY, 0, PART + 9)) == b"a" * PART + b"b" * 10
    assert b"".join(store.read(KEY, PART - 2, PART + 1)) == b"aabb"


def test_it_comes_in_small_pieces(stack: Stack) -> None:
    """Whatever its size, little of it is in memory."""
    store = RecordingsBucket(stack.clients.s3, stack.refs["RecordingsBucket"])
    put(store, b"a" * PART)
    assert max(len(piece) for piece in store.read(KEY, 0, PART - 1)) <= 256 * 1024


def test_a_second_time_is_written_over_the_first(store: RecordingStore) -> None:
    """Under one key there is one object."""
    put(store, b"first")
    put(store, b"second")
    assert b"".join(store.read(KEY, 0, 5)) == b"second"


def test_what_was_aborted_is_not_there(store: RecordingStore) -> None:
    """Nothing of it is to be seen before it is complete."""
    upload = store.begin(KEY, "audio/mpeg", 365)
    upload.part(b"a" * PART)
    with pytest.raises(NotFound):
        store.read(KEY, 0, 1)
    upload.abort()
    with pytest.raises(NotFound):
        store.read(KEY, 0, 1)


def test_nothing_can_be_aborted(store: RecordingStore) -> None:
    """Before the first part there is nothing to give up."""
    store.begin(KEY, "audio/mpeg", 365).abort()
    with pytest.raises(NotFound):
        store.read(KEY, 0, 1)


def test_an_aborted_upload_leaves_no_parts(stack: Stack) -> None:
    """They would be paid for."""
    bucket = stack.refs["RecordingsBucket"]
    upload = RecordingsBucket(stack.clients.s3, bucket).begin(KEY, "audio/mpeg", 365)
    upload.part(b"a" * PART)
    assert stack.clients.s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    upload.abort()
    assert "Uploads" not in stack.clients.s3.list_multipart_uploads(Bucket=bucket)


def test_what_is_removed_is_gone(store: RecordingStore) -> None:
    """Removing it again does no harm."""
    put(store, b"bytes")
    store.remove(KEY)
    store.remove(KEY)
    with pytest.raises(NotFound):
        store.read(KEY, 0, 1)


class Denying:
    """S3 where our permissions are wrong."""

    def get_object(self, **_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")


def test_what_may_not_be_read_is_not_taken_for_gone() -> None:
    """It may be there, and the failure is ours."""
    with pytest.raises(ClientError, match="AccessDenied"):
        RecordingsBucket(Denying(), "bucket").read(KEY, 0, 1)  # type: ignore[arg-type]


def test_a_link_says_whose_name_it_has(store: RecordingStore) -> None:
    """It leads to the object, under the name that a browser is to give it."""
    put(store, b"bytes")
    link = store.link(KEY, "audio/mpeg", "attachment; filename=call-1.mp3")
    assert link.startswith("https://")
    assert KEY in link
    assert "call-1.mp3" in link


@pytest.mark.usefixtures("links")
def test_a_link_opens_without_a_token(stack: Stack) -> None:
    """For five minutes."""
    store = RecordingsBucket(stack.clients.s3, stack.refs["RecordingsBucket"])
    put(store, b"bytes")
    link = store.link(KEY, "audio/mpeg", "attachment; filename=call-1.mp3")
    assert "X-Amz-Expires=300" in link
    found = requests.get(link, timeout=5)
    assert (found.content, found.headers["content-type"]) == (b"bytes", "audio/mpeg")
