"""Answers about how an account calls: its telephony, routing, limits, and numbers that are not called."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from switchboard_client.answers.tables import TableRead

UpstreamState = Literal["connecting", "connected", "partial", "unreachable", "forbidden", "unchecked"]
RefusalReason = Literal["credentials", "unreadable", "too_large", "loop", "suspended", "too_many", "failed"]


class Telephony(TypedDict):
    """The telephony of an account: provider and settings without the secret."""

    account: str
    provider: str
    settings: dict[str, Any]


class EndpointHealth(TypedDict):
    """An endpoint of a PBX: a trunk or a telephone, and its state as the PBX names it."""

    name: str
    state: str


class TelephonyHealth(TypedDict):
    """Whether the telephony could make a call now. `ok` is null for a provider that cannot be checked.

    `clock_difference` is how many seconds the provider's clock is behind the hub's.
    """

    account: str
    provider: str
    ok: bool | None
    reason: NotRequired[str]
    version: NotRequired[str]
    endpoints: NotRequired[list[EndpointHealth]]
    clock_difference: NotRequired[float]


class LastEmployee(TypedDict):
    """How many days back the last employee is searched for."""

    days: int


class RoutingRule(TypedDict):
    """One rule of routing."""

    numbers: NotRequired[list[str]]
    extension: NotRequired[str]
    last_employee: NotRequired[LastEmployee]
    responsible_user: NotRequired[bool]


class Routing(TypedDict):
    """The rules of an account, in the order in which they are tried."""

    account: NotRequired[str]
    rules: list[RoutingRule]
    default: str


class CampaignLimits(TypedDict):
    """An account's limits of calling: calls at once, calls begun in a second, calls to one number a day (0: no cap)."""

    channels: int
    cps: int
    calls_per_number_per_day: int


class CampaignLimitsShown(CampaignLimits):
    """The limits, and the health of the account's conductor."""

    conductor: dict[str, Any]


class DoNotCallEntry(TypedDict):
    """An entry of the do-not-call list. An entry without `until` never ends."""

    number: str
    reason: str
    until: str | None
    added_at: str


class DoNotCallPage(TypedDict):
    """A page of the do-not-call list, by number."""

    entries: list[DoNotCallEntry]
    cursor: str | None


class DoNotCallAdded(TableRead):
    """How many entries are kept. For a table also the counts of its rows, and what the table was read as."""

    kept: int
