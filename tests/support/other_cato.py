"""Another SP5000 CATO, in memory: the questions of its document answered as that shows (sections 3.1 to 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import unquote

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.errors import ProviderRefused, ProviderSilent, Refusal

BEGAN = 1_773_489_600_000  # milliseconds: noon of the tests' day
UNKNOWN_ID = {"timestamp": BEGAN, "status": 500, "error": "Internal Server Error", "path": "/"}


@dataclass
class OtherCato:
    """Answers questions. `lists` says whether it shows lists, `channels` how many calls it makes.

    `loses` are words of paths whose next answer does not come, though it does what is asked; `refuses` are statuses
    by a word of the path. `die` may end the process, before and after it does something.
    """

    lists: bool = True
    channels: int = 4
    away: bool = False
    loses: set[str] = field(default_factory=set)
    refuses: dict[str, int] = field(default_factory=dict)
    die: Callable[[str], None] = lambda _: None
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[VendorRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = count(1)
        self._id = lambda: f"theirs-{next(numbers)}"

    def __call__(self, question: VendorRequest) -> VendorAnswer:
        if self.away:
            raise ProviderRefused("The other system cannot be reached.", Refusal.UNAVAILABLE)
        path = unquote(question.paths[0]).removeprefix("/api/v1/")
        self.die(f"before {question.method} {path}")
        self.asked.append(question)
        status = next((status for word, status in self.refuses.items() if word in path), None)
        answer = (
            VendorAnswer(status, dict(UNKNOWN_ID)) if status else self._answer(question, path.strip("/").split("/"))
        )
        self.die(f"after {question.method} {path}")
        lost = next((word for word in self.loses if word in f"{question.method} {path}"), None)
        if lost:
            self.loses.discard(lost)
            raise ProviderSilent("The other system did not answer in time.")
        return answer

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What there is of a kind."""
        return [one for one in self.kept.values() if one["kind"] == kind]

    def _answer(self, question: VendorRequest, path: list[str]) -> VendorAnswer:
        kind, *rest = path
        if question.method == "GET":
            return self._shown(kind, rest)
        if rest and rest[-1] == "start":
            return self._start(rest[0])
        body = question.json if question.json is not None else {"bytes": question.content}
        fields: Mapping[str, Any] = body if isinstance(body, Mapping) else {"people": list(body)}
        one = {"kind": kind, "id": self._id(), "name": rest[-1] if rest else "", **fields}
        self.kept[one["id"]] = one
        return VendorAnswer(200, {"id": one["id"], "name": one["name"], "url": "file:///x", "userId": "user"})

    def _shown(self, kind: str, rest: list[str]) -> VendorAnswer:
        if not rest:
            return self._listed(kind)
        if kind == "task-execs":
            return self._report(rest[0])
        return VendorAnswer(200, self.kept[rest[0]]) if rest[0] in self.kept else VendorAnswer(500, dict(UNKNOWN_ID))

    def _listed(self, kind: str) -> VendorAnswer:
        if not self.lists:
            return VendorAnswer(405, {"status": 405})
        if kind == "task-execs":
            return VendorAnswer(
                200, [{"id": id_, "report": {"name": self._name(task)}} for id_, task in self.runs.items()]
            )
        return VendorAnswer(200, [{"id": one["id"], "name": one["name"]} for one in self.of(kind)])

    def _start(self, task: str) -> VendorAnswer:
        if task not in self.kept:
            return VendorAnswer(500, dict(UNKNOWN_ID))
        if not self.channels:
            return VendorAnswer(200, {"result": "FAIL_NO_CHANNELS"})
        id_ = self._id()
        self.runs[id_] = task
        return VendorAnswer(200, {"taskExecId": id_, "result": "SUCCESS"})

    def _report(self, id_: str) -> VendorAnswer:
        if id_ not in self.runs:
            return VendorAnswer(500, dict(UNKNOWN_ID))
        people = self.people(id_)
        fresh = a_report(self._name(self.runs[id_]), len(people), [told(one) for one in people])
        return VendorAnswer(200, {"id": id_, **self.reports.get(id_, fresh)})

    def people(self, run: str) -> list[dict[str, Any]]:
        """Whom an execution is to call."""
        groups = self.kept[self.runs[run]]["groups"]
        return [one for group in groups for one in self.kept[group]["people"]]

    def _name(self, task: str) -> str:
        return str(self.kept[task]["name"])


def a_report(name: str, size: int, subscribers: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """A report of section 3.6: nobody was called yet, but for `fields`."""
    counts = dict.fromkeys(
        ("subscriberNotified", "subscriberFailed", "callsTotal", "callsSucceeded", "callsFailed", "callsInProgress",
         "callsDelayed", "callsRinging", "callsTalking"), 0
    )  # fmt: skip
    report = {
        "name": name,
        "subscriberCount": size,
        "subscriberNotYetNotified": size,
        **counts,
        "waveCurrent": 1,
        "waveTotal": 2,
        "activePhase": True,
    }
    return {"report": {**report, **fields}, "subscribers": subscribers}


def told(subscriber: Mapping[str, Any], *ends: str) -> dict[str, Any]:
    """Somebody of a report, and a call to the first number for each end: `answered`, or a code of SIP."""
    calls = [_call(turn, end) for turn, end in enumerate(ends)]
    phones = [
        {"number": number, "calls": calls if not place else []} for place, number in enumerate(subscriber["phones"])
    ]
    return {"notified": "answered" in ends, "subscriber": dict(subscriber), "phones": phones}


def _call(turn: int, end: str) -> dict[str, Any]:
    at = BEGAN + 60_000 * turn
    code = "200" if end == "answered" else end
    return {
        "csId": "0f0f",
        "callStart": at,
        "callRingStart": at + 1000,
        "callTalkingStart": at + 4000 if end == "answered" else None,
        "callEnd": at + 9000,
        "success": end == "answered",
        "delayed": False,
        "events": [
            {"time": at, "name": "CallStarted", "status": "STARTED", "data": {"phones": ["1"]}},
            {"time": at + 9000, "name": "Ended", "status": "ENDED", "data": f"SIP_CODE:{code}"},
        ],
    }
