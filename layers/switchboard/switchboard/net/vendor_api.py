"""Asking a vendor's API: one question on a connection of its own, bounded in time and in size.

What was not sent is a refusal and may be asked again; what was sent and not answered may have been done.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from math import inf
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.exceptions import ConnectTimeout, SSLError
from urllib3.exceptions import MaxRetryError, NewConnectionError

from switchboard.dialects.vendor_requests import NOT_FOUND, SendToVendor, VendorAnswer, VendorRequest
from switchboard.errors import Invalid, ProviderRefused, ProviderSilent, Refusal
from switchboard.net.deadline import CONNECT_TIMEOUT, run_by_deadline
from switchboard.net.failures import ExchangeFailed, FailureReason

TOTAL = 8.0  # seconds, for name, connection, request and answer together
READ_AT_MOST = 1024 * 1024
CHUNK = 64 * 1024
# A kept connection that has gone would make a question which nobody got look like one without an answer.
ONCE = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}


class VendorApi:
    """The APIs of vendors, over a session that connects to vetted addresses alone."""

    def __init__(
        self,
        session: Callable[[], requests.Session],
        total: float = TOTAL,
        clock: Callable[[], float] = monotonic,
        read_at_most: int = READ_AT_MOST,
    ) -> None:
        self._session = session
        self._total = total
        self._clock = clock
        self._read_at_most = read_at_most

    def at(self, base_url: str, within: float = inf) -> SendToVendor:
        """What asks the API at this address; `within` is how many seconds from now all questions have together."""
        return partial(self.ask, base_url.rstrip("/"), self._clock() + within)

    def ask(self, base_url: str, until: float, question: VendorRequest) -> VendorAnswer:
        """The answer, at the first spelling of the path where there is anything."""
        answer = VendorAnswer(NOT_FOUND)
        for path in question.paths:
            seconds = min(self._total, until - self._clock())
            if seconds <= 0:
                raise ProviderRefused("There was no time left to ask the other system.", Refusal.UNAVAILABLE)
            answer = self._in_time(partial(self._once, f"{base_url}{path}", question, seconds), seconds)
            if answer.status != NOT_FOUND:
                break
        return answer

    @staticmethod
    def _in_time(exchange: Callable[[], VendorAnswer], seconds: float) -> VendorAnswer:
        """The exchange's end, or ProviderSilent."""
        try:
            return run_by_deadline(exchange, monotonic() + seconds, lambda _: None)
        except TimeoutError:
            raise ProviderSilent("The other system did not answer in time.") from None

    def _once(self, url: str, question: VendorRequest, seconds: float) -> VendorAnswer:
        try:
            with self._session() as session:
                response = session.request(
                    question.method,
                    url,
                    params=dict(question.query),
                    json=question.json,
                    data=question.content,
                    headers={**ONCE, **question.headers},
                    timeout=(CONNECT_TIMEOUT, seconds),
                    allow_redirects=False,
                    stream=True,
                )
                return VendorAnswer(response.status_code, *_read(response, self._read_at_most), _following(response))
        except requests.RequestException as error:
            raise translated(error) from error
        except UnicodeError as error:  # a header is written before anything is sent
            raise ProviderRefused("The question cannot be sent.", Refusal.UNAVAILABLE) from error


def _read(response: requests.Response, at_most: int) -> tuple[Any, str]:
    """The JSON in a body, None for anything else, and its text; after the status, a broken body spoils nothing."""
    body = bytearray()
    try:
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > at_most:
                return None, ""
    except requests.RequestException:
        return None, ""
    return _value(bytes(body)), body.decode(errors="replace")


def _following(response: requests.Response) -> dict[str, str]:
    """Where it leads is not asked for: a list goes on where it began."""
    return dict(parse_qsl(urlsplit(response.links.get("next", {}).get("url", "")).query))


def _value(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def translated(error: requests.RequestException) -> Exception:
    if isinstance(error, ConnectTimeout | SSLError):
        return ProviderRefused("The other system cannot be reached.", Refusal.UNAVAILABLE)
    reason = why_not_connected(error)
    if reason is FailureReason.ADDRESS_NOT_PUBLIC:
        return Invalid("must lead to an address on the public internet", "base_url")
    if reason is not None:
        return ProviderRefused("The other system cannot be reached.", Refusal.UNAVAILABLE)
    if isinstance(error, ValueError):  # a URL or a header that cannot be sent
        return Invalid("must be a URL that can be called", "base_url")
    return ProviderSilent("The other system did not answer.")


def why_not_connected(error: requests.RequestException) -> FailureReason | None:
    """The reason where no connection came about, None for any other failure."""
    inner = error.args[0] if error.args else None
    if isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError):
        cause = inner.reason.__cause__
        return cause.reason if isinstance(cause, ExchangeFailed) else FailureReason.UNREACHABLE
    return None
