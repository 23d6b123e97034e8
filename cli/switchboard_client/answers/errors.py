"""The bodies of refusals, in the shape of each API."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict


class ErrorBody(TypedDict):
    """What is wrong. `field` is the path of the wrong field, such as `auth.login`; a table has its wrong `rows`."""

    code: str
    message: str
    field: NotRequired[str]
    counts: NotRequired[dict[str, int]]
    invalidCount: NotRequired[int]
    rows: NotRequired[list[Any]]


class Error(TypedDict):
    """A refusal of the hub's own API."""

    error: ErrorBody


class CatoError(TypedDict):
    """A refusal of the API of campaigns. `message` is the hub's own field."""

    timestamp: int
    status: int
    error: Any
    path: str
    message: str
    counts: NotRequired[dict[str, int]]
    invalidCount: NotRequired[int]
    rows: NotRequired[list[Any]]


class KonturError(TypedDict):
    """A refusal of Kontur.CRM's API: status and message, or messages by field."""

    status: str | int
    message: NotRequired[str]
    errors: NotRequired[dict[str, list[str]]]
    type: NotRequired[str]
    title: NotRequired[str]
    traceId: NotRequired[str]
    invalidDatas: NotRequired[list[Any]]
    invalidConstraints: NotRequired[dict[str, Any]]


class MegafonError(TypedDict):
    """A refusal of Megafon's API: `error` in the first generation, `message` in the second."""

    error: NotRequired[str]
    message: NotRequired[str]


class WebhookError(TypedDict):
    """A refusal of a webhook, in the shape of the dialect in the path."""

    error: NotRequired[ErrorBody | str]
    name: NotRequired[str]
    message: NotRequired[str]
