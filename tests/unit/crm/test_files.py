"""A recording is uploaded to a CRM once; a failure has a reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.crm.file_ports import UploadAnswer
from switchboard.deliveries.retry import Unsent, Verdict
from switchboard.kernel.communication import Connector, UploadedFile, UploadSettings
from switchboard.recordings.model import RecordingState
from tests.fakes.crm import MemoryLinks
from tests.support.builders import NOON
from tests.unit.crm.world import AUDIO, Files

PATH = UploadSettings("/api/v1/{workspace}/files")


@pytest.fixture
def files() -> Files:
    found = Files(MemoryLinks())
    found.keep()
    return found


def connector(files: Files, **fields: Any) -> Connector:
    key = files.vault.seal("acme", "the-key")
    made = Connector("acme", "1", "kontur", "CRM", "https://crm.example", "sales", key, NOON)
    taking = fields.pop("taking", PATH)
    return replace(made, files=taking, **fields)


def upload_once(files: Files, **fields: Any) -> UploadedFile:
    return files.of_calls.upload_once(connector(files, **fields), "call-1", "call-1-101")


def refused(files: Files, **fields: Any) -> tuple[str, Verdict]:
    with pytest.raises(Unsent) as unsent:
        upload_once(files, **fields)
    return unsent.value.reason, unsent.value.verdict


def test_a_recording_is_uploaded_with_what_is_known_of_it(files: Files) -> None:
    """To the URL of the workspace, with the opened key."""
    file = upload_once(files)
    ((upload, data),) = files.uploads.taken
    assert file == UploadedFile("f-1", "call-1.mp3", "audio/mpeg", 5, "d1", "call-1-101", NOON)
    assert (upload.url, dict(upload.headers)) == (
        "https://crm.example/api/v1/sales/files",
        {"X-XCOM-AccessKey": "the-key"},
    )
    assert (upload.field, upload.name, upload.content_type, upload.size, data) == (
        "file", "call-1.mp3", "audio/mpeg", 5, b"sound",
    )  # fmt: skip


def test_it_is_given_once(files: Files) -> None:
    """A failed message causes no second upload."""
    assert upload_once(files) == upload_once(files)
    assert len(files.uploads.taken) == 1


def test_it_is_given_again_when_the_crm_has_forgotten_it(files: Files) -> None:
    """The CRM keeps a file without a call for a day."""
    upload_once(files)
    files.now += timedelta(hours=20)
    files.uploads.answer = UploadAnswer(200, '{"fileId":"f-2"}')
    assert upload_once(files).id == "f-2"


def test_another_recording_of_the_call_is_another_file(files: Files) -> None:
    """The digest tells recordings apart."""
    upload_once(files)
    files.keep(audio=replace(AUDIO, sha256="d2"))
    upload_once(files)
    assert len(files.uploads.taken) == 2


def test_each_crm_is_given_it(files: Files) -> None:
    """The id of a file belongs to one CRM."""
    upload_once(files)
    files.of_calls.upload_once(connector(files, id="2"), "call-1", "")
    assert len(files.uploads.taken) == 2


def test_what_was_given_is_untold_until_the_crm_was_told(files: Files) -> None:
    """And no longer than the CRM keeps the file."""
    made = connector(files)
    assert files.of_calls.unreported_file(made, "call-1") is None
    file = upload_once(files)
    assert files.of_calls.unreported_file(made, "call-1") == file
    files.of_calls.mark_reported(made, "call-1")
    assert files.of_calls.unreported_file(made, "call-1") is None
    assert upload_once(files).id == file.id
    assert len(files.uploads.taken) == 1


def test_what_was_not_told_in_a_day_is_not_told(files: Files) -> None:
    """The CRM has deleted the file."""
    upload_once(files)
    files.now += timedelta(days=1)
    assert files.of_calls.unreported_file(connector(files), "call-1") is None


ANSWERS = [
    (UploadAnswer(404), "upload_status_404", Verdict.DENIED),
    (UploadAnswer(413), "upload_status_413", Verdict.REFUSED),
    (UploadAnswer(415), "upload_status_415", Verdict.REFUSED),
    (UploadAnswer(410), "upload_status_410", Verdict.REFUSED),
    (UploadAnswer(409, '{"status":"fileTooLarge"}'), "upload_status_409", Verdict.REFUSED),
    (UploadAnswer(409, "{}"), "upload_status_409", Verdict.FAILED),
    (UploadAnswer(503), "upload_status_503", Verdict.FAILED),
    (UploadAnswer(307), "upload_status_307", Verdict.FAILED),
    ("timeout", "upload_timeout", Verdict.FAILED),
    (UploadAnswer(200, "[]"), "upload_without_id", Verdict.REFUSED),
    (UploadAnswer(200, '{"fileId":{"a":1}}'), "upload_without_id", Verdict.REFUSED),
]


@pytest.mark.parametrize(("answer", "reason", "verdict"), ANSWERS, ids=str)
def test_what_came_of_an_upload_says_whether_to_repeat_it(
    files: Files, answer: UploadAnswer | str, reason: str, verdict: Verdict
) -> None:
    """A failed upload is not stored."""
    files.uploads.answer = answer
    assert refused(files) == (reason, verdict)
    assert files.of_calls.unreported_file(connector(files), "call-1") is None


def test_a_crm_may_say_when_to_come_again(files: Files) -> None:
    """The failure carries `Retry-After` as received."""
    files.uploads.answer = UploadAnswer(429, retry_after="7")
    with pytest.raises(Unsent) as unsent:
        upload_once(files)
    assert unsent.value.retry_after == "7"


@pytest.mark.parametrize("fields", [{"state": RecordingState.DELETED}, {"audio": None}], ids=str)
def test_a_recording_that_is_not_there_is_not_given(files: Files, fields: dict[str, Any]) -> None:
    """Even if it was uploaded before."""
    upload_once(files)
    files.keep(**fields)
    assert refused(files) == ("recording_gone", Verdict.REFUSED)


def test_a_recording_whose_bytes_are_gone_is_not_given(files: Files) -> None:
    """The bytes have expired."""
    files.store.objects.clear()
    assert refused(files) == ("recording_gone", Verdict.REFUSED)


def test_another_accounts_recording_is_not_given(files: Files) -> None:
    """Even if the calls have the same id."""
    assert refused(files, account="other") == ("recording_gone", Verdict.REFUSED)


def test_a_key_that_does_not_open_may_open_later(files: Files) -> None:
    """Nothing is sent, and the delivery is retried."""
    assert refused(files, access_key="garbled") == ("key_sealed", Verdict.FAILED)
    assert files.uploads.taken == []


def test_what_is_larger_than_the_crm_takes_is_not_sent(files: Files) -> None:
    """Nor is anything sent without a path."""
    assert refused(files, taking=replace(PATH, largest=4)) == ("recording_too_large", Verdict.REFUSED)
    assert refused(files, taking=UploadSettings()) == ("no_files_path", Verdict.REFUSED)
    assert files.uploads.taken == []
