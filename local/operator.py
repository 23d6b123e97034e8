from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from local.errors import LocalError

# The first request to a function starts its worker.
_SECONDS = 30.0


class Operator:
    """The hub's own API as its operator uses it, through the front door, as a context."""

    def __init__(self, base_url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=_SECONDS, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self.ask("GET", path, query=query)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self.ask("POST", path, body=body)

    def add(self, path: str, body: Mapping[str, Any]) -> None:
        """Post what may be there already."""
        self.ask("POST", path, body=body, also=409)

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None, also: int = 200
    ) -> dict[str, Any]:
        """Return the JSON object of an answer that is a success or has the status `also`."""
        try:
            answer = self._http.request(method, path, params=query, json=body)
        except httpx.HTTPError as error:
            raise LocalError(f"The hub did not answer {method} {path} ({type(error).__name__}).") from error
        if not answer.is_success and answer.status_code != also:
            raise LocalError(f"The hub answered {answer.status_code} to {method} {path}: {answer.text[:300]}")
        content: dict[str, Any] = answer.json() if answer.content else {}
        return content
