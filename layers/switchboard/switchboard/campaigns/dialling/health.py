"""The health of an account's conductor, for the operator: last turn, backlog and errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.campaigns.dialling.run import UNHEARD
from switchboard.campaigns.dialling.state import DiallingState
from switchboard.errors import Refused


class Part(StrEnum):
    """The part of dialling that failed."""

    CONDUCTOR = "conductor"  # the account's calls wait
    FOLLOWERS = "followers"  # calling goes on; events or e-mails wait


@dataclass(frozen=True, slots=True)
class Trouble:
    """Failures of one part: their number, the first and the last time, and the last error."""

    count: int
    since: datetime
    at: datetime
    error: str


class Troubles(Protocol):
    """The stored failures of each account."""

    def add(self, account: str, part: Part, error: str, at: datetime) -> None:
        """Count a failure."""

    def clear(self, account: str, part: Part) -> None:
        """Forget the failures of a part. A repeat changes nothing."""

    def of(self, account: str) -> Mapping[Part, Trouble]:
        """Return the failures by part; a part without failures is absent."""


@dataclass(frozen=True, slots=True)
class KeepHealth:
    """Counts failures and their end. `count` counts the metric behind the alarm; `lost` logs a failure to store."""

    troubles: Troubles
    clock: Callable[[], datetime]
    count: Callable[[], None]
    lost: Callable[[str, Exception], None]

    def failed(self, account: str, part: Part, error: Exception) -> None:
        """Count a failure. Never raises: health must not hinder the work that is watched."""
        self.count()
        self._keep(account, lambda: self.troubles.add(account, part, error_text(error), self.clock()))

    def mended(self, account: str) -> None:
        """Note that the account's conductor works again. Never raises."""
        self._keep(account, lambda: self.troubles.clear(account, Part.CONDUCTOR))

    def _keep(self, account: str, write: Callable[[], None]) -> None:
        try:
            write()
        except Exception as error:  # noqa: BLE001 - see `failed`
            self.lost(account, error)


@dataclass(frozen=True, slots=True)
class ReadHealth:
    """The use case behind `GET /admin/accounts/{account}/campaigns`."""

    store: DiallingStore
    troubles: Troubles
    clock: Callable[[], datetime]

    def __call__(self, account: str) -> dict[str, Any]:
        """Return `{"state", "last_turn_at", "backlog", "errors"}`."""
        state, troubles = self.store.load(account), self.troubles.of(account)
        overdue = sum(line.deadline < self.clock() - UNHEARD for line in state.lines.values())
        trouble, turned_at = troubles.get(Part.CONDUCTOR), state.dialler.turned_at
        failing = trouble is not None and (turned_at is None or turned_at < trouble.at)
        return {
            "state": _word(state, failing=failing, overdue=overdue),
            "last_turn_at": turned_at,
            "backlog": _backlog(state, overdue),
            "errors": {part.value: _told(trouble) for part, trouble in troubles.items()},
        }


def error_text(error: Exception) -> str:
    """Return the class of an error, with the text of the hub's own refusals, which hold no secret and no number."""
    name = type(error).__name__
    return f"{name}: {error.message}" if isinstance(error, Refused) else name


def _word(state: DiallingState, *, failing: bool, overdue: int) -> str:
    if failing or overdue:
        return "failing"
    if state.lines:
        return "dialling"
    return "waiting" if state.executions else "idle"


def _backlog(state: DiallingState, overdue: int) -> dict[str, int]:
    executions = state.executions.values()
    return {
        "executions": len(executions),
        "subscribers": sum(one.counters.not_yet for one in executions),
        "calls": len(state.lines),
        "unanswered_orders": len(state.dialler.unplaced),
        "overdue_calls": overdue,
        "untold_news": len(state.dialler.news),
    }


def _told(trouble: Trouble) -> dict[str, Any]:
    return {"count": trouble.count, "since": trouble.since, "last_at": trouble.at, "last": trouble.error}
