"""Ports AudioFiles and AudioStore."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from switchboard.aws.audio_bucket import AudioBucket
from switchboard.aws.audio_files_table import AudioFilesTable
from switchboard.aws.campaign_rows import CampaignHolds
from switchboard.campaigns.audio.ports import AudioFiles, AudioStore
from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.kernel.campaign_audio import AudioFile, AudioUpload, Pcm
from tests.fakes.audio import MemoryAudioFiles, MemoryAudioStore
from tests.support.stack import Stack

pytestmark = pytest.mark.usefixtures("links")  # addresses of the store's are opened

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FILE = AudioFile("acme", "a-1", "warning", "user", NOON, "ab" * 32, "audio/mpeg", 2.5, {"alaw": 1, "wav": 2})
UPLOAD = AudioUpload("acme", "u-1", "long", "user", 9, NOON, Pcm(16000, 2, "s16be", told=True))


@pytest.fixture
def files(request: pytest.FixtureRequest, kind: str) -> AudioFiles:
    if kind == "memory":
        return MemoryAudioFiles()
    stack: Stack = request.getfixturevalue("stack")
    return AudioFilesTable(stack.dynamodb, stack.table("CampaignsTable"))


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str) -> AudioStore:
    if kind == "memory":
        return MemoryAudioStore()
    stack: Stack = request.getfixturevalue("stack")
    return AudioBucket(stack.clients.s3, stack.refs["CampaignsBucket"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made"
    path.write_bytes(b"0123456789")
    return path


def test_a_file_is_kept_once(files: AudioFiles) -> None:
    """A second of the same id changes nothing."""
    assert files.add(FILE)
    assert not files.add(replace(FILE, name="other"))
    assert files.get("acme", "a-1") == FILE


def test_a_file_is_its_accounts(files: AudioFiles) -> None:
    """Another account has none of this id, or its own."""
    files.add(FILE)
    assert files.get("other", "a-1") is None
    assert files.add(replace(FILE, account="other"))
    files.remove("other", "a-1", NOON)
    assert files.get("acme", "a-1") == FILE


def test_a_file_is_written_where_it_is_as_it_was_read(files: AudioFiles) -> None:
    """Of two who change it at once the second is told."""
    files.add(FILE)
    changed = replace(FILE, name="other", revision=1)
    assert files.save(FILE, changed)
    assert not files.save(FILE, replace(FILE, name="third", revision=1))
    assert files.get("acme", "a-1") == changed


def test_what_is_gone_is_not_written(files: AudioFiles) -> None:
    """A change does not bring back what was deleted, and to delete it twice is no harm."""
    files.add(FILE)
    files.remove("acme", "a-1", NOON)
    files.remove("acme", "a-1", NOON)
    assert not files.save(FILE, replace(FILE, revision=1))
    assert files.get("acme", "a-1") is None


@pytest.mark.parametrize("id_", ["", "x" * 2000, "ё#1"])
def test_what_cannot_be_an_id_is_not_there(files: AudioFiles, id_: str) -> None:
    """And is no error."""
    assert files.get("acme", id_) is None
    assert files.expected("acme", id_) is None


def test_files_are_listed_by_the_page(files: AudioFiles) -> None:
    """An account's own, each once, without its uploads."""
    own = [replace(FILE, id=f"a-{number}") for number in range(5)]
    for one in [*own, replace(FILE, account="other")]:
        files.add(one)
    files.expect(UPLOAD)
    found, cursor = files.listed("acme", 3, None)
    rest, end = files.listed("acme", 3, cursor)
    assert [*found, *rest] == own
    assert end is None
    assert files.listed("nobody", 3, None) == ([], None)


def test_a_cursor_of_another_list_is_refused(stack: Stack) -> None:
    """Whatever somebody makes up."""
    files = AudioFilesTable(stack.dynamodb, stack.table("CampaignsTable"))
    with pytest.raises(Invalid):
        files.listed("acme", 3, "bm9uZQ==")


def test_an_upload_is_expected(files: AudioFiles) -> None:
    """With all that was told of it, by its account alone."""
    files.expect(UPLOAD)
    assert files.expected("acme", "u-1") == UPLOAD
    assert files.expected("other", "u-1") is None


def test_an_upload_is_forgotten_after_a_day(stack: Stack) -> None:
    """By the table itself."""
    AudioFilesTable(stack.dynamodb, stack.table("CampaignsTable")).expect(UPLOAD)
    (row,) = stack.items("CampaignsTable")
    assert int(row["expires_at"]["N"]) == int(NOON.timestamp()) + 24 * 3600


def test_bytes_are_kept_and_read_in_part(store: AudioStore, file: Path) -> None:
    """From anywhere to anywhere; what is put again replaces what was there."""
    store.put("audio/acme/a-1/x.wav", "audio/wav", file)
    assert b"".join(store.read("audio/acme/a-1/x.wav", 2, 4)) == b"234"
    assert store.size("audio/acme/a-1/x.wav") == 10
    file.write_bytes(b"other")
    store.put("audio/acme/a-1/x.wav", "audio/wav", file)
    assert b"".join(store.read("audio/acme/a-1/x.wav", 0, 99)) == b"other"


def test_what_is_not_there_has_no_size_and_cannot_be_read(store: AudioStore) -> None:
    """None, and NotFound."""
    assert store.size("audio/acme/none") is None
    with pytest.raises(NotFound):
        store.read("audio/acme/none", 0, 1)


def test_all_but_some_of_a_folder_is_removed(store: AudioStore, file: Path) -> None:
    """And nothing beside it."""
    keys = ["audio/acme/a-1/old.wav", "audio/acme/a-1/new.wav", "audio/acme/a-10/old.wav"]
    for key in keys:
        store.put(key, "audio/wav", file)
    for _ in range(2):
        store.keep_only("audio/acme/a-1/", [keys[1]])
        assert [store.size(key) for key in keys] == [None, 10, 10]


def test_an_address_takes_what_it_was_made_for(stack: Stack) -> None:
    """A client puts the bytes there without credentials of its own; their number is signed."""
    store = AudioBucket(stack.clients.s3, stack.refs["CampaignsBucket"])
    link = store.upload_link("originals/acme/u-1", 5)
    assert "content-length" in link
    assert "X-Amz-Expires=900" in link
    assert requests.put(link, data=b"12345", timeout=5).status_code == 200
    assert b"".join(store.read("originals/acme/u-1", 0, 99)) == b"12345"


def test_a_file_that_a_start_holds_stays(stack: Stack) -> None:
    """Whatever is changed of it meanwhile; when the hold is over it can be removed."""
    table = stack.table("CampaignsTable")
    files, holds = AudioFilesTable(stack.dynamodb, table), CampaignHolds(stack.dynamodb, table)
    files.add(FILE)
    holds.hold("acme", [("audio", "a-1")], NOON + timedelta(seconds=60))
    assert files.save(FILE, replace(FILE, name="other", revision=1))
    with pytest.raises(Conflict):
        files.remove("acme", "a-1", NOON + timedelta(seconds=59))
    assert files.get("acme", "a-1")
    files.remove("acme", "a-1", NOON + timedelta(seconds=60))
    assert files.get("acme", "a-1") is None
