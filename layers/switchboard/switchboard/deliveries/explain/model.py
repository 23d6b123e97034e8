"""The question of an explanation, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.accounts.activity.model import RefusedRequest
from switchboard.accounts.model import Source
from switchboard.deliveries.explain.decide import Explanation
from switchboard.kernel.call import Call
from switchboard.subscriptions.model import Subscription


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is looked at."""

    since: datetime
    until: datetime

    def has(self, at: datetime) -> bool:
        """Whether a time is in the window."""
        return self.since <= at <= self.until


@dataclass(frozen=True, slots=True)
class Question:
    """Which calls to explain: one call, or the calls of a number (digits) in a window, or all calls of the window.

    `suspended` says whether the account is suspended.
    """

    account: str
    window: Window
    number: str | None = None
    call: str = ""
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One destination of a call. `destination` is None if the destination was removed; `id` is its number."""

    id: int
    destination: Subscription | None
    found: Explanation


@dataclass(frozen=True, slots=True)
class ExplainedCall:
    """A call with a line for each destination."""

    call: Call
    lines: tuple[ExplainedLine, ...]


@dataclass(frozen=True, slots=True)
class ExplainedSource:
    """A source, with the requests that the source had refused in the window, newest first."""

    source: Source
    refused: tuple[RefusedRequest, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer. `more` says whether the window has more calls than were looked at."""

    window: Window
    calls: tuple[ExplainedCall, ...]
    sources: tuple[ExplainedSource, ...]
    more: bool = False
