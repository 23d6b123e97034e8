"""Upload a file to another system: a multipart form of one field, streamed to a vetted address by a deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import monotonic

import requests
from urllib3.fields import RequestField
from urllib3.filepost import choose_boundary

from switchboard.crm.file_ports import FormUpload, UploadAnswer
from switchboard.kernel.hops import leaving
from switchboard.net.deadline import CONNECT_TIMEOUT, run_by_deadline, seconds_left
from switchboard.net.failures import FailureReason
from switchboard.net.vendor_api import why_not_connected

SECONDS = 20.0  # for connection, file and answer; the message after the upload needs the rest of the attempt's time
READ_AT_MOST = 64 * 1024
CHUNK = 16 * 1024


class FileUploads:
    """Port Uploads of `crm`. `seconds` is the time for a whole upload."""

    def __init__(self, session: Callable[[], requests.Session], seconds: float = SECONDS) -> None:
        self._session, self._seconds = session, seconds

    def send(self, upload: FormUpload) -> UploadAnswer:
        """POST once and return the answer. Never raises: the answer holds any failure."""
        deadline = monotonic() + self._seconds
        upload = replace(upload, headers={**upload.headers, **leaving()})
        try:
            return run_by_deadline(partial(self._once, upload, deadline), deadline, lambda _: None)
        except TimeoutError:
            return UploadAnswer(None, error=FailureReason.TIMEOUT.value)

    def _once(self, upload: FormUpload, deadline: float) -> UploadAnswer:
        form = _MultipartForm(upload, deadline)
        headers = {**upload.headers, "Content-Type": form.content_type, "Accept": "application/json"}
        try:
            with self._session() as session:
                answer = session.post(
                    upload.url,
                    data=form,
                    headers={**headers, "Accept-Encoding": "identity", "User-Agent": "Switchboard/1.0"},
                    timeout=(CONNECT_TIMEOUT, self._seconds),
                    allow_redirects=False,
                    stream=True,
                )
                return UploadAnswer(answer.status_code, _read(answer), retry_after=answer.headers.get("Retry-After"))
        except (requests.RequestException, UnicodeError) as error:
            return UploadAnswer(None, error=_reason(error, deadline).value)


class _MultipartForm:
    """A streamed multipart form. Its length is known beforehand, and only one piece of the file is in memory."""

    def __init__(self, upload: FormUpload, deadline: float) -> None:
        boundary = choose_boundary()
        part = RequestField(upload.field, b"", upload.name)
        part.make_multipart(content_type=upload.content_type)
        self._head = f"--{boundary}\r\n{part.render_headers()}".encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._upload, self._deadline = upload, deadline
        self.content_type = f"multipart/form-data; boundary={boundary}"

    def __len__(self) -> int:
        return len(self._head) + self._upload.size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        for chunk in self._upload.chunks:
            seconds_left(self._deadline)  # raises at the deadline: nobody waits for the rest
            yield chunk
        yield self._tail


def _read(answer: requests.Response) -> str:
    """Return the first bytes of a body. A broken body is no error: the part that was read counts."""
    body = bytearray()
    with suppress(requests.RequestException):
        for chunk in answer.iter_content(CHUNK):
            body += chunk
            if len(body) >= READ_AT_MOST:
                break
    return body[:READ_AT_MOST].decode(errors="replace")


def _reason(error: Exception, deadline: float) -> FailureReason:
    if isinstance(error, requests.exceptions.SSLError):
        return FailureReason.TLS_FAILED
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return FailureReason.CONNECT_TIMEOUT
    if isinstance(error, requests.Timeout) or monotonic() >= deadline:
        return FailureReason.TIMEOUT
    if isinstance(error, ValueError):  # a URL or a header that cannot be sent
        return FailureReason.BAD_REQUEST
    known = why_not_connected(error) if isinstance(error, requests.RequestException) else None
    return known or FailureReason.CONNECTION_BROKEN
