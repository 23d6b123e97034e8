"""Answers about destinations, deliveries and receivers."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

DeliveryState = Literal["pending", "parked", "delivered", "dead", "cancelled"]
ReceiverState = Literal["ok", "refusing", "failing", "down", "idle", "paused"]


class Attempt(TypedDict):
    """An attempt. Without an answer `status` is null, and `error` names the reason. `answer` is its first KiB."""

    at: str
    duration_ms: int
    status: int | None
    error: str | None
    answer: str
    address: str | None
    retry_after: str | None


class DeliverySubscription(TypedDict):
    """The subscription of a delivery."""

    id: int
    key: str


class Delivery(TypedDict):
    """A delivery with its attempts. The body is as last sent; the receiver's token is left out."""

    id: str
    account: str
    call_id: str
    event_id: str
    event_name: str
    subscription: DeliverySubscription
    sequence: int
    part: int
    state: DeliveryState
    attempts: list[Attempt]
    url: str
    next_attempt_at: str | None
    reason: str | None
    replays: int
    parked_at: str | None
    created_at: str
    finished_at: str | None
    body: Any


class DeliveryPage(TypedDict):
    """A page of deliveries, newest first."""

    deliveries: list[Delivery]
    cursor: str | None


class ReplayCount(TypedDict):
    """How many deliveries are sent again. With `more` the replay of this id goes on in the background."""

    count: int
    more: bool
    dry_run: bool
    replay: str


class ReplayedFilter(TypedDict):
    """Which deliveries a replay sends again. Null chooses everything."""

    state: DeliveryState
    call: str | None
    destination: int | None
    since: str | None
    until: str | None
    reason: str | None
    status: int | None


class Replay(TypedDict):
    """A replay of many deliveries, with its progress. `skipped` ones changed before their turn."""

    id: str
    account: str
    state: Literal["running", "done", "stopped"]
    dry_run: bool
    filter: ReplayedFilter
    found: int
    replayed: int
    skipped: int
    done: bool
    asked_at: str
    next_at: str | None
    finished_at: str | None


class ReplayPage(TypedDict):
    """A page of replays, the latest first."""

    replays: list[Replay]
    cursor: str | None


class Replayed(TypedDict):
    """A delivery that is sent again under the same id."""

    id: str
    state: Literal["pending"]
    replays: int


class LastAnswer(TypedDict):
    """The last answer of a receiver, or the error without an answer."""

    at: str
    status: int | None
    error: str | None


class Receiver(TypedDict):
    """A receiver with its state, its waiting and dead deliveries, and its limits."""

    id: str
    account: str
    receiver: str
    state: ReceiverState
    calls_waiting: int
    deliveries_waiting: int
    deliveries_dead: int
    failing_since: str | None
    paused_at: str | None
    next_attempt_at: str | None
    last_success_at: str | None
    last_answer: LastAnswer | None
    episode: str | int | None
    max_in_flight: int
    rate: float


class ReceiverPage(TypedDict):
    """A page of receivers."""

    endpoints: list[Receiver]
    cursor: str | None


class DestinationAuth(TypedDict):
    """The scheme of a destination's credentials, without secrets."""

    type: Literal["none", "basic", "bearer", "body", "header"]
    field: NotRequired[str]


class DestinationFilters(TypedDict):
    """The calls that a destination is told of."""

    direction: Literal["incoming", "outgoing", "callback"] | None
    extensions: list[str]
    numbers: list[str]


class Destination(TypedDict):
    """A receiver of call events. An empty list of events means all events of the dialect."""

    id: int
    account: str
    name: str
    dialect: str
    url: str
    auth: DestinationAuth
    events: list[str]
    filters: DestinationFilters
    signed: bool
    timeout: float | None
    made_by: Literal["receiver", "operator"]
    state: Literal["active", "disabled"]
    reason: str | None
    disabled_at: str | None
    created_at: str | None
    version: int


class DestinationMade(Destination):
    """A new destination. Only this answer shows the signing secret; an unsigned destination has none."""

    secret: NotRequired[str]


class DestinationSigned(Destination):
    """A destination with its new signing secret, which only this answer shows."""

    secret: str


class DestinationPage(TypedDict):
    """A page of destinations."""

    destinations: list[Destination]
    cursor: str | None


class TestSent(TypedDict):
    """The ids of the deliveries of a sample."""

    deliveries: list[str]


class Subscription(TypedDict):
    """A subscription by a dialect's own API, or a destination."""

    id: int
    account: str
    dialect: str
    name: str
    event_name: str
    events: list[str]
    url: str
    auth_type: str
    signed: bool
    timeout: float | None
    state: Literal["active", "disabled"]
    reason: str | None
    disabled_at: str | None
    created_at: str | None
    version: int


class SubscriptionSigned(Subscription):
    """A subscription with its new signing secret, which only this answer shows."""

    secret: str


class SubscriptionPage(TypedDict):
    """A page of subscriptions."""

    subscriptions: list[Subscription]
    cursor: str | None
