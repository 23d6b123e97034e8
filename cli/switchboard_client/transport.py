"""Requests to the hub, and what a refusal becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote

import httpx

SECONDS = 60.0  # the first request to a function starts its worker
LONGEST_TEXT = 300  # characters of an answer that is no JSON


class ClientError(Exception):
    """Root of the client's errors."""


class Unreachable(ClientError):
    """The hub did not answer."""


class ApiError(ClientError):
    """The hub refused a request. `field` names the wrong field, if there is one."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        super().__init__(f"{status}: {message}" + (f" ({field})" if field else ""))
        self.status, self.code, self.message, self.field = status, code, message, field


class Transport:
    """One address and one token, as a context. `over` replaces the network in tests."""

    def __init__(self, base_url: str, authorization: str, over: httpx.BaseTransport | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        headers = {"Authorization": authorization} if authorization else {}
        self._http = httpx.Client(base_url=self.base_url, headers=headers, timeout=SECONDS, transport=over)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Return the hub's answer. Raises ApiError for a refusal, Unreachable without an answer."""
        if isinstance(request.get("params"), Mapping):
            request["params"] = {name: text_of(value) for name, value in request["params"].items() if value is not None}
        try:
            answer = self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            raise Unreachable(f"{self.base_url} does not answer ({type(error).__name__}).") from error
        if answer.is_error:
            raise refused(answer)
        return answer

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Return the JSON of an answer; None for an answer without a body."""
        answer = self.send(method, path, params=query, **({} if body is None else {"json": body}))
        return answer.json() if answer.content else None

    def pages(self, path: str, name: str, most: int | None = None, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield the entries of all pages of a list, `most` at most."""
        cursor, left = None, most
        while left is None or left > 0:
            limit = 200 if left is None else min(left, 200)
            page = self.ask("GET", path, **query, limit=limit, cursor=cursor)
            yield from page[name]
            left = None if left is None else left - len(page[name])
            cursor = page["cursor"]
            if cursor is None:
                return


def text_of(value: Any) -> str:
    """Return a value of a query: `true` for True."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def refused(answer: httpx.Response) -> ApiError:
    """Return the error of a refusal in any dialect's shape."""
    try:
        body = cast("dict[str, Any]", answer.json())
        told = body["error"] if isinstance(body.get("error"), dict) else body
        message = str(told.get("message") or answer.reason_phrase)
        return ApiError(answer.status_code, str(told.get("code", "")), message, told.get("field"))
    except (ValueError, AttributeError):
        return ApiError(answer.status_code, "", answer.text[:LONGEST_TEXT] or answer.reason_phrase)


def at(*parts: Any) -> str:
    """Return a path with its parts percent-encoded."""
    return "/" + "/".join(quote(str(part), safe="") for part in parts)
