"""Stream recordings from other systems, over connections to vetted addresses, with one deadline for the whole."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from threading import Timer
from time import monotonic
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from switchboard.kernel.hops import leaving
from switchboard.net.deadline import CONNECT_TIMEOUT, run_by_deadline
from switchboard.net.encodings import decoded, is_plain
from switchboard.net.failures import FailureReason
from switchboard.recordings.model import Recording
from switchboard.recordings.ports import NeverAvailable, NotYetAvailable, SourceCredentials, SourceFile

CHUNK = 64 * 1024
SILENCE = 30.0  # seconds, the longest pause between two pieces
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
OK, GONE = 200, 410
LONGEST_NUMBER = 7  # digits of a Retry-After; a longer number is ignored


class Download:
    """Port RecordingOpener for `http` and `https`. `seconds` is the time for a whole download."""

    def __init__(
        self, session: requests.Session, credentials: SourceCredentials, seconds: float, clock: Callable[[], datetime]
    ) -> None:
        self._session, self._credentials = session, credentials
        self._seconds, self._clock = seconds, clock

    @contextmanager
    def open(self, recording: Recording) -> Iterator[SourceFile]:
        """Open the reference, follow redirects, and yield the body. Raises NotYetAvailable and NeverAvailable."""
        deadline = monotonic() + self._seconds
        response = self._answer(recording, deadline)
        try:
            self._check(response)
            with _cut_off_at(deadline, response):
                yield SourceFile(decoded(_pieces(response, deadline), _encoding(response)), _size(response))
        finally:
            response.close()

    def _answer(self, recording: Recording, deadline: float) -> requests.Response:
        url = _address(recording.reference)
        for _ in range(MOST_REDIRECTS + 1):
            # Credentials are looked up for every address: a token must not leave its own origin.
            headers = self._credentials.headers_for(recording.account, recording.source, url)
            try:
                response = run_by_deadline(partial(self._get, url, headers), deadline, requests.Response.close)
            except TimeoutError:
                raise NotYetAvailable(FailureReason.TIMEOUT.value) from None
            if response.status_code not in REDIRECTS or "Location" not in response.headers:
                return response
            response.close()
            url = _address(response.headers["Location"], url)
        raise NotYetAvailable("too_many_redirects")

    def _get(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        # Audio does not get smaller. Some servers compress it nevertheless.
        sent = {"User-Agent": "Switchboard/1.0", "Accept": "audio/*, */*;q=0.5", "Accept-Encoding": "identity"}
        try:
            return self._session.get(
                url,
                headers={**sent, **leaving(), **headers},
                auth=_no_auth,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_TIMEOUT, SILENCE),
            )
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError) as error:
            raise NeverAvailable("bad_url") from error
        except requests.RequestException as error:
            raise _failure(error) from error

    def _check(self, response: requests.Response) -> None:
        if response.status_code == GONE:
            raise NeverAvailable("status_410")
        if response.status_code != OK:
            raise NotYetAvailable(f"status_{response.status_code}", self._asked_for(response))

    def _asked_for(self, response: requests.Response) -> float | None:
        """Return Retry-After in seconds; the header holds a number or a date."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isdecimal() and len(text) <= LONGEST_NUMBER:
            return float(text)
        try:
            at = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, (at - self._clock()).total_seconds())


def _address(reference: str, base: str = "") -> str:
    """Return the absolute URL. Raises NeverAvailable unless the scheme is http or https."""
    try:
        url = urljoin(base, reference)
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = None
    if not good:
        raise NeverAvailable("bad_url")
    return url


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep the library from adding credentials from a `.netrc` file."""
    return request


@contextmanager
def _cut_off_at(deadline: float, response: requests.Response) -> Iterator[None]:
    """Shut the connection down at the deadline: with single slow bytes one read could block for ever."""
    # A duplicate descriptor: the library closes its own at the end of the body, and the number may be reused.
    with socket.fromfd(response.raw.fileno(), socket.AF_INET, socket.SOCK_STREAM) as connection:
        cut = Timer(max(0.0, deadline - monotonic()), _shut_down, (connection,))
        cut.daemon = True
        cut.start()
        try:
            yield
        finally:
            cut.cancel()
            cut.join()


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):  # already closed
        connection.shutdown(socket.SHUT_RDWR)


def _pieces(response: requests.Response, deadline: float) -> Iterator[bytes]:
    try:
        # read1 returns the received bytes; waiting for a whole chunk could outlast the deadline.
        while piece := response.raw.read1(CHUNK):
            _check_time(deadline)
            yield piece
    except ReadTimeoutError as error:
        raise NotYetAvailable(FailureReason.TIMEOUT.value) from error
    except HTTPError as error:
        _check_time(deadline)
        raise NotYetAvailable(FailureReason.CONNECTION_BROKEN.value) from error
    _check_time(deadline)  # without Content-Length, a cut-off body looks complete


def _check_time(deadline: float) -> None:
    if monotonic() >= deadline:
        raise NotYetAvailable(FailureReason.TIMEOUT.value)


def _size(response: requests.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() and is_plain(_encoding(response)) else None


def _encoding(response: requests.Response) -> str:
    return str(response.headers.get("Content-Encoding", ""))


def _failure(error: requests.RequestException) -> NotYetAvailable | NeverAvailable:
    if FailureReason.ADDRESS_NOT_PUBLIC.value in str(error):
        return NeverAvailable(FailureReason.ADDRESS_NOT_PUBLIC.value)
    return NotYetAvailable(_reason(error).value)


def _reason(error: requests.RequestException) -> FailureReason:
    if isinstance(error, requests.exceptions.SSLError):
        return FailureReason.TLS_FAILED
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return FailureReason.CONNECT_TIMEOUT
    if isinstance(error, requests.exceptions.Timeout):
        return FailureReason.TIMEOUT
    known = (FailureReason.NAME_NOT_RESOLVED, FailureReason.CONNECTION_REFUSED, FailureReason.UNREACHABLE)
    return next((reason for reason in known if reason.value in str(error)), FailureReason.CONNECTION_BROKEN)
