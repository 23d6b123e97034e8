"""Send requests to vendors' APIs: a new connection for each request, with limits on time and size.

A request that was not sent raises ProviderRefused: a repeat is safe. A request that was sent and not answered raises
ProviderSilent: the vendor may have acted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
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
from switchboard.kernel.hops import leaving
from switchboard.net.deadline import CONNECT_TIMEOUT, run_by_deadline
from switchboard.net.failures import ExchangeFailed, FailureReason

TOTAL = 8.0  # seconds, for name, connection, request and answer together
READ_AT_MOST = 1024 * 1024
CHUNK = 64 * 1024
# On a kept connection that has died, an unsent request would look like an unanswered one.
ONCE = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}


class VendorApi:
    """Sends requests to vendors' APIs, over a session that connects to vetted addresses only."""

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
        """Return a sender for the API at `base_url`. `within` is the time in seconds for all its requests together."""
        return partial(self.ask, base_url.rstrip("/"), self._clock() + within)

    def ask(self, base_url: str, until: float, question: VendorRequest) -> VendorAnswer:
        """Send a request and return the answer at the first spelling of the path that is not 404.

        `until` is a time on the clock. Raises Invalid, ProviderRefused or ProviderSilent.
        """
        answer = VendorAnswer(NOT_FOUND)
        question = replace(question, headers={**question.headers, **leaving()})
        for path in question.paths:
            seconds = min(self._total, until - self._clock())
            if seconds <= 0:
                raise ProviderRefused("There was no time left to call the other system.", Refusal.UNAVAILABLE)
            answer = self._in_time(partial(self._once, f"{base_url}{path}", question, seconds), seconds)
            if answer.status != NOT_FOUND:
                break
        return answer

    @staticmethod
    def _in_time(exchange: Callable[[], VendorAnswer], seconds: float) -> VendorAnswer:
        """Return the result of an exchange. Raises ProviderSilent after `seconds`."""
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
                body, text = _read(response, self._read_at_most)
                return VendorAnswer(response.status_code, body, text, _following(response), response.headers)
        except requests.RequestException as error:
            raise translated(error) from error
        except UnicodeError as error:  # raised before anything is sent: a header is not encodable
            raise ProviderRefused(
                "The request cannot be sent: a header holds characters that HTTP does not allow.", Refusal.UNAVAILABLE
            ) from error


def _read(response: requests.Response, at_most: int) -> tuple[Any, str]:
    """Return the JSON of a body, or None, and its text. A broken or too large body counts as empty."""
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
    """Return the query of the link `next`. Host and path of the link are ignored: requests stay at the vendor's API."""
    return dict(parse_qsl(urlsplit(response.links.get("next", {}).get("url", "")).query))


def _value(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def translated(error: requests.RequestException) -> Exception:
    """Return Invalid or ProviderRefused if nothing was sent, else ProviderSilent."""
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
    """Return the reason for a connection that was not made; None for any other failure."""
    inner = error.args[0] if error.args else None
    if isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError):
        cause = inner.reason.__cause__
        return cause.reason if isinstance(cause, ExchangeFailed) else FailureReason.UNREACHABLE
    return None
