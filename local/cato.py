"""The API of campaigns as a client uses it: from an audio file to the report."""

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from local.errors import LocalError
from local.operator import Operator

# The first request to a function starts its worker.
_SECONDS = 60.0
_PAGE = 500


class Cato:
    """One account's client, as a context."""

    def __init__(self, base_url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"{base_url}/api/v1",
            headers={"Authorization": f"Bearer plain:{token}"},
            timeout=_SECONDS,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def add_audio(self, name: str, content: bytes) -> str:
        """Return the id of a new audio file."""
        kind = {"Content-Type": "application/octet-stream"}
        return str(self._asked("PUT", f"/audio-files/add/{name}", content=content, headers=kind).json()["id"])

    def speak(self, name: str, text: str, voice: str) -> str | None:
        """Return the id of an audio file that says the text, None where the hub cannot speak."""
        body = {"name": name, "text": text, "voice": voice}
        answer = self._asked("POST", "/audio-files/tts", also=(httpx.codes.NOT_IMPLEMENTED,), json=body)
        return str(answer.json()["id"]) if answer.is_success else None

    def add_group(self, name: str, people: Sequence[Mapping[str, Any]]) -> str:
        """Return the id of a group of these people."""
        return str(self._asked("PUT", f"/subscriber-groups/add/{name}", json=people).json()["id"])

    def add(self, kind: str, body: Mapping[str, Any]) -> str:
        """Return the id of new settings (`notification-settings`) or of a new task (`tasks`)."""
        return str(self._asked("POST", f"/{kind}", json=body).json()["id"])

    def dry_run(self, task: str) -> dict[str, Any]:
        """Return what a start would come to."""
        found: dict[str, Any] = self._asked("POST", f"/tasks/{task}/dry-run").json()
        return found

    def start(self, task: str) -> str:
        """Return the id of the execution that begins, or of the one that runs."""
        started = self._asked("PUT", f"/tasks/{task}/start").json()
        if not started["taskExecId"]:
            raise LocalError(f"The task was not started: {started['result']}.")
        return str(started["taskExecId"])

    def progress(self, execution: str) -> dict[str, Any]:
        """Return the report's fifteen fields."""
        report: dict[str, Any] = self._asked("GET", f"/task-execs/{execution}", params={"limit": 1}).json()["report"]
        return report

    def subscribers(self, execution: str) -> Iterator[dict[str, Any]]:
        """Yield everybody with their calls, in their order, with all that is known of these."""
        query: dict[str, Any] = {"limit": _PAGE, "details": "true"}
        while True:
            page = self._asked("GET", f"/task-execs/{execution}", params=query).json()
            yield from page["subscribers"]
            if "cursor" not in page:
                return
            query["cursor"] = page["cursor"]

    def table(self, execution: str) -> bytes:
        """Return the report as CSV."""
        return self._asked("GET", f"/task-execs/{execution}/report.csv").content

    def stop(self, execution: str) -> None:
        """End it, unless it is over; calls that run go on."""
        self._asked("PUT", f"/task-execs/{execution}/stop", also=(httpx.codes.CONFLICT,))

    def _asked(self, method: str, path: str, *, also: Sequence[int] = (), **body: Any) -> httpx.Response:
        """Return an answer that is a success or has one of the statuses `also`."""
        try:
            answer = self._http.request(method, path, **body)
        except httpx.HTTPError as error:
            raise LocalError(f"The hub did not answer {method} {path} ({type(error).__name__}).") from error
        if not answer.is_success and answer.status_code not in also:
            raise LocalError(f"The hub answered {answer.status_code} to {method} {path}: {answer.text[:300]}")
        return answer


def equip(operator: Operator, account: str, telephony: Mapping[str, Any], limits: Mapping[str, Any]) -> dict[str, Any]:
    """Have the account dial by a simulator with these settings, within these limits; return a new token for it."""
    operator.ask("PUT", f"/admin/accounts/{account}/telephony", body={"provider": "simulator", "settings": telephony})
    operator.ask("PUT", f"/admin/accounts/{account}/campaigns", body=limits)
    return operator.post("/admin/tokens", {"account": account, "kind": "cato"})
