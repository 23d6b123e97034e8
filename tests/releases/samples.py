"""`python -m tests.releases.samples <release>` writes one JSON text of each model that a row or a message holds."""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from switchboard.aws.codec import dump

HERE = Path(__file__).parent
# Models of rows, then of messages; an own module of a room follows the package's name.
ROWS = (
    "accounts.model:Account",
    "accounts.model:Source",
    "accounts.model:Token",
    "accounts.activity.model:RefusedRequest",
    "accounts.activity.model:SilenceWatch",
    "accounts.upstream.model:Upstream",
    "deliveries.model:Attempt",
    "erasures.model:Erasure",
    "kernel.call:Call",
    "kernel.call:CallEvent",
    "kernel.communication:Communication",
    "recordings.model:Recording",
    "subscriptions.model:ReceiverLimits",
    "subscriptions.model:Subscription",
    "telephony.model:Command",
    "telephony.simulator.model:SimulatedCall",
)
MESSAGES = (
    "deliveries.endpoint:Drain",
    "deliveries.endpoint:RetryMessage",
    "deliveries.model:Delivery",
    "kernel.communication:CrmCallRequest",
    "kernel.communication:RedirectRequest",
    "telephony.simulator.model:Advance",
)
PLAIN: dict[Any, Any] = {
    str: "text",
    int: 7,
    float: 1.5,
    bool: True,
    datetime: datetime(2026, 3, 14, 12, tzinfo=UTC),
    date: date(2026, 3, 14),
    timedelta: timedelta(seconds=90),
    Any: "any",
    object: "any",
}


def model(path: str) -> Any:
    """Return the model of a path."""
    module, _, name = path.partition(":")
    return getattr(import_module(f"switchboard.{module}"), name)


def sample(kind: Any) -> Any:
    """Return a value of a type, with every field of a model filled."""
    if kind in PLAIN:
        return PLAIN[kind]
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: sample(hints[one.name]) for one in dataclasses.fields(kind) if one.init})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return _of_generic(get_origin(kind), get_args(kind))


def _of_generic(origin: Any, inner: tuple[Any, ...]) -> Any:
    if origin in {Union, types.UnionType}:
        return sample(next(one for one in inner if one is not type(None)))
    if origin is tuple:
        return tuple(sample(one) for one in inner if one is not ...)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {sample(inner[0]): sample(inner[1])}
    if isinstance(origin, type) and issubclass(origin, Sequence | frozenset | set):
        return (list if issubclass(origin, Sequence) else frozenset)([sample(inner[0])])
    return inner[0]  # a literal


def main(release: str) -> None:
    """Write the folder of a release."""
    folder = HERE / release
    folder.mkdir(exist_ok=True)
    for path in (*ROWS, *MESSAGES):
        (folder / f"{path.replace(':', '.')}.json").write_text(dump(sample(model(path))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
